/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Everything the command says: errors and notes on standard error, results on standard output.
 * All of it makes room first where a progress bar is showing. */

#ifndef VV_CLI_MESSAGE_H
#define VV_CLI_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "visavis.h"

/* Quiet drops all but errors; verbose adds what the library tells of its work. */
void vv__cli_message_setup(bool quiet, bool verbose);
bool vv__cli_is_quiet(void);
bool vv__cli_is_verbose(void);

/* "visavis: MESSAGE", always one line, whatever file names hold. */
void vv__cli_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
void vv__cli_warning(const char *format, ...) __attribute__((format(printf, 1, 2)));
void vv__cli_note(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* One line of results for a person; nothing when quiet. */
void vv__cli_say(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* One line of results for a program; flushed, so that a reader sees it at once. */
void vv__cli_put_line(const char *line);

/* Whether standard output still takes what is written. False once its reader has gone away, which
 * is no error, or once writing failed, which was reported. */
bool vv__cli_output_works(void);
/* Flush and close standard output, and say so where that fails. */
bool vv__cli_output_finish(void);

/* Memory, or the end of the program with a message: what the command itself keeps is small. */
void *vv__cli_alloc(size_t count, size_t size);
void *vv__cli_grow(void *memory, size_t count, size_t size);
char *vv__cli_format(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
