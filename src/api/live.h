/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* A source that is watched, from inside. Three threads work on it: one takes pictures out of the
 * source and keeps the newest (live_capture.c), one finds, names and draws the faces of that and
 * keeps the newest result (live_analyse.c), and, while something is recorded, one writes it
 * (live_record.c). Nothing waits for a slower one: what nobody took is dropped. The caller's own
 * thread is told of events when it asks for a picture (live_events.c), and gives faces names
 * (live_name.c). */

#ifndef VV_API_LIVE_H
#define VV_API_LIVE_H

#include "api/follow.h"
#include "api/objects.h"
#include "media/video.h"
#include "track/arrivals.h"

/* How long things take; tests are in more of a hurry. Not to be changed while anything is open. */
typedef struct vv__live_timing {
    double first_pause, longest_pause; /* seconds between attempts to have a source back */
    double lasting;                    /* a connection that held so long starts them anew */
    int silence_ms;                    /* of an address, that counts as a break */
} vv__live_timing;
extern vv__live_timing vv__live_timing_used;

/* The people that names point to, for as long as anything has such names. */
typedef struct vv__live_people {
    const vv_gallery *gallery;
    vv_gallery *own; /* the same, where it is not the caller's */
    int *given;      /* of each person of `own`: the number in the caller's; -1: is not there */
    int *colors;     /* of each person of `own`: those of the caller's keep theirs by number, and
                        who came later has the next ones */
    int color_count; /* so many were given out; of the caller's gallery itself, its people */
    atomic_int references;
} vv__live_people;
int vv__live_people_new(vv__live_people **out, const vv_gallery *gallery, vv_error *err);
/* Takes the gallery over, also where it fails. `before`: the people until now. */
int vv__live_people_new_own(vv__live_people **out, vv_gallery *own, const vv_gallery *given,
                            const vv__live_people *before, vv_error *err);
/* As vv__person_color() counts. */
int vv__live_people_color(const vv__live_people *people, int person);
/* What the caller calls a person, whose own gallery he cannot see. */
int vv__live_people_given(const vv__live_people *people, int person);
vv__live_people *vv__live_people_ref(vv__live_people *people);
void vv__live_people_unref(vv__live_people **people); /* NULL is nobody */

/* A picture out of the source. */
typedef struct vv__live_shot {
    vv__frame *frame; /* NULL: none */
    int64_t number;
    int connection; /* counts up with each */
    double time, arrival, wall_time;
} vv__live_shot;

/* A picture with its faces, as the caller gets it. */
typedef struct vv__live_picture {
    vv_live_frame frame;
    vv_image plain, tagged;
    vv_faces *faces;
    vv__live_people *people;
    int naming; /* after how many namings it was looked at */
} vv__live_picture;
void vv__live_picture_free(vv__live_picture **picture);

/* --- Events (live_events.c) ----------------------------------------------------------------- */

#define VV__LIVE_MOST_EVENTS 256

typedef struct vv__live_note {
    vv_live_event event;
    char *message, *person;
} vv__live_note;

typedef struct vv__live_events {
    pthread_mutex_t lock;
    vv__live_note notes[VV__LIVE_MOST_EVENTS]; /* a ring */
    size_t first, count;
    double last_time;
} vv__live_events;

void vv__live_events_init(vv__live_events *events);
void vv__live_events_uninit(vv__live_events *events);
/* Any thread. Where too many wait, or memory is out, it is lost with a word in the log. */
void vv__live_tell(vv__live_events *events, vv_live_event_kind kind, const char *message);
void vv__live_tell_passage(vv__live_events *events, const vv__passage *passage);
bool vv__live_events_wait(vv__live_events *events);
/* Call back for those there are. */
void vv__live_events_give(vv__live_events *events, vv_live_callback callback, void *cookie);

/* Seconds since 1970. */
double vv__wall_seconds(void);

/* --- Recording (live_record.c) -------------------------------------------------------------- */

typedef struct vv__recorder vv__recorder;

/* Begins a thread; the file is begun with the first picture of the source. */
int vv__recorder_open(vv__recorder **out, const char *path, const char *source, double frame_rate,
                      int threads, vv__live_events *events, vv_error *err);
/* A picture at a time; both rise. Takes a reference. Does not wait. */
void vv__recorder_push(vv__recorder *recorder, vv__frame *frame, double time_seconds);
typedef struct vv__recorder_state {
    int64_t recorded, dropped;
    bool has_failed;
} vv__recorder_state;
vv__recorder_state vv__recorder_look(vv__recorder *recorder);
/* Write what waits and finish the file. The error it failed with, if it did. */
int vv__recorder_close(vv__recorder **recorder, vv__recorder_state *last, vv_error *err);

/* --- All together --------------------------------------------------------------------------- */

struct vv_live {
    vv_context *ctx;
    vv_live_options options;
    vv_identify_options identify;
    char *source;
    char *shown;         /* the same for messages */
    char *people_folder; /* where photos of who gets a name go; NULL: nowhere */
    const vv__mtcnn *mtcnn;
    const vv__encoder_model *model; /* NULL: faces are not encoded */

    atomic_bool stopping;
    atomic_bool is_given_up; /* no picture can be analysed any more */
    pthread_t capturer, analyst;
    bool has_capturer, has_analyst;
    vv__reader *first_reader; /* for the capturer to begin with */
    vv_error first_error;     /* why there is none */
    vv__live_events events;

    pthread_mutex_t lock; /* guards all below, up to the next lock */
    pthread_cond_t changed;
    vv__live_shot newest;
    bool source_ended; /* nothing comes after `newest` */
    vv__live_picture *ready;
    bool has_ended; /* nothing comes after `ready` */
    bool is_warm;   /* the analyst waits for a picture */
    int rc;         /* what ended it before its time */
    vv_error err;
    int64_t dropped;
    double frame_rate; /* of the source, about */
    vv__recorder *recorder;
    vv__recorder_state recorded; /* of the last one */

    /* Held while faces are named, and while people change; `lock` may be taken within. */
    pthread_mutex_t naming;
    int namings; /* so many; changes with both held */
    vv__live_people *people;
    vv__follow *follow;

    /* The caller's thread alone. */
    vv__live_picture *current;
    double given[256]; /* when the last pictures were given out; a ring */
    size_t given_count;
};

/* For cancelled callbacks: whether all is to stop soon. */
bool vv__live_is_over(void *live);
/* Wait for a change, or until a time, or a little, since nobody tells of a cancelled context. With
 * `lock` held. */
void vv__live_wait(vv_live *live, double until_seconds);
/* All has failed: the first error is what the caller hears. */
void vv__live_fail(vv_live *live, int rc, const vv_error *err);

/* When the next picture of a file is to be shown: in its own time, but a jump of that is not waited
 * for. */
typedef struct vv__live_pace {
    double frame_rate; /* of the file, about; 0: not known */
    bool is_begun;
    double start, last_time;
} vv__live_pace;
double vv__live_due(vv__live_pace *pace, double time_seconds, double now);

/* Open the source for the first time. */
int vv__live_connect(vv_live *live, vv_error *err);
void *vv__live_capture(void *live);
int vv__live_prepare_following(vv_live *live, vv_error *err);
void *vv__live_analyse(void *live);

#endif
