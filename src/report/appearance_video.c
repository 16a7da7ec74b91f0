/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* A video on the page: the player, a line of time for each person, a picture for each appearance.
 */

#include <math.h>
#include <string.h>

#include "base/file.h"
#include "report/appearance_report.h"
#include "report/markup.h"

/* Of a person's pictures, so many are shown before the rest has to be asked for. */
#define SHOWN_AT_ONCE 24

/* One person's appearances in a source. */
typedef struct stretch {
    const vv__appearance_report *report;
    const size_t *order;
    size_t count;
} stretch;

static const vv_appearance *at(const stretch *s, size_t i)
{
    return &s->report->list[s->order[i]];
}

static const vv_seen_person *person_of(const stretch *s)
{
    return &s->report->people[at(s, 0)->person];
}

/* The next person's appearances; false where there are none. */
static bool next_stretch(const vv__appearance_report *r, size_t source, stretch *s)
{
    const size_t *begin = r->by_source + r->begins[source];
    const size_t *end = begin + r->sources[source].faces;
    s->order = s->report ? s->order + s->count : begin;
    s->report = r;
    s->count = 0;
    while (s->order + s->count < end && at(s, s->count)->person == at(s, 0)->person) s->count++;
    return s->count > 0;
}

/* --- The player --- */

/* Those that no usual browser plays. Of others it depends, and the page finds out. */
static bool is_never_played(const char *path)
{
    static const char *const types[] = {"avi", "mpg", "mpeg", "mts", "m2ts", "ts",
                                        "vob", "wmv", "flv",  "asf", "rm",   NULL};
    return vv__path_has_extension(path, types);
}

static void notice(vv__text *t, const char *path, const char *why)
{
    vv__text_add(t, "<p class=\"notice unplayable\">");
    vv__text_add(t, why);
    if (path) {
        vv__text_add(t, " <a href=\"");
        vv__markup_add_address(t, path);
        vv__text_add(t, "\">");
        vv__markup_add(t, vv__path_base(path));
        vv__text_add(t, "</a> can be opened in a video player.");
    }
    vv__text_add(t, "</p>\n");
}

/* Browsers play some dozens of videos at a time and no more: all but the first are opened when they
 * are asked for, and their places are kept. */
static void video(vv__text *t, const vv__appearance_report *r, size_t source)
{
    const vv_seen_source *s = &r->sources[source];
    vv__text_format(t, "<video controls preload=\"%s\" style=\"--ratio:",
                    r->numbers[source] == 1 ? "metadata" : "none");
    vv__number_add(t, s->height ? (double)s->width / s->height : 1, 4);
    vv__text_add(t, "\" aria-label=\"");
    vv__markup_add(t, vv__path_base(s->source));
    vv__text_add(t, "\" src=\"");
    vv__markup_add_address(t, r->shown[source]);
    vv__text_add(t, "\"></video>");
}

static void player(vv__text *t, const vv__appearance_report *r, size_t source)
{
    const char *path = r->shown[source];
    const bool is_played = path && !is_never_played(path);
    if (!path)
        notice(t, NULL,
               "There is no video here to play, so this part shows times alone. With -o "
               "the tagged video is written and can be played.");
    else if (!is_played)
        notice(t, path,
               "Browsers do not play videos of this type, so this part shows times alone.");
    else
        notice(t, path, "This browser cannot play the video, so this part shows times alone.");
    vv__text_add(t, "<div class=\"stage\">");
    if (is_played) video(t, r, source);
    vv__text_add(t, "<div class=\"now\"><div class=\"clock\"></div><p>In sight:</p><ul></ul></div>"
                    "</div>\n");
}

/* --- Lines of time --- */

/* Round times, as many as fit. */
static double tick_step(double duration)
{
    static const double steps[] = {0.5, 1,   2,   5,    10,   15,   30,    60,    120,
                                   300, 600, 900, 1800, 3600, 7200, 14400, 28800, 86400};
    const size_t count = sizeof steps / sizeof *steps;
    for (size_t i = 0; i < count; i++)
        if (duration / steps[i] <= 10) return steps[i];
    return ceil(duration / 10 / 86400) * 86400;
}

