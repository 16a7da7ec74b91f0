/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Built as C and as C++. The header comes first: it must not need another. `symbols.inc` holds a
 * line for each function that it declares, so that one without a definition does not link. */

#include "visavis.h"

#include <stdio.h>

typedef void (*function)(void);

static const struct {
    const char *name;
    function address;
} declared[] = {
#define DECLARED(name) {#name, (function)name},
#include "symbols.inc"
#undef DECLARED
};

int main(void)
{
    const size_t count = sizeof declared / sizeof *declared;
    size_t linked = 0;
    for (size_t i = 0; i < count; i++) linked += declared[i].address != NULL;
    /* The number of those that were there when this was written; there are only ever more. */
    const int enough = linked == count && count >= 41;
    printf("1..1\n%sok 1 - every function of the header links as %s (%zu)\n", enough ? "" : "not ",
#ifdef __cplusplus
           "C++",
#else
           "C",
#endif
           linked);
    return enough ? 0 : 1;
}
