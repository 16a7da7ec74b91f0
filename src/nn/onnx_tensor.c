/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "nn/onnx_tensor.h"

#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "nn/half.h"

#define MAX_EXTERNAL_FILES 64

enum {
    TENSOR_DIMS = 1,
    TENSOR_TYPE = 2,
    TENSOR_SEGMENT = 3,
    TENSOR_FLOATS = 4,
    TENSOR_INT32S = 5,
    TENSOR_STRINGS = 6,
    TENSOR_INT64S = 7,
    TENSOR_NAME = 8,
    TENSOR_RAW = 9,
    TENSOR_DOUBLES = 10,
    TENSOR_EXTERNAL = 13,
    TENSOR_LOCATION = 14,
};

typedef struct parts {
    uint64_t type;
    const uint8_t *raw;
    size_t raw_size;
    bool has_raw, is_external;
    int data_field; /* the typed field in use, or 0 */
    size_t data_count;
    char location[1024];
    uint64_t offset, length;
    bool has_length;
} parts;

size_t vv__dtype_size(vv__dtype type)
{
    switch (type) {
    case VV__UINT8:
    case VV__INT8:
    case VV__BOOL:
        return 1;
    case VV__FLOAT:
    case VV__INT32:
        return 4;
    case VV__INT64:
    case VV__DOUBLE:
        return 8;
    }
    return 0;
}

int64_t vv__shape_count(const vv__shape *shape, vv__dtype type)
{
    const int64_t limit =
        VV__TENSOR_MAX_BYTES / (int64_t)(vv__dtype_size(type) + !vv__dtype_size(type));
    int64_t count = 1, nonzero = 1;
    for (int i = 0; i < shape->rank; i++) {
        const int64_t dim = shape->dims[i];
        if (dim < 0) return -1;
        /* A zero must not hide that the other dimensions overflow. */
        if (dim && (__builtin_mul_overflow(nonzero, dim, &nonzero) || nonzero > limit)) return -1;
        count *= dim;
    }
    return count;
}

float vv__constant_float(const vv__constant *constant, int64_t i)
{
    float value;
    memcpy(&value, (const char *)constant->data + i * (int64_t)sizeof value, sizeof value);
    return value;
}

void vv__external_free(vv__external *external)
{
    for (size_t i = 0; i < external->count; i++) {
        vv__unmap_file(&external->files[i].mapping);
        vv__free(external->files[i].name);
    }
    vv__free(external->files);
    *external = (vv__external){0};
}

static vv__wire_type element_of(int field)
{
    if (field == TENSOR_FLOATS) return VV__WIRE_FIXED32;
    return field == TENSOR_DOUBLES ? VV__WIRE_FIXED64 : VV__WIRE_VARINT;
}

static int read_dims(vv__shape *shape, const vv__field *field, vv_error *err)
{
    vv__wire wire = vv__wire_enter(field);
    uint64_t dim = field->value;
    const bool single = field->type == VV__WIRE_VARINT;
    while (single || vv__wire_element(&wire, VV__WIRE_VARINT, &dim)) {
        if (shape->rank == VV__NET_MAX_RANK)
            return vv__fail(err, VV_ERR_LIMIT, "a tensor has more than %d dimensions",
                            VV__NET_MAX_RANK);
        shape->dims[shape->rank++] = (int64_t)dim;
        if (single) return VV_OK;
    }
    return wire.bad ? vv__fail(err, VV_ERR_FORMAT, "a tensor's dimensions are damaged") : VV_OK;
}

/* One key and value of external_data. */
static int read_external_entry(parts *p, const vv__field *entry, vv_error *err)
{
    vv__wire wire = vv__wire_enter(entry);
    vv__field field, key = {0}, value = {0};
    while (vv__wire_next(&wire, &field)) {
        if (field.number == 1) key = field;
        if (field.number == 2) value = field;
    }
    if (wire.bad || !key.bytes || !value.bytes)
        return vv__fail(err, VV_ERR_FORMAT, "a tensor's external data entry is damaged");
    if (key.size == 8 && !memcmp(key.bytes, "location", 8)) {
        if (value.size >= sizeof p->location || memchr(value.bytes, 0, value.size))
            return vv__fail(err, VV_ERR_FORMAT,
                            "the name of a tensor's external file is not valid");
        memcpy(p->location, value.bytes, value.size);
        p->location[value.size] = 0;
        return VV_OK;
    }
    const bool is_length = key.size == 6 && !memcmp(key.bytes, "length", 6);
    if (!is_length && !(key.size == 6 && !memcmp(key.bytes, "offset", 6))) return VV_OK;
    uint64_t number = 0;
    for (size_t i = 0; i < value.size; i++) {
        if (value.bytes[i] < '0' || value.bytes[i] > '9' || number > UINT64_MAX / 100)
            return vv__fail(err, VV_ERR_FORMAT, "a tensor's external data has no valid offset");
        number = number * 10 + (uint64_t)(value.bytes[i] - '0');
    }
    *(is_length ? &p->length : &p->offset) = number;
    if (is_length) p->has_length = true;
    return VV_OK;
}

