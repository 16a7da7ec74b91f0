/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "live_window.h"

#include <stdlib.h>
#include <string.h>

#include "message.h"
#include "sdl.h"

typedef struct panel {
    char *text; /* NULL: none */
    uint32_t ground;
    int size, room; /* the texture was made for */
    SDL_Texture *texture;
    int width, height;
} panel;

struct vv__window {
    const vv__sdl *sdl;
    SDL_Window *window;
    SDL_Renderer *renderer;
    SDL_Texture *picture;
    int width, height; /* of the picture */
    bool is_shown, is_fitted, is_stale;
    panel panels[VV__PANEL_PLACES];
    vv_box frame;
    bool has_frame;
};

static bool failed(const vv__window *w, const char *what)
{
    vv__cli_error("%s: %s", what, w->sdl->GetError());
    return false;
}

/* --- The window ----------------------------------------------------------------------------- */

/* Whether what passes for a graphics card is a program (Mesa's llvmpipe and its like). */
static bool is_imitation(const vv__window *w)
{
    enum { GL_RENDERER_NAME = 0x1f01 };
    static const char *const imitations[] = {"llvmpipe", "softpipe", "swrast", "SwiftShader",
                                             "Software"};
    SDL_RendererInfo info;
    if (w->sdl->GetRendererInfo(w->renderer, &info) != 0 || strncmp(info.name, "opengl", 6) != 0)
        return false;
    void *symbol = w->sdl->GL_GetProcAddress("glGetString");
    if (!symbol) return false;
    const unsigned char *(*get_string)(unsigned);
    memcpy(&get_string, &symbol, sizeof get_string);
    const char *name = (const char *)get_string(GL_RENDERER_NAME);
    for (size_t i = 0; name && i < sizeof imitations / sizeof *imitations; i++)
        if (strstr(name, imitations[i])) return true;
    return false;
}

/* Where there is no graphics card, SDL's own way to the screen takes far less time
 * than its imitation, and the faces have use for that. */
static void make_renderer(vv__window *w)
{
    w->renderer = w->sdl->CreateRenderer(w->window, -1, 0);
    if (!w->renderer || !is_imitation(w)) return;
    w->sdl->DestroyRenderer(w->renderer);
    w->sdl->SetHint(SDL_HINT_FRAMEBUFFER_ACCELERATION, "0");
    w->renderer = w->sdl->CreateRenderer(w->window, -1, SDL_RENDERER_SOFTWARE);
}

static bool is_set(const char *name)
{
    const char *value = getenv(name);
    return value && *value;
}

/* SDL by itself takes a screen that nobody sees where there is no other. What the user sets in
 * SDL_VIDEODRIVER goes before this. */
static bool open_screen(vv__window *w)
{
    const bool x11 = is_set("DISPLAY"), wayland = is_set("WAYLAND_DISPLAY");
    w->sdl->SetHint(SDL_HINT_VIDEODRIVER, x11 && wayland ? "x11,wayland"
                                          : x11          ? "x11"
                                          : wayland      ? "wayland"
                                                         : "kmsdrm");
    if (w->sdl->Init(SDL_INIT_VIDEO) == 0) return true;
    vv__cli_error("no window can be opened: %s; on a machine without a screen, watch without one: "
                  "--headless",
                  x11 || wayland ? w->sdl->GetError()
                                 : "neither DISPLAY nor WAYLAND_DISPLAY is set");
    return false;
}

static bool make_window(vv__window *w, const char *title)
{
    enum { WIDTH = 960, HEIGHT = 540, LEAST = 160 };
    /* Ctrl-C is the command's. */
    w->sdl->SetHint(SDL_HINT_NO_SIGNAL_HANDLERS, "1");
    w->sdl->SetHint(SDL_HINT_RENDER_SCALE_QUALITY, "1");
    w->sdl->SetHint("SDL_VIDEO_X11_NET_WM_BYPASS_COMPOSITOR", "0");
    if (!open_screen(w)) return false;
    w->window =
        w->sdl->CreateWindow(title, SDL_WINDOWPOS_CENTERED, SDL_WINDOWPOS_CENTERED, WIDTH, HEIGHT,
                             SDL_WINDOW_HIDDEN | SDL_WINDOW_RESIZABLE | SDL_WINDOW_ALLOW_HIGHDPI);
    if (!w->window) return failed(w, "no window can be opened");
    w->sdl->SetWindowMinimumSize(w->window, LEAST, LEAST);
    make_renderer(w);
    if (!w->renderer) return failed(w, "the window cannot be drawn to");
    w->sdl->StopTextInput();
    return true;
}

