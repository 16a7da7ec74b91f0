/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* SDL, which windows are made with, opened when the first one is wanted. It brings two dozen
 * libraries of sound and graphics, which no other command is to load, and which a server without a
 * screen need not have. */

#ifndef VV_CLI_SDL_H
#define VV_CLI_SDL_H

#include <SDL.h>

#define VV__SDL_FUNCTIONS(X)                                                                       \
    X(CreateRenderer)                                                                              \
    X(CreateTexture)                                                                               \
    X(CreateWindow)                                                                                \
    X(DestroyRenderer)                                                                             \
    X(DestroyTexture)                                                                              \
    X(DestroyWindow)                                                                               \
    X(GL_GetProcAddress)                                                                           \
    X(GetDisplayUsableBounds)                                                                      \
    X(GetError)                                                                                    \
    X(GetMouseFocus)                                                                               \
    X(GetMouseState)                                                                               \
    X(GetRendererInfo)                                                                             \
    X(GetRendererOutputSize)                                                                       \
    X(GetWindowDisplayIndex)                                                                       \
    X(GetWindowSize)                                                                               \
    X(Init)                                                                                        \
    X(LockTexture)                                                                                 \
    X(PollEvent)                                                                                   \
    X(Quit)                                                                                        \
    X(RenderClear)                                                                                 \
    X(RenderCopy)                                                                                  \
    X(RenderFillRect)                                                                              \
    X(RenderPresent)                                                                               \
    X(SetHint)                                                                                     \
    X(SetRenderDrawColor)                                                                          \
    X(SetTextureAlphaMod)                                                                          \
    X(SetTextureBlendMode)                                                                         \
    X(SetWindowMinimumSize)                                                                        \
    X(SetWindowPosition)                                                                           \
    X(SetWindowSize)                                                                               \
    X(SetWindowTitle)                                                                              \
    X(ShowWindow)                                                                                  \
    X(StartTextInput)                                                                              \
    X(StopTextInput)                                                                               \
    X(UnlockTexture)

typedef struct vv__sdl {
#define VV__SDL_POINTER(name) __typeof__(SDL_##name) *name;
    VV__SDL_FUNCTIONS(VV__SDL_POINTER)
#undef VV__SDL_POINTER
} vv__sdl;

/* NULL: it is not there, which was said. It stays until the end of the program. */
const vv__sdl *vv__sdl_load(void);

#endif
