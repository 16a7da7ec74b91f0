/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* What the command says and refuses before it looks at any face: no models are needed. */

#include "command.h"

static const char *const commands[] = {"detect",        "encode",     "verify",     "recognize",
                                       "gallery list",  "eval pairs", "calibrate",  "eval detect",
                                       "eval identify", "eval video", "model list", "model info",
                                       "model convert", "model card", "model run",  "align"};
enum { COMMANDS = sizeof commands / sizeof *commands };

static void help_lists_every_command(void **state)
{
    (void)state;
    const run *r = run_shell("\"$V\" --help");
    assert_status(r, 0);
    assert_string_equal(r->err, "");
    for (int i = 0; i < COMMANDS; i++) assert_contains(r->out, commands[i]);
}

static void every_command_explains_itself_in_80_columns(void **state)
{
    (void)state;
    for (int i = 0; i < COMMANDS; i++) {
        char usage[64];
        snprintf(usage, sizeof usage, "Usage: visavis %s", commands[i]);
        const run *r = run_shell("\"$V\" %s --help", commands[i]);
        assert_status(r, 0);
        assert_contains(r->out, usage);
        assert_string_equal(r->err, "");
        r = run_shell("\"$V\" help %s", commands[i]);
        assert_status(r, 0);
        assert_contains(r->out, usage);
        must_run("! \"$V\" %s -h | grep -E '.{81}'", commands[i]);
    }
}

static void every_option_of_the_help_is_in_the_manual_and_the_completions(void **state)
{
    (void)state;
    /* The list of the help, then a search for each. */
    for (int i = 0; i < COMMANDS; i++)
        must_run(
            "set -o pipefail; page=$D/../../man/visavis-%.*s.1.scd;"
            "for o in $(\"$V\" %s --help | grep -oE '^  (-., )?--[a-z-]+' | grep -oE -- '--.*'); do"
            "  case $o in --threads|--models|--quiet|--verbose|--help) page2=$D/../../man/visavis.1.scd;;"
            "  *) page2=$page;; esac;"
            "  grep -q -- \"\\*$o\\*\" $page2 || { echo $o is not in $page2; exit 1; };"
            "  grep -q -- \"$o\" $D/../../src/cli/completions/visavis.bash || exit 1;"
            "  grep -q -- \"$o\" $D/../../src/cli/completions/_visavis || exit 1;"
            "  grep -q -- \"-l ${o#--}\" $D/../../src/cli/completions/visavis.fish || exit 1;"
            "done",
            (int)strcspn(commands[i], " "), commands[i], commands[i]);
}

static void help_is_given_whatever_else_the_line_holds(void **state)
{
    (void)state;
    assert_status(run_shell("\"$V\" detect nothing.jpg --help"), 0);
    assert_status(run_shell("\"$V\" model --help"), 0);
    assert_status(run_shell("\"$V\" model help"), 0);
}

static void the_version_is_told(void **state)
{
    (void)state;
    const run *r = run_shell("\"$V\" --version");
    assert_status(r, 0);
    assert_contains(r->out, "visavis 0.");
}

