# SPDX-License-Identifier: MIT
# Copyright (c) 2026 The Visavis authors
#
# Finding faces, by the kind and size of picture, the smallest face and threads; see
# docs/performance.md. Run by script/bench detect.

source "$(dirname "$0")/common.sh"
[ ${#arguments[@]} = 0 ] || fail "unknown argument ${arguments[0]}; there are --json, --runs N, --fastest, --cpu-time, --build DIR"
runs=${runs:-15}
prepare src/cli/visavis bench/bench-detect bench/bench-process

keys="faces ms pyramid pnet rnet onet other peak_mb"

# The memory of a run is that of a whole process, decoding included.
memory_of() {
    "$build/bench/bench-process" 1 middle clock "$@" | sed -E 's/.*"peak_mb":([0-9.]+).*/\1/'
}

# one_picture FILE SMALLEST THREADS: as JSON, what `keys` says.
one_picture() {
    local line memory
    line=$("$build/bench/bench-detect" build/models "$1" "$2" "$3" "$runs" "$which" "$clock")
    memory=$(memory_of "$build/bench/bench-detect" build/models "$1" "$2" "$3" 1 middle clock)
    printf '%s,"peak_mb":%s}\n' "${line%\}}" "$memory"
}

# stream CLIP SMALLEST THREADS: a frame of the whole video on average, decoded and found by the
# command, start included, each frame searched as a whole. Several are worked on at once there, so
# that the stages say nothing.
stream() {
    local command=("$visavis" detect --json --quiet --models build/models --every 1
        --min-face "$2" --threads "$3" "$1")
    local result
    "${command[@]}" >"$folder/faces.jsonl"
    result=$("$build/bench/bench-process" $(((runs + 4) / 5)) "$which" "$clock" "${command[@]}")
    awk -v ms="$(sed -E 's/.*"ms":([0-9.]+).*/\1/' <<<"$result")" \
        -v memory="$(sed -E 's/.*"peak_mb":([0-9.]+).*/\1/' <<<"$result")" \
        '{ faces += gsub(/"box"/, "") }
        END { printf "{\"faces\":%.2f,\"ms\":%.3f,\"peak_mb\":%s}\n", faces / NR, ms / NR, memory }' \
        "$folder/faces.jsonl"
}

# row INPUT SIZE SMALLEST THREADS RESULT
row() {
    if [ $json = yes ]; then
        printf '{"input":"%s","size":"%s","min_face":%d,"threads":%d,%s\n' "$1" "$2" "$3" "$4" "${5#\{}"
        return
    fi
    printf '%-7s %-10s %8d %7d' "$1" "$2" "$3" "$4"
    local key value
    for key in $keys; do
        value=$(sed -nE "s/.*\"$key\":([0-9.]+).*/\1/p" <<<"$5")
        printf ' %8s' "${value:--}"
    done
    printf '\n'
}

[ $json = yes ] || {
    machine
    printf '%-7s %-10s %8s %7s' input size min_face threads
    printf ' %8s' $keys
    printf '\n'
}
# Four seconds are enough.
short() {
    local file=$folder/short-$(basename "$1")
    [ -f "$file" ] || ffmpeg -nostdin -v error -y -i "$1" -t 4 -c copy "$file"
    printf '%s\n' "$file"
}

# A second thread takes no less of the processors' time.
[ $clock = clock ] && threads_to_try="1 2" || threads_to_try=1
for size in 1280x720 1920x1080; do
    file=$(short "$(clip "${size%x*}" "${size#*x}")")
    picture=$(photo "four-$size" "$file" null)
    for smallest in 40 20; do
        for threads in $threads_to_try; do
            row photo $size $smallest $threads "$(one_picture "$picture" $smallest $threads)"
            row frame $size $smallest $threads "$(one_picture "$file" $smallest $threads)"
            row video $size $smallest $threads "$(stream "$file" $smallest $threads)"
        done
    done
done
