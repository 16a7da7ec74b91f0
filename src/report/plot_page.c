/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "report/plot_page.h"

#include "report/chart.h"

void vv__plot_page_begin(vv__text *svg, const vv__plot_words *words)
{
    enum { MARGIN = 34 };
    vv__svg_begin(svg, VV__PAGE_WIDTH, VV__PAGE_HEIGHT, words->title, words->subtitle);
    vv__svg_text(svg,
                 &(vv__label){.x = MARGIN, .y = 36, .size = 20, .color = VV__INK, .bold = true},
                 words->title);
    vv__svg_text(svg, &(vv__label){.x = MARGIN, .y = 60, .size = 14, .color = VV__FAINT_INK},
                 words->subtitle);
}
