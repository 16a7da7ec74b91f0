/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Built as C and as C++. The header comes first: it must not need another. `symbols.inc` holds a
 * line for each function that it declares, so that one without a definition does not link, and one
 * for each struct that a program fills, so that one without a size or an initialiser does not
 * compile. */

#include "visavis.h"

#include <stdio.h>

typedef void (*function)(void);

static const struct {
    const char *name;
    function address;
} declared[] = {
#define DECLARED(name) {#name, (function)name},
#define SIZED(name, initial)
#define BY_VALUE(outer, inner)
#include "symbols.inc"
#undef DECLARED
#undef SIZED
#undef BY_VALUE
};

/* -1 where the size does not come first: an array of that length is an error. */
#define DECLARED(name)
#define SIZED(name, initial) typedef char name##_starts_with_size[offsetof(name, size) ? -1 : 1];
#define BY_VALUE(outer, inner) typedef char outer##_holds_##inner##_by_value[-1];
#include "symbols.inc"
#undef DECLARED
#undef SIZED
#undef BY_VALUE

static size_t count_initialised(void)
{
    size_t right = 0;
#define DECLARED(name)
#define SIZED(name, initial)                                                                       \
    {                                                                                              \
        name it = initial;                                                                         \
        right += it.size == sizeof it;                                                             \
    }
#define BY_VALUE(outer, inner)
#include "symbols.inc"
#undef DECLARED
#undef SIZED
#undef BY_VALUE
    return right;
}

int main(void)
{
    const size_t count = sizeof declared / sizeof *declared;
    size_t linked = 0;
    for (size_t i = 0; i < count; i++) linked += declared[i].address != NULL;
#ifdef __cplusplus
    const char *language = "C++";
#else
    const char *language = "C";
#endif
    /* The numbers of those that were there when this was written; there are only ever more. */
    const int enough = linked == count && count >= 41;
    const int initialised = count_initialised() >= 7;
    printf("1..2\n%sok 1 - every function of the header links as %s (%zu)\n", enough ? "" : "not ",
           language, linked);
    printf("%sok 2 - every struct of options starts with its size in %s\n",
           initialised ? "" : "not ", language);
    return enough && initialised ? 0 : 1;
}
