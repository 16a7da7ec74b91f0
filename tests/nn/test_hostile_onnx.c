/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Files that are not what they say: each an error in words, none a crash, a hang or much memory. */

#include "support.h"

#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "onnx_bytes.h"

/* What no file may take. */
#define MOST_SECONDS 10
#define MOST_KILOBYTES (1 << 20)

static model m;

static int set_up(void **state)
{
    (void)state;
    m.graph.size = m.file.size = 0;
    alarm(MOST_SECONDS);
    return 0;
}

static int tear_down(void **state)
{
    struct rusage usage;
    (void)state;
    alarm(0);
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss < MOST_KILOBYTES ? 0 : -1;
}

/* Open from a buffer that ends at a page which may not be read; then plan and run, if it gets so
 * far. Gives the last code. */
static int try(const uint8_t *data, size_t size, const vv__shape *shape, vv_error *err)
{
    const size_t page = (size_t)sysconf(_SC_PAGESIZE), room = (size / page + 1) * page;
    uint8_t *map =
        mmap(NULL, room + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_true(map != MAP_FAILED);
    assert_int_equal(mprotect(map + room, page, PROT_NONE), 0);
    uint8_t *file = map + room - size;
    if (size) memcpy(file, data, size);
    vv__net *net = NULL;
    vv__run *run = NULL;
    int rc = vv__net_open_memory(&net, file, size, "bad.onnx", err);
    if (rc == VV_OK && shape) rc = vv__run_new(&run, net, shape, vv__net_input_count(net), err);
    if (run) rc = vv__run_execute(run, err);
    vv__run_free(&run);
    vv__net_close(&net);
    munmap(map, room + page);
    return rc;
}

static void must_fail(const vv__shape *shape, const char *word)
{
    vv_error err = {0};
    finish_model(&m, 13);
    assert_true(try(m.file.data, m.file.size, shape, &err) < 0);
    if (!strstr(err.message, word)) fail_msg("'%s' does not say '%s'", err.message, word);
    assert_non_null(strstr(err.message, "bad.onnx"));
}

static const vv__shape picture = {4, {1, 3, 8, 8}};

static void small_network(void)
{
    static bytes attributes;
    float w[4 * 3 * 9] = {0};
    attributes.size = 0;
    ADD_INPUT(&m, "x", VV__FLOAT, -1, 3, -1, -1);
    add_weights(&m, "w", 4, DIMS(4, 3, 3, 3), w, 4 * 3 * 9);
    attribute_ints(&attributes, "strides", DIMS(2, 2), 2);
    add_node(&m, "Conv", "x w", "a", &attributes);
    add_node(&m, "Relu", "a", "b", NULL);
    add_node(&m, "Flatten", "b", "y", NULL);
    ADD_OUTPUT(&m, "y");
}

static void a_file_cut_anywhere_is_an_error_or_still_whole(void **state)
{
    (void)state;
    small_network();
    finish_model(&m, 13);
    vv_error err;
    assert_int_equal(try(m.file.data, m.file.size, &picture, &err), VV_OK);
    for (size_t cut = 0; cut < m.file.size; cut++)
        assert_true(try(m.file.data, cut, &picture, &err) < 0);
}

static void no_changed_byte_makes_it_crash(void **state)
{
    (void)state;
    small_network();
    finish_model(&m, 13);
    static const uint8_t values[] = {0x00, 0x01, 0x7f, 0x80, 0xff};
    for (size_t i = 0; i < m.file.size; i++) {
        const uint8_t kept = m.file.data[i];
        for (size_t v = 0; v < sizeof values; v++) {
            vv_error err;
            m.file.data[i] = values[v];
            try(m.file.data, m.file.size, &picture, &err);
        }
        m.file.data[i] = kept;
    }
}

static void nothing_at_all_is_an_error(void **state)
{
    (void)state;
    vv_error err = {0};
    assert_int_equal(try(NULL, 0, NULL, &err), VV_ERR_FORMAT);
    assert_int_equal(try((const uint8_t *)"<html></html>", 13, NULL, &err), VV_ERR_FORMAT);
}

static void a_gigabyte_claimed_in_ten_bytes_is_an_error(void **state)
{
    (void)state;
    vv_error err = {0};
    const uint8_t file[] = {7 << 3 | 2, 0x80, 0x80, 0x80, 0x80, 0x04, 0, 0, 0, 0};
    assert_int_equal(try(file, sizeof file, NULL, &err), VV_ERR_FORMAT);
}

static void a_cycle_is_an_error(void **state)
{
    (void)state;
    ADD_INPUT(&m, "x", VV__FLOAT, 1, 3, 8, 8);
    add_node(&m, "Add", "x b", "a", NULL);
    add_node(&m, "Relu", "a", "b", NULL);
    ADD_OUTPUT(&m, "b");
    must_fail(&picture, "cycle");
}

static void a_node_that_feeds_itself_is_an_error(void **state)
{
    (void)state;
    add_node(&m, "Relu", "a", "a", NULL);
    ADD_OUTPUT(&m, "a");
    must_fail(NULL, "'a'");
}

static void missing_weights_are_an_error(void **state)
{
    (void)state;
    ADD_INPUT(&m, "x", VV__FLOAT, 1, 3, 8, 8);
    add_node(&m, "Conv", "x nowhere", "y", NULL);
    ADD_OUTPUT(&m, "y");
    must_fail(&picture, "nowhere");
}

static void a_value_made_twice_is_an_error(void **state)
{
    (void)state;
    ADD_INPUT(&m, "x", VV__FLOAT, 1, 3, 8, 8);
    add_node(&m, "Relu", "x", "y", NULL);
    add_node(&m, "Neg", "x", "y", NULL);
    ADD_OUTPUT(&m, "y");
    must_fail(&picture, "twice");
}

static void an_output_that_nothing_makes_is_an_error(void **state)
{
    (void)state;
    ADD_INPUT(&m, "x", VV__FLOAT, 1, 3, 8, 8);
    add_node(&m, "Relu", "x", "y", NULL);
    ADD_OUTPUT(&m, "z");
    must_fail(&picture, "'z'");
}

static void an_unknown_operator_is_named_with_its_node(void **state)
{
    (void)state;
    ADD_INPUT(&m, "x", VV__FLOAT, 1, 3, 8, 8);
    add_node(&m, "Frobnicate", "x", "the_node", NULL);
    ADD_OUTPUT(&m, "the_node");
    must_fail(NULL, "Frobnicate");
    must_fail(NULL, "the_node");
}

static void weights_of_the_wrong_rank_are_an_error(void **state)
{
    (void)state;
    const float w[9] = {0};
    ADD_INPUT(&m, "x", VV__FLOAT, 1, 3, 8, 8);
    add_weights(&m, "w", 2, DIMS(3, 3), w, 9);
    add_node(&m, "Conv", "x w", "y", NULL);
    ADD_OUTPUT(&m, "y");
    must_fail(&picture, "Conv 'y'");
}

static void weights_for_other_channels_are_an_error(void **state)
{
    (void)state;
    const float w[10] = {0};
    ADD_INPUT(&m, "x", VV__FLOAT, 1, 3, 8, 8);
    add_weights(&m, "w", 4, DIMS(2, 5, 1, 1), w, 10);
    add_node(&m, "Conv", "x w", "y", NULL);
    ADD_OUTPUT(&m, "y");
    must_fail(&picture, "channels");
}

static void dimensions_that_overflow_are_an_error(void **state)
{
    (void)state;
    const float w[1] = {0};
    const int64_t big = (int64_t)1 << 62;
    add_weights(&m, "w", 3, DIMS(big, 4, 1), w, 1);
    ADD_OUTPUT(&m, "w");
    must_fail(NULL, "'w'");
    set_up(NULL);
    add_weights(&m, "w", 2, DIMS(2, big), w, 0); /* with a sum that wraps around to zero */
    ADD_OUTPUT(&m, "w");
    must_fail(NULL, "'w'");
    set_up(NULL);
    add_weights(&m, "w", 3, DIMS(0, big, 8), w, 0);
    ADD_OUTPUT(&m, "w");
    must_fail(NULL, "'w'");
}

static void fewer_bytes_than_the_shape_asks_for_are_an_error(void **state)
{
    (void)state;
    const float w[3] = {0};
    add_weights(&m, "w", 2, DIMS(100000, 1000), w, 3);
    ADD_OUTPUT(&m, "w");
    must_fail(NULL, "'w'");
}

static void results_of_many_gigabytes_are_refused(void **state)
{
    (void)state;
    const int64_t shape[3] = {1 << 20, 1 << 20, 4};
    const int64_t small[2] = {30000, 1000};
    add_integers(&m, "shape", shape, 3);
    add_node(&m, "ConstantOfShape", "shape", "y", NULL);
    ADD_OUTPUT(&m, "y");
    must_fail(&picture, "'y'");
    /* Each is allowed, all together are not. */
    set_up(NULL);
    ADD_INPUT(&m, "x", VV__FLOAT, 1);
    add_integers(&m, "shape", small, 2);
    for (int i = 0; i < 40; i++) {
        char to[8];
        snprintf(to, sizeof to, "e%d", i);
        add_node(&m, "Expand", "x shape", to, NULL);
        ADD_OUTPUT(&m, to);
    }
    const vv__shape one = {1, {1}};
    must_fail(&one, "MB");
}

static void hostile_windows_are_errors(void **state)
{
    (void)state;
    static const int64_t windows[][2] = {{0, 0}, {-1, 2}, {1 << 30, 1 << 30}, {9, 9}};
    for (size_t i = 0; i < sizeof windows / sizeof *windows; i++) {
        static bytes attributes;
        attributes.size = 0;
        set_up(NULL);
        ADD_INPUT(&m, "x", VV__FLOAT, 1, 3, 8, 8);
        attribute_ints(&attributes, "kernel_shape", windows[i], 2);
        add_node(&m, "MaxPool", "x", "y", &attributes);
        ADD_OUTPUT(&m, "y");
        must_fail(&picture, "MaxPool 'y'");
    }
}

static void hostile_groups_and_strides_are_errors(void **state)
{
    (void)state;
    const float w[3] = {0};
    static bytes attributes;
    for (int64_t groups = -1; groups < 8; groups++) {
        if (groups == 3) continue;
        attributes.size = 0;
        set_up(NULL);
        ADD_INPUT(&m, "x", VV__FLOAT, 1, 3, 8, 8);
        add_weights(&m, "w", 4, DIMS(3, 1, 1, 1), w, 3);
        attribute_int(&attributes, "group", groups);
        add_node(&m, "Conv", "x w", "y", &attributes);
        ADD_OUTPUT(&m, "y");
        must_fail(&picture, "Conv 'y'");
    }
    attributes.size = 0;
    set_up(NULL);
    ADD_INPUT(&m, "x", VV__FLOAT, 1, 3, 8, 8);
    add_weights(&m, "w", 4, DIMS(3, 1, 1, 1), w, 3);
    attribute_int(&attributes, "group", 3);
    attribute_ints(&attributes, "strides", DIMS(0, 1), 2);
    add_node(&m, "Conv", "x w", "y", &attributes);
    ADD_OUTPUT(&m, "y");
    must_fail(&picture, "strides");
}

static void a_node_without_its_output_is_an_error(void **state)
{
    (void)state;
    ADD_INPUT(&m, "x", VV__FLOAT, 1, 3, 8, 8);
    add_node(&m, "Relu", "x", "", NULL);
    add_node(&m, "Relu", "x", "y", NULL);
    ADD_OUTPUT(&m, "y");
    must_fail(&picture, "output");
}

/* x -> op(x, numbers) -> y */
static void add_counted(const char *op, const int64_t *numbers, size_t count)
{
    m.graph.size = 0;
    ADD_INPUT(&m, "x", VV__FLOAT, 1, 3, 8, 8);
    add_integers(&m, "numbers", numbers, count);
    add_node(&m, op, "x numbers", "y", NULL);
    ADD_OUTPUT(&m, "y");
}

static void hostile_repetitions_are_errors(void **state)
{
    (void)state;
    static const struct {
        int64_t numbers[4];
        size_t count;
        const char *word;
    } all[] = {{{INT64_MAX, 2, 2, 2}, 4, "large"},
               {{1, -1, 1, 1}, 4, "not valid"},
               {{1, 1, 1, INT64_MAX}, 4, "not valid"},
               {{1, 1}, 2, "2 dimensions"},
               {{1, 1, 1 << 20, 1 << 20}, 4, "large"}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        add_counted("Tile", all[i].numbers, all[i].count);
        must_fail(&picture, all[i].word);
    }
}

static void ranges_without_an_end_are_errors(void **state)
{
    (void)state;
    static const int64_t all[][3] = {
        {0, INT64_MAX, 1}, {0, 10, 0}, {INT64_MIN, INT64_MAX, 1}, {INT64_MAX, INT64_MIN, -1}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        m.graph.size = 0;
        ADD_INPUT(&m, "x", VV__FLOAT, 1, 3, 8, 8);
        add_integers(&m, "start", &all[i][0], 1);
        add_integers(&m, "end", &all[i][1], 1);
        add_integers(&m, "delta", &all[i][2], 1);
        add_node(&m, "Range", "start end delta", "y", NULL);
        ADD_OUTPUT(&m, "y");
        must_fail(&picture, "steps");
    }
}

static void hostile_blocks_are_errors(void **state)
{
    (void)state;
    static bytes attributes;
    static const int64_t sides[] = {0, -2, 3, 1 << 20, INT64_MAX};
    static const char *const operators[] = {"DepthToSpace", "SpaceToDepth"};
    for (size_t i = 0; i < 2 * sizeof sides / sizeof *sides; i++) {
        m.graph.size = attributes.size = 0;
        attribute_int(&attributes, "blocksize", sides[i / 2]);
        ADD_INPUT(&m, "x", VV__FLOAT, 1, 3, 8, 8);
        add_node(&m, operators[i % 2], "x", "y", &attributes);
        ADD_OUTPUT(&m, "y");
        must_fail(&picture, "blocks");
    }
}

static void a_gather_index_outside_is_an_error(void **state)
{
    (void)state;
    const int64_t index[1] = {5};
    ADD_INPUT(&m, "x", VV__FLOAT, 1, 3, 8, 8);
    add_integers(&m, "i", index, 1);
    add_node(&m, "Gather", "x i", "y", NULL);
    ADD_OUTPUT(&m, "y");
    must_fail(&picture, "index 5");
}

/* Pictures of many pixels, images or windows, but of no channel. */
static void results_of_no_numbers_take_no_time(void **state)
{
    (void)state;
    static bytes attributes;
    vv_error err = {0};
    const vv__shape many = {4, {1 << 18, 0, 30, 30}};
    attributes.size = 0;
    attribute_ints(&attributes, "kernel_shape", DIMS(15, 15), 2);
    ADD_INPUT(&m, "x", VV__FLOAT, -1, -1, -1, -1);
    add_node(&m, "AveragePool", "x", "y", &attributes);
    add_node(&m, "Sigmoid", "y", "z", NULL);
    ADD_OUTPUT(&m, "z");
    finish_model(&m, 13);
    assert_int_equal(try(m.file.data, m.file.size, &many, &err), VV_OK);
}

static void places_outside_are_errors(void **state)
{
    (void)state;
    static const char *const operators[] = {"GatherND", "GatherElements"};
    static const int64_t places[][4] = {
        {1, 0, 0, 0}, {0, 0, 8, 0}, {0, 0, 0, -9}, {INT64_MIN, 0, 0, 0}, {0, INT64_MAX, 0, 0}};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        add_counted("GatherND", places[i], 4);
        must_fail(&picture, "outside");
    }
    add_counted("TopK", (const int64_t[]){9}, 1);
    must_fail(&picture, "asked for");
    for (size_t i = 0; i < sizeof operators / sizeof *operators; i++) {
        add_counted(operators[i], (const int64_t[]){0, 0, 0, 0, 0, 0, 0, 0, 0}, 9);
        must_fail(&picture, "");
    }
}

