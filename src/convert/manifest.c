/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "convert/manifest.h"

#include <jansson.h>
#include <string.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/file.h"

#define MOST_MANIFEST_BYTES ((size_t)4 << 20)
#define MOST_NUMBERS ((size_t)64 << 20)
#define MOST_TENSORS 4096
#define MOST_FILES 64

/* The bytes of a group's files, read as if they were one. */
typedef struct stream {
    vv__mapping files[MOST_FILES];
    size_t count, file, offset;
} stream;

static bool stream_read(stream *s, void *out, size_t size)
{
    char *to = out;
    while (size) {
        if (s->file >= s->count) return false;
        const vv__mapping *file = &s->files[s->file];
        const size_t left = file->size - s->offset;
        const size_t part = left < size ? left : size;
        if (part) memcpy(to, file->data + s->offset, part);
        to += part;
        size -= part;
        s->offset += part;
        if (s->offset == file->size) {
            s->file++;
            s->offset = 0;
        }
    }
    return true;
}

static void stream_close(stream *s)
{
    for (size_t i = 0; i < s->count; i++) vv__unmap_file(&s->files[i]);
    s->count = 0;
}

/* A plain name: it must not lead out of the folder, not even through a link. */
static int open_beside(vv__mapping *out, const char *manifest, const char *name, vv_error *err)
{
    if (!*name || *name == '.' || strchr(name, '/'))
        return vv__fail(err, VV_ERR_FORMAT,
                        "%s: names the file %.100s; only files beside the manifest are read",
                        manifest, name);
    const size_t folder = (size_t)(vv__path_base(manifest) - manifest);
    char *path = vv__calloc(folder + strlen(name) + 1, 1);
    if (!path) return vv__fail_nomem(err, manifest);
    memcpy(path, manifest, folder);
    strcpy(path + folder, name);
    struct stat st;
    int rc;
    if (lstat(path, &st) == 0 && S_ISLNK(st.st_mode))
        rc = vv__fail(err, VV_ERR_FORMAT, "%s: is a link; only files beside the manifest are read",
                      path);
    else
        rc = vv__map_file(out, path, err);
    vv__free(path);
    return rc;
}

static int open_stream(stream *s, const char *manifest, const json_t *paths, vv_error *err)
{
    memset(s, 0, sizeof *s);
    if (!json_is_array(paths) || json_array_size(paths) > MOST_FILES)
        return vv__fail(err, VV_ERR_FORMAT, "%s: `paths` is no list of at most %d files", manifest,
                        MOST_FILES);
    for (size_t i = 0; i < json_array_size(paths); i++) {
        const char *name = json_string_value(json_array_get(paths, i));
        const int rc = name ? open_beside(&s->files[s->count], manifest, name, err)
                            : vv__fail(err, VV_ERR_FORMAT, "%s: a path is no text", manifest);
        if (rc < 0) return rc;
        s->count++;
    }
    return 0;
}

static int read_shape(vv__manifest *m, vv__manifest_tensor *tensor, const json_t *shape,
                      const char *path, vv_error *err)
{
    const size_t rank = json_array_size(shape);
    if (!json_is_array(shape) || rank > VV__MANIFEST_MAX_RANK)
        return vv__fail(err, VV_ERR_FORMAT, "%s: %.100s: has no shape of at most %d dimensions",
                        path, tensor->name, VV__MANIFEST_MAX_RANK);
    tensor->rank = (int)rank;
    tensor->count = 1;
    for (size_t i = 0; i < rank; i++) {
        const json_int_t size = json_integer_value(json_array_get(shape, i));
        if (size < 1 || (size_t)size > MOST_NUMBERS / tensor->count)
            return vv__fail(err, VV_ERR_FORMAT, "%s: %.100s: its shape makes no sense", path,
                            tensor->name);
        tensor->dims[i] = size;
        tensor->count *= (size_t)size;
    }
    m->numbers += tensor->count;
    if (m->numbers > MOST_NUMBERS)
        return vv__fail(err, VV_ERR_LIMIT, "%s: more than %zu million numbers", path,
                        MOST_NUMBERS >> 20);
    return 0;
}

/* Bytes stand for byte * scale + min. They go to the end of the room for the floats first, and are
 * spread from there. */
