/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* The page: who there is, then each video, then the photos. */

#include <math.h>
#include <string.h>

#include "appearance_assets.h"
#include "base/error.h"
#include "base/file.h"
#include "report/appearance_report.h"
#include "report/markup.h"

/* Pictures and sources that a card shows. */
#define FEW_PICTURES 8
#define FEW_SOURCES 3
/* Strangers that were not seen for so long, or so well in a photo, are no more than mentioned. */
#define LEAST_SECONDS 0.5
#define LEAST_QUALITY 0.15f

static const char *plural(size_t count)
{
    return count == 1 ? "" : "s";
}

bool vv__is_minor(const vv__appearance_report *r, const vv_seen_person *person)
{
    if (person->is_known || person->seconds >= LEAST_SECONDS) return false;
    return !person->photos || (person->count == 1 && r->list[person->best].quality < LEAST_QUALITY);
}

enum { CLOCK_ROOM = 48 };

static char *next_buffer(void)
{
    static _Thread_local char buffers[4][CLOCK_ROOM];
    static _Thread_local unsigned next;
    return buffers[next++ % 4];
}

const char *vv__clock_text(double seconds, bool tenths)
{
    char *buffer = next_buffer();
    const double most = 1e12;
    const long long all = llround(fmin(fmax(seconds, 0), most) * (tenths ? 10 : 1));
    const long long s = tenths ? all / 10 : all;
    const int length = s >= 3600 ? snprintf(buffer, CLOCK_ROOM, "%lld:%02lld:%02lld", s / 3600,
                                            s / 60 % 60, s % 60)
                                 : snprintf(buffer, CLOCK_ROOM, "%lld:%02lld", s / 60, s % 60);
    if (tenths) snprintf(buffer + length, CLOCK_ROOM - (size_t)length, ".%lld", all % 10);
    return buffer;
}

const char *vv__span_text(double seconds)
{
    const long long tenths = llround(fmin(fmax(seconds, 0), 60) * 10);
    if (tenths >= 600) return vv__clock_text(seconds, false);
    char *buffer = next_buffer();
    snprintf(buffer, CLOCK_ROOM, "%lld.%lld s", tenths / 10, tenths % 10);
    return buffer;
}

void vv__appearance_link_add(vv__text *t, const vv__appearance_report *r, const vv_appearance *a)
{
    const size_t video = r->numbers[a->source];
    vv__text_add(t, "<a href=\"");
    if (r->shown[a->source]) vv__markup_add_address(t, r->shown[a->source]);
    if (!video) {
        vv__text_add(t, r->shown[a->source] ? "\"" : "#photos\"");
        return;
    }
    /* Without the script, browsers that know media fragments open the video there. */
    const char *const around[] = {"#t=", "\" data-t=\"", "\" data-e=\""};
    const double times[] = {a->start, a->start, a->end};
    for (size_t i = 0; i < 3; i++) {
        vv__text_add(t, around[i]);
        vv__number_add(t, fmax(times[i], 0), 3);
    }
    vv__text_format(t, "\" data-v=\"%zu\"", video);
}

void vv__appearance_picture_add(vv__text *t, const vv_appearance *a, const char *who)
{
    if (!a->picture) {
        vv__text_add(t, "<span class=\"none\">?</span>");
        return;
    }
    vv__text_add(t, "<img loading=\"lazy\" src=\"");
    vv__markup_add_address(t, a->picture);
    vv__text_add(t, "\" alt=\"");
    vv__markup_add(t, who);
    vv__text_add(t, "\">");
}

/* --- Head --- */

static void totals(vv__text *t, const vv__appearance_report *r)
{
    size_t videos = 0, photos = 0, known = 0, strangers = 0;
    double seconds = 0;
    for (size_t i = 0; i < r->source_count; i++) {
        photos += r->sources[i].is_photo;
        videos += r->numbers[i] > 0;
        seconds += r->sources[i].duration;
    }
    for (size_t i = 0; i < r->person_count; i++) {
        known += r->people[i].is_known;
        strangers += !r->people[i].is_known && !vv__is_minor(r, &r->people[i]);
    }
    vv__text_format(t, "<p>%zu %s of the gallery", known, known == 1 ? "person" : "people");
    if (strangers) vv__text_format(t, " and %zu unknown", strangers);
    if (videos)
        vv__text_format(t, " in %zu video%s (%s)", videos, plural(videos), vv__span_text(seconds));
    if (photos)
        vv__text_format(t, "%s %zu photo%s", videos ? " and" : " in", photos, plural(photos));
    vv__text_add(t, ".</p>\n");
}

