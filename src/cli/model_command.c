/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "json_out.h"
#include "message.h"
#include "session.h"

static int report(int code, const vv_error *err)
{
    if (code < 0) vv__cli_error("%s", err->message);
    return code < 0 ? VV__CLI_FAILED : VV__CLI_DONE;
}

int vv__cli_model_list(const vv__cli_settings *settings)
{
    vv_error err;
    vv_context *ctx = NULL;
    vv_model_list *list = NULL;
    if (!vv__cli_session_open(&ctx, settings)) return VV__CLI_FAILED;
    const int code = vv_model_list_new(&list, ctx, &err);
    for (size_t i = 0; i < vv_model_list_count(list); i++) {
        const vv_model_info *info = vv_model_list_get(list, i);
        if (settings->json)
            vv__cli_json_model(info, false);
        else if (info->dimension > 0)
            vv__cli_say("%-16s %s, %d numbers, threshold %.2f, licence %s", info->name, info->task,
                        info->dimension, info->threshold,
                        info->licence ? info->licence : "unknown");
        else
            vv__cli_say("%-16s %s, licence %s", info->name,
                        info->task && *info->task ? info->task : "no card",
                        info->licence ? info->licence : "unknown");
    }
    vv_model_list_free(&list);
    vv__cli_session_close(&ctx);
    return report(code, &err);
}

static void say_tensors(const char *title, const vv_tensor_info *infos, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char *shape = vv__cli_format("%s", "");
        for (int d = 0; d < infos[i].rank; d++) {
            const char *symbol = infos[i].shape_symbols ? infos[i].shape_symbols[d] : NULL;
            char *longer =
                infos[i].shape[d] >= 0
                    ? vv__cli_format("%s%s%lld", shape, d ? " x " : "",
                                     (long long)infos[i].shape[d])
                    : vv__cli_format("%s%s%s", shape, d ? " x " : "", symbol ? symbol : "?");
            free(shape);
            shape = longer;
        }
        vv__cli_say("  %s: %s, %s", title, infos[i].name, *shape ? shape : "one number");
        free(shape);
    }
}

static void say_text(const char *title, const char *text)
{
    if (text && *text) vv__cli_say("  %s: %s", title, text);
}

static void say_model(const vv_model_info *info)
{
    vv__cli_say("%s%s%s", info->name, info->description && *info->description ? ": " : "",
                info->description ? info->description : "");
    say_text("task", info->task);
    if (info->dimension > 0)
        vv__cli_say("  encoding: %d numbers, threshold %.2f", info->dimension, info->threshold);
    say_tensors("input", info->inputs, info->input_count);
    say_tensors("output", info->outputs, info->output_count);
    vv__cli_say("  size: %lld parameters, %.1f MB", (long long)info->parameters,
                (double)info->file_bytes / 1e6);
    say_text("licence", info->licence);
    say_text("source", info->source);
    say_text("training data", info->training_data);
    say_text("limits", info->limits);
    say_text("file", info->path);
    say_text("card", info->card_path);
}

int vv__cli_model_show(const vv__cli_settings *settings)
{
    vv_error err = {0};
    vv_context *ctx = NULL;
    int code = 0;
    if (!vv__cli_session_open(&ctx, settings)) return VV__CLI_FAILED;
    for (size_t i = 0; i < settings->argument_count && code >= 0; i++) {
        vv_model_list *list = NULL;
        code = vv_model_list_new_one(&list, ctx, settings->arguments[i], &err);
        if (code >= 0 && settings->json)
            vv__cli_json_model(vv_model_list_get(list, 0), true);
        else if (code >= 0)
            say_model(vv_model_list_get(list, 0));
        vv_model_list_free(&list);
    }
    vv__cli_session_close(&ctx);
    return report(code, &err);
}

/* Two arguments, or one and -o. */
static const char *convert_output(const vv__cli_settings *settings)
{
    if (settings->output && settings->argument_count == 1) return settings->output;
    if (!settings->output && settings->argument_count == 2) return settings->arguments[1];
    vv__cli_error(settings->output
                      ? "model convert: the output is named twice; give either -o or a second name"
                      : "model convert: the output's name is missing; give INPUT OUTPUT.onnx");
    return NULL;
}

int vv__cli_model_convert(const vv__cli_settings *settings)
{
    vv_error err;
    vv_context *ctx = NULL;
    const char *output = convert_output(settings);
    if (!output) return VV__CLI_FAILED;
    const size_t length = strlen(output);
    if (length < 6 || strcmp(output + length - 5, ".onnx") != 0) {
        vv__cli_error("%s: the output must end in .onnx", output);
        return VV__CLI_FAILED;
    }
    if (!vv__cli_session_open(&ctx, settings)) return VV__CLI_FAILED;
    const int code = vv_model_convert(ctx, settings->arguments[0], output, &err);
    vv__cli_session_close(&ctx);
    if (code >= 0) vv__cli_say("%s: written to %s", settings->arguments[0], output);
    return report(code, &err);
}

/* A line of the card while it is made; told once all is well. */
typedef struct card_lines {
    char **lines;
    size_t count, guesses;
    bool json;
} card_lines;

static void on_field(void *cookie, const char *field, const char *value, bool is_guess,
                     const char *why)
{
    card_lines *c = cookie;
    char *line;
    if (c->json) {
        json_t *object = json_pack("{s:o,s:o,s:b,s:o}", "field", vv__cli_json_text(field), "value",
                                   json_loads(value, JSON_DECODE_ANY, NULL), "guess", is_guess,
                                   "why", vv__cli_json_text(why));
        line = json_dumps(object, JSON_COMPACT | JSON_REAL_PRECISION(9));
        json_decref(object);
    } else
        line = vv__cli_format("%c %-30s %-20s %s", is_guess ? '?' : ' ', field, value, why);
    c->lines = vv__cli_grow(c->lines, c->count + 1, sizeof *c->lines);
    c->lines[c->count++] = line;
    c->guesses += is_guess;
}

int vv__cli_model_card(const vv__cli_settings *settings)
{
    vv_error err;
    vv_context *ctx = NULL;
    card_lines c = {.json = settings->json};
    if (!vv__cli_session_open(&ctx, settings)) return VV__CLI_FAILED;
    const int code =
        vv_model_write_card(ctx, settings->arguments[0], settings->output, on_field, &c, &err);
    vv__cli_session_close(&ctx);
    for (size_t i = 0; i < c.count; i++) {
        if (code >= 0 && c.json)
            vv__cli_put_line(c.lines[i]);
        else if (code >= 0)
            vv__cli_say("%s", c.lines[i]);
        free(c.lines[i]);
    }
    free(c.lines);
    if (code >= 0 && !c.json)
        vv__cli_say("%s: its card was written%s%s; %zu lines, marked ?, are guesses to be checked",
                    settings->arguments[0], settings->output ? " to " : " beside it",
                    settings->output ? settings->output : "", c.guesses);
    return report(code, &err);
}

int vv__cli_model_run(const vv__cli_settings *settings)
{
    vv_error err;
    vv_context *ctx = NULL;
    if (!settings->output) {
        vv__cli_error("model run: where to write is missing; give -o DIR");
        return VV__CLI_FAILED;
    }
    if (!vv__cli_session_open(&ctx, settings)) return VV__CLI_FAILED;
    const int code = vv_model_run(ctx, settings->arguments[0], settings->arguments + 1,
                                  settings->argument_count - 1, settings->output, &err);
    vv__cli_session_close(&ctx);
    return report(code, &err);
}
