/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "outputs.h"

#include <errno.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "message.h"

static const char *extension(const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *dot = strrchr(slash ? slash : path, '.');
    return dot ? dot : "";
}

static bool is_one_of(const char *path, const char *const *extensions)
{
    const char *own = extension(path);
    for (; *extensions; extensions++)
        if (strcasecmp(own, *extensions) == 0) return true;
    return false;
}

bool vv__cli_is_picture_name(const char *path)
{
    static const char *const types[] = {".jpg", ".jpeg", ".png", ".webp",
                                        ".tif", ".tiff", ".bmp", NULL};
    return is_one_of(path, types);
}

/* Containers that are kept when a folder of outputs is written; from others to Matroska, which
 * holds whatever streams they had. */
static bool is_kept_container(const char *path)
{
    static const char *const types[] = {".mp4", ".m4v", ".mov", ".mkv", ".webm", NULL};
    return is_one_of(path, types);
}

/* The folder of a file must be there and open to us. */
static bool check_folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *folder = slash == path ? vv__cli_format("/")
                   : slash       ? vv__cli_format("%.*s", (int)(slash - path), path)
                                 : vv__cli_format(".");
    struct stat info;
    const char *problem = NULL;
    if (stat(folder, &info) != 0 || !S_ISDIR(info.st_mode))
        problem = "there is no such folder; create it first";
    else if (access(folder, W_OK | X_OK) != 0)
        problem = "no permission to write in this folder";
    if (problem) vv__cli_error("%s: cannot be written: %s: %s", path, folder, problem);
    free(folder);
    return !problem;
}

bool vv__cli_make_folders(const char *path, vv_error *err)
{
    char *copy = vv__cli_format("%s", path);
    bool ok = true;
    for (char *p = strchr(copy + 1, '/'); p && ok; p = strchr(p + 1, '/')) {
        *p = '\0';
        const int why = mkdir(copy, 0777) == 0 ? 0 : errno;
        struct stat info;
        if (why && (stat(copy, &info) != 0 || !S_ISDIR(info.st_mode))) {
            *err = (vv_error){.code = VV_ERR_IO};
            snprintf(err->message, sizeof err->message, "%.900s: the folder cannot be made: %s",
                     copy, why == EEXIST ? "a file of that name is there" : strerror(why));
            ok = false;
        }
        *p = '/';
    }
    free(copy);
    return ok;
}

bool vv__cli_can_write(const char *path)
{
    struct stat info;
    if (stat(path, &info) == 0 && S_ISDIR(info.st_mode)) {
        vv__cli_error("%s: is a folder; give the name of a file", path);
        return false;
    }
    return check_folder_of(path);
}

static int compare_text(const void *a, const void *b)
{
    return strcmp(a, b);
}

static int compare_file(const void *a, const void *b)
{
    const struct stat *x = a, *y = b;
    if (x->st_dev != y->st_dev) return x->st_dev < y->st_dev ? -1 : 1;
    if (x->st_ino != y->st_ino) return x->st_ino < y->st_ino ? -1 : 1;
    return 0;
}

static void keep(void *node)
{
    (void)node;
}

typedef struct plan {
    const vv__cli_settings *settings;
    vv__cli_sources *sources;
    void *inputs; /* tree of struct stat */
    void *names;  /* tree of outputs' names */
} plan;

static void remember_inputs(plan *p)
{
    for (size_t i = 0; i < p->sources->count; i++) {
        struct stat *info = vv__cli_alloc(1, sizeof *info);
        void *node = NULL;
        if (stat(p->sources->items[i].path, info) == 0)
            node = tsearch(info, &p->inputs, compare_file);
        if (!node || *(void **)node != info) free(info);
    }
}

/* Checks that hold for every file to be written. option: what the user would change. */
static bool check_file(plan *p, const char *path, const char *option)
{
    struct stat info;
    if (!check_folder_of(path)) return false;
    if (stat(path, &info) == 0) {
        if (S_ISDIR(info.st_mode)) {
            vv__cli_error("%s: is a folder; give %s a file's name", path, option);
            return false;
        }
        if (tfind(&info, &p->inputs, compare_file)) {
            vv__cli_error("%s: is one of the inputs and would be lost; give %s another name", path,
                          option);
            return false;
        }
    }
    if (tfind(path, &p->names, compare_text)) {
        vv__cli_error("%s: would be written twice; give %s another name", path, option);
        return false;
    }
    tsearch(path, &p->names, compare_text);
    return true;
}

