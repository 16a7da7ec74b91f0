/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "nn/tensor_file.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "nn/onnx_tensor.h"
#include "nn/plan.h"

static const uint8_t magic[6] = {0x93, 'N', 'U', 'M', 'P', 'Y'};

typedef struct npy_type {
    const char *descr;
    vv__dtype type;
} npy_type;

static const npy_type npy_types[] = {
    {"<f4", VV__FLOAT}, {"<f8", VV__DOUBLE}, {"<i4", VV__INT32}, {"<i8", VV__INT64},
    {"|i1", VV__INT8},  {"|u1", VV__UINT8},  {"|b1", VV__BOOL},
};
enum { NPY_TYPES = sizeof npy_types / sizeof *npy_types };

void vv__tensor_free(vv__tensor *tensor)
{
    vv__free_aligned(tensor->data);
    *tensor = (vv__tensor){0};
}

/* --- Reading .npy: a Python dictionary with three known keys --- */

typedef struct header {
    const char *p, *end;
} header;

static void skip_space(header *h)
{
    while (h->p < h->end && strchr(" \t\r\n", *h->p) && *h->p) h->p++;
}

static bool take(header *h, char c)
{
    skip_space(h);
    if (h->p == h->end || *h->p != c) return false;
    h->p++;
    return true;
}

static bool take_word(header *h, const char *word)
{
    skip_space(h);
    const size_t length = strlen(word);
    if ((size_t)(h->end - h->p) < length || memcmp(h->p, word, length)) return false;
    h->p += length;
    return true;
}

static bool take_text(header *h, char *text, size_t size)
{
    skip_space(h);
    if (h->p == h->end || (*h->p != '\'' && *h->p != '"')) return false;
    const char quote = *h->p++;
    size_t n = 0;
    for (; h->p < h->end && *h->p != quote; h->p++) {
        if (n + 1 >= size) return false;
        text[n++] = *h->p;
    }
    text[n] = 0;
    return h->p < h->end && *h->p++ == quote;
}

static bool take_number(header *h, int64_t *number)
{
    skip_space(h);
    int64_t value = 0;
    const char *start = h->p;
    for (; h->p < h->end && *h->p >= '0' && *h->p <= '9'; h->p++)
        if (__builtin_mul_overflow(value, 10, &value) ||
            __builtin_add_overflow(value, *h->p - '0', &value))
            return false;
    *number = value;
    return h->p > start;
}

static bool take_shape(header *h, vv__shape *shape)
{
    if (!take(h, '(')) return false;
    while (!take(h, ')')) {
        if (shape->rank == VV__NET_MAX_RANK || !take_number(h, &shape->dims[shape->rank++]))
            return false;
        take_word(h, "L"); /* Python 2 */
        if (!take(h, ',')) return take(h, ')');
    }
    return true;
}

static bool parse_header(header *h, vv__tensor *out, bool *fortran)
{
    char key[32], descr[32] = "";
    bool has_shape = false, has_order = false;
    if (!take(h, '{')) return false;
    while (!take(h, '}')) {
        if (!take_text(h, key, sizeof key) || !take(h, ':')) return false;
        if (!strcmp(key, "descr")) {
            if (!take_text(h, descr, sizeof descr)) return false;
        } else if (!strcmp(key, "fortran_order")) {
            *fortran = take_word(h, "True");
            has_order = *fortran || take_word(h, "False");
        } else if (!strcmp(key, "shape") && !has_shape) {
            has_shape = take_shape(h, &out->shape);
            if (!has_shape) return false;
        } else {
            return false;
        }
        if (!take(h, ',') && !(h->p < h->end && *h->p == '}')) return false;
    }
    for (size_t i = 0; i < NPY_TYPES; i++)
        if (!strcmp(npy_types[i].descr, descr)) out->type = npy_types[i].type;
    return has_shape && has_order && *descr;
}

/* Copy rows into the tensor; Fortran's order is the transposed tensor's. */
static int take_data(vv__tensor *out, const void *data, bool fortran, const char *path,
                     vv_error *err)
{
    const int64_t count = vv__shape_count(&out->shape, out->type);
    const size_t size = vv__dtype_size(out->type);
    out->data = vv__malloc_aligned((size_t)count, size);
    if (!out->data) return vv__fail_nomem(err, path);
    if (!fortran) {
        if (count) memcpy(out->data, data, (size_t)count * size);
        return VV_OK;
    }
    int64_t from[VV__NET_MAX_RANK], to[VV__NET_MAX_RANK], step = 1;
    for (int i = 0; i < out->shape.rank; i++) {
        from[i] = step;
        step *= out->shape.dims[i];
    }
    void *copy = vv__malloc_aligned((size_t)count, size);
    if (!copy) return vv__fail_nomem(err, path);
    if (count) memcpy(copy, data, (size_t)count * size);
    vv__strides_plain(&out->shape, to);
    vv__copy_strided(out->data, to, copy, from, &out->shape, size);
    vv__free_aligned(copy);
    return VV_OK;
}

