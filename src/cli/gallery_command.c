/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "commands.h"
#include "json_out.h"
#include "message.h"
#include "session.h"

int vv__cli_gallery_list(const vv__cli_settings *settings)
{
    vv_context *ctx = NULL;
    vv_gallery *gallery = NULL;
    int status = VV__CLI_FAILED;
    if (!settings->people) {
        vv__cli_error("gallery list: which gallery is missing; give --people GALLERY");
        return VV__CLI_FAILED;
    }
    if (!vv__cli_session_open(&ctx, settings) || !vv__cli_gallery_open(&gallery, ctx, settings))
        goto done;
    for (size_t i = 0; i < vv_gallery_person_count(gallery); i++) {
        const char *name = vv_gallery_person_name(gallery, i);
        const size_t photos = vv_gallery_person_encodings(gallery, i);
        if (settings->json)
            vv__cli_json_person(name, photos);
        else
            vv__cli_say("%s: %zu photo%s", name, photos, photos == 1 ? "" : "s");
    }
    status = VV__CLI_DONE;
done:
    vv_gallery_close(&gallery);
    vv__cli_session_close(&ctx);
    return status;
}

int vv__cli_cache_clear(const vv__cli_settings *settings)
{
    (void)settings;
    vv_error err;
    size_t removed;
    if (vv_cache_clear(&removed, &err) < 0) {
        vv__cli_error("%s", err.message);
        return VV__CLI_FAILED;
    }
    if (removed)
        vv__cli_say("the encodings that were kept are gone");
    else
        vv__cli_say("no encodings were kept");
    return VV__CLI_DONE;
}
