/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Every variant of the kernels that this machine can run, beside the scalar reference, on random
 * shapes; the bytes before and behind what a kernel may write must stay as they were.
 * With --bench each variant's speed is printed instead. */

#include "support.h"

#include <math.h>

#include "base/alloc.h"
#include "base/thread.h"
#include "nn/kernels/kernels.h"

#define GUARD 32
#define MARK 12345.0f

static uint64_t state = 88172645463325252u;

static unsigned draw(unsigned below)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (unsigned)(state >> 11) % below;
}

static float draw_float(void)
{
    return (float)draw(20001) / 10000.0f - 1.0f;
}

static float *floats(size_t count)
{
    float *p = vv__malloc_aligned(count + GUARD, sizeof *p);
    for (size_t i = 0; i < count + GUARD; i++) p[i] = draw_float();
    return p;
}

/* One random product: the input, where its pixels and runs begin, and the matrix in plain order. */
typedef struct shape {
    int pixels, runs, length, channels;
    bool residual;
    vv__activation activation;
    size_t input_floats;
    float *input, *matrix, *bias, *slope, *extra;
    size_t *offsets; /* [run][pixel] */
} shape;

static void make(shape *s)
{
    const size_t room = 512;
    s->pixels = 1 + (int)draw(40);
    s->runs = 1 + (int)draw(9);
    s->length = 1 + (int)draw(40);
    s->channels = 1 + (int)draw(70);
    s->residual = draw(2);
    s->activation = (vv__activation)draw(3);
    s->input_floats = room + (size_t)s->length;
    s->input = floats(s->input_floats);
    s->matrix = floats((size_t)(s->runs * s->length * s->channels));
    s->bias = floats((size_t)s->channels + 64);
    s->slope = floats((size_t)s->channels + 64);
    s->extra = floats((size_t)(s->pixels * s->channels));
    s->offsets = vv__calloc((size_t)(s->runs * s->pixels), sizeof *s->offsets);
    for (int i = 0; i < s->runs * s->pixels; i++) s->offsets[i] = draw((unsigned)room);
}

static void drop(shape *s)
{
    vv__free_aligned(s->input);
    vv__free_aligned(s->matrix);
    vv__free_aligned(s->bias);
    vv__free_aligned(s->slope);
    vv__free_aligned(s->extra);
    vv__free(s->offsets);
}

static float *pack(const shape *s, const vv__kernels *k)
{
    const int padded = vv__padded_channels(k, s->channels), depth = s->runs * s->length;
    float *packed = vv__malloc_aligned((size_t)padded * (size_t)depth, sizeof *packed), *p = packed;
    for (int c = 0; c < padded;) {
        const int width = vv__block_width(k, padded, c);
        for (int d = 0; d < depth; d++)
            for (int lane = 0; lane < width; lane++)
                *p++ = c + lane < s->channels ? s->matrix[d * s->channels + c + lane] : 0;
        c += width;
    }
    return packed;
}

/* The result with a stride that leaves a gap behind each pixel, in a guarded buffer. */
static float *run_tiles(const shape *s, const vv__kernels *k, int stride)
{
    const int tiles = (s->pixels + k->tile - 1) / k->tile;
    const float **taps = vv__calloc((size_t)(tiles * s->runs * k->tile), sizeof *taps);
    for (int t = 0; t < tiles; t++)
        for (int r = 0; r < s->runs; r++)
            for (int i = 0; i < k->tile; i++) {
                const int at = t * k->tile + i, pixel = at < s->pixels ? at : s->pixels - 1;
                taps[(t * s->runs + r) * k->tile + i] =
                    s->input + s->offsets[r * s->pixels + pixel];
            }
    const size_t size = (size_t)(s->pixels * stride) + 2 * GUARD;
    float *out = vv__malloc_aligned(size, sizeof *out), *packed = pack(s, k);
    float *residual = vv__malloc_aligned(size, sizeof *residual);
    for (size_t i = 0; i < size; i++) out[i] = residual[i] = MARK;
    for (int p = 0; p < s->pixels; p++)
        for (int c = 0; c < s->channels; c++)
            residual[GUARD + p * stride + c] = s->extra[p * s->channels + c];
    const vv__tail tail = {s->bias, s->slope, -0.4f, 0.9f, s->activation};
    const vv__tiles call = {taps,        s->pixels, s->runs,
                            s->length,   packed,    s->channels,
                            out + GUARD, stride,    s->residual ? residual + GUARD : NULL,
                            &tail};
    k->tiles(&call);
    vv__free_aligned(residual);
    vv__free_aligned(packed);
    vv__free(taps);
    return out;
}

