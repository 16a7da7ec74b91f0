#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 The Visavis authors
#
# What is told without a window: JSON lines, a file of events, a command that is run. usage:
# test_events.sh BUILD-FOLDER

source "$(dirname "$0")/live.sh"

ffmpeg -nostdin -v error -y -ss 40 -t 2 -i "$media/franck.mp4" -c:v libx264 -preset veryfast short.mp4
mkdir people
cp "$media/franck_01829.jpg" people/Franck.jpg

# watch OPTION...: the short clip, to its end. Sets `end`.
watch() {
    timeout $((patience + 60)) "$visavis" live --headless "$@" short.mp4 >seen 2>said
    end=$?
}

a_file_is_watched_to_its_end() {
    watch --people people --events events
    cat said
    [ "$end" = 0 ]
    jq -se 'map(select(.frame)) | length > 0 and all(.source == "short.mp4")' seen
    jq -se 'map(.event) | .[0] == "connected" and index("ended") != null' events
}

it_is_told_in_words_too() {
    grep -qx 'visavis: Franck arrived' said
    grep -qE '^visavis: Franck left after [0-9]+ s$' said
}

events_are_added_to_the_file() {
    local before
    before=$(wc -l <events)
    watch --people people --events events
    [ "$(wc -l <events)" = $((2 * before)) ]
}

without_people_nobody_is_named() {
    watch
    jq -se 'map(select(.frame) | .faces[]) | length > 0 and all(has("person") | not)' seen
}

a_command_is_told_of_who_comes_and_goes() {
    watch --people people --on-event 'cat >>told; echo this is not for the reader'
    [ "$end" = 0 ]
    diff <(jq -c 'select(.event == "arrival" or .event == "departure") | .event, .person' events |
        head -n 4 | sort) <(jq -c '.event, .person' told | sort)
    grep -q 'not for the reader' said
}

a_command_that_hangs_holds_nothing_up() {
    watch --people people --on-event 'echo $$ >>hanging; exec sleep 1000'
    [ "$end" = 0 ]
    jq -se 'map(.event) | index("ended") != null' seen
    [ "$(wc -l <hanging)" -ge 1 ]
    # None of them is left.
    while read -r process; do
        if kill -0 "$process"; then return 1; fi
    done <hanging
}

a_command_that_fails_is_told_of_once() {
    watch --people people --on-event 'exit 3'
    cat said
    [ "$end" = 0 ] && [ "$(grep -c 'warning: --on-event: .*status 3' said)" = 1 ]
}

a_reader_that_goes_away_ends_it() {
    timeout $((patience + 60)) "$visavis" live --headless short.mp4 2>said | head -n 1 >first
    jq . first
    expect_nothing <<<"$(grep -v connected said)"
}

a_camera_that_is_missing_is_an_error() {
    local code=0
    "$visavis" live --headless /dev/video99 >none 2>said || code=$?
    cat said
    [ $code = 2 ] && [ "$(wc -l <said)" = 1 ] && grep -q '^visavis: /dev/video99: ' said &&
        grep -qi camera said
}

what_cannot_be_written_is_said_before() {
    local code=0
    "$visavis" live --headless --record film.jpg short.mp4 >none 2>said || code=$?
    [ $code = 2 ] && grep -q -- '--record' said
    code=0
    "$visavis" live --headless --events nowhere/events short.mp4 >none 2>said || code=$?
    [ $code = 2 ] && grep -q 'nowhere' said && [ ! -s none ]
}

# refuses PATTERN OPTION... SOURCE: one line, before anything starts.
refuses() {
    local pattern=$1 code=0
    shift
    timeout $patience "$visavis" live "$@" >none 2>said || code=$?
    cat said
    [ $code = 2 ] && [ "$(wc -l <said)" = 1 ] && grep -q -- "$pattern" said && [ ! -s none ]
}

the_source_is_not_written_to() {
    cp short.mp4 precious.mp4
    ln -s precious.mp4 alias.mp4
    for option in --events --record --stats; do
        refuses "is the source itself.*$option" --headless $option alias.mp4 precious.mp4
    done
    cmp short.mp4 precious.mp4
}

events_are_not_added_to_what_is_something_else() {
    echo 'Dear diary' >diary
    refuses 'diary: .*--events' --headless --events diary short.mp4
    [ "$(cat diary)" = 'Dear diary' ]
}

a_source_that_is_missing_comes_before_a_screen_that_is() {
    unset DISPLAY WAYLAND_DISPLAY
    refuses 'nofile.mp4: no such file' nofile.mp4
    refuses '/dev/video99: no such camera' /dev/video99
}

kinds_of_addresses_are_told() {
    refuses 'ftp.*http, https, rtsp' --headless ftp://anna:secret@x/y
    ! grep -q secret said
}

no_window_is_needed() {
    LD_DEBUG=files LD_DEBUG_OUTPUT=loaded "$visavis" live --headless short.mp4 >none 2>said
    grep -q libvisavis loaded.*
    grep -hoE 'libSDL[a-z0-9-]*' loaded.* | sort -u | expect_nothing
}

check "a file is watched to its end" a_file_is_watched_to_its_end
check "it is told in words too" it_is_told_in_words_too
check "events are added to the file" events_are_added_to_the_file
check "without people nobody is named" without_people_nobody_is_named
check "a command is told of who comes and goes" a_command_is_told_of_who_comes_and_goes
check "a command that hangs holds nothing up" a_command_that_hangs_holds_nothing_up
check "a command that fails is told of once" a_command_that_fails_is_told_of_once
check "a reader that goes away ends it" a_reader_that_goes_away_ends_it
check "a camera that is missing is an error" a_camera_that_is_missing_is_an_error
check "what cannot be written is said before" what_cannot_be_written_is_said_before
check "the source is not written to" the_source_is_not_written_to
check "events are not added to what is something else" events_are_not_added_to_what_is_something_else
check "a source that is missing comes before a screen" a_source_that_is_missing_comes_before_a_screen_that_is
check "kinds of addresses are told" kinds_of_addresses_are_told
check "without a window SDL is not loaded" no_window_is_needed
finish
