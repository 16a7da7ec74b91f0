/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "json_out.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "compare.h"
#include "explain.h"
#include "message.h"

/* Fifteen digits are the most that a double gives back unchanged, so a number rounded to a few
 * places is printed with those few. */
enum { DUMP = JSON_COMPACT | JSON_REAL_PRECISION(15) };

/* Length of the UTF-8 character at p, or 0 where there is none. */
static size_t utf8_length(const unsigned char *p)
{
    if (p[0] < 0x80) return 1;
    const size_t length = p[0] >= 0xf0 ? 4 : p[0] >= 0xe0 ? 3 : 2;
    if (p[0] < 0xc2 || p[0] > 0xf4) return 0;
    for (size_t i = 1; i < length; i++)
        if ((p[i] & 0xc0) != 0x80) return 0;
    /* Too long a form, a surrogate, beyond the last character. */
    if ((p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] > 0x9f) ||
        (p[0] == 0xf0 && p[1] < 0x90) || (p[0] == 0xf4 && p[1] > 0x8f))
        return 0;
    return length;
}

/* File names are bytes; what is not UTF-8 in them is shown as the replacement character. */
static json_t *text(const char *bytes)
{
    if (!bytes) return json_null();
    json_t *string = json_string(bytes);
    if (string) return string;
    char *valid = vv__cli_alloc(strlen(bytes) + 1, 3), *to = valid;
    for (const unsigned char *p = (const unsigned char *)bytes; *p;) {
        const size_t length = utf8_length(p);
        memcpy(to, length ? (const char *)p : "\xef\xbf\xbd", length ? length : 3);
        to += length ? length : 3;
        p += length ? length : 1;
    }
    *to = '\0';
    string = json_string(valid);
    free(valid);
    return string;
}

static json_t *number(double value, int places)
{
    if (!isfinite(value)) return json_null();
    const double scale = pow(10, places);
    const double rounded = round(value * scale) / scale;
    /* No "-0.0". */
    return json_real(rounded == 0 ? 0 : rounded);
}

static json_t *point(vv_point p)
{
    return json_pack("[o, o]", number(p.x, 2), number(p.y, 2));
}

static void print(json_t *object)
{
    char *line = json_dumps(object, DUMP);
    json_decref(object);
    if (!line) {
        vv__cli_error("out of memory");
        exit(2);
    }
    vv__cli_put_line(line);
    free(line);
}

static void set_landmarks(json_t *object, const vv_face *face)
{
    static const char *const names[VV_LANDMARK_COUNT] = {
        [VV_LANDMARK_LEFT_EYE] = "left_eye",
        [VV_LANDMARK_RIGHT_EYE] = "right_eye",
        [VV_LANDMARK_NOSE] = "nose",
        [VV_LANDMARK_MOUTH_LEFT] = "mouth_left",
        [VV_LANDMARK_MOUTH_RIGHT] = "mouth_right",
    };
    if (!face->has_landmarks) return;
    json_t *landmarks = json_object();
    for (int i = 0; i < VV_LANDMARK_COUNT; i++)
        json_object_set_new(landmarks, names[i], point(face->landmarks[i]));
    json_object_set_new(object, "landmarks", landmarks);
}

static void set_person(json_t *object, const vv_face *face)
{
    json_object_set_new(object, "person", text(face->person));
    json_object_set_new(object, "distance", number(face->distance, 4));
    json_object_set_new(object, "confidence", number(face->confidence, 4));
}

static void set_candidates(json_t *object, const vv_face *face)
{
    json_t *candidates = json_array();
    for (int i = 0; i < face->candidate_count; i++) {
        const vv_candidate *candidate = &face->candidates[i];
        json_array_append_new(candidates, json_pack("{s:o, s:o}", "person", text(candidate->person),
                                                    "distance", number(candidate->distance, 4)));
    }
    json_object_set_new(object, "candidates", candidates);
}

static void set_encoding(json_t *object, const vv_face *face)
{
    json_t *numbers = json_array();
    for (int i = 0; face->encoding && i < face->encoding_length; i++)
        json_array_append_new(numbers, number(face->encoding[i], 8));
    json_object_set_new(object, "encoding", numbers);
}

static json_t *face_object(const vv_face *face, unsigned fields)
{
    const vv_box *box = &face->box;
    json_t *object = json_object();
    json_object_set_new(object, "box",
                        json_pack("{s:o, s:o, s:o, s:o}", "x", number(box->x, 2), "y",
                                  number(box->y, 2), "width", number(box->width, 2), "height",
                                  number(box->height, 2)));
    json_object_set_new(object, "score", number(face->score, 4));
    if (fields & VV__CLI_JSON_DETECTOR)
        json_object_set_new(object, "detector", text(vv__cli_detector_name(face->detector)));
    set_landmarks(object, face);
    if (fields & VV__CLI_JSON_PERSON) set_person(object, face);
    if (fields & VV__CLI_JSON_TRACK)
        json_object_set_new(object, "track",
                            face->track > 0 ? json_integer(face->track) : json_null());
    if (fields & VV__CLI_JSON_PERSON) set_candidates(object, face);
    if (fields & (VV__CLI_JSON_PERSON | VV__CLI_JSON_ENCODING))
        json_object_set_new(object, "quality", number(face->quality, 3));
    if (fields & VV__CLI_JSON_EXPLAIN)
        json_object_set_new(object, "explain", vv__cli_explain_json(face));
    if (fields & VV__CLI_JSON_ENCODING) set_encoding(object, face);
    return object;
}