static void a_reshape_that_does_not_fit_is_an_error(void **state)
{
    (void)state;
    const int64_t shapes[][2] = {{5, -1}, {-1, -1}, {INT64_MAX, INT64_MAX}, {-2, 3}, {7, 7}};
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        set_up(NULL);
        ADD_INPUT(&m, "x", VV__FLOAT, 1, 3, 8, 8);
        add_integers(&m, "shape", shapes[i], 2);
        add_node(&m, "Reshape", "x shape", "y", NULL);
        ADD_OUTPUT(&m, "y");
        must_fail(&picture, "Reshape 'y'");
    }
}

/* --- Much work for few bytes --- */

/* A thousand layers that share their weights, which each of them lays out for itself. */
static void weights_laid_out_a_thousand_times_are_refused(void **state)
{
    static const float w[64 * 64];
    char from[16] = "x", to[16], inputs[32];
    (void)state;
    ADD_INPUT(&m, "x", VV__FLOAT, 1, 1, -1, -1);
    add_weights(&m, "w", 4, DIMS(1, 1, 64, 64), w, 64 * 64);
    for (int i = 0; i < 12000; i++) {
        snprintf(to, sizeof to, "c%d", i);
        snprintf(inputs, sizeof inputs, "%s w", from);
        add_node(&m, "Conv", inputs, to, NULL);
        snprintf(from, sizeof from, "%s", i % 4 ? "x" : to);
    }
    ADD_OUTPUT(&m, "c11999");
    must_fail(&(const vv__shape){4, {1, 1, 64, 64}}, "");
}

