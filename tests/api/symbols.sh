#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 The Visavis authors
#
# A line DECLARED(name) for each function that a header declares. usage: symbols.sh HEADER

tr '\n' ' ' <"$1" | grep -oE 'VV_API [^;]*;' | grep -oE 'vv_[a-z0-9_]+ *\(' | tr -d ' (' | sort -u |
    sed 's/.*/DECLARED(&)/'
