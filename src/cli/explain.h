/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Why faces have their names, or none. */

#ifndef VV_CLI_EXPLAIN_H
#define VV_CLI_EXPLAIN_H

#include <jansson.h>

#include "visavis.h"

/* A line a face, for a person. */
void vv__cli_explain(const vv_faces *faces);
/* The same as JSON. */
json_t *vv__cli_explain_json(const vv_face *face);

#endif
