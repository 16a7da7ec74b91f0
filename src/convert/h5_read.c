/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "convert/h5_read.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <hdf5.h>

#include "base/alloc.h"
#include "base/error.h"

#define MOST_NAMES 16384
#define MOST_ATTRIBUTE_BYTES ((size_t)16 << 20)
#define MOST_CHUNK_BYTES ((hsize_t)256 << 20)
#define MOST_FILTERS 8

typedef struct reading {
    vv__h5_sink sink;
    void *cookie;
    vv_error *err;
    size_t numbers, tensors;
} reading;

/* The strings of an attribute. */
typedef struct names {
    char **items;
    size_t count, capacity;
} names;

static void names_free(names *list)
{
    for (size_t i = 0; i < list->count; i++) vv__free(list->items[i]);
    vv__free(list->items);
    *list = (names){0};
}

static int names_add(names *list, const char *bytes, size_t most, const char *attribute,
                     vv_error *err)
{
    const size_t length = strnlen(bytes, most);
    if (!length || length > VV__WEIGHTS_MAX_NAME)
        return vv__fail(err, VV_ERR_FORMAT, "%s: holds a name of %zu bytes", attribute, length);
    if (list->count >= MOST_NAMES)
        return vv__fail(err, VV_ERR_LIMIT, "%s: holds over %d names", attribute, MOST_NAMES);
    if (vv__grow((void **)&list->items, &list->capacity, list->count, sizeof *list->items) < 0)
        return vv__fail_nomem(err, attribute);
    char *copy = vv__calloc(length + 1, 1);
    if (!copy) return vv__fail_nomem(err, attribute);
    list->items[list->count++] = memcpy(copy, bytes, length);
    return 0;
}

static int damaged(vv_error *err, const char *what)
{
    return vv__fail(err, VV_ERR_FORMAT, "%s: cannot be read; the file is damaged", what);
}

static int read_fixed(names *list, hid_t attribute, hid_t type, size_t count, const char *name,
                      vv_error *err)
{
    const size_t each = H5Tget_size(type);
    if (!each) return damaged(err, name);
    if (each > MOST_ATTRIBUTE_BYTES / count)
        return vv__fail(err, VV_ERR_LIMIT, "%s: %zu names of %zu bytes are too many", name, count,
                        each);
    char *bytes = vv__calloc(count, each);
    if (!bytes) return vv__fail_nomem(err, name);
    int rc = H5Aread(attribute, type, bytes) < 0 ? damaged(err, name) : 0;
    for (size_t i = 0; i < count && rc == 0; i++)
        rc = names_add(list, bytes + i * each, each, name, err);
    vv__free(bytes);
    return rc;
}

static int read_variable(names *list, hid_t attribute, hid_t type, hid_t space, size_t count,
                         const char *name, vv_error *err)
{
    char **strings = vv__calloc(count, sizeof *strings);
    if (!strings) return vv__fail_nomem(err, name);
    int rc = 0;
    if (H5Aread(attribute, type, strings) < 0) {
        rc = damaged(err, name);
    } else {
        for (size_t i = 0; i < count && rc == 0; i++)
            rc = names_add(list, strings[i] ? strings[i] : "", SIZE_MAX, name, err);
        H5Dvlen_reclaim(type, space, H5P_DEFAULT, strings);
    }
    vv__free(strings);
    return rc;
}

static int read_attribute(names *list, hid_t object, const char *name, vv_error *err)
{
    const hid_t attribute = H5Aopen(object, name, H5P_DEFAULT);
    if (attribute < 0) return damaged(err, name);
    const hid_t type = H5Aget_type(attribute), space = H5Aget_space(attribute);
    const hssize_t count = space < 0 ? -1 : H5Sget_simple_extent_npoints(space);
    int rc = 0;
    if (type < 0 || count < 0)
        rc = damaged(err, name);
    else if (count > MOST_NAMES)
        rc = vv__fail(err, VV_ERR_LIMIT, "%s: holds over %d names", name, MOST_NAMES);
    else if (count == 0)
        ; /* An empty list has the type of numbers. */
    else if (H5Tget_class(type) != H5T_STRING)
        rc = vv__fail(err, VV_ERR_FORMAT, "%s: is no list of names", name);
    else if (H5Tis_variable_str(type) > 0)
        rc = read_variable(list, attribute, type, space, (size_t)count, name, err);
    else
        rc = read_fixed(list, attribute, type, (size_t)count, name, err);
    if (space >= 0) H5Sclose(space);
    if (type >= 0) H5Tclose(type);
    H5Aclose(attribute);
    return rc;
}

