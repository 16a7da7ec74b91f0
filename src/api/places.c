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

static bool has_models(const char *folder)
{
    vv__names names;
    if (vv__list_folder(&names, folder, NULL) < 0) return false;
    bool found = false;
    for (size_t i = 0; i < names.count && !found; i++) found = is_model_name(names.names[i]);
    vv__names_free(&names);
    return found;
}

static char *in_data_home(void)
{
    const char *data = getenv("XDG_DATA_HOME"), *home = getenv("HOME");
    if (data && *data) return vv__path_join(data, "visavis/models");
    return home && *home ? vv__path_join(home, ".local/share/visavis/models") : NULL;
}

/* The i-th place to look in, in order; NULL where it does not exist here. Sets *end after the last.
 */
static char *place(const char *wanted, int i, bool *end)
{
    const char *variable = getenv("VISAVIS_MODELS");
    *end = false;
    switch (i) {
    case 0:
        return wanted ? vv__strdup(wanted) : NULL;
    case 1:
        return variable && *variable ? vv__strdup(variable) : NULL;
    case 2:
        return vv__own_in_build("models");
    case 3:
        return in_data_home();
    case 4:
        return vv__strdup(VV_DATADIR "/visavis/models");
    default:
        *end = true;
        return NULL;
    }
}

int vv__models_folder(const char *wanted, char **out, vv_error *err)
{
    *out = NULL;
    bool end;
    for (int i = 0; *out == NULL; i++) {
        char *folder = place(wanted, i, &end);
        if (end) break;
        if (folder && has_models(folder)) {
            *out = folder;
            return 0;
        }
        vv__free(folder);
        if (i == 0 && wanted) return vv__fail(err, VV_ERR_NOT_FOUND, "%s: no models there", wanted);
    }
    return vv__fail(err, VV_ERR_NOT_FOUND,
                    "models: none found; run script/models in Visavis's source folder, or set "
                    "VISAVIS_MODELS to the folder that has them");
}

static void list_models(vv__text *text, const char *folder)
{
    vv__names names;
    if (vv__list_folder(&names, folder, NULL) < 0) return;
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
    rc = vv__fail(err, VV_ERR_NOT_FOUND, "%s: no such model in %s; there are %s", name, folder,
                  list ? list : "others");
    vv__free(list);
    vv__free(folder);
    return rc;
}

static int find_model(const char *wanted_folder, const char *name, char **out, vv_error *err)
{
    bool end = false;
    for (int i = 0; !end; i++) {
        char *folder = place(wanted_folder, i, &end);
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
    *module = vv__own_in_build("src/convert/libvisavis-convert.so");
    *cards = NULL;
    if (*module && vv__path_exists(*module)) {
        *cards = vv__own_in_build("src/convert");
    } else {
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
