/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* What FFmpeg says: to the log, and kept, since its codes tell less. */

#include <pthread.h>
#include <string.h>

#include <libavutil/log.h>

#include "base/error.h"
#include "base/log.h"
#include "media/io_lavf.h"

static _Thread_local char complaint[256];

static void on_message(void *source, int level, const char *format, va_list args)
    __attribute__((format(printf, 3, 0)));

static void on_message(void *source, int level, const char *format, va_list args)
{
    if (level > AV_LOG_WARNING) return;
    char line[512];
    vsnprintf(line, sizeof line, format, args);
    line[strcspn(line, "\n")] = 0;
    if (level <= AV_LOG_ERROR) snprintf(complaint, sizeof complaint, "%.255s", line);
    /* FFmpeg's errors are details here: what they come to is told by the functions that fail. */
    const AVClass *class = source ? *(AVClass **)source : NULL;
    vv__log(level <= AV_LOG_ERROR ? VV_LOG_INFO : VV_LOG_DEBUG, "ffmpeg: %s: %s",
            class ? class->item_name(source) : "", line);
}

static void install(void)
{
    av_log_set_callback(on_message);
}

void vv__lavf_init(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, install);
}

const char *vv__lavf_error(int code)
{
    static _Thread_local char text[AV_ERROR_MAX_STRING_SIZE];
    if (code == AVERROR_INVALIDDATA) return "damaged data";
    av_strerror(code, text, sizeof text);
    return text;
}

const char *vv__lavf_complaint(void)
{
    return complaint;
}

void vv__lavf_clear_complaint(void)
{
    complaint[0] = 0;
}

int vv__lavf_fail_if_too_large(const char *name, int64_t max_pixels, vv_error *err)
{
    const char *size = strstr(complaint, "Picture size ");
    int width = 0;
    int height = 0;
    if (!size) return 0;
    if (sscanf(size, "Picture size %dx%d", &width, &height) == 2 && width > 0 && height > 0)
        return vv__fail(
            err, VV_ERR_LIMIT,
            "%s: %d x %d pixels are over the limit of %lld million; make it smaller first", name,
            width, height, (long long)(max_pixels / 1000000));
    return vv__fail(err, VV_ERR_LIMIT,
                    "%s: its size is over the limit of %lld million pixels; make it smaller first",
                    name, (long long)(max_pixels / 1000000));
}
