/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* .h5 files that lie. Whatever is in them, converting ends soon with an error, opens no other file,
 * and does not take the calling program with it. */

#include <dlfcn.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "base/confine.h"
#include "convert/convert.h"
#include "convert/keras_files.h"
#include "convert/weights.h"

/* What each of hostile_h5.py's files is refused for. */
static const struct {
    const char *name;
    int code;
    const char *says;
} cases[] = {
    {"small", VV_ERR_UNSUPPORTED, "none of the networks that are known"},
    {"no_list", VV_ERR_FORMAT, "no layer_names"},
    {"keras_3", VV_ERR_UNSUPPORTED, "as Keras 3 saves them"},
    {"list_of_numbers", VV_ERR_FORMAT, "layer_names: is no list of names"},
    {"layer_missing", VV_ERR_FORMAT, "layer Conv2d_1a_3x3: its group: is listed, but"},
    {"weight_missing", VV_ERR_FORMAT, "layer Conv2d_1a_3x3: kernel:0: is listed, but"},
    {"layer_without_list", VV_ERR_FORMAT, "layer Conv2d_1a_3x3: has no weight_names"},
    {"layer_is_array", VV_ERR_FORMAT, "is no group"},
    {"weight_is_group", VV_ERR_FORMAT, "kernel:0: is no array"},
    {"weight_below_array", VV_ERR_FORMAT, "in something that is no group"},
    {"external_link", VV_ERR_UNSUPPORTED, "lies in another file"},
    {"external_link_to_weight", VV_ERR_UNSUPPORTED, "kernel:0: lies in another file"},
    {"external_model", VV_ERR_UNSUPPORTED, "model_weights: lies in another file"},
    {"soft_link", VV_ERR_UNSUPPORTED, "links are not followed"},
    {"soft_circle", VV_ERR_UNSUPPORTED, "links are not followed"},
    {"group_in_itself", VV_ERR_UNSUPPORTED, "none of the networks that are known"},
    {"external_storage", VV_ERR_UNSUPPORTED, "kernel:0: its numbers lie in other files"},
    {"virtual", VV_ERR_UNSUPPORTED, "kernel:0: its numbers lie in other files"},
    {"terabytes", VV_ERR_LIMIT, "kernel:0: with it the file holds over"},
    {"overflow", VV_ERR_LIMIT, "kernel:0: with it the file holds over"},
    {"huge_chunk", VV_ERR_LIMIT, "kernel:0: its pieces are over"},
    {"too_much_in_all", VV_ERR_LIMIT, "bias:0: with it the file holds over"},
    {"the_same_again", VV_ERR_LIMIT, "kernel:0: with it the file holds over"},
    {"five_dimensions", VV_ERR_UNSUPPORTED, "kernel:0: has 5 dimensions"},
    {"whole_numbers", VV_ERR_FORMAT, "kernel:0: does not hold floating-point numbers"},
    {"structures", VV_ERR_FORMAT, "kernel:0: does not hold floating-point numbers"},
    {"other_compression", VV_ERR_UNSUPPORTED, "compressed by filter 32000"},
    {"scaled", VV_ERR_UNSUPPORTED, "compressed by filter 6"},
    {"long_name", VV_ERR_FORMAT, "a name of 5000 bytes"},
    {"empty_name", VV_ERR_FORMAT, "a name of 0 bytes"},
    {"the_root_itself", VV_ERR_FORMAT, "is listed, but"},
    {"many_names", VV_ERR_LIMIT, "over 16384 names"},
    {"wide_names", VV_ERR_LIMIT, "20 names of 1000000 bytes"},
    {"negative_variance", VV_ERR_FORMAT, "Conv2d_1a_3x3_BatchNorm: its moving_variance is -1"},
};

static void make_files(void)
{
    keras_run("'%s' '%s/hostile_h5.py' .", TEST_PYTHON, TEST_SOURCE);
}

static int start(void **state)
{
    if (keras_start(state) < 0) return -1;
    make_files();
    return 0;
}

static void files_that_lie_are_refused_in_words(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char name[64];
        vv_error err = {0};
        snprintf(name, sizeof name, "%s.h5", cases[i].name);
        const int rc = keras_convert(name, "out.onnx", &err);
        if (rc != cases[i].code || !strstr(err.message, cases[i].says) ||
            strncmp(err.message, keras_file(name), strlen(keras_file(name))) != 0)
            fail_msg("%s: %d, %s", name, rc, err.message);
    }
    keras_run("test ! -e out.onnx && test ! -e out.json");
}

static void every_file_made_to_lie_is_tried(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) keras_run("rm %s.h5", cases[i].name);
    keras_run("rm secret.raw && ! ls *.h5 2>/dev/null");
    make_files();
}