static void a_tensor_spread_over_memory_again_and_again_is_refused(void **state)
{
    static const float row[1024];
    static const int64_t shape[3] = {4, 1000, 1024};
    char to[16];
    (void)state;
    add_weights(&m, "row", 1, DIMS(1024), row, 1024);
    add_integers(&m, "shape", shape, 3);
    for (int i = 0; i < 300; i++) {
        snprintf(to, sizeof to, "e%d", i);
        add_node(&m, "Expand", "row shape", to, NULL);
        ADD_OUTPUT(&m, to);
    }
    must_fail(&picture, "");
}

/* Nothing of it is large, but each sum takes a while. */
static void constants_that_take_minutes_to_compute_are_refused(void **state)
{
    static const float row[1024];
    static const int64_t shape[3] = {4, 1000, 1024};
    char to[16];
    (void)state;
    add_weights(&m, "row", 1, DIMS(1024), row, 1024);
    add_integers(&m, "shape", shape, 3);
    add_node(&m, "Expand", "row shape", "large", NULL);
    for (int i = 0; i < 19000; i++) {
        snprintf(to, sizeof to, "s%d", i);
        add_node(&m, "ReduceSum", "large", to, NULL);
    }
    ADD_OUTPUT(&m, "s18999");
    must_fail(&picture, "minutes");
}

