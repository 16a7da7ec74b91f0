/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* align: the crops that a network would see, for those who train one or want to look. */

#include <errno.h>
#include <jansson.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "commands.h"
#include "inputs.h"
#include "json_out.h"
#include "message.h"
#include "outputs.h"
#include "progress.h"
#include "session.h"

typedef struct job {
    const vv__cli_settings *settings;
    vv_context *ctx;
    vv__cli_sources sources;
    struct stat *inputs; /* those that are there, sorted: none of them is written over */
    size_t input_count;
    size_t photos, crops, empty;
    bool failed;
} job;

static void fail(job *j, const vv__cli_source *source, const vv_error *err)
{
    j->failed = true;
    if (!vv__cli_output_works()) return;
    vv__cli_source_failed(source, err, j->settings->json);
}

static int compare_files(const void *a, const void *b)
{
    const struct stat *x = a, *y = b;
    if (x->st_dev != y->st_dev) return x->st_dev < y->st_dev ? -1 : 1;
    return x->st_ino < y->st_ino ? -1 : x->st_ino > y->st_ino;
}

static void remember_inputs(job *j)
{
    j->inputs = vv__cli_alloc(j->sources.count + 1, sizeof *j->inputs);
    for (size_t i = 0; i < j->sources.count; i++)
        if (stat(j->sources.items[i].path, &j->inputs[j->input_count]) == 0) j->input_count++;
    qsort(j->inputs, j->input_count, sizeof *j->inputs, compare_files);
}

static bool is_input(const job *j, const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 &&
           bsearch(&info, j->inputs, j->input_count, sizeof *j->inputs, compare_files);
}

/* The source's name below the folder that was given, or its own name alone. */
static const char *name_below(const job *j, const char *name)
{
    for (size_t i = 0; i < j->settings->argument_count; i++) {
        const char *argument = j->settings->arguments[i];
        size_t length = strlen(argument);
        while (length > 1 && argument[length - 1] == '/') length--;
        if (strncmp(name, argument, length) == 0 && name[length] == '/') {
            name += length;
            return name + strspn(name, "/");
        }
    }
    if (strcmp(name, "-") == 0) return "stdin";
    return strrchr(name, '/') ? strrchr(name, '/') + 1 : name;
}

static int compare_text(const void *a, const void *b)
{
    return strcmp(a, b);
}

static void keep(void *node)
{
    (void)node;
}

/* Two photos of one name but for their types, or from different folders, become NAME and NAME-2. */
static void plan_outputs(job *j)
{
    void *taken = NULL;
    for (size_t i = 0; i < j->sources.count; i++) {
        const char *name = name_below(j, j->sources.items[i].name);
        const char *dot = strrchr(name, '.'), *slash = strrchr(name, '/');
        const bool has_type = dot && dot != name && (!slash || dot > slash + 1);
        const int stem = (int)(has_type ? (size_t)(dot - name) : strlen(name));
        char *output = vv__cli_format("%s/%.*s", j->settings->output, stem, name);
        for (int n = 2; tfind(output, &taken, compare_text); n++) {
            free(output);
            output = vv__cli_format("%s/%.*s-%d", j->settings->output, stem, name, n);
        }
        tsearch(output, &taken, compare_text);
        j->sources.items[i].output = output;
    }
    tdestroy(taken, keep);
}

static int write_crop(job *j, const vv__cli_source *source, const vv_image *photo,
                      const vv_face *face, size_t number, json_t *crops, vv_error *err)
{
    char *path = number ? vv__cli_format("%s_face%zu.png", source->output, number + 1)
                        : vv__cli_format("%s.png", source->output);
    vv_align_options options = VV_ALIGN_OPTIONS_INIT;
    vv_image *crop = NULL;
    int code = 0;
    options.side_px = j->settings->size;
    if (j->settings->margin >= 0)
        options.margin = j->settings->margin > 0 ? (float)j->settings->margin : VV_ALIGN_NO_MARGIN;
    if (is_input(j, path)) {
        *err = (vv_error){.code = VV_ERR_INVALID};
        snprintf(err->message, sizeof err->message,
                 "%.900s: is one of the photos and would be lost; give -o another folder", path);
        code = err->code;
    }
    if (code >= 0 && !vv__cli_make_folders(path, err)) code = err->code;
    if (code >= 0) code = vv_align(j->ctx, photo, face, &options, &crop, err);
    if (code >= 0) code = vv_image_save(crop, path, err);
    if (code >= 0) {
        j->crops++;
        json_array_append_new(crops, vv__cli_json_text(path));
    }
    vv_image_free(&crop);
    free(path);
    return code;
}