/* Command lines that are refused, and what the one line about them must hold. */
static const struct {
    const char *words, *says;
} refused[] = {
    {"", "no command given"},
    {"--json", "a command comes first"},
    {"serve", "no such command; there are detect, encode, verify"},
    {"recogn", "did you mean recognize?"},
    {"dtect a.jpg", "did you mean detect?"},
    {"model", "which of its commands?"},
    {"model lsit", "did you mean model list?"},
    {"help frobnicate", "no such command"},
    {"detect", "no input given"},
    {"recognize a.jpg", "--people"},
    {"recognize --people", "--people: its value is missing"},
    {"recognize --people --json a.jpg", "--people: its value is missing"},
    {"verify a.jpg", "two photos are needed"},
    {"verify a.jpg b.jpg c.jpg", "one argument too many"},
    {"detect --jsn a.jpg", "did you mean --json?"},
    {"detect --frobnicate a.jpg", "--frobnicate: no such option"},
    {"detect -x a.jpg", "-x: no such option"},
    {"detect --crf= a.jpg", "value is empty"},
    {"detect --json=yes a.jpg", "takes no value"},
    {"verify --crf 20 a.jpg b.jpg", "verify does not take this option"},
    {"detect --min-face 11 a.jpg", "give one from 12 to"},
    {"detect --min-face=-40 a.jpg", "out of range"},
    {"detect --min-face 40px a.jpg", "'40px' is not a whole number"},
    {"detect --min-face 40.5 a.jpg", "not a whole number"},
    {"detect --min-face ' 40' a.jpg", "not a whole number"},
    {"detect --min-face 99999999999999999999 a.jpg", "out of range"},
    {"recognize --people . --threshold nan a.jpg", "'nan' is not a number"},
    {"recognize --people . --threshold inf a.jpg", "not a number"},
    {"recognize --people . --threshold 0x1 a.jpg", "not a number"},
    {"recognize --people . --threshold 1,05 a.jpg", "not a number"},
    {"recognize --people . --threshold 0 a.jpg", "out of range"},
    {"recognize --people . --threshold -1 a.jpg", "out of range"},
    {"recognize --people . --threshold 1e999 a.jpg", "out of range"},
    {"recognize --people . --candidates 0 a.jpg", "out of range"},
    {"detect --threads 0 a.jpg", "out of range"},
    {"detect --threads many a.jpg", "not a whole number"},
    {"detect --crf 64 a.jpg", "from 1 to 63"},
    {"detect --draw box,hat a.jpg", "'hat' cannot be drawn"},
    {"detect --draw box, a.jpg", "cannot be drawn"},
    {"detect --detector magic a.jpg", "'magic' is not known"},
    {"detect .", "is a folder; --recursive"},
    {"detect --recursive .", "no photo or video in this folder"},
    {"verify . a.jpg", "is a folder"},
    {"detect - -", "only once"},
    {"detect -o out.xyz a.jpg", "no output of this type"},
    {"detect -o out a.jpg", "no output of this type"},
    {"detect -o - a.jpg", "not written to standard output"},
    {"detect -o missing/out.jpg a.jpg", "missing: there is no such folder"},
    {"detect -o missing.jpg a.jpg b.jpg", "must be a folder; end its name in /"},
    {"detect -o /dev/null/new/ a.jpg", "the folder cannot be made: a file of that name is there"},
    {"detect --sheet sheet.mp4 a.jpg", "no picture of this type"},
    {"detect --sheet missing/sheet.png a.jpg", "there is no such folder"},
    {"detect --stats missing/stats.json a.jpg", "there is no such folder"},
    {"detect -o x.png --sheet x.png a.jpg", "would be written twice"},
    {"align a.jpg", "give -o DIR"},
    {"align -o x", "no photo given"},
    {"align -o x --size 8 a.jpg", "from 16 to 4096"},
    {"align -o x --margin -1 a.jpg", "out of range"},
    {"align -o x --threshold 1 a.jpg", "align does not take this option"},
    {"model card", "no model given"},
    {"model card missing.onnx", "missing.onnx: no such file"},
    {"model convert missing.h5 y.onnx", "missing.h5: no such file"},
    {"model run x.onnx", "give -o DIR"},
    {"model convert x.tflite", "output's name is missing"},
    {"model convert x.tflite y.txt", "must end in .onnx"},
    {"model convert missing.tflite y.onnx", "missing.tflite"},
    {"model info no-such-model", "no-such-model"},
    {"model info", "no model given"},
    {"gallery list", "--people"},
};

static void what_cannot_be_done_is_refused_in_one_line(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        const run *r = run_shell("\"$V\" %s", refused[i].words);
        if (r->status != 2) print_error("visavis %s\n", refused[i].words);
        assert_fails_with(r, refused[i].says);
        assert_string_equal(r->out, "");
    }
}

static void an_input_is_never_written_over(void **state)
{
    (void)state;
    must_run("echo precious >a.jpg; ln -s a.jpg link.jpg; ln a.jpg hard.jpg; mkdir -p out;"
             "ln -s ../a.jpg out/a.jpg; echo two >b.jpg");
    static const char *const lines[] = {
        "detect -o a.jpg a.jpg",     "detect -o link.jpg a.jpg",   "detect -o hard.jpg a.jpg",
        "detect -o ./ a.jpg",        "detect -o out a.jpg b.jpg",  "detect -o out/ a.jpg",
        "detect -o a.jpg link.jpg",  "detect --sheet a.jpg a.jpg", "detect --stats a.jpg a.jpg",
        "detect -o . --recursive .",
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        assert_fails_with(run_shell("\"$V\" %s", lines[i]), "is one of the inputs");
        assert_string_equal(must_run("cat a.jpg b.jpg"), "precious\ntwo");
    }
}

static void a_full_disk_is_an_error(void **state)
{
    (void)state;
    assert_fails_with(run_shell("\"$V\" --help >/dev/full"), "No space left");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(help_lists_every_command),
        cmocka_unit_test(every_command_explains_itself_in_80_columns),
        cmocka_unit_test(every_option_of_the_help_is_in_the_manual_and_the_completions),
        cmocka_unit_test(help_is_given_whatever_else_the_line_holds),
        cmocka_unit_test(the_version_is_told),
        cmocka_unit_test(what_cannot_be_done_is_refused_in_one_line),
        cmocka_unit_test(an_input_is_never_written_over),
        cmocka_unit_test(a_full_disk_is_an_error),
    };
    return cmocka_run_group_tests(tests, command_setup, command_teardown);
}