/* The list that Keras keeps as `name`, or in pieces as `name0`, `name1` ... where it is too long
 * for one attribute. VV_ERR_NOT_FOUND, without a message, where there is neither. */
static int read_names(names *list, hid_t object, const char *name, vv_error *err)
{
    *list = (names){0};
    int rc = VV_ERR_NOT_FOUND;
    if (H5Aexists(object, name) > 0) {
        rc = read_attribute(list, object, name, err);
    } else {
        char piece[64];
        for (int i = 0; i < MOST_NAMES; i++) {
            snprintf(piece, sizeof piece, "%s%d", name, i);
            if (H5Aexists(object, piece) <= 0) break;
            rc = read_attribute(list, object, piece, err);
            if (rc < 0) break;
        }
    }
    if (rc < 0) names_free(list);
    return rc;
}

/* One step along a path. Only what lies in the file itself is followed, and that without detours.
 */
static int open_step(hid_t *object, const char *name, const char *what, vv_error *err)
{
    H5L_info_t info;
    const htri_t there = strcmp(name, ".") == 0 ? 0 : H5Lexists(*object, name, H5P_DEFAULT);
    if (there <= 0)
        return vv__fail(err, VV_ERR_FORMAT, "%s: is listed, but the file holds no such thing",
                        what);
    if (H5Lget_info(*object, name, &info, H5P_DEFAULT) < 0) return damaged(err, what);
    if (info.type != H5L_TYPE_HARD)
        return vv__fail(err, VV_ERR_UNSUPPORTED, "%s: %s", what,
                        info.type == H5L_TYPE_EXTERNAL
                            ? "lies in another file, and links to those are not followed"
                            : "is a link, and links are not followed");
    const hid_t next = H5Oopen(*object, name, H5P_DEFAULT);
    if (next < 0) return damaged(err, what);
    H5Oclose(*object);
    *object = next;
    return 0;
}

/* The object at `path` below `parent`; close with H5Oclose(). Messages call it `what`. */
static int open_path(hid_t *out, hid_t parent, const char *path, H5I_type_t kind, const char *what,
                     vv_error *err)
{
    char step[VV__WEIGHTS_MAX_NAME + 1];
    *out = H5Oopen(parent, ".", H5P_DEFAULT);
    int rc = *out < 0 ? damaged(err, what) : 0;
    for (const char *p = path; *p && rc == 0;) {
        const size_t length = strcspn(p, "/");
        snprintf(step, sizeof step, "%.*s", (int)length, p);
        if (H5Iget_type(*out) != H5I_GROUP)
            rc = vv__fail(err, VV_ERR_FORMAT, "%s: lies in something that is no group", what);
        else if (length)
            rc = open_step(out, step, what, err);
        p += length + (p[length] == '/');
    }
    if (rc == 0 && H5Iget_type(*out) != kind)
        rc = vv__fail(err, VV_ERR_FORMAT, "%s: is no %s", what,
                      kind == H5I_GROUP ? "group" : "array of numbers");
    if (rc < 0 && *out >= 0) H5Oclose(*out);
    return rc;
}

/* How the numbers are stored must be such that they lie in this file, and that reading them takes
 * none but the library's plainest code. */
