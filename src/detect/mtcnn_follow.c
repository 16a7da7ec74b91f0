/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* The cascade in two halves, for videos: most faces are where they were, and there the first
 * network need not look for them, nor the others sift its many places on each of them. */

#include <math.h>

#include "base/alloc.h"
#include "base/error.h"
#include "detect/mtcnn.h"
#include "image/box.h"

/* A place that overlaps a face by so much (intersection over union, both as squares) is the face's.
 * What the first network proposes on a face, of steps of 0.709 in size, overlaps it by more; what
 * overlaps less may be a face beside it. */
#define SAME_FACE 0.3

static vv_box box_of(const vv__scored_box *box)
{
    return (vv_box){box->x1, box->y1, box->x2 - box->x1, box->y2 - box->y1};
}

static int add_place(vv__detector *d, const vv_box *place, vv_error *err)
{
    vv__scored_box *box = vv__box_list_add(&d->boxes);
    if (!box) return vv__fail_nomem(err, "detector");
    box->x1 = place->x;
    box->y1 = place->y;
    box->x2 = place->x + place->width;
    box->y2 = place->y + place->height;
    return 0;
}

int vv__detector_propose(vv__detector *d, const vv__image *image, const vv_box **places,
                         size_t *count, vv_error *err)
{
    *places = NULL;
    *count = 0;
    vv__mtcnn_start(d);
    d->is_bordered = false;
    const vv__view view = vv__view_of(image, 0);
    const int rc = vv__mtcnn_propose(d, &view, false, err);
    if (rc < 0) return rc;
    while (d->place_capacity < d->boxes.count)
        if (vv__grow((void **)&d->places, &d->place_capacity, d->place_capacity,
                     sizeof *d->places) < 0)
            return vv__fail_nomem(err, "detector");
    for (size_t i = 0; i < d->boxes.count; i++) d->places[i] = box_of(&d->boxes.boxes[i]);
    *places = d->places;
    *count = d->boxes.count;
    return 0;
}

static int look_where_expected(vv__detector *d, const vv__view *view, const vv__places *places,
                               vv_error *err)
{
    int rc = 0;
    d->boxes.count = 0;
    for (size_t i = 0; i < places->expected_count && rc == 0; i++) {
        rc = add_place(d, &places->expected[i], err);
        if (rc == 0) vv__box_square(&d->boxes.boxes[i]);
    }
    if (rc == 0) rc = vv__mtcnn_refine(d, view, err);
    return rc < 0 ? rc : vv__mtcnn_output(d, view, err);
}

/* How a face may have moved that was not found where it was expected, as the first network would
 * have proposed it: to the sides by shares of its width, and in size. */
static const struct {
    float right, down, size;
} moves[] = {{-0.2f, 0, 1}, {0.2f, 0, 1}, {0, -0.2f, 1}, {0, 0.2f, 1}, {0, 0, 0.8f}, {0, 0, 1.25f}};

static int add_moved(vv__detector *d, const vv_box *expected, vv_error *err)
{
    int rc = 0;
    for (size_t m = 0; m < sizeof moves / sizeof *moves && rc == 0; m++) {
        const float side = fmaxf(expected->width, expected->height) * moves[m].size;
        const float x = expected->x + expected->width * (0.5f + moves[m].right) - side / 2;
        const float y =
            expected->y + expected->height / 2 + expected->width * moves[m].down - side / 2;
        rc = add_place(d, &(vv_box){x, y, side, side}, err);
    }
    return rc;
}

static bool is_known(const vv__detector *d, const vv_box *place)
{
    for (size_t i = 0; i < d->known.count; i++) {
        vv__scored_box face = d->known.boxes[i];
        vv__box_square(&face);
        const vv_box square = box_of(&face);
        if (vv__box_overlap(&square, place) > SAME_FACE) return true;
    }
    return false;
}

/* What was found stays; of a new face that is one of these, the surer box counts. */
static int look_elsewhere(vv__detector *d, const vv__view *view, const vv__places *places,
                          vv_error *err)
{
    const vv__box_list found = d->boxes;
    int rc = 0;
    d->boxes = d->known;
    d->known = found;
    d->boxes.count = 0;
    for (size_t i = 0; i < places->expected_count && rc == 0; i++)
        if (!is_known(d, &places->expected[i])) rc = add_moved(d, &places->expected[i], err);
    for (size_t i = 0; i < places->proposed_count && rc == 0; i++)
        if (!is_known(d, &places->proposed[i])) rc = add_place(d, &places->proposed[i], err);
    if (rc == 0) rc = vv__mtcnn_refine(d, view, err);
    if (rc == 0) rc = vv__mtcnn_output(d, view, err);
    for (size_t i = 0; i < d->known.count && rc == 0; i++) {
        vv__scored_box *box = vv__box_list_add(&d->boxes);
        if (!box) return vv__fail_nomem(err, "detector");
        *box = d->known.boxes[i];
    }
    if (rc == 0) vv__mtcnn_join(d);
    return rc;
}

int vv__detector_follow(vv__detector *d, const vv__image *image, const vv__places *places,
                        const vv__detection **faces, size_t *count, vv_error *err)
{
    *faces = NULL;
    *count = 0;
    vv__mtcnn_start(d);
    d->is_bordered = false;
    const vv__view view = vv__view_of(image, 0);
    int rc = look_where_expected(d, &view, places, err);
    if (rc == 0) rc = look_elsewhere(d, &view, places, err);
    if (rc == 0) rc = vv__mtcnn_hand_over(d, &view, err);
    if (rc < 0) return rc;
    *faces = d->faces.faces;
    *count = d->faces.count;
    return 0;
}
