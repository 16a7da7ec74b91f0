/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include <string.h>
#include <sys/stat.h>

#include "api/objects.h"
#include "api/options.h"
#include "api/places.h"
#include "base/alloc.h"
#include "base/error.h"
#include "base/file.h"
#include "base/log.h"
#include "base/text.h"
#include "nn/net.h"

/* What stands behind one vv_model_info. */
typedef struct model {
    vv_model_info info;
    char *name, *path, *card_path;
    vv__net *net;
    vv__card card;
    vv_tensor_info *tensors; /* inputs, then outputs */
    int64_t *dims;
    const char **symbols;
} model;

struct vv_model_list {
    model *models;
    size_t count, capacity;
};

static void model_free(model *m)
{
    vv__net_close(&m->net);
    vv__card_free(&m->card);
    vv__free(m->name);
    vv__free(m->path);
    vv__free(m->card_path);
    vv__free(m->tensors);
    vv__free(m->dims);
    vv__free(m->symbols);
}

void vv_model_list_free(vv_model_list **list)
{
    if (!list || !*list) return;
    for (size_t i = 0; i < (*list)->count; i++) model_free(&(*list)->models[i]);
    vv__free((*list)->models);
    vv__free(*list);
    *list = NULL;
}

size_t vv_model_list_count(const vv_model_list *list)
{
    return list ? list->count : 0;
}

const vv_model_info *vv_model_list_get(const vv_model_list *list, size_t i)
{
    return list && i < list->count ? &list->models[i].info : NULL;
}

static void describe_port(model *m, size_t i, const vv__net_port *port)
{
    const size_t at = i * VV__NET_MAX_RANK;
    for (int d = 0; d < port->rank; d++) {
        m->dims[at + (size_t)d] = port->dims[d];
        m->symbols[at + (size_t)d] = port->dims[d] < 0 ? port->symbols[d] : NULL;
    }
    m->tensors[i] = (vv_tensor_info){port->name, port->rank, m->dims + at, m->symbols + at};
}

static int describe_ports(model *m, vv_error *err)
{
    const size_t inputs = vv__net_input_count(m->net), outputs = vv__net_output_count(m->net);
    const size_t count = inputs + outputs;
    m->tensors = vv__calloc(count, sizeof *m->tensors);
    m->dims = vv__calloc(count, VV__NET_MAX_RANK * sizeof *m->dims);
    m->symbols = vv__calloc(count, VV__NET_MAX_RANK * sizeof *m->symbols);
    if (!m->tensors || !m->dims || !m->symbols) return vv__fail_nomem(err, m->path);
    for (size_t i = 0; i < inputs; i++) describe_port(m, i, vv__net_input(m->net, i));
    for (size_t i = 0; i < outputs; i++) describe_port(m, inputs + i, vv__net_output(m->net, i));
    m->info.inputs = m->tensors;
    m->info.input_count = inputs;
    m->info.outputs = m->tensors + inputs;
    m->info.output_count = outputs;
    return 0;
}

static void describe_card(model *m)
{
    static const char *const tasks[] = {"", "detection", "encoding"};
    const vv__card *card = &m->card;
    m->info.card_path = m->card_path;
    m->info.task = tasks[card->task];
    m->info.dimension = card->dimension;
    m->info.threshold = card->threshold;
    m->info.licence = card->licence;
    m->info.source = card->source;
    m->info.description = card->description;
    m->info.training_data = card->training_data;
    m->info.limits = card->limits;
    m->info.card_json = card->json;
}

static char *without_extension(const char *path)
{
    const size_t length = strlen(path) - strlen(vv__path_extension(path));
    char *stem = vv__strdup(path);
    if (stem && length < strlen(path)) stem[length - 1] = '\0';
    return stem;
}

static char *beside(const char *stem, const char *extension)
{
    vv__text text = {0};
    vv__text_add(&text, stem);
    vv__text_add(&text, extension);
    return vv__text_take(&text);
}

