/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Names in clips against the truth: short sequences, counted by hand. */

#include "eval/video_names.h"

#include "base/alloc.h"
#include "truth_file.h"

static vv__video_truth truth_of(const char *text)
{
    vv__video_truth truth;
    vv_error err;
    put(text, strlen(text));
    if (vv__video_truth_read(&truth, path, &err) < 0) fail_msg("%s", err.message);
    return truth;
}

static void truth_fails(int code, const char *says)
{
    vv__video_truth truth;
    vv_error err;
    assert_int_equal(vv__video_truth_read(&truth, path, &err), code);
    if (!strstr(err.message, says)) fail_msg("'%s' is not in: %s", says, err.message);
    assert_null(truth.clips);
}

/* --- Counting --- */

enum { MOST_PEOPLE = 8 };

typedef struct outcome {
    vv__name_counts n;
    vv__person_counts people[MOST_PEOPLE];
} outcome;

/* Everybody has a name of one letter. The people are the truth's, and after them the strangers to
 * it that `others` lists; those of `unknown` are not in the gallery. Each frame is a list of faces:
 * the digit of the track, and the letter of its name, or - for none. */
static outcome count_names(const char *text, const char *others, const char *unknown,
                           const char *const *frames)
{
    outcome out = {0};
    bool known[MOST_PEOPLE];
    char letters[MOST_PEOPLE + 1] = "";
    vv__video_truth truth = truth_of(text);
    for (size_t i = 0; i < truth.people.count; i++) letters[i] = truth.people.paths[i][0];
    strcat(letters, others);
    const size_t people = strlen(letters);
    for (size_t i = 0; i < people; i++) known[i] = !strchr(unknown, letters[i]);
    vv__video_counter *counter;
    assert_int_equal(vv__video_counter_new(&counter, &truth, &truth.clips[0], known, people, NULL),
                     0);
    for (; *frames; frames++) {
        vv__named_face faces[8];
        size_t count = 0;
        for (const char *p = *frames; *p; p += p[2] ? 3 : 2) {
            const char *at = strchr(letters, p[1]);
            assert_true(at || p[1] == '-');
            faces[count++] = (vv__named_face){p[0] - '0', at ? (int)(at - letters) : -1};
        }
        assert_int_equal(vv__video_counter_frame(counter, faces, count, NULL), 0);
    }
    vv__video_counter_end(counter, &out.n, out.people);
    vv__video_counter_free(&counter);
    vv__video_truth_free(&truth);
    return out;
}
#define COUNT(text, others, unknown, ...)                                                          \
    count_names(text, others, unknown, (const char *const[]){__VA_ARGS__, NULL})

#define CLIP(roles) "{\"clips\":{\"a.mp4\":{" roles "}}}"
#define A_AND_B CLIP("\"present\":[\"A\",\"B\"],\"main\":[\"A\"]")
#define A_ALONE CLIP("\"present\":[\"A\"],\"main\":[\"A\"]")
/* A for three frames, then B for three. */
#define TWO_SHOTS                                                                                  \
    CLIP("\"frames\":6,\"shots\":[{\"start\":0,\"end\":3,\"present\":[\"A\"],\"main\":[\"A\"]},"   \
         "{\"start\":3,\"end\":6,\"present\":[\"B\"],\"main\":[\"B\"]}]")

static void main_people_count_in_every_frame_and_others_in_none(void **state)
{
    (void)state;
    const outcome o = COUNT(A_AND_B, "", "", "1-", "1A", "1A 2B", "2B 1A", "2B");
    assert_int_equal(o.n.frames, 5);
    assert_int_equal(o.n.judged, 5);
    assert_int_equal(o.n.shots, 1);
    assert_int_equal(o.n.main_frames, 5);
    assert_int_equal(o.n.main_named, 3);
    assert_int_equal(o.n.faces, 7);
    assert_int_equal(o.n.faces_named, 6);
    assert_int_equal(o.n.tracks, 2);
    assert_int_equal(o.n.tracks_named, 2);
    assert_int_equal(o.n.false_frames, 0);
    assert_int_equal(o.n.changes + o.n.alternations + o.n.carried, 0);
    assert_true(o.people[0].is_main && !o.people[1].is_main && o.people[1].is_present);
    assert_int_equal(o.people[0].main_named, 3);
    assert_int_equal(o.people[0].named, 3);
    assert_int_equal(o.people[1].main_frames, 0);
    assert_int_equal(o.people[1].named, 3);
    assert_int_equal(o.people[1].tracks, 1);
}

