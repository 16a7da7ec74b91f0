/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "live_delays.h"

#include <math.h>

#include "json_out.h"

static const double step = 0.0005;

void vv__delays_add(vv__delays *delays, double seconds)
{
    const double steps = seconds > 0 ? seconds / step : 0;
    delays->counts[steps < VV__DELAY_STEPS - 1 ? (int)steps : VV__DELAY_STEPS - 1]++;
    delays->total++;
    if (seconds > delays->most) delays->most = seconds;
}

/* The middle of the step that so large a share does not exceed. */
static double quantile(const vv__delays *delays, double share)
{
    int64_t below = 0;
    if (!delays->total) return NAN;
    for (int i = 0; i < VV__DELAY_STEPS - 1; i++) {
        below += delays->counts[i];
        if ((double)below >= share * (double)delays->total) return (i + 0.5) * step;
    }
    return delays->most;
}

json_t *vv__delays_json(const vv__delays *delays)
{
    return json_pack("{s:o, s:o, s:o}", "median", vv__cli_json_number(quantile(delays, 0.5), 4),
                     "p95", vv__cli_json_number(quantile(delays, 0.95), 4), "most",
                     vv__cli_json_number(delays->total ? delays->most : NAN, 4));
}
