/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* The thread that finds, names and draws the faces of the newest picture. All of the context's
 * threads work on one picture: the next one is only begun when it is done, so that none waits. */

#include <limits.h>
#include <string.h>

#include "api/live.h"
#include "base/alloc.h"
#include "base/error.h"

/* Searching a whole picture takes much longer than following its faces, and a new face may wait so
 * long. */
#define SEARCH_SECONDS 0.16
/* Without pictures, how often is looked who has left. */
#define TICK_SECONDS 0.25

/* One analysing thread's tools. */
typedef struct analyst {
    vv_live *live;
    vv__detector *searcher, *follower;
    vv__encoder *encoder; /* NULL: faces are not encoded */
    vv__drawer *drawer;
    vv__steady *steady;
    vv__arrivals *arrivals;
    int connection;
} analyst;

static void on_passage(void *cookie, const vv__passage *passage)
{
    analyst *a = cookie;
    vv__live_tell_passage(&a->live->events, passage);
}

int vv__live_prepare_following(vv_live *l, vv_error *err)
{
    const int every = l->options.search_every;
    const vv__follow_options options = {.gallery = l->options.gallery,
                                        .model = l->model,
                                        .identify = l->identify,
                                        .every = every ? every : INT_MAX,
                                        .seconds = every ? 0 : SEARCH_SECONDS};
    return vv__follow_new(&l->follow, &options, err);
}

static int prepare(analyst *a, vv_error *err)
{
    vv_live *l = a->live;
    vv__pool *pool = l->ctx->pool;
    const int least = l->options.min_face_px;
    int rc = vv__detector_new(&a->searcher, l->mtcnn, least, pool, err);
    if (rc == 0) rc = vv__detector_new(&a->follower, l->mtcnn, least, pool, err);
    if (rc == 0) {
        vv__detector_set_cancelled(a->searcher, vv__live_is_over, l);
        vv__detector_set_cancelled(a->follower, vv__live_is_over, l);
    }
    if (rc == 0 && l->model) rc = vv__encoder_new(&a->encoder, l->model, err);
    if (a->encoder) vv__encoder_set_cancelled(a->encoder, vv__live_is_over, l);
    if (rc == 0) rc = vv__drawer_new(&a->drawer, err);
    if (rc == 0) rc = vv__steady_new(&a->steady, err);
    if (rc == 0) rc = vv__arrivals_new(&a->arrivals, on_passage, a, err);
    return rc;
}

/* As most cameras give it. */
enum { WARM_WIDTH = 1280, WARM_HEIGHT = 720, WARM_FACE = 112 };

/* Look at nothing once: weights are packed and memory is laid out when they are first used. */
static int look_at_nothing(analyst *a, const vv__image *image, float *encoding, vv_error *err)
{
    const vv_box place = {(WARM_WIDTH - WARM_FACE) / 2, (WARM_HEIGHT - WARM_FACE) / 2, WARM_FACE,
                          WARM_FACE};
    const float x = place.x, y = place.y;
    const vv_point landmarks[VV_LANDMARK_COUNT] = {
        {x + 38, y + 52}, {x + 74, y + 52}, {x + 56, y + 72}, {x + 42, y + 92}, {x + 71, y + 92}};
    const vv__encode_face face = {place, landmarks};
    const vv__places places = {.expected = &place, .expected_count = 1};
    const vv__detection *faces;
    const vv_box *proposed;
    size_t count;
    int rc = vv__detector_propose(a->searcher, image, &proposed, &count, err);
    if (rc == 0) rc = vv__detector_follow(a->follower, image, &places, &faces, &count, err);
    if (rc == 0 && a->encoder) rc = vv__encoder_run(a->encoder, image, &face, 1, encoding, err);
    return rc;
}

static int warm_up(analyst *a, vv_error *err)
{
    vv_live *l = a->live;
    const int dimension = l->model ? vv__encoder_model_card(l->model)->dimension : 1;
    uint8_t *pixels = vv__calloc((size_t)WARM_WIDTH * WARM_HEIGHT, 3);
    float *encoding = vv__calloc((size_t)dimension, sizeof *encoding);
    int rc = pixels && encoding ? 0 : vv__fail_nomem(err, l->shown);
    if (rc == 0) {
        memset(pixels, 128, (size_t)WARM_WIDTH * WARM_HEIGHT * 3);
        const vv__image image = {.layout = VV__PIXEL_RGB24,
                                 .width = WARM_WIDTH,
                                 .height = WARM_HEIGHT,
                                 .depth = 8,
                                 .data = {pixels},
                                 .stride = {3 * (ptrdiff_t)WARM_WIDTH}};
        rc = look_at_nothing(a, &image, encoding, err);
    }
    vv__free(pixels);
    vv__free(encoding);
    if (rc < 0) return rc;
    pthread_mutex_lock(&l->lock);
    l->is_warm = true;
    pthread_cond_broadcast(&l->changed);
    pthread_mutex_unlock(&l->lock);
    return 0;
}

