/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* A vv__input as FFmpeg's demuxers want it. */

#include <libavutil/mem.h>

#include "media/io_lavf.h"

#define AVIO_BUFFER 65536

static int on_read(void *opaque, uint8_t *buffer, int size)
{
    const int count = vv__input_read(opaque, buffer, size);
    return count == 0 ? AVERROR_EOF : count;
}

static int64_t on_seek(void *opaque, int64_t offset, int whence)
{
    vv__input *input = opaque;
    whence &= ~AVSEEK_FORCE;
    if (whence == AVSEEK_SIZE) return input->size;
    if (whence == SEEK_CUR) offset += input->position;
    if (whence == SEEK_END) offset += input->size;
    if (offset < 0) return AVERROR(EINVAL);
    return input->position = offset;
}

AVIOContext *vv__input_avio(vv__input *input)
{
    uint8_t *buffer = av_malloc(AVIO_BUFFER);
    if (!buffer) return NULL;
    AVIOContext *io = avio_alloc_context(buffer, AVIO_BUFFER, 0, input, on_read, NULL,
                                         input->is_pipe ? NULL : on_seek);
    if (!io) av_free(buffer);
    return io;
}

void vv__avio_free(AVIOContext **io)
{
    if (*io) av_freep(&(*io)->buffer);
    avio_context_free(io);
}
