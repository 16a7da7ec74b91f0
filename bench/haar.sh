# SPDX-License-Identifier: MIT
# Copyright (c) 2026 The Visavis authors
#
# The cascade of Haar features beside OpenCV's own; see docs/haar.md. Run by script/bench haar.

source "$(dirname "$0")/common.sh"
[ ${#arguments[@]} = 0 ] || fail "unknown argument ${arguments[0]}; there are --json, --runs N, --fastest, --cpu-time, --build DIR"
runs=${runs:-15}
python=/usr/bin/python3
"$python" -c 'import cv2' 2>/dev/null && [ -d /usr/share/opencv4/haarcascades ] ||
    fail "OpenCV is not there; apt install python3-opencv opencv-data"
prepare src/cli/visavis bench/bench-haar

keys="ours_ms opencv_ms times_faster boxes opencv_boxes same_boxes"

# row RESULT
row() {
    if [ $json = yes ]; then
        printf '%s\n' "$1"
        return
    fi
    local key
    for key in size threads $keys; do
        printf '%-12s ' "$(sed -nE "s/.*\"$key\": \"?([a-z0-9.]+).*/\1/p" <<<"$1")"
    done
    printf '\n'
}

[ $json = yes ] || {
    machine
    printf 'turn by turn on one grey picture; times_faster is the median over the turns\n'
    printf '%-12s ' size threads $keys
    printf '\n'
}
[ $clock = clock ] && threads_to_try="1 2" || threads_to_try=1
# Four people before a window with blinds: much that looks like a face at first.
group=build/packages/@vladmandic/face-api/demo/sample6.jpg
for size in 640x360 1280x720 1920x1080; do
    shape=${size/x/:}
    picture=$(photo "haar-$size" "$group" \
        "scale=$shape:force_original_aspect_ratio=increase,crop=$shape")
    for threads in $threads_to_try; do
        row "$("$python" bench/haar.py "$build/bench/bench-haar" "$picture" $size $threads "$runs" \
            "$which" "$clock" "$folder")"
    done
done
