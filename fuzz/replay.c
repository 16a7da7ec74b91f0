/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* A main for a target without an engine.
 *
 *   TARGET               the seeds: whole, cut off and damaged (TAP)
 *   TARGET FILE...       these files alone
 *   TARGET --write DIR   write the seeds to a folder, for a fuzzer to begin with */

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "fuzz/target.h"

/* What an input may take. */
#define MOST_SECONDS 10
#define MOST_KILOBYTES (1 << 20)

/* Fewer where one input is slow. */
#ifndef FUZZ_ROUNDS
#define FUZZ_ROUNDS 64
#endif
#define CUTS FUZZ_ROUNDS
#define DAMAGES (4 * FUZZ_ROUNDS)

static int tests;

static void took_too_long(int signal)
{
    static const char words[] = "not ok - an input took more than 10 s\n";
    (void)signal;
    if (write(STDOUT_FILENO, words, sizeof words - 1) < 0) _exit(3);
    _exit(2);
}

/* From memory of its exact size. */
static void try_input(const uint8_t *data, size_t size)
{
    uint8_t *exact = malloc(size ? size : 1);
    if (!exact) fuzz_broken(__FILE__, __LINE__, "there is memory for the input");
    memcpy(exact, data, size);
    alarm(MOST_SECONDS);
    LLVMFuzzerTestOneInput(exact, size);
    alarm(0);
    free(exact);
}

static uint32_t draw(uint32_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 17;
    return *state ^= *state << 5;
}

/* A few bytes exchanged for others, of which those at the ends of their range do the most harm. */
static void damage(uint8_t *data, size_t size, uint32_t *state)
{
    static const uint8_t values[] = {0x00, 0x01, 0x7f, 0x80, 0xff};
    for (uint32_t n = draw(state) % 4 + 1; n > 0; n--) {
        const uint32_t kind = draw(state);
        data[draw(state) % size] = kind & 1 ? values[kind / 2 % sizeof values] : (uint8_t)kind;
    }
}

static void try_seed(void *cookie, const char *name, const void *data, size_t size)
{
    (void)cookie;
    uint32_t state = 2463534242u;
    uint8_t *copy = malloc(size ? size : 1);
    if (!copy) fuzz_broken(__FILE__, __LINE__, "there is memory for a seed");
    try_input(data, size);
    for (size_t i = 0; i < CUTS; i++) try_input(data, size * i / CUTS);
    for (int i = 0; size && i < DAMAGES; i++) {
        memcpy(copy, data, size);
        damage(copy, size, &state);
        try_input(copy, size);
    }
    free(copy);
    printf("ok %d - %s whole, cut off and damaged does no harm\n", ++tests, name);
    fflush(stdout);
}

static void write_seed(void *cookie, const char *name, const void *data, size_t size)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", (const char *)cookie, name);
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(data, 1, size, file) != size || fclose(file) != 0)
        fuzz_broken(path, 0, "seeds can be written");
}

static int try_file(const char *path)
{
    static uint8_t data[64 << 20];
    FILE *file = fopen(path, "rb");
    if (!file) {
        perror(path);
        return 1;
    }
    const size_t size = fread(data, 1, sizeof data, file);
    fclose(file);
    try_input(data, size);
    return 0;
}

static void report_memory(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    printf("%s %d - nothing of this takes a gigabyte\n",
           usage.ru_maxrss < MOST_KILOBYTES ? "ok" : "not ok", ++tests);
    printf("1..%d\n", tests);
}

int main(int argc, char **argv)
{
    int failed = 0;
    signal(SIGALRM, took_too_long);
    if (argc == 3 && !strcmp(argv[1], "--write")) {
        fuzz_seeds(write_seed, argv[2]);
        return 0;
    }
    for (int i = 1; i < argc; i++) failed |= try_file(argv[i]);
    if (argc > 1) return failed;
    fuzz_seeds(try_seed, NULL);
    report_memory();
    return 0;
}
