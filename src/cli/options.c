/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "options.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "message.h"
#include "suggest.h"
#include "visavis.h"

typedef enum option_kind { FLAG, TEXT, INTEGER, REAL, DRAW, ROTATE } option_kind;

typedef struct option_row {
    uint64_t id;
    char letter; /* 0: none */
    const char *name;
    option_kind kind;
    size_t offset;
    double least, most;
    const char *value; /* what the value is called in the help */
    const char *help;  /* lines of at most 54 characters; NULL: not listed */
} option_row;

#define AT(field) offsetof(vv__cli_settings, field)

/* In the order of the help. */
static const option_row rows[] = {
    {VV__CLI_PEOPLE, 0, "people", TEXT, AT(people), 0, 0, "GALLERY",
     "a folder of people: one photo a person, NAME.jpg,\n"
     "or a folder of photos a person, NAME/*.jpg"},
    {VV__CLI_OUTPUT, 'o', "output", TEXT, AT(output), 0, 0, "OUT",
     "write the result there: a file for one input;\n"
     "a folder for several, or where OUT ends in /"},
    {VV__CLI_RECORD, 0, "record", TEXT, AT(record), 0, 0, "FILE",
     "record what is seen, from the start; key r stops"},
    {VV__CLI_HEADLESS, 0, "headless", FLAG, AT(headless), 0, 0, NULL,
     "without a window: JSON lines, and recording"},
    {VV__CLI_EVENTS, 0, "on-event", TEXT, AT(on_event), 0, 0, "COMMAND",
     "run COMMAND when somebody arrives or leaves, with one\n"
     "JSON object on its standard input"},
    {VV__CLI_EVENTS, 0, "events", TEXT, AT(events), 0, 0, "FILE",
     "add what happens to FILE, one JSON object a line"},
    {VV__CLI_PHOTOS, 0, "photos", TEXT, AT(photos), 0, 0, "DIR",
     "where key s saves photos (default: the current\n"
     "folder)"},
    {VV__CLI_WAIT, 0, "wait", FLAG, AT(wait), 0, 0, NULL,
     "wait for a source that is not there yet"},
    {VV__CLI_SHEET, 0, "sheet", TEXT, AT(sheet), 0, 0, "FILE",
     "write one picture with a dozen tagged frames"},
    {VV__CLI_JSON, 0, "json", FLAG, AT(json), 0, 0, NULL, "print JSON, one object a line"},
    {VV__CLI_RECURSIVE, 0, "recursive", FLAG, AT(recursive), 0, 0, NULL,
     "take folders as inputs: all photos and videos below"},
    {VV__CLI_DETECTOR, 0, "detector", TEXT, AT(detector), 0, 0, "NAME",
     "mtcnn (the default); haar: OpenCV's cascade; both:\n"
     "to compare them (for detect)"},
    {VV__CLI_CASCADE, 0, "cascade", TEXT, AT(cascade), 0, 0, "FILE.xml",
     "another cascade of OpenCV's format (default: its\n"
     "haarcascade_frontalface_default)"},
    {VV__CLI_TRUTH, 0, "truth", TEXT, AT(truth), 0, 0, "FILE",
     "where faces truly are, to see which detector is\n"
     "right: what `visavis eval detect` takes"},
    {VV__CLI_MODEL, 0, "model", TEXT, AT(model), 0, 0, "NAME",
     "the network that encodes faces: a name that\n"
     "`visavis model list` shows, or an .onnx file\n"
     "(default: mobilefacenet)"},
    {VV__CLI_MIN_FACE, 0, "min-face", INTEGER, AT(min_face), 12, 10000, "PX",
     "smallest face to find, in pixels (default: 40)"},
    {VV__CLI_ROTATE, 0, "rotate", ROTATE, AT(rotate_auto), 0, 0, "HOW",
     "none, or auto: where a photo shows no face for sure,\n"
     "look at it turned too (default: none)"},
    {VV__CLI_THRESHOLD, 0, "threshold", REAL, AT(threshold), 0.001, 100, "D",
     "largest distance at which two faces count as one\n"
     "person (default: what the model's card says)"},
    {VV__CLI_STRICTNESS, 0, "strict", FLAG, AT(strict), 0, 0, NULL,
     "give names only where they are sure: nearer, by a\n"
     "clear margin, on faces that are pictured well"},
    {VV__CLI_STRICTNESS, 0, "normal", FLAG, AT(normal), 0, 0, NULL,
     "give names as the model's card says (the default)"},
    {VV__CLI_STRICTNESS, 0, "lenient", FLAG, AT(lenient), 0, 0, NULL,
     "give more names, some of them wrong"},
    {VV__CLI_EXPLAIN, 0, "explain", FLAG, AT(explain), 0, 0, NULL,
     "say of each face why it has its name, or none"},
    {VV__CLI_CANDIDATES, 0, "candidates", INTEGER, AT(candidates), 1, 1000, "N",
     "how many of the nearest people to report in JSON\n"
     "(default: 3)"},
    {VV__CLI_ALLOW_TWICE, 0, "allow-twice", FLAG, AT(allow_twice), 0, 0, NULL,
     "let one person appear twice in a picture, as in\n"
     "mirrors and split screens"},
    {VV__CLI_PHOTOS_EACH, 0, "photos-each", INTEGER, AT(photos_each), 1, 1000000, "N",
     "take only the first N photos, by name, of each person"},
    {VV__CLI_ROOT, 0, "root", TEXT, AT(root), 0, 0, "DIR",
     "where the names of photos start from (default: the\n"
     "folder of the list, or else the current one)"},
    {VV__CLI_MISSING, 0, "missing", TEXT, AT(missing), 0, 0, "HOW",
     "count pairs that cannot be compared as wrong, or\n"
     "skip them (default: wrong)"},
    {VV__CLI_FAR, 0, "far", REAL, AT(far), 1e-9, 0.999999, "RATE",
     "the share of pairs of different people that may be\n"
     "taken for the same, such as 0.001"},
    {VV__CLI_PLOT, 0, "plot", TEXT, AT(plot), 0, 0, "FILE.svg", "draw the curves as a picture"},
    {VV__CLI_REPORT, 0, "report", TEXT, AT(report), 0, 0, "DIR",
     "write a page there, and tables: of who appears when;\n"
     "of eval, with thumbnails of the mistakes"},
    {VV__CLI_SCORE_FLOOR, 0, "score-floor", REAL, AT(score_floor), 0.01, 0.999, "S",
     "let through what the detector is less sure of, down\n"
     "to this score, to see more of the curve"},
    {VV__CLI_DRAW, 0, "draw", DRAW, AT(draw), 0, 0, "LIST",
     "what to draw at a face, of box, label, landmarks,\n"
     "score, quality, joined by commas (default:\n"
     "box,label)"},
    {VV__CLI_EVERY, 0, "every", INTEGER, AT(every), 1, 1000, "N",
     "search every Nth frame of a video as a whole, and\n"
     "follow faces in between (default: three a second)"},
    {VV__CLI_LOOKAHEAD, 0, "lookahead", REAL, AT(lookahead), 0, 60, "SECONDS",
     "name a frame by what is seen up to so much later;\n"
     "0 by what was seen so far (default: 2)"},
    {VV__CLI_CODEC, 0, "codec", TEXT, AT(codec), 0, 0, "NAME",
     "FFmpeg's name of a video encoder (default: as suits\n"
     "the output's type; libx264 for .mp4)"},
    {VV__CLI_PRESET, 0, "preset", TEXT, AT(preset), 0, 0, "NAME",
     "the encoder's preset (default: veryfast)"},
    {VV__CLI_CRF, 0, "crf", INTEGER, AT(crf), 1, 63, "N",
     "quality of the video, less is better (default: 20)"},
    {VV__CLI_COPY_ONLY, 0, "copy-only", FLAG, AT(copy_only), 0, 0, NULL,
     "fail rather than convert sound or subtitles that\n"
     "the output's type cannot hold"},
    {VV__CLI_STATS, 0, "stats", TEXT, AT(stats), 0, 0, "FILE",
     "write where the time went, one JSON object a video"},
    {VV__CLI_SIZE, 0, "size", INTEGER, AT(size), 16, 4096, "PX",
     "width and height of the crops (default: what the\n"
     "model takes)"},
    {VV__CLI_MARGIN, 0, "margin", REAL, AT(margin), 0, 10, "SHARE",
     "add so much of a crop's width and height on each\n"
     "side (default: what the model's card says)"},
    {VV__CLI_LARGEST, 0, "largest", FLAG, AT(largest), 0, 0, NULL,
     "only the largest face of each photo"},
    {VV__CLI_THREADS, 0, "threads", INTEGER, AT(threads), 1, 1024, "N",
     "use at most N threads (default: one a core)"},
    {VV__CLI_MODELS, 0, "models", TEXT, AT(models_dir), 0, 0, "DIR", "look for models there first"},
    {VV__CLI_QUIET, 'q', "quiet", FLAG, AT(quiet), 0, 0, NULL, "say nothing but errors and JSON"},
    {VV__CLI_VERBOSE, 'v', "verbose", FLAG, AT(verbose), 0, 0, NULL, "say more"},
    {VV__CLI_HELP, 'h', "help", FLAG, AT(help), 0, 0, NULL, "print this help"},
};
enum { ROWS = sizeof rows / sizeof *rows };

