/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* A window that shows a picture, as large as fits, and texts over it. It knows keys and pixels, and
 * nothing of what they are for. */

#ifndef VV_CLI_LIVE_WINDOW_H
#define VV_CLI_LIVE_WINDOW_H

#include <stdbool.h>

#include "visavis.h"

typedef struct vv__window vv__window;

/* NULL: said why; without a screen, how to do without. It is shown when first drawn to. */
vv__window *vv__window_open(const char *title);
void vv__window_close(vv__window **window);
void vv__window_title(vv__window *window, const char *title);

/* Where texts go; each at most one. */
typedef enum vv__panel_place {
    VV__PANEL_TOP_LEFT,
    VV__PANEL_TOP,
    VV__PANEL_TOP_RIGHT,
    VV__PANEL_BOTTOM,
    VV__PANEL_PROMPT, /* above the bottom, larger */
    VV__PANEL_MIDDLE,
    VV__PANEL_PLACES,
} vv__panel_place;

/* Another picture from now on. On failure says why. */
bool vv__window_picture(vv__window *window, const vv_image *image);
/* A text from now on; NULL: none. See vv_image_text(). */
void vv__window_text(vv__window *window, vv__panel_place place, uint32_t ground, const char *text);
/* A frame around a place of the picture from now on; NULL: none. */
void vv__window_frame(vv__window *window, const vv_box *box);
/* Bring all that to the screen; nothing where nothing has changed. On failure says why. */
bool vv__window_draw(vv__window *window);

typedef enum vv__input_kind {
    VV__INPUT_NONE = 0,
    VV__INPUT_QUIT, /* the window's own button */
    VV__INPUT_KEY,
    VV__INPUT_TEXT, /* only after vv__window_type() */
} vv__input_kind;

enum { VV__KEY_ENTER = 13, VV__KEY_ESCAPE = 27, VV__KEY_BACKSPACE = 8, VV__KEY_SPACE = ' ' };

typedef struct vv__input {
    vv__input_kind kind;
    int key;       /* a small letter, or VV__KEY_*; 0: some other one */
    char text[64]; /* UTF-8 */
} vv__input;

/* The next thing the user did; false: nothing more now. */
bool vv__window_input(vv__window *window, vv__input *input);
/* Whether text is typed, with whatever method the user has for it. */
void vv__window_type(vv__window *window, bool on);
/* Where the pointer is on the picture; false: outside the window. */
bool vv__window_pointer(vv__window *window, vv_point *at);

#endif
