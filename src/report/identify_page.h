/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* A page about how people were named, with pictures of the mistakes. One file of HTML without
 * scripts; the pictures lie beside it. */

#ifndef VV_REPORT_IDENTIFY_PAGE_H
#define VV_REPORT_IDENTIFY_PAGE_H

#include <stddef.h>

#include "visavis.h"

typedef struct vv__page_mistake {
    const char *picture; /* its address beside the page; NULL: there is none */
    const char *other;   /* that of the gallery's photo that is nearest; NULL: there is none */
    const char *photo;   /* the path it was read from */
    const char *truth, *said, *nearest; /* the last two may be NULL */
    double distance;                    /* NaN: not known */
    const char *why, *reason;           /* why nothing could be compared, what decided; or NULL */
    vv_naming outcome;
} vv__page_mistake;

/* One line of the table of people. */
typedef struct vv__page_person {
    const char *name;
    bool is_stranger;
    size_t photos, right, wrong, missed; /* of a stranger: right is not named, wrong is named */
} vv__page_person;

typedef struct vv__identify_page {
    const char *model;
    const vv_identify_summary *summary;
    const vv__page_person *people;
    size_t person_count;
    const vv_confusion *confusions;
    size_t confusion_count;
    const vv__page_mistake *mistakes;
    size_t mistake_count; /* shown */
    size_t mistakes_in_all;
} vv__identify_page;

int vv__identify_page_write(const vv__identify_page *page, const char *path, vv_error *err);

#endif
