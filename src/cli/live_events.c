/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "live_events.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "json_out.h"
#include "live_hook.h"
#include "message.h"

struct vv__live_events {
    const char *source, *path;
    FILE *file; /* or NULL */
    vv__hook *hook;
    bool json, has_failed, was_connected, is_lost;
    char outage[512], latest[1024];
    unsigned count;
};

vv__live_events *vv__live_events_open(const vv__cli_settings *settings, const char *source,
                                      bool json)
{
    vv__live_events *events = vv__cli_alloc(1, sizeof *events);
    events->source = source;
    events->json = json;
    events->path = settings->events;
    bool ok = true;
    if (settings->events && !(events->file = fopen(settings->events, "ae"))) {
        vv__cli_error("%s: %s", settings->events, strerror(errno));
        ok = false;
    }
    if (ok && settings->on_event) ok = (events->hook = vv__hook_open(settings->on_event)) != NULL;
    if (!ok) vv__live_events_close(&events);
    return events;
}

static void file_failed(vv__live_events *events)
{
    if (!events->has_failed)
        vv__cli_error("%s: %s; what follows is lost", events->path, strerror(errno));
    events->has_failed = true;
}

bool vv__live_events_close(vv__live_events **address)
{
    vv__live_events *events = *address;
    *address = NULL;
    if (!events) return true;
    vv__hook_close(&events->hook);
    if (events->file && fclose(events->file) != 0) file_failed(events);
    const bool ok = !events->has_failed;
    free(events);
    return ok;
}

/* --- As JSON -------------------------------------------------------------------------------- */

/* "2026-05-03T18:04:05+02:00", for people and scripts. */
static json_t *date(double time)
{
    char text[64] = "", zone[16] = "";
    const time_t seconds = (time_t)(time + 0.0005); /* as the number beside it is rounded */
    struct tm local;
    if (!localtime_r(&seconds, &local)) return json_null();
    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &local);
    strftime(zone, sizeof zone, "%z", &local);
    if (strlen(zone) != 5) return json_string(text);
    char whole[96];
    snprintf(whole, sizeof whole, "%s%.3s:%s", text, zone, zone + 3);
    return json_string(whole);
}

static json_t *event_object(const vv__live_events *events, const char *what, double time)
{
    return json_pack("{s:s, s:o, s:o, s:o}", "event", what, "time", vv__cli_json_number(time, 3),
                     "date", date(time), "source", vv__cli_json_text(events->source));
}

/* Free the object, and tell it to all who want JSON. */
static void tell(vv__live_events *events, json_t *object, bool hook)
{
    char *line = json_dumps(object, JSON_COMPACT | JSON_REAL_PRECISION(15));
    if (line && events->file && !events->has_failed &&
        (fprintf(events->file, "%s\n", line) < 0 || fflush(events->file) != 0))
        file_failed(events);
    if (line && hook && events->hook) vv__hook_send(events->hook, line);
    free(line);
    if (events->json)
        vv__cli_json_print(object);
    else
        json_decref(object);
}

static const char *name_of(vv_live_event_kind kind)
{
    switch (kind) {
    case VV_LIVE_CONNECTED:
        return "connected";
    case VV_LIVE_LOST:
        return "lost";
    case VV_LIVE_ENDED:
        return "ended";
    case VV_LIVE_ARRIVAL:
        return "arrival";
    case VV_LIVE_DEPARTURE:
        return "departure";
    case VV_LIVE_RECORDED:
        return "recorded";
    case VV_LIVE_RECORDING_FAILED:
        return "recording_failed";
    }
    return NULL; /* of a later library */
}