static void clean_up(analyst *a)
{
    vv__detector_free(&a->searcher);
    vv__detector_free(&a->follower);
    vv__encoder_free(&a->encoder);
    vv__drawer_free(&a->drawer);
    vv__steady_free(&a->steady);
    vv__arrivals_free(&a->arrivals);
}

/* --- One picture ---------------------------------------------------------------------------- */

static vv__glance glance_at(analyst *a, const vv__image *image, const vv__live_shot *shot)
{
    vv__glance glance = vv__follow_glance(a->live->follow, image, shot->time);
    /* Nobody was followed through an outage, and the picture may have another size. */
    if (shot->connection != a->connection) glance.is_cut = true;
    a->connection = shot->connection;
    if (glance.is_cut) glance.is_searched = true;
    return glance;
}

static int find_faces(analyst *a, const vv__glance *glance, const vv__live_shot *shot,
                      vv_faces **faces, bool **wanted, vv_error *err)
{
    vv__follow *follow = a->live->follow;
    const vv__image *image = vv__frame_image(shot->frame);
    vv__sighted sighted = {0};
    int rc = vv__follow_search(follow, glance, a->searcher, image, &sighted, err);
    if (rc == 0)
        rc = vv__follow_track(follow, glance, a->follower, image, shot->time, &sighted, faces,
                              wanted, err);
    vv__sighted_clear(&sighted);
    return rc;
}

/* Who is on it, with the names of now. */
static int recognise(analyst *a, const vv__live_shot *shot, vv_faces **faces, vv_error *err)
{
    vv_live *l = a->live;
    const vv__image *image = vv__frame_image(shot->frame);
    const vv__glance glance = glance_at(a, image, shot);
    bool *wanted = NULL;
    int rc = find_faces(a, &glance, shot, faces, &wanted, err);
    if (rc == 0 && a->encoder)
        rc = vv__faces_encode_some(*faces, wanted, a->encoder, l->model, image, err);
    if (rc == 0) rc = vv__follow_see(l->follow, &glance, *faces, shot->time, err);
    if (rc == 0) rc = vv__follow_name(l->follow, *faces, shot->time, err);
    vv__free(wanted);
    return rc;
}

static int note_arrivals(analyst *a, const vv__live_picture *p, double now, vv_error *err)
{
    const vv_faces *faces = p->faces;
    vv__sight *sights = vv__calloc(faces->count + 1, sizeof *sights);
    if (!sights) return vv__fail_nomem(err, "arrivals");
    for (size_t i = 0; i < faces->count; i++) {
        const vv_face *f = &faces->faces[i];
        const int person = vv__live_people_given(p->people, f->person_index);
        sights[i] = (vv__sight){f->track, f->person, person, f->distance, f->confidence};
    }
    const int rc = vv__arrivals_see(a->arrivals, now, sights, faces->count, err);
    vv__free(sights);
    return rc;
}

static int choose_colors(vv__live_picture *p, vv_error *err)
{
    vv_faces *faces = p->faces;
    faces->colors = vv__calloc(faces->count + 1, sizeof *faces->colors);
    if (!faces->colors) return vv__fail_nomem(err, "faces");
    for (size_t i = 0; i < faces->count; i++)
        faces->colors[i] = vv__live_people_color(p->people, faces->faces[i].person_index);
    return 0;
}

static int draw(analyst *a, vv__live_picture *p, vv_error *err)
{
    vv__image target;
    int rc = vv__frame_copy(&p->tagged.frame, p->plain.frame, err);
    if (rc == 0) rc = vv__frame_make_writable(p->tagged.frame, &target, err);
    if (rc == 0) rc = vv__faces_steady(p->faces, a->steady, p->frame.time, err);
    if (rc == 0) rc = choose_colors(p, err);
    if (rc == 0) rc = vv__faces_draw(a->drawer, &target, p->faces, a->live->options.draw, err);
    for (size_t i = 0; i < p->faces->count; i++) {
        vv_face *f = &p->faces->faces[i];
        f->person_index = vv__live_people_given(p->people, f->person_index);
    }
    return rc;
}

