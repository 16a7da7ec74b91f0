/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "encode/card.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/file.h"
#include "encode/align.h"

#define MAX_CARD_BYTES (1 << 20)
#define MAX_INPUT_SIDE 4096
#define MAX_DIMENSION 65536

/* One card while it is read: the first thing wrong stops everything after it. */
typedef struct reader {
    const char *path;
    vv_error *err;
    int rc;
} reader;

static void wrong(reader *r, const char *field, const char *why)
{
    if (r->rc == 0)
        r->rc = vv__fail(r->err, VV_ERR_FORMAT, "%s: field %s: %s; see models/README.md", r->path,
                         field, why);
}

static json_t *member(reader *r, json_t *object, const char *field, bool needed)
{
    const char *dot = strrchr(field, '.');
    json_t *value = json_object_get(object, dot ? dot + 1 : field);
    if (!value && needed) wrong(r, field, "missing");
    return value;
}

static char *text(reader *r, json_t *object, const char *field, bool needed)
{
    json_t *value = member(r, object, field, needed);
    if (value && !json_is_string(value)) wrong(r, field, "must be text");
    char *copy = vv__strdup(value && json_is_string(value) ? json_string_value(value) : "");
    if (!copy && r->rc == 0) r->rc = vv__fail_nomem(r->err, r->path);
    return copy;
}

static float number(reader *r, json_t *object, const char *field, double low, double high)
{
    json_t *value = member(r, object, field, true);
    if (!value) return 0;
    const double x = json_number_value(value);
    if (!json_is_number(value) || !(x >= low && x <= high))
        wrong(r, field, "not a sensible number");
    return (float)x;
}

static int whole_number(reader *r, json_t *object, const char *field, int low, int high)
{
    json_t *value = member(r, object, field, true);
    if (!value) return 0;
    const json_int_t x = json_integer_value(value);
    if (!json_is_integer(value) || x < low || x > high) {
        wrong(r, field, "not a sensible whole number");
        return 0;
    }
    return (int)x;
}

static bool truth(reader *r, json_t *object, const char *field)
{
    json_t *value = member(r, object, field, true);
    if (value && !json_is_boolean(value)) wrong(r, field, "must be true or false");
    return json_is_true(value);
}

static bool choice(reader *r, json_t *object, const char *field, const char *no, const char *yes)
{
    json_t *value = member(r, object, field, true);
    const char *word = json_string_value(value);
    char why[100];
    if (value && (!word || (strcmp(word, no) != 0 && strcmp(word, yes) != 0))) {
        snprintf(why, sizeof why, "must be \"%s\" or \"%s\"", no, yes);
        wrong(r, field, why);
    }
    return word && strcmp(word, yes) == 0;
}

/* The same for a field that may be left out, which means `no`. */
static bool choice_or_not(reader *r, json_t *object, const char *field, const char *no,
                          const char *yes)
{
    return member(r, object, field, false) && choice(r, object, field, no, yes);
}

static json_t *object_of(reader *r, json_t *root, const char *field)
{
    json_t *value = member(r, root, field, true);
    if (value && !json_is_object(value)) wrong(r, field, "must be an object");
    return value;
}

static void numbers(reader *r, json_t *object, const char *field, float *out, size_t count)
{
    json_t *list = member(r, object, field, true);
    if (list && (!json_is_array(list) || json_array_size(list) != count)) {
        wrong(r, field, "wrong count of numbers");
        return;
    }
    for (size_t i = 0; list && i < count; i++) {
        json_t *value = json_array_get(list, i);
        out[i] = (float)json_number_value(value);
        if (!json_is_number(value) || !isfinite(out[i])) wrong(r, field, "must be numbers");
    }
}

static void read_input(reader *r, json_t *root, vv__card *card)
{
    json_t *input = object_of(r, root, "input");
    const int least = card->task == VV__TASK_ENCODING ? 1 : 0;
    card->input_width = whole_number(r, input, "input.width", least, MAX_INPUT_SIDE);
    card->input_height = whole_number(r, input, "input.height", least, MAX_INPUT_SIDE);
    card->bgr = choice(r, input, "input.color", "RGB", "BGR");
    card->channels_last = choice_or_not(r, input, "input.layout", "NCHW", "NHWC");
    json_t *norm = object_of(r, root, "normalisation");
    card->norm =
        choice(r, norm, "normalisation.kind", "fixed", "self") ? VV__NORM_SELF : VV__NORM_FIXED;
    card->scale = 1;
    if (card->norm == VV__NORM_FIXED && norm) {
        numbers(r, norm, "normalisation.mean", card->mean, 3);
        card->scale = number(r, norm, "normalisation.scale", -1e6, 1e6);
    }
}

/* A template is for one size of input. */
static void check_template_side(reader *r, json_t *alignment, const char *field, int input)
{
    if (!member(r, alignment, field, false)) return;
    const int side = whole_number(r, alignment, field, 1, MAX_INPUT_SIDE);
    char why[120];
    snprintf(why, sizeof why,
             "is %d, but the input's is %d; the template's points are for the input's size", side,
             input);
    if (side != input) wrong(r, field, why);
}

