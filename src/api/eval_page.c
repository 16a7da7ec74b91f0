/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "api/eval_identify.h"
#include "api/options.h"
#include "base/alloc.h"
#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "image/transform.h"
#include "report/identify_page.h"

/* More than anyone looks through. */
#define MOST_SHOWN 400
#define THUMBNAIL_SIDE 320
/* Of the side of the face's box: how much of the picture around it is shown. */
#define SURROUNDINGS 2.4

typedef struct page_job {
    const vv_identify_report *report;
    vv_context *ctx;
    const char *folder;
    size_t *order; /* photos that are mistakes, worst first */
    size_t count;
    vv__page_mistake *mistakes; /* those shown */
    char **pictures;            /* two each: of the photo, of the gallery's nearest */
    vv__page_person *people;
    size_t person_count;
} page_job;

static bool is_mistake(vv_naming outcome)
{
    return outcome == VV_NAMING_WRONG || outcome == VV_NAMING_MISSED ||
           outcome == VV_NAMING_STRANGER_NAMED;
}

/* Wrong names, then strangers', then those who got none; the surest of each first. */
static int compare_mistakes(const void *a, const void *b, void *cookie)
{
    const vv_identify_report *r = cookie;
    const size_t x = *(const size_t *)a, y = *(const size_t *)b;
    static const int ranks[] = {
        [VV_NAMING_WRONG] = 0, [VV_NAMING_STRANGER_NAMED] = 1, [VV_NAMING_MISSED] = 2};
    const int rank_x = ranks[vv__naming_of(&r->trials[x])];
    const int rank_y = ranks[vv__naming_of(&r->trials[y])];
    if (rank_x != rank_y) return rank_x - rank_y;
    const float dx = isnan(r->named[x].distance) ? INFINITY : r->named[x].distance;
    const float dy = isnan(r->named[y].distance) ? INFINITY : r->named[y].distance;
    if (dx != dy) return dx < dy ? -1 : 1;
    return (x > y) - (x < y);
}

/* The square around the face, moved into the picture; all of the picture where there is no face. */
static vv__rect surroundings(const vv__image *image, const vv_box *box)
{
    const double wanted = SURROUNDINGS * fmax(box->width, box->height);
    const int shorter = image->width < image->height ? image->width : image->height;
    int side = wanted >= 1 && wanted < shorter ? (int)wanted : shorter;
    if (!(box->width > 0)) side = shorter;
    double x = box->x + box->width / 2 - side / 2.0, y = box->y + box->height / 2 - side / 2.0;
    if (!(box->width > 0)) {
        x = (image->width - side) / 2.0;
        y = (image->height - side) / 2.0;
    }
    x = fmin(fmax(x, 0), image->width - side);
    y = fmin(fmax(y, 0), image->height - side);
    return (vv__rect){(int)x, (int)y, (int)x + side, (int)y + side};
}

static int draw_box(vv__image *target, const vv_box *box, vv__rect shown, const char *said,
                    vv_error *err)
{
    const float scale = (float)target->width / (float)(shown.x1 - shown.x0);
    const vv__mark mark = {
        .box = {(box->x - (float)shown.x0) * scale, (box->y - (float)shown.y0) * scale,
                box->width * scale, box->height * scale},
        .draw_box = true,
        .color = vv__person_color(said ? 0 : -1),
    };
    vv__drawer *drawer = NULL;
    int rc = vv__drawer_new(&drawer, err);
    if (rc == 0) rc = vv__draw_marks(drawer, target, &mark, 1, err);
    vv__drawer_free(&drawer);
    return rc;
}

static int resize(vv__image *target, const vv__image *source, vv__rect shown, vv_error *err)
{
    const vv__pixel_norm plain = {{0, 0, 0}, 1};
    const size_t side = (size_t)target->width;
    vv__resample_scratch scratch = {0};
    float *pixels = vv__calloc(side * side, 3 * sizeof *pixels);
    const bool done = pixels && vv__resize_area(source, shown, pixels, target->width,
                                                target->height, &plain, &scratch) == 0;
    for (size_t y = 0; done && y < side; y++) {
        uint8_t *row = target->data[0] + (ptrdiff_t)y * target->stride[0];
        for (size_t i = 0; i < 3 * side; i++)
            row[i] = (uint8_t)lrintf(fminf(fmaxf(pixels[y * 3 * side + i], 0), 255));
    }
    vv__free(pixels);
    vv__resample_scratch_free(&scratch);
    return done ? 0 : vv__fail_nomem(err, "thumbnail");
}

