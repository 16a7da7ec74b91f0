# SPDX-License-Identifier: MIT
# Copyright (c) 2026 The Visavis authors
#
# From nothing to an answer: two photos of 640x480 compared by a new process; see
# docs/performance.md. Run by script/bench start.

source "$(dirname "$0")/common.sh"
[ ${#arguments[@]} = 0 ] || fail "unknown argument ${arguments[0]}; there are --json, --runs N, --fastest, --cpu-time, --build DIR"
runs=${runs:-20}
prepare src/cli/visavis bench/bench-process

filter='crop=720:540:0:18,scale=640:480'
a=$(photo start-a "$media/franck_02221.jpg" "$filter")
b=$(photo start-b "$media/franck_04117.jpg" "$filter")

[ $json = yes ] || {
    machine
    printf '%-14s %-8s %8s %8s\n' command threads ms peak_mb
}
# row NAME THREADS ARGUMENT...
row() {
    local name=$1 threads=$2 result
    shift 2
    result=$("$build/bench/bench-process" "$runs" "$which" "$clock" "$visavis" "$@")
    if [ $json = yes ]; then
        printf '{"command":"%s","threads":%d,%s\n' "$name" "$threads" "${result#\{}"
    else
        printf '%-14s %-8s %8s %8s\n' "$name" "$threads" \
            $(sed -E 's/.*"ms":([0-9.]+),"peak_mb":([0-9.]+).*/\1 \2/' <<<"$result")
    fi
}
row --version 1 --version
for threads in 1 2; do
    row verify $threads verify --models build/models --threads $threads "$a" "$b"
done
