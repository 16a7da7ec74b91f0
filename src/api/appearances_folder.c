/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* The folder of a report, and what is ours in it: each of its files says so in its first bytes.
 * What does not is neither written over nor removed. */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "api/appearances.h"
#include "base/alloc.h"
#include "base/error.h"
#include "base/file.h"
#include "report/appearance_report.h"

/* Pictures until the report is written. */
#define UNFINISHED ".faces.partial"

static bool is_there(const char *path)
{
    struct stat info;
    return lstat(path, &info) == 0;
}

bool vv__appearances_is_marked(const char *path, const char *mark)
{
    char head[512];
    /* Opening a pipe that nobody writes to must not wait. */
    const int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0) return false;
    const ssize_t length = read(file, head, sizeof head);
    close(file);
    return length > 0 && memmem(head, (size_t)length, mark, strlen(mark));
}

int vv__appearances_check_free(const char *path, const char *mark, vv_error *err)
{
    if (!is_there(path) || vv__appearances_is_marked(path, mark)) return 0;
    return vv__fail(err, VV_ERR_EXISTS,
                    "%s: is no report of this kind and would be lost; name another folder", path);
}

/* As VV__PICTURE_NAME writes numbers. */
static bool is_picture_name(const char *name)
{
    const size_t digits = strspn(name, "0123456789");
    return (digits == 5 || (digits > 5 && name[0] != '0')) && strcmp(name + digits, ".jpg") == 0;
}

static bool is_caption_name(const char *name)
{
    return strcmp(vv__path_extension(name), "vtt") == 0;
}

/* What is called like a part of a report. */
typedef struct own_part {
    const char *name; /* NULL: many, as told by is_named */
    bool (*is_named)(const char *name);
    const char *folder; /* below that of the report, or NULL */
    const char *mark;
    bool may_be_others; /* who then keep them, and ours gets another name */
} own_part;

/* The page is the first to go and says that there is a report: it is never left without the rest.
 */
static const own_part parts[] = {
    {VV__PAGE, NULL, NULL, VV__PAGE_MARK, false},
    {VV__CSV, NULL, NULL, VV__CSV_BEGIN, false},
    {VV__JSON, NULL, NULL, VV__JSON_BEGIN, false},
    {NULL, is_caption_name, NULL, VV__CAPTIONS_BEGIN, true},
    {NULL, is_picture_name, VV__PICTURES, VV__PICTURE_MARK, false},
};
enum { PARTS = sizeof parts / sizeof *parts };

/* Done with each file of the part. */
typedef int (*with_file)(const char *path, const own_part *part, vv_error *err);

static int check_file(const char *path, const own_part *part, vv_error *err)
{
    return part->may_be_others ? 0 : vv__appearances_check_free(path, part->mark, err);
}

static int remove_file(const char *path, const own_part *part, vv_error *err)
{
    if (!vv__appearances_is_marked(path, part->mark) || unlink(path) == 0 || errno == ENOENT)
        return 0;
    return vv__fail(err, VV_ERR_IO, "%s: cannot be removed: %s", path, strerror(errno));
}

static int do_file(const char *folder, const char *name, with_file what, const own_part *part,
                   vv_error *err)
{
    char *path = vv__path_join(folder, name);
    const int rc = path ? what(path, part, err) : vv__fail_nomem(err, folder);
    vv__free(path);
    return rc;
}

static int do_named(const char *folder, with_file what, const own_part *part, vv_error *err)
{
    vv__names names;
    if (!is_there(folder)) return 0;
    int rc = vv__list_folder(&names, folder, err);
    if (rc < 0) return rc;
    for (size_t i = 0; i < names.count && rc == 0; i++)
        if (part->is_named(names.names[i])) rc = do_file(folder, names.names[i], what, part, err);
    vv__names_free(&names);
    return rc;
}

