/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "api/eval_photos.h"
#include "api/options.h"
#include "base/alloc.h"
#include "base/distance.h"
#include "base/error.h"
#include "eval/truth_pairs.h"
#include "eval/verification.h"
#include "report/plots.h"

#define FOLDS 10
#define USUAL_RATES 3

struct vv_pair_report {
    vv__pair_list list;
    vv__trial *trials; /* one a pair */
    char **why;        /* one a photo */
    vv__verification measure;
    vv_pair_summary summary;
    vv_pair_rate rates[USUAL_RATES + 1];
    char *model;
};

void vv_pair_report_free(vv_pair_report **report)
{
    vv_pair_report *r = report ? *report : NULL;
    if (!r) return;
    for (size_t i = 0; r->why && i < r->list.photos.count; i++) vv__free(r->why[i]);
    vv__free(r->why);
    vv__pair_list_free(&r->list);
    vv__free(r->trials);
    vv__verification_free(&r->measure);
    vv__free(r->model);
    vv__free(r);
    *report = NULL;
}

const vv_pair_summary *vv_pair_report_summary(const vv_pair_report *report)
{
    return report ? &report->summary : NULL;
}

const vv_pair_rate *vv_pair_report_rate(const vv_pair_report *report, size_t i)
{
    return report && i < report->summary.rate_count ? &report->rates[i] : NULL;
}

int vv_pair_report_pair(const vv_pair_report *report, size_t i, vv_scored_pair *out, vv_error *err)
{
    if (!report || !out) return vv__fail_null(err, report ? "out" : "report");
    const int rc = vv__check_size(out->size, err);
    if (rc < 0) return rc;
    if (i >= report->list.count)
        return vv__fail(err, VV_ERR_NOT_FOUND, "pair %zu: there are only %zu, counted from 0", i,
                        report->list.count);
    const vv__pair *pair = &report->list.pairs[i];
    const char *const *paths = (const char *const *)report->list.photos.paths;
    const float distance = report->trials[i].distance;
    vv_scored_pair full = {
        .size = out->size,
        .line = pair->line,
        .a = paths[pair->photos[0]],
        .b = paths[pair->photos[1]],
        .same = pair->same,
        .distance = distance < INFINITY ? distance : NAN,
    };
    const int failed = report->why[pair->photos[0]] ? 0 : 1;
    if (!(distance < INFINITY)) {
        full.failed_photo = paths[pair->photos[failed]];
        full.why = report->why[pair->photos[failed]];
        if (!full.why) full.why = "its encoding holds what is no number";
    }
    memcpy(out, &full, out->size < sizeof full ? out->size : sizeof full);
    return 0;
}

static int score(vv_pair_report *r, const float *encodings, int dimension, vv_error *err)
{
    r->trials = vv__calloc(r->list.count, sizeof *r->trials);
    if (!r->trials) return vv__fail_nomem(err, "evaluation");
    for (size_t i = 0; i < r->list.count; i++) {
        const vv__pair *pair = &r->list.pairs[i];
        const float *a = encodings + (size_t)pair->photos[0] * (size_t)dimension;
        const float *b = encodings + (size_t)pair->photos[1] * (size_t)dimension;
        const bool failed = r->why[pair->photos[0]] || r->why[pair->photos[1]];
        float distance = failed ? INFINITY : vv__distance(a, b, dimension);
        if (!(distance >= 0)) distance = INFINITY;
        r->trials[i] = (vv__trial){distance, pair->same, pair->fold};
        if (distance >= INFINITY) r->summary.failed++;
    }
    return 0;
}

/* The trials that count: all, or those that could be compared. */
static size_t choose_trials(const vv_pair_report *r, bool skip_missing, vv__trial *chosen)
{
    size_t count = 0;
    for (size_t i = 0; i < r->list.count; i++)
        if (!skip_missing || r->trials[i].distance < INFINITY) chosen[count++] = r->trials[i];
    return count;
}

