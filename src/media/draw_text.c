/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Setting labels with Pango, and keeping them. */

#include <math.h>
#include <string.h>

#include <cairo.h>
#include <pango/pangocairo.h>

#include "base/alloc.h"
#include "base/error.h"
#include "media/draw_internal.h"

#define MAX_TEXT_BYTES 512 /* more than fits any picture */
#define MAX_TILES 256
#define MAX_TILE_BYTES ((size_t)32 << 20)

/* What a tile depends on besides its text. */
typedef struct tile_key {
    vv__label_style style;
    vv__pixel_layout layout;
    int depth, shift_x, shift_y;
    vv__color_matrix matrix;
    bool full_range;
} tile_key;

typedef struct cached_tile {
    char *text;
    tile_key key;
    vv__tile *tile;
    uint64_t last_use;
} cached_tile;

struct vv__drawer {
    PangoContext *context; /* made with the first label: fontconfig takes its time */
    cached_tile *tiles;
    size_t count, capacity;
    size_t bytes;
    uint64_t use;
    int corners[2]; /* of legends */
};

int vv__drawer_new(vv__drawer **out, vv_error *err)
{
    *out = vv__calloc(1, sizeof **out);
    return *out ? 0 : vv__fail_nomem(err, "drawing");
}

int *vv__drawer_corner(vv__drawer *drawer, int number)
{
    return &drawer->corners[number];
}

static void forget(vv__drawer *drawer, size_t i)
{
    cached_tile *tile = &drawer->tiles[i];
    drawer->bytes -= vv__tile_bytes(tile->tile);
    vv__tile_free(&tile->tile);
    vv__free(tile->text);
    *tile = drawer->tiles[--drawer->count];
}

void vv__drawer_free(vv__drawer **drawer)
{
    vv__drawer *old = *drawer;
    *drawer = NULL;
    if (!old) return;
    while (old->count) forget(old, old->count - 1);
    vv__free(old->tiles);
    if (old->context) g_object_unref(old->context);
    vv__free(old);
}

void vv__drawer_trim(vv__drawer *drawer)
{
    while (drawer->count > MAX_TILES || drawer->bytes > MAX_TILE_BYTES) {
        size_t oldest = 0;
        for (size_t i = 1; i < drawer->count; i++)
            if (drawer->tiles[i].last_use < drawer->tiles[oldest].last_use) oldest = i;
        forget(drawer, oldest);
    }
}

/* --- Setting -------------------------------------------------------------------------------- */

/* Text that Pango may be given: valid, one line, without control characters, not endless. */
static char *clean_text(const char *text)
{
    char *valid = g_utf8_make_valid(text, (gssize)strnlen(text, MAX_TEXT_BYTES));
    for (char *p = valid; *p; p = g_utf8_next_char(p))
        if ((unsigned char)*p < 0x20 || *p == 0x7F) *p = ' ';
    return valid;
}

static PangoContext *context_of(vv__drawer *drawer)
{
    if (drawer->context) return drawer->context;
    /* A font map of its own: the default one is the thread's. */
    PangoFontMap *map = pango_cairo_font_map_new();
    drawer->context = pango_font_map_create_context(map);
    g_object_unref(map);
    cairo_font_options_t *options = cairo_font_options_create();
    cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_SLIGHT);
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_ON);
    pango_cairo_context_set_font_options(drawer->context, options);
    cairo_font_options_destroy(options);
    return drawer->context;
}

static PangoLayout *layout_of(vv__drawer *drawer, const char *text, const vv__label_style *style,
                              int room)
{
    PangoLayout *layout = pango_layout_new(context_of(drawer));
    PangoFontDescription *font = pango_font_description_new();
    pango_font_description_set_family_static(font, "Noto Sans, DejaVu Sans, Sans");
    pango_font_description_set_weight(font,
                                      style->plain ? PANGO_WEIGHT_NORMAL : PANGO_WEIGHT_SEMIBOLD);
    pango_font_description_set_absolute_size(font, style->size * (double)PANGO_SCALE);
    pango_layout_set_font_description(layout, font);
    pango_font_description_free(font);
    pango_layout_set_single_paragraph_mode(layout, TRUE);
    pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_END);
    char *clean = clean_text(text);
    pango_layout_set_text(layout, clean, -1);
    g_free(clean);
    int width = 0;
    pango_layout_get_pixel_size(layout, &width, NULL);
    if (width > room) pango_layout_set_width(layout, (room > 1 ? room : 1) * PANGO_SCALE);
    return layout;
}

static double linear(uint32_t channel)
{
    const double c = channel / 255.0;
    return c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4);
}

/* Black or white, whichever has the higher contrast ratio (WCAG 2) with the ground. */
static bool wants_black_text(uint32_t ground)
{
    const double luminance = 0.2126 * linear(ground >> 16 & 255) +
                             0.7152 * linear(ground >> 8 & 255) + 0.0722 * linear(ground & 255);
    return (luminance + 0.05) / 0.05 > 1.05 / (luminance + 0.05);
}

