/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "gallery/folder.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/file.h"
#include "base/log.h"
#include "base/text.h"

typedef struct list {
    vv__people_photos *photos;
    size_t capacity;
    const char *folder;
    bool (*is_photo)(const char *path);
} list;

/* A person is called as the folder or file is. Names go into JSON and onto pictures: control
 * characters, and bytes that are no UTF-8, are spelled out, so that different names stay so. */
static char *person_name(const char *name, size_t length)
{
    vv__text text = {0};
    const bool is_text = vv__utf8_valid(name, length);
    for (size_t i = 0; i < length; i++) {
        const unsigned char c = (unsigned char)name[i];
        const bool is_c1 =
            is_text && c == 0xc2 && i + 1 < length && (unsigned char)name[i + 1] < 0xa0;
        if (is_c1)
            vv__text_format(&text, "\\u%04X", (unsigned char)name[++i]);
        else if (c < 0x20 || c == 0x7f || (c >= 0x80 && !is_text))
            vv__text_format(&text, "\\x%02X", c);
        else
            vv__text_add_bytes(&text, &name[i], 1);
    }
    return vv__text_take(&text);
}

/* Reading a pipe waits for its writer, and a device may never end. */
static bool is_special(const char *path)
{
    struct stat st;
    if (stat(path, &st) != 0 || S_ISREG(st.st_mode) || S_ISDIR(st.st_mode)) return false;
    vv__log(VV_LOG_WARNING, "%s: is not a regular file; left out", path);
    return true;
}

static int add(list *l, const char *name, size_t name_length, const char *folder, const char *file,
               vv_error *err)
{
    if (vv__grow((void **)&l->photos->photos, &l->capacity, l->photos->count,
                 sizeof *l->photos->photos) < 0)
        return vv__fail_nomem(err, folder);
    vv__people_photo photo = {person_name(name, name_length), vv__path_join(folder, file)};
    const bool is_whole = photo.person && photo.path;
    if (!is_whole || is_special(photo.path)) {
        vv__free(photo.person);
        vv__free(photo.path);
        return is_whole ? 0 : vv__fail_nomem(err, folder);
    }
    l->photos->photos[l->photos->count++] = photo;
    return 0;
}

static size_t stem_length(const char *name)
{
    const char *dot = strrchr(name, '.');
    return dot && dot != name ? (size_t)(dot - name) : strlen(name);
}

static bool is_same_folder(const char *a, const char *b)
{
    struct stat x, y;
    return stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

/* A folder in a folder of people: its photos are one person's. Nothing deeper is looked at. */
static int add_person_folder(list *l, const char *name, const char *path, vv_error *err)
{
    if (is_same_folder(path, l->folder)) {
        vv__log(VV_LOG_WARNING, "%s: is a link to the folder it lies in; left out", path);
        return 0;
    }
    vv_error why;
    vv__names files;
    int rc = vv__list_folder(&files, path, &why);
    if (rc == VV_ERR_NOMEM) return vv__fail(err, rc, "%s", why.message);
    if (rc < 0) {
        vv__log(VV_LOG_WARNING, "%s; left out", why.message);
        return 0;
    }
    for (size_t i = 0; rc == 0 && i < files.count; i++)
        if (l->is_photo(files.names[i])) rc = add(l, name, strlen(name), path, files.names[i], err);
    vv__names_free(&files);
    return rc;
}

static int add_entry(list *l, const char *name, vv_error *err)
{
    char *path = vv__path_join(l->folder, name);
    int rc = 0;
    if (!path)
        rc = vv__fail_nomem(err, l->folder);
    else if (vv__path_is_folder(path))
        rc = add_person_folder(l, name, path, err);
    else if (l->is_photo(name))
        rc = add(l, name, stem_length(name), l->folder, name, err);
    else
        vv__log(VV_LOG_INFO, "%s: not a photo by its name; left out", path);
    vv__free(path);
    return rc;
}

static int compare_photos(const void *a, const void *b)
{
    const vv__people_photo *x = a, *y = b;
    const int order = strcmp(x->person, y->person);
    return order ? order : strcmp(x->path, y->path);
}

int vv__folder_list(vv__people_photos *out, const char *folder, bool (*is_photo)(const char *path),
                    vv_error *err)
{
    *out = (vv__people_photos){0};
    list l = {out, 0, folder, is_photo};
    vv__names names;
    if (vv__path_exists(folder) && !vv__path_is_folder(folder))
        return is_photo(folder)
                   ? vv__fail(err, VV_ERR_IO,
                              "%s: is a photo, not a folder of people; put it into a folder, under "
                              "the person's name (Ross.jpg)",
                              folder)
                   : vv__fail(err, VV_ERR_IO, "%s: is a file, not a folder of people", folder);
    int rc = vv__list_folder(&names, folder, err);
    for (size_t i = 0; rc == 0 && i < names.count; i++) rc = add_entry(&l, names.names[i], err);
    vv__names_free(&names);
    if (rc < 0)
        vv__people_photos_free(out);
    else if (out->count)
        qsort(out->photos, out->count, sizeof *out->photos, compare_photos);
    return rc;
}

static void free_photo(vv__people_photo *photo)
{
    vv__free(photo->person);
    vv__free(photo->path);
}

void vv__people_photos_limit(vv__people_photos *photos, size_t most)
{
    size_t kept = 0, of_person = 0;
    for (size_t i = 0; i < photos->count; i++) {
        vv__people_photo photo = photos->photos[i];
        const bool is_same = kept && strcmp(photos->photos[kept - 1].person, photo.person) == 0;
        of_person = is_same ? of_person + 1 : 1;
        if (of_person <= most)
            photos->photos[kept++] = photo;
        else
            free_photo(&photo);
    }
    photos->count = kept;
}

void vv__people_photos_free(vv__people_photos *photos)
{
    for (size_t i = 0; i < photos->count; i++) free_photo(&photos->photos[i]);
    vv__free(photos->photos);
    *photos = (vv__people_photos){0};
}
