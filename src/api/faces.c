/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "api/objects.h"
#include "base/alloc.h"
#include "base/error.h"
#include "base/text.h"
#include "encode/quality.h"

size_t vv_faces_count(const vv_faces *faces)
{
    return faces ? faces->count : 0;
}

const vv_face *vv_faces_get(const vv_faces *faces, size_t i)
{
    return faces && i < faces->count ? &faces->faces[i] : NULL;
}

const char *vv_faces_model(const vv_faces *faces)
{
    return faces && faces->model ? vv__encoder_model_card(faces->model)->name : NULL;
}

const char *vv_faces_model_id(const vv_faces *faces)
{
    return faces && faces->model ? vv__encoder_model_identity(faces->model) : NULL;
}

void vv_faces_free(vv_faces **faces)
{
    if (!faces || !*faces) return;
    vv__free((*faces)->faces);
    vv__free((*faces)->shown);
    vv__free((*faces)->colors);
    vv__free((*faces)->encodings);
    vv__free((*faces)->candidates);
    vv__free((*faces)->names);
    vv__encoder_model_close(&(*faces)->model);
    vv__free(*faces);
    *faces = NULL;
}

static void fill_face(vv_face *face, const vv__detection *detection)
{
    *face = (vv_face){.box = detection->box,
                      .score = detection->score,
                      .has_landmarks = detection->has_landmarks};
    memcpy(face->landmarks, detection->landmarks, sizeof face->landmarks);
    face->distance = face->confidence = face->quality = face->margin = NAN;
    face->person_index = -1;
}

int vv__faces_new(vv_faces **out, const vv__detection *detections, size_t count, vv_error *err)
{
    *out = NULL;
    vv_faces *faces = vv__calloc(1, sizeof *faces);
    if (faces) faces->faces = vv__calloc(count, sizeof *faces->faces);
    if (!faces || !faces->faces) {
        vv__free(faces);
        return vv__fail_nomem(err, "faces");
    }
    faces->count = count;
    for (size_t i = 0; i < count; i++) fill_face(&faces->faces[i], &detections[i]);
    *out = faces;
    return 0;
}

int vv__faces_add(vv_faces *faces, const vv__detection *detection, int track, vv_error *err)
{
    vv_face *all = vv__calloc(faces->count + 1, sizeof *all);
    if (!all) return vv__fail_nomem(err, "faces");
    const float area = detection->box.width * detection->box.height;
    size_t at = 0;
    while (at < faces->count && faces->faces[at].box.width * faces->faces[at].box.height >= area)
        at++;
    memcpy(all, faces->faces, at * sizeof *all);
    fill_face(&all[at], detection);
    all[at].track = track;
    memcpy(all + at + 1, faces->faces + at, (faces->count - at) * sizeof *all);
    vv__free(faces->faces);
    faces->faces = all;
    faces->count++;
    return 0;
}

int vv__faces_find(vv_faces **out, vv__detector *detector, const vv__image *image, vv_error *err)
{
    *out = NULL;
    const vv__detection *detections;
    size_t count;
    const int rc = vv__detector_find(detector, image, &detections, &count, err);
    return rc < 0 ? rc : vv__faces_new(out, detections, count, err);
}

static int measure_quality(vv_faces *faces, const bool *wanted, vv__encoder *encoder,
                           const vv__image *image, vv_error *err)
{
    int rc = 0;
    for (size_t i = 0; i < faces->count && rc == 0; i++) {
        vv_face *face = &faces->faces[i];
        const vv__encode_face place = {face->box, face->has_landmarks ? face->landmarks : NULL};
        vv__quality quality;
        if (wanted && !wanted[i]) continue;
        rc = vv__encoder_quality(encoder, image, &place, face->score, &quality, err);
        if (rc == 0) face->quality = quality.all;
    }
    return rc;
}

static bool are_numbers(const float *numbers, int count)
{
    for (int i = 0; i < count; i++)
        if (!isfinite(numbers[i])) return false;
    return true;
}

