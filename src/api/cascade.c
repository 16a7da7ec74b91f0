/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "api/cascade.h"

#include <string.h>

#include "base/alloc.h"
#include "base/error.h"

#define USUAL_CASCADE "/usr/share/opencv4/haarcascades/haarcascade_frontalface_default.xml"

int vv__cascade_open(vv__haar **out, const char *asked, vv_error *err)
{
    const char *path = asked ? asked : USUAL_CASCADE;
    const int rc = vv__haar_open(out, path, err);
    if (rc == VV_ERR_NOT_FOUND && !asked)
        return vv__fail(err, rc, "%s: not found; install Debian's opencv-data, or name a cascade",
                        path);
    return rc;
}

int vv__cascade_find(vv_faces **out, const vv__haar *cascade, const vv__image *image,
                     int min_face_px, vv__pool *pool, vv_context *ctx, vv_error *err)
{
    *out = NULL;
    const vv__haar_options how = {
        .min_size_px = min_face_px, .cancelled = vv__context_cancelled, .cookie = ctx};
    vv__detection *found = NULL;
    size_t count = 0;
    int rc = vv__haar_find(cascade, image, &how, pool, &found, &count, err);
    if (rc == 0) rc = vv__faces_new(out, found, count, err);
    for (size_t i = 0; rc == 0 && i < count; i++) (*out)->faces[i].detector = VV_DETECTOR_HAAR;
    vv__free(found);
    return rc;
}

int vv__faces_join(vv_faces *first, vv_faces **second, vv_error *err)
{
    vv_faces *other = *second;
    const size_t count = first->count + other->count;
    vv_face *faces = vv__calloc(count, sizeof *faces);
    if (!faces) return vv__fail_nomem(err, "faces");
    if (first->count) memcpy(faces, first->faces, first->count * sizeof *faces);
    if (other->count) memcpy(faces + first->count, other->faces, other->count * sizeof *faces);
    vv__free(first->faces);
    first->faces = faces;
    first->count = count;
    for (int i = 0; i < 2; i++) {
        if (!other->asked[i]) continue;
        first->asked[i] = true;
        first->seconds[i] = other->seconds[i];
    }
    vv_faces_free(second);
    return 0;
}

int vv__check_detector(vv_detector detector, const char *where, vv_error *err)
{
    if ((unsigned)detector <= VV_DETECTOR_BOTH) return 0;
    return vv__fail(err, VV_ERR_INVALID,
                    "%s: detector %d; give VV_DETECTOR_MTCNN, VV_DETECTOR_HAAR or "
                    "VV_DETECTOR_BOTH",
                    where, (int)detector);
}