/* A model without a card is a model; a card that is wrong is an error. */
static int model_open(model *m, const char *path, vv_error *err)
{
    *m = (model){0};
    char *stem = without_extension(path);
    m->path = vv__strdup(path);
    if (stem) {
        m->name = vv__strdup(vv__path_base(stem));
        m->card_path = beside(stem, ".json");
    }
    vv__free(stem);
    int rc = m->path && m->name && m->card_path ? 0 : vv__fail_nomem(err, path);
    if (rc == 0) rc = vv__net_open(&m->net, path, err);
    if (rc == 0) rc = describe_ports(m, err);
    m->info.name = m->name;
    m->info.path = m->path;
    m->info.task = m->info.licence = m->info.source = m->info.description = "";
    m->info.training_data = m->info.limits = "";
    if (rc == 0 && vv__path_exists(m->card_path)) {
        rc = vv__card_load(&m->card, m->card_path, err);
        if (rc == 0 && m->card.task == VV__TASK_ENCODING)
            rc = vv__encoder_check_card(m->net, &m->card, path, err);
        if (rc == 0) describe_card(m);
    }
    struct stat st;
    if (rc == 0) {
        m->info.parameters = vv__net_parameters(m->net);
        m->info.file_bytes = stat(path, &st) == 0 ? (int64_t)st.st_size : 0;
    }
    if (rc < 0) model_free(m);
    return rc;
}

static int add_model(vv_model_list *list, const char *path, vv_error *err)
{
    if (vv__grow((void **)&list->models, &list->capacity, list->count, sizeof *list->models) < 0)
        return vv__fail_nomem(err, path);
    const int rc = model_open(&list->models[list->count], path, err);
    if (rc == 0) list->count++;
    return rc;
}

static int add_folder(vv_model_list *list, const char *folder, vv_error *err)
{
    static const char *const extensions[] = {"onnx", NULL};
    vv__names names;
    int rc = vv__list_folder(&names, folder, err);
    for (size_t i = 0; i < names.count && rc == 0; i++) {
        if (!vv__path_has_extension(names.names[i], extensions)) continue;
        char *path = vv__path_join(folder, names.names[i]);
        vv_error why;
        const int opened = path ? add_model(list, path, &why) : vv__fail_nomem(&why, folder);
        if (opened == VV_ERR_NOMEM) rc = vv__fail(err, opened, "%s", why.message);
        if (opened < 0) vv__log(VV_LOG_WARNING, "%s; the model is left out", why.message);
        vv__free(path);
    }
    vv__names_free(&names);
    return rc;
}

static int list_new(vv_model_list **out, vv_context *ctx, const char *name_or_path, vv_error *err)
{
    *out = NULL;
    char *where = NULL;
    vv_model_list *list = vv__calloc(1, sizeof *list);
    int rc = list ? 0 : vv__fail_nomem(err, "models");
    if (rc == 0 && name_or_path) {
        rc = vv__model_path(ctx->models_dir, name_or_path, &where, err);
        if (rc == 0) rc = add_model(list, where, err);
    } else if (rc == 0) {
        rc = vv__models_folder(ctx->models_dir, &where, err);
        if (rc == 0) rc = add_folder(list, where, err);
    }
    vv__free(where);
    if (rc < 0)
        vv_model_list_free(&list);
    else
        *out = list;
    return rc;
}

int vv_model_list_new(vv_model_list **out, vv_context *ctx, vv_error *err)
{
    if (!out) return vv__fail_null(err, "out");
    *out = NULL;
    if (!ctx) return vv__fail_null(err, "ctx");
    return list_new(out, ctx, NULL, err);
}

int vv_model_list_new_one(vv_model_list **out, vv_context *ctx, const char *name_or_path,
                          vv_error *err)
{
    if (!out) return vv__fail_null(err, "out");
    *out = NULL;
    if (!ctx || !name_or_path) return vv__fail_null(err, ctx ? "name_or_path" : "ctx");
    return list_new(out, ctx, name_or_path, err);
}
