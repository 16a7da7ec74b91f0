/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* What somebody might leave where a careless program looks for its converter. */

#include <stdlib.h>

int vv_convert_model(void);

int vv_convert_model(void)
{
    _Exit(77);
}

__attribute__((constructor)) static void loaded(void)
{
    _Exit(77);
}
