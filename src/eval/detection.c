/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "eval/detection.h"

#include <math.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/error.h"
#include "image/box.h"

typedef enum fate { FALSE_ALARM, HIT, NEITHER } fate;

typedef struct matching {
    const vv__face_truth *truth;
    const vv__detection_rules *rules;
    bool *taken; /* a true face: found already */
} matching;

static bool is_of_size(const vv__detection_rules *rules, const vv_box *box)
{
    return box->height >= rules->min_height &&
           (rules->max_height <= 0 || box->height < rules->max_height);
}

static bool counts(const matching *m, const vv__true_face *face)
{
    return !face->ignored && is_of_size(m->rules, &face->box);
}

static fate match(matching *m, const vv__found_face *found)
{
    const vv__true_photo *photo = &m->truth->entries[found->photo];
    size_t best = SIZE_MAX;
    double most = 0;
    bool on_ignored = false;
    for (size_t i = photo->first; i < photo->first + photo->count; i++) {
        const vv__true_face *face = &m->truth->faces[i];
        const double overlap = vv__box_overlap(&face->box, &found->box);
        if (overlap < m->rules->overlap) continue;
        if (!counts(m, face))
            on_ignored = true;
        else if (!m->taken[i] && overlap > most) {
            most = overlap;
            best = i;
        }
    }
    if (best != SIZE_MAX) {
        m->taken[best] = true;
        return HIT;
    }
    const bool other_size = m->rules->max_height > 0 && !is_of_size(m->rules, &found->box);
    return on_ignored || other_size ? NEITHER : FALSE_ALARM;
}

/* Those of one score in the order they were found in, so that the result is always the same. */
static int compare_found(const void *a, const void *b)
{
    const vv__found_face *x = *(const vv__found_face *const *)a;
    const vv__found_face *y = *(const vv__found_face *const *)b;
    if (x->score != y->score) return x->score < y->score ? 1 : -1;
    return (x > y) - (x < y);
}

static void count_true(vv__detection_measure *out, const matching *m)
{
    for (size_t i = 0; i < m->truth->face_count; i++)
        if (counts(m, &m->truth->faces[i]))
            out->faces++;
        else
            out->ignored++;
}

static void walk(vv__detection_measure *out, matching *m, const vv__found_face *const *ranked,
                 size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const fate what = match(m, ranked[i]);
        if (what == NEITHER) continue;
        if (what == HIT)
            out->hits++;
        else
            out->false_alarms++;
        out->curve[out->curve_count++] = (vv__recall_point){
            .recall = out->faces ? (double)out->hits / (double)out->faces : 0,
            .precision = (double)out->hits / (double)(out->hits + out->false_alarms),
            .score = ranked[i]->score,
        };
    }
}

static double average_precision(const vv__detection_measure *out)
{
    double best = 0, sum = 0;
    for (size_t i = out->curve_count; i-- > 0;) {
        const double before = i ? out->curve[i - 1].recall : 0;
        best = fmax(best, out->curve[i].precision);
        sum += (out->curve[i].recall - before) * best;
    }
    return sum;
}

int vv__detection_measure_all(vv__detection_measure *out, const vv__face_truth *truth,
                              const vv__found_face *found, size_t count,
                              const vv__detection_rules *rules, vv_error *err)
{
    *out = (vv__detection_measure){0};
    matching m = {truth, rules, vv__calloc(truth->face_count, sizeof *m.taken)};
    const vv__found_face **ranked = vv__calloc(count, sizeof *ranked);
    out->curve = vv__calloc(count, sizeof *out->curve);
    const bool ready = m.taken && ranked && out->curve;
    if (ready) {
        for (size_t i = 0; i < count; i++) ranked[i] = &found[i];
        if (count) qsort(ranked, count, sizeof *ranked, compare_found);
        count_true(out, &m);
        walk(out, &m, ranked, count);
        const size_t all = out->hits + out->false_alarms;
        out->recall = out->faces ? (double)out->hits / (double)out->faces : NAN;
        out->precision = all ? (double)out->hits / (double)all : NAN;
        out->average_precision = out->faces ? average_precision(out) : NAN;
    }
    vv__free(m.taken);
    vv__free(ranked);
    if (ready) return 0;
    vv__detection_measure_free(out);
    return vv__fail_nomem(err, "evaluation");
}

void vv__detection_measure_free(vv__detection_measure *measure)
{
    vv__free(measure->curve);
    *measure = (vv__detection_measure){0};
}
