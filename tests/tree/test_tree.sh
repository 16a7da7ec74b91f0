#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 The Visavis authors
#
# What the sources themselves promise: who includes whom, how long files and functions are, what the
# documents name. usage: test_tree.sh SOURCE-FOLDER

here=$(dirname "$0")
source "$here/tap.sh"
cd "$1" || exit 2

mapfile -t c_files < <(find . \( -name .git -o -name 'build*' \) -prune -o -name '*.[ch]' -print |
    sed 's|^\./||' | sort)
mapfile -t src_files < <(find src -name '*.[ch]' | sort)
mapfile -t text_files < <(find . \( -name .git -o -name 'build*' \) -prune -o -type f -print |
    grep -vE '^\./tests/data/|\.json$' | sort)

# A folder may include itself and what has a lower number; folders of one number do not know each
# other.
levels='base=0 image=1 media=2 nn=2 detect=3 encode=3 convert=3 gallery=4 track=4 eval=4 report=4 api=5'

lower_folders_include_no_higher_ones() {
    awk -v levels="$levels" '
        BEGIN {
            n = split(levels, pair, " ")
            for (i = 1; i <= n; i++) { split(pair[i], at, "="); level[at[1]] = at[2] }
        }
        FNR == 1 { split(FILENAME, part, "/"); from = part[2] }
        from in level && match($0, /^#include "[a-z_]+\//) {
            to = substr($0, 11, RLENGTH - 11)
            if (to == from) next
            if (!(to in level) || level[to] >= level[from]) print FILENAME ": " $0
        }' "${src_files[@]}" | expect_nothing
}

commands_see_the_public_header_alone() {
    find src/cli -name '*.[ch]' -exec grep -HE '^#include "' {} + |
        grep -vE '#include "(visavis\.h|(cli/)?[a-z_]+\.h)"' | expect_nothing
}

# library_stays_in HEADER-PATTERN FOLDER-PATTERN
library_stays_in() {
    grep -HE "^#include <($1)" "${src_files[@]}" | grep -vE "^src/($2)[/.]" | expect_nothing
}

includes_put_ours_last() {
    # The header of what the file makes or tests may come first; then the system's and other
    # libraries'; then ours.
    awk '
        FNR == 1 { seen = rank = 0 }
        !/^#include / { next }
        !seen++ && /"/ { next }
        {
            group = /^#include "/ ? 2 : 1
            if (group < rank) print FILENAME ":" FNR ": " $0 ": after our own headers"
            rank = group
        }' "${c_files[@]}" | expect_nothing
}

files_fit_in_800_lines() {
    # The public header is the reference, and is one for the sake of those who read it.
    wc -l "${c_files[@]}" | awk '$2 != "total" && $2 != "include/visavis.h" && $1 > 800' |
        expect_nothing
}

functions_fit_in_60_lines() {
    # A function starts and ends with a brace of its own in the first column.
    awk '
        /^\{/ { start = FNR }
        /^\}/ {
            if (start && FNR - start - 1 > 60) print FILENAME ":" start ": " FNR - start - 1 " lines"
            start = 0
        }' "${c_files[@]}" | expect_nothing
}

sources_say_their_licence() {
    local file
    for file in "${c_files[@]}"; do
        head -n 2 "$file" | grep -q 'SPDX-License-Identifier: MIT' &&
            head -n 2 "$file" | grep -q 'Copyright (c) [0-9]* The Visavis authors' ||
            printf '%s\n' "$file"
    done | expect_nothing
    find . \( -name .git -o -name 'build*' \) -prune -o \( -name meson.build -o -path './script/*' \
        -o -path './.ci/*' \) -type f -print | xargs grep -L 'SPDX-License-Identifier: MIT' |
        expect_nothing
}

