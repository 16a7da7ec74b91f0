/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Where models, cards and the converting module lie. */

#ifndef VV_API_PLACES_H
#define VV_API_PLACES_H

#include "visavis.h"

/* The first place that holds any model; `wanted` (or NULL) comes before the usual ones, and must
 * hold one. Where there is none, the error tells what to do. Caller frees. */
int vv__models_folder(const char *wanted, char **out, vv_error *err);
/* The path of a model by its name ("dlib"), which is looked for in all places, so that a folder of
 * one's own need not hold all of them, or by the path of its .onnx file. Caller frees. */
int vv__model_path(const char *wanted_folder, const char *name_or_path, char **out, vv_error *err);
/* The module that converts, and the folder of the shipped cards. Caller frees both. */
int vv__convert_places(char **module, char **cards, vv_error *err);

#endif
