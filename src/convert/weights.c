/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "convert/weights.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"

/* The parts of a layer, as Keras 2 and Keras 1 end their weights' names. Keras 1's "running_std" is
 * the variance, whatever it is called. */
static const struct {
    const char *part, *old;
} parts[] = {
    {"kernel", "_W"},
    {"bias", "_b"},
    {"gamma", "_gamma"},
    {"beta", "_beta"},
    {"moving_mean", "_running_mean"},
    {"moving_variance", "_running_std"},
};

void vv__weights_free(vv__weights *weights)
{
    for (size_t i = 0; i < weights->count; i++) {
        vv__free(weights->items[i].layer);
        vv__free(weights->items[i].name);
        vv__free(weights->items[i].data);
    }
    vv__free(weights->items);
    *weights = (vv__weights){0};
}

int64_t vv__weights_numbers(int rank, const int64_t *dims)
{
    int64_t count = 1;
    for (int i = 0; i < rank; i++) {
        if (dims[i] < 0 || dims[i] > (int64_t)VV__WEIGHTS_MAX_NUMBERS) return -1;
        count *= dims[i];
        if (count > (int64_t)VV__WEIGHTS_MAX_NUMBERS) return -1;
    }
    return count;
}

int vv__weights_add(vv__weights *weights, const char *layer, const char *name, int rank,
                    const int64_t *dims, float **data, vv_error *err)
{
    const int64_t count = rank <= VV__WEIGHTS_MAX_RANK ? vv__weights_numbers(rank, dims) : -1;
    if (count < 0 || (size_t)count > VV__WEIGHTS_MAX_NUMBERS - weights->numbers ||
        weights->count >= VV__WEIGHTS_MAX_COUNT)
        return vv__fail(err, VV_ERR_LIMIT, "layer %s: with it the file holds over %zu numbers",
                        layer, VV__WEIGHTS_MAX_NUMBERS);
    if (vv__grow((void **)&weights->items, &weights->capacity, weights->count,
                 sizeof *weights->items) < 0)
        return vv__fail_nomem(err, layer);
    vv__weight *weight = &weights->items[weights->count++];
    *weight = (vv__weight){vv__strdup(layer), vv__strdup(name), rank, {0}, (size_t)count, NULL};
    memcpy(weight->dims, dims, (size_t)rank * sizeof *dims);
    weight->data = vv__calloc((size_t)count + 1, sizeof *weight->data);
    if (!weight->layer || !weight->name || !weight->data) return vv__fail_nomem(err, layer);
    weights->numbers += (size_t)count;
    *data = weight->data;
    return 0;
}

/* What stands before the part in a weight's name: "conv1/" of "conv1/kernel:0", "conv1" of
 * "conv1_W". -1 where the name is not of this part. */
static int before_part(const char *name, const char *part, const char *old)
{
    const char *slash = strrchr(name, '/'), *last = slash ? slash + 1 : name;
    size_t length = strlen(last);
    const char *colon = strrchr(last, ':');
    if (colon && isdigit((unsigned char)colon[1])) length = (size_t)(colon - last);
    if (length == strlen(part) && memcmp(last, part, length) == 0) return (int)(last - name);
    const size_t tail = strlen(old);
    if (length > tail && memcmp(last + length - tail, old, tail) == 0)
        return (int)(last - name + (ptrdiff_t)(length - tail));
    return -1;
}

/* Whether the name's last folder is the layer. */
static bool lies_in(const char *name, int length, const char *layer)
{
    if (length > 0 && name[length - 1] == '/') length--;
    int start = length;
    while (start > 0 && name[start - 1] != '/') start--;
    return (size_t)(length - start) == strlen(layer) &&
           memcmp(name + start, layer, strlen(layer)) == 0;
}

const vv__weight *vv__weights_find(const vv__weights *weights, const char *layer, const char *part)
{
    const char *old = part;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (strcmp(parts[i].part, part) == 0) old = parts[i].old;
    const vv__weight *nested = NULL;
    for (size_t i = 0; i < weights->count; i++) {
        const vv__weight *weight = &weights->items[i];
        const int length = before_part(weight->name, part, old);
        if (length < 0) continue;
        if (strcmp(weight->layer, layer) == 0) return weight;
        if (!nested && lies_in(weight->name, length, layer)) nested = weight;
    }
    return nested;
}

/* --- As bytes --- */