/* Takes the shot's frame. */
static int make_picture(analyst *a, const vv__live_shot *shot, vv__live_picture **out,
                        vv_error *err)
{
    vv_live *l = a->live;
    vv__live_picture *p = *out = vv__calloc(1, sizeof *p);
    if (!p) {
        vv__frame *frame = shot->frame;
        vv__frame_unref(&frame);
        return vv__fail_nomem(err, l->shown);
    }
    p->plain.frame = shot->frame;
    pthread_mutex_lock(&l->naming);
    int rc = recognise(a, shot, &p->faces, err);
    p->people = vv__live_people_ref(l->people);
    p->naming = l->namings;
    pthread_mutex_unlock(&l->naming);
    if (rc == 0) rc = note_arrivals(a, p, vv__now_seconds(), err);
    p->frame = (vv_live_frame){
        .image = &p->tagged,
        .plain = &p->plain,
        .faces = p->faces,
        .number = shot->number,
        .time = shot->time,
        .wall_time = shot->wall_time,
        .arrival = shot->arrival,
    };
    return rc == 0 ? draw(a, p, err) : rc;
}

void vv__live_picture_free(vv__live_picture **picture)
{
    vv__live_picture *p = *picture;
    if (!p) return;
    vv__frame_unref(&p->plain.frame);
    vv__frame_unref(&p->tagged.frame);
    vv_faces_free(&p->faces);
    vv__live_people_unref(&p->people);
    vv__free(p);
    *picture = NULL;
}

/* --- One after the other -------------------------------------------------------------------- */

/* The newest picture, once there is one; none where time has passed, or nothing comes any more. */
static vv__live_shot take_newest(vv_live *l, bool *is_last)
{
    const double until = vv__now_seconds() + TICK_SECONDS;
    pthread_mutex_lock(&l->lock);
    while (!l->newest.frame && !l->source_ended && vv__now_seconds() < until &&
           !vv__live_is_over(l))
        vv__live_wait(l, until);
    const vv__live_shot shot = l->newest;
    l->newest.frame = NULL;
    *is_last = l->source_ended;
    pthread_mutex_unlock(&l->lock);
    return shot;
}

static void publish(vv_live *l, vv__live_picture *picture)
{
    pthread_mutex_lock(&l->lock);
    const bool is_outdated = picture->naming != l->namings;
    vv__live_picture *old = is_outdated ? picture : l->ready;
    if (!is_outdated) l->ready = picture;
    l->dropped += old != NULL;
    if (l->recorder) vv__recorder_push(l->recorder, picture->tagged.frame, picture->frame.time);
    pthread_cond_broadcast(&l->changed);
    pthread_mutex_unlock(&l->lock);
    vv__live_picture_free(&old);
}

static int work(analyst *a, vv_error *err)
{
    vv_live *l = a->live;
    bool is_last = false;
    while (!vv__live_is_over(l)) {
        const vv__live_shot shot = take_newest(l, &is_last);
        if (!shot.frame && is_last) break;
        if (!shot.frame) {
            vv__arrivals_wait(a->arrivals, vv__now_seconds());
            continue;
        }
        vv__live_picture *picture = NULL;
        const int rc = make_picture(a, &shot, &picture, err);
        if (rc < 0) {
            vv__live_picture_free(&picture);
            return rc;
        }
        publish(l, picture);
    }
    return 0;
}

void *vv__live_analyse(void *argument)
{
    vv_live *l = argument;
    analyst a = {.live = l};
    vv_error err;
    int rc = prepare(&a, &err);
    if (rc == 0) rc = warm_up(&a, &err);
    if (rc == 0) rc = work(&a, &err);
    if (rc < 0 && !vv__live_is_over(l)) vv__live_fail(l, rc, &err);
    if (rc < 0) atomic_store(&l->is_given_up, true);
    if (a.arrivals) vv__arrivals_end(a.arrivals);
    clean_up(&a);
    pthread_mutex_lock(&l->lock);
    if (l->rc == 0 && !vv__live_is_over(l)) vv__live_tell(&l->events, VV_LIVE_ENDED, NULL);
    l->has_ended = true;
    pthread_cond_broadcast(&l->changed);
    pthread_mutex_unlock(&l->lock);
    return NULL;
}