static void set_faces(json_t *object, const vv_faces *faces, unsigned fields)
{
    if (fields & VV__CLI_JSON_ENCODING) {
        json_object_set_new(object, "model", text(vv_faces_model(faces)));
        json_object_set_new(object, "model_id", text(vv_faces_model_id(faces)));
    }
    json_t *list = json_array();
    for (size_t i = 0; i < vv_faces_count(faces); i++)
        json_array_append_new(list, face_object(vv_faces_get(faces, i), fields));
    json_object_set_new(object, "faces", list);
}

static json_t *source_object(const char *source, int width, int height)
{
    return json_pack("{s:o, s:i, s:i}", "source", text(source), "width", width, "height", height);
}

void vv__cli_json_photo(const char *source, int width, int height, const vv_faces *faces,
                        unsigned fields)
{
    json_t *object = source_object(source, width, height);
    set_faces(object, faces, fields);
    print(object);
}

void vv__cli_json_frame(const char *source, const vv_frame_info *info, unsigned fields)
{
    json_t *object = source_object(source, info->width, info->height);
    json_object_set_new(object, "frame", json_integer(info->frame));
    json_object_set_new(object, "time", number(info->time, 6));
    set_faces(object, info->faces, fields | VV__CLI_JSON_TRACK);
    print(object);
}

void vv__cli_json_live(const char *source, const vv_live_frame *frame, unsigned fields)
{
    json_t *object =
        source_object(source, vv_image_width(frame->image), vv_image_height(frame->image));
    json_object_set_new(object, "frame", json_integer(frame->number));
    json_object_set_new(object, "time", number(frame->time, 6));
    json_object_set_new(object, "wall_time", number(frame->wall_time, 3));
    json_object_set_new(object, "delay", number(frame->delay, 4));
    json_object_set_new(object, "dropped", json_integer(frame->dropped));
    set_faces(object, frame->faces, fields | VV__CLI_JSON_TRACK);
    print(object);
}

void vv__cli_json_error(const char *source, const char *message)
{
    print(json_pack("{s:o, s:o}", "source", text(source), "error", text(message)));
}

void vv__cli_json_verdict(const vv__cli_verdict *verdict)
{
    print(json_pack("{s:b, s:o, s:o, s:o, s:o, s:[o, o]}", "verified", (int)verdict->verified,
                    "distance", number(verdict->distance, 4), "threshold",
                    number(verdict->threshold, 4), "confidence", number(verdict->confidence, 4),
                    "model", text(verdict->model), "faces", face_object(verdict->faces[0], 0),
                    face_object(verdict->faces[1], 0)));
}

static json_t *tensors(const vv_tensor_info *infos, size_t count)
{
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) {
        json_t *shape = json_array();
        for (int d = 0; d < infos[i].rank; d++) {
            const char *symbol = infos[i].shape_symbols ? infos[i].shape_symbols[d] : NULL;
            json_array_append_new(shape, infos[i].shape[d] >= 0 ? json_integer(infos[i].shape[d])
                                         : symbol               ? text(symbol)
                                                                : json_string("?"));
        }
        json_array_append_new(list,
                              json_pack("{s:o, s:o}", "name", text(infos[i].name), "shape", shape));
    }
    return list;
}

void vv__cli_json_model(const vv_model_info *info, bool complete)
{
    json_t *object = json_pack("{s:o, s:o, s:o, s:o}", "name", text(info->name), "path",
                               text(info->path), "inputs", tensors(info->inputs, info->input_count),
                               "outputs", tensors(info->outputs, info->output_count));
    const bool encoder = info->dimension > 0;
    json_object_set_new(object, "dimension", encoder ? json_integer(info->dimension) : json_null());
    json_object_set_new(object, "threshold", encoder ? number(info->threshold, 4) : json_null());
    json_object_set_new(object, "licence", text(info->licence));
    json_object_set_new(object, "source", text(info->source));
    if (complete) {
        json_object_set_new(object, "task", text(info->task));
        json_object_set_new(object, "description", text(info->description));
        json_object_set_new(object, "training_data", text(info->training_data));
        json_object_set_new(object, "limits", text(info->limits));
        json_object_set_new(object, "parameters", json_integer(info->parameters));
        json_object_set_new(object, "bytes", json_integer(info->file_bytes));
    }
    print(object);
}

void vv__cli_json_person(const char *person, size_t photos)
{
    print(json_pack("{s:o, s:I}", "person", text(person), "photos", (json_int_t)photos));
}

/* The most that this process has had so far. */
static double peak_memory_mb(void)
{
    struct rusage usage;
    return getrusage(RUSAGE_SELF, &usage) == 0 ? (double)usage.ru_maxrss / 1024 : 0;
}

char *vv__cli_json_stats(const char *source, const vv_video_result *result)
{
    const vv_stage_seconds *s = &result->stages;
    const double fps = result->seconds > 0 ? (double)result->frames / result->seconds : 0;
    json_t *stages =
        json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "decode", number(s->decode, 4), "detect",
                  number(s->detect, 4), "encode", number(s->encode, 4), "identify",
                  number(s->identify, 4), "draw", number(s->draw, 4), "write", number(s->write, 4));
    json_t *object = json_pack(
        "{s:o, s:i, s:i, s:I, s:o, s:o, s:o, s:o, s:o}", "source", text(source), "width",
        result->width, "height", result->height, "frames", (json_int_t)result->frames, "duration",
        number(result->duration, 4), "seconds", number(result->seconds, 4), "fps", number(fps, 2),
        "peak_memory_mb", number(peak_memory_mb(), 1), "stages", stages);
    char *line = json_dumps(object, DUMP);
    json_decref(object);
    return line;
}

json_t *vv__cli_json_text(const char *bytes)
{
    return text(bytes);
}

json_t *vv__cli_json_number(double value, int places)
{
    return number(value, places);
}

void vv__cli_json_print(json_t *object)
{
    print(object);
}
