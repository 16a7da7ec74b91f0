/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include <jansson.h>
#include <math.h>
#include <string.h>

#include "api/objects.h"
#include "api/options.h"
#include "base/alloc.h"
#include "base/error.h"
#include "eval/calibration.h"

#define DEFAULT_FAR 0.001
/* Their pairs fill 50 MB; of larger galleries every so-many-th is taken. */
#define MOST_ENCODINGS 3000

/* The encodings that are compared. */
typedef struct chosen {
    const vv__people *people;
    size_t step, count;
} chosen;

static const float *encoding_at(const chosen *c, size_t i, size_t *person)
{
    return vv__people_photo_encoding(c->people, i * c->step, person);
}

static double number_of(const json_t *object, const char *field)
{
    const double value = json_number_value(json_object_get(object, field));
    return value > 0 && value < 1e6 ? value : 0;
}

/* What the card tells of false accepts; a card that tells nothing is no error. */
static vv__known_rate read_card(const vv__card *card)
{
    vv__known_rate known = {0};
    json_t *root = json_loads(card->json, 0, NULL);
    const json_t *told = json_object_get(root, "false_accepts");
    known.threshold = number_of(told, "threshold");
    known.rate = number_of(told, "rate");
    known.slope = number_of(told, "slope");
    if (!(known.threshold > 0 && known.rate < 1 && known.slope > 0)) known.rate = 0;
    json_decref(root);
    return known;
}

/* As recognition compares them: one's face with all encodings that are kept of the other photo.
 * Either could be the face; the smaller distance is the one to be on guard against. */
static float photo_distance(const chosen *c, size_t i, size_t k)
{
    size_t person;
    const float a = vv__people_photo_distance(c->people, i * c->step, encoding_at(c, k, &person));
    const float b = vv__people_photo_distance(c->people, k * c->step, encoding_at(c, i, &person));
    return a < b ? a : b;
}

static void compare_all(const chosen *c, vv__trial *trials)
{
    for (size_t i = 0; i < c->count; i++) {
        size_t one, other;
        encoding_at(c, i, &one);
        for (size_t k = 0; k < i; k++) {
            encoding_at(c, k, &other);
            const float distance = photo_distance(c, i, k);
            *trials++ = (vv__trial){distance >= 0 ? distance : INFINITY, one == other, 0};
        }
    }
}

/* Each photo in turn is taken for a stranger's, to everybody else, with all encodings of their
 * photos: how many would be near enough to get a name. VV_ERR_NOMEM. */
static int count_named_strangers(const chosen *c, double threshold, size_t *named, vv_error *err)
{
    const size_t people = vv__people_count(c->people);
    float *distances = vv__calloc(people, sizeof *distances);
    if (!distances) return vv__fail_nomem(err, "calibration");
    *named = 0;
    for (size_t i = 0; i < c->count; i++) {
        size_t own;
        bool is_named = false;
        vv__people_distances(c->people, encoding_at(c, i, &own), distances);
        for (size_t p = 0; p < people && !is_named; p++)
            is_named = p != own && (double)distances[p] <= threshold;
        *named += is_named;
    }
    vv__free(distances);
    return 0;
}

static void fill(vv_calibration *full, const vv__calibration *c, const chosen *from)
{
    full->threshold = c->threshold;
    full->basis = c->basis;
    full->people = vv__people_count(from->people);
    full->encodings = from->count;
    full->same_pairs = c->same;
    full->different_pairs = c->different;
    full->false_accepts = c->false_accepts;
    full->tar = c->tar;
    full->people_threshold = c->people_threshold;
    full->card_threshold = c->known_threshold;
    full->smallest_far = c->different ? 3 / (double)c->different : NAN;
    full->sure_far = c->different ? 30 / (double)c->different : NAN;
}

static int calibrate(const vv_gallery *gallery, vv_calibration *full, vv_error *err)
{
    const size_t rows = vv__people_photos_in_all(gallery->people);
    const size_t step = (rows + MOST_ENCODINGS - 1) / MOST_ENCODINGS;
    const chosen from = {gallery->people, step ? step : 1, step ? (rows + step - 1) / step : 0};
    const size_t pairs = from.count ? from.count * (from.count - 1) / 2 : 0;
    const vv__card *card = vv__encoder_model_card(gallery->model);
    const vv__known_rate known = read_card(card);
    vv__trial *trials = vv__calloc(pairs, sizeof *trials);
    if (!trials) return vv__fail_nomem(err, "calibration");
    compare_all(&from, trials);
    vv__calibration c;
    int rc = vv__calibrate(&c, trials, pairs, full->far, &known, (double)card->threshold, err);
    if (rc == 0) {
        fill(full, &c, &from);
        rc = count_named_strangers(&from, c.threshold, &full->named_as_strangers, err);
    }
    vv__free(trials);
    return rc;
}

int vv_calibrate(const vv_gallery *gallery, double far, vv_calibration *out, vv_error *err)
{
    if (!gallery || !out) return vv__fail_null(err, gallery ? "out" : "gallery");
    int rc = vv__check_size(out->size, err);
    if (rc < 0) return rc;
    if (!(far >= 0 && far < 1))
        return vv__fail(err, VV_ERR_INVALID,
                        "calibration: a false-accept rate of %g; give one "
                        "from 0 to 1",
                        far);
    vv_calibration full = {.size = out->size, .far = far > 0 ? far : DEFAULT_FAR};
    rc = calibrate(gallery, &full, err);
    if (rc == 0) memcpy(out, &full, out->size < sizeof full ? out->size : sizeof full);
    return rc;
}
