# SPDX-License-Identifier: MIT
# Copyright (c) 2026 The Visavis authors
#
# The main job on a clip with four faces in every frame; see docs/performance.md. Run by
# script/bench video.

source "$(dirname "$0")/common.sh"
runs=${runs:-3}
threads=$(nproc)
[ $clock = clock ] || fail "the main job is measured by the clock; --fastest is for a busy machine"
set -- ${arguments[@]+"${arguments[@]}"}
memory=no
while [ $# -gt 0 ]; do
    if [ "$1" = --memory ]; then
        memory=yes
        shift
        continue
    fi
    [ "$1" = --threads ] || fail "unknown argument $1; there are --threads N, --memory, --json, --runs N, --fastest, --build DIR"
    [[ "${2:-}" =~ ^[1-9][0-9]*$ ]] || fail "--threads takes a whole number from 1"
    threads=$2
    shift 2
done

[ -x "$visavis" ] && [ -d build/demo/people ] || fail "run script/demo first: it builds, and lays out people"

stages="decode detect encode identify draw write"
mkdir -p "$folder"

# main_job CLIP STATS: as a user would, but both men are in it twice.
main_job() {
    "$visavis" recognize --people build/demo/people --allow-twice --threads "$threads" \
        -o "$folder/tagged.mp4" --stats "$2" --json "$1"
}

# transcode CLIP: the seconds that FFmpeg takes to decode it and write it again, with the same encoder,
# settings and threads, and nothing in between.
transcode() {
    local TIMEFORMAT=%R
    { time ffmpeg -nostdin -v error -y -threads "$threads" -i "$1" -c:v libx264 -preset veryfast \
        -crf 20 -threads "$threads" "$folder/transcoded.mp4" >/dev/null 2>&1; } 2>&1
}

# The one in the middle of numbers, one a line.
middle_of() {
    sort -g | awk '{ n[NR] = $1 } END { print n[int((NR + 1) / 2)] }'
}

# In how many of 100 frames the warming run found all four.
share_with_four_faces() {
    awk '{ frames++; if (gsub(/"box"/, "") == 4) four++ }
        END { printf "%.1f", frames ? 100 * four / frames : 0 }'
}

processor=$(sed -n 's/^model name[^:]*: *//p' /proc/cpuinfo | head -n 1)
version=$("$visavis" --version)
[ $json = yes ] || printf '%s; %s; %d of %d cores\n%s of %d runs, each 300 frames: %s\n' \
    "$version" "${processor:-$(uname -m)}" "$threads" "$(nproc)" "$which" "$runs" \
    "decoded, found, encoded, named, drawn, written"

# report SIZE FOUR-FACES TRANSCODE STATS...: of the runs, slowest first.
report() {
    local size=$1 four=$2 transcode=$3 stage chosen ratio
    shift 3
    chosen=${*:$((($# + 1) / 2)):1}
    [ $which = middle ] || chosen=${*: -1}
    local fps slowest fastest
    ratio=$(awk -v ours="$(json_number "$chosen" seconds)" -v theirs="$transcode" \
        'BEGIN { printf "%.2f", ours / theirs }')
    fps=$(json_number "$chosen" fps)
    slowest=$(json_number "$1" fps)
    fastest=$(json_number "${*: -1}" fps)
    if [ $json = yes ]; then
        printf '{"benchmark":"video","size":"%s","threads":%d,"frames":%d,"fps":%.1f,' \
            "$size" "$threads" "$(json_number "$chosen" frames)" "$fps"
        printf '"slowest_fps":%.1f,"fastest_fps":%.1f,"frames_with_four_faces":%.3f,"stages":{' \
            "$slowest" "$fastest" "$(awk -v p="$four" 'BEGIN { print p / 100 }')"
        local comma=
        for stage in $stages; do
            printf '%s"%s":%.3f' "$comma" "$stage" "$(json_number "$chosen" "$stage")"
            comma=,
        done
        printf '},"transcode_seconds":%.3f,"times_transcode":%s,"peak_memory_mb":%s,' \
            "$transcode" "$ratio" "$(json_number "$chosen" peak_memory_mb)"
        printf '"processor":"%s","version":"%s"}\n' "$processor" "$version"
        return
    fi
    printf '\n%s: %.1f frames a second (%.1f to %.1f); four faces found in %s %% of frames\n' \
        "$size" "$fps" "$slowest" "$fastest" "$four"
    printf '  %-9s %8s %10s\n' stage seconds "ms/frame"
    for stage in $stages; do
        awk -v stage="$stage" -v s="$(json_number "$chosen" "$stage")" \
            -v n="$(json_number "$chosen" frames)" \
            'BEGIN { printf "  %-9s %8.2f %10.2f\n", stage, s, 1000 * s / n }'
    done
    printf '  %s times what FFmpeg takes to decode and encode the clip (%.2f s)\n' "$ratio" "$transcode"
    printf '  %s MB of memory at most\n' "$(json_number "$chosen" peak_memory_mb)"
}

# memory_after FRAMES CLIP: the most memory, in MB, that so many frames took: the clip over and over.
memory_after() {
    local length=300 long=$folder/long.mp4
    ffmpeg -nostdin -v error -y -stream_loop $((($1 + length - 1) / length - 1)) -i "$2" -c copy \
        -frames:v "$1" "$long"
    main_job "$long" "$folder/stats.json" >/dev/null
    [ "$(json_number "$folder/stats.json" frames)" = "$1" ] || fail "$long: not $1 frames were done"
    json_number "$folder/stats.json" peak_memory_mb
    rm -f "$long"
}

if [ $memory = yes ]; then
    file=$(clip 1280 720)
    for frames in 500 20000; do
        megabytes=$(memory_after $frames "$file")
        if [ $json = yes ]; then
            printf '{"benchmark":"video memory","size":"1280x720","threads":%d,"frames":%d,' \
                "$threads" "$frames"
            printf '"peak_memory_mb":%s,"version":"%s"}\n' "$megabytes" "$version"
        else
            printf '%6d frames of 1280x720: %s MB of memory at most\n' "$frames" "$megabytes"
        fi
    done
    exit
fi

for size in 640x360 1280x720; do
    file=$(clip "${size%x*}" "${size#*x}")
    four=$(main_job "$file" "$folder/stats.json" | share_with_four_faces)
    rm -f "$folder"/run-*.json "$folder/transcode"
    for ((run = 1; run <= runs; run++)); do
        main_job "$file" "$folder/run-$run.json" >/dev/null
        transcode "$file" >>"$folder/transcode"
    done
    # Slowest first.
    mapfile -t ordered < <(for stats in "$folder"/run-*.json; do
        printf '%s %s\n' "$(json_number "$stats" fps)" "$stats"
    done | sort -g | cut -d ' ' -f 2-)
    report "$size" "$four" "$(middle_of <"$folder/transcode")" "${ordered[@]}"
done
