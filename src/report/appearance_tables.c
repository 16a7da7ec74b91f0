/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Appearances for programs: CSV, JSON and WebVTT. */

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/file.h"
#include "report/appearance_report.h"
#include "report/markup.h"

/* A text is written out in pieces of about this size. */
#define PIECE 65536

int vv__appearance_index(vv__appearance_report *r, vv_error *err)
{
    r->by_source = vv__calloc(r->count + 1, sizeof *r->by_source);
    r->begins = vv__calloc(r->source_count + 1, sizeof *r->begins);
    r->numbers = vv__calloc(r->source_count + 1, sizeof *r->numbers);
    if (!r->by_source || !r->begins || !r->numbers) return vv__fail_nomem(err, "report");
    size_t at = 0, videos = 0;
    for (size_t i = 0; i < r->source_count; i++) {
        r->begins[i] = at;
        at += r->sources[i].faces;
        r->numbers[i] = r->sources[i].frames && !r->sources[i].is_photo ? ++videos : 0;
    }
    for (size_t i = 0; i < r->count; i++) r->by_source[r->begins[r->list[i].source]++] = i;
    for (size_t i = 0; i < r->source_count; i++) r->begins[i] -= r->sources[i].faces;
    return 0;
}

void vv__appearance_index_free(vv__appearance_report *r)
{
    vv__free(r->by_source);
    vv__free(r->begins);
    vv__free(r->numbers);
}

void vv__text_flush(vv__text *text, FILE *stream)
{
    if (text->failed || !text->length) return;
    fwrite(text->bytes, 1, text->length, stream);
    text->length = 0;
}

static void flush_piece(vv__text *text, vv__output *out)
{
    if (text->length >= PIECE) vv__text_flush(text, out->stream);
}

int vv__output_finish(vv__text *text, vv__output *out, const char *path, vv_error *err)
{
    int rc = text->failed ? vv__fail_nomem(err, path) : 0;
    vv__text_flush(text, out->stream);
    if (rc == 0)
        rc = vv__output_commit(out, err);
    else
        vv__output_discard(out);
    vv__text_free(text);
    return rc;
}

/* Bytes that are no UTF-8 become the replacement character; `escape` says what becomes of others:
 * NULL for those that stay as they are. */
static void add_escaped(vv__text *t, const char *string, const char *(*escape)(unsigned char))
{
    for (const unsigned char *s = (const unsigned char *)string; *s;) {
        const char *other = escape(*s);
        const size_t length = other ? 1 : vv__markup_character(s);
        if (other)
            vv__text_add(t, other);
        else if (length)
            vv__text_add_bytes(t, s, length);
        else
            vv__text_add(t, "\xef\xbf\xbd");
        s += length ? length : 1;
    }
}

void vv__number_add(vv__text *text, double value, int places)
{
    int64_t scale = 1;
    for (int i = 0; i < places; i++) scale *= 10;
    const double most = 9e18 / (double)scale;
    const int64_t all = llround(fmin(fmax(value, -most), most) * (double)scale);
    const int64_t size = all < 0 ? -all : all;
    vv__text_format(text, "%s%lld", all < 0 ? "-" : "", (long long)(size / scale));
    if (places) vv__text_format(text, ".%0*lld", places, (long long)(size % scale));
}

static void add_number(vv__text *t, double value, int places, const char *unknown)
{
    if (isfinite(value))
        vv__number_add(t, value, places);
    else
        vv__text_add(t, unknown);
}

/* --- CSV --- */

static const char *csv_escape(unsigned char c)
{
    switch (c) {
    case '"':
        return "\"\"";
    case '\r':
        return "\r";
    default:
        return NULL;
    }
}

/* Spreadsheets take a cell that begins so for a formula, which may fetch and run things; the
 * apostrophe makes it a text. */
static bool is_like_formula(const char *text)
{
    return *text && strchr("=+-@\t\r\n", *text);
}

static void csv_text(vv__text *t, const char *text)
{
    const bool quoted = is_like_formula(text) || text[strcspn(text, "\",;\r\n'")] ||
                        text[0] == ' ' || (*text && text[strlen(text) - 1] == ' ');
    if (quoted) vv__text_add(t, is_like_formula(text) ? "\"'" : "\"");
    add_escaped(t, text, csv_escape);
    if (quoted) vv__text_add(t, "\"");
}

static void csv_times(vv__text *t, const vv_appearance *a)
{
    const double times[] = {a->start, a->end, a->seconds};
    for (size_t i = 0; i < 3; i++) {
        vv__number_add(t, times[i], 3);
        vv__text_add(t, ",");
    }
    vv__text_format(t, "%lld,", (long long)a->frames);
}