static void names_of_people_who_are_not_there_are_false(void **state)
{
    (void)state;
    /* C is nowhere in the truth; two in one frame are one false frame. */
    const outcome o = COUNT(A_ALONE, "CD", "", "1A 2C", "1A 2C 3D", "1A 2-", "1A 4C");
    assert_int_equal(o.n.false_frames, 3);
    assert_int_equal(o.n.false_tracks, 3);
    assert_int_equal(o.n.main_named, 4);
    assert_int_equal(o.people[1].false_frames, 3);
    assert_int_equal(o.people[1].tracks, 2);
    assert_int_equal(o.people[2].false_frames, 1);
    assert_false(o.people[1].is_present);
    assert_int_equal(o.n.changes + o.n.alternations + o.n.carried, 0);
}

static void main_people_whom_the_gallery_lacks_cannot_be_named(void **state)
{
    (void)state;
    const outcome o =
        COUNT(CLIP("\"present\":[\"A\",\"B\"],\"main\":[\"A\",\"B\"]"), "C", "A", "1- 2B", "1C 2B");
    assert_int_equal(o.n.main_frames, 2);
    assert_int_equal(o.n.main_named, 2);
    assert_int_equal(o.n.false_frames, 1);
    assert_int_equal(o.people[0].main_frames, 0);
}

static void a_track_that_goes_by_another_name_is_a_switch(void **state)
{
    (void)state;
    const outcome o = COUNT(A_AND_B, "", "", "1A 2-", "1- 2-", "1A 2-", "1B 2-", "1B 2-", "1A 2-");
    assert_int_equal(o.n.changes, 2);
    assert_int_equal(o.n.alternations, 0);
    /* A name lost and found again is none; nor is that of another track. */
    const outcome same = COUNT(A_AND_B, "", "", "1A 2-", "1- 2-", "1A 2-", "3B 2-");
    assert_int_equal(same.n.changes, 0);
}

static void names_that_alternate_on_the_only_face_are_switches(void **state)
{
    (void)state;
    /* Of one who is alone there, any other name is. */
    const outcome alone = COUNT(A_ALONE, "C", "", "1A", "2C", "3A", "3A");
    assert_int_equal(alone.n.alternations, 2);
    assert_int_equal(alone.n.changes, 0);
    /* Somebody else who comes is none, nor who comes back with another face in sight. */
    const outcome comes = COUNT(A_AND_B, "", "", "1A", "1A", "", "2B", "2B");
    assert_int_equal(comes.n.alternations, 0);
    const outcome two = COUNT(A_AND_B, "", "", "1A", "2B", "2B 3-", "4A");
    assert_int_equal(two.n.alternations, 0);
    /* But going back and forth is. */
    const outcome back = COUNT(A_AND_B, "", "", "1A", "2B", "3A", "4B");
    assert_int_equal(back.n.alternations, 2);
    /* What a track does by itself is a change alone. */
    const outcome one = COUNT(A_ALONE, "C", "", "1A", "1C");
    assert_int_equal(one.n.changes, 1);
    assert_int_equal(one.n.alternations, 0);
}

static void each_shot_has_its_own_people(void **state)
{
    (void)state;
    const outcome o = COUNT(TWO_SHOTS, "C", "", "1A", "1A", "1-", "2B", "2B", "2A", "3C");
    assert_int_equal(o.n.frames, 7);
    assert_int_equal(o.n.judged, 6);
    assert_int_equal(o.n.shots, 2);
    assert_int_equal(o.n.main_frames, 6);
    assert_int_equal(o.n.main_named, 4);
    assert_int_equal(o.n.false_frames, 1);
    assert_int_equal(o.n.changes, 1);
    /* The seventh frame is in no shot, and its track is not counted. */
    assert_int_equal(o.n.tracks, 2);
    assert_int_equal(o.people[0].named, 2);
    assert_int_equal(o.people[0].false_frames, 1);
    assert_int_equal(o.people[1].main_named, 2);
    /* A cut is no alternation. */
    assert_int_equal(o.n.alternations, 0);
}

static void a_name_carried_over_a_cut_is_a_switch_once(void **state)
{
    (void)state;
    const outcome o = COUNT(TWO_SHOTS, "", "", "1A", "1A", "1A", "1A", "1A", "1A");
    assert_int_equal(o.n.carried, 1);
    assert_int_equal(o.n.false_frames, 3);
    assert_int_equal(o.n.false_tracks, 1);
    /* Another track's name is false, but was not carried. */
    const outcome fresh = COUNT(TWO_SHOTS, "", "", "1A", "1A", "1A", "2A", "2A", "2A");
    assert_int_equal(fresh.n.carried, 0);
    assert_int_equal(fresh.n.false_frames, 3);
}

