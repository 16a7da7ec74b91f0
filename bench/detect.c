/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* How long finding the faces of one picture takes, decoding not counted, and where the time goes.
 *
 * usage: bench-detect MODELS INPUT SMALLEST_FACE THREADS RUNS middle|fastest clock|cpu
 *
 * INPUT is a photo, or a video whose first frame counts. Prints one JSON object: the run in the
 * middle, or the least that any run took, the stages each by itself. Times are milliseconds, those
 * of the stages summed over the threads. `cpu` counts the time that each thread had a processor
 * rather than the clock's.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "clock.h"
#include "detect/detect.h"
#include "media/photo.h"
#include "media/video.h"

/* Until every thread has met every part of a picture. */
#define WARMING_RUNS 4

typedef struct sample {
    double seconds;
    vv__detect_seconds stages;
} sample;

typedef struct bench {
    vv__frame *frame;
    vv__mtcnn *models;
    vv__pool *pool;
    vv__detector *detector;
    sample *samples;
    size_t faces;
} bench;

/* Linked in place of vv__now_seconds(), so that the stages are measured by the same clock. */
double __wrap_vv__now_seconds(void);
double __wrap_vv__now_seconds(void)
{
    return vv_bench_now();
}

static int first_frame(vv__frame **frame, const char *path, vv_error *err)
{
    vv__reader *reader = NULL;
    vv__packet *packet = NULL;
    int rc = vv__reader_open(&reader, path, &(vv__reader_options){.threads = 1}, err);
    if (rc == VV_OK) rc = vv__reader_next(reader, frame, &packet, err);
    vv__reader_close(&reader);
    return rc;
}

static int load(vv__frame **frame, const char *path, vv_error *err)
{
    vv_media_kind kind;
    int rc = vv__media_probe(path, &kind, err);
    if (rc < 0) return rc;
    rc = kind == VV_MEDIA_VIDEO ? first_frame(frame, path, err)
                                : vv__photo_load(frame, path, &(vv__media_limits){0}, err);
    return rc == VV_OK && !*frame ? vv__fail(err, VV_ERR_FORMAT, "%s: has no frame", path) : rc;
}

static int open_all(bench *b, const char *models, int smallest, int threads, vv_error *err)
{
    int rc = vv__mtcnn_open(&b->models, models, err);
    if (rc == VV_OK) rc = vv__pool_new(&b->pool, threads, err);
    if (rc == VV_OK) rc = vv__detector_new(&b->detector, b->models, smallest, b->pool, err);
    return rc;
}

static int by_time(const void *a, const void *b)
{
    const double x = ((const sample *)a)->seconds, y = ((const sample *)b)->seconds;
    return (x > y) - (x < y);
}

static int run_all(bench *b, int runs, vv_error *err)
{
    const vv__detection *faces;
    b->samples = vv__calloc((size_t)runs, sizeof *b->samples);
    if (!b->samples) return vv__fail_nomem(err, "samples");
    for (int i = -WARMING_RUNS; i < runs; i++) {
        const double start = vv_bench_now();
        const int rc =
            vv__detector_find(b->detector, vv__frame_image(b->frame), &faces, &b->faces, err);
        if (rc < 0) return rc;
        if (i < 0) continue;
        b->samples[i].seconds = vv_bench_now() - start;
        b->samples[i].stages = vv__detector_seconds(b->detector);
    }
    qsort(b->samples, (size_t)runs, sizeof *b->samples, by_time);
    return VV_OK;
}

static void take_less(double *least, double value)
{
    if (value < *least) *least = value;
}

static sample least_of(const sample *samples, int runs, int threads)
{
    sample least = samples[0];
    for (int i = 1; i < runs; i++) {
        const vv__detect_seconds *t = &samples[i].stages;
        take_less(&least.stages.pyramid, t->pyramid);
        take_less(&least.stages.pnet, t->pnet);
        take_less(&least.stages.rnet, t->rnet);
        take_less(&least.stages.onet, t->onet);
        take_less(&least.stages.other, t->other);
    }
    /* With one thread the stages come one after the other, each at its best. */
    const vv__detect_seconds *t = &least.stages;
    if (threads == 1)
        take_less(&least.seconds, t->pyramid + t->pnet + t->rnet + t->onet + t->other);
    return least;
}

static void print(const bench *b, const sample *s)
{
    const vv__detect_seconds *t = &s->stages;
    printf("{\"faces\":%zu,\"ms\":%.3f,\"pyramid\":%.3f,\"pnet\":%.3f,\"rnet\":%.3f,"
           "\"onet\":%.3f,\"other\":%.3f}\n",
           b->faces, s->seconds * 1e3, t->pyramid * 1e3, t->pnet * 1e3, t->rnet * 1e3,
           t->onet * 1e3, t->other * 1e3);
}

int main(int argc, char **argv)
{
    if (argc != 8) {
        fprintf(
            stderr,
            "usage: bench-detect MODELS INPUT SMALLEST_FACE THREADS RUNS middle|fastest clock|cpu\n");
        return 2;
    }
    const int runs = atoi(argv[5]) > 0 ? atoi(argv[5]) : 1;
    bench b = {0};
    vv_error err;
    int rc = load(&b.frame, argv[2], &err);
    if (rc == VV_OK) rc = open_all(&b, argv[1], atoi(argv[3]), atoi(argv[4]), &err);
    vv_bench_use_cpu_time(strcmp(argv[7], "cpu") == 0);
    if (rc == VV_OK) rc = run_all(&b, runs, &err);
    if (rc == VV_OK) {
        const sample chosen = strcmp(argv[6], "fastest") == 0
                                  ? least_of(b.samples, runs, atoi(argv[4]))
                                  : b.samples[runs / 2];
        print(&b, &chosen);
    } else
        fprintf(stderr, "bench-detect: %s\n", err.message);
    vv__free(b.samples);
    vv__detector_free(&b.detector);
    vv__pool_free(&b.pool);
    vv__mtcnn_close(&b.models);
    vv__frame_unref(&b.frame);
    return rc < 0 ? 2 : 0;
}
