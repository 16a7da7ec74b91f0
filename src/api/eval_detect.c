/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include <stdio.h>
#include <string.h>

#include "api/eval_photos.h"
#include "api/options.h"
#include "base/alloc.h"
#include "base/error.h"
#include "eval/detection.h"
#include "report/plots.h"

#define OVERLAP 0.5

/* Heights of faces that are told of apart: the bounds of COCO's and other tables of sizes. */
static const double size_bounds[] = {0, 20, 40, 80, 160, 320, 0};
enum { SIZES = sizeof size_bounds / sizeof *size_bounds - 1 };

/* What was found in one photo. */
typedef struct finding {
    vv__found_face *faces;
    size_t count;
} finding;

struct vv_detect_report {
    vv__face_truth truth;
    char **why; /* one a photo */
    vv__detection_measure measure;
    vv_detect_summary summary;
    vv_detect_size sizes[SIZES];
    size_t *failed; /* indices of photos */
};

typedef struct detect_job {
    const vv_eval_options *options;
    finding *findings; /* one a photo */
} detect_job;

void vv_detect_report_free(vv_detect_report **report)
{
    vv_detect_report *r = report ? *report : NULL;
    if (!r) return;
    for (size_t i = 0; r->why && i < r->truth.photos.count; i++) vv__free(r->why[i]);
    vv__free(r->why);
    vv__free(r->failed);
    vv__face_truth_free(&r->truth);
    vv__detection_measure_free(&r->measure);
    vv__free(r);
    *report = NULL;
}

const vv_detect_summary *vv_detect_report_summary(const vv_detect_report *report)
{
    return report ? &report->summary : NULL;
}

const vv_detect_size *vv_detect_report_size(const vv_detect_report *report, size_t i)
{
    return report && i < report->summary.size_count ? &report->sizes[i] : NULL;
}

const char *vv_detect_report_failure(const vv_detect_report *report, size_t i, const char **why)
{
    if (!report || i >= report->summary.failed_photos) return NULL;
    if (why) *why = report->why[report->failed[i]];
    return report->truth.photos.paths[report->failed[i]];
}

static int keep(finding *out, const vv_faces *faces, size_t photo, vv_error *err)
{
    const size_t count = vv_faces_count(faces);
    out->faces = vv__calloc(count, sizeof *out->faces);
    if (!out->faces) return vv__fail_nomem(err, "evaluation");
    out->count = count;
    for (size_t i = 0; i < count; i++) {
        const vv_face *face = vv_faces_get(faces, i);
        out->faces[i] = (vv__found_face){face->box, face->score, photo};
    }
    return 0;
}

static int look(void *cookie, vv_context *own, size_t photo, const char *path, vv_error *err)
{
    const detect_job *job = cookie;
    vv_image *image = NULL;
    vv_faces *faces = NULL;
    vv_detect_options options = VV_DETECT_OPTIONS_INIT;
    options.min_face_px = job->options->min_face_px;
    options.score_floor = job->options->score_floor;
    options.detector = job->options->detector;
    options.cascade = job->options->cascade;
    int rc = vv_image_load(&image, path, NULL, err);
    if (rc == 0) rc = vv_detect(own, image, &options, &faces, err);
    if (rc == 0) rc = keep(&job->findings[photo], faces, photo, err);
    vv_faces_free(&faces);
    vv_image_free(&image);
    return rc;
}

/* All that was found, in the order of the photos, so that the result is always the same. */
static int join(const finding *findings, size_t photos, vv__found_face **out, size_t *count,
                vv_error *err)
{
    *count = 0;
    for (size_t i = 0; i < photos; i++) *count += findings[i].count;
    vv__found_face *all = vv__calloc(*count, sizeof *all), *to = all;
    if (!all) return vv__fail_nomem(err, "evaluation");
    for (size_t i = 0; i < photos; i++) {
        if (findings[i].count) memcpy(to, findings[i].faces, findings[i].count * sizeof *to);
        to += findings[i].count;
    }
    *out = all;
    return 0;
}

static int measure_sizes(vv_detect_report *r, const vv__found_face *found, size_t count,
                         double least, vv_error *err)
{
    for (int i = 0; i < SIZES; i++) {
        vv__detection_rules rules = {OVERLAP, size_bounds[i], size_bounds[i + 1]};
        const bool is_last = i == SIZES - 1;
        if (!is_last && rules.max_height <= least) continue;
        if (rules.min_height < least) rules.min_height = least;
        /* A bound that no face reaches makes the last size a view of one size, too. */
        if (is_last) rules.max_height = 1e9;
        vv__detection_measure m;
        const int rc = vv__detection_measure_all(&m, &r->truth, found, count, &rules, err);
        if (rc < 0) return rc;
        r->sizes[r->summary.size_count++] = (vv_detect_size){
            rules.min_height,   is_last ? 0 : rules.max_height, m.faces, m.recall, m.precision,
            m.average_precision};
        vv__detection_measure_free(&m);
    }
    return 0;
}