/* What looking for fonts takes, the first picture is not to wait for. */
static void find_fonts(void)
{
    vv_image *image = NULL;
    if (vv_image_text(&image, "0", 16, 100, 0, NULL) >= 0) vv_image_free(&image);
}

vv__window *vv__window_open(const char *title)
{
    const vv__sdl *sdl = vv__sdl_load();
    if (!sdl) return NULL;
    vv__window *window = vv__cli_alloc(1, sizeof *window);
    window->sdl = sdl;
    if (!make_window(window, title))
        vv__window_close(&window);
    else
        find_fonts();
    return window;
}

void vv__window_close(vv__window **address)
{
    vv__window *w = *address;
    *address = NULL;
    if (!w) return;
    for (int i = 0; i < VV__PANEL_PLACES; i++) {
        free(w->panels[i].text);
        if (w->panels[i].texture) w->sdl->DestroyTexture(w->panels[i].texture);
    }
    if (w->picture) w->sdl->DestroyTexture(w->picture);
    if (w->renderer) w->sdl->DestroyRenderer(w->renderer);
    if (w->window) w->sdl->DestroyWindow(w->window);
    w->sdl->Quit();
    free(w);
}

void vv__window_title(vv__window *w, const char *title)
{
    w->sdl->SetWindowTitle(w->window, title);
}

/* As large as the first picture, or as the screen has room for. */
static void fit(vv__window *w)
{
    SDL_Rect room = {0, 0, 1280, 720};
    const int display = w->sdl->GetWindowDisplayIndex(w->window);
    w->sdl->GetDisplayUsableBounds(display < 0 ? 0 : display, &room);
    /* Borders take some of it. */
    const double most_width = room.w * 0.95, most_height = room.h * 0.9;
    double scale = 1;
    if (w->width > most_width) scale = most_width / w->width;
    if (w->height * scale > most_height) scale = most_height / w->height;
    /* A small picture may be looked at a bit larger. */
    while (w->width * scale < 480 && w->width * scale * 2 <= most_width &&
           w->height * scale * 2 <= most_height)
        scale *= 2;
    w->sdl->SetWindowSize(w->window, (int)(w->width * scale), (int)(w->height * scale));
    w->sdl->SetWindowPosition(w->window, SDL_WINDOWPOS_CENTERED, SDL_WINDOWPOS_CENTERED);
    w->is_fitted = true;
}

/* --- What is on it -------------------------------------------------------------------------- */

/* NULL: said why. */
static SDL_Texture *texture_of(vv__window *w, SDL_Texture *old, const vv_image *image)
{
    void *pixels = NULL;
    int stride = 0;
    vv_error err;
    SDL_Texture *texture = old;
    if (!texture)
        texture =
            w->sdl->CreateTexture(w->renderer, SDL_PIXELFORMAT_RGB24, SDL_TEXTUREACCESS_STREAMING,
                                  vv_image_width(image), vv_image_height(image));
    if (!texture || w->sdl->LockTexture(texture, NULL, &pixels, &stride) != 0) {
        failed(w, "a picture cannot be shown");
        if (texture) w->sdl->DestroyTexture(texture);
        return NULL;
    }
    const int code = vv_image_read_rgb(image, pixels, stride, &err);
    w->sdl->UnlockTexture(texture);
    if (code < 0) vv__cli_warning("%s", err.message);
    return texture;
}

bool vv__window_picture(vv__window *w, const vv_image *image)
{
    if (w->picture && (w->width != vv_image_width(image) || w->height != vv_image_height(image))) {
        w->sdl->DestroyTexture(w->picture);
        w->picture = NULL;
    }
    w->width = vv_image_width(image);
    w->height = vv_image_height(image);
    w->picture = texture_of(w, w->picture, image);
    w->is_stale = true;
    return w->picture != NULL;
}

