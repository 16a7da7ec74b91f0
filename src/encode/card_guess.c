/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "encode/card_guess.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/text.h"
#include "nn/net_traits.h"

#define USUAL_SIDE 112
#define LEAST_DIMENSION 16
#define MOST_DIMENSION 65536
#define MOST_SIDE 4096

/* Where InsightFace, and most networks after it, want the landmarks in 112 x 112 pixels. */
static const struct {
    const char *name;
    double x, y;
} usual_template[VV_LANDMARK_COUNT] = {
    {"left_eye", 38.2946, 51.6963},   {"right_eye", 73.5318, 51.5014},   {"nose", 56.0252, 71.7366},
    {"mouth_left", 41.5493, 92.3655}, {"mouth_right", 70.7299, 92.2041},
};

typedef struct card {
    json_t *root, *explain;
    vv_card_callback on_field;
    void *cookie;
    bool failed;
} card;

/* Add a field, whose name may have dots in it, with where it comes from. Takes the value. */
static void add(card *c, const char *field, json_t *value, bool is_guess, const char *why)
{
    json_t *object = c->root;
    const char *name = field;
    for (const char *dot; (dot = strchr(name, '.')); name = dot + 1) {
        char part[64];
        snprintf(part, sizeof part, "%.*s", (int)(dot - name), name);
        if (!json_object_get(object, part)) json_object_set_new(object, part, json_object());
        object = json_object_get(object, part);
    }
    char *text = json_dumps(value, JSON_ENCODE_ANY | JSON_REAL_PRECISION(9));
    json_t *line = json_sprintf("%s%s", is_guess ? "A guess: " : "", why);
    if (text && c->on_field) c->on_field(c->cookie, field, text, is_guess, why);
    if (!text || json_object_set_new(object, name, value) != 0 ||
        json_object_set_new(c->explain, field, line) != 0)
        c->failed = true;
    free(text);
}

/* What the file tells of the input, or what is usual. */
typedef struct input {
    const char *name;
    bool channels_last, layout_told, side_told, scales;
    int width, height;
} input;

static int side_of(int64_t told, bool *is_told)
{
    if (told > 0) return (int)told;
    *is_told = false;
    return USUAL_SIDE;
}

static int read_input(input *in, const vv__net *net, vv_error *err)
{
    if (vv__net_input_count(net) != 1 || vv__net_output_count(net) < 1)
        return vv__fail(err, VV_ERR_UNSUPPORTED,
                        "has %zu inputs and %zu outputs; an encoder has "
                        "one input and an output",
                        vv__net_input_count(net), vv__net_output_count(net));
    const vv__net_port *port = vv__net_input(net, 0);
    if (port->type != VV__FLOAT || (port->rank >= 0 && port->rank != 4))
        return vv__fail(err, VV_ERR_UNSUPPORTED, "its input is not a picture of floats");
    const bool known = port->rank == 4;
    const int64_t first = known ? port->dims[1] : -1, last = known ? port->dims[3] : -1;
    in->name = port->name;
    in->channels_last = first != 3 && (last == 3 || vv__net_turns_input(net));
    in->layout_told = first == 3 || last == 3;
    if (known && (in->channels_last ? last : first) >= 0 && !in->layout_told)
        return vv__fail(
            err, VV_ERR_UNSUPPORTED,
            "its input has %lld channels; faces are shown in three, red, green and blue",
            (long long)first);
    in->side_told = true;
    in->height = side_of(known ? port->dims[in->channels_last ? 1 : 2] : -1, &in->side_told);
    in->width = side_of(known ? port->dims[in->channels_last ? 2 : 3] : -1, &in->side_told);
    if (in->width > MOST_SIDE || in->height > MOST_SIDE)
        return vv__fail(err, VV_ERR_UNSUPPORTED, "its input is over %d pixels wide or high",
                        MOST_SIDE);
    in->scales = vv__net_scales_input(net);
    return 0;
}

/* By planning a run, since a file need not tell. */
static int read_dimension(int *dimension, const input *in, const vv__net *net, vv_error *err)
{
    const vv__net_port *port = vv__net_input(net, 0);
    const int64_t batch = port->rank == 4 && port->dims[0] > 0 ? port->dims[0] : 1;
    const int64_t height = in->height, width = in->width;
    const vv__shape first = {4, {batch, 3, height, width}}, last = {4, {batch, height, width, 3}};
    vv__run *run = NULL;
    int rc = vv__run_new(&run, net, in->channels_last ? &last : &first, 1, err);
    if (rc < 0) return rc;
    const vv__shape shape = vv__run_output_shape(run, 0);
    int64_t numbers = 1;
    for (int i = 0; i < shape.rank; i++) numbers *= shape.dims[i];
    if (shape.rank == 4 && shape.dims[2] * shape.dims[3] != 1)
        rc = vv__fail(err, VV_ERR_UNSUPPORTED, "gives a picture, not one encoding for a face");
    else if (vv__run_output_type(run, 0) != VV__FLOAT || numbers % batch ||
             numbers / batch < LEAST_DIMENSION || numbers / batch > MOST_DIMENSION)
        rc = vv__fail(err, VV_ERR_UNSUPPORTED,
                      "gives %lld numbers for a face; an encoding has %d to %d",
                      (long long)(numbers / batch), LEAST_DIMENSION, MOST_DIMENSION);
    vv__run_free(&run);
    *dimension = (int)(numbers / batch);
    return rc;
}