static const char magic[8] = "VVWGHT1";

enum { TENSOR = 1, FAILURE = 2, END = 3 };

typedef struct header {
    uint32_t kind, layer_size, name_size, rank; /* of a failure: kind, message's size, -code, 0 */
    int64_t dims[VV__WEIGHTS_MAX_RANK];
} header;

typedef struct receiving {
    vv__weights *weights;
    vv__weights_source source;
    void *cookie;
    char layer[VV__WEIGHTS_MAX_NAME + 1], name[VV__WEIGHTS_MAX_NAME + 1];
} receiving;

static int malformed(vv_error *err)
{
    return vv__fail(err, VV_ERR_FORMAT, "what the reading process sends makes no sense");
}

static int receive_text(receiving *r, char *text, size_t size, vv_error *err)
{
    if (size > VV__WEIGHTS_MAX_NAME) return malformed(err);
    const int rc = r->source(r->cookie, text, size, err);
    text[rc == 0 ? size : 0] = '\0';
    return rc;
}

static int receive_tensor(receiving *r, const header *h, vv_error *err)
{
    if (h->rank > VV__WEIGHTS_MAX_RANK) return malformed(err);
    int rc = receive_text(r, r->layer, h->layer_size, err);
    if (rc == 0) rc = receive_text(r, r->name, h->name_size, err);
    float *data = NULL;
    if (rc == 0)
        rc = vv__weights_add(r->weights, r->layer, r->name, (int)h->rank, h->dims, &data, err);
    if (rc < 0) return rc;
    const size_t count = r->weights->items[r->weights->count - 1].count;
    return r->source(r->cookie, data, count * sizeof *data, err);
}

static int receive_failure(receiving *r, const header *h, vv_error *err)
{
    const int rc = receive_text(r, r->layer, h->layer_size, err);
    if (rc < 0) return rc;
    if (!r->layer[0]) return malformed(err);
    const bool known = h->name_size >= 1 && h->name_size <= (uint32_t)-VV_ERR_INTERNAL;
    return vv__fail(err, known ? -(int)h->name_size : VV_ERR_FORMAT, "%s", r->layer);
}

int vv__weights_receive(vv__weights *weights, vv__weights_source source, void *cookie,
                        vv_error *err)
{
    receiving r = {.weights = weights, .source = source, .cookie = cookie};
    char start[sizeof magic];
    int rc = source(cookie, start, sizeof start, err);
    if (rc == 0 && memcmp(start, magic, sizeof magic) != 0) rc = malformed(err);
    while (rc == 0) {
        header h;
        rc = source(cookie, &h, sizeof h, err);
        if (rc < 0) return rc;
        if (h.kind == END) return 0;
        if (h.kind == FAILURE) return receive_failure(&r, &h, err);
        rc = h.kind == TENSOR ? receive_tensor(&r, &h, err) : malformed(err);
    }
    return rc;
}

static int send(vv__weights_target target, void *cookie, const void *bytes, size_t size, int rc)
{
    return rc < 0 || !size ? rc : target(cookie, bytes, size);
}

int vv__weights_send_tensor(vv__weights_target target, void *cookie, const vv__weight *weight)
{
    header h = {TENSOR,
                (uint32_t)strlen(weight->layer),
                (uint32_t)strlen(weight->name),
                (uint32_t)weight->rank,
                {0}};
    memcpy(h.dims, weight->dims, sizeof h.dims);
    int rc = send(target, cookie, &h, sizeof h, 0);
    rc = send(target, cookie, weight->layer, h.layer_size, rc);
    rc = send(target, cookie, weight->name, h.name_size, rc);
    return send(target, cookie, weight->data, weight->count * sizeof *weight->data, rc);
}

int vv__weights_send_start(vv__weights_target target, void *cookie)
{
    return target(cookie, magic, sizeof magic);
}

int vv__weights_send_end(vv__weights_target target, void *cookie, const vv_error *failure)
{
    header h = {END, 0, 0, 0, {0}};
    if (!failure) return target(cookie, &h, sizeof h);
    size_t size = strlen(failure->message);
    if (size > VV__WEIGHTS_MAX_NAME) size = VV__WEIGHTS_MAX_NAME;
    h = (header){FAILURE, (uint32_t)size, (uint32_t)-failure->code, 0, {0}};
    const int rc = target(cookie, &h, sizeof h);
    return send(target, cookie, failure->message, size, rc);
}
