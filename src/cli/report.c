/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "report.h"

#include <stdlib.h>
#include <string.h>

#include "message.h"

bool vv__cli_report_open(vv_appearances **report, vv_context *ctx, const vv__cli_settings *settings)
{
    vv_error err;
    vv_appearances_options options = VV_APPEARANCES_OPTIONS_INIT;
    options.folder = settings->report;
    *report = NULL;
    if (!settings->report) return true;
    if (vv_appearances_new(report, ctx, &options, &err) >= 0) return true;
    vv__cli_error("--report %s", err.message);
    return false;
}

static bool say(int code, const vv_error *err)
{
    if (code < 0) vv__cli_error("%s", err->message);
    return code >= 0;
}

/* What the page can show of a source: its tagged copy, else itself. Standard input is gone. */
static const char *shown(const vv__cli_source *source, const char *copy)
{
    if (copy && *copy) return copy;
    return strcmp(source->name, "-") == 0 ? NULL : source->path;
}

bool vv__cli_report_begin(vv_appearances *report, const vv__cli_source *source)
{
    vv_error err;
    return !report || say(vv_appearances_begin(report, source->name, &err), &err);
}

bool vv__cli_report_end(vv_appearances *report, const vv__cli_source *source, int code,
                        const vv_video_result *result, const vv_error *why)
{
    vv_error err;
    if (!report) return true;
    const char *copy = code >= 0 ? source->output : result->partial_path;
    return say(
        vv_appearances_end(report, shown(source, copy), code < 0 ? why->message : NULL, &err),
        &err);
}

bool vv__cli_report_photo(vv_appearances *report, const vv__cli_source *source,
                          const vv_image *image, const vv_faces *faces)
{
    vv_error err;
    return !report ||
           say(vv_appearances_add_photo(report, source->name, shown(source, source->output), image,
                                        faces, &err),
               &err);
}

bool vv__cli_report_failure(vv_appearances *report, const vv__cli_source *source,
                            const vv_error *why)
{
    const vv_video_result nothing = VV_VIDEO_RESULT_INIT;
    return vv__cli_report_begin(report, source) &&
           vv__cli_report_end(report, source, why->code, &nothing, why);
}

bool vv__cli_report_write(vv_appearances *report, const vv__cli_settings *settings)
{
    vv_error err;
    if (!report) return true;
    if (!say(vv_appearances_write(report, &err), &err)) return false;
    const size_t length = strlen(settings->report);
    const char *slash = settings->report[length - 1] == '/' ? "" : "/";
    if (!settings->json) vv__cli_say("report written to %s%sindex.html", settings->report, slash);
    return true;
}
