/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "check.h"

#include <math.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/alloc.h"

/* Bytes on either side of an output that are looked at, where no forbidden page is. */
#define MARGIN 256
/* In every float of an output before it is written: not a number, and no result. */
#define MARK 0x7fc0beefu
#define MOST_BLOCKS 32

/* Pages between two that cannot be touched. */
typedef struct block {
    char *pages;
    size_t size; /* of what lies between */
    char *data;
    size_t bytes;
    bool is_output, is_plain, in_use;
} block;

static block blocks[MOST_BLOCKS];

/* --- Chance --- */

unsigned check_draw(check *c, unsigned below)
{
    c->random ^= c->random << 13;
    c->random ^= c->random >> 7;
    c->random ^= c->random << 17;
    return (unsigned)(c->random >> 20) % below;
}

int check_size(check *c, int most)
{
    static const int steps[] = {1, 4, 8, 16, 32, 64};
    int size = 1 + (int)check_draw(c, (unsigned)most);
    if (check_draw(c, 3) == 0) size = 1 + (int)check_draw(c, 8);
    if (check_draw(c, 3) == 0) {
        const int step = steps[check_draw(c, sizeof steps / sizeof *steps)];
        size = size / step * step + (int)check_draw(c, 3) - 1;
    }
    return size < 1 ? 1 : size > most ? most : size;
}

enum { TAME, WIDE, SPARSE, KINDS };

float check_number(check *c)
{
    const float x = (float)check_draw(c, 1u << 24) / (float)(1 << 23) - 1.0f;
    switch (c->wildness) {
    case WIDE:
        return ldexpf(x, (int)check_draw(c, 24) - 12);
    case SPARSE:
        return check_draw(c, 4) ? 0 : x;
    default:
        return x;
    }
}

void check_note(check *c, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(c->notes, sizeof c->notes, format, args);
    va_end(args);
}

void check_fail(const check *c, const char *format, ...)
{
    char what[256];
    va_list args;
    va_start(args, format);
    vsnprintf(what, sizeof what, format, args);
    va_end(args);
    fail_msg("%s: %s; %s; again with: --only %s --seed %llu --rounds 1", c->name, what, c->notes,
             c->name, (unsigned long long)c->seed);
    abort(); /* not reached: fail_msg() leaves the test */
}

/* --- Memory --- */

static size_t page_size(void)
{
    return (size_t)sysconf(_SC_PAGESIZE);
}

