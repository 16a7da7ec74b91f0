/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* The module's side of module.h. */

#include "media/module.h"

VV_API const vv__media_functions *vv_media_open(const vv__media_host *host);

static void pass_on(void *cookie, vv_log_level level, const char *line)
{
    const vv__media_host *host = cookie;
    host->log(level, "%s", line);
}

const vv__media_functions *vv_media_open(const vv__media_host *host)
{
    static const vv__media_functions functions = {
#define ENTRY(name) .name = vv__##name,
        VV__MEDIA_FUNCTIONS(ENTRY)
#undef ENTRY
    };
    static vv__media_host library;
    library = *host;
    /* The library's own level decides. */
    vv_log_set(pass_on, &library, VV_LOG_DEBUG);
    vv__alloc_set_hook(library.may_allocate, NULL);
    vv__input_share_head(library.head);
    vv__lavf_init();
    return &functions;
}
