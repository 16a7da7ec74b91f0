/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Writes a network with seeded weights: bench-models facenet|ir50 OUT.onnx. */

#include <stdio.h>
#include <string.h>

#include "seeded.h"

static int write_model(const char *what, void (*build)(vv_bench_seeded *), const char *path,
                       vv_error *err)
{
    vv_bench_seeded seeded = {.state = 1};
    int rc = vv__onnx_new(&seeded.onnx, what, err);
    if (rc < 0) return rc;
    build(&seeded);
    rc = vv__onnx_write(seeded.onnx, path, err);
    vv__onnx_free(&seeded.onnx);
    return rc;
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*build)(vv_bench_seeded *);
    } models[] = {{"facenet", vv_bench_facenet}, {"ir50", vv_bench_ir50}};
    for (size_t i = 0; argc == 3 && i < sizeof models / sizeof *models; i++)
        if (strcmp(argv[1], models[i].name) == 0) {
            vv_error err;
            if (write_model(argv[1], models[i].build, argv[2], &err) == 0) return 0;
            fprintf(stderr, "bench-models: %s\n", err.message);
            return 2;
        }
    fprintf(stderr, "usage: bench-models facenet|ir50 OUT.onnx\n");
    return 2;
}