static void tell_event(vv__live_events *events, const vv_live_event *event)
{
    const char *what = name_of(event->kind);
    if (!what) return;
    json_t *object = event_object(events, what, event->time);
    const bool is_person = event->kind == VV_LIVE_ARRIVAL || event->kind == VV_LIVE_DEPARTURE;
    if (is_person) {
        json_object_set_new(object, "person", vv__cli_json_text(event->person));
        json_object_set_new(object, "track", json_integer(event->track));
        json_object_set_new(object, "distance", vv__cli_json_number(event->distance, 4));
        json_object_set_new(object, "confidence", vv__cli_json_number(event->confidence, 4));
        json_object_set_new(object, "first_seen", vv__cli_json_number(event->first_seen, 3));
    }
    if (event->kind == VV_LIVE_DEPARTURE) {
        json_object_set_new(object, "last_seen", vv__cli_json_number(event->last_seen, 3));
        json_object_set_new(object, "seconds", vv__cli_json_number(event->seconds, 3));
    }
    if (event->message)
        json_object_set_new(object, event->kind == VV_LIVE_RECORDED ? "path" : "message",
                            vv__cli_json_text(event->message));
    tell(events, object, is_person);
}

/* --- In words ------------------------------------------------------------------------------- */

static void show(vv__live_events *events, const char *text)
{
    snprintf(events->latest, sizeof events->latest, "%s", text);
    events->count++;
}

static void say_connected(vv__live_events *events)
{
    events->is_lost = false;
    if (events->was_connected) show(events, "connected again");
    vv__cli_note("%s: connected%s", events->source, events->was_connected ? " again" : "");
    events->was_connected = true;
}

static void say_lost(vv__live_events *events, const char *why)
{
    events->is_lost = true;
    snprintf(events->outage, sizeof events->outage, "%s",
             events->was_connected ? "connection lost, trying again" : "waiting for the source");
    /* It begins with the source itself. */
    const size_t length = strlen(events->source);
    if (why && strncmp(why, events->source, length) == 0 && strncmp(why + length, ": ", 2) == 0)
        why += length + 2;
    vv__cli_note("%s: %s: %s", events->source, events->outage, why ? why : "no pictures come");
}

static void say_recorded(vv__live_events *events, const vv_live_event *event)
{
    char text[1024];
    const bool is_complete = event->kind == VV_LIVE_RECORDED;
    snprintf(text, sizeof text, "recording %s: %s", is_complete ? "saved" : "failed",
             event->message ? event->message : "");
    show(events, text);
    if (!is_complete)
        vv__cli_warning("%s", text);
    else if (!events->json)
        vv__cli_say("%s", text);
}

static void say_event(vv__live_events *events, const vv_live_event *event)
{
    const char *who = event->person ? event->person : "somebody unknown";
    switch (event->kind) {
    case VV_LIVE_CONNECTED:
        say_connected(events);
        break;
    case VV_LIVE_LOST:
        say_lost(events, event->message);
        break;
    case VV_LIVE_ENDED:
        vv__cli_note("%s: ended", events->source);
        break;
    case VV_LIVE_ARRIVAL:
        vv__cli_note("%s arrived", who);
        break;
    case VV_LIVE_DEPARTURE:
        vv__cli_note("%s left after %.0f s", who, event->seconds);
        break;
    case VV_LIVE_RECORDED:
    case VV_LIVE_RECORDING_FAILED:
        say_recorded(events, event);
        break;
    }
}

void vv__live_events_on(void *cookie, const vv_live_event *event)
{
    tell_event(cookie, event);
    say_event(cookie, event);
}

void vv__live_events_saved(vv__live_events *events, const char *what, const char *person,
                           const char *path)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    json_t *object = event_object(events, what, (double)now.tv_sec + (double)now.tv_nsec * 1e-9);
    if (person) json_object_set_new(object, "person", vv__cli_json_text(person));
    json_object_set_new(object, "path", vv__cli_json_text(path));
    tell(events, object, false);
    char text[1024];
    snprintf(text, sizeof text, "%s%sphoto saved: %s", person ? person : "", person ? ": " : "",
             path);
    show(events, text);
    if (!events->json) vv__cli_say("%s", text);
}

const char *vv__live_events_outage(const vv__live_events *events)
{
    return events->is_lost ? events->outage : NULL;
}

const char *vv__live_events_latest(const vv__live_events *events, unsigned *count)
{
    *count = events->count;
    return events->latest;
}
