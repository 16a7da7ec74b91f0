/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* A server on loopback that sends files of the tests' folder, and breaks as it is told to. */

#ifndef VV_TESTS_API_STREAM_SERVER_H
#define VV_TESTS_API_STREAM_SERVER_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>

#include "base/thread.h"
#include "media/clips.h"

/* What a server on loopback does for one who connects: sends a file (NULL: nothing), and closes. */
typedef enum manner {
    AT_ONCE = 0,
    IN_HALVES = 1, /* the second when it is told to go on */
    SILENT = 2,    /* leaves closing to the other side */
} manner;

typedef struct turn {
    const char *file;
    manner manner;
} turn;

typedef struct server {
    int listener;
    char address[40];
    const turn *turns;
    size_t count;
    unsigned char *bytes[8]; /* of each turn's file */
    size_t sizes[8];
    double came[16]; /* when */
    atomic_int served;
    atomic_bool is_stopped, may_go_on;
    pthread_t thread;
} server;

static inline void send_bytes(int to, const unsigned char *bytes, size_t count)
{
    while (count) {
        const ssize_t n = send(to, bytes, count, MSG_NOSIGNAL);
        if (n <= 0) break;
        bytes += n;
        count -= (size_t)n;
    }
}

/* Until the flag is set, or the other side is gone. */
static inline void wait_for(const server *s, int other, const atomic_bool *flag)
{
    struct pollfd gone = {.fd = other, .events = POLLRDHUP};
    while (!atomic_load(&s->is_stopped) && !atomic_load(flag) && poll(&gone, 1, 20) == 0) continue;
}

static inline void take_turn(const server *s, size_t i, int other)
{
    const manner how = s->turns[i].manner;
    const size_t first = how == IN_HALVES ? s->sizes[i] / 2 : s->sizes[i];
    send_bytes(other, s->bytes[i], first);
    if (how == IN_HALVES) wait_for(s, other, &s->may_go_on);
    send_bytes(other, s->bytes[i] + first, s->sizes[i] - first);
    if (how == SILENT) wait_for(s, other, &s->is_stopped);
}

static inline void *serve(void *argument)
{
    server *s = argument;
    while (!atomic_load(&s->is_stopped)) {
        struct pollfd knock = {.fd = s->listener, .events = POLLIN};
        if (poll(&knock, 1, 20) <= 0) continue;
        const int other = accept(s->listener, NULL, NULL);
        const size_t i = (size_t)atomic_load(&s->served);
        if (i < sizeof s->came / sizeof *s->came) s->came[i] = vv__now_seconds();
        if (i < s->count && s->bytes[i]) take_turn(s, i, other);
        close(other);
        atomic_fetch_add(&s->served, 1);
    }
    return NULL;
}

static inline void open_server(server *s, const turn *turns, size_t count)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof at;
    *s = (server){.turns = turns, .count = count};
    for (size_t i = 0; i < count; i++)
        if (turns[i].file) s->bytes[i] = read_clip(turns[i].file, &s->sizes[i]);
    s->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(s->listener >= 0);
    assert_int_equal(bind(s->listener, (struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(listen(s->listener, 4), 0);
    assert_int_equal(getsockname(s->listener, (struct sockaddr *)&at, &size), 0);
    snprintf(s->address, sizeof s->address, "tcp://127.0.0.1:%d", ntohs(at.sin_port));
    assert_int_equal(pthread_create(&s->thread, NULL, serve, s), 0);
}

static inline void close_server(server *s)
{
    atomic_store(&s->is_stopped, true);
    pthread_join(s->thread, NULL);
    close(s->listener);
    for (size_t i = 0; i < s->count; i++) free(s->bytes[i]);
}

#endif
