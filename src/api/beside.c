/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "api/beside.h"

#include <time.h>

#include "api/cascade.h"
#include "base/alloc.h"
#include "base/error.h"
#include "base/log.h"
#include "track/track.h"

/* Wider videos are shown by few players. */
#define MOST_WIDTH 8192

struct vv__beside {
    vv__beside_options options;
    vv__haar *cascade;
    vv__tracker *trackers[2]; /* by vv_detector */
    int panel;                /* where the second picture begins; 0: there is one */
};

int vv__beside_new(vv__beside **out, const vv__beside_options *options, vv_error *err)
{
    vv__beside *b = *out = vv__calloc(1, sizeof *b);
    if (!b) return vv__fail_nomem(err, "detector");
    b->options = *options;
    int rc = vv__cascade_open(&b->cascade, options->cascade, err);
    for (int i = 0; i < 2 && rc == 0; i++) rc = vv__tracker_new(&b->trackers[i], err);
    if (rc < 0) vv__beside_free(out);
    return rc;
}

void vv__beside_free(vv__beside **beside)
{
    vv__beside *b = *beside;
    *beside = NULL;
    if (!b) return;
    vv__haar_close(&b->cascade);
    for (int i = 0; i < 2; i++) vv__tracker_free(&b->trackers[i]);
    vv__free(b);
}

/* Of this thread alone: others work beside it. */
static double thread_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

int vv__beside_search(const vv__beside *b, vv__detector *detector, const vv__image *image,
                      vv_faces **faces, vv_error *err)
{
    vv_faces *found = NULL;
    *faces = NULL;
    int rc = 0;
    double start = thread_seconds();
    if (detector) {
        rc = vv__faces_find(faces, detector, image, err);
        if (rc < 0) return rc;
        vv__faces_timed(*faces, VV_DETECTOR_MTCNN, thread_seconds() - start);
        start = thread_seconds();
    }
    rc = vv__cascade_find(&found, b->cascade, image, b->options.min_face_px, NULL, b->options.ctx,
                          err);
    if (rc == 0) vv__faces_timed(found, VV_DETECTOR_HAAR, thread_seconds() - start);
    if (rc == 0 && *faces) rc = vv__faces_join(*faces, &found, err);
    if (rc == 0 && !*faces) {
        *faces = found;
        found = NULL;
    }
    vv_faces_free(&found);
    if (rc < 0) vv_faces_free(faces);
    return rc;
}

/* Where there are two detectors, odd numbers are one's and even ones the other's. */
static int number_of(const vv__beside *b, int detector, int track)
{
    return b->options.detector == VV_DETECTOR_BOTH ? 2 * track - 1 + detector : track;
}

int vv__beside_track(vv__beside *b, bool is_cut, double time, vv_faces *faces, vv_error *err)
{
    vv_box *boxes = vv__calloc(faces->count + 1, sizeof *boxes);
    vv__track_place *places = vv__calloc(faces->count + 1, sizeof *places);
    int rc = boxes && places ? 0 : vv__fail_nomem(err, "tracks");
    for (int d = 0; d < 2 && rc == 0; d++) {
        size_t count = 0;
        if (is_cut) vv__tracker_cut(b->trackers[d]);
        for (size_t i = 0; i < faces->count; i++)
            if ((int)faces->faces[i].detector == d) boxes[count++] = faces->faces[i].box;
        rc = vv__tracker_update(b->trackers[d], time, boxes, count, places, err);
        count = 0;
        for (size_t i = 0; i < faces->count && rc == 0; i++)
            if ((int)faces->faces[i].detector == d)
                faces->faces[i].track = number_of(b, d, places[count++].number);
    }
    vv__free(boxes);
    vv__free(places);
    return rc;
}

/* --- The picture ------------------------------------------------------------------------------ */

int vv__beside_open_writer(vv__beside *b, vv__writer **out, const char *path, vv__reader *reader,
                           const vv__writer_options *options, vv_error *err)
{
    vv__writer_options how = *options;
    const int panel = vv__writer_panel(vv__reader_info(reader)->width);
    how.twice = b->options.detector == VV_DETECTOR_BOTH && 2 * panel <= MOST_WIDTH;
    int rc = vv__writer_open(out, path, reader, &how, err);
    if (rc == VV_ERR_UNSUPPORTED && how.twice) {
        how.twice = false;
        rc = vv__writer_open(out, path, reader, &how, err);
    }
    if (rc < 0) return rc;
    b->panel = how.twice ? panel : 0;
    if (b->options.detector == VV_DETECTOR_BOTH && !how.twice)
        vv__log(VV_LOG_WARNING,
                "%s: twice the picture would be too wide; both detectors' faces are drawn on one",
                path);
    return 0;
}

/* Some columns of a picture. */
static vv__image columns_of(const vv__image *image, int x, int width)
{
    vv__image part = *image;
    const int bytes = image->layout == VV__PIXEL_RGB24 ? 3 : image->depth > 8 ? 2 : 1;
    part.width = width;
    part.data[0] += (ptrdiff_t)x * bytes;
    for (int i = 1; i < 3 && image->layout == VV__PIXEL_YUV; i++)
        part.data[i] += (ptrdiff_t)(x >> image->chroma_shift_x) * bytes;
    return part;
}

int vv__beside_draw(const vv__beside *b, vv__drawer *drawer, vv__image *target,
                    const vv_faces *faces, unsigned what, vv_error *err)
{
    if (!b->panel || target->width < 2 * b->panel)
        return vv__faces_draw(drawer, target, faces, what, err);
    vv__image left = columns_of(target, 0, b->panel);
    vv__image right = columns_of(target, b->panel, b->panel);
    int rc = vv__faces_draw_of(drawer, &left, faces, VV_DETECTOR_MTCNN, what, err);
    if (rc == 0) rc = vv__faces_draw_of(drawer, &right, faces, VV_DETECTOR_HAAR, what, err);
    return rc;
}
