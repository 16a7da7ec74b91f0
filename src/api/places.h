/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Where models, cards and the converting module lie. */

#ifndef VV_API_PLACES_H
#define VV_API_PLACES_H

#include "visavis.h"

/* The first of the usual places that holds a model; NULL err message tells what to do. Caller
 * frees. */
int vv__models_folder(const char *wanted, char **out, vv_error *err);
/* A name ("dlib") or a path of an .onnx file to a path. Caller frees. */
int vv__model_path(const char *wanted_folder, const char *name_or_path, char **out, vv_error *err);
/* The module that converts, and the folder of the shipped cards. Caller frees both. */
int vv__convert_places(char **module, char **cards, vv_error *err);

#endif
