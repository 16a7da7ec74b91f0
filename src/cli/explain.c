/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "explain.h"

#include <math.h>
#include <stdlib.h>

#include "json_out.h"
#include "message.h"

static const char *const verdict_names[] = {
    [VV_VERDICT_NOT_ASKED] = "not_asked", [VV_VERDICT_NAMED] = "named",
    [VV_VERDICT_TOO_FAR] = "too_far",     [VV_VERDICT_AMBIGUOUS] = "ambiguous",
    [VV_VERDICT_POOR] = "poor",           [VV_VERDICT_ELSEWHERE] = "elsewhere",
    [VV_VERDICT_FEW_VIEWS] = "few_views",
};

static const vv_candidate *candidate(const vv_face *face, int i)
{
    return i < face->candidate_count ? &face->candidates[i] : NULL;
}

/* "nearest is Ross at 0.712 (Ross/2.jpg), then Joey, 0.519 farther" */
static char *nearest_words(const vv_face *face)
{
    const vv_candidate *first = candidate(face, 0), *second = candidate(face, 1);
    if (!first) return vv__cli_format("compared with nobody");
    char *photo = face->nearest_photo ? vv__cli_format(" (%s)", face->nearest_photo)
                                      : vv__cli_format("%s", "");
    char *words = second ? vv__cli_format("nearest is %s at %.3f%s, then %s, %.3f farther",
                                          first->person, (double)first->distance, photo,
                                          second->person, (double)face->margin)
                         : vv__cli_format("nearest is %s at %.3f%s", first->person,
                                          (double)first->distance, photo);
    free(photo);
    return words;
}

void vv__cli_explain(const vv_faces *faces)
{
    for (size_t i = 0; i < vv_faces_count(faces); i++) {
        const vv_face *face = vv_faces_get(faces, i);
        char *words = nearest_words(face);
        char *quality = isfinite(face->quality)
                            ? vv__cli_format("; quality %.2f", (double)face->quality)
                            : vv__cli_format("%s", "");
        vv__cli_say("  %s, at %.0f,%.0f: %s; %s%s", face->person ? face->person : "unknown",
                    (double)face->box.x, (double)face->box.y, vv_verdict_text(face->verdict), words,
                    quality);
        free(quality);
        free(words);
    }
}

json_t *vv__cli_explain_json(const vv_face *face)
{
    const vv_candidate *first = candidate(face, 0), *second = candidate(face, 1);
    json_t *object = json_object();
    json_object_set_new(object, "verdict", json_string(verdict_names[face->verdict]));
    json_object_set_new(object, "because", json_string(vv_verdict_text(face->verdict)));
    json_object_set_new(object, "nearest", vv__cli_json_text(first ? first->person : NULL));
    json_object_set_new(object, "nearest_photo", vv__cli_json_text(face->nearest_photo));
    json_object_set_new(object, "runner_up", vv__cli_json_text(second ? second->person : NULL));
    json_object_set_new(object, "margin", vv__cli_json_number(face->margin, 4));
    return object;
}