typedef enum picture_kind { MISTAKE, GALLERY } picture_kind;

static void picture_name(char *name, size_t size, picture_kind kind, size_t number)
{
    snprintf(name, size, kind == MISTAKE ? "mistake-%04zu.jpg" : "gallery-%04zu.jpg", number);
}

/* `box`: where the face is; NULL: to be found, and not marked. */
static int write_thumbnail(const page_job *job, const char *photo, const vv_box *box,
                           const char *said, const char *path, vv_error *err)
{
    vv_image *image = NULL;
    vv_faces *faces = NULL;
    vv__frame *small = NULL;
    vv__image pixels;
    const vv_box nowhere = {0, 0, 0, 0};
    int rc = vv_image_load(&image, photo, NULL, err);
    if (rc == 0 && !box) rc = vv_detect(job->ctx, image, NULL, &faces, err);
    if (rc == 0) {
        const vv_box *face = vv_faces_count(faces) ? &vv_faces_get(faces, 0)->box : &nowhere;
        const vv__image *source = vv__frame_image(image->frame);
        const vv__rect shown = surroundings(source, box ? box : face);
        const int side =
            shown.x1 - shown.x0 < THUMBNAIL_SIDE ? shown.x1 - shown.x0 : THUMBNAIL_SIDE;
        rc = vv__frame_new_rgb24(&small, side, side, err);
        if (rc == 0) rc = vv__frame_make_writable(small, &pixels, err);
        if (rc == 0) rc = resize(&pixels, source, shown, err);
        if (rc == 0 && box && box->width > 0) rc = draw_box(&pixels, box, shown, said, err);
    }
    if (rc == 0) rc = vv_image_save(&(vv_image){small}, path, err);
    vv__frame_unref(&small);
    vv_faces_free(&faces);
    vv_image_free(&image);
    return rc;
}

/* The i-th picture of its kind. A photo that cannot be read has none, which is said already. */
static int add_picture(page_job *job, picture_kind kind, size_t i, const char *photo,
                       const vv_box *box, const char *said, vv_error *err)
{
    char text[64];
    picture_name(text, sizeof text, kind, i + 1);
    char **name = &job->pictures[2 * i + kind], *path = vv__path_join(job->folder, text);
    *name = vv__strdup(text);
    vv_error why;
    int rc = path && *name ? write_thumbnail(job, photo, box, said, path, &why)
                           : vv__fail_nomem(&why, job->folder);
    vv__free(path);
    if (rc == VV_ERR_IO || rc == VV_ERR_NOMEM || rc == VV_ERR_CANCELLED)
        return vv__fail(err, rc, "%s", why.message);
    if (rc < 0) {
        vv__free(*name);
        *name = NULL;
    }
    return 0;
}

static int show_mistake(page_job *job, size_t i, vv_error *err)
{
    const size_t photo = job->order[i];
    const vv_identify_report *r = job->report;
    const vv__named *named = &r->named[photo];
    const vv__naming_trial *trial = &r->trials[photo];
    if (vv__context_cancelled(job->ctx)) return vv__fail_cancelled(err);
    int rc = add_picture(job, MISTAKE, i, r->photos.paths[photo], &named->box, trial->said, err);
    if (rc == 0 && named->nearest_photo)
        rc = add_picture(job, GALLERY, i, named->nearest_photo, NULL, NULL, err);
    job->mistakes[i] = (vv__page_mistake){
        .picture = job->pictures[2 * i + MISTAKE],
        .other = job->pictures[2 * i + GALLERY],
        .photo = r->photos.paths[photo],
        .truth = trial->truth,
        .said = trial->said,
        .nearest = trial->nearest,
        .distance = (double)named->distance,
        .why = r->why[photo],
        .reason = trial->nearest ? vv_verdict_text(named->verdict) : NULL,
        .outcome = vv__naming_of(trial),
    };
    return rc;
}

