/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include <math.h>
#include <sys/stat.h>

#include "commands.h"
#include "eval_report.h"
#include "message.h"
#include "outputs.h"
#include "progress.h"
#include "session.h"

static const char *outcome_name(vv_naming outcome)
{
    static const char *const names[] = {[VV_NAMING_RIGHT] = "right",
                                        [VV_NAMING_WRONG] = "wrong",
                                        [VV_NAMING_MISSED] = "missed",
                                        [VV_NAMING_STRANGER] = "stranger",
                                        [VV_NAMING_STRANGER_NAMED] = "stranger named"};
    return names[outcome];
}

static void say(const vv_identify_report *report)
{
    const vv_identify_summary *s = vv_identify_report_summary(report);
    vv__cli_say("%zu photos of %zu people, %zu of them in the gallery; threshold %.3f", s->photos,
                s->people, s->people_known, s->threshold);
    if (s->known)
        vv__cli_say(
            "known: %zu of %zu named rightly, %zu wrongly, %zu missed; nearest person right "
            "in %s",
            s->right, s->known, s->wrong, s->missed, vv__cli_percent(s->rank1));
    if (s->strangers) vv__cli_say("strangers: %zu of %zu named", s->strangers_named, s->strangers);
    if (s->failed) vv__cli_say("no face could be compared in %zu photos", s->failed);
    for (size_t i = 0; i < s->confusion_count; i++) {
        const vv_confusion *c = vv_identify_report_confusion(report, i);
        vv__cli_say("  %s%s was taken for %s in %zu photo%s", c->truth,
                    c->is_stranger ? " (stranger)" : "", c->said, c->count,
                    c->count == 1 ? "" : "s");
    }
}

static json_t *confusions(const vv_identify_report *report)
{
    json_t *list = json_array();
    const vv_confusion *c;
    for (size_t i = 0; (c = vv_identify_report_confusion(report, i)); i++)
        json_array_append_new(list, json_pack("{s:o, s:o, s:b, s:I}", "truth",
                                              vv__cli_json_text(c->truth), "said",
                                              vv__cli_json_text(c->said), "stranger",
                                              (int)c->is_stranger, "count", (json_int_t)c->count));
    return list;
}

static void add_photo(const vv_named_photo *photo, json_t *mistakes, json_t *failures)
{
    if (photo->why)
        json_array_append_new(failures,
                              json_pack("{s:o, s:o}", "source", vv__cli_json_text(photo->photo),
                                        "error", vv__cli_json_text(photo->why)));
    if (photo->outcome == VV_NAMING_RIGHT || photo->outcome == VV_NAMING_STRANGER) return;
    json_array_append_new(
        mistakes,
        json_pack("{s:o, s:o, s:o, s:o, s:o, s:s, s:o}", "source", vv__cli_json_text(photo->photo),
                  "truth", vv__cli_json_text(photo->truth), "said", vv__cli_json_text(photo->said),
                  "nearest", vv__cli_json_text(photo->nearest), "distance",
                  vv__cli_json_number((double)photo->distance, 4), "outcome",
                  outcome_name(photo->outcome), "reason", vv__cli_json_text(photo->reason)));
}

static void print(const vv_identify_report *report)
{
    const vv_identify_summary *s = vv_identify_report_summary(report);
    json_t *mistakes = json_array(), *failures = json_array();
    for (size_t i = 0; i < s->photos; i++) {
        vv_named_photo photo = VV_NAMED_PHOTO_INIT;
        if (vv_identify_report_photo(report, i, &photo, NULL) >= 0)
            add_photo(&photo, mistakes, failures);
    }
    json_t *object =
        json_pack("{s:I, s:I, s:I, s:I, s:I, s:o, s:I, s:I, s:I, s:I}", "photos",
                  (json_int_t)s->photos, "people", (json_int_t)s->people, "people_known",
                  (json_int_t)s->people_known, "known", (json_int_t)s->known, "strangers",
                  (json_int_t)s->strangers, "rank1", vv__cli_json_number(s->rank1, 6), "right",
                  (json_int_t)s->right, "wrong", (json_int_t)s->wrong, "missed",
                  (json_int_t)s->missed, "strangers_named", (json_int_t)s->strangers_named);
    json_object_set_new(object, "threshold", vv__cli_json_number(s->threshold, 6));
    json_object_set_new(object, "in_gallery", json_integer((json_int_t)s->in_gallery));
    json_object_set_new(object, "confusions", confusions(report));
    json_object_set_new(object, "mistakes", mistakes);
    json_object_set_new(object, "failed", json_integer((json_int_t)s->failed));
    json_object_set_new(object, "failures", failures);
    vv__cli_json_print(object);
}

static bool check_report(const char *folder)
{
    struct stat info;
    if (!folder) return true;
    if (stat(folder, &info) != 0) return vv__cli_can_write(folder);
    if (S_ISDIR(info.st_mode)) return true;
    vv__cli_error("--report %s: is not a folder", folder);
    return false;
}

static bool write_page(const vv_identify_report *report, vv_context *ctx, const char *folder)
{
    vv_error err;
    if (!folder) return true;
    if (vv_identify_report_page(report, ctx, folder, &err) < 0) {
        vv__cli_error("%s", err.message);
        return false;
    }
    vv__cli_note("%s/index.html shows the mistakes", folder);
    return true;
}

int vv__cli_eval_identify(const vv__cli_settings *settings)
{
    vv__cli_eval eval = {0};
    vv_gallery *gallery = NULL;
    vv_identify_report *report = NULL;
    vv_identify_options identify;
    vv_error err;
    int status = VV__CLI_FAILED;
    if (!settings->people) {
        vv__cli_error("eval identify: which people is missing; give --people GALLERY");
        return VV__CLI_FAILED;
    }
    if (!vv__cli_identify_options(&identify, settings) || !check_report(settings->report) ||
        !vv__cli_eval_begin(&eval, settings) || !vv__cli_gallery_open(&gallery, eval.ctx, settings))
        goto done;
    vv__cli_eval_progress(&eval, settings->arguments[0]);
    if (vv_eval_identify(eval.ctx, gallery, settings->arguments[0], &identify, &eval.options,
                         &report, &err) < 0) {
        vv__cli_error("%s", err.message);
        goto done;
    }
    vv__cli_progress_end();
    const size_t seen = vv_identify_report_summary(report)->in_gallery;
    if (seen)
        vv__cli_warning("%zu of the photos are in the gallery, too, and so tell nothing", seen);
    if (!write_page(report, eval.ctx, settings->report)) goto done;
    if (settings->json)
        print(report);
    else
        say(report);
    status = VV__CLI_DONE;
done:
    vv_identify_report_free(&report);
    vv_gallery_close(&gallery);
    vv__cli_eval_end(&eval);
    return status;
}