static void what_is_no_hdf5_is_refused(void **state)
{
    (void)state;
    vv_error err = {0};
    keras_run("touch empty.h5; echo no >text.h5; mkfifo pipe.h5; mkdir folder.h5;"
              "truncate -s 600M large.h5; printf '\\211HDF\\r\\n\\032\\n' >sign.h5");
    assert_int_equal(keras_convert("empty.h5", "x.onnx", &err), VV_ERR_FORMAT);
    assert_int_equal(keras_convert("text.h5", "x.onnx", &err), VV_ERR_FORMAT);
    assert_non_null(strstr(err.message, "no HDF5 file"));
    assert_int_equal(keras_convert("sign.h5", "x.onnx", &err), VV_ERR_FORMAT);
    assert_int_equal(keras_convert("pipe.h5", "x.onnx", &err), VV_ERR_IO);
    assert_int_equal(keras_convert("folder.h5", "x.onnx", &err), VV_ERR_IO);
    assert_int_equal(keras_convert("large.h5", "x.onnx", &err), VV_ERR_LIMIT);
    assert_int_equal(keras_convert("model.keras", "x.onnx", &err), VV_ERR_UNSUPPORTED);
    assert_non_null(strstr(err.message, "archive of Keras 3"));
    assert_int_equal(keras_convert("missing.h5", "x.onnx", &err), VV_ERR_NOT_FOUND);
    assert_non_null(strstr(err.message, "missing.h5: no such file"));
    keras_run("rm empty.h5 text.h5 pipe.h5 large.h5 sign.h5; rmdir folder.h5");
}

static uint8_t *load(const char *name, size_t *size)
{
    FILE *file = fopen(keras_file(name), "rb");
    assert_non_null(file);
    uint8_t *bytes = malloc(1 << 20);
    assert_non_null(bytes);
    *size = fread(bytes, 1, 1 << 20, file);
    fclose(file);
    return bytes;
}

