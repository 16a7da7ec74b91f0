/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "api/places.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/file.h"
#include "base/own.h"
#include "base/text.h"

static bool is_model_name(const char *name)
{
    static const char *const extensions[] = {"onnx", NULL};
    return vv__path_has_extension(name, extensions);
}

/* A folder that cannot be read has none. 0, or VV_ERR_NOMEM. */
static int has_models(const char *folder, bool *found)
{
    vv__names names;
    *found = false;
    const int rc = vv__list_folder(&names, folder, NULL);
    if (rc < 0) return rc == VV_ERR_NOMEM ? rc : VV_OK;
    for (size_t i = 0; i < names.count && !*found; i++) *found = is_model_name(names.names[i]);
    vv__names_free(&names);
    return VV_OK;
}

/* `folder`, or what lies below it (NULL: itself); *out is NULL where there is no such folder. */
static int below(char **out, const char *folder, const char *name)
{
    *out = NULL;
    if (!folder || !*folder) return VV_OK;
    *out = name ? vv__path_join(folder, name) : vv__strdup(folder);
    return *out ? VV_OK : VV_ERR_NOMEM;
}

static int in_data_home(char **out)
{
    const char *data = getenv("XDG_DATA_HOME");
    if (data && *data) return below(out, data, "visavis/models");
    return below(out, getenv("HOME"), ".local/share/visavis/models");
}

#define PLACES 5

/* The i-th place to look in, in order; *out is NULL where it does not exist here. 0, or
 * VV_ERR_NOMEM: then no later place must stand in for this one. */
static int place(char **out, const char *wanted, int i)
{
    switch (i) {
    case 0:
        return below(out, wanted, NULL);
    case 1:
        return below(out, getenv("VISAVIS_MODELS"), NULL);
    case 2:
        return vv__own_in_build(out, "models");
    case 3:
        return in_data_home(out);
    default:
        return below(out, VV_DATADIR, "visavis/models");
    }
}

int vv__models_folder(const char *wanted, char **out, vv_error *err)
{
    for (int i = 0; i < PLACES; i++) {
        bool found = false;
        int rc = place(out, wanted, i);
        if (rc == VV_OK && *out) rc = has_models(*out, &found);
        if (rc == VV_OK && found) return VV_OK;
        vv__free(*out);
        *out = NULL;
        if (rc < 0) return vv__fail_nomem(err, "models");
        if (i == 0 && wanted)
            return vv__fail(
                err, VV_ERR_NOT_FOUND,
                "%s: no models in this folder; run script/models, or name the folder that has them",
                wanted);
    }
    return vv__fail(err, VV_ERR_NOT_FOUND,
                    "models: none found; run script/models in Visavis's source folder, or set "
                    "VISAVIS_MODELS to the folder that has them");
}

static void list_models(vv__text *text, const char *folder)
{
    vv__names names;
    const int rc = vv__list_folder(&names, folder, NULL);
    text->failed |= rc == VV_ERR_NOMEM;
    if (rc < 0) return;
    for (size_t i = 0; i < names.count; i++)
        if (is_model_name(names.names[i]))
            vv__text_format(text, "%s%.*s", text->length ? ", " : "",
                            (int)(strlen(names.names[i]) - strlen(".onnx")), names.names[i]);
    vv__names_free(&names);
}

static int no_such_model(const char *wanted_folder, const char *name, vv_error *err)
{
    char *folder;
    int rc = vv__models_folder(wanted_folder, &folder, err);
    if (rc < 0) return rc;
    vv__text there = {0};
    list_models(&there, folder);
    char *list = vv__text_take(&there);
    rc = list ? vv__fail(err, VV_ERR_NOT_FOUND, "%s: no such model in %s; there are %s", name,
                         folder, list)
              : vv__fail_nomem(err, name);
    vv__free(list);
    vv__free(folder);
    return rc;
}

static int find_model(const char *wanted_folder, const char *name, char **out, vv_error *err)
{
    for (int i = 0; i < PLACES; i++) {
        char *folder;
        if (place(&folder, wanted_folder, i) < 0) return vv__fail_nomem(err, name);
        if (!folder) continue;
        vv__text path = {0};
        vv__text_format(&path, "%s/%s.onnx", folder, name);
        vv__free(folder);
        char *file = vv__text_take(&path);
        if (!file) return vv__fail_nomem(err, name);
        if (vv__path_exists(file)) {
            *out = file;
            return 0;
        }
        vv__free(file);
    }
    return no_such_model(wanted_folder, name, err);
}

int vv__model_path(const char *wanted_folder, const char *name_or_path, char **out, vv_error *err)
{
    *out = NULL;
    if (!is_model_name(name_or_path) && !strchr(name_or_path, '/'))
        return find_model(wanted_folder, name_or_path, out, err);
    if (!vv__path_exists(name_or_path))
        return vv__fail(err, VV_ERR_NOT_FOUND, "%s: no such file", name_or_path);
    *out = vv__strdup(name_or_path);
    return *out ? 0 : vv__fail_nomem(err, name_or_path);
}

/* In a build folder the cards lie beside the module; installed, in the data folder. */
int vv__convert_places(char **module, char **cards, vv_error *err)
{
    *cards = NULL;
    int rc = vv__own_in_build(module, "src/convert/libvisavis-convert.so");
    if (rc == VV_OK && *module && vv__path_exists(*module)) {
        rc = vv__own_in_build(cards, "src/convert");
    } else if (rc == VV_OK) {
        vv__free(*module);
        *module = vv__own_installed("libvisavis-convert.so");
        *cards = vv__strdup(VV_DATADIR "/visavis/cards");
    }
    if (*module && *cards) return 0;
    vv__free(*module);
    vv__free(*cards);
    *module = *cards = NULL;
    return vv__fail_nomem(err, "converter");
}
