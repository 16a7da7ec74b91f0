/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Pictures whose planes end where memory ends: reading one sample too far is a crash. */

#ifndef VV_TESTS_IMAGE_PICTURES_H
#define VV_TESTS_IMAGE_PICTURES_H

#include <sys/mman.h>
#include <unistd.h>

#include "image/image.h"
#include "support.h"

typedef struct picture {
    vv__image image;
    void *maps[3];
    size_t map_sizes[3];
} picture;

static inline int plane_width(const vv__image *image, int p)
{
    const int shift = p ? image->chroma_shift_x : 0;
    return (image->width + (1 << shift) - 1) >> shift;
}

static inline int plane_height(const vv__image *image, int p)
{
    const int shift = p ? image->chroma_shift_y : 0;
    return (image->height + (1 << shift) - 1) >> shift;
}

static inline int plane_count(const vv__image *image)
{
    return image->layout == VV__PIXEL_YUV ? 3 : 1;
}

static inline int samples_in_row(const vv__image *image, int p)
{
    return plane_width(image, p) * (image->layout == VV__PIXEL_RGB24 ? 3 : 1);
}

/* Fill in the planes of `image`, whose layout, size and depth are given. Bytes between rows hold
 * 0xA5. */
static inline picture picture_new(vv__image image, int gap)
{
    picture out = {.image = image};
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    for (int p = 0; p < plane_count(&image); p++) {
        const size_t row = (size_t)samples_in_row(&image, p) * (image.depth > 8 ? 2 : 1);
        const size_t stride = row + (size_t)gap * 2;
        const size_t size = stride * (size_t)(plane_height(&image, p) - 1) + row;
        const size_t whole = (size + page - 1) / page * page;
        uint8_t *map =
            mmap(NULL, whole + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        assert_ptr_not_equal(map, MAP_FAILED);
        memset(map, 0xA5, whole);
        assert_int_equal(mprotect(map + whole, page, PROT_NONE), 0);
        out.maps[p] = map;
        out.map_sizes[p] = whole + page;
        out.image.data[p] = map + whole - size;
        out.image.stride[p] = (ptrdiff_t)stride;
    }
    return out;
}

static inline void picture_free(picture *p)
{
    for (int i = 0; i < 3; i++)
        if (p->maps[i]) munmap(p->maps[i], p->map_sizes[i]);
}

static inline int sample_at(const vv__image *image, int p, int x, int y)
{
    const uint8_t *row = image->data[p] + y * image->stride[p];
    if (image->depth <= 8) return row[x];
    uint16_t value;
    memcpy(&value, row + 2 * x, sizeof value);
    return value;
}

static inline void set_sample(vv__image *image, int p, int x, int y, int value)
{
    uint8_t *row = image->data[p] + y * image->stride[p];
    const uint16_t wide = (uint16_t)value;
    if (image->depth <= 8)
        row[x] = (uint8_t)value;
    else
        memcpy(row + 2 * x, &wide, sizeof wide);
}

/* The same sequence on every machine. */
static inline unsigned random_number(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(*state >> 33);
}

static inline void fill_random(vv__image *image, uint64_t *state)
{
    for (int p = 0; p < plane_count(image); p++)
        for (int y = 0; y < plane_height(image, p); y++)
            for (int x = 0; x < samples_in_row(image, p); x++)
                set_sample(image, p, x, y,
                           (int)(random_number(state) & ((1u << image->depth) - 1)));
}

#endif