/* A window as large as a photo, at each pixel of a photo. */
static void a_convolution_that_takes_minutes_is_refused(void **state)
{
    static const float w[300 * 300];
    (void)state;
    ADD_INPUT(&m, "x", VV__FLOAT, 1, 1, -1, -1);
    add_weights(&m, "w", 4, DIMS(1, 1, 300, 300), w, 300 * 300);
    add_node(&m, "Conv", "x w", "y", NULL);
    ADD_OUTPUT(&m, "y");
    must_fail(&(const vv__shape){4, {1, 1, 2200, 2200}}, "minutes");
}

static void pictures_without_channels_have_no_average(void **state)
{
    (void)state;
    ADD_INPUT(&m, "x", VV__FLOAT, -1, -1, -1, -1);
    add_node(&m, "GlobalAveragePool", "x", "y", NULL);
    ADD_OUTPUT(&m, "y");
    finish_model(&m, 13);
    vv_error err;
    const vv__shape shapes[] = {{4, {1, 0, 4, 4}}, {4, {1 << 28, 0, 1, 1}}, {4, {2, 3, 0, 4}}};
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        assert_int_equal(try(m.file.data, m.file.size, &shapes[i], &err), VV_OK);
}

/* Of a matrix without columns and one without rows. */
static void the_product_of_nothing_is_zero(void **state)
{
    static const float none[1], bias[3] = {1, 2, 3}, wanted[6] = {1, 2, 3, 1, 2, 3};
    static bytes attributes;
    const vv__shape shapes[2] = {{2, {0, 2}}, {2, {0, 3}}};
    (void)state;
    attributes.size = 0;
    ADD_INPUT(&m, "a", VV__FLOAT, -1, 2);
    ADD_INPUT(&m, "b", VV__FLOAT, -1, 3);
    add_weights(&m, "c", 1, DIMS(3), bias, 3);
    add_weights(&m, "w", 2, DIMS(0, 3), none, 0);
    attribute_int(&attributes, "transA", 1);
    add_node(&m, "Gemm", "a b c", "y", &attributes);
    add_node(&m, "Gemm", "a w c", "z", &attributes);
    ADD_OUTPUT(&m, "y");
    ADD_OUTPUT(&m, "z");
    finish_model(&m, 13);
    vv__net *net = open_model(&m);
    vv__run *run = NULL;
    assert_int_equal(vv__run_new(&run, net, shapes, 2, NULL), VV_OK);
    assert_int_equal(vv__run_execute(run, NULL), VV_OK);
    for (size_t i = 0; i < 2; i++)
        assert_memory_equal(vv__run_output(run, i), wanted, sizeof wanted);
    vv__run_free(&run);
    vv__net_close(&net);
}

