/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* The folder of a report: pictures as they come, in a folder of their own; everything else when all
 * is seen, the page last. */

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "api/appearances.h"
#include "api/options.h"
#include "base/alloc.h"
#include "base/error.h"
#include "base/file.h"
#include "report/appearance_report.h"

/* Pictures until the report is written. */
#define UNFINISHED ".faces.partial"
/* The longest stem of a file of captions, so that there is room for a number. */
#define MOST_STEM 200
#define PAGE "index.html"

/* --- The folder --- */

/* Whether a file has the text in its first bytes. */
static bool begins_with(const char *path, const char *text)
{
    char head[512];
    FILE *file = fopen(path, "rb");
    if (!file) return false;
    const size_t length = fread(head, 1, sizeof head - 1, file);
    fclose(file);
    head[length] = '\0';
    return strstr(head, text) != NULL;
}

/* Pictures of ours: digits alone, and .jpg. */
static bool is_picture_name(const char *name)
{
    const size_t digits = strspn(name, "0123456789");
    return digits >= 5 && strcmp(name + digits, ".jpg") == 0;
}

/* Remove pictures of a number above `kept`, and the folder where nothing else is in it. */
static void remove_pictures(const char *folder, size_t kept)
{
    vv__names names;
    if (vv__list_folder(&names, folder, NULL) < 0) return;
    for (size_t i = 0; i < names.count; i++) {
        if (!is_picture_name(names.names[i]) || strtoull(names.names[i], NULL, 10) <= kept)
            continue;
        char *path = vv__path_join(folder, names.names[i]);
        if (path) unlink(path);
        vv__free(path);
    }
    vv__names_free(&names);
    rmdir(folder);
}

static int check_page(const vv_appearances *a, vv_error *err)
{
    char *page = vv__path_join(a->folder, PAGE);
    if (!page) return vv__fail_nomem(err, a->folder);
    int rc = 0;
    if (vv__path_exists(page) && !begins_with(page, VV__PAGE_MARK))
        rc = vv__fail(err, VV_ERR_EXISTS,
                      "%s: is no report of this kind and would be lost; name another folder", page);
    vv__free(page);
    return rc;
}

int vv__appearances_open_folder(vv_appearances *a, vv_error *err)
{
    a->made_folder = !vv__path_exists(a->folder);
    int rc = vv__make_folders(a->folder, 0700, err);
    if (rc < 0) {
        a->made_folder = false;
        return rc;
    }
    rc = check_page(a, err);
    if (rc < 0) return rc;
    char *faces = vv__path_join(a->folder, UNFINISHED);
    if (!faces) return vv__fail_nomem(err, a->folder);
    /* Left by a run that was killed. */
    remove_pictures(faces, 0);
    if (mkdir(faces, 0700) != 0 && errno != EEXIST)
        rc = vv__fail(err, VV_ERR_IO, "%s: cannot be written to: %s", a->folder, strerror(errno));
    if (rc == 0)
        a->faces = faces;
    else
        vv__free(faces);
    return rc;
}

void vv__appearances_close_folder(vv_appearances *a)
{
    if (a->faces) remove_pictures(a->faces, 0);
    if (a->made_folder && !a->is_written) rmdir(a->folder);
}

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

/* NAME.vtt, or NAME-2.vtt where that is another video's, or a file of somebody else's. */
static char *captions_name(const vv_appearances *a, const vv__appearance_report *r, size_t source)
{
    const char *own = vv__path_base(r->sources[source].source);
    const char *dot = strrchr(own, '.');
    if (strcmp(own, "-") == 0 || !*own) own = "stdin";
    const size_t all = dot && dot > own ? (size_t)(dot - own) : strlen(own);
    const size_t stem = all < MOST_STEM ? all : MOST_STEM;
    for (size_t n = 1;; n++) {
        vv__text name = {0};
        vv__text_add_bytes(&name, own, stem);
        if (n > 1) vv__text_format(&name, "-%zu", n);
        vv__text_add(&name, ".vtt");
        char *words = vv__text_take(&name), *path = words ? vv__path_join(a->folder, words) : NULL;
        const bool is_free = path && !is_taken(r, source, words) &&
                             (!vv__path_exists(path) || begins_with(path, VV__CAPTIONS_BEGIN));
        const bool failed = !path;
        vv__free(path);
        if (is_free) return words;
        vv__free(words);
        if (failed) return NULL;
    }
}

/* --- Writing --- */

/* Pictures get their names, and those of an earlier report go: nobody's face is left lying about.
 */
static int name_pictures(const vv_appearances *a, vv_error *err)
{
    char *to = vv__path_join(a->folder, VV__PICTURES);
    if (!to) return vv__fail_nomem(err, a->folder);
    int rc = vv__make_folders(to, 0700, err);
    if (rc == 0) remove_pictures(to, a->picture_count);
    if (rc == 0) rc = vv__make_folders(to, 0700, err);
    for (size_t i = 1; i <= a->picture_count && rc == 0; i++) {
        char name[64];
        snprintf(name, sizeof name, "%05zu.jpg", i);
        char *old_path = vv__path_join(a->faces, name), *new_path = vv__path_join(to, name);
        if (!old_path || !new_path)
            rc = vv__fail_nomem(err, a->folder);
        else if (rename(old_path, new_path) != 0) {
            /* One that became part of another is not there. */
            if (errno == ENOENT)
                unlink(new_path);
            else
                rc = vv__fail(err, VV_ERR_IO, "%s: cannot be written: %s", new_path,
                              strerror(errno));
        }
        vv__free(old_path);
        vv__free(new_path);
    }
    vv__free(to);
    return rc;
}

static void remove_page(const vv_appearances *a)
{
    char *page = vv__path_join(a->folder, PAGE);
    if (page) unlink(page);
    vv__free(page);
}

typedef int (*write_table)(const vv__appearance_report *report, const char *path, vv_error *err);

static int write_file(const vv_appearances *a, const vv__appearance_report *r, const char *name,
                      write_table table, vv_error *err)
{
    char *path = vv__path_join(a->folder, name);
    const int rc = path ? table(r, path, err) : vv__fail_nomem(err, a->folder);
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

static int write_all(const vv_appearances *a, vv__appearance_report *r, vv_error *err)
{
    r->shown = vv__calloc(r->source_count + 1, sizeof *r->shown);
    r->captions = vv__calloc(r->source_count + 1, sizeof *r->captions);
    int rc = r->shown && r->captions ? 0 : vv__fail_nomem(err, a->folder);
    for (size_t i = 0; i < r->source_count && rc == 0; i++)
        if (r->sources[i].shown) r->shown[i] = path_from(a->folder, r->sources[i].shown);
    if (rc == 0) rc = vv__appearance_index(r, err);
    /* A page that is there already is of other pictures. */
    if (rc == 0) remove_page(a);
    if (rc == 0) rc = name_pictures(a, err);
    if (rc == 0) rc = write_captions(a, r, err);
    if (rc == 0) rc = write_file(a, r, "appearances.csv", vv__appearance_csv_write, err);
    if (rc == 0) rc = write_file(a, r, "appearances.json", vv__appearance_json_write, err);
    if (rc == 0) rc = write_file(a, r, PAGE, vv__appearance_page_write, err);
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