/* What a sum of `terms` products of numbers up to 1 may differ by between orders of summation. */
static void compare(const float *a, const float *b, size_t count, int terms, const char *what,
                    const vv__kernels *k)
{
    for (size_t i = 0; i < count; i++) {
        if (fabsf(a[i] - b[i]) <= 1e-6f * (float)(terms + 4)) continue;
        fail_msg("%s, %s: element %zu is %g, not %g", what, vv__cpu_level_name(k->level), i,
                 (double)b[i], (double)a[i]);
    }
}

static void tiles_are_the_same_in_every_variant(void **ignored)
{
    (void)ignored;
    for (int round = 0; round < 400; round++) {
        shape s;
        make(&s);
        const int stride = s.channels + (int)draw(20);
        const size_t size = (size_t)(s.pixels * stride) + 2 * GUARD;
        float *wanted = run_tiles(&s, &vv__kernels_scalar, stride);
        for (int level = VV__CPU_SSE2; level <= VV__CPU_NEON; level++) {
            const vv__kernels *k = vv__kernels_for((vv__cpu_level)level);
            if (!k || !vv__cpu_has(k->level)) continue;
            float *got = run_tiles(&s, k, stride);
            compare(wanted, got, size, s.runs * s.length, "tiles", k);
            vv__free_aligned(got);
        }
        vv__free_aligned(wanted);
        drop(&s);
    }
}

static void the_reference_is_a_plain_sum_of_products(void **ignored)
{
    (void)ignored;
    for (int round = 0; round < 50; round++) {
        shape s;
        make(&s);
        s.activation = VV__ACT_NONE;
        float *got = run_tiles(&s, &vv__kernels_scalar, s.channels);
        for (int p = 0; p < s.pixels; p++)
            for (int c = 0; c < s.channels; c++) {
                double sum = (double)s.bias[c];
                for (int r = 0; r < s.runs; r++)
                    for (int d = 0; d < s.length; d++)
                        sum += (double)s.input[s.offsets[r * s.pixels + p] + (size_t)d] *
                               (double)s.matrix[(r * s.length + d) * s.channels + c];
                if (s.residual) sum += (double)s.extra[p * s.channels + c];
                assert_float_equal(got[GUARD + p * s.channels + c], (float)sum, 1e-3f);
            }
        vv__free_aligned(got);
        drop(&s);
    }
}

static float *run_depthwise(const shape *s, const vv__kernels *k, float *input)
{
    const int padded = vv__padded_channels(k, s->channels);
    const int groups = (s->pixels + VV__DEPTHWISE_PIXELS - 1) / VV__DEPTHWISE_PIXELS;
    const float **taps =
        vv__calloc((size_t)(groups * s->runs * VV__DEPTHWISE_PIXELS), sizeof *taps);
    float *weights = vv__malloc_aligned((size_t)(padded * s->runs), sizeof *weights);
    for (int i = 0; i < groups * s->runs * VV__DEPTHWISE_PIXELS; i++) {
        const int lane = i % VV__DEPTHWISE_PIXELS, r = i / VV__DEPTHWISE_PIXELS % s->runs;
        const int at = i / VV__DEPTHWISE_PIXELS / s->runs * VV__DEPTHWISE_PIXELS + lane;
        const int pixel = at < s->pixels ? at : s->pixels - 1;
        taps[i] = input + s->offsets[r * s->pixels + pixel];
    }
    for (int r = 0; r < s->runs; r++)
        for (int c = 0; c < padded; c++)
            weights[r * padded + c] = c < s->channels ? s->matrix[r * s->channels + c] : 0;
    const size_t size = (size_t)(s->pixels * s->channels) + 2 * GUARD;
    float *out = vv__malloc_aligned(size, sizeof *out);
    for (size_t i = 0; i < size; i++) out[i] = MARK;
    const vv__tail tail = {s->bias, s->slope, -0.4f, 0.9f, s->activation};
    const vv__depthwise call = {
        taps,        s->pixels,   s->runs,     weights,
        s->channels, out + GUARD, s->channels, s->residual ? s->extra : NULL,
        &tail};
    k->depthwise(&call);
    vv__free_aligned(weights);
    vv__free(taps);
    return out;
}

