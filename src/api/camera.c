/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "media/camera.h"
#include "api/options.h"
#include "base/alloc.h"
#include "base/error.h"

struct vv_camera_list {
    vv__cameras cameras;
};

int vv_camera_list_new(vv_camera_list **out, vv_error *err)
{
    if (!out) return vv__fail_null(err, "out");
    *out = NULL;
    vv_camera_list *list = vv__calloc(1, sizeof *list);
    if (!list) return vv__fail_nomem(err, "cameras");
    const int rc = vv__cameras_list(&list->cameras, "/dev", "/sys/class/video4linux", err);
    if (rc < 0)
        vv_camera_list_free(&list);
    else
        *out = list;
    return rc;
}

size_t vv_camera_list_count(const vv_camera_list *list)
{
    return list ? list->cameras.count : 0;
}

const vv_camera *vv_camera_list_get(const vv_camera_list *list, size_t i)
{
    return list && i < list->cameras.count ? &list->cameras.cameras[i] : NULL;
}

void vv_camera_list_free(vv_camera_list **list)
{
    if (!list || !*list) return;
    vv__cameras_free(&(*list)->cameras);
    vv__free(*list);
    *list = NULL;
}