static void head(vv__text *t, const vv__appearance_report *r)
{
    vv__text_add(t,
                 "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n" VV__PAGE_MARK
                 "\n<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
                 "<meta name=\"robots\" content=\"noindex\">"
                 "<meta name=\"referrer\" content=\"no-referrer\">\n"
                 "<title>Who appears when</title>\n<style>\n");
    vv__text_add(t, vv__appearances_css);
    vv__text_add(t, "</style></head>\n<body>\n<header><h1>Who appears when</h1>\n");
    totals(t, r);
    vv__text_add(t, "</header>\n<main>\n");
}

/* --- Cards --- */

static void source_name(vv__text *t, const char *source)
{
    vv__markup_add(t, *vv__path_base(source) ? vv__path_base(source) : source);
}

/* Where they are, the first of these sources. */
static void where(vv__text *t, const vv__appearance_report *r, const vv_seen_person *p)
{
    size_t sources = 0, shown = 0;
    vv__text_add(t, "<p class=\"where\">");
    for (size_t i = 0; i < p->count; i++) {
        const vv_appearance *a = &r->list[p->first + i];
        if (i && a[-1].source == a->source) continue;
        if (++sources > FEW_SOURCES) continue;
        const size_t video = r->numbers[a->source];
        if (shown++) vv__text_add(t, ", ");
        if (video)
            vv__text_format(t, "<a href=\"#v%zu\">", video);
        else
            vv__text_add(t, "<a href=\"#photos\">");
        source_name(t, r->sources[a->source].source);
        vv__text_add(t, "</a>");
    }
    if (sources > FEW_SOURCES) vv__text_format(t, " and %zu more", sources - FEW_SOURCES);
    vv__text_add(t, "</p>");
}

/* "3 appearances, 0:12-0:40". From the first to the last, where all are in one video. */
static void when(vv__text *t, const vv__appearance_report *r, const vv_seen_person *p)
{
    const vv_appearance *first = &r->list[p->first], *last = first + p->count - 1;
    vv__text_format(t, "<p>%zu appearance%s", p->count, plural(p->count));
    if (p->videos == 1 && !p->photos) {
        double end = last->end;
        for (size_t i = 0; i < p->count; i++) end = fmax(end, first[i].end);
        vv__text_format(t, ", <span class=\"span\">%s\xe2\x80\x93%s</span>",
                        vv__clock_text(first->start, false), vv__clock_text(end, false));
    } else {
        if (p->videos) vv__text_format(t, " in %zu video%s", p->videos, plural(p->videos));
        if (p->photos)
            vv__text_format(t, "%s %zu photo%s", p->videos ? " and" : " in", p->photos,
                            plural(p->photos));
    }
    if (p->videos) vv__text_format(t, "<br>%s on screen", vv__span_text(p->seconds));
    vv__text_add(t, "</p>");
}

/* Whom of the gallery a stranger is most like. */
static void likeness(vv__text *t, const vv__appearance_report *r, const vv_seen_person *p)
{
    const vv_appearance *nearest = NULL;
    for (size_t i = 0; i < p->count; i++) {
        const vv_appearance *a = &r->list[p->first + i];
        if (a->nearest && (!nearest || a->distance < nearest->distance)) nearest = a;
    }
    if (!nearest) return;
    vv__text_add(t, "<p>Most like ");
    vv__markup_add(t, nearest->nearest);
    vv__text_add(t, ", at ");
    vv__number_add(t, (double)nearest->distance, 2);
    vv__text_add(t, "</p>");
}

static void small_picture(vv__text *t, const vv__appearance_report *r, const vv_appearance *a,
                          const char *who)
{
    if (!a->picture) return;
    vv__appearance_link_add(t, r, a);
    vv__text_add(t, ">");
    vv__appearance_picture_add(t, a, who);
    vv__text_add(t, "</a>");
}

static void card(vv__text *t, const vv__appearance_report *r, const vv_seen_person *p)
{
    const vv_appearance *best = &r->list[p->best];
    vv__text_format(t, "<li class=\"card\" style=\"--c:#%06X\">", (unsigned)p->color);
    vv__appearance_link_add(t, r, best);
    vv__text_add(t, " class=\"face\">");
    vv__appearance_picture_add(t, best, p->name);
    vv__text_add(t, "</a><div><h3><i class=\"dot\"></i>");
    vv__markup_add(t, p->name);
    vv__text_add(t, "</h3>");
    when(t, r, p);
    if (r->source_count > 1) where(t, r, p);
    if (!p->is_known) likeness(t, r, p);
    if (!p->is_known && p->count > 1) {
        vv__text_add(t, "<div class=\"few\">");
        for (size_t i = 0; i < p->count && i < FEW_PICTURES; i++)
            small_picture(t, r, &r->list[p->first + i], p->name);
        vv__text_add(t, "</div>");
    }
    if (!p->is_known && best->picture) vv__text_format(t, "<p><code>%s</code></p>", best->picture);
    vv__text_add(t, "</div></li>\n");
}

