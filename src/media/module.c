/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* The library's side of module.h. */

#include "media/module.h"

#include <dlfcn.h>
#include <pthread.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/own.h"

#define MODULE "libvisavis-media.so"

static const vv__media_functions *functions; /* NULL: not there */

static int open_module(vv_error *err)
{
    char *path = vv__own_file("src/media/" MODULE, MODULE);
    if (!path) return vv__fail_nomem(err, MODULE);
    void *module = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    vv__free(path);
    void *symbol = module ? dlsym(module, VV__MEDIA_SYMBOL) : NULL;
    if (!symbol) {
        const char *why = dlerror();
        return vv__fail(err, VV_ERR_NOT_FOUND,
                        MODULE ": cannot be opened: %s; is all of Visavis installed?",
                        why ? why : "out of memory");
    }
    /* Only one of the two copies gets FFmpeg's messages: the module's, which comes last. */
    vv__lavf_init();
    const vv__media_host host = {vv__log, vv__alloc_allows, vv__input_head_here()};
    vv__media_open_function open;
    /* POSIX lets a function come out of dlsym(), ISO C has no cast for it. */
    memcpy(&open, &symbol, sizeof open);
    functions = open(&host);
    return VV_OK;
}

/* What has failed once is tried again: memory may be there then. */
static int get_module(const vv__media_functions **out, vv_error *err)
{
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    pthread_mutex_lock(&lock);
    const int rc = functions ? VV_OK : open_module(err);
    *out = functions;
    pthread_mutex_unlock(&lock);
    return rc;
}

/* --- What begins something: opens the module ------------------------------------------------ */

int vv__photo_decode_heif(AVFrame **out, const vv__photo_data *photo, vv_error *err)
{
    const vv__media_functions *m;
    const int rc = get_module(&m, err);
    return rc == VV_OK ? m->photo_decode_heif(out, photo, err) : rc;
}

int vv__photo_decode_lavc(AVFrame **out, const vv__photo_data *photo, vv_error *err)
{
    const vv__media_functions *m;
    const int rc = get_module(&m, err);
    return rc == VV_OK ? m->photo_decode_lavc(out, photo, err) : rc;
}

int vv__photo_save(const vv__image *image, const char *path, vv_error *err)
{
    const vv__media_functions *m;
    const int rc = get_module(&m, err);
    return rc == VV_OK ? m->photo_save(image, path, err) : rc;
}

int vv__lavf_recognise(const char **kind, vv__input *input, vv_error *err)
{
    const vv__media_functions *m;
    const int rc = get_module(&m, err);
    return rc == VV_OK ? m->lavf_recognise(kind, input, err) : rc;
}

int vv__drawer_new(vv__drawer **out, vv_error *err)
{
    *out = NULL;
    const vv__media_functions *m;
    const int rc = get_module(&m, err);
    return rc == VV_OK ? m->drawer_new(out, err) : rc;
}

int vv__draw_lines(struct vv__frame **out, const char *text, int size, int max_width,
                   uint32_t ground, vv_error *err)
{
    *out = NULL;
    const vv__media_functions *m;
    const int rc = get_module(&m, err);
    return rc == VV_OK ? m->draw_lines(out, text, size, max_width, ground, err) : rc;
}

int vv__draw_sheet(vv__frame **out, const vv__image *const *images, const char *const *captions,
                   size_t count, int columns, int tile_width, vv_error *err)
{
    *out = NULL;
    const vv__media_functions *m;
    const int rc = get_module(&m, err);
    return rc == VV_OK ? m->draw_sheet(out, images, captions, count, columns, tile_width, err) : rc;
}

int vv__reader_open(vv__reader **out, const char *path, const vv__reader_options *options,
                    vv_error *err)
{
    *out = NULL;
    const vv__media_functions *m;
    const int rc = get_module(&m, err);
    return rc == VV_OK ? m->reader_open(out, path, options, err) : rc;
}

/* --- What goes on with it: the module is there, or there is nothing to do ------------------- */

void vv__drawer_free(vv__drawer **drawer)
{
    if (*drawer) functions->drawer_free(drawer);
}

int vv__draw_marks(vv__drawer *drawer, vv__image *target, const vv__mark *marks, size_t count,
                   vv_error *err)
{
    return functions->draw_marks(drawer, target, marks, count, err);
}

int vv__draw_legend(vv__drawer *drawer, vv__image *target, const vv__legend *legend, vv_error *err)
{
    return functions->draw_legend(drawer, target, legend, err);
}

void vv__reader_close(vv__reader **reader)
{
    if (*reader) functions->reader_close(reader);
}

const vv__video_info *vv__reader_info(const vv__reader *reader)
{
    return functions->reader_info(reader);
}

int vv__reader_next(vv__reader *reader, vv__frame **frame, vv__packet **packet, vv_error *err)
{
    return functions->reader_next(reader, frame, packet, err);
}

void vv__packet_free(vv__packet **packet)
{
    if (*packet) functions->packet_free(packet);
}

int vv__writer_open(vv__writer **out, const char *path, vv__reader *reader,
                    const vv__writer_options *options, vv_error *err)
{
    return functions->writer_open(out, path, reader, options, err);
}

int vv__writer_open_live(vv__writer **out, const char *path, const char *source,
                         const vv__frame *like, double frame_rate,
                         const vv__writer_options *options, vv_error *err)
{
    return functions->writer_open_live(out, path, source, like, frame_rate, options, err);
}

int vv__writer_live_frame(vv__writer *writer, const vv__frame *frame, double seconds, vv_error *err)
{
    return functions->writer_live_frame(writer, frame, seconds, err);
}

int vv__writer_check_target(const char *path, const char *source, vv_error *err)
{
    return functions->writer_check_target(path, source, err);
}

bool vv__writer_takes(const vv__writer *writer, const vv__frame *frame)
{
    return functions->writer_takes(writer, frame);
}

int vv__writer_panel(int width)
{
    return functions->writer_panel(width);
}

int vv__writer_prepare(const vv__writer *writer, vv__frame **frame, vv_error *err)
{
    return functions->writer_prepare(writer, frame, err);
}

int vv__writer_frame(vv__writer *writer, vv__frame *frame, vv_error *err)
{
    return functions->writer_frame(writer, frame, err);
}

int vv__writer_packet(vv__writer *writer, vv__packet *packet, vv_error *err)
{
    return functions->writer_packet(writer, packet, err);
}

int vv__writer_commit(vv__writer *writer, vv_error *err)
{
    return functions->writer_commit(writer, err);
}

int vv__writer_keep_partial(vv__writer *writer, char *partial, vv_error *err)
{
    return functions->writer_keep_partial(writer, partial, err);
}

void vv__writer_close(vv__writer **writer)
{
    if (*writer) functions->writer_close(writer);
}
