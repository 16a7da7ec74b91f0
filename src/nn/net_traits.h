/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* What can be told of how a network wants its input, from what it does with it first. */

#ifndef VV_NN_NET_TRAITS_H
#define VV_NN_NET_TRAITS_H

#include "nn/net.h"

/* Whether the first input is shifted or scaled by constants, or normalised, before anything else is
 * done with it: then it is to come as it is. */
bool vv__net_scales_input(const vv__net *net);
/* Whether the first thing done to it is to put channels, which come last, first. */
bool vv__net_turns_input(const vv__net *net);

#endif