void vv__window_text(vv__window *w, vv__panel_place place, uint32_t ground, const char *text)
{
    panel *p = &w->panels[place];
    if (text ? p->text && strcmp(p->text, text) == 0 && p->ground == ground : !p->text) return;
    free(p->text);
    p->text = text ? vv__cli_format("%s", text) : NULL;
    p->ground = ground;
    p->size = 0;
    w->is_stale = true;
}

void vv__window_frame(vv__window *w, const vv_box *box)
{
    w->has_frame = box != NULL;
    if (box) w->frame = *box;
    w->is_stale = true;
}

/* --- Drawing -------------------------------------------------------------------------------- */

/* Where the picture is: in the middle, as large as fits. */
static SDL_Rect picture_place(const vv__window *w, int width, int height)
{
    const double across = (double)width / w->width, down = (double)height / w->height;
    const double scale = across < down ? across : down;
    SDL_Rect at = {.w = (int)(w->width * scale + 0.5), .h = (int)(w->height * scale + 0.5)};
    at.x = (width - at.w) / 2;
    at.y = (height - at.h) / 2;
    return at;
}

static void draw_frame(vv__window *w, const SDL_Rect *picture)
{
    const float scale = (float)picture->w / (float)w->width;
    const int x = picture->x + (int)(w->frame.x * scale),
              y = picture->y + (int)(w->frame.y * scale);
    const int width = (int)(w->frame.width * scale), height = (int)(w->frame.height * scale);
    const int line = picture->h / 120 + 2;
    const SDL_Rect sides[] = {{x - line, y - line, width + 2 * line, line},
                              {x - line, y + height, width + 2 * line, line},
                              {x - line, y, line, height},
                              {x + width, y, line, height}};
    w->sdl->SetRenderDrawColor(w->renderer, 255, 196, 0, 255);
    for (int i = 0; i < 4; i++) w->sdl->RenderFillRect(w->renderer, &sides[i]);
}

/* Made anew where the text, or the window, is another. False: it cannot be shown. */
static bool prepare_panel(vv__window *w, panel *p, int size, int room)
{
    if (p->texture && p->size == size && p->room == room) return true;
    if (p->texture) w->sdl->DestroyTexture(p->texture);
    p->texture = NULL;
    vv_image *image = NULL;
    vv_error err;
    if (vv_image_text(&image, p->text, size, room, p->ground, &err) < 0) {
        vv__cli_warning("%s", err.message);
        return false;
    }
    p->texture = texture_of(w, NULL, image);
    p->width = vv_image_width(image);
    p->height = vv_image_height(image);
    p->size = size;
    p->room = room;
    vv_image_free(&image);
    if (!p->texture) return false;
    w->sdl->SetTextureBlendMode(p->texture, SDL_BLENDMODE_BLEND);
    w->sdl->SetTextureAlphaMod(p->texture, 225);
    return true;
}

static void draw_panel(vv__window *w, vv__panel_place place, int width, int height)
{
    panel *p = &w->panels[place];
    const int shorter = width < height ? width : height;
    int size = shorter / 36 < 13 ? 13 : shorter / 36 > 60 ? 60 : shorter / 36;
    const int gap = size / 2;
    if (place == VV__PANEL_PROMPT) size = size * 5 / 4;
    if (!p->text || !prepare_panel(w, p, size, width > 100 ? width - 2 * gap : 100)) return;
    SDL_Rect at = {(width - p->width) / 2, gap, p->width, p->height};
    if (place == VV__PANEL_TOP_LEFT) at.x = gap;
    if (place == VV__PANEL_TOP_RIGHT) at.x = width - p->width - gap;
    if (place == VV__PANEL_BOTTOM) at.y = height - p->height - gap;
    if (place == VV__PANEL_PROMPT) at.y = height - p->height - 6 * gap;
    if (place == VV__PANEL_MIDDLE) at.y = (height - p->height) / 2;
    w->sdl->RenderCopy(w->renderer, p->texture, NULL, &at);
}