/* Names that stand for other names, and many who use them. */
static void long_chains_of_names_take_no_time(void **state)
{
    static bytes attributes;
    char from[16] = "x", to[16], inputs[4096] = "";
    (void)state;
    ADD_INPUT(&m, "x", VV__FLOAT, 1);
    for (int i = 0; i < 18000; i++) {
        snprintf(to, sizeof to, "i%d", i);
        add_node(&m, "Identity", from, to, NULL);
        snprintf(from, sizeof from, "%s", to);
    }
    for (int i = 0; i < 500; i++) strcat(inputs, "i17999 ");
    attribute_int(&attributes, "axis", 0);
    for (int i = 0; i < 50; i++) {
        snprintf(to, sizeof to, "c%d", i);
        add_node(&m, "Concat", inputs, to, &attributes);
        ADD_OUTPUT(&m, to);
    }
    vv_error err;
    finish_model(&m, 13);
    assert_int_equal(try(m.file.data, m.file.size, &(const vv__shape){1, {1}}, &err), VV_OK);
}

static void more_tensors_than_can_be_placed_are_refused(void **state)
{
    char name[16];
    static bytes node;
    (void)state;
    ADD_INPUT(&m, "x", VV__FLOAT, -1);
    for (int i = 0; i < 19000; i++) {
        node.size = 0;
        put_text(&node, 1, "x");
        snprintf(name, sizeof name, "d%d", i);
        put_text(&node, 2, name);
        name[0] = 'm'; /* the mask */
        put_text(&node, 2, name);
        put_text(&node, 4, "Dropout");
        put_message(&m.graph, 1, &node);
    }
    ADD_OUTPUT(&m, "d0");
    must_fail(&(const vv__shape){1, {1}}, "more than");
}

