/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* ONNX's own tests of single operators, and of modules converted from PyTorch. Every test whose
 * operators are all supported, and whose tensors are of float, int32, int64 or bool, is due: it
 * must pass, but for those that EXCUSED tells. How many that are is fixed here, so that none is
 * lost unnoticed; and the page of operators in the documentation is what this program says it to
 * be:
 *
 *   test_node_conformance OPERATORS.md            test; compare the page
 *   test_node_conformance --write OPERATORS.md    write the page
 */

#include "node_test.h"

#include "base/alloc.h"
#include "base/file.h"
#include "base/text.h"

#define FOLDER "/usr/share/libonnx-testdata/data"
#define EXPECTED_DUE 655
#define EXPECTED_EXCUSED 15

/* Not due, by what their names begin with. */
static const struct {
    const char *prefix, *why;
} excused[] = {
    {"test_training_dropout", "training mode of Dropout, which is random"},
    {"test_resize_downsample_scales_cubic", "cubic Resize"},
    {"test_resize_downsample_sizes_cubic", "cubic Resize"},
    {"test_resize_upsample_scales_cubic", "cubic Resize"},
    {"test_resize_upsample_sizes_cubic", "cubic Resize"},
};

/* What the page says beside an operator. */
static const struct {
    vv__op_id id;
    const char *limit;
} limits[] = {
    {VV__OP_BatchNormalization, "`spatial = 0` is refused"},
    {VV__OP_Conv, "fast in two dimensions alone"},
    {VV__OP_Dropout, "training mode is refused"},
    {VV__OP_Resize, "modes `nearest` and `linear`, without antialiasing"},
};

typedef struct tally {
    int due, passed, excused, failed, others;
    int due_by[VV__OP_COUNT], passed_by[VV__OP_COUNT];
} tally;

static tally results;
static const char *page_path;

static bool is_excused(const char *name)
{
    for (size_t i = 0; i < sizeof excused / sizeof *excused; i++)
        if (!strncmp(name, excused[i].prefix, strlen(excused[i].prefix))) return true;
    return false;
}

static void try_test(const char *suite, const char *name)
{
    char folder[512];
    needs need;
    snprintf(folder, sizeof folder, FOLDER "/%s/%s", suite, name);
    node_test_needs(&need, folder);
    const outcome result = node_test_run(folder);
    const bool due = !need.other_operators && !need.other_types;
    results.failed += result == OUTCOME_FAILED;
    if (!due) {
        results.others += result == OUTCOME_PASSED;
        return;
    }
    for (int i = 0; i < VV__OP_COUNT; i++) {
        results.due_by[i] += need.operators[i];
        results.passed_by[i] += need.operators[i] && result == OUTCOME_PASSED;
    }
    if (is_excused(name)) {
        results.excused++;
        return;
    }
    results.due++;
    results.passed += result == OUTCOME_PASSED;
    if (result != OUTCOME_PASSED) print_error("# due, but did not pass: %s\n", name);
}

static int run_suite(const char *suite)
{
    char folder[512];
    vv_error err;
    vv__names names;
    snprintf(folder, sizeof folder, FOLDER "/%s", suite);
    if (vv__list_folder(&names, folder, &err) < 0) {
        print_error("# %s: install libonnx-testdata\n", err.message);
        return -1;
    }
    for (size_t i = 0; i < names.count; i++) try_test(suite, names.names[i]);
    vv__names_free(&names);
    return 0;
}

static int run_all(void **state)
{
    (void)state;
    static const char *const suites[] = {"node", "pytorch-converted", "pytorch-operator", "simple"};
    for (size_t i = 0; i < sizeof suites / sizeof *suites; i++)
        if (run_suite(suites[i])) return -1;
    print_message(
        "# %d of %d due tests passed, %d excused; %d with other types of numbers passed\n",
        results.passed, results.due, results.excused, results.others);
    return 0;
}

static void every_test_of_a_supported_operator_passes(void **state)
{
    (void)state;
    assert_int_equal(results.failed, 0);
    assert_int_equal(results.passed, results.due);
    assert_int_equal(results.due, EXPECTED_DUE);
    assert_int_equal(results.excused, EXPECTED_EXCUSED);
}

/* --- The page --- */

static void add_row(vv__text *page, const char *name, vv__op_id id)
{
    const char *limit = "";
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
        if (limits[i].id == id) limit = limits[i].limit;
    vv__text_format(page, "| %s | ", name);
    if (results.passed_by[id] == results.due_by[id])
        vv__text_format(page, "%d", results.due_by[id]);
    else
        vv__text_format(page, "%d of %d", results.passed_by[id], results.due_by[id]);
    vv__text_format(page, " | %s |\n", limit);
}

static char *make_page(void)
{
    vv__text page = {0};
    vv__text_format(
        &page,
        "# Operators\n\n"
        "The engine runs networks of these %d operators of ONNX, operator sets 7 to 17. Any other "
        "is an error\nthat names the operator and the node.\n\n"
        "ONNX comes with tests of single operators, and of operators and modules converted from "
        "PyTorch. Of those\nof release 1.12 (Debian's `libonnx-testdata`), %d use these operators "
        "and tensors of float, int32, int64\nor bool alone. %d of them pass; the other %d need what "
        "is not supported:\n\n",
        VV__OP_COUNT, results.due + results.excused, results.passed, results.excused);
    for (size_t i = 0; i < sizeof excused / sizeof *excused; i++)
        if (i == 0 || strcmp(excused[i].why, excused[i - 1].why))
            vv__text_format(&page, "- %s\n", excused[i].why);
    vv__text_format(
        &page,
        "\nAnother %d tests pass that have other types of numbers as well. Floats of 16 "
        "bits are read, and computed\nwith as floats of 32.\n\n"
        "This page is written by `test_node_conformance --write`, and a test compares "
        "it with what is so.\n\n"
        "| operator | tests passed | limits |\n| --- | --- | --- |\n",
        results.others);
#define ROW(name, min, max, flags, plan) add_row(&page, #name, VV__OP_##name);
    VV__OPERATORS(ROW)
#undef ROW
    return vv__text_take(&page);
}

static void the_page_of_operators_says_what_is_so(void **state)
{
    (void)state;
    vv_error err;
    vv__mapping file;
    char *page = make_page();
    assert_non_null(page);
    if (vv__map_file(&file, page_path, &err) < 0) fail_msg("%s", err.message);
    if (file.size != strlen(page) || memcmp(file.data, page, file.size))
        fail_msg("%s is not up to date; run test_node_conformance --write %s", page_path,
                 page_path);
    vv__unmap_file(&file);
    vv__free(page);
}

static int write_page(void)
{
    vv__output out;
    vv_error err = {0};
    if (run_all(NULL)) return 1;
    char *page = make_page();
    int rc = vv__output_open(&out, page_path, &err);
    if (rc == VV_OK) {
        fputs(page, out.stream);
        rc = vv__output_commit(&out, &err);
    }
    if (rc < 0) fprintf(stderr, "%s\n", err.message);
    vv__free(page);
    return rc < 0;
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_test_of_a_supported_operator_passes),
        cmocka_unit_test(the_page_of_operators_says_what_is_so),
    };
    if (argc < 2) {
        fprintf(stderr, "usage: test_node_conformance [--write] OPERATORS.md\n");
        return 2;
    }
    page_path = argv[argc - 1];
    if (!strcmp(argv[1], "--write")) return write_page();
    return cmocka_run_group_tests(tests, run_all, NULL);
}