static void percent(vv__text *t, const char *property, double share)
{
    vv__text_format(t, "%s:", property);
    vv__number_add(t, 100 * fmin(fmax(share, 0), 1), 3);
    vv__text_add(t, "%");
}

static void axis(vv__text *t, double duration)
{
    const double step = tick_step(duration);
    const int count = (int)(duration / step) + 1;
    vv__text_add(t, "<div class=\"axis\" aria-hidden=\"true\"><div>");
    for (int i = 0; i < count; i++) {
        /* The last one would stick out. */
        if (i && step * i / duration > 0.97) continue;
        vv__text_format(t, "<span%s style=\"", i % 2 ? " class=\"minor\"" : "");
        percent(t, "left", step * i / duration);
        vv__text_format(t, "\">%s</span>", vv__clock_text(step * i, step < 1));
    }
    vv__text_add(t, "</div></div>\n<div class=\"grid\" aria-hidden=\"true\">");
    for (int i = 1; i < count; i++) {
        vv__text_add(t, "<i style=\"");
        percent(t, "left", step * i / duration);
        vv__text_add(t, "\"></i>");
    }
    vv__text_add(t, "</div>\n");
}

static void bar(vv__text *t, const vv__appearance_report *r, const vv_appearance *a)
{
    const vv_seen_person *p = &r->people[a->person];
    const double duration = r->sources[a->source].duration;
    const char *from = vv__clock_text(a->start, true), *to = vv__clock_text(a->end, true);
    vv__appearance_link_add(t, r, a);
    vv__text_add(t, " class=\"bar\" style=\"");
    percent(t, "left", a->start / duration);
    percent(t, ";width", (a->end - a->start) / duration);
    vv__text_format(t, ";--c:#%06X\" data-who=\"", (unsigned)p->color);
    vv__markup_add(t, p->name);
    vv__text_add(t, "\" aria-label=\"");
    vv__markup_add(t, p->name);
    vv__text_format(t, ", %s to %s\" title=\"%s\xe2\x80\x93%s\"></a>", from, to, from, to);
}

static void row(vv__text *t, const stretch *s)
{
    const vv_seen_person *p = person_of(s);
    double seconds = 0;
    const vv_appearance *best = at(s, 0);
    for (size_t i = 0; i < s->count; i++) {
        seconds += at(s, i)->seconds;
        if (at(s, i)->picture && !(best->picture && best->quality >= at(s, i)->quality))
            best = at(s, i);
    }
    vv__text_add(t, "<div class=\"row\"><div class=\"who\">");
    if (best->picture) {
        vv__text_add(t, "<img loading=\"lazy\" alt=\"\" src=\"");
        vv__markup_add_address(t, best->picture);
        vv__text_add(t, "\">");
    }
    vv__text_add(t, "<span><b title=\"");
    vv__markup_add(t, p->name);
    vv__text_add(t, "\">");
    vv__markup_add(t, p->name);
    vv__text_format(t, "</b> <small>%s</small></span></div><div class=\"lane\">",
                    vv__span_text(seconds));
    for (size_t i = 0; i < s->count; i++) bar(t, s->report, at(s, i));
    vv__text_add(t, "</div></div>\n");
}

static void brief_row(vv__text *t, const vv__appearance_report *r, size_t source)
{
    size_t faces = 0;
    for (stretch s = {0}; next_stretch(r, source, &s);) {
        if (!vv__is_minor(r, person_of(&s))) continue;
        if (!faces)
            vv__text_add(t, "<div class=\"row\"><div class=\"who\"><span><b>Others</b> <small>seen "
                            "for less than half a second</small></span></div><div class=\"lane\">");
        faces += s.count;
        for (size_t i = 0; i < s.count; i++) bar(t, r, at(&s, i));
    }
    if (faces) vv__text_add(t, "</div></div>\n");
}

static void lines(vv__text *t, const vv__appearance_report *r, size_t source, FILE *stream)
{
    vv__text_add(t, "<div class=\"lines\" role=\"group\" aria-label=\"Who is there when\">\n");
    axis(t, r->sources[source].duration);
    for (stretch s = {0}; next_stretch(r, source, &s);) {
        if (!vv__is_minor(r, person_of(&s))) row(t, &s);
        vv__text_flush(t, stream);
    }
    brief_row(t, r, source);
    vv__text_add(t, "<i class=\"head\"></i></div>\n");
}