static void frames_between_shots_are_not_judged(void **state)
{
    (void)state;
    const outcome o =
        COUNT(CLIP("\"shots\":[{\"start\":1,\"end\":2,\"present\":[\"A\"],\"main\":[\"A\"]},"
                   "{\"start\":4,\"end\":9,\"present\":[],\"back\":[\"B\"]}]"),
              "", "", "1B", "1A", "1B", "1B", "1B");
    assert_int_equal(o.n.frames, 5);
    assert_int_equal(o.n.judged, 2);
    assert_int_equal(o.n.shots, 2);
    assert_int_equal(o.n.main_named, 1);
    /* Who is back is present. */
    assert_int_equal(o.n.false_frames, 0);
    assert_true(o.people[1].is_back && o.people[1].is_present);
}

static void counts_of_clips_add_up(void **state)
{
    (void)state;
    vv__name_counts sum = {0};
    vv__person_counts person = {0};
    const outcome a = COUNT(A_ALONE, "C", "", "1A", "1C", "2A"),
                  b = COUNT(A_ALONE, "C", "", "1-", "1A");
    vv__name_counts_add(&sum, &a.n);
    vv__name_counts_add(&sum, &b.n);
    vv__person_counts_add(&person, &a.people[0]);
    vv__person_counts_add(&person, &b.people[0]);
    assert_int_equal(sum.frames, 5);
    assert_int_equal(sum.main_frames, 5);
    assert_int_equal(sum.main_named, 3);
    assert_int_equal(sum.false_frames, 1);
    assert_int_equal(sum.tracks, 3);
    assert_int_equal(sum.changes, 1);
    assert_int_equal(person.main_named, 3);
    assert_int_equal(person.tracks, 3);
}

/* --- The file --- */

static void the_truth_is_read_as_it_is_written(void **state)
{
    (void)state;
    vv__video_truth truth = truth_of(
        "\xef\xbb\xbf{\"note\": \"by eye\", \"clips\": {\n"
        "\"02.mp4\": {\"frames\": 82, \"present\": [\"Rachel\"], \"main\": [\"Rachel\"]},\n"
        "\"25.mp4\": {\"present\": [\"Monica\", \"Ross\"], \"main\": [\"Monica\"],"
        "  \"back\": [\"Ross\"], \"camera\": {\"moves\": true}}}}");
    assert_int_equal(truth.names.count, 2);
    assert_int_equal(truth.people.count, 3);
    assert_int_equal(truth.clips[0].frames, 82);
    assert_int_equal(truth.clips[1].frames, -1);
    assert_int_equal(truth.clips[1].count, 1);
    const vv__true_shot *shot = &truth.shots[truth.clips[1].first];
    assert_int_equal(shot->count, 2);
    assert_true(truth.roles[shot->first].is_main);
    assert_true(truth.roles[shot->first + 1].is_back);
    assert_ptr_equal(vv__video_truth_find(&truth, "some/folder/25.mp4"), &truth.clips[1]);
    assert_null(vv__video_truth_find(&truth, "5.mp4"));
    assert_null(vv__video_truth_find(&truth, "25.mp4/"));
    vv__video_truth_free(&truth);
}

