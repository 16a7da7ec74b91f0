/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "nn/ops.h"

#include <string.h>

static const vv__op operators[] = {
#define VV__OP_ROW(name, min, max, flags, plan)                                                    \
    {#name, VV__OP_##name, min, max, flags, vv__op_plan_##plan},
    VV__OPERATORS(VV__OP_ROW)
#undef VV__OP_ROW
};

const vv__op *vv__op_find(const char *name)
{
    for (size_t i = 0; i < VV__OP_COUNT; i++)
        if (!strcmp(operators[i].name, name)) return &operators[i];
    return NULL;
}
