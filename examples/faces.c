/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Find the faces in a photo.   cc faces.c $(pkg-config --cflags --libs visavis) -o faces */

#include <stdio.h>

#include <visavis.h>

int main(int argc, char **argv)
{
    vv_error err = {.message = "usage: faces PHOTO"};
    vv_context *ctx = NULL;
    vv_image *photo = NULL;
    vv_faces *faces = NULL;
    int rc = argc == 2 ? vv_context_open(&ctx, NULL, &err) : VV_ERR_INVALID;
    if (rc >= 0) rc = vv_image_load(&photo, argv[1], NULL, &err);
    if (rc >= 0) rc = vv_detect(ctx, photo, NULL, &faces, &err);
    if (rc < 0) fprintf(stderr, "faces: %s\n", err.message);
    for (size_t i = 0; i < vv_faces_count(faces); i++) {
        const vv_face *face = vv_faces_get(faces, i);
        printf("%.0fx%.0f at %.0f,%.0f, score %.3f\n", face->box.width, face->box.height,
               face->box.x, face->box.y, face->score);
    }
    vv_faces_free(&faces);
    vv_image_free(&photo);
    vv_context_close(&ctx);
    return rc < 0 ? 1 : 0;
}
