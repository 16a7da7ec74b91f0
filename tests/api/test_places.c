/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Code is loaded from where the library lies, and not from where the program does that uses it. */

#include "visavis.h"

#include <dlfcn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support.h"

#define PLANTED_STATUS 77

/* As a program that somebody else wrote: convert a file that is none, and say why not. */
static int be_a_host(const char *input)
{
    vv_context *ctx;
    vv_error err;
    const char *elsewhere = getenv("GO_TO");
    if (elsewhere && chdir(elsewhere) != 0) return 3;
    if (vv_context_open(&ctx, NULL, NULL) < 0) return 3;
    const int rc = vv_model_convert(ctx, input, "out.onnx", &err);
    vv_context_close(&ctx);
    printf("%s\n", err.message);
    return rc == VV_ERR_FORMAT ? 0 : 4;
}

static int __attribute__((format(printf, 1, 2))) run(const char *format, ...)
{
    char command[2048];
    va_list args;
    va_start(args, format);
    vsnprintf(command, sizeof command, format, args);
    va_end(args);
    const int status = system(command);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static char folder[64];
static char program[1024];

static int set_up(void **state)
{
    (void)state;
    const ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    snprintf(folder, sizeof folder, "/tmp/visavis-places-XXXXXX");
    if (length <= 0 || !mkdtemp(folder)) return -1;
    program[length] = '\0';
    return run("echo no >%s/no.tflite", folder);
}

static int tear_down(void **state)
{
    (void)state;
    return run("rm -r %s", folder);
}

/* Beside the program and above it, up to five folders. */
static void code_beside_the_program_is_not_run(void **state)
{
    (void)state;
    static const char *const hosts[] = {"host", "bin/host", "a/bin/host", "a/b/bin/host",
                                        "src/api/host"};
    const char *build = test_env("VISAVIS_TEST_BUILD");
    assert_int_equal(run("mkdir -p %s/src/convert && cp '%s' %s/src/convert/libvisavis-convert.so",
                         folder, PLANTED_MODULE, folder),
                     0);
    assert_int_equal(run("mkdir -p %s/visavis && cp '%s' %s/visavis/libvisavis-convert.so", folder,
                         PLANTED_MODULE, folder),
                     0);
    for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++) {
        assert_int_equal(run("mkdir -p $(dirname %s/%s) && cp '%s' %s/%s", folder, hosts[i],
                             program, folder, hosts[i]),
                         0);
        assert_int_equal(run("cd %s && LD_LIBRARY_PATH='%s/src/api' ./%s no.tflite >/dev/null",
                             folder, build, hosts[i]),
                         0);
    }
}

/* The test above is worth something only if what it planted works. */
static void what_was_planted_would_have_told(void **state)
{
    (void)state;
    assert_int_equal(run("'%s' --open '%s'", program, PLANTED_MODULE), PLANTED_STATUS);
}

/* Nor is a library that was found by a relative path looked for where the program has gone since.
 */
static void code_in_the_working_folder_is_not_run(void **state)
{
    (void)state;
    const char *build = test_env("VISAVIS_TEST_BUILD");
    assert_int_equal(run("cd %s && mkdir -p good/src/api bad/src/api bad/src/convert bad/visavis &&"
                         " cp '%s'/src/api/libvisavis.so.0 good/src/api/ &&"
                         " cp good/src/api/libvisavis.so.0 bad/src/api/ &&"
                         " cp '%s' bad/src/convert/libvisavis-convert.so &&"
                         " cp '%s' bad/visavis/libvisavis-convert.so && cp no.tflite bad/",
                         folder, build, PLANTED_MODULE, PLANTED_MODULE),
                     0);
    assert_int_equal(
        run("cd %s/good && LD_LIBRARY_PATH=src/api GO_TO=../bad '%s' no.tflite >/dev/null", folder,
            program),
        4);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(code_beside_the_program_is_not_run, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_was_planted_would_have_told, set_up, tear_down),
        cmocka_unit_test_setup_teardown(code_in_the_working_folder_is_not_run, set_up, tear_down),
    };
    if (argc == 3) return dlopen(argv[2], RTLD_NOW) ? 5 : 6;
    if (argc > 1) return be_a_host(argv[1]);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