static void truths_that_make_no_sense_are_refused_with_their_place(void **state)
{
    (void)state;
    static const struct {
        const char *text, *says;
    } bad[] = {
        {"", "line 1: not JSON"},
        {"{\"clips\":\n{\"a\":}}", "line 2: not JSON"},
        {"[]", "no clips in it"},
        {"{}", "no clips in it"},
        {"{\"clips\":[]}", "no clips in it"},
        {"{\"clips\":{}}", "no clips in it"},
        {"{\"clips\":{\"a\":3}}", "clip \"a\": not {"},
        {"{\"clips\":{\"\":{\"present\":[]}}}", "the name is empty"},
        {"{\"clips\":{\"b/a\":{\"present\":[]}}}", "has a folder"},
        {"{\"clips\":{\"a\":{\"present\":[]},\"a\":{\"present\":[]}}}", "duplicate"},
        {CLIP("\"main\":[\"A\"]"), "\"present\" is missing"},
        {CLIP("\"present\":\"A\""), "\"present\" is not a list of names"},
        {CLIP("\"present\":[1]"), "\"present\" holds something that is not a name"},
        {CLIP("\"present\":[\"\"]"), "a person's name is empty"},
        {CLIP("\"present\":[],\"main\":{}"), "\"main\" is not a list"},
        {CLIP("\"present\":[],\"back\":null"), "\"back\" is not a list"},
        {CLIP("\"present\":[],\"frames\":1.5"), "\"frames\" is not a number of frames"},
        {CLIP("\"present\":[],\"frames\":-1"), "\"frames\" is not a number of frames"},
        {CLIP("\"present\":[],\"frames\":1000000001"), "\"frames\" is not a number of frames"},
        {CLIP("\"present\":[],\"frames\":99999999999999999999"), "not JSON: too big integer"},
        {CLIP("\"present\":[],\"frames\":1e999"), "not JSON: real number overflow"},
        {CLIP("\"shots\":[]"), "\"shots\" is not a list of shots"},
        {CLIP("\"shots\":{}"), "\"shots\" is not a list of shots"},
        {CLIP("\"shots\":[7]"), "shot 1: \"start\" and \"end\""},
        {CLIP("\"shots\":[{\"start\":0,\"present\":[]}]"), "shot 1: \"start\" and \"end\""},
        {CLIP("\"shots\":[{\"start\":0,\"end\":\"9\",\"present\":[]}]"), "shot 1: \"end\" is not"},
        {CLIP("\"shots\":[{\"start\":2,\"end\":2,\"present\":[]}]"), "shot 1: \"start\" and"},
        {CLIP("\"shots\":[{\"start\":0,\"end\":2,\"present\":[]},"
              "{\"start\":1,\"end\":3,\"present\":[]}]"),
         "shot 2: \"start\" and \"end\" are not frames after"},
        {CLIP("\"frames\":5,\"shots\":[{\"start\":0,\"end\":6,\"present\":[]}]"), "within the"},
        {CLIP("\"shots\":[{\"start\":0,\"end\":6}]"), "shot 1: \"present\" is missing"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        put(bad[i].text, strlen(bad[i].text));
        truth_fails(VV_ERR_FORMAT, bad[i].says);
    }
    put("{\"clips\":{\"a\0b\":{}}}", 21);
    truth_fails(VV_ERR_FORMAT, "not JSON");
    unlink(path);
    truth_fails(VV_ERR_NOT_FOUND, path);
}

static void truths_too_deep_or_too_large_are_refused(void **state)
{
    (void)state;
    enum { DEEP = 200000, LARGE = (16 << 20) + 1 };
    char *text = malloc(LARGE);
    assert_non_null(text);
    memset(text, '[', LARGE);
    put(text, DEEP);
    truth_fails(VV_ERR_FORMAT, "maximum parsing depth");
    put(text, LARGE);
    truth_fails(VV_ERR_LIMIT, "more than 16 MiB");
    free(text);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    fprintf(file, "{\"clips\":{\"a\":{\"present\":[\"p\"");
    for (int i = 0; i < 1000; i++) fprintf(file, ",\"p%d\"", i);
    fprintf(file, "]}}}");
    assert_int_equal(fclose(file), 0);
    truth_fails(VV_ERR_LIMIT, "more than 1000 people");
}

/* --- Without memory --- */

static int allowed;

static int refuse_when_used_up(void *cookie, size_t size)
{
    (void)cookie;
    (void)size;
    return allowed-- > 0;
}

static int read_and_count(vv_error *err)
{
    static const bool known[] = {true, true};
    static const vv__named_face faces[] = {{1, 0}, {2, 1}};
    vv__video_truth truth;
    vv__video_counter *counter = NULL;
    int rc = vv__video_truth_read(&truth, path, err);
    if (rc < 0) return rc;
    rc = vv__video_counter_new(&counter, &truth, &truth.clips[0], known, 2, err);
    if (rc == 0) rc = vv__video_counter_frame(counter, faces, 2, err);
    vv__video_counter_free(&counter);
    vv__video_truth_free(&truth);
    return rc;
}

static void memory_that_runs_out_is_an_error(void **state)
{
    (void)state;
    int rc = VV_ERR_NOMEM, most = 0;
    put(TWO_SHOTS, sizeof TWO_SHOTS - 1);
    for (; rc != 0; most++) {
        vv_error err = {0};
        allowed = most;
        vv__alloc_set_hook(refuse_when_used_up, NULL);
        rc = read_and_count(&err);
        vv__alloc_set_hook(NULL, NULL);
        if (rc != 0 && (rc != VV_ERR_NOMEM || !strstr(err.message, "out of memory")))
            fail_msg("%d allocations, %d: %s", most, rc, err.message);
    }
    assert_true(most > 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(main_people_count_in_every_frame_and_others_in_none),
        cmocka_unit_test(names_of_people_who_are_not_there_are_false),
        cmocka_unit_test(main_people_whom_the_gallery_lacks_cannot_be_named),
        cmocka_unit_test(a_track_that_goes_by_another_name_is_a_switch),
        cmocka_unit_test(names_that_alternate_on_the_only_face_are_switches),
        cmocka_unit_test(each_shot_has_its_own_people),
        cmocka_unit_test(a_name_carried_over_a_cut_is_a_switch_once),
        cmocka_unit_test(frames_between_shots_are_not_judged),
        cmocka_unit_test(counts_of_clips_add_up),
        cmocka_unit_test(the_truth_is_read_as_it_is_written),
        cmocka_unit_test(truths_that_make_no_sense_are_refused_with_their_place),
        cmocka_unit_test(truths_too_deep_or_too_large_are_refused),
        cmocka_unit_test(memory_that_runs_out_is_an_error),
    };
    return cmocka_run_group_tests(tests, make_file, remove_file);
}
