/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "api/options.h"

#include <string.h>

#include "base/error.h"

#define DEFAULT_MIN_FACE_PX 40
#define LEAST_MIN_FACE_PX 12
#define MOST_MIN_FACE_PX 100000
/* No option struct grows so large: a greater number is memory that was never initialised. */
#define MOST_OPTION_BYTES 65536

int vv__options_copy(void *out, size_t size, const void *given, vv_error *err)
{
    memset(out, 0, size);
    memcpy(out, &size, sizeof size);
    if (!given) return 0;
    size_t given_size;
    memcpy(&given_size, given, sizeof given_size);
    if (given_size < sizeof given_size || given_size > MOST_OPTION_BYTES)
        return vv__fail(err, VV_ERR_INVALID,
                        "options: their size is not set; initialise them with a VV_..._INIT macro");
    memcpy(out, given, given_size < size ? given_size : size);
    memcpy(out, &size, sizeof size);
    return 0;
}

int vv__fail_null(vv_error *err, const char *argument)
{
    return vv__fail(err, VV_ERR_INVALID, "argument %s: must not be NULL", argument);
}

int vv__min_face(int *min_face_px, vv_error *err)
{
    if (*min_face_px == 0) *min_face_px = DEFAULT_MIN_FACE_PX;
    if (*min_face_px >= LEAST_MIN_FACE_PX && *min_face_px <= MOST_MIN_FACE_PX) return 0;
    return vv__fail(err, VV_ERR_INVALID, "smallest face: %d pixels; give %d to %d", *min_face_px,
                    LEAST_MIN_FACE_PX, MOST_MIN_FACE_PX);
}