/* --- Pictures --- */

static void shot(vv__text *t, const stretch *s, size_t i)
{
    const vv_appearance *a = at(s, i);
    vv__text_add(t, "<li>");
    vv__appearance_link_add(t, s->report, a);
    vv__text_add(t, ">");
    vv__appearance_picture_add(t, a, s->report->people[a->person].name);
    vv__text_format(t, "%s\xe2\x80\x93%s</a></li>\n", vv__clock_text(a->start, false),
                    vv__clock_text(a->end, false));
}

static void shots(vv__text *t, const stretch *s, size_t from, size_t to)
{
    vv__text_add(t, "<ul class=\"shots\">\n");
    for (size_t i = from; i < to; i++) shot(t, s, i);
    vv__text_add(t, "</ul>");
}

static void pictures(vv__text *t, const stretch *s)
{
    const vv_seen_person *p = person_of(s);
    const size_t first = s->count < SHOWN_AT_ONCE ? s->count : SHOWN_AT_ONCE;
    vv__text_format(t, "<div class=\"shown\" style=\"--c:#%06X\"><h3><i class=\"dot\"></i>",
                    (unsigned)p->color);
    vv__markup_add(t, p->name);
    vv__text_add(t, "</h3>");
    shots(t, s, 0, first);
    if (first < s->count) {
        vv__text_format(t, "<details><summary>%zu more</summary>", s->count - first);
        shots(t, s, first, s->count);
        vv__text_add(t, "</details>");
    }
    vv__text_add(t, "</div>\n");
}

static void brief_pictures(vv__text *t, const vv__appearance_report *r, size_t source)
{
    size_t people = 0;
    for (stretch s = {0}; next_stretch(r, source, &s);) {
        if (!vv__is_minor(r, person_of(&s))) continue;
        if (!people++)
            vv__text_add(t, "<details><summary>Others, seen for less than half a second</summary>"
                            "<ul class=\"shots\">\n");
        for (size_t i = 0; i < s.count; i++) shot(t, &s, i);
    }
    if (people) vv__text_add(t, "</ul></details>\n");
}

void vv__appearance_video_add(vv__text *t, const vv__appearance_report *r, size_t source,
                              FILE *stream)
{
    const vv_seen_source *s = &r->sources[source];
    const char *path = r->shown[source];
    const bool is_still = !path || is_never_played(path);
    vv__text_format(t, "<section id=\"v%zu\" class=\"video%s\" data-duration=\"",
                    r->numbers[source], is_still ? " broken still" : "");
    vv__number_add(t, s->duration, 3);
    vv__text_add(t, "\"><h2 title=\"");
    vv__markup_add(t, s->source);
    vv__text_add(t, "\">");
    vv__markup_add(t, *vv__path_base(s->source) ? vv__path_base(s->source) : s->source);
    vv__text_format(t, "</h2>\n<p>%s, %d \xc3\x97 %d pixels", vv__span_text(s->duration), s->width,
                    s->height);
    if (r->captions[source]) {
        vv__text_add(t, ", captions in <a href=\"");
        vv__markup_add_address(t, r->captions[source]);
        vv__text_add(t, "\">");
        vv__markup_add(t, r->captions[source]);
        vv__text_add(t, "</a>");
    }
    vv__text_add(t, "</p>\n");
    if (s->problem) {
        vv__text_add(t, "<p class=\"notice\">Seen in part alone: ");
        vv__markup_add(t, s->problem);
        vv__text_add(t, "</p>\n");
    }
    player(t, r, source);
    if (!s->faces) vv__text_add(t, "<p>No face was seen in it.</p>\n");
    lines(t, r, source, stream);
    vv__text_add(t, "<div class=\"pictures\">\n");
    for (stretch x = {0}; next_stretch(r, source, &x);) {
        if (!vv__is_minor(r, person_of(&x))) pictures(t, &x);
        vv__text_flush(t, stream);
    }
    vv__text_add(t, "</div>\n");
    brief_pictures(t, r, source);
    vv__text_add(t, "</section>\n");
}