int vv__appearance_csv_write(const vv__appearance_report *r, const char *path, vv_error *err)
{
    vv__text t = {0};
    vv__output out;
    const int rc = vv__output_open(&out, path, err);
    if (rc < 0) return rc;
    vv__text_add(&t, VV__CSV_BEGIN "distance,confidence,track,thumbnail,nearest\r\n");
    for (size_t i = 0; i < r->count; i++) {
        const vv_appearance *a = &r->list[i];
        const vv_seen_person *person = &r->people[a->person];
        const bool is_photo = r->sources[a->source].is_photo;
        csv_text(&t, r->sources[a->source].source);
        vv__text_add(&t, ",");
        csv_text(&t, person->name);
        vv__text_add(&t, person->is_known ? ",yes," : ",no,");
        if (is_photo)
            vv__text_add(&t, ",,,,");
        else
            csv_times(&t, a);
        add_number(&t, (double)a->distance, 4, "");
        vv__text_add(&t, ",");
        add_number(&t, (double)a->confidence, 4, "");
        vv__text_add(&t, ",");
        if (a->track) vv__text_format(&t, "%d", a->track);
        vv__text_format(&t, ",%s,", a->picture ? a->picture : "");
        csv_text(&t, a->nearest ? a->nearest : "");
        vv__text_add(&t, "\r\n");
        flush_piece(&t, &out);
    }
    return vv__output_finish(&t, &out, path, err);
}

/* --- JSON --- */

static const char *json_escape(unsigned char c)
{
    static const char *const controls[32] = {
        "\\u0000", "\\u0001", "\\u0002", "\\u0003", "\\u0004", "\\u0005", "\\u0006", "\\u0007",
        "\\b",     "\\t",     "\\n",     "\\u000b", "\\f",     "\\r",     "\\u000e", "\\u000f",
        "\\u0010", "\\u0011", "\\u0012", "\\u0013", "\\u0014", "\\u0015", "\\u0016", "\\u0017",
        "\\u0018", "\\u0019", "\\u001a", "\\u001b", "\\u001c", "\\u001d", "\\u001e", "\\u001f"};
    if (c < 32) return controls[c];
    return c == '"' ? "\\\"" : c == '\\' ? "\\\\" : c == 127 ? "\\u007f" : NULL;
}

static void json_text(vv__text *t, const char *key, const char *text)
{
    vv__text_format(t, "\"%s\":", key);
    if (!text) {
        vv__text_add(t, "null");
        return;
    }
    vv__text_add(t, "\"");
    add_escaped(t, text, json_escape);
    vv__text_add(t, "\"");
}

static void json_number(vv__text *t, const char *key, double value, int places)
{
    vv__text_format(t, ",\"%s\":", key);
    add_number(t, value, places, "null");
}

static void json_source(vv__text *t, const vv__appearance_report *r, size_t i)
{
    const vv_seen_source *s = &r->sources[i];
    vv__text_add(t, "  {");
    json_text(t, "source", s->source);
    if (s->frames)
        vv__text_format(t, ",\"kind\":\"%s\",\"width\":%d,\"height\":%d",
                        s->is_photo ? "photo" : "video", s->width, s->height);
    if (r->numbers[i]) {
        vv__text_format(t, ",\"frames\":%lld", (long long)s->frames);
        json_number(t, "duration", s->duration, 3);
        vv__text_add(t, ",");
        json_text(t, "captions", r->captions[i]);
    }
    vv__text_add(t, ",");
    json_text(t, "shown", r->shown[i]);
    vv__text_add(t, ",");
    json_text(t, "problem", s->problem);
    vv__text_add(t, i + 1 < r->source_count ? "},\n" : "}\n");
}

static void json_appearance(vv__text *t, const vv__appearance_report *r, const vv_appearance *a)
{
    const vv_seen_source *s = &r->sources[a->source];
    const vv_seen_person *p = &r->people[a->person];
    vv__text_add(t, "    {");
    json_text(t, "source", s->source);
    vv__text_add(t, ",");
    json_text(t, "person", p->is_known ? p->name : NULL);
    if (!p->is_known) {
        vv__text_add(t, ",");
        json_text(t, "group", p->name);
    }
    if (!s->is_photo) {
        json_number(t, "start", a->start, 3);
        json_number(t, "end", a->end, 3);
        json_number(t, "seconds", a->seconds, 3);
        vv__text_format(t, ",\"frames\":%lld", (long long)a->frames);
        if (a->track) vv__text_format(t, ",\"track\":%d", a->track);
    }
    json_number(t, "distance", (double)a->distance, 4);
    json_number(t, "confidence", (double)a->confidence, 4);
    vv__text_add(t, ",");
    json_text(t, "thumbnail", a->picture);
    if (a->nearest) {
        vv__text_add(t, ",");
        json_text(t, "nearest", a->nearest);
    }
    vv__text_add(t, "}");
}

static void json_person(vv__text *t, const vv__appearance_report *r, const vv_seen_person *p,
                        vv__output *out)
{
    vv__text_add(t, "  {");
    json_text(t, p->is_known ? "person" : "group", p->name);
    vv__text_format(t, ",\"color\":\"#%06X\"", (unsigned)p->color);
    json_number(t, "seconds", p->seconds, 3);
    vv__text_add(t, ",\"appearances\":[\n");
    for (size_t i = 0; i < p->count; i++) {
        json_appearance(t, r, &r->list[p->first + i]);
        vv__text_add(t, i + 1 < p->count ? ",\n" : "]}");
        flush_piece(t, out);
    }
}

