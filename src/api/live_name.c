/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Giving a face of the current picture a name: a photo for the folder, and a gallery that has it.
 */

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "api/live.h"
#include "api/options.h"
#include "base/alloc.h"
#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "image/transform.h"
#include "media/photo.h"

/* A photo shows so much around the face, in widths of its box; less where another, larger face
 * would come in. */
static const float margins[] = {0.6f, 0.35f, 0.15f};
/* Smaller faces are enlarged to this width, so that they are found on the photo again. */
#define LEAST_FACE_PX 112
#define LARGEST_SCALE 6
#define MIN_FACE_PX 40 /* as galleries have it */
#define LONGEST_NAME 200

/* --- Names ---------------------------------------------------------------------------------- */

/* A person is called as a folder is. */
static int check_name(const char *person, vv_error *err)
{
    const size_t length = strlen(person);
    const char *why = NULL;
    if (!length)
        why = "a name must not be empty";
    else if (length > LONGEST_NAME)
        why = "this name is too long";
    else if (!vv__utf8_valid(person, length))
        why = "this name is not UTF-8";
    else if (*person == '.')
        why = "a name must not begin with \".\"";
    else if (strchr(person, '/'))
        why = "a name must not have \"/\" in it";
    for (size_t i = 0; !why && i < length; i++) {
        const unsigned char c = (unsigned char)person[i], next = (unsigned char)person[i + 1];
        if (c < 0x20 || c == 0x7f || (c == 0xc2 && next < 0xa0))
            why = "a name must not have control characters in it";
    }
    return why ? vv__fail(err, VV_ERR_INVALID, "%s", why) : 0;
}

/* FOLDER/PERSON/20261124-152801-123.jpg, in UTC; the next moment where that is there. */
static char *photo_path(const char *folder, double wall_time)
{
    for (int64_t ms = (int64_t)(wall_time * 1000);; ms++) {
        const time_t seconds = (time_t)(ms / 1000);
        struct tm utc;
        char name[64], stamp[32];
        gmtime_r(&seconds, &utc);
        strftime(stamp, sizeof stamp, "%Y%m%d-%H%M%S", &utc);
        snprintf(name, sizeof name, "%s-%03d.jpg", stamp, (int)(ms % 1000));
        char *path = vv__path_join(folder, name);
        if (!path || !vv__path_exists(path)) return path;
        vv__free(path);
    }
}

/* --- The photo ------------------------------------------------------------------------------ */

typedef struct part {
    float x, y, width, height; /* of the picture */
    float scale;
} part;

static part part_around(const vv__image *image, const vv_box *face, float margin)
{
    const float side = fmaxf(face->width, face->height) * margin;
    part p;
    p.x = floorf(fmaxf(face->x - side, 0));
    p.y = floorf(fmaxf(face->y - side, 0));
    p.width = fminf(ceilf(face->x + face->width + side), (float)image->width) - p.x;
    p.height = fminf(ceilf(face->y + face->height + side), (float)image->height) - p.y;
    p.scale = fminf(fmaxf(LEAST_FACE_PX / fmaxf(face->width, 1), 1), LARGEST_SCALE);
    return p;
}

static void round_pixels(const float *from, vv__image *to)
{
    for (int y = 0; y < to->height; y++) {
        uint8_t *row = to->data[0] + y * to->stride[0];
        for (int i = 0; i < 3 * to->width; i++)
            row[i] = (uint8_t)lrintf(fminf(fmaxf(*from++, 0), 255));
    }
}

static int cut_out(vv__frame **out, const vv__image *image, const part *p, vv_error *err)
{
    static const vv__pixel_norm plain = {{0, 0, 0}, 1};
    const float step = 1 / p->scale, middle = (step - 1) / 2;
    const float m[6] = {step, 0, p->x + middle, 0, step, p->y + middle};
    const int width = (int)(p->width * p->scale), height = (int)(p->height * p->scale);
    *out = NULL;
    if (width < 1 || height < 1)
        return vv__fail(err, VV_ERR_NO_FACE, "the face is outside the picture");
    vv__resample_scratch scratch = {0};
    float *pixels = vv__calloc((size_t)width * (size_t)height, 3 * sizeof *pixels);
    vv__image target;
    int rc = pixels ? vv__warp_affine(image, m, pixels, width, height, false, &plain, &scratch)
                    : VV_ERR_NOMEM;
    if (rc < 0) rc = vv__fail_nomem(err, "photo");
    if (rc == 0) rc = vv__frame_new_rgb24(out, width, height, err);
    if (rc == 0) rc = vv__frame_make_writable(*out, &target, err);
    if (rc == 0) round_pixels(pixels, &target);
    vv__resample_scratch_free(&scratch);
    vv__free(pixels);
    if (rc < 0) vv__frame_unref(out);
    return rc;
}

