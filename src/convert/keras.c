/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "convert/keras.h"

#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "convert/h5_child.h"
#include "convert/keras_emit.h"

#define SHOWN_LAYERS 5

/* A network, and layers that no other has: any of them shows that it is meant, so that the one that
 * is missing can be named. */
typedef struct network {
    const char *card;
    const char *layers[3];
    void (*build)(vv__keras *k);
} network;

static const network networks[] = {
    {"facenet",
     {"Conv2d_1a_3x3", "Block35_1_Branch_0_Conv2d_1x1", "Bottleneck"},
     vv__keras_build_facenet},
    {"openface",
     {"inception_3a_3x3_conv1", "inception_5b_1x1_conv", "dense_layer"},
     vv__keras_build_openface},
};

static const network *recognise(const vv__weights *weights)
{
    for (size_t i = 0; i < sizeof networks / sizeof *networks; i++)
        for (size_t l = 0; l < 3; l++)
            if (vv__weights_find(weights, networks[i].layers[l], "kernel")) return &networks[i];
    return NULL;
}

static int unknown(const vv__weights *weights, vv_error *err)
{
    vv__text layers = {0};
    const char *last = "";
    int shown = 0;
    for (size_t i = 0; i < weights->count && shown < SHOWN_LAYERS; i++) {
        if (strcmp(weights->items[i].layer, last) == 0) continue;
        last = weights->items[i].layer;
        vv__text_format(&layers, "%s%.40s", shown++ ? ", " : "", last);
    }
    const int rc = vv__fail(
        err, VV_ERR_UNSUPPORTED,
        "holds none of the networks that are known: FaceNet (its first layer is called "
        "Conv2d_1a_3x3) and OpenFace's nn4.small2 (it has inception_3a_3x3_conv1); its layers with "
        "weights are: %s%s",
        shown ? layers.bytes && !layers.failed ? layers.bytes : "?" : "none",
        shown == SHOWN_LAYERS ? " ..." : "");
    vv__text_free(&layers);
    return rc;
}

int vv__keras_build(vv__onnx **out, const vv__weights *weights, const char **card, vv_error *err)
{
    *out = NULL;
    const network *n = recognise(weights);
    if (!n) return unknown(weights, err);
    vv__keras k = {.weights = weights, .err = err};
    k.rc = vv__onnx_new(&k.onnx, n->card, err);
    if (k.rc == 0) n->build(&k);
    if (k.rc < 0)
        vv__onnx_free(&k.onnx);
    else
        *card = n->card;
    *out = k.onnx;
    return k.rc;
}

int vv__keras_convert(const char *input, const char *output, const char **card, vv_error *err)
{
    vv__weights weights = {0};
    vv__onnx *onnx = NULL;
    int rc = vv__h5_weights(&weights, input, err);
    if (rc == 0) rc = vv__keras_build(&onnx, &weights, card, err);
    if (rc < 0) vv__error_prefix(err, input);
    vv__weights_free(&weights);
    if (rc == 0) rc = vv__onnx_write(onnx, output, err);
    vv__onnx_free(&onnx);
    return rc;
}