static void cards(vv__text *t, const vv__appearance_report *r, bool known, FILE *stream)
{
    size_t shown = 0;
    for (size_t i = 0; i < r->person_count; i++) {
        const vv_seen_person *p = &r->people[i];
        if (p->is_known != known || vv__is_minor(r, p)) continue;
        if (!shown++)
            vv__text_add(
                t, known ? "<section id=\"people\"><h2>People</h2>\n<ul class=\"cards\">\n"
                         : "<section id=\"unknown\"><h2>Unknown people</h2>\n<p>To name one of "
                           "them, copy the picture that their card names (and others of them) "
                           "into a folder of the gallery that is called like the person, and "
                           "run Visavis again.</p>\n<ul class=\"cards\">\n");
        card(t, r, p);
        vv__text_flush(t, stream);
    }
    if (shown)
        vv__text_add(t, "</ul></section>\n");
    else if (known)
        vv__text_add(t, "<section id=\"people\"><h2>People</h2>\n<p>Nobody of the gallery was "
                        "seen.</p></section>\n");
}

/* --- Photos --- */

static void photo_face(vv__text *t, const vv__appearance_report *r, const vv_appearance *a)
{
    const vv_seen_person *p = &r->people[a->person];
    vv__text_format(t, "<li style=\"--c:#%06X\">", (unsigned)p->color);
    vv__appearance_link_add(t, r, a);
    vv__text_add(t, ">");
    vv__appearance_picture_add(t, a, p->name);
    vv__text_add(t, "<i class=\"dot\"></i>");
    vv__markup_add(t, p->name);
    vv__text_add(t, "</a></li>");
}

static void photo(vv__text *t, const vv__appearance_report *r, size_t source)
{
    const vv_seen_source *s = &r->sources[source];
    vv__text_add(t, "<li><h3 title=\"");
    vv__markup_add(t, s->source);
    vv__text_add(t, "\">");
    if (r->shown[source]) {
        vv__text_add(t, "<a href=\"");
        vv__markup_add_address(t, r->shown[source]);
        vv__text_add(t, "\">");
    }
    source_name(t, s->source);
    vv__text_add(t, r->shown[source] ? "</a></h3>" : "</h3>");
    vv__text_add(t, s->faces ? "<ul class=\"shots\">" : "<p>No face in it.</p>");
    for (size_t i = 0; i < s->faces; i++)
        photo_face(t, r, &r->list[r->by_source[r->begins[source] + i]]);
    vv__text_add(t, s->faces ? "</ul></li>\n" : "</li>\n");
}

static void photos(vv__text *t, const vv__appearance_report *r, FILE *stream)
{
    size_t count = 0;
    for (size_t i = 0; i < r->source_count; i++) {
        if (!r->sources[i].is_photo) continue;
        if (!count++)
            vv__text_add(t, "<section id=\"photos\"><h2>Photos</h2>\n<ul class=\"photos\">\n");
        photo(t, r, i);
        vv__text_flush(t, stream);
    }
    if (count) vv__text_add(t, "</ul></section>\n");
}

/* Of these there is nothing to show but why. */
static bool is_unread(const vv_seen_source *s)
{
    return !s->is_photo && !s->frames;
}

static void unread(vv__text *t, const vv__appearance_report *r)
{
    size_t count = 0;
    for (size_t i = 0; i < r->source_count; i++) {
        const vv_seen_source *s = &r->sources[i];
        if (!is_unread(s)) continue;
        if (!count++) vv__text_add(t, "<section id=\"unread\"><h2>Not seen</h2>\n<ul>\n");
        vv__text_add(t, "<li>");
        vv__markup_add(t, s->problem ? s->problem : s->source);
        vv__text_add(t, "</li>\n");
    }
    if (count) vv__text_add(t, "</ul></section>\n");
}

/* --- All of it --- */

int vv__appearance_page_write(const vv__appearance_report *r, const char *path, vv_error *err)
{
    vv__text t = {0};
    vv__output out;
    int rc = vv__output_open(&out, path, err);
    if (rc < 0) return rc;
    head(&t, r);
    cards(&t, r, true, out.stream);
    cards(&t, r, false, out.stream);
    for (size_t i = 0; i < r->source_count; i++)
        if (r->numbers[i]) vv__appearance_video_add(&t, r, i, out.stream);
    photos(&t, r, out.stream);
    unread(&t, r);
    vv__text_add(&t, "</main>\n<footer><p>For programs: <a href=\"appearances.csv\">"
                     "appearances.csv</a>, <a href=\"appearances.json\">appearances.json</a>. This "
                     "page shows faces and names: keep it as such.</p></footer>\n<script>\n");
    vv__text_add(&t, vv__appearances_js);
    vv__text_add(&t, "</script>\n</body></html>\n");
    return vv__output_finish(&t, &out, path, err);
}
