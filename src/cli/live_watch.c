/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "live_watch.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "message.h"
#include "progress.h"

enum { DARK = 0x202024, RED = 0xc42020, AMBER = 0xffc400 };

static const double notice_seconds = 5, corner_seconds = 0.5;

static const char help[] = "Keys\n"
                           "q, Escape\tquit\n"
                           "space\tpause, and go on with what is then\n"
                           "s\tsave a photo of what is seen\n"
                           "r\tstart and stop recording\n"
                           "n\tname the unknown face under the pointer\n"
                           "\t(to correct a name, rename or delete its\n"
                           "\tfolder among the people, and start again)\n"
                           "h\tthis help";

static void __attribute__((format(printf, 2, 3))) show_notice(vv__watch *w, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    vsnprintf(w->notice, sizeof w->notice, format, list);
    va_end(list);
    w->notice_until = vv__cli_now() + notice_seconds;
}

/* A failure that watching survives: on the screen and on standard error. */
static void tell_failure(vv__watch *w, const vv_error *err)
{
    show_notice(w, "%s", err->message);
    vv__cli_warning("%s", err->message);
}

/* --- Files ---------------------------------------------------------------------------------- */

/* STEM.EXT, or STEM-2.EXT and so on: one that is not there; free() it. */
static char *unused_name(const char *stem, int stem_length, const char *extension, int number)
{
    char *name = number > 1 ? vv__cli_format("%.*s-%d%s", stem_length, stem, number, extension)
                            : vv__cli_format("%.*s%s", stem_length, stem, extension);
    for (number = number < 2 ? 2 : number + 1; access(name, F_OK) == 0; number++) {
        free(name);
        name = vv__cli_format("%.*s-%d%s", stem_length, stem, number, extension);
    }
    return name;
}

/* FOLDER/visavis-20260503-180405.EXT; free() it. */
static char *dated_name(const char *folder, const char *extension)
{
    char date[32] = "";
    const time_t now = time(NULL);
    struct tm local;
    if (localtime_r(&now, &local)) strftime(date, sizeof date, "%Y%m%d-%H%M%S", &local);
    const bool has_slash = folder && *folder && folder[strlen(folder) - 1] == '/';
    char *stem = vv__cli_format("%s%svisavis-%s", folder ? folder : "",
                                folder && !has_slash ? "/" : "", date);
    char *name = unused_name(stem, (int)strlen(stem), extension, 1);
    free(stem);
    return name;
}

static char *recording_name(const vv__watch *w)
{
    const char *given = w->settings->record;
    if (!given) return dated_name(NULL, ".mp4");
    if (!w->recordings) return vv__cli_format("%s", given);
    /* What it has is not to be lost by pressing the key twice. */
    const char *slash = strrchr(given, '/'), *dot = strrchr(slash ? slash : given, '.');
    const size_t stem = dot ? (size_t)(dot - given) : strlen(given);
    return unused_name(given, (int)stem, given + stem, w->recordings + 1);
}

bool vv__watch_record(vv__watch *w)
{
    vv_error err;
    char *name = recording_name(w);
    const bool ok = vv_live_record(w->live, name, &err) >= 0;
    if (ok) {
        w->recordings++;
        w->is_recording = true;
        w->recording_since = vv__cli_now();
    } else
        tell_failure(w, &err);
    free(name);
    return ok;
}

static void toggle_recording(vv__watch *w)
{
    vv_error err;
    if (!w->is_recording) {
        vv__watch_record(w);
        return;
    }
    w->is_recording = false;
    /* What became of it is told as an event. */
    if (vv_live_record(w->live, NULL, &err) < 0) show_notice(w, "%s", err.message);
}

static void save_photo(vv__watch *w)
{
    vv_error err;
    if (!w->frame) return;
    char *name = dated_name(w->settings->photos, ".jpg");
    if (vv_image_save(w->frame->image, name, &err) < 0)
        tell_failure(w, &err);
    else
        vv__live_events_saved(w->events, "photo", NULL, name);
    free(name);
}

/* --- Naming --------------------------------------------------------------------------------- */