static int check_storage(hid_t dataset, hid_t type, const char *name, vv_error *err)
{
    static const H5Z_filter_t known[] = {H5Z_FILTER_DEFLATE, H5Z_FILTER_SHUFFLE,
                                         H5Z_FILTER_FLETCHER32};
    const hid_t how = H5Dget_create_plist(dataset);
    if (how < 0) return damaged(err, name);
    const H5D_layout_t layout = H5Pget_layout(how);
    const int filters = H5Pget_nfilters(how);
    int rc = 0;
    if (layout == H5D_VIRTUAL || H5Pget_external_count(how) != 0)
        rc = vv__fail(err, VV_ERR_UNSUPPORTED,
                      "%s: its numbers lie in other files, which are not "
                      "opened",
                      name);
    else if (layout < 0 || filters < 0 || filters > MOST_FILTERS)
        rc = damaged(err, name);
    for (int i = 0; i < filters && rc == 0; i++) {
        unsigned flags, config;
        size_t values = 0;
        const H5Z_filter_t filter =
            H5Pget_filter2(how, (unsigned)i, &flags, &values, NULL, 0, NULL, &config);
        bool is_known = false;
        for (size_t k = 0; k < sizeof known / sizeof *known; k++) is_known |= filter == known[k];
        if (!is_known)
            rc = vv__fail(err, VV_ERR_UNSUPPORTED,
                          "%s: is compressed by filter %d; only gzip is supported", name,
                          (int)filter);
    }
    if (rc == 0 && layout == H5D_CHUNKED) {
        hsize_t dims[H5S_MAX_RANK], bytes = H5Tget_size(type);
        const int rank = H5Pget_chunk(how, H5S_MAX_RANK, dims);
        for (int i = 0; i < rank && rc == 0; i++) {
            if (!dims[i] || dims[i] > MOST_CHUNK_BYTES || (bytes *= dims[i]) > MOST_CHUNK_BYTES)
                rc = vv__fail(err, VV_ERR_LIMIT, "%s: its pieces are over %llu MB", name,
                              (unsigned long long)(MOST_CHUNK_BYTES >> 20));
        }
    }
    H5Pclose(how);
    return rc;
}

/* The shape, within the limits. */
static int read_shape(reading *r, hid_t dataset, vv__weight *weight)
{
    hsize_t dims[H5S_MAX_RANK];
    const hid_t space = H5Dget_space(dataset);
    const int rank =
        space < 0 || H5Sis_simple(space) <= 0 ? -1 : H5Sget_simple_extent_dims(space, dims, NULL);
    if (space >= 0) H5Sclose(space);
    if (rank < 0) return damaged(r->err, weight->name);
    if (rank > VV__WEIGHTS_MAX_RANK)
        return vv__fail(r->err, VV_ERR_UNSUPPORTED, "%s: has %d dimensions", weight->name, rank);
    weight->rank = rank;
    for (int i = 0; i < rank; i++)
        weight->dims[i] = dims[i] > INT64_MAX ? INT64_MAX : (int64_t)dims[i];
    const int64_t count = vv__weights_numbers(rank, weight->dims);
    if (count < 0 || (size_t)count > VV__WEIGHTS_MAX_NUMBERS - r->numbers ||
        r->tensors >= VV__WEIGHTS_MAX_COUNT)
        return vv__fail(r->err, VV_ERR_LIMIT,
                        "%s: with it the file holds over %zu numbers, more than any such network",
                        weight->name, VV__WEIGHTS_MAX_NUMBERS);
    weight->count = (size_t)count;
    r->numbers += weight->count;
    r->tensors++;
    return 0;
}

static int read_dataset(reading *r, hid_t dataset, vv__weight *weight)
{
    int rc = read_shape(r, dataset, weight);
    if (rc < 0) return rc;
    const hid_t type = H5Dget_type(dataset);
    if (type < 0) return damaged(r->err, weight->name);
    if (H5Tget_class(type) != H5T_FLOAT)
        rc = vv__fail(r->err, VV_ERR_FORMAT, "%s: does not hold floating-point numbers",
                      weight->name);
    if (rc == 0) rc = check_storage(dataset, type, weight->name, r->err);
    H5Tclose(type);
    if (rc < 0) return rc;
    weight->data = vv__calloc(weight->count + 1, sizeof *weight->data);
    if (!weight->data) return vv__fail_nomem(r->err, weight->name);
    if (weight->count &&
        H5Dread(dataset, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, weight->data) < 0)
        rc = damaged(r->err, weight->name);
    if (rc == 0) rc = r->sink(r->cookie, weight, r->err);
    vv__free(weight->data);
    return rc;
}