static void more_names_than_any_network_has_are_refused(void **state)
{
    char name[16];
    static bytes node;
    (void)state;
    for (int i = 0; i < 80000; i++) {
        snprintf(name, sizeof name, "w%d", i);
        add_weights(&m, name, 1, DIMS(0), NULL, 0);
    }
    put_text(&node, 4, "Max");
    put_message(&m.graph, 1, &node);
    ADD_OUTPUT(&m, "w0");
    must_fail(&picture, "names");
}

/* --- Weights in other files --- */

static char folder[64];

static void write_file(const char *name, const void *data, size_t size)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(data, 1, size, f), size);
    assert_int_equal(fclose(f), 0);
}

static void add_entry(bytes *tensor, const char *key, const char *value)
{
    static bytes entry;
    entry.size = 0;
    put_text(&entry, 1, key);
    put_text(&entry, 2, value);
    put_message(tensor, 13, &entry);
}

static int open_external(const char *location, const char *offset, vv__net **net, vv_error *err)
{
    static bytes tensor;
    char path[128];
    tensor.size = 0;
    set_up(NULL);
    put_int(&tensor, 1, 2);
    put_int(&tensor, 2, VV__FLOAT);
    put_text(&tensor, 8, "w");
    add_entry(&tensor, "location", location);
    if (offset) add_entry(&tensor, "offset", offset);
    put_int(&tensor, 14, 1);
    put_message(&m.graph, 5, &tensor);
    ADD_OUTPUT(&m, "w");
    finish_model(&m, 13);
    write_file("m.onnx", m.file.data, m.file.size);
    snprintf(path, sizeof path, "%s/m.onnx", folder);
    return vv__net_open(net, path, err);
}

