/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* ONNX's own tests, as Debian's libonnx-testdata has them: a model, its inputs and its outputs. */

#ifndef VV_TESTS_NODE_TEST_H
#define VV_TESTS_NODE_TEST_H

#include "support.h"

#include <stdbool.h>

#include "nn/ops.h"

typedef enum outcome {
    OUTCOME_PASSED,
    OUTCOME_UNSUPPORTED,
    OUTCOME_FAILED,
} outcome;

/* What a model needs, read without the code under test. */
typedef struct needs {
    bool operators[VV__OP_COUNT]; /* the supported ones it uses */
    bool other_operators;
    bool other_types; /* a port that is no tensor of float, int32, int64 or bool */
} needs;

/* `folder` holds model.onnx and test_data_set_0. */
void node_test_needs(needs *out, const char *folder);
outcome node_test_run(const char *folder);

#endif
