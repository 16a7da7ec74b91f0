#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 The Visavis authors
#
# Text files as C strings, each in a variable named after its file. usage: as_strings.sh FILE...
for file in "$@"; do
    printf 'static const char vv__%s[] =\n' "$(basename "$file" | tr . _)"
    sed 's/\\/\\\\/g; s/"/\\"/g; s/^[ ]*/"/; s/$/\\n"/' "$file"
    echo ';'
done