static int read_layer(reading *r, hid_t root, char *layer)
{
    hid_t group, dataset;
    names list = {0};
    int rc = open_path(&group, root, layer, H5I_GROUP, "its group", r->err);
    if (rc < 0) return rc;
    rc = read_names(&list, group, "weight_names", r->err);
    if (rc == VV_ERR_NOT_FOUND) rc = vv__fail(r->err, VV_ERR_FORMAT, "has no weight_names");
    for (size_t i = 0; i < list.count && rc == 0; i++) {
        vv__weight weight = {.layer = layer, .name = list.items[i]};
        rc = open_path(&dataset, group, list.items[i], H5I_DATASET, list.items[i], r->err);
        if (rc < 0) break;
        rc = read_dataset(r, dataset, &weight);
        H5Oclose(dataset);
    }
    names_free(&list);
    H5Oclose(group);
    return rc;
}

static int read_root(reading *r, hid_t file)
{
    hid_t root;
    names list = {0};
    const bool whole = H5Lexists(file, "model_weights", H5P_DEFAULT) > 0;
    int rc =
        open_path(&root, file, whole ? "model_weights" : "", H5I_GROUP, "model_weights", r->err);
    if (rc < 0) return rc;
    rc = read_names(&list, root, "layer_names", r->err);
    if (rc == VV_ERR_NOT_FOUND)
        rc = H5Lexists(root, "layers", H5P_DEFAULT) > 0
                 ? vv__fail(r->err, VV_ERR_UNSUPPORTED,
                            "holds weights as Keras 3 saves them, without the layers' names; save "
                            "the whole model as NAME.h5 instead")
                 : vv__fail(r->err, VV_ERR_FORMAT,
                            "is an HDF5 file, but no Keras weights: it has no layer_names");
    for (size_t i = 0; i < list.count && rc == 0; i++) {
        rc = read_layer(r, root, list.items[i]);
        if (rc < 0 && rc != VV_ERR_NOMEM) {
            char what[VV__WEIGHTS_MAX_NAME + 8];
            snprintf(what, sizeof what, "layer %s", list.items[i]);
            vv__error_prefix(r->err, what);
        }
    }
    names_free(&list);
    H5Oclose(root);
    return rc;
}

/* The bytes as a file, which has no name, so that nothing can be found beside it. */
static hid_t open_bytes(const void *data, size_t size)
{
    const hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    hid_t file = -1;
    if (access < 0) return -1;
    if (size && H5Pset_fapl_core(access, 1 << 16, false) >= 0 &&
        H5Pset_file_image(access, (void *)(uintptr_t)data, size) >= 0)
        file = H5Fopen("weights", H5F_ACC_RDONLY, access);
    H5Pclose(access);
    return file;
}

int vv__h5_read(const void *data, size_t size, vv__h5_sink sink, void *cookie, vv_error *err)
{
    reading r = {sink, cookie, err, 0, 0};
    H5Eset_auto(H5E_DEFAULT, NULL, NULL);
    H5PLset_loading_state(0);
    const hid_t file = open_bytes(data, size);
    if (file < 0)
        return vv__fail(err, VV_ERR_FORMAT,
                        "is no HDF5 file, or a damaged one; Keras saves weights as .h5");
    const int rc = read_root(&r, file);
    H5Fclose(file);
    return rc;
}

int vv__h5_collect(void *weights, const vv__weight *weight, vv_error *err)
{
    float *data;
    const int rc = vv__weights_add(weights, weight->layer, weight->name, weight->rank, weight->dims,
                                   &data, err);
    if (rc == 0 && weight->count) memcpy(data, weight->data, weight->count * sizeof *data);
    return rc;
}