static void depthwise_sums_are_the_same_in_every_variant(void **ignored)
{
    (void)ignored;
    for (int round = 0; round < 400; round++) {
        shape s;
        make(&s);
        if (draw(2)) s.runs = 9;
        vv__free(s.offsets);
        s.offsets = vv__calloc((size_t)(s.runs * s.pixels), sizeof *s.offsets);
        for (int i = 0; i < s.runs * s.pixels; i++) s.offsets[i] = draw(400);
        vv__free_aligned(s.matrix);
        s.matrix = floats((size_t)(s.runs * s.channels));
        float *input = floats(600), *wanted = run_depthwise(&s, &vv__kernels_scalar, input);
        for (int level = VV__CPU_SSE2; level <= VV__CPU_NEON; level++) {
            const vv__kernels *k = vv__kernels_for((vv__cpu_level)level);
            if (!k || !vv__cpu_has(k->level)) continue;
            float *got = run_depthwise(&s, k, input);
            compare(wanted, got, (size_t)(s.pixels * s.channels) + 2 * GUARD, s.runs, "depthwise",
                    k);
            vv__free_aligned(got);
        }
        vv__free_aligned(wanted);
        vv__free_aligned(input);
        drop(&s);
    }
}

static void pools_are_the_same_in_every_variant(void **ignored)
{
    (void)ignored;
    for (int round = 0; round < 200; round++) {
        const int count = 1 + (int)draw(9), channels = 1 + (int)draw(70);
        float *input = floats(600), wanted[2][128], got[128];
        const float *taps[9];
        for (int i = 0; i < count; i++) taps[i] = input + draw(500);
        vv__kernels_scalar.pool_max(taps, count, channels, wanted[0]);
        vv__kernels_scalar.pool_sum(taps, count, channels, 0.25f, wanted[1]);
        for (int level = VV__CPU_SSE2; level <= VV__CPU_NEON; level++) {
            const vv__kernels *k = vv__kernels_for((vv__cpu_level)level);
            if (!k || !vv__cpu_has(k->level)) continue;
            for (int i = 0; i < 128; i++) got[i] = MARK;
            k->pool_max(taps, count, channels, got);
            compare(wanted[0], got, (size_t)channels, 0, "pool_max", k);
            assert_true(got[channels] == MARK);
            k->pool_sum(taps, count, channels, 0.25f, got);
            compare(wanted[1], got, (size_t)channels, count, "pool_sum", k);
            assert_true(got[channels] == MARK);
        }
        vv__free_aligned(input);
    }
}

/* A layer as dlib's network has it: 3x3, 128 channels, 19 x 19. */
static void bench(const vv__kernels *k)
{
    shape s;
    make(&s);
    drop(&s);
    s = (shape){.pixels = 360, .runs = 9, .length = 128, .channels = 128};
    s.input = floats(361 * 128);
    s.matrix = floats(9 * 128 * 128);
    s.bias = floats(128 + 64);
    s.slope = floats(128 + 64);
    s.extra = floats(360 * 128);
    s.offsets = vv__calloc(9 * 360, sizeof *s.offsets);
    for (int i = 0; i < 9 * 360; i++) s.offsets[i] = (size_t)(i % 360) * 128;
    double best = 1e9;
    for (int i = 0; i < 5; i++) {
        const double start = vv__now_seconds();
        vv__free_aligned(run_tiles(&s, k, 128));
        const double seconds = vv__now_seconds() - start;
        if (seconds < best) best = seconds;
    }
    printf("%-8s tiles 3x3 128->128: %6.1f GFLOP/s, packing included\n",
           vv__cpu_level_name(k->level), 2.0 * 9 * 128 * 128 * 360 / best * 1e-9);
    drop(&s);
}

int main(int argc, char **argv)
{
    if (argc > 1 && !strcmp(argv[1], "--bench")) {
        for (int level = VV__CPU_SCALAR; level <= VV__CPU_NEON; level++) {
            const vv__kernels *k = vv__kernels_for((vv__cpu_level)level);
            if (k && vv__cpu_has(k->level)) bench(k);
        }
        return 0;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_reference_is_a_plain_sum_of_products),
        cmocka_unit_test(tiles_are_the_same_in_every_variant),
        cmocka_unit_test(depthwise_sums_are_the_same_in_every_variant),
        cmocka_unit_test(pools_are_the_same_in_every_variant),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
