/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* A picture of each appearance: the best view of the face, with some of what is around it, so that
 * it also serves as a photo of a gallery. */

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "api/appearances.h"
#include "base/alloc.h"
#include "base/error.h"
#include "base/file.h"
#include "encode/quality.h"
#include "media/photo.h"

/* So often the face of an appearance is looked at for a better picture. */
#define LOOK_SECONDS 0.2
/* What is not better by so much is not worth cutting out. */
#define BETTER 1.05f
/* The side of the picture, in sides of the face's box, and in pixels. */
#define SURROUNDINGS 2.0f
#define LEAST_SIDE 160
#define MOST_SIDE 256
/* Pictures that are held in memory, of those who may come back at once; of those who are there, as
 * many as there are. */
#define MOST_HELD 64

typedef struct picture {
    double looked; /* when last */
    int side;
    uint8_t rgb[];
} picture;

static void drop(vv_appearances *a, vv__appearance *appearance)
{
    if (!appearance->picture) return;
    vv__free(appearance->picture);
    appearance->picture = NULL;
    a->held--;
}

int vv__appearances_quality(vv_appearances *a, const vv__image *image, const vv_face *face,
                            float *quality, vv_error *err)
{
    *quality = NAN;
    if (!image) return 0;
    const vv__encode_face view = {face->box, face->has_landmarks ? face->landmarks : NULL};
    vv__quality measured;
    const int rc = vv__quality_of(&measured, image, &view, face->score, &a->scratch, err);
    if (rc == 0) *quality = measured.all;
    return rc;
}

/* --- Cutting out --- */

typedef struct square {
    float x, y, side;
} square;

/* Around the face, moved into the picture. */
static square around(const vv_box *box, const vv__image *image)
{
    const float width = (float)image->width, height = (float)image->height;
    const float wanted = SURROUNDINGS * fmaxf(box->width, box->height);
    const float side = fminf(fmaxf(wanted, 1), fminf(width, height));
    const float x = box->x + (box->width - side) / 2, y = box->y + (box->height - side) / 2;
    return (square){fminf(fmaxf(x, 0), width - side), fminf(fmaxf(y, 0), height - side), side};
}

static int cut_out(vv_appearances *a, picture *p, const vv__image *image, square s, vv_error *err)
{
    static const vv__pixel_norm as_is = {{0, 0, 0}, 1};
    const size_t most = (size_t)MOST_SIDE * MOST_SIDE * 3;
    if (!a->crop) a->crop = vv__calloc(most, sizeof *a->crop);
    if (!a->crop) return vv__fail_nomem(err, "picture of a face");
    /* Where it grows, the outermost pixels stay the outermost: beyond them there is nothing. */
    const float out = (float)p->side;
    const float step = s.side < out ? (s.side - 1) / (out - 1) : s.side / out;
    const float offset = s.side < out ? 0 : step / 2 - 0.5f;
    const float m[6] = {step, 0, s.x + offset, 0, step, s.y + offset};
    if (vv__warp_affine(image, m, a->crop, p->side, p->side, true, &as_is, &a->scratch) < 0)
        return vv__fail_nomem(err, "picture of a face");
    const size_t count = (size_t)p->side * (size_t)p->side * 3;
    for (size_t i = 0; i < count; i++)
        p->rgb[i] = (uint8_t)(fminf(fmaxf(a->crop[i], 0), 255) + 0.5f);
    return 0;
}

int vv__appearances_picture(vv_appearances *a, vv__appearance *appearance, double time,
                            const vv__image *image, const vv_face *face, float quality,
                            vv_error *err)
{
    picture *before = appearance->picture;
    const bool is_measured = !isnan(quality);
    const bool is_soon = before && time >= before->looked && time - before->looked < LOOK_SECONDS;
    if (is_soon && !is_measured) return 0;
    const int rc = is_measured ? 0 : vv__appearances_quality(a, image, face, &quality, err);
    if (rc < 0) return rc;
    if (before) before->looked = time;
    const bool has_one = before || appearance->number;
    if (has_one && !(quality > BETTER * appearance->best_view)) return 0;
    const square s = around(&face->box, image);
    int side = (int)lrintf(s.side);
    if (side < LEAST_SIDE) side = LEAST_SIDE;
    if (side > MOST_SIDE) side = MOST_SIDE;
    const size_t bytes = (size_t)side * (size_t)side * 3;
    picture *p = vv__malloc(sizeof *p + bytes);
    if (!p) return vv__fail_nomem(err, "picture of a face");
    p->looked = time;
    p->side = side;
    if (cut_out(a, p, image, s, err) < 0) {
        vv__free(p);
        return VV_ERR_NOMEM;
    }
    drop(a, appearance);
    a->held++;
    appearance->picture = p;
    appearance->best_view = quality;
    return 0;
}

