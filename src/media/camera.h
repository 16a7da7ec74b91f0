/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* The cameras of this machine, as Linux lists them (Video4Linux). */

#ifndef VV_MEDIA_CAMERA_H
#define VV_MEDIA_CAMERA_H

#include <stdbool.h>
#include <stddef.h>

#include "visavis.h"

typedef struct vv__cameras {
    vv_camera *cameras; /* by number */
    size_t count;
} vv__cameras;

/* `devices` is "/dev", `classes` "/sys/class/video4linux". A node that gives no pictures (the
 * metadata and the output nodes of many drivers) is none, where it can be asked. */
int vv__cameras_list(vv__cameras *out, const char *devices, const char *classes, vv_error *err);
void vv__cameras_free(vv__cameras *cameras);

/* Whether a source is named like a camera: a path in /dev. */
bool vv__is_camera_path(const char *path);

/* VV_ERR_NOT_FOUND, saying which cameras there are. */
int vv__fail_no_camera(vv_error *err, const char *path, const vv__cameras *cameras);

#endif
