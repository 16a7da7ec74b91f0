/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* A report is written when all is seen: what an earlier one left goes, then come pictures, which
 * get their names, captions and tables, and the page last. */

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/appearances.h"
#include "api/options.h"
#include "base/alloc.h"
#include "base/error.h"
#include "base/file.h"
#include "report/appearance_report.h"

/* The longest stem of a file of captions, so that there is room for a number. */
#define MOST_STEM 200

/* --- Where things are --- */

/* The path that leads from an existing folder to an existing file; NULL: there is none. */
static char *path_from(const char *folder, const char *file)
{
    char from[PATH_MAX], to[PATH_MAX];
    if (!realpath(folder, from) || !realpath(file, to)) return NULL;
    /* The folder that both are in. */
    size_t same = 0, i = 0;
    for (; from[i] && from[i] == to[i]; i++)
        if (from[i] == '/') same = i;
    if (!from[i] && to[i] == '/') same = i;
    vv__text path = {0};
    for (const char *rest = from + same; *rest; rest++)
        if (rest[0] == '/' && rest[1]) vv__text_add(&path, "../");
    vv__text_add(&path, to + same + (to[same] == '/'));
    return vv__text_take(&path);
}

static bool is_taken(const vv__appearance_report *r, size_t before, const char *name)
{
    for (size_t i = 0; i < before; i++)
        if (r->captions[i] && strcmp(r->captions[i], name) == 0) return true;
    return false;
}

static bool is_inside_character(char byte)
{
    return ((unsigned char)byte & 0xc0) == 0x80;
}

/* NAME.vtt, or NAME-2.vtt where that is another video's, or a file of somebody else's. */
static char *captions_name(const vv_appearances *a, const vv__appearance_report *r, size_t source)
{
    const char *own = vv__path_base(r->sources[source].source);
    own += strspn(own, ".");
    const char *dot = strrchr(own, '.');
    if (strcmp(own, "-") == 0 || !*own) own = "stdin";
    size_t stem = dot && dot > own ? (size_t)(dot - own) : strlen(own);
    if (stem > MOST_STEM)
        for (stem = MOST_STEM; stem > MOST_STEM - 3 && is_inside_character(own[stem]);) stem--;
    for (size_t n = 1;; n++) {
        vv__text name = {0};
        vv__text_add_bytes(&name, own, stem);
        if (n > 1) vv__text_format(&name, "-%zu", n);
        vv__text_add(&name, ".vtt");
        char *words = vv__text_take(&name), *path = words ? vv__path_join(a->folder, words) : NULL;
        const bool is_free = path && !is_taken(r, source, words) &&
                             vv__appearances_check_free(path, VV__CAPTIONS_BEGIN, NULL) == 0;
        const bool failed = !path;
        vv__free(path);
        if (is_free) return words;
        vv__free(words);
        if (failed) return NULL;
    }
}

/* --- Writing --- */

/* One that got its name before is there already: where an attempt to write all had failed. */
static int name_picture(const vv_appearances *a, const char *folder, size_t number, vv_error *err)
{
    char name[64];
    snprintf(name, sizeof name, VV__PICTURE_FILE, number);
    char *old_path = vv__path_join(a->faces, name), *new_path = vv__path_join(folder, name);
    int rc = old_path && new_path ? 0 : vv__fail_nomem(err, a->folder);
    if (rc == 0) rc = vv__appearances_check_free(new_path, VV__PICTURE_MARK, err);
    if (rc == 0 && rename(old_path, new_path) != 0) {
        const int why = errno;
        if (why != ENOENT || !vv__appearances_is_marked(new_path, VV__PICTURE_MARK))
            rc = vv__fail(err, VV_ERR_IO, "%s: cannot be written: %s", new_path, strerror(why));
    }
    vv__free(old_path);
    vv__free(new_path);
    return rc;
}

