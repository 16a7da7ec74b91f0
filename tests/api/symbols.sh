#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 The Visavis authors
#
# What a header declares: a line DECLARED(name) for each function, a line SIZED(name, INIT) for each
# struct of options or results, which must start with its size, and a line BY_VALUE(outer, inner)
# where one of these lies inside another struct, which could never grow. usage: symbols.sh HEADER

tr '\n' ' ' <"$1" | grep -oE 'VV_API [^;]*;' | grep -oE 'vv_[a-z0-9_]+ *\(' | tr -d ' (' | sort -u |
    sed 's/.*/DECLARED(&)/'

awk '
    /^typedef struct vv_[a-z_]+ \{/ {
        name = $3
        if (name ~ /_(options|result)$/) {
            init = toupper(name) "_INIT"
            print "SIZED(" name ", " init ")"
        }
    }
    /^    vv_[a-z_]+_(options|result) / { print "BY_VALUE(" name ", " $1 ")" }
    /^\}/ { name = "" }' "$1"
