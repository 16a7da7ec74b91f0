/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Our side of the comparison with ONNX Runtime; bench/networks.js drives both, in turn.
 *
 * usage: bench-networks [cpu]
 *
 * `cpu` counts the processor's time rather than the clock's, for a machine that does other work.
 * Reads one request a line on standard input, and answers each with one line:
 *   open PATH N C H W   plan that network for that input   -> multiply-adds of a run
 *   run COUNT           one run that warms the caches, and COUNT with the clock
 *                                                          -> COUNT times, milliseconds
 *   outputs PATH        write what the last run gave       -> ok
 *   peak                a plain loop of multiply-adds      -> GFLOP/s
 *   level               the instruction set in force       -> its name
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arithmetic.h"
#include "base/alloc.h"
#include "base/cpu.h"
#include "base/error.h"
#include "base/file.h"
#include "clock.h"
#include "nn/net.h"
#include "peak.h"

struct bench {
    vv__net *net;
    vv__run *run;
    float *input; /* in ONNX's layout */
};

/* The same as networks.js makes. */
static int make_input(struct bench *bench, const vv__shape *shape, vv_error *err)
{
    const size_t count =
        (size_t)(shape->dims[0] * shape->dims[1] * shape->dims[2] * shape->dims[3]);
    vv__free(bench->input);
    bench->input = vv__calloc(count, sizeof *bench->input);
    if (!bench->input) return vv__fail_nomem(err, "the input");
    for (size_t i = 0; i < count; i++) bench->input[i] = ((float)(i * 7919 % 256) - 127.5F) / 128;
    return VV_OK;
}

static int answer_open(struct bench *bench, const char *path, const vv__shape *shape, vv_error *err)
{
    vv__run_free(&bench->run);
    vv__net_close(&bench->net);
    int rc = vv__net_open(&bench->net, path, err);
    if (rc == VV_OK) rc = vv__run_new(&bench->run, bench->net, shape, 1, err);
    if (rc == VV_OK) rc = make_input(bench, shape, err);
    if (rc == VV_OK) printf("%.0f\n", vv_bench_multiply_adds(bench->run));
    return rc;
}

/* A run may overwrite its input, so it is written anew each time, while the clock stands. */
static int run_once(struct bench *bench, double *ms, vv_error *err)
{
    vv__run_set_input_onnx(bench->run, 0, bench->input);
    const double start = vv_bench_now();
    const int rc = vv__run_execute(bench->run, err);
    *ms = (vv_bench_now() - start) * 1e3;
    return rc;
}

static int answer_run(struct bench *bench, int count, vv_error *err)
{
    double ms;
    int rc = run_once(bench, &ms, err);
    for (int i = 0; rc == VV_OK && i < count; i++) {
        rc = run_once(bench, &ms, err);
        printf("%s%.6f", i ? " " : "", ms);
    }
    puts("");
    return rc;
}

static int write_output(const struct bench *bench, size_t i, FILE *file, vv_error *err)
{
    const vv__shape shape = vv__run_output_shape(bench->run, i);
    size_t count = 1;
    for (int d = 0; d < shape.rank; d++) count *= (size_t)shape.dims[d];
    float *numbers = vv__calloc(count, sizeof *numbers);
    if (!numbers) return vv__fail_nomem(err, "an output");
    vv__run_get_output_onnx(bench->run, i, numbers);
    fwrite(numbers, sizeof *numbers, count, file);
    vv__free(numbers);
    return VV_OK;
}

static int answer_outputs(const struct bench *bench, const char *path, vv_error *err)
{
    vv__output out;
    int rc = vv__output_open(&out, path, err);
    if (rc < 0) return rc;
    for (size_t i = 0; rc == VV_OK && i < vv__net_output_count(bench->net); i++)
        rc = write_output(bench, i, out.stream, err);
    if (rc == VV_OK) rc = vv__output_commit(&out, err);
    vv__output_discard(&out);
    if (rc == VV_OK) puts("ok");
    return rc;
}

static int answer(struct bench *bench, const char *line, vv_error *err)
{
    char path[4096];
    vv__shape shape = {.rank = 4};
    long long d[4];
    int count;
    if (sscanf(line, "open %4095s %lld %lld %lld %lld", path, &d[0], &d[1], &d[2], &d[3]) == 5) {
        for (int i = 0; i < 4; i++) shape.dims[i] = d[i];
        return answer_open(bench, path, &shape, err);
    }
    if (bench->run && sscanf(line, "run %d", &count) == 1) return answer_run(bench, count, err);
    if (bench->run && sscanf(line, "outputs %4095s", path) == 1)
        return answer_outputs(bench, path, err);
    if (strcmp(line, "peak\n") == 0)
        printf("%.3f\n", vv_bench_peak_gflops(vv__cpu()));
    else if (strcmp(line, "level\n") == 0)
        puts(vv__cpu_level_name(vv__cpu()));
    else
        return vv__fail(err, VV_ERR_INVALID, "%s: no such request", line);
    return VV_OK;
}

int main(int argc, char **argv)
{
    vv_bench_use_cpu_time(argc > 1 && strcmp(argv[1], "cpu") == 0);
    struct bench bench = {0};
    char line[4200];
    vv_error err;
    int rc = VV_OK;
    while (rc == VV_OK && fgets(line, sizeof line, stdin)) {
        rc = answer(&bench, line, &err);
        fflush(stdout);
    }
    if (rc < 0) fprintf(stderr, "bench-networks: %s\n", err.message);
    vv__run_free(&bench.run);
    vv__net_close(&bench.net);
    vv__free(bench.input);
    return rc < 0 ? 2 : 0;
}
