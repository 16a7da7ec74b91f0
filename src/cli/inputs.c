/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "inputs.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "json_out.h"
#include "message.h"

/* Deeper than anyone sorts photos; a loop of mounted folders ends here. */
enum { MOST_DEPTH = 64 };

static void add(vv__cli_sources *sources, const char *name, const char *path)
{
    if ((sources->count & (sources->count - 1)) == 0) {
        const size_t room = sources->count ? 2 * sources->count : 1;
        sources->items = vv__cli_grow(sources->items, room, sizeof *sources->items);
    }
    sources->items[sources->count++] =
        (vv__cli_source){vv__cli_format("%s", name), vv__cli_format("%s", path), NULL};
}

static int is_not_hidden(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static bool is_same(const char *path, const struct stat *folder)
{
    struct stat info;
    return stat(path, &info) == 0 && info.st_dev == folder->st_dev && info.st_ino == folder->st_ino;
}

static bool is_passed_over(const vv__cli_sources *sources, const struct stat *folder)
{
    return sources->without && is_same(sources->without, folder);
}

/* Where the folder of a report is looked through itself, its pictures are no inputs. */
static bool has_pictures(const vv__cli_sources *sources, const char *folder)
{
    struct stat info;
    if (!sources->without || stat(folder, &info) != 0) return false;
    char *pictures = vv__cli_format("%s/faces", sources->without);
    const bool is_there = is_same(pictures, &info);
    free(pictures);
    return is_there;
}

static bool is_picture(const char *name)
{
    const size_t digits = strspn(name, "0123456789");
    return (digits == 5 || (digits > 5 && name[0] != '0')) && strcmp(name + digits, ".jpg") == 0;
}

/* An input of this name would be gone when the new report is there. */
static bool is_replaced(const vv__cli_sources *sources, const char *path)
{
    const char *slash = strrchr(path, '/');
    if (!is_picture(slash ? slash + 1 : path)) return false;
    char *folder = vv__cli_format("%.*s", slash ? (int)(slash + 1 - path) : 1, slash ? path : ".");
    const bool is = has_pictures(sources, folder);
    free(folder);
    return is;
}

static bool add_folder(vv__cli_sources *sources, const char *folder, int depth)
{
    struct dirent **entries = NULL;
    const int count = scandir(folder, &entries, is_not_hidden, alphasort);
    if (count < 0) {
        vv__cli_error("%s: the folder cannot be read: %s", folder, strerror(errno));
        return false;
    }
    bool ok = true;
    const bool of_report = has_pictures(sources, folder);
    const char *slash = folder[0] && folder[strlen(folder) - 1] == '/' ? "" : "/";
    for (int i = 0; i < count; i++) {
        struct stat info;
        char *path = vv__cli_format("%s%s%s", folder, slash, entries[i]->d_name);
        /* A link to a folder could lead back here. */
        if (ok && lstat(path, &info) == 0 && S_ISDIR(info.st_mode)) {
            if (depth < MOST_DEPTH && !is_passed_over(sources, &info))
                ok = add_folder(sources, path, depth + 1);
        } else if (ok && !(of_report && is_picture(entries[i]->d_name)) &&
                   (vv_media_is_photo_name(path) || vv_media_is_video_name(path))) {
            add(sources, path, path);
        }
        free(path);
        free(entries[i]);
    }
    free(entries);
    return ok;
}

static bool add_argument(vv__cli_sources *sources, const char *argument, bool recursive)
{
    struct stat info;
    if (strcmp(argument, "-") == 0) {
        for (size_t i = 0; i < sources->count; i++)
            if (strcmp(sources->items[i].name, "-") == 0) {
                vv__cli_error("-: standard input can be read only once");
                return false;
            }
        add(sources, "-", VV__CLI_STDIN_PATH);
        return vv__cli_stdin_prepare();
    }
    if (stat(argument, &info) != 0 || !S_ISDIR(info.st_mode)) {
        if (is_replaced(sources, argument)) {
            vv__cli_error("%s: is called like a picture of the report; copy it elsewhere, or name "
                          "another folder",
                          argument);
            return false;
        }
        add(sources, argument, argument);
        return true;
    }
    if (!recursive) {
        vv__cli_error("%s: is a folder; --recursive takes the photos and videos in it", argument);
        return false;
    }
    const size_t before = sources->count;
    sources->from_folder = true;
    if (!add_folder(sources, argument, 0)) return false;
    if (sources->count == before) {
        vv__cli_error("%s: there is no photo or video in this folder", argument);
        return false;
    }
    return true;
}

bool vv__cli_sources_new(vv__cli_sources *sources, const char *const *arguments, size_t count,
                         bool recursive, const char *without)
{
    *sources = (vv__cli_sources){.without = without};
    for (size_t i = 0; i < count; i++)
        if (!add_argument(sources, arguments[i], recursive)) return false;
    return true;
}

void vv__cli_sources_free(vv__cli_sources *sources)
{
    for (size_t i = 0; i < sources->count; i++) {
        free(sources->items[i].name);
        free(sources->items[i].path);
        free(sources->items[i].output);
    }
    free(sources->items);
    *sources = (vv__cli_sources){0};
}

static bool copy_stdin(FILE *to)
{
    char buffer[1 << 16];
    size_t got;
    while ((got = fread(buffer, 1, sizeof buffer, stdin)) > 0)
        if (fwrite(buffer, 1, got, to) != got) return false;
    return !ferror(stdin) && fflush(to) == 0;
}

bool vv__cli_stdin_prepare(void)
{
    struct stat info;
    if (fstat(STDIN_FILENO, &info) != 0) {
        vv__cli_error("standard input: %s", strerror(errno));
        return false;
    }
    if (S_ISREG(info.st_mode)) return true;
    FILE *copy = tmpfile();
    if (!copy || !copy_stdin(copy) || dup2(fileno(copy), STDIN_FILENO) < 0) {
        vv__cli_error("standard input: cannot be copied to a temporary file: %s", strerror(errno));
        if (copy) fclose(copy);
        return false;
    }
    fclose(copy);
    return true;
}

/* The library's message, with the name the user knows in place of the path. */
static char *message_about(const vv__cli_source *source, const vv_error *err)
{
    const size_t length = strlen(source->path);
    if (strcmp(source->path, source->name) == 0 || strncmp(err->message, source->path, length) != 0)
        return vv__cli_format("%s", err->message);
    const char *name = strcmp(source->name, "-") == 0 ? "standard input" : source->name;
    return vv__cli_format("%s%s", name, err->message + length);
}

/* In JSON the source stands beside the message: no need to begin with it. */
static const char *without_source(const vv__cli_source *source, const char *message)
{
    const char *name = strcmp(source->name, "-") == 0 ? "standard input" : source->name;
    const size_t length = strlen(name);
    const bool is_there =
        strncmp(message, name, length) == 0 && !strncmp(message + length, ": ", 2);
    return is_there ? message + length + 2 : message;
}

void vv__cli_source_failed(const vv__cli_source *source, const vv_error *err, bool json)
{
    char *message = message_about(source, err);
    if (json) vv__cli_json_error(source->name, without_source(source, message));
    vv__cli_error("%s", message);
    free(message);
}
