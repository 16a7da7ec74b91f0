# SPDX-License-Identifier: MIT
# Copyright (c) 2026 The Visavis authors
#
# Finding faces, by the kind and size of picture, the smallest face and threads; see
# docs/performance.md. Run by script/bench detect.

source "$(dirname "$0")/common.sh"
[ ${#arguments[@]} = 0 ] || fail "unknown argument ${arguments[0]}; there are --json, --runs N, --fastest, --build DIR"
[ $clock = clock ] || fail "the stages are measured by the clock; --fastest is for a busy machine"
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
    line=$("$build/bench/bench-detect" build/models "$1" "$2" "$3" "$runs" "$which")
    memory=$(memory_of "$build/bench/bench-detect" build/models "$1" "$2" "$3" 1 middle)
    printf '%s,"peak_mb":%s}\n' "${line%\}}" "$memory"
}

# stream CLIP SMALLEST THREADS: a frame of the whole video on average, decoded and found by the
# command. Several frames are worked on at once there, so that the stages say nothing.
stream() {
    local command=("$visavis" detect --json --quiet --models build/models --min-face "$2"
        --threads "$3" --stats "$folder/stats.json" "$1")
    local times=() i memory frames
    for ((i = 0; i < (runs + 4) / 5; i++)); do
        "${command[@]}" >"$folder/faces.jsonl"
        frames=$(json_number "$folder/stats.json" frames)
        times+=("$(awk -v s="$(json_number "$folder/stats.json" seconds)" -v n="$frames" \
            'BEGIN { printf "%.3f", 1000 * s / n }')")
    done
    memory=$(memory_of "${command[@]}")
    mapfile -t times < <(printf '%s\n' "${times[@]}" | sort -g)
    [ $which = middle ] && i=$((${#times[@]} / 2)) || i=0
    awk -v ms="${times[i]}" -v frames="$frames" -v memory="$memory" '{ faces += gsub(/"box"/, "") }
        END { printf "{\"faces\":%.2f,\"ms\":%s,\"peak_mb\":%s}\n", faces / frames, ms, memory }' \
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

for size in 1280x720 1920x1080; do
    file=$(short "$(clip "${size%x*}" "${size#*x}")")
    picture=$(photo "four-$size" "$file" null)
    for smallest in 40 20; do
        for threads in 1 2; do
            row photo $size $smallest $threads "$(one_picture "$picture" $smallest $threads)"
            row frame $size $smallest $threads "$(one_picture "$file" $smallest $threads)"
            row video $size $smallest $threads "$(stream "$file" $smallest $threads)"
        done
    done
done
