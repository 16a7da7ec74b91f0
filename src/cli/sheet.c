/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "sheet.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compare.h"
#include "message.h"
#include "summary.h"

/* Each slot holds the best frame of a stretch of the video. When a video has filled its slots,
 * every two become one and the stretches double: so the slots stay evenly spread, without knowing
 * how long the video is, and only a dozen small pictures are held. */
enum { SLOTS = 12, TILE_WIDTH = 480, MOST_TILES = 96 };

typedef struct slot {
    vv_image *image;
    char *caption;
    size_t named, faces;
} slot;

struct vv__cli_sheet {
    slot slots[SLOTS + MOST_TILES];
    size_t first, count;    /* of the present video */
    int64_t stretch, begun; /* frames a slot, frames in the last slot */
    char *source;
    size_t sources;
    size_t left_out; /* photos and videos for which there was no place */
};

vv__cli_sheet *vv__cli_sheet_new(void)
{
    return vv__cli_alloc(1, sizeof(vv__cli_sheet));
}

static void clear(slot *s)
{
    vv_image_free(&s->image);
    free(s->caption);
    *s = (slot){0};
}

void vv__cli_sheet_free(vv__cli_sheet **sheet)
{
    if (!*sheet) return;
    for (size_t i = 0; i < (*sheet)->first + (*sheet)->count; i++) clear(&(*sheet)->slots[i]);
    free((*sheet)->source);
    free(*sheet);
    *sheet = NULL;
}

void vv__cli_sheet_begin(vv__cli_sheet *sheet, const char *source)
{
    const char *slash = strrchr(source, '/');
    sheet->first += sheet->count;
    sheet->count = 0;
    sheet->stretch = 1;
    sheet->begun = 0;
    sheet->sources++;
    sheet->left_out += sheet->first >= MOST_TILES;
    free(sheet->source);
    sheet->source = vv__cli_format("%s", slash && slash[1] ? slash + 1 : source);
}

/* The mean over squares of n by n pixels: enough for a tile, and a small copy to hold. */
static void shrink(const uint8_t *from, int width, uint8_t *to, int out_width, int out_height,
                   int n)
{
    for (int y = 0; y < out_height; y++)
        for (int x = 0; x < out_width; x++)
            for (int c = 0; c < 3; c++) {
                unsigned sum = 0;
                for (int j = 0; j < n; j++)
                    for (int i = 0; i < n; i++)
                        sum +=
                            from[3 * ((size_t)(y * n + j) * (size_t)width + (size_t)(x * n + i)) +
                                 (size_t)c];
                to[3 * ((size_t)y * (size_t)out_width + (size_t)x) + (size_t)c] =
                    (uint8_t)(sum / (unsigned)(n * n));
            }
}

static vv_image *small_copy(const vv_image *image)
{
    const int width = vv_image_width(image), height = vv_image_height(image);
    const int n = width >= 2 * TILE_WIDTH ? width / TILE_WIDTH : 1;
    const int out_width = width / n, out_height = height / n > 0 ? height / n : 1;
    if (height < n) return NULL;
    vv_image *copy = NULL;
    uint8_t *pixels = vv__cli_alloc((size_t)width * (size_t)height, 3);
    if (vv_image_read_rgb(image, pixels, 3 * (ptrdiff_t)width, NULL) == 0) {
        /* In place: what is written lies never behind what is still to be read. */
        if (n > 1) shrink(pixels, width, pixels, out_width, out_height, n);
        vv_image_new_rgb(&copy, pixels, out_width, out_height, 3 * (ptrdiff_t)out_width, NULL);
    }
    free(pixels);
    return copy;
}

static size_t count_named(const vv_faces *faces)
{
    size_t named = 0;
    for (size_t i = 0; i < vv_faces_count(faces); i++)
        named += vv_faces_get(faces, i)->person != NULL;
    return named;
}

static bool is_better(size_t named, size_t faces, const slot *than)
{
    return !than->image || named > than->named || (named == than->named && faces > than->faces);
}