static int read_field(parts *p, vv__constant *out, const vv__field *field, vv_error *err)
{
    switch (field->number) {
    case TENSOR_DIMS:
        return read_dims(&out->shape, field, err);
    case TENSOR_TYPE:
        p->type = field->value;
        return VV_OK;
    case TENSOR_SEGMENT:
        return vv__fail(err, VV_ERR_UNSUPPORTED, "a tensor is stored in segments");
    case TENSOR_STRINGS:
        return vv__fail(err, VV_ERR_UNSUPPORTED, "a tensor holds strings");
    case TENSOR_FLOATS:
    case TENSOR_INT32S:
    case TENSOR_INT64S:
    case TENSOR_DOUBLES: {
        const size_t count = vv__wire_count(field, element_of((int)field->number));
        if (count == SIZE_MAX || (p->data_field && p->data_field != (int)field->number))
            return vv__fail(err, VV_ERR_FORMAT, "a tensor's data are damaged");
        p->data_field = (int)field->number;
        p->data_count += count;
        return VV_OK;
    }
    case TENSOR_RAW:
        if (field->type != VV__WIRE_BYTES)
            return vv__fail(err, VV_ERR_FORMAT, "a tensor's raw data are damaged");
        p->raw = field->bytes;
        p->raw_size = field->size;
        p->has_raw = true;
        return VV_OK;
    case TENSOR_EXTERNAL:
        return read_external_entry(p, field, err);
    case TENSOR_LOCATION:
        p->is_external = field->value == 1;
        return VV_OK;
    default:
        return VV_OK;
    }
}

/* Names a plain file inside the model's folder: relative, and never climbing. */
static bool location_is_inside(const char *location)
{
    if (!*location || *location == '/') return false;
    for (const char *part = location; part;) {
        const char *slash = strchr(part, '/');
        const size_t length = slash ? (size_t)(slash - part) : strlen(part);
        if (length == 2 && !memcmp(part, "..", 2)) return false;
        part = slash ? slash + 1 : NULL;
    }
    return true;
}

static int map_external(const vv__mapping **out, vv__external *external, const char *location,
                        vv_error *err)
{
    if (!external || !external->folder)
        return vv__fail(err, VV_ERR_UNSUPPORTED,
                        "weights in another file, '%s', are not allowed here", location);
    if (!location_is_inside(location))
        return vv__fail(err, VV_ERR_FORMAT,
                        "weights are said to lie in '%s', outside the model's folder", location);
    for (size_t i = 0; i < external->count; i++)
        if (!strcmp(external->files[i].name, location)) {
            *out = &external->files[i].mapping;
            return VV_OK;
        }
    if (external->count == MAX_EXTERNAL_FILES)
        return vv__fail(err, VV_ERR_LIMIT, "weights lie in more than %d files", MAX_EXTERNAL_FILES);
    if (vv__grow((void **)&external->files, &external->capacity, external->count,
                 sizeof *external->files))
        return vv__fail_nomem(err, location);
    char *name = vv__strdup(location);
    char *path = vv__path_join(external->folder, location);
    vv__mapping mapping = {0};
    int rc = name && path ? vv__map_file(&mapping, path, err) : vv__fail_nomem(err, location);
    if (rc == VV_OK && !vv__path_is_beneath(path, external->folder)) {
        vv__unmap_file(&mapping);
        rc = vv__fail(
            err, VV_ERR_FORMAT,
            "weights are said to lie in '%s', a link that leads outside the model's folder",
            location);
    }
    vv__free(path);
    if (rc < 0) {
        vv__free(name);
        return rc;
    }
    external->files[external->count].name = name;
    external->files[external->count].mapping = mapping;
    *out = &external->files[external->count++].mapping;
    return VV_OK;
}

static int locate_external(parts *p, size_t bytes, vv__external *external, vv_error *err)
{
    const vv__mapping *mapping = NULL;
    const int rc = map_external(&mapping, external, p->location, err);
    if (rc < 0) return rc;
    if (p->offset > mapping->size || bytes > mapping->size - p->offset ||
        (p->has_length && p->length != bytes))
        return vv__fail(err, VV_ERR_FORMAT, "'%s' does not hold the weights it is said to",
                        p->location);
    static const uint8_t nothing[1];
    p->raw = mapping->data ? mapping->data + p->offset : nothing;
    p->raw_size = bytes;
    p->has_raw = true;
    return VV_OK;
}

static void store(void *data, vv__dtype type, size_t i, uint64_t value)
{
    switch (vv__dtype_size(type)) {
    case 1:
        ((uint8_t *)data)[i] = (uint8_t)value;
        break;
    case 4:
        ((uint32_t *)data)[i] = (uint32_t)value;
        break;
    default:
        ((uint64_t *)data)[i] = value;
        break;
    }
}

