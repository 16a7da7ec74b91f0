#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 The Visavis authors
#
# A stream of a real RTSP server on loopback, which breaks off and comes back while it is watched.
# usage: test_stream.sh BUILD-FOLDER

source "$(dirname "$0")/live.sh"

make_clip
mkdir people
cp "$media/franck_01829.jpg" people/Franck.jpg

# serve PORT: sets `port`.
serve() {
    : >port
    "$here/rtsp_server.py" "$1" "$folder/clip.mp4" >port 2>server.err &
    server=$!
    started+=("$server")
    eventually has 1 . port && port=$(head -n 1 port)
}

stop_serving() {
    kill -9 "$server"
    wait "$server" 2>/dev/null
}

the_person_is_named() {
    eventually has 1 '"arrival".*"Franck"' events || { cat said server.err; return 1; }
}

frames_come_with_their_delay() {
    eventually has 5 '"frame":.*"delay":.*"person":"Franck"' seen
    grep -m 1 '"frame"' seen | jq -e '.width == 360 and .height == 288 and .delay >= 0 and
        .dropped >= 0 and (.faces | type) == "array"'
}

the_loss_is_noticed() {
    eventually has 1 '"lost"' events
    # Who was there is not there any more.
    eventually has 1 '"departure".*"Franck"' events
}

it_is_watched_again() {
    eventually has 2 '"connected"' events
    eventually has 2 '"arrival".*"Franck"' events || { cat said server.err; return 1; }
}

each_is_said_once() {
    cat said
    [ "$(grep -c 'trying again' said)" = 1 ] && [ "$(grep -c 'connected again' said)" = 1 ] &&
        [ "$(grep -c '"lost"' events)" = 1 ]
}

a_signal_ends_it_well() {
    cat said
    [ "$end" = 0 ]
}

the_server_is_told_that_nobody_watches() {
    eventually has 1 left port
}

what_was_recorded_can_be_played() {
    ffmpeg -nostdin -v error -xerror -i door.mkv -f null - 2>&1 | expect_nothing
    [ "$(ffprobe -v error -count_packets -show_entries stream=nb_read_packets -of csv=p=0 \
        door.mkv | tr -dc 0-9)" -ge 5 ]
}

events_are_json_in_order() {
    jq -se 'map(.time) == (map(.time) | sort) and all(.source | startswith("rtsp://127.0.0.1"))' \
        events
    # The same on standard output, among the frames.
    diff <(jq -c 'select(.event)' seen) <(jq -c . events)
}

the_password_is_kept_to_itself() {
    ! grep -l 'secret' said events seen
}

serve 0
"$visavis" live --people people --headless --events events --record door.mkv \
    "rtsp://me:secret@127.0.0.1:$port/door" >seen 2>said &
watcher=$!
started+=("$watcher")
check "the person in a stream is named" the_person_is_named
check "frames come with their delay" frames_come_with_their_delay
stop_serving
check "the loss of a stream is noticed" the_loss_is_noticed
serve "$port"
check "a stream that is back is watched again" it_is_watched_again
kill -TERM "$watcher"
wait "$watcher"
end=$?
check "a signal ends it well" a_signal_ends_it_well
watcher=
check "the server is told that nobody watches" the_server_is_told_that_nobody_watches
check "loss and return are said once" each_is_said_once
check "what was recorded can be played" what_was_recorded_can_be_played
check "events are JSON, in order, wherever they are told" events_are_json_in_order
check "the password is kept to itself" the_password_is_kept_to_itself
finish
