/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "convert/convert.h"
#include "convert/module.h"

/* The one symbol of the module; its name is VV__CONVERT_SYMBOL. */
VV_API int vv_convert_model(const char *input, const char *output, const char *cards_dir,
                            vv_error *err);

int vv_convert_model(const char *input, const char *output, const char *cards_dir, vv_error *err)
{
    return vv__convert(input, output, cards_dir, err);
}
