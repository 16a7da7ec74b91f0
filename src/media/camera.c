/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "media/camera.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <linux/videodev2.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/file.h"
#include "base/text.h"

#define PREFIX "video"
#define MOST_CAMERAS 256

/* "video12" is 12; -1: not a camera's name. */
static int camera_number(const char *name)
{
    if (strncmp(name, PREFIX, strlen(PREFIX)) != 0) return -1;
    const char *digits = name + strlen(PREFIX);
    if (!*digits || strlen(digits) > 6) return -1;
    for (const char *c = digits; *c; c++)
        if (!isdigit((unsigned char)*c)) return -1;
    return atoi(digits);
}

/* One that cannot be asked, since another program has it or may not be opened, passes for one. */
static bool gives_pictures(const char *path)
{
    const int fd = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) return errno != ENODEV && errno != ENXIO;
    struct v4l2_capability can = {0};
    const int rc = ioctl(fd, VIDIOC_QUERYCAP, &can);
    close(fd);
    if (rc < 0) return errno == EBUSY;
    const unsigned caps =
        can.capabilities & V4L2_CAP_DEVICE_CAPS ? can.device_caps : can.capabilities;
    return caps & (V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_VIDEO_CAPTURE_MPLANE);
}

/* What the driver calls it, from CLASSES/videoN/name; "" where that is not there. */
static char *read_name(const char *classes, const char *node)
{
    char path[4096];
    char name[128] = "";
    snprintf(path, sizeof path, "%s/%s/name", classes, node);
    FILE *file = fopen(path, "re");
    if (file) {
        name[fread(name, 1, sizeof name - 1, file)] = '\0';
        fclose(file);
    }
    name[strcspn(name, "\n")] = '\0';
    for (char *c = name; *c; c++)
        if (iscntrl((unsigned char)*c)) *c = '?';
    if (!vv__utf8_valid(name, strlen(name))) *name = '\0';
    return vv__strdup(name);
}

static int compare_cameras(const void *a, const void *b)
{
    const vv_camera *x = a, *y = b;
    const int m = camera_number(vv__path_base(x->path)), n = camera_number(vv__path_base(y->path));
    return (m > n) - (m < n);
}

static int add_camera(vv__cameras *out, const char *devices, const char *classes, const char *node,
                      vv_error *err)
{
    char *path = vv__path_join(devices, node);
    if (!path) return vv__fail_nomem(err, "cameras");
    char *name = NULL;
    if (gives_pictures(path)) {
        name = read_name(classes, node);
        if (!name) {
            vv__free(path);
            return vv__fail_nomem(err, "cameras");
        }
        out->cameras[out->count++] = (vv_camera){path, name};
        return 0;
    }
    vv__free(path);
    return 0;
}

int vv__cameras_list(vv__cameras *out, const char *devices, const char *classes, vv_error *err)
{
    *out = (vv__cameras){0};
    vv__names names;
    int rc = vv__list_folder(&names, devices, err);
    if (rc < 0) return rc == VV_ERR_NOMEM ? rc : 0; /* without a /dev there are none */
    out->cameras = vv__calloc(MOST_CAMERAS, sizeof *out->cameras);
    if (!out->cameras) rc = vv__fail_nomem(err, "cameras");
    for (size_t i = 0; rc == 0 && i < names.count && out->count < MOST_CAMERAS; i++)
        if (camera_number(names.names[i]) >= 0)
            rc = add_camera(out, devices, classes, names.names[i], err);
    vv__names_free(&names);
    if (rc < 0)
        vv__cameras_free(out);
    else if (out->count)
        qsort(out->cameras, out->count, sizeof *out->cameras, compare_cameras);
    return rc;
}

void vv__cameras_free(vv__cameras *cameras)
{
    for (size_t i = 0; i < cameras->count; i++) {
        vv__free((char *)cameras->cameras[i].path);
        vv__free((char *)cameras->cameras[i].name);
    }
    vv__free(cameras->cameras);
    *cameras = (vv__cameras){0};
}

bool vv__is_camera_path(const char *path)
{
    return strncmp(path, "/dev/", 5) == 0 && strncmp(path, "/dev/shm/", 9) != 0 &&
           strncmp(path, "/dev/std", 8) != 0 && strncmp(path, "/dev/fd/", 8) != 0;
}

int vv__fail_no_camera(vv_error *err, const char *path, const vv__cameras *cameras)
{
    vv__text list = {0};
    for (size_t i = 0; i < cameras->count; i++)
        vv__text_format(&list, "%s%s%s%s%s", i ? ", " : "", cameras->cameras[i].path,
                        *cameras->cameras[i].name ? " (" : "", cameras->cameras[i].name,
                        *cameras->cameras[i].name ? ")" : "");
    char *there = vv__text_take(&list);
    if (!there) return vv__fail_nomem(err, path);
    const int rc =
        cameras->count
            ? vv__fail(err, VV_ERR_NOT_FOUND, "%s: no such camera; there %s: %s", path,
                       cameras->count == 1 ? "is" : "are", there)
            : vv__fail(err, VV_ERR_NOT_FOUND,
                       "%s: no such camera, and this machine has none; connect one, or give a file "
                       "or an address (rtsp://...)",
                       path);
    vv__free(there);
    return rc;
}
