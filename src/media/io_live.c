/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Opening what is watched live: cameras, and addresses with no more delay than they need. */

#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/log.h"
#include "media/camera.h"
#include "media/io_lavf.h"

/* What is looked at of a stream before its first picture is shown. */
#define PROBE_BYTES 1000000
#define PROBE_MICROSECONDS 1000000
#define PROBE_FRAMES 3

/* --- FFmpeg's devices ----------------------------------------------------------------------- */

/* libavdevice brings what talks to sound servers, screens and X11 with it: 50 ms and 47 MB. So it
 * is not linked with, but opened for the first camera. Its versions go with libavformat's. */
static int load_devices(vv_error *err)
{
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    static bool loaded;
    char name[40];
    snprintf(name, sizeof name, "libavdevice.so.%d", LIBAVFORMAT_VERSION_MAJOR);
    int rc = 0;
    pthread_mutex_lock(&lock);
    if (!loaded) {
        void *library = dlopen(name, RTLD_LAZY | RTLD_LOCAL);
        void *symbol = library ? dlsym(library, "avdevice_register_all") : NULL;
        void (*register_all)(void);
        /* POSIX lets a function come out of dlsym(), ISO C has no cast for it. */
        memcpy(&register_all, &symbol, sizeof symbol);
        if (symbol) {
            register_all();
            loaded = true;
        } else {
            rc = vv__fail(err, VV_ERR_UNSUPPORTED,
                          "%s: cannot be loaded, and cameras need it; install FFmpeg's device "
                          "library (Debian: libavdevice%d)",
                          name, LIBAVFORMAT_VERSION_MAJOR);
        }
    }
    pthread_mutex_unlock(&lock);
    return rc;
}

static int check_there(const char *path, vv_error *err)
{
    if (access(path, F_OK) == 0) return 0;
    vv__cameras cameras;
    const int rc = vv__cameras_list(&cameras, "/dev", "/sys/class/video4linux", err);
    if (rc < 0) return rc;
    vv__fail_no_camera(err, path, &cameras);
    vv__cameras_free(&cameras);
    return VV_ERR_NOT_FOUND;
}

static int fail_camera(const char *path, int averror, vv_error *err)
{
    if (averror == AVERROR(ENOMEM)) return vv__fail_nomem(err, path);
    if (averror == AVERROR(EACCES) || averror == AVERROR(EPERM))
        return vv__fail(err, VV_ERR_IO,
                        "%s: this camera may not be opened; add yourself to the group \"video\"",
                        path);
    if (averror == AVERROR(EBUSY))
        return vv__fail(err, VV_ERR_IO, "%s: another program uses this camera; close that first",
                        path);
    if (averror == AVERROR(ENODEV) || averror == AVERROR(ENOTTY))
        return vv__fail(err, VV_ERR_UNSUPPORTED, "%s: is no camera", path);
    return vv__fail(err, VV_ERR_IO, "%s: this camera cannot be opened: %s", path,
                    vv__lavf_error(averror));
}

/* Frames compressed as JPEG are asked for first: raw ones of some size come a few times a second
 * over USB. */
static int try_camera(AVFormatContext **out, vv__input *input, const char *path, bool compressed,
                      const vv__camera_wishes *wishes)
{
    AVDictionary *options = NULL;
    char text[40];
    AVFormatContext *format = avformat_alloc_context();
    if (!format) return AVERROR(ENOMEM);
    if (wishes->width > 0 && wishes->height > 0) {
        snprintf(text, sizeof text, "%dx%d", wishes->width, wishes->height);
        av_dict_set(&options, "video_size", text, 0);
    }
    if (wishes->frame_rate > 0) {
        snprintf(text, sizeof text, "%.3f", wishes->frame_rate);
        av_dict_set(&options, "framerate", text, 0);
    }
    if (compressed) av_dict_set(&options, "input_format", "mjpeg", 0);
    /* So that a camera that gives nothing can be waited for, and left. */
    format->flags |= AVFMT_FLAG_NONBLOCK;
    format->interrupt_callback = (AVIOInterruptCB){vv__lavf_is_over, input};
    const int rc =
        avformat_open_input(&format, path, av_find_input_format("video4linux2"), &options);
    av_dict_free(&options);
    if (rc >= 0) *out = format;
    return rc;
}

static int open_camera(AVFormatContext **out, vv__input *input, const char *path,
                       const vv__camera_wishes *wishes, vv_error *err)
{
    int rc = check_there(path, err);
    if (rc == 0) rc = load_devices(err);
    if (rc < 0) return rc;
    if (!av_find_input_format("video4linux2"))
        return vv__fail(err, VV_ERR_UNSUPPORTED,
                        "%s: the FFmpeg of this machine was built without cameras (Video4Linux)",
                        path);
    rc = try_camera(out, input, path, true, wishes);
    if (rc == AVERROR(EINVAL) || rc == AVERROR(EIO)) {
        vv__log(VV_LOG_DEBUG, "%s: has no compressed frames of that size; asked for raw ones",
                path);
        rc = try_camera(out, input, path, false, wishes);
    }
    return rc < 0 ? fail_camera(path, rc, err) : 0;
}

/* --- All together --------------------------------------------------------------------------- */

int vv__lavf_open_live(AVFormatContext **out, vv__input *input, const char *path,
                       const vv__camera_wishes *wishes, vv_error *err)
{
    vv__lavf_init();
    vv__lavf_clear_complaint();
    *out = NULL;
    if (vv__is_camera_path(path)) return open_camera(out, input, path, wishes, err);
    AVFormatContext *format = avformat_alloc_context();
    if (!format) return vv__fail_nomem(err, path);
    format->probesize = PROBE_BYTES;
    format->max_analyze_duration = PROBE_MICROSECONDS;
    format->fps_probe_size = PROBE_FRAMES;
    /* Over TCP nothing of a frame is lost on the way, and nothing waits to be put in order. */
    AVDictionary *options = NULL;
    if (strncmp(path, "rtsp", 4) == 0) av_dict_set(&options, "rtsp_flags", "prefer_tcp", 0);
    const int rc = vv__lavf_open_network(format, input, path, &options, err);
    if (rc == 0) *out = format;
    return rc;
}