static const struct {
    const char *name;
    unsigned flag;
} draw_names[] = {
    {"box", VV_DRAW_BOX},     {"label", VV_DRAW_LABEL},     {"landmarks", VV_DRAW_LANDMARKS},
    {"score", VV_DRAW_SCORE}, {"quality", VV_DRAW_QUALITY},
};

static bool read_draw(const char *option, const char *text, unsigned *flags)
{
    *flags = 0;
    for (const char *p = text;; p++) {
        const size_t length = strcspn(p, ",");
        unsigned flag = 0;
        for (size_t i = 0; i < sizeof draw_names / sizeof *draw_names; i++)
            if (strlen(draw_names[i].name) == length && !memcmp(draw_names[i].name, p, length))
                flag = draw_names[i].flag;
        if (!flag) {
            vv__cli_error("%s %s: '%.*s' cannot be drawn; give some of box, label, landmarks, "
                          "score, quality, joined by commas",
                          option, text, (int)length, p);
            return false;
        }
        *flags |= flag;
        p += length;
        if (!*p) return true;
    }
}

static bool read_rotate(const char *option, const char *text, bool *automatic)
{
    *automatic = strcmp(text, "auto") == 0;
    if (*automatic || strcmp(text, "none") == 0) return true;
    vv__cli_error("%s %s: not known; give auto or none", option, text);
    return false;
}

