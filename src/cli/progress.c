/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "progress.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "message.h"

enum { BAR = 20, LABEL_BYTES = 40 };
static const double SECONDS_BETWEEN = 0.1;

/* One bar at a time; the lock of stderr guards it, as lines may come from the library's threads. */
static struct {
    bool wanted, showing;
    const char *label, *unit;
    double drawn; /* when last */
} bar;

double vv__cli_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static bool is_terminal(void)
{
    const char *kind = getenv("TERM");
    return isatty(STDERR_FILENO) && kind && *kind && strcmp(kind, "dumb") != 0;
}

void vv__cli_progress_begin(const char *label, const char *unit)
{
    flockfile(stderr);
    bar.wanted = is_terminal() && !vv__cli_is_quiet();
    bar.showing = false;
    bar.label = label;
    bar.unit = unit;
    funlockfile(stderr);
}

/* The end of a long name tells more than its start; characters are kept whole. */
static const char *short_label(const char *label)
{
    const char *slash = strrchr(label, '/');
    if (slash && slash[1]) label = slash + 1;
    const size_t length = strlen(label);
    if (length > LABEL_BYTES) label += length - LABEL_BYTES;
    while (((unsigned char)*label & 0xc0) == 0x80) label++;
    return label;
}

static void format_left(char *text, size_t size, double seconds)
{
    if (!(seconds >= 0) || seconds > 359999) {
        text[0] = '\0';
        return;
    }
    const int all = (int)(seconds + 0.5);
    if (all >= 3600)
        snprintf(text, size, ", %d:%02d:%02d left", all / 3600, all / 60 % 60, all % 60);
    else
        snprintf(text, size, ", %d:%02d left", all / 60, all % 60);
}

static void draw(int64_t done, int64_t total, double rate)
{
    char line[512], left[32] = "", speed[32] = "", label[LABEL_BYTES + 1];
    snprintf(label, sizeof label, "%s", short_label(bar.label));
    for (char *p = label; *p; p++)
        if ((unsigned char)*p < 0x20 || *p == 0x7f) *p = '?';
    if (total > 0 && done > total) total = done;
    if (rate > 0) snprintf(speed, sizeof speed, ", %.*f/s", rate < 10 ? 1 : 0, rate);
    if (total > 0) {
        char cells[BAR + 1];
        const int full = (int)(done * BAR / total);
        for (int i = 0; i < BAR; i++) cells[i] = i < full ? '=' : i == full ? '>' : ' ';
        cells[BAR] = '\0';
        if (rate > 0) format_left(left, sizeof left, (double)(total - done) / rate);
        snprintf(line, sizeof line, "%s [%s] %d %%  %lld of %lld %s%s%s", label, cells,
                 (int)(done * 100 / total), (long long)done, (long long)total, bar.unit, speed,
                 left);
    } else {
        snprintf(line, sizeof line, "%s  %lld %s%s", label, (long long)done, bar.unit, speed);
    }
    struct winsize window;
    size_t width = 80;
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &window) == 0 && window.ws_col > 1) width = window.ws_col;
    /* A line that wraps could not be cleared again. */
    fprintf(stderr, "\r%.*s\033[K", (int)width - 1, line);
    fflush(stderr);
}

void vv__cli_progress_update(int64_t done, int64_t total, double rate)
{
    flockfile(stderr);
    const double t = vv__cli_now();
    if (bar.wanted && t - bar.drawn >= SECONDS_BETWEEN) {
        draw(done, total, rate);
        bar.drawn = t;
        bar.showing = true;
    }
    funlockfile(stderr);
}

void vv__cli_progress_hide(void)
{
    flockfile(stderr);
    if (bar.showing) {
        fputs("\r\033[K", stderr);
        fflush(stderr);
        bar.showing = false;
    }
    funlockfile(stderr);
}

void vv__cli_progress_end(void)
{
    vv__cli_progress_hide();
    flockfile(stderr);
    bar.wanted = false;
    funlockfile(stderr);
}