/* Blocks keep their pages from problem to problem. */
static block *take_block(check *c, size_t bytes)
{
    const size_t page = page_size();
    const size_t wanted = (bytes + 2 * MARGIN + page - 1) / page * page;
    block *b = NULL;
    for (int i = 0; i < MOST_BLOCKS && !b; i++)
        if (!blocks[i].in_use) b = &blocks[i];
    if (!b) check_fail(c, "more than %d buffers", MOST_BLOCKS);
    if (b->size < wanted) {
        if (b->pages) munmap(b->pages, b->size + 2 * page);
        b->pages = mmap(NULL, wanted + 2 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (b->pages == MAP_FAILED) check_fail(c, "no memory");
        b->size = wanted;
    }
    if (mprotect(b->pages + page, b->size, PROT_READ | PROT_WRITE)) check_fail(c, "no memory");
    b->bytes = bytes;
    b->in_use = true;
    b->is_output = b->is_plain = false;
    return b;
}

static void fill(check *c, float *data, size_t count)
{
    for (size_t i = 0; i < count; i++) data[i] = check_number(c);
}

float *check_input(check *c, size_t count)
{
    const size_t bytes = count * sizeof(float);
    block *b = take_block(c, bytes + VV__KERNEL_SLACK);
    char *first = b->pages + page_size();
    /* Mostly against the page behind; reading before the beginning shows at the page in front. */
    b->data = check_draw(c, 3) ? first + b->size - VV__KERNEL_SLACK - bytes : first;
    fill(c, (float *)b->data, count);
    return (float *)b->data;
}

float *check_exact(check *c, size_t count)
{
    const size_t bytes = count * sizeof(float);
    block *b = take_block(c, bytes);
    char *first = b->pages + page_size();
    b->data = check_draw(c, 3) ? first + b->size - bytes : first;
    fill(c, (float *)b->data, count);
    return (float *)b->data;
}

float *check_aligned(check *c, size_t count)
{
    const size_t bytes =
        (count * sizeof(float) + VV__ALIGNMENT - 1) / VV__ALIGNMENT * VV__ALIGNMENT;
    block *b = take_block(c, bytes + VV__KERNEL_SLACK);
    b->data = b->pages + page_size() + b->size - VV__KERNEL_SLACK - bytes;
    fill(c, (float *)b->data, count);
    return (float *)b->data;
}

void *check_memory(check *c, size_t count, size_t size)
{
    block *b = take_block(c, count * size);
    b->is_plain = true;
    b->data = b->pages + page_size();
    memset(b->data, 0, count * size);
    return b->data;
}

static void mark(char *data, size_t bytes)
{
    const uint32_t value = MARK;
    for (size_t i = 0; i + sizeof value <= bytes; i += sizeof value)
        memcpy(data + i, &value, sizeof value);
}

static bool is_marked(const char *data)
{
    const uint32_t value = MARK;
    return !memcmp(data, &value, sizeof value);
}

/* Before and behind an output, as far as it is looked at. */
static size_t before(const block *b)
{
    const size_t room = (size_t)(b->data - (b->pages + page_size()));
    return room < MARGIN ? room : MARGIN;
}

static size_t behind(const block *b)
{
    const size_t room = b->size - (size_t)(b->data - (b->pages + page_size())) - b->bytes;
    return room < MARGIN ? room : MARGIN;
}

float *check_output(check *c, size_t count)
{
    const size_t bytes = count * sizeof(float);
    block *b = take_block(c, bytes);
    char *first = b->pages + page_size();
    const size_t gap = check_draw(c, 2) ? 0 : check_draw(c, MARGIN / sizeof(float)) * sizeof(float);
    b->data = check_draw(c, 3) ? first + b->size - bytes - gap : first + gap;
    b->is_output = true;
    mark(b->data - before(b), before(b) + bytes + behind(b));
    return (float *)b->data;
}

void check_protect(check *c)
{
    (void)c;
    for (int i = 0; i < MOST_BLOCKS; i++)
        if (blocks[i].in_use && !blocks[i].is_output && !blocks[i].is_plain)
            mprotect(blocks[i].pages + page_size(), blocks[i].size, PROT_READ);
}

void check_start(check *c, uint64_t seed)
{
    c->seed = seed;
    c->random = (seed + 1) * 0x9e3779b97f4a7c15u;
    if (!c->random) c->random = 1;
    for (int i = 0; i < 4; i++) check_draw(c, 2);
    c->wildness = (int)check_draw(c, KINDS);
    c->notes[0] = 0;
}

void check_end(check *c)
{
    (void)c;
    for (int i = 0; i < MOST_BLOCKS; i++) blocks[i].in_use = false;
}

/* --- Comparison --- */

float check_slack(double magnitude, int terms)
{
    /* Each addition rounds by half a unit in the last place of what is summed so far; the worst
     * case grows with the terms, what is seen with their root. */
    return (float)(magnitude * 1.2e-7 * (2 + sqrt((double)terms)) + 1e-35);
}

static const block *block_of(const check *c, const float *data)
{
    for (int i = 0; i < MOST_BLOCKS; i++)
        if (blocks[i].in_use && blocks[i].data == (const char *)data) return &blocks[i];
    check_fail(c, "not an output");
}

static void check_surroundings(const check *c, const grid *g, const float *got)
{
    const block *b = block_of(c, got);
    for (size_t i = 0; i < before(b); i += sizeof(float))
        if (!is_marked(b->data - before(b) + i))
            check_fail(c, "written %zu bytes before the output", before(b) - i);
    for (size_t i = 0; i < behind(b); i += sizeof(float))
        if (!is_marked(b->data + b->bytes + i))
            check_fail(c, "written %zu bytes behind the output", i);
    for (ptrdiff_t row = 0; row + 1 < g->rows; row++)
        for (ptrdiff_t i = g->columns + g->spoiled; i < g->stride; i++)
            if (!is_marked((const char *)(got + row * g->stride + i)))
                check_fail(c, "written behind row %td, at %td of %d", row, i, g->columns);
}

static bool agree(float a, float b, float slack)
{
    if (isnan(a) || isnan(b)) return isnan(a) && isnan(b);
    return a == b || fabsf(a - b) <= slack;
}

void check_grid(check *c, const grid *g, const float *wanted, const float *got)
{
    for (ptrdiff_t row = 0; row < g->rows; row++)
        for (ptrdiff_t i = 0; i < g->columns; i++) {
            const ptrdiff_t at = row * g->stride + i;
            const float slack = g->slack ? g->slack[row * g->columns + i] : 0;
            if (is_marked((const char *)(got + at)))
                check_fail(c, "row %td, column %td was not written", row, i);
            if (!agree(wanted[at], got[at], slack))
                check_fail(c, "row %td, column %td is %.9g, not %.9g +- %.2g", row, i,
                           (double)got[at], (double)wanted[at], (double)slack);
        }
    check_surroundings(c, g, got);
}
