/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include <dlfcn.h>
#include <string.h>

#include "api/objects.h"
#include "api/options.h"
#include "api/places.h"
#include "base/alloc.h"
#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "convert/convert.h"
#include "nn/net.h"
#include "nn/tensor_file.h"

int vv_model_convert(vv_context *ctx, const char *input, const char *output, vv_error *err)
{
    if (!ctx || !input || !output)
        return vv__fail_null(err, !ctx ? "ctx" : !input ? "input" : "output");
    char *path, *cards;
    int rc = vv__convert_places(&path, &cards, err);
    if (rc < 0) return rc;
    void *module = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    vv__convert_function convert = NULL;
    if (module) {
        /* POSIX lets a function come out of dlsym(), ISO C has no cast for it. */
        void *symbol = dlsym(module, VV__CONVERT_SYMBOL);
        memcpy(&convert, &symbol, sizeof convert);
    }
    const char *why = convert ? NULL : dlerror();
    if (convert)
        rc = convert(input, output, cards, err);
    else
        rc = vv__fail(err, VV_ERR_NOT_FOUND,
                      "converter: cannot be opened: %s; is all of Visavis installed?",
                      why ? why : "it lacks its function");
    if (module) dlclose(module);
    vv__free(path);
    vv__free(cards);
    return rc;
}

static const char *type_name(vv__dtype type)
{
    switch (type) {
    case VV__FLOAT:
        return "float32";
    case VV__DOUBLE:
        return "float64";
    case VV__UINT8:
        return "uint8";
    case VV__INT8:
        return "int8";
    case VV__INT32:
        return "int32";
    case VV__INT64:
        return "int64";
    case VV__BOOL:
        return "bool";
    }
    return "others";
}

/* "N x 3 x 112 x 112"; dimensions below 0 by their symbols. */
static void add_shape(vv__text *text, int rank, const int64_t *dims, const char *const *symbols)
{
    if (!rank) vv__text_add(text, "one number");
    for (int i = 0; i < rank; i++) {
        vv__text_add(text, i ? " x " : "");
        if (dims[i] >= 0)
            vv__text_format(text, "%lld", (long long)dims[i]);
        else
            vv__text_add(text, symbols[i] ? symbols[i] : "?");
    }
}

static int fail_shape(const vv__net_port *port, const vv__tensor *tensor, const char *path,
                      vv_error *err)
{
    vv__text text = {0};
    vv__text_format(&text, "%s: its shape is ", path);
    add_shape(&text, tensor->shape.rank, tensor->shape.dims, NULL);
    vv__text_format(&text, ", but input %s takes ", port->name);
    add_shape(&text, port->rank, port->dims, port->symbols);
    char *message = vv__text_take(&text);
    const int rc =
        message ? vv__fail(err, VV_ERR_INVALID, "%s", message) : vv__fail_nomem(err, path);
    vv__free(message);
    return rc;
}

static int check_input(const vv__net_port *port, const vv__tensor *tensor, const char *path,
                       vv_error *err)
{
    if (tensor->type != port->type)
        return vv__fail(err, VV_ERR_INVALID, "%s: holds numbers of type %s, but input %s takes %s",
                        path, type_name(tensor->type), port->name, type_name(port->type));
    if (port->rank < 0) return 0;
    if (port->rank != tensor->shape.rank) return fail_shape(port, tensor, path, err);
    for (int i = 0; i < port->rank; i++)
        if (port->dims[i] >= 0 && port->dims[i] != tensor->shape.dims[i])
            return fail_shape(port, tensor, path, err);
    return 0;
}

/* "pnet.onnx: takes 1 input (image); none was given" */
static int fail_count(const vv__net *net, const char *path, size_t given, vv_error *err)
{
    const size_t count = vv__net_input_count(net);
    vv__text text = {0};
    vv__text_format(&text, "%s: takes %zu input%s", path, count, count == 1 ? "" : "s");
    for (size_t i = 0; i < count; i++)
        vv__text_format(&text, "%s%s%s", i ? ", " : " (", vv__net_input(net, i)->name,
                        i + 1 == count ? ")" : "");
    vv__text_format(&text, given ? "; %zu %s given" : "; none was given", given,
                    given == 1 ? "was" : "were");
    vv__text_add(&text, "; give a .npy or .pb file for each");
    char *message = vv__text_take(&text);
    const int rc =
        message ? vv__fail(err, VV_ERR_INVALID, "%s", message) : vv__fail_nomem(err, path);
    vv__free(message);
    return rc;
}

static void add_plain(vv__text *text, const char *name)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
    for (; *name; name++) vv__text_add_bytes(text, strchr(plain, *name) ? name : "_", 1);
}

static bool is_taken(char *const *paths, size_t count, const char *path)
{
    for (size_t i = 0; i < count; i++)
        if (!strcmp(paths[i], path)) return true;
    return false;
}

/* A file for output i, other than those of the outputs before it: names may differ in what a file
 * name cannot show. NULL when out of memory. */
