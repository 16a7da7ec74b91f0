#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 The Visavis authors
#
# A build for x86-64 runs on every x86-64: what needs AVX is in the libraries of kernels that are
# chosen at the start, and nowhere else. usage: test_baseline.sh BUILD-FOLDER

here=$(dirname "$0")
source "$here/tap.sh"
cd "$1" || exit 2

mapfile -t archives < <(find src -name 'libvv_*.a' | sort)
kernels=src/nn/libvv_nn
for set in sse2 avx2 avx512; do
    [ -f ${kernels}_$set.a ] || exit 2
done

# functions_with REGISTERS ARCHIVE...: the functions that have one of the registers in a VEX or EVEX
# instruction, whose names begin with a v.
functions_with() {
    local registers=$1
    shift
    objdump -d --no-show-raw-insn "$@" | awk -v pattern="\t(\\{[a-z0-9]+\\} )?v[a-z0-9]+ .*%$registers" '
        /: +file format / { file = $1 }
        /^[0-9a-f]+ <.*>:$/ { name = $2 }
        $0 ~ pattern && !seen[file name]++ { print file " " name }'
}

no_function_needs_avx_but_those_chosen_at_the_start() {
    local archive others=()
    for archive in "${archives[@]}"; do
        case $archive in
        *_avx2.a | *_avx512.a) ;;
        *) others+=("$archive") ;;
        esac
    done
    [ ${#others[@]} -ge 8 ]
    functions_with '[xyz]mm' "${others[@]}" | grep -vE '_avx(2|512)(\.[a-z0-9.]+)?>:$' |
        head -n 20 | expect_nothing
}

the_avx2_kernels_need_no_avx512() {
    functions_with '(zmm|k[0-7]|[xy]mm(1[6-9]|2[0-9]|3[01]))' ${kernels}_avx2.a | expect_nothing
}

# Else the two before would find nothing wherever it is.
what_is_looked_for_is_found_in_the_kernels() {
    functions_with 'ymm' ${kernels}_avx2.a | grep -q depthwise
    functions_with 'zmm' ${kernels}_avx512.a | grep -q depthwise
}

# A function that several of these libraries have under one name is linked from any of them.
every_name_that_kernels_give_ends_with_their_set() {
    local set
    for set in sse2 avx2 avx512; do
        nm -g --defined-only ${kernels}_$set.a | awk -v set="_$set" '
            NF == 3 && substr($3, length($3) - length(set) + 1) != set { print set ": " $3 }'
    done | expect_nothing
}

check "no function needs AVX but those chosen at the start" \
    no_function_needs_avx_but_those_chosen_at_the_start
check "the AVX2 kernels need no AVX-512" the_avx2_kernels_need_no_avx512
check "what is looked for is found in the kernels" what_is_looked_for_is_found_in_the_kernels
check "every name that kernels give ends with their set" \
    every_name_that_kernels_give_ends_with_their_set
finish