static int do_part(const vv_appearances *a, with_file what, const own_part *part, vv_error *err)
{
    if (part->name) return do_file(a->folder, part->name, what, part, err);
    if (!part->folder) return do_named(a->folder, what, part, err);
    char *folder = vv__path_join(a->folder, part->folder);
    const int rc = folder ? do_named(folder, what, part, err) : vv__fail_nomem(err, a->folder);
    /* Where nothing else is in it. */
    if (rc == 0 && what == remove_file) rmdir(folder);
    vv__free(folder);
    return rc;
}

static int do_parts(const vv_appearances *a, with_file what, vv_error *err)
{
    int rc = 0;
    for (size_t i = 0; i < PARTS && rc == 0; i++) rc = do_part(a, what, &parts[i], err);
    return rc;
}

int vv__appearances_clear_folder(vv_appearances *a, vv_error *err)
{
    if (a->is_cleared) return 0;
    const int rc = do_parts(a, remove_file, err);
    a->is_cleared = rc == 0;
    return rc;
}

/* --- Pictures that have not got their names --- */

/* All there are, those half written too. */
static void empty_unfinished(const char *folder)
{
    vv__names names;
    if (vv__list_folder(&names, folder, NULL) < 0) return;
    for (size_t i = 0; i < names.count; i++) {
        char *path = vv__path_join(folder, names.names[i]);
        if (path && strstr(names.names[i], ".jpg")) unlink(path);
        vv__free(path);
    }
    vv__names_free(&names);
}

static int fail_write(const vv_appearances *a, vv_error *err)
{
    return vv__fail(err, VV_ERR_IO, "%s: cannot be written to: %s", a->folder, strerror(errno));
}

/* Whether it is the folder that has this name. */
static bool is_folder_of(int folder, const char *path)
{
    struct stat own, named;
    return fstat(folder, &own) == 0 && stat(path, &named) == 0 && own.st_dev == named.st_dev &&
           own.st_ino == named.st_ino;
}

/* The folder of the pictures is made, and ours until we close it or are no more. */
static int take_unfinished(vv_appearances *a, const char *faces, vv_error *err)
{
    /* Whoever had it before may have removed it at that moment. */
    for (int tries = 0; tries < 100; tries++) {
        if (mkdir(faces, 0700) != 0 && errno != EEXIST) return fail_write(a, err);
        const int folder = open(faces, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (folder < 0 && errno != ENOENT) return fail_write(a, err);
        if (folder < 0) continue;
        if (flock(folder, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
            close(folder);
            return vv__fail(err, VV_ERR_EXISTS,
                            "%s: another report is being made in it; wait for that one, or name "
                            "another folder",
                            a->folder);
        }
        if (is_folder_of(folder, faces)) {
            a->lock = folder;
            return 0;
        }
        close(folder);
    }
    errno = EBUSY;
    return fail_write(a, err);
}

/* --- Open and close --- */

int vv__appearances_open_folder(vv_appearances *a, vv_error *err)
{
    a->made_folder = !vv__path_exists(a->folder);
    int rc = vv__make_folders(a->folder, 0700, err);
    if (rc < 0) {
        a->made_folder = false;
        return rc;
    }
    rc = do_parts(a, check_file, err);
    if (rc < 0) return rc;
    char *faces = vv__path_join(a->folder, UNFINISHED);
    rc = faces ? take_unfinished(a, faces, err) : vv__fail_nomem(err, a->folder);
    if (rc < 0) {
        vv__free(faces);
        return rc;
    }
    a->faces = faces;
    /* Left by a run that was killed. */
    empty_unfinished(faces);
    return 0;
}

void vv__appearances_close_folder(vv_appearances *a)
{
    if (a->faces) {
        empty_unfinished(a->faces);
        rmdir(a->faces);
        close(a->lock);
    }
    /* All of ours is of the report that failed. */
    if (a->is_cleared && !a->is_written) do_parts(a, remove_file, NULL);
    if (a->made_folder && !a->is_written) rmdir(a->folder);
}