int vv__appearance_json_write(const vv__appearance_report *r, const char *path, vv_error *err)
{
    vv__text t = {0};
    vv__output out;
    const int rc = vv__output_open(&out, path, err);
    if (rc < 0) return rc;
    vv__text_add(&t, VV__JSON_BEGIN "\"sources\":[\n");
    for (size_t i = 0; i < r->source_count; i++) {
        json_source(&t, r, i);
        flush_piece(&t, &out);
    }
    size_t at = 0;
    for (int known = 1; known >= 0; known--) {
        vv__text_add(&t, known ? "],\"people\":[\n" : "],\"unknown\":[\n");
        for (bool first = true; at < r->person_count && r->people[at].is_known == (known == 1);
             at++, first = false) {
            if (!first) vv__text_add(&t, ",\n");
            json_person(&t, r, &r->people[at], &out);
        }
    }
    vv__text_add(&t, "]}\n");
    return vv__output_finish(&t, &out, path, err);
}

/* --- WebVTT --- */

/* From here on so many more or fewer appearances of the person are there. */
typedef struct change {
    int64_t at; /* milliseconds */
    size_t person;
    int step;
} change;

static int compare_changes(const void *x, const void *y)
{
    const change *a = x, *b = y;
    return (a->at > b->at) - (a->at < b->at);
}

static const char *vtt_escape(unsigned char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '\t':
    case '\n':
    case '\r':
        return " ";
    default:
        return NULL;
    }
}

static void vtt_time(vv__text *t, int64_t ms)
{
    vv__text_format(t, "%02lld:%02d:%02d.%03d", (long long)(ms / 3600000), (int)(ms / 60000 % 60),
                    (int)(ms / 1000 % 60), (int)(ms % 1000));
}

/* Those who are there, in the order of the list. */
typedef struct crowd {
    size_t *people;
    int *times; /* how many appearances of each are there */
    size_t count;
} crowd;

static void apply(crowd *c, const change *now)
{
    size_t at = 0;
    while (at < c->count && c->people[at] < now->person) at++;
    if (at < c->count && c->people[at] == now->person) {
        c->times[at] += now->step;
        if (c->times[at] > 0) return;
        c->count--;
        memmove(c->people + at, c->people + at + 1, (c->count - at) * sizeof *c->people);
        memmove(c->times + at, c->times + at + 1, (c->count - at) * sizeof *c->times);
        return;
    }
    memmove(c->people + at + 1, c->people + at, (c->count - at) * sizeof *c->people);
    memmove(c->times + at + 1, c->times + at, (c->count - at) * sizeof *c->times);
    c->people[at] = now->person;
    c->times[at] = now->step;
    c->count++;
}

static void add_cue(vv__text *t, const vv__appearance_report *r, const crowd *c, int64_t from,
                    int64_t to)
{
    if (!c->count || from >= to) return;
    vv__text_add(t, "\n");
    vtt_time(t, from);
    vv__text_add(t, " --> ");
    vtt_time(t, to);
    vv__text_add(t, "\n");
    for (size_t i = 0; i < c->count; i++) {
        if (i) vv__text_add(t, ", ");
        add_escaped(t, r->people[c->people[i]].name, vtt_escape);
    }
    vv__text_add(t, "\n");
}

static size_t gather(const vv__appearance_report *r, size_t source, change *changes)
{
    size_t count = 0;
    for (size_t i = 0; i < r->sources[source].faces; i++) {
        const vv_appearance *a = &r->list[r->by_source[r->begins[source] + i]];
        /* What flickers is no chapter. */
        if (vv__is_minor(r, &r->people[a->person])) continue;
        const int64_t start = llround(fmax(a->start, 0) * 1000);
        const int64_t end = llround(fmax(a->end, 0) * 1000);
        if (start >= end) continue;
        changes[count++] = (change){start, a->person, 1};
        changes[count++] = (change){end, a->person, -1};
    }
    if (count) qsort(changes, count, sizeof *changes, compare_changes);
    return count;
}

int vv__appearance_captions_write(const vv__appearance_report *r, size_t source, const char *path,
                                  vv_error *err)
{
    vv__text t = {0};
    vv__output out;
    const size_t most = r->sources[source].faces + 1;
    change *changes = vv__calloc(most, 2 * sizeof *changes);
    crowd c = {vv__calloc(2 * most, sizeof *c.people), vv__calloc(2 * most, sizeof *c.times), 0};
    int rc = changes && c.people && c.times ? 0 : vv__fail_nomem(err, path);
    if (rc == 0) rc = vv__output_open(&out, path, err);
    if (rc == 0) {
        vv__text_add(&t, VV__CAPTIONS_BEGIN);
        const size_t count = gather(r, source, changes);
        for (size_t i = 0; i < count; i++) {
            if (i) add_cue(&t, r, &c, changes[i - 1].at, changes[i].at);
            apply(&c, &changes[i]);
            flush_piece(&t, &out);
        }
        rc = vv__output_finish(&t, &out, path, err);
    }
    vv__free(changes);
    vv__free(c.people);
    vv__free(c.times);
    return rc;
}