/* Encodings of the faces wanted (all where that is NULL), one after the other. */
static int encode_wanted(const vv_faces *faces, const bool *wanted, vv__encoder *encoder,
                         const vv__image *image, float *encodings, vv_error *err)
{
    vv__encode_face *places = vv__calloc(faces->count, sizeof *places);
    if (!places) return vv__fail_nomem(err, "encodings");
    size_t count = 0;
    for (size_t i = 0; i < faces->count; i++) {
        const vv_face *face = &faces->faces[i];
        if (wanted && !wanted[i]) continue;
        places[count++] =
            (vv__encode_face){face->box, face->has_landmarks ? face->landmarks : NULL};
    }
    const int rc = vv__encoder_run(encoder, image, places, count, encodings, err);
    vv__free(places);
    return rc;
}

int vv__faces_encode_some(vv_faces *faces, const bool *wanted, vv__encoder *encoder,
                          const vv__encoder_model *model, const vv__image *image, vv_error *err)
{
    size_t count = 0;
    for (size_t i = 0; i < faces->count; i++) count += !wanted || wanted[i];
    if (!count) return 0;
    const int dimension = vv__encoder_model_card(model)->dimension;
    float *encodings = vv__calloc(count, (size_t)dimension * sizeof *encodings);
    if (!encodings) return vv__fail_nomem(err, "encodings");
    int rc = encode_wanted(faces, wanted, encoder, image, encodings, err);
    if (rc == 0) rc = measure_quality(faces, wanted, encoder, image, err);
    if (rc < 0) {
        vv__free(encodings);
        return rc;
    }
    vv__free(faces->encodings);
    vv__encoder_model_close(&faces->model);
    faces->encodings = encodings;
    faces->model = vv__encoder_model_ref(model);
    for (size_t i = 0; i < faces->count; i++) {
        const bool is_there = !wanted || wanted[i];
        const bool is_usable =
            is_there && are_numbers(encodings, dimension); /* else nothing could be cut */
        faces->faces[i].encoding = is_usable ? encodings : NULL;
        faces->faces[i].encoding_length = is_usable ? dimension : 0;
        if (is_there) encodings += dimension;
    }
    return 0;
}

int vv__faces_encode(vv_faces *faces, vv__encoder *encoder, const vv__encoder_model *model,
                     const vv__image *image, vv_error *err)
{
    return vv__faces_encode_some(faces, NULL, encoder, model, image, err);
}

/* "Ross 98%", "unknown", with the detector's score where that is wanted; empty: no label. */
static void write_label(vv__text *label, const vv_faces *faces, const vv_face *face, unsigned what)
{
    if (what & VV_DRAW_LABEL) {
        if (face->person)
            vv__text_format(label, "%s %.0f%%", face->person,
                            floor(100 * (double)face->confidence));
        else if (faces->identified)
            vv__text_add(label, "unknown");
    }
    if (what & VV_DRAW_QUALITY && isfinite(face->quality))
        vv__text_format(label, "%squality %.2f", label->length ? "  " : "", (double)face->quality);
    if (what & VV_DRAW_SCORE)
        vv__text_format(label, "%s%.*f", label->length ? "  " : "",
                        face->detector == VV_DETECTOR_HAAR ? 0 : 3, (double)face->score);
}

/* The palest blue and the yellow of Okabe and Ito's palette: far from each other for all kinds of
 * colour vision, and from skin. */
static const struct {
    const char *name;
    uint32_t color;
} detectors[] = {{"MTCNN", 0x56B4E9}, {"Haar", 0xF0E442}};

static bool is_compared(const vv_faces *faces)
{
    return faces->asked[VV_DETECTOR_MTCNN] && faces->asked[VV_DETECTOR_HAAR];
}