static bool is_inside(const vv_box *box, vv_point at)
{
    return at.x >= box->x && at.y >= box->y && at.x < box->x + box->width &&
           at.y < box->y + box->height;
}

/* The unknown face under the pointer, or else the nearest one; false: there is none. */
static bool choose_face(vv__watch *w, size_t *chosen)
{
    vv_point at;
    const bool has_pointer = vv__window_pointer(w->window, &at);
    double nearest = INFINITY;
    for (size_t i = 0; i < vv_faces_count(w->frame->faces); i++) {
        const vv_face *face = vv_faces_get(w->frame->faces, i);
        if (face->person) continue;
        /* Without a pointer the largest one, which comes first. */
        double distance = 0;
        if (has_pointer && !is_inside(&face->box, at))
            distance = hypot(face->box.x + face->box.width / 2 - at.x,
                             face->box.y + face->box.height / 2 - at.y);
        if (distance >= nearest) continue;
        nearest = distance;
        *chosen = i;
    }
    return isfinite(nearest);
}

static void begin_naming(vv__watch *w)
{
    if (!w->frame) return;
    if (!w->gallery) {
        show_notice(w, "nobody can be named without people: start with --people FOLDER");
        return;
    }
    if (!choose_face(w, &w->naming_face)) {
        show_notice(w, "there is no unknown face");
        return;
    }
    w->is_naming = true;
    w->typed[0] = w->refusal[0] = '\0';
    w->notice_until = 0; /* it was about something else */
    vv__window_frame(w->window, &vv_faces_get(w->frame->faces, w->naming_face)->box);
    vv__window_type(w->window, true);
}

static void end_naming(vv__watch *w)
{
    w->is_naming = false;
    vv__window_frame(w->window, NULL);
    vv__window_type(w->window, false);
}

static void save_name(vv__watch *w)
{
    char path[4096];
    vv_error err;
    char *name = w->typed + strspn(w->typed, " ");
    for (size_t length = strlen(name); length && name[length - 1] == ' ';) name[--length] = '\0';
    if (vv_live_name(w->live, w->naming_face, name, path, sizeof path, &err) < 0) {
        /* What was typed can be mended, or taken back with Escape, as the prompt says. */
        snprintf(w->refusal, sizeof w->refusal, "%s", err.message);
        vv__cli_warning("%s", err.message);
        return;
    }
    end_naming(w);
    vv__live_events_saved(w->events, "named", name, path);
}

static void erase_character(char *text)
{
    size_t length = strlen(text);
    while (length && (text[length - 1] & 0xc0) == 0x80) length--;
    if (length) length--;
    text[length] = '\0';
}

static void add_typed(vv__watch *w, const char *text)
{
    w->refusal[0] = '\0';
    if (strlen(w->typed) + strlen(text) < sizeof w->typed)
        strcat(w->typed, text);
    else
        strcpy(w->refusal, "a name cannot be longer than this");
}

static void type_name(vv__watch *w, const vv__input *input)
{
    if (input->kind == VV__INPUT_TEXT) add_typed(w, input->text);
    if (input->kind != VV__INPUT_KEY) return;
    if (input->key == VV__KEY_BACKSPACE) {
        w->refusal[0] = '\0';
        erase_character(w->typed);
    }
    if (input->key == VV__KEY_ESCAPE) end_naming(w);
    if (input->key == VV__KEY_ENTER) save_name(w);
}

/* --- Keys ----------------------------------------------------------------------------------- */

static void press(vv__watch *w, int key)
{
    switch (key) {
    case VV__KEY_ESCAPE:
        if (w->shows_help)
            w->shows_help = false;
        else
            w->is_over = true;
        break;
    case 'q':
        w->is_over = true;
        break;
    case VV__KEY_SPACE:
        w->is_paused = !w->is_paused;
        break;
    case 's':
        save_photo(w);
        break;
    case 'r':
        toggle_recording(w);
        break;
    case 'n':
        begin_naming(w);
        break;
    case 'h':
        w->shows_help = !w->shows_help;
        break;
    default:
        break;
    }
}

bool vv__watch_stands_still(const vv__watch *w)
{
    return w->is_paused || w->is_naming;
}

