/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Text from outside in SVG and HTML. */

#ifndef VV_REPORT_MARKUP_H
#define VV_REPORT_MARKUP_H

#include "base/text.h"

/* Add what shows as the string and is nothing but text, whatever it holds: fit for the inside of
 * elements and of quoted attributes. Bytes that are no UTF-8, and characters that XML does not
 * know, become the replacement character. */
void vv__markup_add(vv__text *text, const char *string);

/* How many bytes the character at `s` has, which ends with a NUL; 0 where there is none that XML
 * lets be. */
size_t vv__markup_character(const unsigned char *s);

/* Add a relative address for the file of this path: what is not plain is written as %XX. */
void vv__markup_add_address(vv__text *text, const char *path);

#endif
