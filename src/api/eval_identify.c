/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "api/eval_identify.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "api/eval_photos.h"
#include "api/options.h"
#include "api/rule.h"
#include "base/alloc.h"
#include "base/error.h"
#include "base/file.h"
#include "media/photo.h"

typedef struct naming_job {
    vv_identify_report *report;
    const vv_gallery *gallery;
    const vv_identify_options *identify;
    const vv_eval_options *options;
} naming_job;

void vv_identify_report_free(vv_identify_report **report)
{
    vv_identify_report *r = report ? *report : NULL;
    if (!r) return;
    for (size_t i = 0; r->why && i < r->photos.count; i++) vv__free(r->why[i]);
    for (size_t i = 0; r->names && i < r->name_count; i++) vv__free(r->names[i]);
    for (size_t i = 0; r->named && i < r->photos.count; i++) vv__free(r->named[i].nearest_photo);
    vv__free(r->why);
    vv__free(r->names);
    vv__free(r->trials);
    vv__free(r->named);
    vv__free(r->model);
    vv__people_photos_free(&r->listed);
    vv__photo_set_free(&r->photos);
    vv__identification_free(&r->measure);
    vv__free(r);
    *report = NULL;
}

const vv_identify_summary *vv_identify_report_summary(const vv_identify_report *report)
{
    return report ? &report->summary : NULL;
}

int vv_identify_report_photo(const vv_identify_report *report, size_t i, vv_named_photo *out,
                             vv_error *err)
{
    if (!report || !out) return vv__fail_null(err, report ? "out" : "report");
    const int rc = vv__check_size(out->size, err);
    if (rc < 0) return rc;
    if (i >= report->photos.count)
        return vv__fail(err, VV_ERR_NOT_FOUND, "photo %zu: there are only %zu, counted from 0", i,
                        report->photos.count);
    const vv__naming_trial *trial = &report->trials[i];
    const vv_named_photo full = {
        .size = out->size,
        .photo = report->photos.paths[i],
        .truth = trial->truth,
        .said = trial->said,
        .nearest = trial->nearest,
        .distance = report->named[i].distance,
        .outcome = vv__naming_of(trial),
        .why = report->why[i],
        .reason = trial->nearest ? vv_verdict_text(report->named[i].verdict) : NULL,
    };
    memcpy(out, &full, out->size < sizeof full ? out->size : sizeof full);
    return 0;
}

const vv_confusion *vv_identify_report_confusion(const vv_identify_report *report, size_t i)
{
    return report && i < report->measure.confusion_count ? &report->measure.confusions[i] : NULL;
}

static int compare_to_name(const void *key, const void *element)
{
    return strcmp(key, *(char *const *)element);
}

/* The report's own copy of a name of the gallery, NULL where there is none. */
static const char *known_name(const vv_identify_report *r, const char *name)
{
    char *const *found = name && r->name_count ? bsearch(name, r->names, r->name_count,
                                                         sizeof *r->names, compare_to_name)
                                               : NULL;
    return found ? *found : NULL;
}

static int copy_names(vv_identify_report *r, const vv_gallery *gallery, vv_error *err)
{
    r->name_count = vv_gallery_person_count(gallery);
    r->names = vv__calloc(r->name_count, sizeof *r->names);
    bool whole = r->names != NULL;
    for (size_t i = 0; whole && i < r->name_count; i++) {
        r->names[i] = vv__strdup(vv_gallery_person_name(gallery, i));
        whole = r->names[i] != NULL;
    }
    return whole ? 0 : vv__fail_nomem(err, "gallery");
}

static int list_photos(vv_identify_report *r, const char *folder, vv_error *err)
{
    int rc = vv__folder_list(&r->listed, folder, vv__photo_name, err);
    if (rc < 0) return rc;
    const size_t count = r->listed.count;
    if (!count)
        return vv__fail(
            err, VV_ERR_NOT_FOUND,
            "%s: no photos in it; put in a folder of photos for each person (Ross/1.jpg)", folder);
    r->trials = vv__calloc(count, sizeof *r->trials);
    r->named = vv__calloc(count, sizeof *r->named);
    if (!r->trials || !r->named) return vv__fail_nomem(err, folder);
    for (size_t i = 0; i < count && rc == 0; i++) {
        const vv__people_photo *photo = &r->listed.photos[i];
        size_t index;
        bool added;
        rc = vv__photo_set_add(&r->photos, photo->path, strlen(photo->path), &index, &added, err);
        r->trials[i].truth = photo->person;
        r->trials[i].is_known = known_name(r, photo->person) != NULL;
        r->named[i].distance = NAN;
        const bool is_new = !i || strcmp(photo->person, photo[-1].person) != 0;
        r->summary.people += is_new;
        r->summary.people_known += is_new && r->trials[i].is_known;
    }
    return rc;
}

/* Whether two files hold the same bytes. */
static bool is_same_file(const char *a, const char *b)
{
    vv__mapping x, y;
    if (vv__map_file(&x, a, NULL) < 0) return false;
    bool same = vv__map_file(&y, b, NULL) == 0;
    if (same) {
        same = x.size == y.size && (!x.size || memcmp(x.data, y.data, x.size) == 0);
        vv__unmap_file(&y);
    }
    vv__unmap_file(&x);
    return same;
}

