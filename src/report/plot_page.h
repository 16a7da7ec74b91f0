/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* What all pictures share: two fields side by side, words above. */

#ifndef VV_REPORT_PLOT_PAGE_H
#define VV_REPORT_PLOT_PAGE_H

#include "base/text.h"
#include "report/plots.h"

enum {
    VV__PAGE_WIDTH = 1120,
    VV__PAGE_HEIGHT = 520,
    VV__FIELD_TOP = 110,
    VV__FIELD_WIDTH = 440,
    VV__FIELD_HEIGHT = 340,
    VV__LEFT_FIELD = 86,
    VV__RIGHT_FIELD = 646,
};

void vv__plot_page_begin(vv__text *svg, const vv__plot_words *words);

#endif