static void round_rectangle(cairo_t *cr, double width, double height, double radius)
{
    cairo_new_path(cr);
    cairo_arc(cr, width - radius, radius, radius, -G_PI / 2, 0);
    cairo_arc(cr, width - radius, height - radius, radius, 0, G_PI / 2);
    cairo_arc(cr, radius, height - radius, radius, G_PI / 2, G_PI);
    cairo_arc(cr, radius, radius, radius, G_PI, 3 * G_PI / 2);
    cairo_close_path(cr);
}

static int round_up(int value, int step)
{
    return (value + step - 1) / step * step;
}

static cairo_surface_t *paint_label(PangoLayout *layout, const vv__label_style *style, int grid)
{
    int text_width = 0;
    int text_height = 0;
    pango_layout_get_pixel_size(layout, &text_width, &text_height);
    /* Some scripts stack high, and some text stacks without end. */
    if (text_height > 3 * style->size) text_height = 3 * style->size;
    const int side = style->plain ? 0 : style->size * 2 / 5;
    const int above = style->plain ? 0 : style->size / 12;
    const int width = round_up(text_width + 2 * side, grid);
    const int height = round_up(text_height + 2 * above, grid);
    cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, width, height);
    cairo_t *cr = cairo_create(surface);
    cairo_set_source_rgb(cr, (style->tag >> 16 & 255) / 255.0, (style->tag >> 8 & 255) / 255.0,
                         (style->tag & 255) / 255.0);
    if (style->plain)
        cairo_paint(cr);
    else {
        round_rectangle(cr, width, height, style->size / 4.0);
        cairo_fill(cr);
    }
    const double ink = wants_black_text(style->tag) ? 0 : 1;
    cairo_set_source_rgb(cr, ink, ink, ink);
    cairo_move_to(cr, (width - text_width) / 2, (height - text_height) / 2);
    pango_cairo_show_layout(cr, layout);
    cairo_destroy(cr);
    cairo_surface_flush(surface);
    return surface;
}

static vv__tile *set_label(vv__drawer *drawer, const vv__image *target, const char *text,
                           const vv__label_style *style)
{
    const int side = style->plain ? 0 : style->size * 2 / 5;
    PangoLayout *layout = layout_of(drawer, text, style, style->max_width - 2 * side);
    cairo_surface_t *surface = paint_label(layout, style, vv__draw_grid(target));
    g_object_unref(layout);
    vv__tile *tile = NULL;
    if (cairo_surface_status(surface) == CAIRO_STATUS_SUCCESS &&
        cairo_image_surface_get_data(surface))
        tile = vv__tile_new(
            target, cairo_image_surface_get_data(surface), cairo_image_surface_get_stride(surface),
            cairo_image_surface_get_width(surface), cairo_image_surface_get_height(surface));
    cairo_surface_destroy(surface);
    return tile;
}

/* --- Keeping -------------------------------------------------------------------------------- */

static bool same_key(const tile_key *a, const tile_key *b)
{
    return a->style.size == b->style.size && a->style.max_width == b->style.max_width &&
           a->style.tag == b->style.tag && a->style.plain == b->style.plain &&
           a->layout == b->layout && a->depth == b->depth && a->shift_x == b->shift_x &&
           a->shift_y == b->shift_y && a->matrix == b->matrix && a->full_range == b->full_range;
}

int vv__drawer_label(vv__drawer *drawer, const vv__image *target, const char *text,
                     const vv__label_style *style, const vv__tile **tile, vv_error *err)
{
    const tile_key key = {*style,
                          target->layout,
                          target->depth,
                          target->chroma_shift_x,
                          target->chroma_shift_y,
                          target->matrix,
                          target->full_range};
    drawer->use++;
    for (size_t i = 0; i < drawer->count; i++) {
        cached_tile *cached = &drawer->tiles[i];
        if (!same_key(&cached->key, &key) || strcmp(cached->text, text) != 0) continue;
        cached->last_use = drawer->use;
        *tile = cached->tile;
        return 0;
    }
    if (vv__grow((void **)&drawer->tiles, &drawer->capacity, drawer->count, sizeof *drawer->tiles) <
        0)
        return vv__fail_nomem(err, "drawing");
    cached_tile fresh = {vv__strdup(text), key, NULL, drawer->use};
    if (fresh.text) fresh.tile = set_label(drawer, target, text, style);
    if (!fresh.tile) {
        vv__free(fresh.text);
        return vv__fail_nomem(err, "drawing");
    }
    drawer->bytes += vv__tile_bytes(fresh.tile);
    drawer->tiles[drawer->count++] = fresh;
    *tile = fresh.tile;
    return 0;
}
