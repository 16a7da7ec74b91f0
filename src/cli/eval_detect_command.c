/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include <stdio.h>

#include "commands.h"
#include "eval_report.h"
#include "message.h"
#include "progress.h"

static void say(const vv_detect_report *report)
{
    const vv_detect_summary *s = vv_detect_report_summary(report);
    vv__cli_say("%zu photos, %zu faces that count (%zu that do not)", s->photos, s->faces,
                s->ignored);
    vv__cli_say("average precision %s, recall %s, precision %s (%zu found, %zu false alarms)",
                vv__cli_percent(s->average_precision), vv__cli_percent(s->recall),
                vv__cli_percent(s->precision), s->found, s->false_alarms);
    for (size_t i = 0; i < s->size_count; i++) {
        const vv_detect_size *size = vv_detect_report_size(report, i);
        char range[64];
        if (size->max_height > 0)
            snprintf(range, sizeof range, "%g to %g pixels", size->min_height, size->max_height);
        else
            snprintf(range, sizeof range, "%g pixels or more", size->min_height);
        vv__cli_say("  %-18s %6zu faces, average precision %8s, recall %8s, precision %8s", range,
                    size->faces, vv__cli_percent(size->average_precision),
                    vv__cli_percent(size->recall), vv__cli_percent(size->precision));
    }
    if (s->failed_photos)
        vv__cli_say("%zu photos could not be read; their faces count as missed", s->failed_photos);
}

static json_t *sizes(const vv_detect_report *report)
{
    json_t *list = json_array();
    for (size_t i = 0; i < vv_detect_report_summary(report)->size_count; i++) {
        const vv_detect_size *size = vv_detect_report_size(report, i);
        json_array_append_new(
            list,
            json_pack("{s:o, s:o, s:I, s:o, s:o, s:o}", "min_height",
                      vv__cli_json_number(size->min_height, 2), "max_height",
                      size->max_height > 0 ? vv__cli_json_number(size->max_height, 2) : json_null(),
                      "faces", (json_int_t)size->faces, "average_precision",
                      vv__cli_json_number(size->average_precision, 6), "recall",
                      vv__cli_json_number(size->recall, 6), "precision",
                      vv__cli_json_number(size->precision, 6)));
    }
    return list;
}

static json_t *failures(const vv_detect_report *report)
{
    json_t *list = json_array();
    const char *why, *photo;
    for (size_t i = 0; (photo = vv_detect_report_failure(report, i, &why)); i++)
        json_array_append_new(list, json_pack("{s:o, s:o}", "source", vv__cli_json_text(photo),
                                              "error", vv__cli_json_text(why)));
    return list;
}

static void print(const vv_detect_report *report)
{
    const vv_detect_summary *s = vv_detect_report_summary(report);
    json_t *object = json_pack(
        "{s:I, s:I, s:I, s:I, s:I, s:o, s:o, s:o}", "photos", (json_int_t)s->photos, "faces",
        (json_int_t)s->faces, "ignored", (json_int_t)s->ignored, "found", (json_int_t)s->found,
        "false_alarms", (json_int_t)s->false_alarms, "average_precision",
        vv__cli_json_number(s->average_precision, 6), "recall", vv__cli_json_number(s->recall, 6),
        "precision", vv__cli_json_number(s->precision, 6));
    json_object_set_new(object, "sizes", sizes(report));
    json_object_set_new(object, "failed", json_integer((json_int_t)s->failed_photos));
    json_object_set_new(object, "failures", failures(report));
    vv__cli_json_print(object);
}

int vv__cli_eval_detect(const vv__cli_settings *settings)
{
    vv__cli_eval eval;
    vv_detect_report *report = NULL;
    vv_error err;
    int status = VV__CLI_FAILED;
    if (!vv__cli_eval_begin(&eval, settings)) goto done;
    vv__cli_eval_progress(&eval, settings->arguments[0]);
    if (vv_eval_detect(eval.ctx, settings->arguments[0], &eval.options, &report, &err) < 0) {
        vv__cli_error("%s", err.message);
        goto done;
    }
    vv__cli_progress_end();
    if (settings->plot && vv_detect_report_plot(report, settings->plot, &err) < 0) {
        vv__cli_error("%s", err.message);
        goto done;
    }
    if (settings->json)
        print(report);
    else
        say(report);
    status = VV__CLI_DONE;
done:
    vv_detect_report_free(&report);
    vv__cli_eval_end(&eval);
    return status;
}