/* --- What lies over the picture ------------------------------------------------------------- */

static void update_corner(vv__watch *w, double now)
{
    if (now < w->corner_due || !w->delay_count) return;
    /* With the first picture there is no rate yet. */
    if (w->corner_due > 0)
        snprintf(w->corner, sizeof w->corner, "%.0f frames/s, %.0f ms late",
                 w->frame->frames_per_second, 1000 * w->delay_sum / w->delay_count);
    w->delay_sum = 0;
    w->delay_count = 0;
    w->corner_due = now + corner_seconds;
}

static void update_notice(vv__watch *w, double now)
{
    unsigned count;
    const char *latest = vv__live_events_latest(w->events, &count);
    if (count != w->told) show_notice(w, "%s", latest);
    w->told = count;
    vv__window_text(w->window, VV__PANEL_BOTTOM, DARK, now < w->notice_until ? w->notice : NULL);
}

/* Of a long name its end, which is what is being typed. */
static const char *end_of(const char *name)
{
    enum { MOST_SHOWN = 40 };
    size_t characters = 0;
    const char *at = name + strlen(name);
    while (at > name && characters < MOST_SHOWN) characters += (*--at & 0xc0) != 0x80;
    return at;
}

static void update_prompt(vv__watch *w)
{
    char text[sizeof w->typed + sizeof w->refusal + 128];
    const char *shown = end_of(w->typed);
    snprintf(text, sizeof text,
             "Who is this?  %s%s_\n%s%sEnter saves a photo of this face, Escape cancels",
             shown > w->typed ? "…" : "", shown, w->refusal, *w->refusal ? "\n" : "");
    vv__window_text(w->window, VV__PANEL_PROMPT, AMBER, w->is_naming ? text : NULL);
}

static void update_title(vv__watch *w)
{
    char text[sizeof w->title];
    if (w->is_naming)
        snprintf(text, sizeof text, "Who is this? - Visavis");
    else
        snprintf(text, sizeof text, "%s%s%s - Visavis", w->is_paused ? "(paused) " : "",
                 w->is_recording ? "(recording) " : "", w->name);
    if (strcmp(text, w->title) == 0) return;
    strcpy(w->title, text);
    vv__window_title(w->window, text);
}

static void update_panels(vv__watch *w)
{
    const double now = vv__cli_now();
    const char *outage = vv__live_events_outage(w->events);
    char recording[32];
    const int seconds = (int)(now - w->recording_since);
    snprintf(recording, sizeof recording, "● REC %d:%02d", seconds / 60, seconds % 60);
    update_corner(w, now);
    update_notice(w, now);
    update_prompt(w);
    update_title(w);
    vv__window_text(w->window, VV__PANEL_TOP_LEFT, DARK, *w->corner && !outage ? w->corner : NULL);
    vv__window_text(w->window, VV__PANEL_TOP_RIGHT, RED, w->is_recording ? recording : NULL);
    vv__window_text(w->window, VV__PANEL_TOP, outage ? AMBER : DARK,
                    outage         ? outage
                    : w->is_paused ? "paused"
                                   : NULL);
    vv__window_text(w->window, VV__PANEL_MIDDLE, DARK, w->shows_help ? help : NULL);
}

bool vv__watch_show(vv__watch *w)
{
    /* A recording may have been given up since. */
    w->is_recording = w->frame->is_recording;
    update_panels(w);
    if (!vv__window_picture(w->window, w->frame->image) || !vv__window_draw(w->window))
        return false;
    const double delay = vv__cli_now() - w->frame->arrival;
    vv__delays_add(w->delays, delay);
    w->delay_sum += delay;
    w->delay_count++;
    return true;
}

bool vv__watch_attend(vv__watch *w)
{
    vv__input input;
    while (!w->is_over && vv__window_input(w->window, &input)) {
        if (input.kind == VV__INPUT_QUIT)
            w->is_over = true;
        else if (w->is_naming)
            type_name(w, &input);
        else if (input.kind == VV__INPUT_KEY)
            press(w, input.key);
    }
    update_panels(w);
    return vv__window_draw(w->window);
}
