/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* A face that a search of a frame brings to light was there before, where frames are followed but
 * not searched: it is followed back through them. So searches can be rare and still nobody comes
 * late. */

#ifndef VV_API_HINDSIGHT_H
#define VV_API_HINDSIGHT_H

#include "api/follow.h"

typedef struct vv__hindsight vv__hindsight;

/* `most_held`: no more frames than this are between vv__hindsight_see() and vv__hindsight_take().
 */
int vv__hindsight_new(vv__hindsight **out, int most_held, vv_error *err);
void vv__hindsight_free(vv__hindsight **hindsight);

/* The next frame, from 0, with the faces and tracks that it is known to have. Faces whose track was
 * not in the frame before are looked for in earlier ones, with this detector: back to one that was
 * searched, or began a shot. The image has to stay as it is until vv__hindsight_take(). */
int vv__hindsight_see(vv__hindsight *hindsight, const vv__image *image, const vv__glance *glance,
                      const vv_faces *faces, vv__detector *detector, vv_error *err);

/* Add to the faces of a frame what was found in it since. Any thread. Its image is not looked at
 * any more. */
int vv__hindsight_take(vv__hindsight *hindsight, int64_t frame, vv_faces *faces, vv_error *err);

#endif
