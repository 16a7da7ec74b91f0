/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "sdl.h"

#include <dlfcn.h>
#include <string.h>

#include "message.h"

/* By its soname, which promises the interface, and which the loader looks for in the system's
 * folders alone. */
#define SONAME "libSDL2-2.0.so.0"

const vv__sdl *vv__sdl_load(void)
{
    static vv__sdl sdl;
    void *library = dlopen(SONAME, RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        vv__cli_error("no window can be opened: %s; install SDL (Debian: libsdl2-2.0-0), or watch "
                      "without a window: --headless",
                      dlerror());
        return NULL;
    }
    /* POSIX lets a function come out of dlsym(), ISO C has no cast for it. */
    const struct {
        const char *name;
        void *pointer;
    } wanted[] = {
#define ROW(name) {"SDL_" #name, &sdl.name},
        VV__SDL_FUNCTIONS(ROW)
#undef ROW
    };
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        void *symbol = dlsym(library, wanted[i].name);
        if (!symbol) {
            vv__cli_error("no window can be opened: %s has no %s: it is too old; watch without a "
                          "window: --headless",
                          SONAME, wanted[i].name);
            return NULL;
        }
        memcpy(wanted[i].pointer, &symbol, sizeof symbol);
    }
    return &sdl;
}
