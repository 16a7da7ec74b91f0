/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "compare.h"

#include <math.h>
#include <stdio.h>

#include "json_out.h"
#include "message.h"

const char *vv__cli_detector_name(vv_detector detector)
{
    return detector == VV_DETECTOR_HAAR ? "haar" : "mtcnn";
}

char *vv__cli_compare_counts(const vv_faces *faces)
{
    size_t counts[2] = {0};
    for (size_t i = 0; i < vv_faces_count(faces); i++)
        counts[vv_faces_get(faces, i)->detector == VV_DETECTOR_HAAR]++;
    return vv__cli_format("%zu face%s by MTCNN, %zu by Haar", counts[0], counts[0] == 1 ? "" : "s",
                          counts[1]);
}

vv_comparison *vv__cli_compare_new(const vv__cli_settings *settings)
{
    vv_error err;
    vv_comparison *comparison;
    if (vv_comparison_new(&comparison, settings->truth, settings->min_face, &err) < 0)
        vv__cli_error("%s", err.message);
    return comparison;
}

static double share(size_t part, size_t all)
{
    return all ? (double)part / (double)all : NAN;
}

/* "68.8 %", "-" */
static void write_share(char *out, size_t size, double value)
{
    if (isfinite(value))
        snprintf(out, size, "%.1f %%", 100 * value);
    else
        snprintf(out, size, "-");
}

static void say_row(const char *name, const vv_detector_summary *s, bool against_truth)
{
    char shared[16], recall[16], precision[16], average[16], time[16] = "-";
    write_share(shared, sizeof shared, share(s->shared, s->faces));
    if (s->pictures)
        snprintf(time, sizeof time, "%.1f ms", 1000 * s->seconds / (double)s->pictures);
    if (!against_truth) {
        vv__cli_say("  %-8s %7zu %9zu %8s %12s", name, s->faces, s->shared, shared, time);
        return;
    }
    write_share(recall, sizeof recall, s->recall);
    write_share(precision, sizeof precision, s->precision);
    write_share(average, sizeof average, s->average_precision);
    vv__cli_say("  %-8s %7zu %9zu %8s %12s %8zu %8s %7zu %9s %9s", name, s->faces, s->shared,
                shared, time, s->found, recall, s->false_alarms, precision, average);
}

static void say_table(const vv_comparison_summary *s, const char *source, int min_face)
{
    const char *what = source ? "frame" : "photo";
    const bool against_truth = s->true_pictures > 0;
    char overlap[16], column[32];
    vv__cli_say("%s%s%zu %s%s by both detectors, faces of %d pixels or more", source ? source : "",
                source ? ": " : "", s->pictures, what, s->pictures == 1 ? "" : "s",
                min_face ? min_face : 40);
    snprintf(column, sizeof column, "time a %s", what);
    vv__cli_say("  %-8s %7s %18s %12s%s", "", "faces", "the other's too", column,
                against_truth ? "     true   recall   false precision   average" : "");
    say_row("MTCNN", &s->mtcnn, against_truth);
    say_row("Haar", &s->haar, against_truth);
    write_share(overlap, sizeof overlap, s->median_overlap);
    vv__cli_say(
        "  Two boxes are of one face where half or more of what they cover is common to both");
    vv__cli_say("  (%s here, as a median). MTCNN's boxes follow the face, Haar's are squares.",
                overlap);
    if (against_truth)
        vv__cli_say("  The truth is known of %zu %s%s: %zu faces that count, %zu that do not.",
                    s->true_pictures, what, s->true_pictures == 1 ? "" : "s", s->true_faces,
                    s->ignored);
}

static json_t *one_side(const vv_detector_summary *s, bool against_truth)
{
    json_t *object = json_pack(
        "{s:I, s:I, s:o, s:o}", "faces", (json_int_t)s->faces, "shared", (json_int_t)s->shared,
        "seconds", vv__cli_json_number(s->seconds, 6), "milliseconds_each",
        vv__cli_json_number(s->pictures ? 1000 * s->seconds / (double)s->pictures : NAN, 3));
    if (!against_truth) return object;
    json_object_set_new(object, "found", json_integer((json_int_t)s->found));
    json_object_set_new(object, "false_alarms", json_integer((json_int_t)s->false_alarms));
    json_object_set_new(object, "recall", vv__cli_json_number(s->recall, 6));
    json_object_set_new(object, "precision", vv__cli_json_number(s->precision, 6));
    json_object_set_new(object, "average_precision", vv__cli_json_number(s->average_precision, 6));
    return object;
}

static void print_totals(const vv_comparison_summary *s, const char *source)
{
    const bool against_truth = s->true_pictures > 0;
    json_t *totals = json_pack("{s:I, s:o, s:o}", "pictures", (json_int_t)s->pictures, "overlap",
                               vv__cli_json_number(s->overlap, 3), "median_overlap",
                               vv__cli_json_number(s->median_overlap, 3));
    json_object_set_new(totals, "true_pictures", json_integer((json_int_t)s->true_pictures));
    if (against_truth) {
        json_object_set_new(totals, "true_faces", json_integer((json_int_t)s->true_faces));
        json_object_set_new(totals, "ignored", json_integer((json_int_t)s->ignored));
    }
    json_object_set_new(totals, "mtcnn", one_side(&s->mtcnn, against_truth));
    json_object_set_new(totals, "haar", one_side(&s->haar, against_truth));
    vv__cli_json_print(
        json_pack("{s:o, s:o}", "source", vv__cli_json_text(source), "totals", totals));
}

void vv__cli_compare_say(const vv_comparison *comparison, const vv__cli_settings *settings,
                         const char *source)
{
    vv_error err;
    vv_comparison_summary summary = VV_COMPARISON_SUMMARY_INIT;
    if (vv_comparison_result(comparison, &summary, &err) < 0) {
        vv__cli_error("%s", err.message);
        return;
    }
    if (!summary.pictures) return;
    if (settings->truth && !summary.true_pictures)
        vv__cli_warning("%s: not one of these %s is in it; they are looked up by the end of their "
                        "paths",
                        settings->truth, source ? "frames" : "photos");
    if (settings->json)
        print_totals(&summary, source);
    else
        say_table(&summary, source, settings->min_face);
}