static void draw_picture(vv__window *w, int width, int height)
{
    const SDL_Rect at = picture_place(w, width, height);
    w->sdl->RenderCopy(w->renderer, w->picture, NULL, &at);
    if (w->has_frame) draw_frame(w, &at);
}

bool vv__window_draw(vv__window *w)
{
    int width, height;
    if (!w->is_stale) return true;
    if (!w->is_fitted && w->picture) fit(w);
    if (!w->is_shown) w->sdl->ShowWindow(w->window);
    w->is_shown = true;
    w->is_stale = false;
    if (w->sdl->GetRendererOutputSize(w->renderer, &width, &height) != 0)
        return failed(w, "the window cannot be drawn to");
    w->sdl->SetRenderDrawColor(w->renderer, 0x18, 0x18, 0x1a, 255);
    w->sdl->RenderClear(w->renderer);
    if (w->picture) draw_picture(w, width, height);
    for (int i = 0; i < VV__PANEL_PLACES; i++) draw_panel(w, (vv__panel_place)i, width, height);
    w->sdl->RenderPresent(w->renderer);
    return true;
}

/* --- What the user does --------------------------------------------------------------------- */

/* By the letter on the key; where keys have no Latin letters, by its place on a US keyboard. */
static int key_of(const SDL_Keysym *key)
{
    if (key->sym == SDLK_KP_ENTER) return VV__KEY_ENTER;
    if (key->sym > 0 && key->sym < 0x80) return key->sym;
    if (!(key->sym & SDLK_SCANCODE_MASK) && key->scancode >= SDL_SCANCODE_A &&
        key->scancode <= SDL_SCANCODE_Z)
        return 'a' + (int)(key->scancode - SDL_SCANCODE_A);
    return 0;
}

/* False: of no interest. */
static bool understand(vv__window *w, const SDL_Event *event, vv__input *input)
{
    *input = (vv__input){0};
    switch (event->type) {
    case SDL_QUIT:
        input->kind = VV__INPUT_QUIT;
        return true;
    case SDL_KEYDOWN:
        /* Ctrl and its like make other keys of them, which are the window manager's. */
        if (event->key.keysym.mod & (KMOD_CTRL | KMOD_ALT | KMOD_GUI)) return false;
        input->kind = VV__INPUT_KEY;
        input->key = key_of(&event->key.keysym);
        /* A key that is held: only what is typed repeats. */
        return !event->key.repeat || input->key == VV__KEY_BACKSPACE;
    case SDL_TEXTINPUT:
        input->kind = VV__INPUT_TEXT;
        strncpy(input->text, event->text.text, sizeof input->text - 1);
        return true;
    case SDL_WINDOWEVENT:
    case SDL_RENDER_TARGETS_RESET:
        w->is_stale = true;
        return false;
    default:
        return false;
    }
}

bool vv__window_input(vv__window *w, vv__input *input)
{
    SDL_Event event;
    while (w->sdl->PollEvent(&event))
        if (understand(w, &event, input)) return true;
    return false;
}

void vv__window_type(vv__window *w, bool on)
{
    if (on)
        w->sdl->StartTextInput();
    else
        w->sdl->StopTextInput();
}

bool vv__window_pointer(vv__window *w, vv_point *at)
{
    int x, y, width, height, pixels_across, pixels_down;
    if (!w->picture || w->sdl->GetMouseFocus() != w->window) return false;
    w->sdl->GetMouseState(&x, &y);
    w->sdl->GetWindowSize(w->window, &width, &height);
    if (width <= 0 || height <= 0 ||
        w->sdl->GetRendererOutputSize(w->renderer, &pixels_across, &pixels_down) != 0)
        return false;
    const SDL_Rect picture = picture_place(w, pixels_across, pixels_down);
    if (picture.w <= 0) return false;
    /* A window's units are several pixels each on a fine screen. */
    const float scale = (float)w->width / (float)picture.w;
    at->x = ((float)x * (float)pixels_across / (float)width - (float)picture.x) * scale;
    at->y = ((float)y * (float)pixels_down / (float)height - (float)picture.y) * scale;
    return true;
}