static void do_photo(job *j, const vv__cli_source *source)
{
    vv_error err;
    vv_image *photo = NULL;
    vv_faces *faces = NULL;
    json_t *crops = json_array();
    vv_detect_options options = VV_DETECT_OPTIONS_INIT;
    options.min_face_px = j->settings->min_face;
    options.rotate_auto = j->settings->rotate_auto;
    int code = vv_image_load(&photo, source->path, NULL, &err);
    if (code >= 0) code = vv_detect(j->ctx, photo, &options, &faces, &err);
    size_t count = vv_faces_count(faces);
    if (code >= 0 && !count) {
        j->empty++;
        vv__cli_warning("%s: no face", source->name);
    }
    if (count > 1 && j->settings->largest) count = 1;
    for (size_t i = 0; i < count && code >= 0; i++)
        code = write_crop(j, source, photo, vv_faces_get(faces, i), i, crops, &err);
    if (code < 0) {
        fail(j, source, &err);
        json_decref(crops);
    } else {
        j->photos++;
        if (j->settings->json)
            vv__cli_json_print(
                json_pack("{s:o,s:o}", "source", vv__cli_json_text(source->name), "crops", crops));
        else
            json_decref(crops);
    }
    vv_faces_free(&faces);
    vv_image_free(&photo);
}

static void do_all(job *j)
{
    const double started = vv__cli_now();
    vv__cli_progress_begin("photos", "done");
    for (size_t i = 0; i < j->sources.count && vv__cli_output_works(); i++) {
        if (vv__cli_session_stopped()) {
            vv__cli_error("stopped on request; %zu of %zu photos done", i, j->sources.count);
            j->failed = true;
            break;
        }
        vv__cli_progress_update((int64_t)i, (int64_t)j->sources.count,
                                (double)i / (vv__cli_now() - started));
        /* A folder may hold videos as well. */
        if (!j->sources.from_folder || !vv_media_is_video_name(j->sources.items[i].name))
            do_photo(j, &j->sources.items[i]);
    }
    vv__cli_progress_end();
}

static void say_tally(const job *j)
{
    char *empty = j->empty ? vv__cli_format("; %zu of them without a face", j->empty) : NULL;
    vv__cli_say("%zu crop%s of %zu photo%s in %s%s", j->crops, j->crops == 1 ? "" : "s", j->photos,
                j->photos == 1 ? "" : "s", j->settings->output, empty ? empty : "");
    free(empty);
}

int vv__cli_align(const vv__cli_settings *settings)
{
    job j = {.settings = settings};
    if (!settings->output) {
        vv__cli_error("align: where to write is missing; give -o DIR");
        return VV__CLI_FAILED;
    }
    if (!vv__cli_sources_new(&j.sources, settings->arguments, settings->argument_count,
                             settings->recursive, NULL) ||
        !vv__cli_session_open(&j.ctx, settings) || !vv__cli_session_warm(j.ctx, true))
        j.failed = true;
    else {
        remember_inputs(&j);
        plan_outputs(&j);
        do_all(&j);
        if (!settings->json && vv__cli_output_works()) say_tally(&j);
    }
    free(j.inputs);
    vv__cli_session_close(&j.ctx);
    vv__cli_sources_free(&j.sources);
    return j.failed ? VV__CLI_FAILED : VV__CLI_DONE;
}