/* Numbers of 16 bits lie in the low bits of whole ones. */
static void store_element(void *data, const parts *p, vv__dtype type, size_t i, uint64_t value)
{
    if (p->type == VV__HALF)
        ((float *)data)[i] = vv__half_value((uint16_t)value);
    else
        store(data, type, i, value);
}

static int field_for(const parts *p, vv__dtype type)
{
    if (p->type == VV__HALF) return TENSOR_INT32S;
    switch (type) {
    case VV__FLOAT:
        return TENSOR_FLOATS;
    case VV__DOUBLE:
        return TENSOR_DOUBLES;
    case VV__INT64:
        return TENSOR_INT64S;
    default:
        return TENSOR_INT32S;
    }
}

static int unpack(vv__constant *out, const parts *p, vv__wire wire, vv__bump *memory, vv_error *err)
{
    if (p->data_count != (size_t)out->count ||
        (p->data_field && p->data_field != field_for(p, out->type)))
        return vv__fail(err, VV_ERR_FORMAT, "holds %zu numbers where its shape asks for %lld",
                        p->data_count, (long long)out->count);
    void *data = vv__bump_alloc(memory, (size_t)out->count, vv__dtype_size(out->type));
    if (!data) return vv__fail_nomem(err, "a tensor of the model");
    size_t i = 0;
    for (vv__field field; vv__wire_next(&wire, &field);) {
        if (p->data_field == 0 || (int)field.number != p->data_field) continue;
        const vv__wire_type element = element_of(p->data_field);
        if (field.type == element) {
            store_element(data, p, out->type, i++, field.value);
            continue;
        }
        vv__wire packed = vv__wire_enter(&field);
        for (uint64_t value; vv__wire_element(&packed, element, &value);)
            store_element(data, p, out->type, i++, value);
    }
    out->data = data;
    return VV_OK;
}

/* Floats from raw ones of 16 bits, which may lie anywhere. */
static int widen_halves(vv__constant *out, const uint8_t *raw, vv__bump *memory, vv_error *err)
{
    float *data = vv__bump_alloc(memory, (size_t)out->count, sizeof *data);
    if (!data) return vv__fail_nomem(err, "a tensor of the model");
    for (int64_t i = 0; i < out->count; i++)
        data[i] = vv__half_value((uint16_t)(raw[2 * i] | raw[2 * i + 1] << 8));
    out->data = data;
    return VV_OK;
}

static int finish(vv__constant *out, parts *p, vv__wire wire, vv__bump *memory,
                  vv__external *external, vv_error *err)
{
    const bool is_half = p->type == VV__HALF;
    out->type = is_half ? VV__FLOAT : (vv__dtype)p->type;
    if (p->type > INT32_MAX || !vv__dtype_size(out->type))
        return vv__fail(err, VV_ERR_UNSUPPORTED, "has element type %llu, which is not supported",
                        (unsigned long long)p->type);
    out->count = vv__shape_count(&out->shape, out->type);
    if (out->count < 0) return vv__fail(err, VV_ERR_FORMAT, "its dimensions are not valid");
    const size_t bytes = (size_t)out->count * (is_half ? 2 : vv__dtype_size(out->type));
    if (p->is_external) {
        const int rc = locate_external(p, bytes, external, err);
        if (rc < 0) return rc;
    }
    if (!p->has_raw) return unpack(out, p, wire, memory, err);
    if (p->raw_size != bytes)
        return vv__fail(err, VV_ERR_FORMAT, "holds %zu bytes where its shape asks for %zu",
                        p->raw_size, bytes);
    if (is_half) return widen_halves(out, p->raw, memory, err);
    out->data = p->raw;
    return VV_OK;
}

int vv__tensor_proto_read(vv__constant *out, const char **name, vv__wire wire, vv__bump *memory,
                          vv__external *external, vv_error *err)
{
    *out = (vv__constant){0};
    *name = "";
    parts p = {0};
    vv__wire reader = wire;
    int rc = VV_OK;
    for (vv__field field; rc == VV_OK && vv__wire_next(&reader, &field);) {
        if (field.number == TENSOR_NAME && field.type == VV__WIRE_BYTES) {
            *name = vv__bump_string(memory, field.bytes, field.size);
            if (!*name) return vv__fail_nomem(err, "a tensor's name");
        } else {
            rc = read_field(&p, out, &field, err);
        }
    }
    if (rc == VV_OK && reader.bad) rc = vv__fail(err, VV_ERR_FORMAT, "is damaged");
    if (rc == VV_OK) rc = finish(out, &p, wire, memory, external, err);
    if (rc < 0) {
        char prefix[300];
        snprintf(prefix, sizeof prefix, "tensor '%.200s'", *name);
        vv__error_prefix(err, prefix);
    }
    return rc;
}
