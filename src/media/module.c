/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* The library's side of module.h. */

#include "media/module.h"

#include <dlfcn.h>
#include <pthread.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/file.h"
#include "base/library.h"

/* Where the module lies, seen from the library: installed, and in a build folder. */
static const char *const places[] = {"visavis/libvisavis-media.so", "../media/libvisavis-media.so"};

static const vv__media_functions *functions; /* NULL: not there */
static vv_error failure;

static void *open_beside_library(void)
{
    char *folder = vv__library_folder();
    void *module = NULL;
    for (size_t i = 0; folder && !module && i < sizeof places / sizeof *places; i++) {
        char *path = vv__path_join(folder, places[i]);
        /* Where there is none, the next place is looked at; where it does not open, dlerror() tells
         * why. */
        if (path && (vv__path_exists(path) || i + 1 == sizeof places / sizeof *places))
            module = dlopen(path, RTLD_NOW | RTLD_LOCAL);
        vv__free(path);
    }
    vv__free(folder);
    return module;
}

static void open_once(void)
{
    void *module = open_beside_library();
    void *symbol = module ? dlsym(module, VV__MEDIA_SYMBOL) : NULL;
    if (symbol) {
        /* Only one of the two copies gets FFmpeg's messages: the module's, which comes last. */
        vv__lavf_init();
        const vv__media_host host = {vv__log, vv__input_head_here()};
        vv__media_open_function open;
        /* POSIX lets a function come out of dlsym(), ISO C has no cast for it. */
        memcpy(&open, &symbol, sizeof open);
        functions = open(&host);
        return;
    }
    const char *why = dlerror();
    vv__fail(&failure, VV_ERR_NOT_FOUND,
             "libvisavis-media.so: cannot be opened: %s; is all of Visavis installed?",
             why ? why : "out of memory");
}

/* NULL, with the error set, where the module cannot be opened. */
static const vv__media_functions *module(vv_error *err)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, open_once);
    if (!functions) vv__fail(err, VV_ERR_NOT_FOUND, "%s", failure.message);
    return functions;
}

/* --- What begins something: opens the module ------------------------------------------------ */

int vv__photo_decode_heif(AVFrame **out, const vv__photo_data *photo, vv_error *err)
{
    const vv__media_functions *m = module(err);
    return m ? m->photo_decode_heif(out, photo, err) : VV_ERR_NOT_FOUND;
}

int vv__photo_decode_lavc(AVFrame **out, const vv__photo_data *photo, vv_error *err)
{
    const vv__media_functions *m = module(err);
    return m ? m->photo_decode_lavc(out, photo, err) : VV_ERR_NOT_FOUND;
}

int vv__photo_save(const vv__image *image, const char *path, vv_error *err)
{
    const vv__media_functions *m = module(err);
    return m ? m->photo_save(image, path, err) : VV_ERR_NOT_FOUND;
}

int vv__lavf_recognise(const char **kind, vv__input *input, vv_error *err)
{
    const vv__media_functions *m = module(err);
    return m ? m->lavf_recognise(kind, input, err) : VV_ERR_NOT_FOUND;
}

int vv__drawer_new(vv__drawer **out, vv_error *err)
{
    *out = NULL;
    const vv__media_functions *m = module(err);
    return m ? m->drawer_new(out, err) : VV_ERR_NOT_FOUND;
}

int vv__draw_sheet(vv__frame **out, const vv__image *const *images, const char *const *captions,
                   size_t count, int columns, int tile_width, vv_error *err)
{
    *out = NULL;
    const vv__media_functions *m = module(err);
    return m ? m->draw_sheet(out, images, captions, count, columns, tile_width, err)
             : VV_ERR_NOT_FOUND;
}

int vv__reader_open(vv__reader **out, const char *path, const vv__reader_options *options,
                    vv_error *err)
{
    *out = NULL;
    const vv__media_functions *m = module(err);
    return m ? m->reader_open(out, path, options, err) : VV_ERR_NOT_FOUND;
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
