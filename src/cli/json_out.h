/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Results as JSON, one object a line. Strings are always valid UTF-8, numbers always finite: what
 * is not known is null. */

#ifndef VV_CLI_JSON_OUT_H
#define VV_CLI_JSON_OUT_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "visavis.h"

/* Bytes as a string, NULL as null. */
json_t *vv__cli_json_text(const char *bytes);
/* Rounded to so many places. */
json_t *vv__cli_json_number(double value, int places);
/* Print an object as a line, and free it. */
void vv__cli_json_print(json_t *object);

/* What is told of a face beside where it is. */
enum {
    VV__CLI_JSON_PERSON = 1,
    VV__CLI_JSON_ENCODING = 2,
    VV__CLI_JSON_TRACK = 4,
    VV__CLI_JSON_EXPLAIN = 8,
    VV__CLI_JSON_DETECTOR = 16,
};

void vv__cli_json_photo(const char *source, int width, int height, const vv_faces *faces,
                        unsigned fields);
void vv__cli_json_frame(const char *source, const vv_frame_info *info, unsigned fields);
void vv__cli_json_live(const char *source, const vv_live_frame *frame, unsigned fields);
void vv__cli_json_error(const char *source, const char *message);

typedef struct vv__cli_verdict {
    bool verified;
    float distance, threshold, confidence;
    const char *model;
    const vv_face *faces[2];
} vv__cli_verdict;
void vv__cli_json_verdict(const vv__cli_verdict *verdict);

/* complete: with all that `model info` tells. */
void vv__cli_json_model(const vv_model_info *info, bool complete);
void vv__cli_json_person(const char *person, size_t photos);

/* The statistics of one video as a line of text; free() it. */
char *vv__cli_json_stats(const char *source, const vv_video_result *result);

#endif