/* What a source's copy in a folder is called: its own name, where that type can be written. */
static char *name_in_folder(const char *folder, const vv__cli_source *source)
{
    const char *own = strrchr(source->name, '/') ? strrchr(source->name, '/') + 1 : source->name;
    vv_media_kind kind = VV_MEDIA_PHOTO;
    if (strcmp(own, "-") == 0) own = "stdin";
    const char *type = extension(own);
    if (!vv__cli_is_picture_name(own) && !is_kept_container(own)) {
        if (vv_media_is_video_name(own))
            kind = VV_MEDIA_VIDEO;
        else if (!vv_media_is_photo_name(own) && vv_media_probe(source->path, &kind, NULL) < 0)
            return NULL; /* it fails in its turn */
        type = kind == VV_MEDIA_VIDEO ? ".mkv" : ".jpg";
    }
    const int stem = (int)(strlen(own) - strlen(extension(own)));
    const char *slash = folder[strlen(folder) - 1] == '/' ? "" : "/";
    return vv__cli_format("%s%s%.*s%s", folder, slash, stem, own, type);
}

/* Two inputs of one name, from different folders, become NAME and NAME-2. */
static char *unused_name(plan *p, char *path)
{
    char *candidate = vv__cli_format("%s", path);
    const int stem = (int)(strlen(path) - strlen(extension(path)));
    for (int n = 2; tfind(candidate, &p->names, compare_text); n++) {
        free(candidate);
        candidate = vv__cli_format("%.*s-%d%s", stem, path, n, extension(path));
    }
    free(path);
    return candidate;
}

static bool plan_folder(plan *p, const char *folder)
{
    vv_error err;
    char *below = vv__cli_format("%s/", folder);
    const bool is_there = vv__cli_make_folders(below, &err);
    free(below);
    if (!is_there) {
        vv__cli_error("%s", err.message);
        return false;
    }
    for (size_t i = 0; i < p->sources->count; i++) {
        vv__cli_source *source = &p->sources->items[i];
        char *path = name_in_folder(folder, source);
        if (!path) continue;
        source->output = unused_name(p, path);
        if (!check_file(p, source->output, "-o")) return false;
    }
    return true;
}

static bool plan_file(plan *p, const char *path)
{
    vv__cli_source *source = &p->sources->items[0];
    const bool picture = vv__cli_is_picture_name(path);
    if (!picture && !vv_media_is_video_name(path)) {
        vv__cli_error("%s: no output of this type can be written; photos go to .jpg, .png, .webp, "
                      ".tif or .bmp, videos to .mp4, .mkv, .mov or .webm",
                      path);
        return false;
    }
    source->output = vv__cli_format("%s", path);
    if (!check_file(p, source->output, "-o")) return false;
    vv_media_kind kind;
    vv_error err;
    if (vv_media_probe(source->path, &kind, NULL) < 0) return true; /* it fails in its turn */
    if (vv__cli_output_fits(source, kind, &err)) return true;
    vv__cli_error("%s", err.message);
    return false;
}

static bool plan_output(plan *p)
{
    const char *output = p->settings->output;
    struct stat info;
    if (!output) return true;
    if (strcmp(output, "-") == 0) {
        vv__cli_error("-o -: pictures and videos are not written to standard output; give a name");
        return false;
    }
    const bool is_there = stat(output, &info) == 0;
    const bool is_single = p->sources->count == 1 && !p->sources->from_folder;
    const bool is_file_name = vv__cli_is_picture_name(output) || vv_media_is_video_name(output);
    if (output[strlen(output) - 1] == '/' || (is_there && S_ISDIR(info.st_mode)) ||
        (!is_single && !is_there && !is_file_name))
        return plan_folder(p, output);
    if (is_single) return plan_file(p, output);
    vv__cli_error("%s: there are several inputs, so -o must be a folder; end its name in /",
                  output);
    return false;
}

static bool plan_extras(plan *p)
{
    const char *sheet = p->settings->sheet, *stats = p->settings->stats;
    if (sheet && !vv__cli_is_picture_name(sheet)) {
        vv__cli_error("%s: no picture of this type can be written; give --sheet a name that ends "
                      "in .png or .jpg",
                      sheet);
        return false;
    }
    if (sheet && !check_file(p, sheet, "--sheet")) return false;
    return !stats || check_file(p, stats, "--stats");
}

bool vv__cli_outputs_plan(vv__cli_sources *sources, const vv__cli_settings *settings)
{
    if (!settings->output && !settings->sheet && !settings->stats) return true;
    plan p = {settings, sources, NULL, NULL};
    remember_inputs(&p);
    const bool ok = plan_output(&p) && plan_extras(&p);
    tdestroy(p.inputs, free);
    tdestroy(p.names, keep);
    return ok;
}

bool vv__cli_output_fits(const vv__cli_source *source, vv_media_kind kind, vv_error *err)
{
    if (!source->output) return true;
    const bool picture = vv__cli_is_picture_name(source->output);
    if (picture == (kind == VV_MEDIA_PHOTO)) return true;
    err->code = VV_ERR_UNSUPPORTED;
    snprintf(err->message, sizeof err->message,
             "%.400s: is a %s and cannot be written as a %s "
             "(%.400s); give -o a name that ends in %s",
             source->name, picture ? "video" : "photo", picture ? "photo" : "video", source->output,
             picture ? ".mp4 or .mkv" : ".jpg or .png");
    return false;
}
