/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* A first card for an encoder that has none. */

#ifndef VV_ENCODE_CARD_GUESS_H
#define VV_ENCODE_CARD_GUESS_H

#include "nn/net.h"
#include "visavis.h"

/* The card of a network called `name`, as text (vv__free), made of what its file tells and, where
 * that tells nothing, of what is usual. `on_field` (may be NULL) is told of each line. Errors do
 * not name the file. */
int vv__card_guess(char **out, const vv__net *net, const char *name, vv_card_callback on_field,
                   void *cookie, vv_error *err);

#endif
