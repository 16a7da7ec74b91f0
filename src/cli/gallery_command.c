/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "json_out.h"
#include "message.h"
#include "session.h"

/* A person and their photos, also where none of these can be used. */
typedef struct entry {
    char *person;
    size_t used, left_out;
} entry;

typedef struct list {
    entry *entries;
    size_t count;
} list;

/* Photos come in order of people. */
static void on_photo(void *cookie, const char *person, bool is_used)
{
    list *l = cookie;
    if (l->count == 0 || strcmp(l->entries[l->count - 1].person, person) != 0) {
        l->entries = vv__cli_grow(l->entries, l->count + 1, sizeof *l->entries);
        l->entries[l->count++] = (entry){vv__cli_format("%s", person), 0, 0};
    }
    entry *last = &l->entries[l->count - 1];
    if (is_used)
        last->used++;
    else
        last->left_out++;
}

static void say_entry(const entry *e, bool json)
{
    if (json)
        vv__cli_json_person(e->person, e->used);
    else if (e->used == 0)
        vv__cli_say("%s: no photo that can be used, so not known", e->person);
    else if (e->left_out)
        vv__cli_say("%s: %zu photo%s, %zu left out", e->person, e->used, e->used == 1 ? "" : "s",
                    e->left_out);
    else
        vv__cli_say("%s: %zu photo%s", e->person, e->used, e->used == 1 ? "" : "s");
}

int vv__cli_gallery_list(const vv__cli_settings *settings)
{
    vv_context *ctx = NULL;
    vv_gallery *gallery = NULL;
    list l = {0};
    int status = VV__CLI_FAILED;
    if (!settings->people) {
        vv__cli_error("gallery list: which gallery is missing; give --people GALLERY");
        return VV__CLI_FAILED;
    }
    if (vv__cli_session_open(&ctx, settings) &&
        vv__cli_gallery_open_telling(&gallery, ctx, settings, on_photo, &l)) {
        for (size_t i = 0; i < l.count; i++) say_entry(&l.entries[i], settings->json);
        status = VV__CLI_DONE;
    }
    for (size_t i = 0; i < l.count; i++) free(l.entries[i].person);
    free(l.entries);
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
