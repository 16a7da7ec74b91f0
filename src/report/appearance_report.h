/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Who appears when, as a page, as tables, and as captions. */

#ifndef VV_REPORT_APPEARANCE_REPORT_H
#define VV_REPORT_APPEARANCE_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/text.h"
#include "visavis.h"

typedef struct vv__appearance_report {
    const vv_seen_source *sources;
    size_t source_count;
    char **shown;    /* of each source: the path from the report to what is shown, or NULL */
    char **captions; /* of each source: its file of captions, or NULL */
    const vv_seen_person *people;
    size_t person_count;
    const vv_appearance *list; /* by person, then source, then time */
    size_t count;
    /* Made by vv__appearance_index(): the appearances by source, where those of each source begin,
     * and the number of each video on the page, from 1; 0: a photo. */
    size_t *by_source, *begins, *numbers;
} vv__appearance_report;

int vv__appearance_index(vv__appearance_report *report, vv_error *err);
void vv__appearance_index_free(vv__appearance_report *report);

/* How these files begin, so that others are not written over. */
#define VV__CSV_BEGIN "source,person,known,start,end,seconds,frames,"
#define VV__JSON_BEGIN "{\"generator\":\"Visavis: who appears when\","
#define VV__CAPTIONS_BEGIN "WEBVTT - who is in sight, by Visavis\n"

int vv__appearance_csv_write(const vv__appearance_report *report, const char *path, vv_error *err);
int vv__appearance_json_write(const vv__appearance_report *report, const char *path, vv_error *err);
/* WebVTT of one video: who is in sight, a cue for each time in which that stays the same. */
int vv__appearance_captions_write(const vv__appearance_report *report, size_t source,
                                  const char *path, vv_error *err);
/* One page; the pictures lie beside it. */
int vv__appearance_page_write(const vv__appearance_report *report, const char *path, vv_error *err);
/* A line that the page has and others have not. */
#define VV__PAGE_MARK "<meta name=\"generator\" content=\"Visavis: who appears when\">"

/* --- For those who write these files --- */

/* Write what was added so far, and go on with an empty text. */
void vv__text_flush(vv__text *text, FILE *stream);

/* The same, and give the file its name. */
struct vv__output;
int vv__output_finish(vv__text *text, struct vv__output *out, const char *path, vv_error *err);

/* With so many places after a point, whatever the locale. */
void vv__number_add(vv__text *text, double value, int places);

/* Somebody who was seen too little to have a line of their own. */
bool vv__is_minor(const vv__appearance_report *report, const vv_seen_person *person);

/* "0:07", "1:02:03"; with tenths "0:07.2". In one of a few buffers that are used in turn. */
const char *vv__clock_text(double seconds, bool tenths);

/* How long: "7.2 s", "1:02", "1:02:03"; in one of the same buffers. */
const char *vv__span_text(double seconds);

/* The part of the page about one video. */
void vv__appearance_video_add(vv__text *text, const vv__appearance_report *report, size_t source,
                              FILE *stream);
/* What leads to an appearance: the beginning of a link, for more attributes. */
void vv__appearance_link_add(vv__text *text, const vv__appearance_report *report,
                             const vv_appearance *appearance);
/* Its picture, or a place for it. `who`: whom it shows. */
void vv__appearance_picture_add(vv__text *text, const vv_appearance *appearance, const char *who);

#endif