static int name_pictures(const vv_appearances *a, vv_error *err)
{
    char *folder = vv__path_join(a->folder, VV__PICTURES);
    int rc = folder ? vv__make_folders(folder, 0700, err) : vv__fail_nomem(err, a->folder);
    for (size_t i = 0; i < vv__presence_count(a->presence) && rc == 0; i++) {
        const vv__appearance *x = vv__presence_get(a->presence, i);
        if (!x->is_gone && x->number) rc = name_picture(a, folder, x->number, err);
    }
    vv__free(folder);
    return rc;
}

typedef int (*write_table)(const vv__appearance_report *report, const char *path, vv_error *err);

static int write_file(const vv_appearances *a, const vv__appearance_report *r, const char *name,
                      const char *mark, write_table table, vv_error *err)
{
    char *path = vv__path_join(a->folder, name);
    int rc = path ? vv__appearances_check_free(path, mark, err) : vv__fail_nomem(err, a->folder);
    if (rc == 0) rc = table(r, path, err);
    vv__free(path);
    return rc;
}

static int write_captions(const vv_appearances *a, const vv__appearance_report *r, vv_error *err)
{
    int rc = 0;
    for (size_t i = 0; i < r->source_count && rc == 0; i++) {
        if (!r->numbers[i]) continue;
        r->captions[i] = captions_name(a, r, i);
        char *path = r->captions[i] ? vv__path_join(a->folder, r->captions[i]) : NULL;
        rc = path ? vv__appearance_captions_write(r, i, path, err) : vv__fail_nomem(err, a->folder);
        vv__free(path);
    }
    return rc;
}

static int write_all(vv_appearances *a, vv__appearance_report *r, vv_error *err)
{
    r->shown = vv__calloc(r->source_count + 1, sizeof *r->shown);
    r->captions = vv__calloc(r->source_count + 1, sizeof *r->captions);
    int rc = r->shown && r->captions ? 0 : vv__fail_nomem(err, a->folder);
    for (size_t i = 0; i < r->source_count && rc == 0; i++)
        if (r->sources[i].shown) r->shown[i] = path_from(a->folder, r->sources[i].shown);
    if (rc == 0) rc = vv__appearance_index(r, err);
    /* What is there already is of other pictures, and nobody's face is left lying about. */
    if (rc == 0) rc = vv__appearances_clear_folder(a, err);
    if (rc == 0) rc = name_pictures(a, err);
    if (rc == 0) rc = write_captions(a, r, err);
    if (rc == 0) rc = write_file(a, r, VV__CSV, VV__CSV_BEGIN, vv__appearance_csv_write, err);
    if (rc == 0) rc = write_file(a, r, VV__JSON, VV__JSON_BEGIN, vv__appearance_json_write, err);
    if (rc == 0) rc = write_file(a, r, VV__PAGE, VV__PAGE_MARK, vv__appearance_page_write, err);
    return rc;
}

int vv_appearances_write(vv_appearances *appearances, vv_error *err)
{
    vv_appearances *a = appearances;
    if (!a) return vv__fail_null(err, "appearances");
    if (!a->folder || a->is_written)
        return vv__fail(err, VV_ERR_INVALID, "appearances: %s",
                        a->folder ? "they are written already" : "no folder was named");
    int rc = vv_appearances_finish(a, err);
    if (rc < 0) return rc;
    vv__appearance_report report = {
        .sources = a->sources,
        .source_count = a->input_count,
        .people = a->people,
        .person_count = a->person_count,
        .list = a->list,
        .count = a->count,
    };
    rc = write_all(a, &report, err);
    a->is_written = rc == 0;
    for (size_t i = 0; i < report.source_count; i++) {
        if (report.shown) vv__free(report.shown[i]);
        if (report.captions) vv__free(report.captions[i]);
    }
    vv__free(report.shown);
    vv__free(report.captions);
    vv__appearance_index_free(&report);
    return rc;
}