static void weights_beside_the_file_are_read_and_others_refused(void **state)
{
    (void)state;
    const float numbers[3] = {1, 2, 3};
    static const char *const outside[] = {"../w.bin", "/etc/passwd", "a/../../w.bin",
                                          "",         "nothing",     "/dev/zero"};
    snprintf(folder, sizeof folder, "/tmp/visavis-onnx-XXXXXX");
    assert_non_null(mkdtemp(folder));
    write_file("w.bin", numbers, sizeof numbers);
    vv_error err = {0};
    vv__net *net = NULL;
    vv__run *run = NULL;
    assert_int_equal(open_external("w.bin", "4", &net, &err), VV_OK);
    assert_int_equal(vv__run_new(&run, net, NULL, 0, &err), VV_OK);
    assert_int_equal(vv__run_execute(run, &err), VV_OK);
    assert_memory_equal(vv__run_output(run, 0), numbers + 1, 8);
    vv__run_free(&run);
    /* The weights belong to what a network is told by. */
    uint8_t digests[3][32];
    assert_int_equal(vv__net_digest(net, digests[0], &err), VV_OK);
    vv__net_close(&net);
    for (int i = 1; i < 3; i++) {
        const float others[3] = {1, 2, i == 1 ? 4 : 3};
        write_file("w.bin", others, sizeof others);
        assert_int_equal(open_external("w.bin", "4", &net, &err), VV_OK);
        assert_int_equal(vv__net_digest(net, digests[i], &err), VV_OK);
        vv__net_close(&net);
    }
    assert_memory_not_equal(digests[1], digests[0], 32);
    assert_memory_equal(digests[2], digests[0], 32);
    for (size_t i = 0; i < sizeof outside / sizeof *outside; i++) {
        assert_true(open_external(outside[i], NULL, &net, &err) < 0);
        assert_null(net);
    }
    assert_true(open_external("w.bin", "8", &net, &err) < 0);
    assert_true(open_external("w.bin", "18446744073709551615", &net, &err) < 0);
    assert_true(open_external("w.bin", "-4", &net, &err) < 0);
    char path[128];
    snprintf(path, sizeof path, "%s/m.onnx", folder);
    unlink(path);
    snprintf(path, sizeof path, "%s/w.bin", folder);
    unlink(path);
    rmdir(folder);
}

