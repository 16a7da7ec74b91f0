/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "gallery/folder.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/file.h"
#include "base/log.h"
#include "base/text.h"

typedef struct list {
    vv__people_photos *photos;
    size_t capacity;
} list;

/* A person is called as the folder or file is; bytes that are no UTF-8 become '?', since names go
 * into JSON and onto pictures. */
static char *person_name(const char *name, size_t length)
{
    char *copy = vv__calloc(length + 1, 1);
    if (!copy) return NULL;
    memcpy(copy, name, length);
    if (vv__utf8_valid(copy, length)) return copy;
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)copy[i] >= 0x80) copy[i] = '?';
    return copy;
}

static int add(list *l, const char *name, size_t name_length, const char *folder, const char *file,
               vv_error *err)
{
    if (vv__grow((void **)&l->photos->photos, &l->capacity, l->photos->count,
                 sizeof *l->photos->photos) < 0)
        return vv__fail_nomem(err, folder);
    vv__people_photo photo = {person_name(name, name_length), vv__path_join(folder, file)};
    if (!photo.person || !photo.path) {
        vv__free(photo.person);
        vv__free(photo.path);
        return vv__fail_nomem(err, folder);
    }
    l->photos->photos[l->photos->count++] = photo;
    return 0;
}

static size_t stem_length(const char *name)
{
    const char *dot = strrchr(name, '.');
    return dot && dot != name ? (size_t)(dot - name) : strlen(name);
}

static int add_person_folder(list *l, const char *name, const char *path,
                             bool (*is_photo)(const char *), vv_error *err)
{
    vv__names files;
    int rc = vv__list_folder(&files, path, err);
    for (size_t i = 0; rc == 0 && i < files.count; i++)
        if (is_photo(files.names[i])) rc = add(l, name, strlen(name), path, files.names[i], err);
    vv__names_free(&files);
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
    list l = {out, 0};
    vv__names names;
    int rc = vv__list_folder(&names, folder, err);
    if (rc < 0) return rc;
    for (size_t i = 0; i < names.count && rc == 0; i++) {
        char *path = vv__path_join(folder, names.names[i]);
        if (!path)
            rc = vv__fail_nomem(err, folder);
        else if (vv__path_is_folder(path))
            rc = add_person_folder(&l, names.names[i], path, is_photo, err);
        else if (is_photo(names.names[i]))
            rc = add(&l, names.names[i], stem_length(names.names[i]), folder, names.names[i], err);
        else
            vv__log(VV_LOG_INFO, "%s: not a photo by its name; left out", path);
        vv__free(path);
    }
    vv__names_free(&names);
    if (rc < 0)
        vv__people_photos_free(out);
    else if (out->count)
        qsort(out->photos, out->count, sizeof *out->photos, compare_photos);
    return rc;
}

void vv__people_photos_free(vv__people_photos *photos)
{
    for (size_t i = 0; i < photos->count; i++) {
        vv__free(photos->photos[i].person);
        vv__free(photos->photos[i].path);
    }
    vv__free(photos->photos);
    *photos = (vv__people_photos){0};
}