static int add_rate(vv_pair_report *r, const vv__trial *trials, size_t count, double far,
                    vv_error *err)
{
    vv__rate rate;
    const int rc = vv__verification_rate(&rate, trials, count, far, err);
    if (rc < 0) return rc;
    r->rates[r->summary.rate_count++] =
        (vv_pair_rate){far, rate.tar, rate.threshold, rate.false_accepts, rate.true_accepts};
    return 0;
}

static int add_rates(vv_pair_report *r, const vv__trial *trials, size_t count, double wanted,
                     vv_error *err)
{
    static const double usual[USUAL_RATES] = {0.1, 0.01, 0.001};
    int rc = 0;
    bool is_usual = wanted <= 0;
    for (int i = 0; i < USUAL_RATES && rc == 0; i++) {
        rc = add_rate(r, trials, count, usual[i], err);
        is_usual |= wanted == usual[i];
    }
    return rc < 0 || is_usual ? rc : add_rate(r, trials, count, wanted, err);
}

static void sum_up(vv_pair_report *r, const vv__trial *trials, size_t count, float threshold)
{
    vv_pair_summary *s = &r->summary;
    const vv__verification *m = &r->measure;
    const vv__at_threshold at = vv__verification_at(trials, count, (double)threshold);
    s->pairs = r->list.count;
    s->photos = r->list.photos.count;
    s->same = m->same;
    s->different = m->different;
    s->folds = m->folds;
    s->accuracy = m->accuracy;
    s->accuracy_deviation = m->deviation;
    s->threshold = m->threshold;
    s->auc = m->auc;
    s->equal_error_rate = m->eer;
    s->fixed_threshold = (double)threshold;
    s->fixed_accuracy = at.accuracy;
    s->fixed_tar = at.tar;
    s->fixed_far = at.far;
    s->fixed_false_accepts = at.false_accepts;
    s->model = r->model;
}

static int measure(vv_pair_report *r, const vv_eval_options *options, float threshold,
                   vv_error *err)
{
    vv__trial *trials = vv__calloc(r->list.count, sizeof *trials);
    if (!trials) return vv__fail_nomem(err, "evaluation");
    const size_t count = choose_trials(r, options->skip_missing, trials);
    int folds = r->list.folds;
    if (!folds) folds = vv__verification_split(trials, count, FOLDS);
    int rc = vv__verification_measure(&r->measure, trials, count, folds, err);
    if (rc == 0) rc = add_rates(r, trials, count, options->far, err);
    if (rc == 0) sum_up(r, trials, count, threshold);
    vv__free(trials);
    return rc;
}

static int evaluate(vv_pair_report *r, vv_context *ctx, const char *path,
                    const vv_eval_options *options, vv_error *err)
{
    vv__eval_photos run = {.ctx = ctx, .options = options};
    float *encodings = NULL;
    int dimension;
    int rc = vv__pair_list_read(&r->list, path, err);
    run.photos = &r->list.photos;
    run.is_lfw = r->list.is_lfw;
    if (rc == 0) rc = vv__eval_photos_prepare(&run, path, err);
    if (rc == 0) rc = vv__eval_encode(&run, &encodings, &dimension, err);
    r->summary.failed_photos = run.failed;
    r->why = run.why;
    run.why = NULL;
    vv__eval_photos_free(&run);
    if (rc == 0) rc = score(r, encodings, dimension, err);
    vv__free(encodings);
    if (rc == 0 && r->summary.failed == r->list.count)
        rc = vv__fail(err, VV_ERR_NO_FACE, "%s: not one of its %zu pairs could be compared", path,
                      r->list.count);
    return rc;
}