static void store(const char *name, const uint8_t *bytes, size_t size)
{
    FILE *file = fopen(keras_file(name), "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

static void a_file_cut_off_anywhere_is_an_error(void **state)
{
    (void)state;
    size_t size;
    uint8_t *bytes = load("small.h5", &size);
    for (size_t cut = 0; cut < size; cut += size / 40) {
        vv_error err = {0};
        store("cut.h5", bytes, cut);
        assert_true(keras_convert("cut.h5", "x.onnx", &err) < 0 && err.message[0]);
    }
    keras_run("rm cut.h5");
    free(bytes);
}

static void no_changed_byte_harms(void **state)
{
    (void)state;
    size_t size;
    uint32_t seed = 3;
    uint8_t *bytes = load("small.h5", &size);
    for (int round = 0; round < 120; round++) {
        vv_error err = {0};
        seed = seed * 1664525u + 1013904223u;
        const size_t at = (seed >> 8) % size;
        const uint8_t kept = bytes[at];
        bytes[at] ^= (uint8_t)(seed >> 3 | 1);
        store("changed.h5", bytes, size);
        assert_true(keras_convert("changed.h5", "x.onnx", &err) < 0 && err.message[0]);
        bytes[at] = kept;
    }
    keras_run("rm changed.h5");
    free(bytes);
}

/* A sanitizer needs memory and system calls of its own, and is left them. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED true
#else
#define SANITIZED false
#endif

/* What a child did that it may not once it is confined, one bit each. */
static int forbidden(void)
{
    int done = 0;
    pid_t pid;
    char name[] = "true", *const arguments[] = {name, NULL};
    if (!vv__confine((rlim_t)64 << 20, 1)) done |= 1;
    if (open("/etc/hostname", O_RDONLY) >= 0) done |= 2;
    if (socket(AF_UNIX, SOCK_STREAM, 0) >= 0) done |= 4;
    if (open("/tmp/visavis-confined", O_WRONLY | O_CREAT, 0600) >= 0) done |= 8;
    if (SANITIZED) return done;
    if (posix_spawn(&pid, "/bin/true", NULL, NULL, arguments, NULL) == 0) done |= 16;
    if (mmap(NULL, (size_t)128 << 20, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED)
        done |= 32;
    return done;
}

static void a_confined_process_opens_and_starts_nothing(void **state)
{
    (void)state;
    int status = -1;
    const pid_t pid = fork();
    if (pid == 0) _exit(forbidden());
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

static void a_confined_process_ends_when_its_time_is_up(void **state)
{
    (void)state;
    int status = -1;
    const pid_t pid = fork();
    if (pid == 0) {
        vv__confine((rlim_t)64 << 20, 1);
        for (volatile unsigned i = 0;; i++) {
        }
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFSIGNALED(status));
}

/* The converter as if installed, with another reader beside it. */
static int convert_with(const char *script, vv_error *err)
{
    keras_run("rm -rf lib && mkdir -p lib/visavis && cd lib/visavis && cp '%s' module.so && "
              "printf '#!/bin/sh\\n%%s\\n' '%s' >visavis-read-h5 && chmod +x visavis-read-h5",
              test_path("VISAVIS_TEST_BUILD", "src/convert/libvisavis-convert.so"), script);
    void *module = dlopen(keras_file("lib/visavis/module.so"), RTLD_NOW | RTLD_LOCAL);
    assert_non_null(module);
    vv__convert_function convert;
    void *symbol = dlsym(module, VV__CONVERT_SYMBOL);
    memcpy(&convert, &symbol, sizeof convert);
    const int rc = convert(keras_file("small.h5"), keras_file("out.onnx"), NULL, err);
    dlclose(module);
    keras_run("rm -r lib; test ! -e out.onnx");
    return rc;
}

static void a_reader_that_breaks_down_is_told_from_a_bad_file(void **state)
{
    (void)state;
    static const struct {
        const char *script;
        int code;
        const char *says;
    } readers[] = {
        {"kill -SEGV $$", VV_ERR_FORMAT, "HDF5's library breaks down on it (signal 11)"},
        {"kill -XCPU $$", VV_ERR_LIMIT, "takes too long"},
        {"kill -TERM $$", VV_ERR_CANCELLED, "stopped on request"},
        {"exit 0", VV_ERR_TRUNCATED, "broke off"},
        {"echo garbage", VV_ERR_FORMAT, "makes no sense"},
        {"yes", VV_ERR_FORMAT, "makes no sense"},
    };
    for (size_t i = 0; i < sizeof readers / sizeof *readers; i++) {
        vv_error err = {0};
        const int rc = convert_with(readers[i].script, &err);
        if (rc != readers[i].code || !strstr(err.message, readers[i].says))
            fail_msg("case %zu: %d, %s", i, rc, err.message);
    }
}

/* A stream of tensors in memory. */
typedef struct stream {
    uint8_t bytes[4096];
    size_t size, at;
} stream;

static int put(void *cookie, const void *bytes, size_t size)
{
    stream *s = cookie;
    assert_true(size <= sizeof s->bytes - s->size);
    memcpy(s->bytes + s->size, bytes, size);
    s->size += size;
    return 0;
}

static int get(void *cookie, void *bytes, size_t size, vv_error *err)
{
    stream *s = cookie;
    if (size > s->size - s->at) {
        if (err) *err = (vv_error){VV_ERR_TRUNCATED, "over"};
        return VV_ERR_TRUNCATED;
    }
    memcpy(bytes, s->bytes + s->at, size);
    s->at += size;
    return 0;
}

static int receive(stream *s, size_t *count)
{
    vv__weights weights = {0};
    vv_error err = {0};
    s->at = 0;
    const int rc = vv__weights_receive(&weights, get, s, &err);
    assert_true(rc == 0 || err.message[0]);
    *count = weights.count;
    vv__weights_free(&weights);
    return rc;
}

static void a_reader_that_was_taken_over_is_not_believed(void **state)
{
    (void)state;
    stream good = {.size = 0}, s;
    float numbers[6] = {1, 2, 3, 4, 5, 6};
    size_t count;
    const vv__weight weight = {(char *)"conv", (char *)"conv/kernel:0", 2, {2, 3}, 6, numbers};
    vv__weights_send_start(put, &good);
    vv__weights_send_tensor(put, &good, &weight);
    vv__weights_send_tensor(put, &good, &weight);
    vv__weights_send_end(put, &good, NULL);
    assert_int_equal(receive(&good, &count), 0);
    assert_int_equal(count, 2);
    for (size_t cut = 0; cut < good.size; cut++) {
        s = good;
        s.size = cut;
        assert_true(receive(&s, &count) < 0);
    }
    for (size_t at = 0; at < good.size; at++)
        for (int bit = 0; bit < 8; bit++) {
            s = good;
            s.bytes[at] ^= (uint8_t)(1 << bit);
            assert_true(receive(&s, &count) < 0 || count <= 2);
        }
    const vv_error failure = {VV_ERR_LIMIT, "too much"};
    s.size = 0;
    vv__weights_send_start(put, &s);
    vv__weights_send_end(put, &s, &failure);
    assert_int_equal(receive(&s, &count), VV_ERR_LIMIT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_that_lie_are_refused_in_words),
        cmocka_unit_test(every_file_made_to_lie_is_tried),
        cmocka_unit_test(what_is_no_hdf5_is_refused),
        cmocka_unit_test(a_file_cut_off_anywhere_is_an_error),
        cmocka_unit_test(no_changed_byte_harms),
        cmocka_unit_test(a_confined_process_opens_and_starts_nothing),
        cmocka_unit_test(a_confined_process_ends_when_its_time_is_up),
        cmocka_unit_test(a_reader_that_breaks_down_is_told_from_a_bad_file),
        cmocka_unit_test(a_reader_that_was_taken_over_is_not_believed),
    };
    return cmocka_run_group_tests(tests, start, keras_end);
}