static int measure(vv_detect_report *r, const vv__found_face *found, size_t count,
                   const vv_eval_options *options, vv_error *err)
{
    const vv__detection_rules rules = {OVERLAP, options->min_face_px, 0};
    int rc = vv__detection_measure_all(&r->measure, &r->truth, found, count, &rules, err);
    if (rc < 0) return rc;
    const vv__detection_measure *m = &r->measure;
    vv_detect_summary *s = &r->summary;
    s->photos = r->truth.photos.count;
    s->faces = m->faces;
    s->ignored = m->ignored;
    s->found = m->hits;
    s->false_alarms = m->false_alarms;
    s->recall = m->recall;
    s->precision = m->precision;
    s->average_precision = m->average_precision;
    return measure_sizes(r, found, count, options->min_face_px, err);
}

static int list_failed(vv_detect_report *r, vv_error *err)
{
    size_t count = 0;
    r->failed = vv__calloc(r->summary.failed_photos, sizeof *r->failed);
    if (!r->failed) return vv__fail_nomem(err, "evaluation");
    for (size_t i = 0; i < r->truth.photos.count; i++)
        if (r->why[i]) r->failed[count++] = i;
    return 0;
}

static int find_all(vv_detect_report *r, vv_context *ctx, const char *path, detect_job *job,
                    vv_error *err)
{
    vv__eval_photos run = {.ctx = ctx,
                           .photos = &r->truth.photos,
                           .options = job->options,
                           .look = look,
                           .cookie = job};
    const vv__mtcnn *detector;
    int rc =
        job->options->detector == VV_DETECTOR_MTCNN ? vv__context_mtcnn(ctx, &detector, err) : 0;
    if (rc == 0) rc = vv__eval_photos_prepare(&run, path, err);
    if (rc == 0) rc = vv__eval_photos_run(&run, err);
    r->summary.failed_photos = run.failed;
    r->why = run.why;
    run.why = NULL;
    vv__eval_photos_free(&run);
    if (rc == 0 && run.failed == r->truth.photos.count)
        rc = vv__fail(err, VV_ERR_IO,
                      "%s: not one of its %zu photos could be read, the first since: %s", path,
                      run.failed, r->why[0]);
    return rc < 0 ? rc : list_failed(r, err);
}

static int evaluate(vv_detect_report *r, vv_context *ctx, const char *path,
                    const vv_eval_options *options, vv_error *err)
{
    int rc = vv__face_truth_read(&r->truth, path, err);
    if (rc < 0) return rc;
    const size_t photos = r->truth.photos.count;
    detect_job job = {options, vv__calloc(photos, sizeof *job.findings)};
    if (!job.findings) return vv__fail_nomem(err, "evaluation");
    vv__found_face *found = NULL;
    size_t count;
    rc = find_all(r, ctx, path, &job, err);
    if (rc == 0) rc = join(job.findings, photos, &found, &count, err);
    if (rc == 0) rc = measure(r, found, count, options, err);
    for (size_t i = 0; i < photos; i++) vv__free(job.findings[i].faces);
    vv__free(job.findings);
    vv__free(found);
    return rc;
}

int vv_eval_detect(vv_context *ctx, const char *truth, const vv_eval_options *given,
                   vv_detect_report **out, vv_error *err)
{
    if (!out) return vv__fail_null(err, "out");
    *out = NULL;
    if (!ctx || !truth) return vv__fail_null(err, ctx ? "truth" : "ctx");
    vv_eval_options options;
    int rc = vv__eval_options(&options, given, err);
    if (rc == 0 && (unsigned)options.detector >= VV_DETECTOR_BOTH)
        rc = vv__fail(err, VV_ERR_INVALID,
                      "evaluation: detector %d; give VV_DETECTOR_MTCNN or VV_DETECTOR_HAAR",
                      (int)options.detector);
    if (rc < 0) return rc;
    vv_detect_report *report = vv__calloc(1, sizeof *report);
    if (!report) return vv__fail_nomem(err, "evaluation");
    rc = evaluate(report, ctx, truth, &options, err);
    if (rc < 0)
        vv_detect_report_free(&report);
    else
        *out = report;
    return rc;
}

int vv_detect_report_plot(const vv_detect_report *report, const char *path, vv_error *err)
{
    if (!report || !path) return vv__fail_null(err, report ? "path" : "report");
    const vv__detection_measure *m = &report->measure;
    const vv_detect_summary *s = &report->summary;
    vv__plot_point *curve = vv__calloc(m->curve_count, sizeof *curve);
    if (!curve) return vv__fail_nomem(err, path);
    vv__size_bar bars[SIZES];
    char title[200], subtitle[300];
    for (size_t i = 0; i < m->curve_count; i++)
        curve[i] = (vv__plot_point){m->curve[i].recall, m->curve[i].precision};
    for (size_t i = 0; i < s->size_count; i++) {
        const vv_detect_size *size = &report->sizes[i];
        bars[i] = (vv__size_bar){size->min_height, size->max_height, size->faces, size->recall,
                                 size->average_precision};
    }
    snprintf(title, sizeof title, "Faces found: average precision %.2f %%",
             100 * s->average_precision);
    snprintf(subtitle, sizeof subtitle,
             "%zu photos, %zu faces that count, %zu that do not; %zu found, %zu false alarms",
             s->photos, s->faces, s->ignored, s->found, s->false_alarms);
    const vv__detect_plot plot = {{title, subtitle}, curve, m->curve_count, bars, s->size_count};
    const int rc = vv__plot_detection(&plot, path, err);
    vv__free(curve);
    return rc;
}
