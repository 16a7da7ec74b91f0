# SPDX-License-Identifier: MIT
# Copyright (c) 2026 The Visavis authors
#
# Live: how late pictures are, how many are dropped, and whether memory stays what it is, with four
# faces in every frame, played in real time; see docs/performance.md. Run by script/bench live.

source "$(dirname "$0")/common.sh"
threads=$(nproc)
seconds=60
[ $clock = clock ] && [ $which = middle ] && [ -z "$runs" ] ||
    fail "what happens in real time is measured once, by the clock"
set -- ${arguments[@]+"${arguments[@]}"}
while [ $# -gt 0 ]; do
    case $1 in
    --threads) threads=${2:-} ;;
    --seconds) seconds=${2:-} ;;
    *) fail "unknown argument $1; there are --threads N, --seconds N, --json, --build DIR" ;;
    esac
    [[ "${2:-}" =~ ^[1-9][0-9]*$ ]] || fail "$1 takes a whole number from 1"
    shift 2
done
[ "$seconds" -gt 10 ] || fail "--seconds takes more than 10: memory is looked at after ten seconds"
[ -x "$visavis" ] && [ -d build/demo/people ] || fail "run script/demo first: it builds, and lays out people"
install_packages xvfb gir1.2-gst-rtsp-server-1.0 gstreamer1.0-plugins-good python3-gi

started=()
end_all() {
    [ ${#started[@]} = 0 ] || kill "${started[@]}" 2>/dev/null || true
    rm -f "$long"
}
trap end_all EXIT

# The clip as a camera would send it, which keeps no picture back to look at later ones; over and over.
long=$folder/long-live.mp4
mkdir -p "$folder"
sent=$folder/sent-1280x720.mp4
if [ ! -f "$sent" ]; then
    ffmpeg -nostdin -v error -y -i "$(clip 1280 720)" -c:v libx264 -preset veryfast -tune zerolatency \
        -g 50 -b:v 4M "$folder/.sent.mp4"
    mv "$folder/.sent.mp4" "$sent"
fi
ffmpeg -nostdin -v error -y -stream_loop $((seconds / 12 + 3)) -i "$sent" -c copy "$long"

# first_line FILE: as soon as it is there.
first_line() {
    local i
    for ((i = 0; i < 200; i++)); do
        head -n 1 "$1" | grep . && return
        sleep 0.1
    done
    fail "$1: nothing came"
}

# memory_of PROCESS: what it has in memory now, in MB.
memory_of() {
    [ -r "/proc/$1/status" ] || fail "it ended too early; it says: $(cat "$folder/live.err")"
    awk '$1 == "VmRSS:" { printf "%d", $2 / 1024 }' "/proc/$1/status"
}

# measure KIND SOURCE OPTION...: watch for so long.
measure() {
    local kind=$1 source=$2 early late watcher stats=$folder/live.json
    shift 2
    rm -f "$stats"
    "$visavis" live --people build/demo/people --allow-twice --threads "$threads" --stats "$stats" \
        "$@" "$source" >"$folder/live.out" 2>"$folder/live.err" &
    watcher=$!
    started+=("$watcher")
    sleep 10
    early=$(memory_of $watcher)
    sleep $((seconds - 10))
    late=$(memory_of $watcher)
    kill -TERM $watcher
    wait $watcher || fail "$kind: $(cat "$folder/live.err")"
    started=("${started[@]/$watcher/}")
    report "$kind" "$stats" "$early" "$late"
}

# milliseconds FILE KEY
milliseconds() {
    json_number "$1" "$2" | awk '{ printf "%.0f", 1000 * $1 }'
}

report() {
    local kind=$1 stats=$2 values
    values=("$(json_number "$stats" came)" "$(json_number "$stats" shown)" \
        "$(json_number "$stats" dropped)" "$(json_number "$stats" fps)" \
        "$(milliseconds "$stats" median)" "$(milliseconds "$stats" p95)" \
        "$(milliseconds "$stats" most)" "$3" "$4")
    if [ $json = yes ]; then
        printf '{"benchmark":"live","source":"%s","size":"1280x720","threads":%d,"seconds":%d,' \
            "$kind" "$threads" "$seconds"
        printf '"came":%s,"shown":%s,"dropped":%s,"fps":%s,"delay_ms":{"median":%s,"p95":%s,"most":%s},' \
            "${values[@]:0:7}"
        printf '"memory_mb":{"after_10_s":%s,"at_the_end":%s}}\n' "${values[@]:7}"
    else
        printf '%-14s %6s %6s %8s %6s %8s %6s %6s %7s %6s\n' "$kind" "${values[@]}"
    fi
}

if [ $json = no ]; then
    printf '%s; %d of %d cores; %d seconds of 1280x720, 25 frames a second, four faces\n' \
        "$("$visavis" --version)" "$threads" "$(nproc)" "$seconds"
    printf '%-14s %20s   %6s %20s %16s\n' '' frames '' 'delay, ms' 'memory, MB'
    printf '%-14s %6s %6s %8s %6s %8s %6s %6s %7s %6s\n' source came shown dropped fps median '95 %' \
        most '10 s' end
fi

measure "file" "$long" --headless

: >"$folder/port"
/usr/bin/python3 tests/live/rtsp_server.py 0 "$PWD/$long" >"$folder/port" 2>"$folder/server.err" &
started+=("$!")
port=$(first_line "$folder/port")
measure "rtsp" "rtsp://127.0.0.1:$port/door" --headless

: >"$folder/display"
Xvfb -displayfd 3 -screen 0 1920x1080x24 -nolisten tcp 3>"$folder/display" >/dev/null 2>&1 &
started+=("$!")
DISPLAY=:$(first_line "$folder/display")
export DISPLAY SDL_VIDEODRIVER=x11
measure "rtsp, window" "rtsp://127.0.0.1:$port/door"