static char *output_path(const char *folder, const char *name, char *const *paths, size_t i)
{
    for (unsigned number = 1;; number++) {
        vv__text text = {0};
        vv__text_format(&text, "%s/", folder);
        add_plain(&text, *name ? name : "output");
        if (number > 1) vv__text_format(&text, "-%u", number);
        vv__text_add(&text, ".npy");
        char *path = vv__text_take(&text);
        if (!path || !is_taken(paths, i, path)) return path;
        vv__free(path);
    }
}

static int write_output(const vv__run *run, size_t i, const char *path, vv_error *err)
{
    const vv__shape shape = vv__run_output_shape(run, i);
    const vv__dtype type = vv__run_output_type(run, i);
    size_t count = 1;
    for (int d = 0; d < shape.rank; d++) count *= (size_t)shape.dims[d];
    void *data = vv__malloc_aligned(count, vv__dtype_size(type));
    if (!data) return vv__fail_nomem(err, path);
    vv__run_get_output_onnx(run, i, data);
    const int rc = vv__tensor_write_npy(path, type, &shape, data, err);
    vv__free_aligned(data);
    return rc;
}

static int write_outputs(const vv__net *net, const vv__run *run, const char *folder, vv_error *err)
{
    const size_t count = vv__net_output_count(net);
    char **paths = vv__calloc(count, sizeof *paths);
    int rc = paths ? 0 : vv__fail_nomem(err, folder);
    for (size_t i = 0; i < count && rc == 0; i++) {
        paths[i] = output_path(folder, vv__net_output(net, i)->name, paths, i);
        rc = paths[i] ? write_output(run, i, paths[i], err) : vv__fail_nomem(err, folder);
    }
    for (size_t i = 0; paths && i < count; i++) vv__free(paths[i]);
    vv__free(paths);
    return rc;
}

/* A shape may depend on what is in an input. Then a run is planned for that content. */
static int plan(vv__run **run, const vv__net *net, const vv__tensor *tensors,
                const vv__shape *shapes, vv_error *err)
{
    const size_t count = vv__net_input_count(net);
    int rc = vv__run_new(run, net, shapes, count, err);
    if (rc != VV_ERR_UNSUPPORTED) return rc;
    const void **values = vv__calloc(count, sizeof *values);
    if (!values) return vv__fail_nomem(err, "the inputs");
    for (size_t i = 0; i < count; i++) values[i] = tensors[i].data;
    rc = vv__run_new_known(run, net, shapes, values, count, err);
    vv__free(values);
    return rc;
}

static int run_net(vv_context *ctx, const vv__net *net, const char *const *inputs,
                   vv__tensor *tensors, vv__shape *shapes, const char *folder, vv_error *err)
{
    const size_t count = vv__net_input_count(net);
    for (size_t i = 0; i < count; i++) {
        int rc = vv__tensor_read(&tensors[i], inputs[i], err);
        if (rc == 0) rc = check_input(vv__net_input(net, i), &tensors[i], inputs[i], err);
        if (rc < 0) return rc;
        shapes[i] = tensors[i].shape;
    }
    vv__run *run;
    int rc = plan(&run, net, tensors, shapes, err);
    if (rc < 0) return rc;
    for (size_t i = 0; i < count; i++) vv__run_set_input_onnx(run, i, tensors[i].data);
    vv__run_set_cancelled(run, vv__context_cancelled, ctx);
    rc = vv__run_execute(run, err);
    if (rc == 0 && vv__context_cancelled(ctx)) rc = vv__fail_cancelled(err);
    if (rc == 0) rc = vv__make_folders(folder, 0777, err);
    if (rc == 0) rc = write_outputs(net, run, folder, err);
    vv__run_free(&run);
    return rc;
}

int vv_model_run(vv_context *ctx, const char *name, const char *const *inputs, size_t input_count,
                 const char *output_dir, vv_error *err)
{
    if (!ctx || !name || !output_dir)
        return vv__fail_null(err, !ctx ? "ctx" : !name ? "model" : "output_dir");
    for (size_t i = 0; i < input_count; i++)
        if (!inputs || !inputs[i]) return vv__fail_null(err, "inputs");
    if (vv__context_cancelled(ctx)) return vv__fail_cancelled(err);
    char *path;
    int rc = vv__model_path(ctx->models_dir, name, &path, err);
    if (rc < 0) return rc;
    vv__net *net = NULL;
    vv__tensor *tensors = vv__calloc(input_count + 1, sizeof *tensors);
    vv__shape *shapes = vv__calloc(input_count + 1, sizeof *shapes);
    rc = tensors && shapes ? vv__net_open(&net, path, err) : vv__fail_nomem(err, path);
    if (rc == 0 && input_count != vv__net_input_count(net))
        rc = fail_count(net, path, input_count, err);
    if (rc == 0) rc = run_net(ctx, net, inputs, tensors, shapes, output_dir, err);
    for (size_t i = 0; tensors && i < input_count; i++) vv__tensor_free(&tensors[i]);
    vv__free(tensors);
    vv__free(shapes);
    vv__net_close(&net);
    vv__free(path);
    return rc;
}