/* Whether the largest face of the photo, which is the one that counts, is the one meant. */
static int shows_it(vv__detector *detector, const vv__frame *photo, const part *p,
                    const vv_box *face, bool *yes, vv_error *err)
{
    const vv__detection *found;
    size_t count;
    const int rc = vv__detector_find(detector, vv__frame_image(photo), &found, &count, err);
    *yes = false;
    if (rc < 0 || count == 0) return rc;
    const vv_box *b = &found[0].box;
    const float x = (b->x + b->width / 2) / p->scale + p->x - face->x;
    const float y = (b->y + b->height / 2) / p->scale + p->y - face->y;
    *yes = x > 0 && x < face->width && y > 0 && y < face->height;
    return 0;
}

static int make_photo(vv_live *l, const vv_face *face, vv__frame **out, vv_error *err)
{
    const vv__image *image = vv__frame_image(l->current->plain.frame);
    vv__detector *detector = NULL;
    int rc = vv__detector_new(&detector, l->mtcnn, MIN_FACE_PX, NULL, err);
    bool is_good = false;
    *out = NULL;
    for (size_t i = 0; rc == 0 && !is_good && i < sizeof margins / sizeof *margins; i++) {
        const part p = part_around(image, &face->box, margins[i]);
        vv__frame_unref(out);
        rc = cut_out(out, image, &p, err);
        if (rc == 0) rc = shows_it(detector, *out, &p, &face->box, &is_good, err);
    }
    vv__detector_free(&detector);
    if (rc == 0 && !is_good)
        rc = vv__fail(err, VV_ERR_NO_FACE,
                      "the face cannot be made out well enough for a photo of it; wait for a "
                      "better view");
    if (rc < 0) vv__frame_unref(out);
    return rc;
}

/* --- All together --------------------------------------------------------------------------- */

/* What was looked at before is not given out any more: there the face has its old name. */
static void count_naming(vv_live *l)
{
    pthread_mutex_lock(&l->lock);
    vv__live_picture *old = l->ready;
    l->ready = NULL;
    l->dropped += old != NULL;
    l->namings++;
    pthread_mutex_unlock(&l->lock);
    vv__live_picture_free(&old);
}

/* From the next picture on, people are those of the gallery, which is taken over. */
static int exchange_people(vv_live *l, vv_gallery *gallery, const vv_face *face, const char *person,
                           vv_error *err)
{
    vv__live_people *people;
    int rc = vv__live_people_new_own(&people, gallery, l->options.gallery, l->people, err);
    if (rc < 0) return rc;
    pthread_mutex_lock(&l->naming);
    rc = vv__follow_set_gallery(l->follow, people->gallery, err);
    if (rc == 0) {
        vv__follow_baptise(l->follow, face->track,
                           vv__people_find(people->gallery->people, person));
        vv__live_people *old = l->people;
        l->people = people;
        people = old;
        count_naming(l);
    }
    pthread_mutex_unlock(&l->naming);
    vv__live_people_unref(&people);
    return rc;
}

static int name_face(vv_live *l, const vv_face *face, const char *person, const char *path,
                     vv_error *err)
{
    vv__frame *photo = NULL;
    vv_gallery *gallery = NULL;
    int rc = make_photo(l, face, &photo, err);
    if (rc == 0) rc = vv__photo_save(vv__frame_image(photo), path, err);
    vv__frame_unref(&photo);
    if (rc < 0) return rc;
    rc = vv__gallery_new_with_photo(&gallery, l->people->gallery, person, path, err);
    if (rc == 0) rc = exchange_people(l, gallery, face, person, err);
    if (rc < 0) unlink(path);
    return rc;
}

static int check(const vv_live *l, size_t face, const char *person, vv_error *err)
{
    if (!l || !person) return vv__fail_null(err, l ? "person" : "live");
    const int rc = check_name(person, err);
    if (rc < 0) return rc;
    if (!l->people || !l->people_folder)
        return vv__fail(err, VV_ERR_UNSUPPORTED,
                        "%s: there is no folder of people for the photo to go to", person);
    if (!l->current || face >= l->current->faces->count)
        return vv__fail(err, VV_ERR_NOT_FOUND, "%s: there is no such face in the picture", person);
    return 0;
}

int vv_live_name(vv_live *l, size_t face, const char *person, char *saved_path, size_t capacity,
                 vv_error *err)
{
    if (saved_path && capacity) *saved_path = '\0';
    int rc = check(l, face, person, err);
    if (rc < 0) return rc;
    char *folder = vv__path_join(l->people_folder, person);
    char *path = NULL;
    const bool was_there = folder && vv__path_exists(folder);
    rc = folder ? vv__make_folders(folder, 0777, err) : vv__fail_nomem(err, person);
    if (rc == 0) {
        path = photo_path(folder, l->current->frame.wall_time);
        rc = path ? name_face(l, &l->current->faces->faces[face], person, path, err)
                  : vv__fail_nomem(err, person);
        if (rc < 0 && !was_there) rmdir(folder);
    }
    if (rc == 0 && saved_path && capacity) snprintf(saved_path, capacity, "%s", path);
    vv__free(path);
    vv__free(folder);
    return rc;
}
