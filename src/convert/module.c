/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "convert/module.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "convert/keras.h"
#include "convert/manifest.h"
#include "convert/tflite.h"

#define MOST_INPUT_BYTES ((size_t)512 << 20)
#define MOST_CARD_BYTES ((size_t)1 << 20)

static const char *const tflite_extensions[] = {"tflite", NULL};
static const char *const json_extensions[] = {"json", NULL};
static const char *const keras_extensions[] = {"h5", "hdf5", NULL};
static const char *const keras_archive_extensions[] = {"keras", NULL};
static const char *const onnx_extensions[] = {"onnx", NULL};

static int convert_tflite(const char *input, const char *output, const char **card, vv_error *err)
{
    vv__mapping file;
    int rc = vv__map_file(&file, input, err);
    if (rc < 0) return rc;
    if (file.size > MOST_INPUT_BYTES)
        rc = vv__fail(err, VV_ERR_LIMIT, "over %zu MB", MOST_INPUT_BYTES >> 20);
    else
        rc = vv__tfl_convert(file.data, file.size, output, card, err);
    if (rc < 0) vv__error_prefix(err, input);
    vv__unmap_file(&file);
    return rc;
}

static int convert_manifest(const char *input, const char *output, const char **card, vv_error *err)
{
    vv__manifest manifest;
    int rc = vv__manifest_open(&manifest, input, err);
    if (rc < 0) return rc;
    rc = vv__dlib_convert(&manifest, output, err);
    if (rc < 0) {
        vv__error_prefix(err, "of face-api's networks only face_recognition_model is converted");
        vv__error_prefix(err, input);
    } else
        *card = "dlib";
    vv__manifest_close(&manifest);
    return rc;
}

/* cards_dir/NAME.json, read, to be written beside the output. */
static int read_card(char **out, size_t *size, const char *cards_dir, const char *name,
                     vv_error *err)
{
    char file[64];
    snprintf(file, sizeof file, "%s.json", name);
    char *path = vv__path_join(cards_dir, file);
    if (!path) return vv__fail_nomem(err, name);
    vv__mapping card;
    int rc = vv__map_file(&card, path, err);
    if (rc == 0 && (!card.size || card.size > MOST_CARD_BYTES))
        rc = vv__fail(err, VV_ERR_FORMAT, "%s: is no model card", path);
    if (rc == 0 && !(*out = vv__malloc(card.size))) rc = vv__fail_nomem(err, path);
    if (rc == 0) {
        memcpy(*out, card.data, card.size);
        *size = card.size;
    }
    vv__unmap_file(&card);
    vv__free(path);
    return rc;
}

/* `output` with the extension json: where the card goes. NULL when out of memory. */
static char *card_path(const char *output)
{
    vv__text path = {0};
    vv__text_add_bytes(&path, output, strlen(output) - strlen("onnx"));
    vv__text_add(&path, "json");
    return vv__text_take(&path);
}

static int write_card(const char *path, const char *cards_dir, const char *name, vv_error *err)
{
    char *text = NULL;
    size_t size = 0;
    vv__output file;
    int rc = read_card(&text, &size, cards_dir, name, err);
    if (rc == 0) rc = vv__output_open(&file, path, err);
    if (rc == 0 && fwrite(text, 1, size, file.stream) != size) {
        vv__output_discard(&file);
        rc = vv__fail(err, VV_ERR_IO, "%s: could not be written; is the disk full?", path);
    } else if (rc == 0)
        rc = vv__output_commit(&file, err);
    vv__free(text);
    return rc;
}

static bool same_file(const char *a, const char *b)
{
    struct stat x, y;
    return stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

static int convert(const char *input, const char *output, const char *cards_dir,
                   const char *output_card, vv_error *err)
{
    const char *card = NULL;
    int rc;
    if (same_file(input, output_card))
        return vv__fail(err, VV_ERR_INVALID,
                        "%s: the model card would overwrite it; give the output another name",
                        input);
    if (vv__path_has_extension(input, tflite_extensions))
        rc = convert_tflite(input, output, &card, err);
    else if (vv__path_has_extension(input, json_extensions))
        rc = convert_manifest(input, output, &card, err);
    else if (vv__path_has_extension(input, keras_extensions))
        rc = vv__keras_convert(input, output, &card, err);
    else if (vv__path_has_extension(input, keras_archive_extensions))
        return vv__fail(err, VV_ERR_UNSUPPORTED,
                        "%s: is an archive of Keras 3; save the model as NAME.h5 instead", input);
    else
        return vv__fail(err, VV_ERR_UNSUPPORTED,
                        "%s: can convert Keras' .h5 files, .tflite files and face-api's weight "
                        "manifests (.json)",
                        input);
    if (rc < 0 || !card || !cards_dir) return rc;
    rc = write_card(output_card, cards_dir, card, err);
    /* A network without its card would be taken for one that nothing is known of. */
    if (rc < 0) remove(output);
    return rc;
}

int vv__convert(const char *input, const char *output, const char *cards_dir, vv_error *err)
{
    vv_error own;
    if (!err) err = &own;
    if (!vv__path_has_extension(output, onnx_extensions))
        return vv__fail(err, VV_ERR_INVALID, "%s: the output must be called something.onnx",
                        output);
    char *output_card = card_path(output);
    if (!output_card) return vv__fail_nomem(err, output);
    const int rc = convert(input, output, cards_dir, output_card, err);
    vv__free(output_card);
    return rc;
}