static int note(const naming_job *job, size_t photo, const vv_face *face, vv_error *err)
{
    vv_identify_report *r = job->report;
    vv__naming_trial *trial = &r->trials[photo];
    r->named[photo].box = face->box;
    r->named[photo].distance = face->distance;
    r->named[photo].verdict = face->verdict;
    trial->said = known_name(r, face->person);
    trial->nearest = face->candidate_count ? known_name(r, face->candidates[0].person) : NULL;
    if (!face->nearest_photo) return 0;
    r->named[photo].is_in_gallery = is_same_file(r->photos.paths[photo], face->nearest_photo);
    r->named[photo].nearest_photo = vv__strdup(face->nearest_photo);
    return r->named[photo].nearest_photo ? 0 : vv__fail_nomem(err, "evaluation");
}

static int look(void *cookie, vv_context *own, size_t photo, const char *path, vv_error *err)
{
    const naming_job *job = cookie;
    vv_image *image = NULL;
    vv_faces *faces = NULL;
    vv_detect_options options = VV_DETECT_OPTIONS_INIT;
    options.min_face_px = job->options->min_face_px;
    int rc = vv_image_load(&image, path, NULL, err);
    if (rc == 0) rc = vv_detect(own, image, &options, &faces, err);
    if (rc == 0 && vv_faces_count(faces) == 0) rc = vv__fail(err, VV_ERR_NO_FACE, "no face found");
    if (rc == 0) rc = vv_encode(own, image, faces, err);
    if (rc == 0) rc = vv_identify(job->gallery, faces, job->identify, err);
    if (rc == 0) rc = note(job, photo, vv_faces_get(faces, vv__eval_middle(faces, image)), err);
    vv_faces_free(&faces);
    vv_image_free(&image);
    return rc;
}

static void sum_up(vv_identify_report *r, double threshold)
{
    const vv__identification *m = &r->measure;
    vv_identify_summary *s = &r->summary;
    s->photos = r->photos.count;
    s->known = m->known;
    s->strangers = m->strangers;
    s->right = m->right;
    s->wrong = m->wrong;
    s->missed = m->missed;
    s->strangers_named = m->strangers_named;
    s->rank1 = m->known ? (double)m->nearest_right / (double)m->known : NAN;
    s->confusion_count = m->confusion_count;
    s->threshold = threshold;
    for (size_t i = 0; i < s->photos; i++) s->in_gallery += r->named[i].is_in_gallery;
}

static int evaluate(naming_job *job, vv_context *ctx, const char *folder, vv_error *err)
{
    vv_identify_report *r = job->report;
    vv__eval_photos run = {
        .ctx = ctx, .photos = &r->photos, .options = job->options, .look = look, .cookie = job};
    const vv__mtcnn *detector;
    int rc = vv__context_mtcnn(ctx, &detector, err);
    if (rc == 0) rc = copy_names(r, job->gallery, err);
    if (rc == 0) rc = list_photos(r, folder, err);
    if (rc == 0) rc = vv__eval_photos_prepare_paths(&run, err);
    if (rc == 0) rc = vv__eval_photos_run(&run, err);
    r->summary.failed = run.failed;
    r->why = run.why;
    run.why = NULL;
    vv__eval_photos_free(&run);
    if (rc == 0) rc = vv__identification_measure(&r->measure, r->trials, r->photos.count, err);
    if (rc == 0 && r->summary.failed == r->photos.count)
        rc = vv__fail(err, VV_ERR_NO_FACE,
                      "%s: no face could be compared in any of its %zu photos, of the first one "
                      "since: %s",
                      folder, r->photos.count, r->why[0]);
    return rc;
}

int vv_eval_identify(vv_context *ctx, const vv_gallery *gallery, const char *folder,
                     const vv_identify_options *identify, const vv_eval_options *given,
                     vv_identify_report **out, vv_error *err)
{
    if (!out) return vv__fail_null(err, "out");
    *out = NULL;
    if (!ctx || !gallery || !folder)
        return vv__fail_null(err, !ctx ? "ctx" : !gallery ? "gallery" : "folder");
    vv_eval_options options;
    vv_identify_options checked;
    const vv__encoder_model *model;
    int rc = vv__eval_options(&options, given, err);
    if (rc == 0) rc = vv__identify_options(&checked, identify, err);
    if (rc == 0) rc = vv__context_encoder_model(ctx, &model, err);
    if (rc < 0) return rc;
    const vv__card *card = vv__encoder_model_card(model);
    /* The photo of the gallery that decided is to be told. */
    checked.explain = true;
    naming_job job = {vv__calloc(1, sizeof *job.report), gallery, &checked, &options};
    if (job.report) job.report->model = vv__strdup(card->name);
    rc = job.report && job.report->model ? 0 : vv__fail_nomem(err, "evaluation");
    if (rc == 0) rc = evaluate(&job, ctx, folder, err);
    if (rc < 0) {
        vv_identify_report_free(&job.report);
        return rc;
    }
    sum_up(job.report, (double)vv__rule_of(card, &checked).threshold);
    *out = job.report;
    return 0;
}