static bool read_integer(const option_row *row, const char *option, const char *text, int *value)
{
    char *end = NULL;
    errno = 0;
    const long long number = strtoll(text, &end, 10);
    const char *why = "is out of range";
    if (end == text || *end || strspn(text, "+-0123456789") != strlen(text))
        why = "is not a whole number";
    else if (errno == 0 && number >= (long long)row->least && number <= (long long)row->most) {
        *value = (int)number;
        return true;
    }
    vv__cli_error("%s: '%s' %s; give one from %d to %d", option, text, why, (int)row->least,
                  (int)row->most);
    return false;
}

static bool read_real(const option_row *row, const char *option, const char *text, double *value)
{
    char *end = NULL;
    errno = 0;
    /* The characters are checked too: strtod() knows "nan", "inf" and hexadecimal. */
    const double number = strtod(text, &end);
    const char *why = "is out of range";
    if (end == text || *end || strspn(text, "+-.0123456789eE") != strlen(text))
        why = "is not a number";
    else if (number >= row->least && number <= row->most) {
        *value = number;
        return true;
    }
    vv__cli_error("%s: '%s' %s; give one from %g to %g", option, text, why, row->least, row->most);
    return false;
}

static bool store(vv__cli_settings *settings, const option_row *row, const char *option,
                  const char *text)
{
    void *field = (char *)settings + row->offset;
    if (row->kind == FLAG) {
        *(bool *)field = true;
        return true;
    }
    if (!*text) {
        vv__cli_error("%s: the value is empty; give %s %s", option, option, row->value);
        return false;
    }
    switch (row->kind) {
    case INTEGER:
        return read_integer(row, option, text, field);
    case REAL:
        return read_real(row, option, text, field);
    case DRAW:
        return read_draw(option, text, field);
    case ROTATE:
        return read_rotate(option, text, field);
    default:
        *(const char **)field = text;
        return true;
    }
}

static const option_row *find_name(const char *name, size_t length)
{
    for (size_t i = 0; i < ROWS; i++)
        if (strlen(rows[i].name) == length && !memcmp(rows[i].name, name, length)) return &rows[i];
    return NULL;
}

static const option_row *find_letter(char letter)
{
    for (size_t i = 0; i < ROWS; i++)
        if (rows[i].letter == letter) return &rows[i];
    return NULL;
}

static void report_unknown(const char *command, uint64_t accepted, const char *option)
{
    const option_row *near = NULL;
    size_t nearest = SIZE_MAX;
    for (size_t i = 0; i < ROWS; i++) {
        if (!(rows[i].id & accepted) || !rows[i].help || strncmp(option, "--", 2) != 0) continue;
        if (!vv__cli_word_is_near(option + 2, rows[i].name)) continue;
        const size_t distance = vv__cli_word_distance(option + 2, rows[i].name);
        if (!near || distance < nearest) {
            near = &rows[i];
            nearest = distance;
        }
    }
    if (near)
        vv__cli_error("%s: no such option; did you mean --%s?", option, near->name);
    else
        vv__cli_error("%s: no such option; `visavis %s --help` lists those there are", option,
                      command);
}