static char *make_caption(const vv__cli_sheet *sheet, double time, const vv_faces *faces)
{
    const bool by_both = isfinite(vv_faces_seconds(faces, VV_DETECTOR_MTCNN)) &&
                         isfinite(vv_faces_seconds(faces, VV_DETECTOR_HAAR));
    char *names = by_both ? vv__cli_compare_counts(faces) : vv__cli_names(faces);
    char when[64] = "";
    const long long tenths = llround(time * 10);
    if (time >= 0)
        snprintf(when, sizeof when, "%lld:%02lld.%lld", tenths / 600, tenths / 10 % 60,
                 tenths % 10);
    const char *source = sheet->sources > 1 || time < 0 ? sheet->source : "";
    char *caption = vv__cli_format("%s%s%s%s%s", source, *source && *when ? "  " : "", when,
                                   *names ? "  " : "", names);
    free(names);
    return caption;
}

static void fill(vv__cli_sheet *sheet, slot *s, const vv_image *image, double time,
                 const vv_faces *faces)
{
    vv_image *copy = small_copy(image);
    if (!copy) return;
    clear(s);
    s->image = copy;
    s->caption = make_caption(sheet, time, faces);
    s->named = count_named(faces);
    s->faces = vv_faces_count(faces);
}

/* Of each two neighbours the better one stays. */
static void halve(vv__cli_sheet *sheet)
{
    slot *slots = sheet->slots + sheet->first;
    for (size_t i = 0; i < sheet->count / 2; i++) {
        slot *a = &slots[2 * i], *b = &slots[2 * i + 1];
        const bool second = b->image && is_better(b->named, b->faces, a);
        slot stays = second ? *b : *a;
        clear(second ? a : b);
        *a = *b = (slot){0};
        slots[i] = stays;
    }
    sheet->count /= 2;
    sheet->stretch *= 2;
}

void vv__cli_sheet_add(vv__cli_sheet *sheet, const vv_frame_info *info)
{
    if (!info->image || sheet->first >= MOST_TILES) return;
    if (sheet->count == 0 || sheet->begun == sheet->stretch) {
        if (sheet->count == SLOTS) halve(sheet);
        sheet->count++;
        sheet->begun = 0;
    }
    sheet->begun++;
    slot *s = &sheet->slots[sheet->first + sheet->count - 1];
    if (is_better(count_named(info->faces), vv_faces_count(info->faces), s))
        fill(sheet, s, info->image, info->time, info->faces);
}

void vv__cli_sheet_add_photo(vv__cli_sheet *sheet, const vv_image *image, const vv_faces *faces)
{
    if (sheet->first >= MOST_TILES) return;
    fill(sheet, &sheet->slots[sheet->first], image, -1, faces);
    sheet->count = sheet->slots[sheet->first].image ? 1 : 0;
}

bool vv__cli_sheet_save(vv__cli_sheet *sheet, const char *path)
{
    const vv_image *images[SLOTS + MOST_TILES];
    const char *captions[SLOTS + MOST_TILES];
    size_t count = 0;
    vv_error err;
    vv_image *page = NULL;
    for (size_t i = 0; i < sheet->first + sheet->count; i++) {
        if (!sheet->slots[i].image) continue;
        images[count] = sheet->slots[i].image;
        captions[count++] = sheet->slots[i].caption;
    }
    if (count == 0) {
        vv__cli_error("%s: there is no frame to show, so no sheet was written", path);
        return false;
    }
    if (sheet->left_out)
        vv__cli_warning("%s: shows the first %d pictures; there is no place for %zu more photos or "
                        "videos",
                        path, MOST_TILES, sheet->left_out);
    int code = vv_image_sheet(&page, images, captions, count, 0, TILE_WIDTH, &err);
    if (code >= 0) code = vv_image_save(page, path, &err);
    vv_image_free(&page);
    if (code < 0) vv__cli_error("%s", err.message);
    return code >= 0;
}