static void read_alignment(reader *r, json_t *root, vv__card *card)
{
    static const char *const names[VV_LANDMARK_COUNT] = {
        "alignment.template.left_eye", "alignment.template.right_eye", "alignment.template.nose",
        "alignment.template.mouth_left", "alignment.template.mouth_right"};
    json_t *alignment = object_of(r, root, "alignment");
    card->aligned = choice(r, alignment, "alignment.kind", "box", "landmarks");
    if (!card->aligned) {
        card->margin = number(r, alignment, "alignment.margin", 0, 10);
        return;
    }
    check_template_side(r, alignment, "alignment.width", card->input_width);
    check_template_side(r, alignment, "alignment.height", card->input_height);
    json_t *points = member(r, alignment, "alignment.template", true);
    for (int i = 0; i < VV_LANDMARK_COUNT; i++) {
        float xy[2] = {0};
        numbers(r, points, names[i], xy, 2);
        if (!(xy[0] >= 0 && xy[0] <= (float)card->input_width && xy[1] >= 0 &&
              xy[1] <= (float)card->input_height))
            wrong(r, names[i], "lies outside the input");
        card->template_points[i] = (vv_point){xy[0], xy[1]};
    }
    if (r->rc == 0 && !vv__similarity(card->template_points, card->template_points,
                                      VV_LANDMARK_COUNT, (float[6]){0}))
        wrong(r, "alignment.template", "all of its points are one");
}

/* What the numbers depend on besides the network. Whatever else comes to change an encoding belongs
 * here, since encodings whose recipes differ are never compared. */
static void write_recipe(reader *r, json_t *root, vv__card *card)
{
    static const char *const fields[] = {"input",     "normalisation", "alignment",
                                         "dimension", "metric",        "l2_normalize"};
    json_t *chosen = json_object();
    char *text = NULL;
    int failed = chosen ? 0 : -1;
    for (size_t i = 0; failed == 0 && i < sizeof fields / sizeof *fields; i++)
        failed = json_object_set(chosen, fields[i], json_object_get(root, fields[i]));
    if (failed == 0) text = json_dumps(chosen, JSON_COMPACT | JSON_SORT_KEYS);
    json_decref(chosen);
    card->recipe = text ? vv__strdup(text) : NULL;
    free(text);
    if (!card->recipe && r->rc == 0) r->rc = vv__fail_nomem(r->err, r->path);
}

static void read_encoder(reader *r, json_t *root, vv__card *card)
{
    read_alignment(r, root, card);
    card->dimension = whole_number(r, root, "dimension", 1, MAX_DIMENSION);
    json_t *metric = member(r, root, "metric", true);
    const char *word = json_string_value(metric);
    if (metric && (!word || strcmp(word, "euclidean") != 0))
        wrong(r, "metric", "must be \"euclidean\"");
    card->l2_normalize = truth(r, root, "l2_normalize");
    card->threshold = number(r, root, "threshold", 1e-6, 1e6);
    card->confidence_slope = number(r, root, "confidence_slope", 1e-6, 1e6);
    if (r->rc == 0) write_recipe(r, root, card);
}

static void read_card(reader *r, json_t *root, vv__card *card)
{
    card->name = text(r, root, "name", true);
    card->licence = text(r, root, "licence", true);
    card->source = text(r, root, "source", true);
    card->description = text(r, root, "description", false);
    card->training_data = text(r, root, "training_data", false);
    card->limits = text(r, root, "limits", false);
    const char *task = json_string_value(member(r, root, "task", true));
    card->task = task && strcmp(task, "encoding") == 0    ? VV__TASK_ENCODING
                 : task && strcmp(task, "detection") == 0 ? VV__TASK_DETECTION
                                                          : VV__TASK_OTHER;
    if (card->task == VV__TASK_OTHER) return;
    read_input(r, root, card);
    if (card->task == VV__TASK_ENCODING) read_encoder(r, root, card);
}

static int load_text(char **out, const char *path, vv_error *err)
{
    vv__mapping file;
    int rc = vv__map_file(&file, path, err);
    if (rc < 0) return rc;
    *out = NULL;
    if (file.size > MAX_CARD_BYTES) {
        rc = vv__fail(err, VV_ERR_LIMIT, "%s: %zu bytes are too many for a model card", path,
                      file.size);
    } else if (!(*out = vv__calloc(file.size + 1, 1))) {
        rc = vv__fail_nomem(err, path);
    } else if (file.size) {
        memcpy(*out, file.data, file.size);
    }
    vv__unmap_file(&file);
    return rc;
}

int vv__card_load(vv__card *out, const char *path, vv_error *err)
{
    *out = (vv__card){0};
    int rc = load_text(&out->json, path, err);
    if (rc < 0) return rc;
    json_error_t why;
    json_t *root = json_loads(out->json, JSON_REJECT_DUPLICATES, &why);
    if (!json_is_object(root)) {
        rc = vv__fail(err, VV_ERR_FORMAT, "%s: not a model card: %s in line %d", path,
                      root ? "no object" : why.text, root ? 1 : why.line);
    } else {
        reader r = {path, err, 0};
        read_card(&r, root, out);
        rc = r.rc;
    }
    json_decref(root);
    if (rc < 0) vv__card_free(out);
    return rc;
}

void vv__card_free(vv__card *card)
{
    char *const texts[] = {card->json,   card->recipe,      card->name,          card->licence,
                           card->source, card->description, card->training_data, card->limits};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) vv__free(texts[i]);
    *card = (vv__card){0};
}
