/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* How long the cascade takes to look through one picture, once whenever it is asked to, so that
 * another program can take turns with it.
 *
 * usage: bench-haar CASCADE PHOTO THREADS clock|cpu
 *
 * For each line on standard input looks once, and prints one JSON object: the milliseconds and the
 * boxes found. `cpu` counts the time that threads had a processor rather than the clock's. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "clock.h"
#include "detect/haar.h"
#include "media/photo.h"

static void print(double seconds, const vv__detection *faces, size_t count)
{
    printf("{\"ms\":%.3f,\"boxes\":[", seconds * 1e3);
    for (size_t i = 0; i < count; i++) {
        const vv_box *b = &faces[i].box;
        printf("%s[%.0f,%.0f,%.0f,%.0f]", i ? "," : "", b->x, b->y, b->width, b->height);
    }
    printf("]}\n");
    fflush(stdout);
}

int main(int argc, char **argv)
{
    if (argc != 5) {
        fprintf(stderr, "usage: bench-haar CASCADE PHOTO THREADS clock|cpu\n");
        return 2;
    }
    const vv__haar_options options = {0};
    vv__haar *cascade = NULL;
    vv__frame *frame = NULL;
    vv__pool *pool = NULL;
    vv_error err;
    int rc = vv__haar_open(&cascade, argv[1], &err);
    if (rc == 0) rc = vv__photo_load(&frame, argv[2], &(vv__media_limits){0}, &err);
    if (rc == 0) rc = vv__pool_new(&pool, atoi(argv[3]), &err);
    vv_bench_use_cpu_time(strcmp(argv[4], "cpu") == 0);
    char line[64];
    while (rc == 0 && fgets(line, sizeof line, stdin)) {
        vv__detection *faces = NULL;
        size_t count;
        const double start = vv_bench_now();
        rc = vv__haar_find(cascade, vv__frame_image(frame), &options, pool, &faces, &count, &err);
        if (rc == 0) print(vv_bench_now() - start, faces, count);
        vv__free(faces);
    }
    if (rc < 0) fprintf(stderr, "bench-haar: %s\n", err.message);
    vv__pool_free(&pool);
    vv__frame_unref(&frame);
    vv__haar_close(&cascade);
    return rc < 0 ? 2 : 0;
}