text_is_tidy() {
    grep -nHE '[[:blank:]]+$' "${text_files[@]}" | expect_nothing
    grep -nHP '^\t* *\t' $(printf '%s\n' "${text_files[@]}" | grep -E '\.([ch]|md|build|sh)$') |
        expect_nothing
    # Spelled in two parts, or this line would find itself.
    grep -nHE 'TO''DO|FIX''ME|\bXX''X\b' "${text_files[@]}" | expect_nothing
}

nothing_names_a_machine() {
    grep -nHE '(^|[^[:alnum:]_.*/}$)])/(work|root|home|Users)/' "${text_files[@]}" | expect_nothing
}

nothing_large_or_foreign_is_kept() {
    find . \( -name .git -o -name 'build*' \) -prune -o -type f \( -size +600k \
        -o -name '*.onnx' -o -name '*.tflite' -o -name '*.mp4' -o -name '*.jpg' -o -name '*.tgz' \
        -o -name '*.h5' -o -name '*.bin' \) -print | expect_nothing
}

every_dependency_is_explained() {
    grep -rhoE "(dependency|find_library)\('[^']+'" --include=meson.build . --exclude-dir='build*' |
        sed -E "s/.*\('([^']+)'/\1/" | sort -u | while read -r name; do
        grep -q -- "\`$name\`" docs/architecture.md ||
            printf 'docs/architecture.md does not explain %s\n' "$name"
    done | expect_nothing
}

readme_lists_the_commands() {
    diff <(sed -nE 's/^    \{"([a-z ]+)",.*/\1/p' src/cli/commands.c | sort) \
        <(sed -nE 's/^\| `visavis ([a-z ]+)` \|.*/\1/p' README.md | sort)
}

every_folder_is_explained() {
    find src -mindepth 1 -maxdepth 1 -type d -not -empty | while read -r folder; do
        grep -q -- "\`$folder/\`" docs/architecture.md ||
            printf 'docs/architecture.md does not explain %s\n' "$folder"
    done | expect_nothing
}

documents_point_at_what_is_there() {
    # Links between documents, and scripts and folders named in them.
    local document target
    for document in README.md CONTRIBUTING.md docs/*.md; do
        [ -f "$document" ] || printf '%s does not exist\n' "$document"
        {
            grep -oE '\]\([^)#:]+\)' "$document" | sed -E 's/^\]\(//; s/\)$//' |
                sed "s|^|$(dirname "$document")/|"
            grep -oE '\bscript/[a-z0-9-]+' "$document"
            grep -oE '`(src|tests|include|docs|examples|bench|fuzz|models|man)/[A-Za-z0-9_./-]*`' \
                "$document" | tr -d '`'
        } | sort -u | while read -r target; do
            [ -e "$target" ] || printf '%s: %s does not exist\n' "$document" "$target"
        done
    done | expect_nothing
}

check "lower folders include no higher ones" lower_folders_include_no_higher_ones
check "commands see the public header alone" commands_see_the_public_header_alone
check "FFmpeg stays in media" library_stays_in 'libav|libsw' media
check "libheif, libjpeg, Pango and Cairo stay in media" \
    library_stays_in 'libheif|libexif|jpeglib|pango|cairo' media
check "protobuf-c and LAPACK stay in convert" library_stays_in 'protobuf-c|lapack' convert
check "HDF5 stays in one file" library_stays_in 'hdf5' 'convert/h5_read'
check "includes put ours last" includes_put_ours_last
check "files fit in 800 lines" files_fit_in_800_lines
check "functions fit in 60 lines" functions_fit_in_60_lines
check "sources say their licence" sources_say_their_licence
check "text is tidy" text_is_tidy
check "nothing names a machine" nothing_names_a_machine
check "nothing large or foreign is kept" nothing_large_or_foreign_is_kept
check "every dependency is explained" every_dependency_is_explained
check "the README lists the commands" readme_lists_the_commands
check "every folder is explained" every_folder_is_explained
check "documents point at what is there" documents_point_at_what_is_there
finish