static int read_npy(vv__tensor *out, const vv__mapping *file, const char *path, vv_error *err)
{
    if (file->size < 10 || memcmp(file->data, magic, sizeof magic))
        return vv__fail(err, VV_ERR_FORMAT, "%s: not a .npy file", path);
    const int version = file->data[6];
    const size_t start = version == 1 ? 10 : 12;
    size_t length = (size_t)file->data[8] | (size_t)file->data[9] << 8;
    if (version < 1 || version > 3)
        return vv__fail(err, VV_ERR_UNSUPPORTED, "%s: version %d of the .npy format", path,
                        version);
    if (version > 1 && file->size >= start)
        length |= (size_t)file->data[10] << 16 | (size_t)file->data[11] << 24;
    if (file->size < start || length > file->size - start)
        return vv__fail(err, VV_ERR_FORMAT, "%s: its header is cut off", path);
    header h = {(const char *)file->data + start, (const char *)file->data + start + length};
    bool fortran = false;
    if (!parse_header(&h, out, &fortran))
        return vv__fail(err, VV_ERR_FORMAT, "%s: its header is damaged", path);
    if (!vv__dtype_size(out->type))
        return vv__fail(err, VV_ERR_UNSUPPORTED,
                        "%s: its element type is not supported; save it as float32 or int64", path);
    const int64_t count = vv__shape_count(&out->shape, out->type);
    const size_t bytes = file->size - start - length;
    if (count < 0 || (size_t)count * vv__dtype_size(out->type) != bytes)
        return vv__fail(err, VV_ERR_FORMAT,
                        "%s: holds %zu bytes, which is not what its shape asks for", path, bytes);
    return take_data(out, file->data + start + length, fortran, path, err);
}

static int read_proto(vv__tensor *out, const vv__mapping *file, const char *path, vv_error *err)
{
    vv__bump memory = {.limit = VV__WEIGHTS_LIMIT};
    vv__constant constant;
    const char *name;
    const vv__wire wire = vv__wire_over(file->data, file->size);
    int rc = vv__tensor_proto_read(&constant, &name, wire, &memory, NULL, err);
    if (rc < 0) {
        vv__error_prefix(err, path);
    } else {
        out->type = constant.type;
        out->shape = constant.shape;
        rc = take_data(out, constant.data, false, path, err);
    }
    vv__bump_free(&memory);
    return rc;
}

int vv__tensor_read(vv__tensor *out, const char *path, vv_error *err)
{
    static const char *const npy[] = {"npy", NULL}, *const proto[] = {"pb", NULL};
    *out = (vv__tensor){0};
    const bool is_npy = vv__path_has_extension(path, npy);
    if (!is_npy && !vv__path_has_extension(path, proto))
        return vv__fail(err, VV_ERR_UNSUPPORTED, "%s: tensors are read from .npy and .pb files",
                        path);
    vv__mapping file;
    int rc = vv__map_file(&file, path, err);
    if (rc < 0) return rc;
    rc = is_npy ? read_npy(out, &file, path, err) : read_proto(out, &file, path, err);
    vv__unmap_file(&file);
    if (rc < 0) vv__tensor_free(out);
    return rc;
}

int vv__tensor_write_npy(const char *path, vv__dtype type, const vv__shape *shape, const void *data,
                         vv_error *err)
{
    char text[512];
    const char *descr = NULL;
    for (size_t i = 0; i < NPY_TYPES; i++)
        if (npy_types[i].type == type) descr = npy_types[i].descr;
    const int64_t count = vv__shape_count(shape, type);
    if (!descr || count < 0)
        return vv__fail(err, VV_ERR_INVALID, "%s: a tensor of type %d", path, (int)type);
    int n =
        snprintf(text, sizeof text, "{'descr': '%s', 'fortran_order': False, 'shape': (", descr);
    for (int i = 0; i < shape->rank; i++)
        n += snprintf(text + n, sizeof text - (size_t)n, "%s%lld", i ? ", " : "",
                      (long long)shape->dims[i]);
    if (shape->rank == 1) text[n++] = ','; /* as a tuple of one is written in Python */
    n += snprintf(text + n, sizeof text - (size_t)n, "), }");
    const int length = (10 + n + 1 + 63) / 64 * 64 - 10; /* the data begin at a multiple of 64 */
    const uint8_t start[10] = {
        0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (uint8_t)length, (uint8_t)(length >> 8)};
    vv__output file;
    const int rc = vv__output_open(&file, path, err);
    if (rc < 0) return rc;
    const size_t bytes = (size_t)count * vv__dtype_size(type);
    const bool written = fwrite(start, sizeof start, 1, file.stream) == 1 &&
                         fprintf(file.stream, "%s%*s\n", text, length - n - 1, "") == length &&
                         (bytes == 0 || fwrite(data, bytes, 1, file.stream) == 1);
    if (written) return vv__output_commit(&file, err);
    vv__output_discard(&file);
    return vv__fail(err, VV_ERR_IO, "%s: cannot be written", path);
}
