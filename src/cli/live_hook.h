/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* A command of the user's, run by the shell for each line it is to be told. It can be slow, or
 * hang, or fail, without anything else waiting for it: a few run at a time, a few dozen lines wait,
 * what is more is dropped, and a run that lasts too long is ended. */

#ifndef VV_CLI_LIVE_HOOK_H
#define VV_CLI_LIVE_HOOK_H

typedef struct vv__hook vv__hook;

/* NULL: said why. */
vv__hook *vv__hook_open(const char *command);
/* Run the command with this line, and a newline, on its standard input. Never waits. Any thread. */
void vv__hook_send(vv__hook *hook, const char *line);
/* What waits is still run, what runs may end; a few seconds at most. */
void vv__hook_close(vv__hook **hook);

#endif
