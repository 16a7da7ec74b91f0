# SPDX-License-Identifier: MIT
# Copyright (c) 2026 The Visavis authors
#
# Tests written in shell speak TAP like the others. Sourced by bash.
#
#   check "a sentence" function [argument...]
#
# calls the function with errors fatal; what it says is shown where it fails.

set -u

tap_count=0
tap_failed=0

check() {
    local name=$1 said status
    shift
    tap_count=$((tap_count + 1))
    # Not inside the if: there bash would ignore set -e.
    said=$(set -e; "$@" 2>&1)
    status=$?
    if [ $status = 0 ]; then
        printf 'ok %d - %s\n' "$tap_count" "$name"
    else
        printf 'not ok %d - %s\n' "$tap_count" "$name"
        printf '%s\n' "$said" | sed 's/^/# /'
        tap_failed=1
    fi
}

# At the end of a test.
finish() {
    printf '1..%d\n' "$tap_count"
    exit "$tap_failed"
}

# expect_nothing: fails where its input has any line, and shows them.
expect_nothing() {
    ! grep .
}