/* A value that looks like an option is more often a forgotten value. */
static bool looks_like_option(const char *word)
{
    return word[0] == '-' && word[1] && !strchr(".0123456789", word[1]);
}

typedef struct reading {
    vv__cli_settings *settings;
    const char *command;
    uint64_t accepted;
    int at, count;
    char **words;
} reading;

static bool take(reading *r, const option_row *row, const char *option, const char *value)
{
    if (!(row->id & r->accepted)) {
        vv__cli_error("%s: %s does not take this option; `visavis %s --help` lists those it does",
                      option, r->command, r->command);
        return false;
    }
    if (row->kind == FLAG) return store(r->settings, row, option, NULL);
    if (!value) {
        if (r->at + 1 >= r->count || looks_like_option(r->words[r->at + 1])) {
            vv__cli_error("%s: its value is missing; give %s %s", option, option, row->value);
            return false;
        }
        value = r->words[++r->at];
    }
    return store(r->settings, row, option, value);
}

static bool read_long(reading *r, const char *word)
{
    const size_t length = strcspn(word + 2, "=");
    const char *value = word[2 + length] ? word + 3 + length : NULL;
    char option[64];
    snprintf(option, sizeof option, "%.*s", (int)(length < 60 ? length + 2 : 62), word);
    const option_row *row = find_name(word + 2, length);
    if (!row) {
        report_unknown(r->command, r->accepted, option);
        return false;
    }
    if (value && row->kind == FLAG && (row->id & r->accepted)) {
        vv__cli_error("%s: takes no value; leave out '=%s'", option, value);
        return false;
    }
    return take(r, row, option, value);
}

/* "-qv", "-o OUT", "-oOUT". */
static bool read_letters(reading *r, const char *word)
{
    for (const char *p = word + 1; *p; p++) {
        const char option[] = {'-', *p, '\0'};
        const option_row *row = find_letter(*p);
        if (!row) {
            /* A character of several bytes is shown whole. */
            report_unknown(r->command, r->accepted, (unsigned char)*p < 0x80 ? option : word);
            return false;
        }
        if (row->kind != FLAG) return take(r, row, option, p[1] ? p + 1 : NULL);
        if (!take(r, row, option, NULL)) return false;
    }
    return true;
}

bool vv__cli_options_read(vv__cli_settings *settings, const char *command, uint64_t accepted,
                          int count, char **words)
{
    *settings = (vv__cli_settings){.margin = -1, .lookahead = -1};
    settings->arguments = vv__cli_alloc((size_t)count + 1, sizeof *settings->arguments);
    reading r = {settings, command, accepted | VV__CLI_ANYWHERE, 0, count, words};
    bool only_arguments = false;
    for (; r.at < count; r.at++) {
        const char *word = words[r.at];
        bool ok = true;
        if (only_arguments || word[0] != '-' || !word[1])
            settings->arguments[settings->argument_count++] = word;
        else if (strcmp(word, "--") == 0)
            only_arguments = true;
        else if (word[1] == '-')
            ok = read_long(&r, word);
        else
            ok = read_letters(&r, word);
        if (!ok) return false;
        /* Who asks for help gets it, whatever else the line holds. */
        if (settings->help) return true;
    }
    return true;
}

void vv__cli_options_free(vv__cli_settings *settings)
{
    free(settings->arguments);
    *settings = (vv__cli_settings){0};
}

void vv__cli_options_print(FILE *to, uint64_t accepted)
{
    enum { COLUMN = 24 };
    accepted |= VV__CLI_ANYWHERE;
    for (size_t i = 0; i < ROWS; i++) {
        const option_row *row = &rows[i];
        if (!(row->id & accepted) || !row->help) continue;
        char left[64], letter[8] = "";
        if (row->letter) snprintf(letter, sizeof letter, "-%c, ", row->letter);
        snprintf(left, sizeof left, "  %s--%s%s%s", letter, row->name, row->value ? " " : "",
                 row->value ? row->value : "");
        fprintf(to, "%-*s", COLUMN, left);
        for (const char *line = row->help;;) {
            const size_t length = strcspn(line, "\n");
            fprintf(to, "%.*s\n", (int)length, line);
            if (!line[length]) break;
            line += length + 1;
            fprintf(to, "%*s", COLUMN, "");
        }
    }
}