int vv_eval_pairs(vv_context *ctx, const char *pairs, const vv_eval_options *given,
                  vv_pair_report **out, vv_error *err)
{
    if (!out) return vv__fail_null(err, "out");
    *out = NULL;
    if (!ctx || !pairs) return vv__fail_null(err, ctx ? "pairs" : "ctx");
    vv_eval_options options;
    const vv__encoder_model *model = NULL;
    int rc = vv__eval_options(&options, given, err);
    if (rc == 0) rc = vv__context_encoder_model(ctx, &model, err);
    if (rc < 0) return rc;
    const vv__card *card = vv__encoder_model_card(model);
    vv_pair_report *report = vv__calloc(1, sizeof *report);
    if (report) report->model = vv__strdup(card->name);
    rc = report && report->model ? 0 : vv__fail_nomem(err, "evaluation");
    if (rc == 0) rc = evaluate(report, ctx, pairs, &options, err);
    if (rc == 0)
        rc = measure(report, &options, options.threshold > 0 ? options.threshold : card->threshold,
                     err);
    if (rc < 0)
        vv_pair_report_free(&report);
    else
        *out = report;
    return rc;
}

/* What is plotted, made for the while. */
typedef struct plot_data {
    vv__plot_point *curve;
    float *distances; /* those of two people first */
    size_t counts[2];
    char title[300], subtitle[300];
} plot_data;

static void fill_distances(plot_data *data, const vv_pair_report *r)
{
    size_t at = 0;
    for (int kind = 0; kind < 2; kind++)
        for (size_t i = 0; i < r->list.count; i++) {
            const vv__trial *trial = &r->trials[i];
            if (trial->same != (kind == 1) || trial->distance >= INFINITY) continue;
            data->distances[at++] = trial->distance;
            data->counts[kind]++;
        }
}

static void write_words(plot_data *data, const vv_pair_summary *s)
{
    char failed[80] = "";
    if (s->folds > 1)
        snprintf(data->title, sizeof data->title, "%.200s: %.2f \xc2\xb1 %.2f %% right", s->model,
                 100 * s->accuracy, 100 * s->accuracy_deviation);
    else
        snprintf(data->title, sizeof data->title, "%.200s: %.2f %% right", s->model,
                 100 * s->accuracy);
    if (s->failed) snprintf(failed, sizeof failed, "; %zu pairs could not be compared", s->failed);
    snprintf(data->subtitle, sizeof data->subtitle,
             "%zu pairs of %zu photos, %d fold%s; area under the curve %.5f, equal error rate "
             "%.2f %%%s",
             s->pairs, s->photos, s->folds, s->folds == 1 ? "" : "s", s->auc,
             100 * s->equal_error_rate, failed);
}

int vv_pair_report_plot(const vv_pair_report *report, const char *path, vv_error *err)
{
    if (!report || !path) return vv__fail_null(err, report ? "path" : "report");
    const vv__verification *m = &report->measure;
    const vv_pair_summary *s = &report->summary;
    vv__plot_point marks[USUAL_RATES + 1];
    plot_data data = {.curve = vv__calloc(m->curve_count, sizeof *data.curve),
                      .distances = vv__calloc(report->list.count, sizeof *data.distances)};
    int rc = data.curve && data.distances ? 0 : vv__fail_nomem(err, path);
    if (rc == 0) {
        for (size_t i = 0; i < m->curve_count; i++)
            data.curve[i] = (vv__plot_point){m->curve[i].far, m->curve[i].tar};
        for (size_t i = 0; i < s->rate_count; i++)
            marks[i] = (vv__plot_point){report->rates[i].far, report->rates[i].tar};
        fill_distances(&data, report);
        write_words(&data, s);
        const vv__pair_plot plot = {
            .words = {data.title, data.subtitle},
            .curve = data.curve,
            .curve_count = m->curve_count,
            .marks = marks,
            .mark_count = s->rate_count,
            .kinds = {s->different, s->same},
            .distances = {data.distances, data.distances + data.counts[0]},
            .distance_counts = {data.counts[0], data.counts[1]},
            .threshold = s->fixed_threshold,
        };
        rc = vv__plot_pairs(&plot, path, err);
    }
    vv__free(data.curve);
    vv__free(data.distances);
    return rc;
}