static void add_origin(card *c, const char *name)
{
    add(c, "schema", json_integer(1), false, "the version of this format");
    json_t *called = json_string(name); /* NULL where it is no UTF-8 */
    add(c, "name", called ? called : json_string("encoder"), false,
        "the file's name, and how --model calls it");
    add(c, "task", json_string("encoding"), false, "it turns faces into numbers that are compared");
    add(c, "description", json_string(""), true,
        "a line for people; `visavis model info` shows it");
    add(c, "source", json_string("unknown"), true, "write where the file is from");
    add(c, "licence", json_string("unknown"), true,
        "write under which terms it may be used; many are for research alone");
    add(c, "licence_verified", json_false(), true, "true once somebody has checked that");
    add(c, "training_data", json_string("unknown"), true, "write whose photos it has learned from");
    add(c, "limits", json_string("unknown"), true, "write where it goes wrong");
}

static void add_input(card *c, const input *in)
{
    const char *usual = "the file leaves it open, and 112 is usual; write what it was trained with";
    const char *size = in->side_told ? "the shape of the input in the file" : usual;
    add(c, "input.name", json_string(in->name), false, "what the file calls its input");
    add(c, "input.width", json_integer(in->width), !in->side_told, size);
    add(c, "input.height", json_integer(in->height), !in->side_told, size);
    add(c, "input.color", json_string("RGB"), true,
        "the order of the channels is in no file; networks that were trained with OpenCV's pictures "
        "as they are want BGR");
    add(c, "input.layout", json_string(in->channels_last ? "NHWC" : "NCHW"), !in->layout_told,
        in->channels_last ? "channels come last in the file's input"
                          : "channels come first in the file's input");
}

static void add_normalisation(card *c, const input *in)
{
    const bool raw = in->scales;
    const double mean = raw ? 0 : 127.5;
    add(c, "normalisation.kind", json_string("fixed"), true,
        "FaceNet's by Keras or TensorFlow want \"self\", by the crop's own mean and deviation");
    add(c, "normalisation.mean", json_pack("[f,f,f]", mean, mean, mean), !raw,
        raw ? "the network shifts or scales its input itself, so pixels come as they are, 0 to 255"
            : "(pixel - mean) * scale: from -1 to 1 is usual; others want 0 to 1 (mean 0, scale "
              "0.00392157)");
    add(c, "normalisation.scale", json_real(raw ? 1 : 0.0078125), !raw,
        raw ? "see normalisation.mean" : "1 / 128; 1 / 127.5 makes hardly any difference");
}

static double rounded(double x)
{
    return round(x * 1e4) / 1e4;
}

static void add_alignment(card *c, const input *in)
{
    if (in->width == 160 && in->height == 160) {
        add(c, "alignment.kind", json_string("box"), true,
            "networks for 160 x 160 pixels are mostly FaceNet's, which see the face's box as it is");
        add(c, "alignment.margin", json_real(0.1), true,
            "share of the box's width and height that is added on each side");
        return;
    }
    const double scale = fmin(in->width, in->height * 1.0) / USUAL_SIDE;
    /* Sphereface's 96 x 112 is the middle of ArcFace's 112 x 112. */
    const double factor = in->width == 96 && in->height == 112 ? 1 : scale;
    add(c, "alignment.kind", json_string("landmarks"), true,
        "faces are turned and scaled until eyes, nose and mouth meet the template");
    add(c, "alignment.width", json_integer(in->width), false, "the input's");
    add(c, "alignment.height", json_integer(in->height), false, "the input's");
    for (int i = 0; i < VV_LANDMARK_COUNT; i++) {
        char field[64];
        const double x =
            (usual_template[i].x - (USUAL_SIDE - 1) / 2.0) * factor + (in->width - 1) / 2.0;
        const double y =
            (usual_template[i].y - (USUAL_SIDE - 1) / 2.0) * factor + (in->height - 1) / 2.0;
        snprintf(field, sizeof field, "alignment.template.%s", usual_template[i].name);
        add(c, field, json_pack("[f,f]", rounded(x), rounded(y)), true,
            "ArcFace's template, at this size; a wrong one costs accuracy");
    }
}

static void add_comparison(card *c, int dimension)
{
    add(c, "dimension", json_integer(dimension), false, "how many numbers the network gives");
    add(c, "metric", json_string("euclidean"), false, "the only one there is");
    add(c, "l2_normalize", json_true(), true,
        "networks trained by angles, as ArcFace, want it; dlib's does not");
    add(c, "threshold", json_real(1.05), true,
        "the largest distance of one person; measure it: `visavis eval pairs` on photos of people "
        "you know");
    add(c, "confidence_slope", json_real(18), true,
        "how fast confidence falls with distance; see models/README.md");
}

int vv__card_guess(char **out, const vv__net *net, const char *name, vv_card_callback on_field,
                   void *cookie, vv_error *err)
{
    input in = {0};
    int dimension = 0;
    *out = NULL;
    int rc = read_input(&in, net, err);
    if (rc == 0) rc = read_dimension(&dimension, &in, net, err);
    if (rc < 0) return rc;
    card c = {json_object(), json_object(), on_field, cookie, false};
    add_origin(&c, name);
    add_input(&c, &in);
    add_normalisation(&c, &in);
    add_alignment(&c, &in);
    add_comparison(&c, dimension);
    c.failed |= json_object_set(c.root, "explain", c.explain) != 0;
    char *text = c.failed ? NULL : json_dumps(c.root, JSON_INDENT(2) | JSON_REAL_PRECISION(9));
    json_decref(c.explain);
    json_decref(c.root);
    vv__text copy = {0};
    if (text) vv__text_format(&copy, "%s\n", text);
    free(text);
    *out = copy.bytes ? vv__text_take(&copy) : NULL;
    return *out ? 0 : vv__fail_nomem(err, name);
}