/* Boxes of one detector, or of all (-1). */
static int draw_faces(vv__drawer *drawer, vv__image *target, const vv_faces *faces, int detector,
                      unsigned what, vv_error *err)
{
    size_t count = 0;
    vv__mark *marks = vv__calloc(faces->count, sizeof *marks);
    vv__text *labels = vv__calloc(faces->count, sizeof *labels);
    int rc = marks && labels ? 0 : vv__fail_nomem(err, "labels");
    for (size_t i = 0; i < faces->count && rc == 0; i++) {
        const vv_face *face = &faces->faces[i];
        if (detector >= 0 && (int)face->detector != detector) continue;
        write_label(&labels[i], faces, face, what);
        marks[count++] = (vv__mark){
            .box = faces->shown ? faces->shown[i] : face->box,
            .draw_box = what & VV_DRAW_BOX,
            .color = is_compared(faces)
                         ? detectors[face->detector].color
                         : vv__person_color(faces->colors ? faces->colors[i] : face->person_index),
            .label = labels[i].length ? labels[i].bytes : NULL,
            .points = face->landmarks,
            .point_count = what & VV_DRAW_LANDMARKS && face->has_landmarks ? VV_LANDMARK_COUNT : 0,
        };
    }
    if (rc == 0) rc = vv__draw_marks(drawer, target, marks, count, err);
    for (size_t i = 0; labels && i < faces->count; i++) vv__text_free(&labels[i]);
    vv__free(labels);
    vv__free(marks);
    return rc;
}

/* "MTCNN: 3 faces", in its colour, for one detector or for both (-1). */
static int draw_legend(vv__drawer *drawer, vv__image *target, const vv_faces *faces, int detector,
                       vv_error *err)
{
    char lines[2][40];
    vv__legend legend = {.number = detector > 0};
    vv_box *boxes = vv__calloc(faces->count, sizeof *boxes);
    if (!boxes) return vv__fail_nomem(err, "labels");
    for (int d = 0; d < 2; d++) {
        size_t count = 0;
        if (detector >= 0 && detector != d) continue;
        for (size_t i = 0; i < faces->count; i++) {
            if ((int)faces->faces[i].detector != d) continue;
            boxes[legend.box_count++] = faces->faces[i].box;
            count++;
        }
        snprintf(lines[d], sizeof lines[d], "%s: %zu face%s", detectors[d].name, count,
                 count == 1 ? "" : "s");
        legend.lines[legend.line_count] = lines[d];
        legend.colors[legend.line_count++] = detectors[d].color;
    }
    legend.boxes = boxes;
    const int rc = vv__draw_legend(drawer, target, &legend, err);
    vv__free(boxes);
    return rc;
}

int vv__faces_steady(vv_faces *faces, vv__steady *steady, double time, vv_error *err)
{
    vv_box *shown = vv__calloc(faces->count + 1, sizeof *shown);
    int rc = shown ? 0 : vv__fail_nomem(err, "faces");
    for (size_t i = 0; i < faces->count && rc == 0; i++) {
        const vv_face *face = &faces->faces[i];
        rc = vv__steady_box(steady, face->track, time, &face->box, &shown[i], err);
    }
    vv__free(faces->shown);
    faces->shown = shown;
    return rc;
}

int vv__faces_draw_of(vv__drawer *drawer, vv__image *target, const vv_faces *faces,
                      vv_detector detector, unsigned what, vv_error *err)
{
    const int which = detector == VV_DETECTOR_BOTH ? -1 : (int)detector;
    const int rc = draw_faces(drawer, target, faces, which, what ? what : VV_DRAW_DEFAULT, err);
    if (rc < 0 || !is_compared(faces)) return rc;
    return draw_legend(drawer, target, faces, which, err);
}

int vv__faces_draw(vv__drawer *drawer, vv__image *target, const vv_faces *faces, unsigned what,
                   vv_error *err)
{
    return vv__faces_draw_of(drawer, target, faces, VV_DETECTOR_BOTH, what, err);
}

/* --- Which detector -------------------------------------------------------------------------- */

void vv__faces_timed(vv_faces *faces, vv_detector detector, double seconds)
{
    faces->asked[detector] = true;
    faces->seconds[detector] = seconds;
}

double vv_faces_seconds(const vv_faces *faces, vv_detector detector)
{
    if (!faces || (unsigned)detector >= VV_DETECTOR_BOTH || !faces->asked[detector]) return NAN;
    return faces->seconds[detector];
}