static void count_people(page_job *job)
{
    const vv_identify_report *r = job->report;
    for (size_t i = 0; i < r->photos.count; i++) {
        const vv__naming_trial *t = &r->trials[i];
        if (!i || strcmp(t->truth, t[-1].truth) != 0)
            job->people[job->person_count++] =
                (vv__page_person){.name = t->truth, .is_stranger = !t->is_known};
        vv__page_person *person = &job->people[job->person_count - 1];
        const vv_naming outcome = vv__naming_of(t);
        person->photos++;
        person->right += outcome == VV_NAMING_RIGHT || outcome == VV_NAMING_STRANGER;
        person->wrong += outcome == VV_NAMING_WRONG || outcome == VV_NAMING_STRANGER_NAMED;
        person->missed += outcome == VV_NAMING_MISSED;
    }
}

static int prepare(page_job *job, vv_error *err)
{
    const vv_identify_report *r = job->report;
    job->order = vv__calloc(r->photos.count, sizeof *job->order);
    job->mistakes = vv__calloc(MOST_SHOWN, sizeof *job->mistakes);
    job->pictures = vv__calloc(MOST_SHOWN, 2 * sizeof *job->pictures);
    job->people = vv__calloc(r->summary.people, sizeof *job->people);
    if (!job->order || !job->mistakes || !job->pictures || !job->people)
        return vv__fail_nomem(err, job->folder);
    for (size_t i = 0; i < r->photos.count; i++)
        if (is_mistake(vv__naming_of(&r->trials[i]))) job->order[job->count++] = i;
    qsort_r(job->order, job->count, sizeof *job->order, compare_mistakes, (void *)r);
    count_people(job);
    return vv__make_folders(job->folder, 0700, err);
}

/* Pictures of an earlier page that are not of this one: nobody's face is left lying about. */
static void remove_older(const page_job *job)
{
    for (size_t i = 0; i < MOST_SHOWN; i++)
        for (int kind = MISTAKE; kind <= GALLERY; kind++) {
            char name[64];
            if (job->pictures[2 * i + (size_t)kind]) continue;
            picture_name(name, sizeof name, (picture_kind)kind, i + 1);
            char *path = vv__path_join(job->folder, name);
            if (path) unlink(path);
            vv__free(path);
        }
}

static int write_page(page_job *job, vv_error *err)
{
    int rc = prepare(job, err);
    const size_t shown = job->count < MOST_SHOWN ? job->count : MOST_SHOWN;
    for (size_t i = 0; i < shown && rc == 0; i++) rc = show_mistake(job, i, err);
    if (rc < 0) return rc;
    remove_older(job);
    const vv__identify_page page = {
        .model = job->report->model,
        .summary = &job->report->summary,
        .people = job->people,
        .person_count = job->person_count,
        .confusions = job->report->measure.confusions,
        .confusion_count = job->report->measure.confusion_count,
        .mistakes = job->mistakes,
        .mistake_count = shown,
        .mistakes_in_all = job->count,
    };
    char *path = vv__path_join(job->folder, "index.html");
    rc = path ? vv__identify_page_write(&page, path, err) : vv__fail_nomem(err, job->folder);
    vv__free(path);
    return rc;
}

int vv_identify_report_page(const vv_identify_report *report, vv_context *ctx, const char *folder,
                            vv_error *err)
{
    if (!report || !ctx || !folder)
        return vv__fail_null(err, !report ? "report" : !ctx ? "ctx" : "folder");
    page_job job = {.report = report, .ctx = ctx, .folder = folder};
    const int rc = write_page(&job, err);
    for (size_t i = 0; job.pictures && i < 2 * MOST_SHOWN; i++) vv__free(job.pictures[i]);
    vv__free(job.order);
    vv__free(job.mistakes);
    vv__free(job.pictures);
    vv__free(job.people);
    return rc;
}