static int read_data(vv__manifest_tensor *tensor, const json_t *entry, stream *s, const char *path,
                     vv_error *err)
{
    const json_t *quantization = json_object_get(entry, "quantization");
    const char *type =
        json_string_value(json_object_get(quantization ? quantization : entry, "dtype"));
    const bool bytes = quantization && type && strcmp(type, "uint8") == 0;
    if (!bytes && (quantization || !type || strcmp(type, "float32") != 0))
        return vv__fail(err, VV_ERR_UNSUPPORTED,
                        "%s: %.100s: is neither float32 nor stored as uint8", path, tensor->name);
    tensor->data = vv__calloc(tensor->count, sizeof *tensor->data);
    if (!tensor->data) return vv__fail_nomem(err, path);
    const size_t size = tensor->count * (bytes ? 1 : sizeof(float));
    uint8_t *raw = (uint8_t *)tensor->data + tensor->count * sizeof(float) - size;
    if (!stream_read(s, raw, size))
        return vv__fail(err, VV_ERR_TRUNCATED, "%s: %.100s: its file ends too early", path,
                        tensor->name);
    if (!bytes) return 0;
    const double scale = json_number_value(json_object_get(quantization, "scale"));
    const double min = json_number_value(json_object_get(quantization, "min"));
    for (size_t i = 0; i < tensor->count; i++) {
        const uint8_t byte = raw[i];
        tensor->data[i] = (float)(byte * scale + min);
    }
    return 0;
}

static int read_tensor(vv__manifest *m, const json_t *entry, stream *s, const char *path,
                       vv_error *err)
{
    const char *name = json_string_value(json_object_get(entry, "name"));
    if (!name) return vv__fail(err, VV_ERR_FORMAT, "%s: a tensor has no name", path);
    if (m->count >= MOST_TENSORS)
        return vv__fail(err, VV_ERR_LIMIT, "%s: more than %d tensors", path, MOST_TENSORS);
    if (vv__grow((void **)&m->tensors, &m->capacity, m->count, sizeof *m->tensors) < 0)
        return vv__fail_nomem(err, path);
    vv__manifest_tensor *tensor = &m->tensors[m->count++];
    *tensor = (vv__manifest_tensor){.name = vv__strdup(name)};
    if (!tensor->name) return vv__fail_nomem(err, path);
    const int rc = read_shape(m, tensor, json_object_get(entry, "shape"), path, err);
    return rc < 0 ? rc : read_data(tensor, entry, s, path, err);
}

static int read_group(vv__manifest *m, const json_t *group, const char *path, vv_error *err)
{
    const json_t *weights = json_object_get(group, "weights");
    if (!json_is_array(weights))
        return vv__fail(err, VV_ERR_FORMAT, "%s: a group has no `weights`", path);
    stream s;
    int rc = open_stream(&s, path, json_object_get(group, "paths"), err);
    for (size_t i = 0; rc == 0 && i < json_array_size(weights); i++)
        rc = read_tensor(m, json_array_get(weights, i), &s, path, err);
    if (rc == 0 && s.file < s.count && s.files[s.file].size)
        rc = vv__fail(err, VV_ERR_FORMAT, "%s: its files hold more than it tells of", path);
    stream_close(&s);
    return rc;
}

static int load_json(json_t **out, const char *path, vv_error *err)
{
    vv__mapping file;
    int rc = vv__map_file(&file, path, err);
    if (rc < 0) return rc;
    json_error_t trouble;
    if (file.size > MOST_MANIFEST_BYTES)
        rc = vv__fail(err, VV_ERR_LIMIT, "%s: over %zu MB, too long for a manifest", path,
                      MOST_MANIFEST_BYTES >> 20);
    else if (!(*out = json_loadb((const char *)file.data, file.size, 0, &trouble)))
        rc = vv__fail(err, VV_ERR_FORMAT, "%s: line %d: %s", path, trouble.line, trouble.text);
    vv__unmap_file(&file);
    return rc;
}

int vv__manifest_open(vv__manifest *manifest, const char *path, vv_error *err)
{
    *manifest = (vv__manifest){0};
    json_t *root = NULL;
    int rc = load_json(&root, path, err);
    if (rc == 0 && !json_is_array(root))
        rc = vv__fail(err, VV_ERR_FORMAT, "%s: is no weights manifest (a list of groups)", path);
    for (size_t i = 0; rc == 0 && i < json_array_size(root); i++)
        rc = read_group(manifest, json_array_get(root, i), path, err);
    json_decref(root);
    if (rc < 0) vv__manifest_close(manifest);
    return rc;
}

void vv__manifest_close(vv__manifest *manifest)
{
    for (size_t i = 0; i < manifest->count; i++) {
        vv__free(manifest->tensors[i].name);
        vv__free(manifest->tensors[i].data);
    }
    vv__free(manifest->tensors);
    *manifest = (vv__manifest){0};
}

const vv__manifest_tensor *vv__manifest_find(const vv__manifest *manifest, const char *name,
                                             int rank, const int64_t *dims, vv_error *err)
{
    for (size_t i = 0; i < manifest->count; i++) {
        const vv__manifest_tensor *tensor = &manifest->tensors[i];
        if (strcmp(tensor->name, name) != 0) continue;
        if (tensor->rank == rank && memcmp(tensor->dims, dims, (size_t)rank * sizeof *dims) == 0)
            return tensor;
        vv__fail(err, VV_ERR_FORMAT, "%s: has another shape than dlib's ResNet", name);
        return NULL;
    }
    vv__fail(err, VV_ERR_FORMAT, "%s: is missing", name);
    return NULL;
}
