/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include <math.h>
#include <string.h>

#include "api/objects.h"
#include "base/alloc.h"
#include "base/error.h"
#include "base/text.h"

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
    vv__free((*faces)->encodings);
    vv__free((*faces)->candidates);
    vv__free((*faces)->names);
    vv__encoder_model_close(&(*faces)->model);
    vv__free(*faces);
    *faces = NULL;
}

int vv__faces_find(vv_faces **out, vv__detector *detector, const vv__image *image, vv_error *err)
{
    *out = NULL;
    const vv__detection *detections;
    size_t count;
    const int rc = vv__detector_find(detector, image, &detections, &count, err);
    if (rc < 0) return rc;
    vv_faces *faces = vv__calloc(1, sizeof *faces);
    if (faces) faces->faces = vv__calloc(count, sizeof *faces->faces);
    if (!faces || !faces->faces) {
        vv__free(faces);
        return vv__fail_nomem(err, "faces");
    }
    faces->count = count;
    for (size_t i = 0; i < count; i++) {
        vv_face *face = &faces->faces[i];
        face->box = detections[i].box;
        face->score = detections[i].score;
        face->has_landmarks = detections[i].has_landmarks;
        memcpy(face->landmarks, detections[i].landmarks, sizeof face->landmarks);
        face->distance = face->confidence = NAN;
    }
    *out = faces;
    return 0;
}

int vv__faces_encode(vv_faces *faces, vv__encoder *encoder, const vv__encoder_model *model,
                     const vv__image *image, vv_error *err)
{
    if (!faces->count) return 0;
    const vv__card *card = vv__encoder_model_card(model);
    const size_t numbers = (size_t)card->dimension;
    vv__encode_face *places = vv__calloc(faces->count, sizeof *places);
    float *encodings = vv__calloc(faces->count, numbers * sizeof *encodings);
    int rc = places && encodings ? 0 : vv__fail_nomem(err, "encodings");
    if (rc == 0) {
        for (size_t i = 0; i < faces->count; i++) {
            const vv_face *face = &faces->faces[i];
            places[i] = (vv__encode_face){face->box, face->has_landmarks ? face->landmarks : NULL};
        }
        rc = vv__encoder_run(encoder, image, places, faces->count, encodings, err);
    }
    vv__free(places);
    if (rc < 0) {
        vv__free(encodings);
        return rc;
    }
    vv__free(faces->encodings);
    vv__encoder_model_close(&faces->model);
    faces->encodings = encodings;
    faces->model = vv__encoder_model_ref(model);
    for (size_t i = 0; i < faces->count; i++) {
        faces->faces[i].encoding = encodings + i * numbers;
        faces->faces[i].encoding_length = card->dimension;
    }
    return 0;
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
    if (what & VV_DRAW_SCORE)
        vv__text_format(label, "%s%.3f", label->length ? "  " : "", (double)face->score);
}

int vv__faces_draw(vv__drawer *drawer, vv__image *target, const vv_faces *faces, unsigned what,
                   vv_error *err)
{
    if (!what) what = VV_DRAW_DEFAULT;
    vv__mark *marks = vv__calloc(faces->count, sizeof *marks);
    vv__text *labels = vv__calloc(faces->count, sizeof *labels);
    int rc = marks && labels ? 0 : vv__fail_nomem(err, "labels");
    for (size_t i = 0; i < faces->count && rc == 0; i++) {
        const vv_face *face = &faces->faces[i];
        write_label(&labels[i], faces, face, what);
        marks[i] = (vv__mark){
            .box = face->box,
            .draw_box = what & VV_DRAW_BOX,
            .color = vv__person_color(face->person),
            .label = labels[i].length ? labels[i].bytes : NULL,
            .points = face->landmarks,
            .point_count = what & VV_DRAW_LANDMARKS && face->has_landmarks ? VV_LANDMARK_COUNT : 0,
        };
    }
    if (rc == 0) rc = vv__draw_marks(drawer, target, marks, faces->count, err);
    for (size_t i = 0; labels && i < faces->count; i++) vv__text_free(&labels[i]);
    vv__free(labels);
    vv__free(marks);
    return rc;
}
