/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Model cards. */

#include "fuzz/target.h"

#include <math.h>

#include "encode/card.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    vv_error err = {0};
    vv__card card;
    const char *path = fuzz_file("card.json", size ? data : (const uint8_t *)"", size);
    const int rc = vv__card_load(&card, path, &err);
    if (rc < 0) {
        fuzz_check_error(rc, &err);
        return 0;
    }
    /* Whoever uses a card relies on this. */
    FUZZ_CHECK(card.json && card.name);
    if (card.task == VV__TASK_ENCODING) {
        FUZZ_CHECK(card.input_width > 0 && card.input_height > 0 && card.dimension > 0);
        FUZZ_CHECK(isfinite(card.scale) && isfinite(card.threshold) && isfinite(card.margin));
        for (int i = 0; i < 3; i++) FUZZ_CHECK(isfinite(card.mean[i]));
    }
    vv__card_free(&card);
    return 0;
}