/* --- Putting away --- */

static char *path_of(const vv_appearances *a, size_t number)
{
    char name[64];
    snprintf(name, sizeof name, VV__PICTURE_FILE, number);
    return vv__path_join(a->faces, name);
}

/* Say in the picture what it is: a comment after the header of its format. */
static int mark(const char *path, vv_error *err)
{
    static const uint8_t comment[] = {0xff, 0xfe, 0, sizeof VV__PICTURE_MARK + 1};
    vv__mapping jpeg;
    vv__output out;
    int rc = vv__map_file(&jpeg, path, err);
    if (rc < 0) return rc;
    const uint8_t *b = jpeg.data;
    size_t head = 2;
    if (jpeg.size > 6 && b[2] == 0xff && b[3] == 0xe0) head += 2 + 256 * (size_t)b[4] + b[5];
    if (head > jpeg.size) head = 2;
    rc = vv__output_open(&out, path, err);
    if (rc == 0) {
        fwrite(b, 1, head, out.stream);
        fwrite(comment, 1, sizeof comment, out.stream);
        fwrite(VV__PICTURE_MARK, 1, sizeof VV__PICTURE_MARK - 1, out.stream);
        fwrite(b + head, 1, jpeg.size - head, out.stream);
        rc = vv__output_commit(&out, err);
    }
    vv__unmap_file(&jpeg);
    return rc;
}

static int save(const vv_appearances *a, const vv__image *pixels, size_t number, vv_error *err)
{
    char *path = path_of(a, number);
    int rc = path ? vv__photo_save(pixels, path, err) : vv__fail_nomem(err, a->faces);
    if (rc == 0) rc = mark(path, err);
    vv__free(path);
    return rc;
}

int vv__appearances_closed(void *cookie, vv__appearance *appearance, vv_error *err)
{
    vv_appearances *a = cookie;
    picture *p = appearance->picture;
    if (!p) return 0;
    vv__image pixels = {.layout = VV__PIXEL_RGB24,
                        .width = p->side,
                        .height = p->side,
                        .depth = 8,
                        .data = {p->rgb},
                        .stride = {3 * (ptrdiff_t)p->side}};
    const size_t number = appearance->number ? appearance->number : a->picture_count + 1;
    const int rc = save(a, &pixels, number, err);
    drop(a, appearance);
    if (rc < 0) return rc;
    appearance->number = number;
    if (number > a->picture_count) a->picture_count = number;
    return 0;
}

int vv__appearances_relieve(vv_appearances *a, vv_error *err)
{
    int rc = 0;
    for (size_t i = 0; i < vv__presence_open_count(a->presence) && rc == 0; i++) {
        vv__appearance *x = vv__presence_open_get(a->presence, i);
        if (a->held <= MOST_HELD) break;
        if (!x->was_present) rc = vv__appearances_closed(a, x, err);
    }
    return rc;
}

void vv__appearances_joined(void *cookie, vv__appearance *into, vv__appearance *from)
{
    vv_appearances *a = cookie;
    const bool has_none = !into->picture && !into->number;
    if (has_none || from->best_view > into->best_view) {
        const vv__appearance kept = *into;
        into->picture = from->picture;
        into->number = from->number;
        into->best_view = from->best_view;
        from->picture = kept.picture;
        from->number = kept.number;
    }
    drop(a, from);
    if (!from->number) return;
    char *path = path_of(a, from->number);
    if (path) unlink(path);
    vv__free(path);
    from->number = 0;
}