static void links_out_of_the_folder_are_refused(void **state)
{
    (void)state;
    const float numbers[2] = {1, 2};
    char outside[64], path[128], target[128];
    snprintf(outside, sizeof outside, "/tmp/visavis-outside-XXXXXX");
    snprintf(folder, sizeof folder, "/tmp/visavis-onnx-XXXXXX");
    assert_non_null(mkdtemp(outside));
    assert_non_null(mkdtemp(folder));
    write_file("real.bin", numbers, sizeof numbers);
    snprintf(path, sizeof path, "%s/secret.bin", outside);
    FILE *secret = fopen(path, "wb");
    assert_non_null(secret);
    assert_int_equal(fwrite(numbers, 1, sizeof numbers, secret), sizeof numbers);
    fclose(secret);
    snprintf(target, sizeof target, "%s/file", folder);
    assert_int_equal(symlink(path, target), 0);
    snprintf(target, sizeof target, "%s/way", folder);
    assert_int_equal(symlink(outside, target), 0);
    snprintf(target, sizeof target, "%s/within", folder);
    assert_int_equal(symlink("real.bin", target), 0);
    vv_error err = {0};
    vv__net *net = NULL;
    assert_int_equal(open_external("within", NULL, &net, &err), VV_OK);
    vv__net_close(&net);
    assert_int_equal(open_external("file", NULL, &net, &err), VV_ERR_FORMAT);
    assert_non_null(strstr(err.message, "outside the model's folder"));
    assert_int_equal(open_external("way/secret.bin", NULL, &net, &err), VV_ERR_FORMAT);
    assert_non_null(strstr(err.message, "outside the model's folder"));
    unlink(path);
    rmdir(outside);
    static const char *const made[] = {"real.bin", "file", "way", "within", "m.onnx"};
    for (size_t i = 0; i < sizeof made / sizeof *made; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, made[i]);
        unlink(path);
    }
    rmdir(folder);
}

static void a_pipe_is_not_waited_for(void **state)
{
    (void)state;
    char path[128];
    vv_error err = {0};
    vv__net *net = NULL;
    snprintf(folder, sizeof folder, "/tmp/visavis-onnx-XXXXXX");
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/pipe", folder);
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_true(open_external("pipe", NULL, &net, &err) < 0);
    assert_true(vv__net_open(&net, path, &err) < 0);
    unlink(path);
    snprintf(path, sizeof path, "%s/m.onnx", folder);
    unlink(path);
    rmdir(folder);
}

#define HOSTILE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        HOSTILE(a_file_cut_anywhere_is_an_error_or_still_whole),
        HOSTILE(no_changed_byte_makes_it_crash),
        HOSTILE(nothing_at_all_is_an_error),
        HOSTILE(a_gigabyte_claimed_in_ten_bytes_is_an_error),
        HOSTILE(a_cycle_is_an_error),
        HOSTILE(a_node_that_feeds_itself_is_an_error),
        HOSTILE(missing_weights_are_an_error),
        HOSTILE(a_value_made_twice_is_an_error),
        HOSTILE(an_output_that_nothing_makes_is_an_error),
        HOSTILE(an_unknown_operator_is_named_with_its_node),
        HOSTILE(weights_of_the_wrong_rank_are_an_error),
        HOSTILE(weights_for_other_channels_are_an_error),
        HOSTILE(dimensions_that_overflow_are_an_error),
        HOSTILE(fewer_bytes_than_the_shape_asks_for_are_an_error),
        HOSTILE(results_of_many_gigabytes_are_refused),
        HOSTILE(hostile_windows_are_errors),
        HOSTILE(hostile_groups_and_strides_are_errors),
        HOSTILE(a_node_without_its_output_is_an_error),
        HOSTILE(hostile_repetitions_are_errors),
        HOSTILE(ranges_without_an_end_are_errors),
        HOSTILE(hostile_blocks_are_errors),
        HOSTILE(a_gather_index_outside_is_an_error),
        HOSTILE(results_of_no_numbers_take_no_time),
        HOSTILE(places_outside_are_errors),
        HOSTILE(a_reshape_that_does_not_fit_is_an_error),
        HOSTILE(weights_laid_out_a_thousand_times_are_refused),
        HOSTILE(a_tensor_spread_over_memory_again_and_again_is_refused),
        HOSTILE(constants_that_take_minutes_to_compute_are_refused),
        HOSTILE(a_convolution_that_takes_minutes_is_refused),
        HOSTILE(pictures_without_channels_have_no_average),
        HOSTILE(the_product_of_nothing_is_zero),
        HOSTILE(long_chains_of_names_take_no_time),
        HOSTILE(more_tensors_than_can_be_placed_are_refused),
        HOSTILE(more_names_than_any_network_has_are_refused),
        HOSTILE(weights_beside_the_file_are_read_and_others_refused),
        HOSTILE(links_out_of_the_folder_are_refused),
        HOSTILE(a_pipe_is_not_waited_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
