/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* What happened, from the thread that noticed it to the caller's. */

#include <math.h>
#include <time.h>

#include "api/live.h"
#include "base/alloc.h"
#include "base/log.h"

double vv__wall_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

void vv__live_events_init(vv__live_events *events)
{
    pthread_mutex_init(&events->lock, NULL);
}

static void drop(vv__live_note *note)
{
    vv__free(note->message);
    vv__free(note->person);
    *note = (vv__live_note){0};
}

void vv__live_events_uninit(vv__live_events *events)
{
    for (size_t i = 0; i < events->count; i++)
        drop(&events->notes[(events->first + i) % VV__LIVE_MOST_EVENTS]);
    pthread_mutex_destroy(&events->lock);
}

static void add(vv__live_events *events, const vv_live_event *event)
{
    vv__live_note note = {.event = *event};
    if (event->message) note.message = vv__strdup(event->message);
    if (event->person) note.person = vv__strdup(event->person);
    const bool is_whole = !event->message == !note.message && !event->person == !note.person;
    pthread_mutex_lock(&events->lock);
    const bool is_kept = is_whole && events->count < VV__LIVE_MOST_EVENTS;
    if (is_kept) {
        /* The clock may be set back. */
        note.event.time = fmax(vv__wall_seconds(), events->last_time);
        events->last_time = note.event.time;
        events->notes[(events->first + events->count++) % VV__LIVE_MOST_EVENTS] = note;
    }
    pthread_mutex_unlock(&events->lock);
    if (is_kept) return;
    drop(&note);
    vv__log(VV_LOG_WARNING, "live: an event is lost, since %s",
            is_whole ? "nobody asked for those before" : "memory is out");
}

void vv__live_tell(vv__live_events *events, vv_live_event_kind kind, const char *message)
{
    const vv_live_event event = {
        .kind = kind, .message = message, .person_index = -1, .distance = NAN, .confidence = NAN};
    add(events, &event);
}

void vv__live_tell_passage(vv__live_events *events, const vv__passage *passage)
{
    const double since = vv__wall_seconds() - vv__now_seconds();
    const vv_live_event event = {
        .kind = passage->is_arrival ? VV_LIVE_ARRIVAL : VV_LIVE_DEPARTURE,
        .person = passage->person,
        .person_index = passage->person_index,
        .track = passage->track,
        .distance = passage->person ? passage->distance : NAN,
        .confidence = passage->person ? passage->confidence : NAN,
        .first_seen = passage->first_seen + since,
        .last_seen = passage->last_seen + since,
        .seconds = passage->is_arrival ? 0 : passage->last_seen - passage->first_seen,
    };
    add(events, &event);
}

bool vv__live_events_wait(vv__live_events *events)
{
    pthread_mutex_lock(&events->lock);
    const bool wait = events->count > 0;
    pthread_mutex_unlock(&events->lock);
    return wait;
}

static bool take(vv__live_events *events, vv__live_note *note)
{
    pthread_mutex_lock(&events->lock);
    const bool there = events->count > 0;
    if (there) {
        *note = events->notes[events->first];
        events->first = (events->first + 1) % VV__LIVE_MOST_EVENTS;
        events->count--;
    }
    pthread_mutex_unlock(&events->lock);
    return there;
}

void vv__live_events_give(vv__live_events *events, vv_live_callback callback, void *cookie)
{
    vv__live_note note;
    while (take(events, &note)) {
        note.event.message = note.message;
        note.event.person = note.person;
        if (callback) callback(cookie, &note.event);
        drop(&note);
    }
}
