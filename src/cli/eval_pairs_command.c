/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include <math.h>
#include <stdio.h>

#include "commands.h"
#include "eval_report.h"
#include "message.h"
#include "progress.h"

static void say_rate(const vv_pair_rate *rate, const vv_pair_summary *s)
{
    char wanted[32];
    snprintf(wanted, sizeof wanted, "%g", rate->far);
    const bool is_supported = rate->far * (double)s->different >= 1;
    vv__cli_say("  at FAR %-7s %8s found (%zu of %zu), threshold %.3f; %zu of %zu accepted%s",
                wanted, vv__cli_percent(rate->tar), rate->true_accepts, s->same, rate->threshold,
                rate->false_accepts, s->different,
                is_supported ? "" : ", too few pairs to tell so small a rate");
}

static void say(const vv_pair_report *report, bool skipped)
{
    const vv_pair_summary *s = vv_pair_report_summary(report);
    const char *folds = s->folds > 1 ? "" : " on the very pairs it was chosen for";
    if (s->folds > 1)
        vv__cli_say("%s: %.2f +- %.2f %% right (%d folds), threshold %.3f", s->model,
                    100 * s->accuracy, 100 * s->accuracy_deviation, s->folds, s->threshold);
    else
        vv__cli_say("%s: %s right%s, threshold %.3f", s->model, vv__cli_percent(s->accuracy), folds,
                    s->threshold);
    vv__cli_say("%zu pairs, %zu photos: %zu of the same person, %zu of different ones%s", s->pairs,
                s->photos, s->same, s->different, skipped ? ", those left out not counted" : "");
    if (s->failed)
        vv__cli_say("%zu pairs could not be compared, for want of %zu photos, and %s", s->failed,
                    s->failed_photos, skipped ? "are left out" : "count as wrong");
    for (size_t i = 0; i < s->rate_count; i++) say_rate(vv_pair_report_rate(report, i), s);
    vv__cli_say("AUC %.5f, equal error rate %s", s->auc, vv__cli_percent(s->equal_error_rate));
    vv__cli_say("at the threshold %.3f: %s right, %s found, %zu of %zu accepted falsely (FAR %.5f)",
                s->fixed_threshold, vv__cli_percent(s->fixed_accuracy),
                vv__cli_percent(s->fixed_tar), s->fixed_false_accepts, s->different, s->fixed_far);
}

static json_t *rates(const vv_pair_report *report, json_t *object)
{
    const vv_pair_summary *s = vv_pair_report_summary(report);
    json_t *list = json_array();
    for (size_t i = 0; i < s->rate_count; i++) {
        const vv_pair_rate *rate = vv_pair_report_rate(report, i);
        char name[64];
        snprintf(name, sizeof name, "tar_at_far_%g", rate->far);
        json_object_set_new(object, name, vv__cli_json_number(rate->tar, 6));
        json_array_append_new(
            list,
            json_pack("{s:o, s:o, s:o, s:I, s:I, s:I, s:I}", "far", json_real(rate->far), "tar",
                      vv__cli_json_number(rate->tar, 6), "threshold",
                      vv__cli_json_number(rate->threshold, 6), "true_accepts",
                      (json_int_t)rate->true_accepts, "same", (json_int_t)s->same, "false_accepts",
                      (json_int_t)rate->false_accepts, "different", (json_int_t)s->different));
    }
    return list;
}

static json_t *failures(const vv_pair_report *report)
{
    const size_t count = vv_pair_report_summary(report)->pairs;
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) {
        vv_scored_pair pair = VV_SCORED_PAIR_INIT;
        if (vv_pair_report_pair(report, i, &pair, NULL) < 0 || !isnan(pair.distance)) continue;
        json_array_append_new(
            list, json_pack("{s:I, s:o, s:o, s:b, s:o, s:o}", "line", (json_int_t)pair.line, "a",
                            vv__cli_json_text(pair.a), "b", vv__cli_json_text(pair.b), "same",
                            (int)pair.same, "photo", vv__cli_json_text(pair.failed_photo), "error",
                            vv__cli_json_text(pair.why)));
    }
    return list;
}

static void print(const vv_pair_report *report, bool skipped)
{
    const vv_pair_summary *s = vv_pair_report_summary(report);
    json_t *object = json_pack(
        "{s:I, s:I, s:I, s:I, s:i, s:o, s:o, s:o, s:o, s:o}", "pairs", (json_int_t)s->pairs, "same",
        (json_int_t)s->same, "different", (json_int_t)s->different, "photos", (json_int_t)s->photos,
        "folds", s->folds, "accuracy", vv__cli_json_number(s->accuracy, 6), "accuracy_std",
        vv__cli_json_number(s->accuracy_deviation, 6), "threshold",
        vv__cli_json_number(s->threshold, 6), "auc", vv__cli_json_number(s->auc, 8), "eer",
        vv__cli_json_number(s->equal_error_rate, 6));
    json_t *list = rates(report, object);
    json_object_set_new(object, "rates", list);
    json_object_set_new(object, "at_threshold",
                        json_pack("{s:o, s:o, s:o, s:o, s:I}", "threshold",
                                  vv__cli_json_number(s->fixed_threshold, 6), "accuracy",
                                  vv__cli_json_number(s->fixed_accuracy, 6), "tar",
                                  vv__cli_json_number(s->fixed_tar, 6), "far",
                                  vv__cli_json_number(s->fixed_far, 6), "false_accepts",
                                  (json_int_t)s->fixed_false_accepts));
    json_object_set_new(object, "model", vv__cli_json_text(s->model));
    json_object_set_new(object, "missing", json_string(skipped ? "skip" : "wrong"));
    json_object_set_new(object, "failed", json_integer((json_int_t)s->failed));
    json_object_set_new(object, "failed_photos", json_integer((json_int_t)s->failed_photos));
    json_object_set_new(object, "failures", failures(report));
    vv__cli_json_print(object);
}

int vv__cli_eval_pairs(const vv__cli_settings *settings)
{
    vv__cli_eval eval;
    vv_pair_report *report = NULL;
    vv_error err;
    int status = VV__CLI_FAILED;
    if (!vv__cli_eval_begin(&eval, settings)) goto done;
    vv__cli_eval_progress(&eval, settings->arguments[0]);
    if (vv_eval_pairs(eval.ctx, settings->arguments[0], &eval.options, &report, &err) < 0) {
        vv__cli_error("%s", err.message);
        goto done;
    }
    vv__cli_progress_end();
    if (settings->plot && vv_pair_report_plot(report, settings->plot, &err) < 0) {
        vv__cli_error("%s", err.message);
        goto done;
    }
    if (settings->json)
        print(report, eval.options.skip_missing);
    else
        say(report, eval.options.skip_missing);
    status = VV__CLI_DONE;
done:
    vv_pair_report_free(&report);
    vv__cli_eval_end(&eval);
    return status;
}
