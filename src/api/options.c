/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "api/options.h"

#include <string.h>

#include "base/error.h"

#define DEFAULT_MIN_FACE_PX 40
#define LEAST_MIN_FACE_PX 12
#define MOST_MIN_FACE_PX 100000
/* No struct grows so large: a greater number is memory that was never initialised. */
#define MOST_STRUCT_BYTES 65536

int vv__check_size(size_t size, vv_error *err)
{
    if (size >= sizeof size && size <= MOST_STRUCT_BYTES) return 0;
    return vv__fail(err, VV_ERR_INVALID,
                    "options: their size is not set; initialise them with a VV_..._INIT macro");
}

int vv__options_copy(void *out, size_t size, const void *given, vv_error *err)
{
    memset(out, 0, size);
    memcpy(out, &size, sizeof size);
    if (!given) return 0;
    size_t given_size;
    memcpy(&given_size, given, sizeof given_size);
    const int rc = vv__check_size(given_size, err);
    if (rc < 0) return rc;
    memcpy(out, given, given_size < size ? given_size : size);
    memcpy(out, &size, sizeof size);
    return 0;
}

int vv__identify_options(vv_identify_options *out, const vv_identify_options *given, vv_error *err)
{
    const int rc = vv__options_copy(out, sizeof *out, given, err);
    if (rc < 0) return rc;
    if (!(out->threshold >= 0))
        return vv__fail(err, VV_ERR_INVALID, "identify: a threshold of %g; give 0 or more",
                        (double)out->threshold);
    if ((unsigned)out->strictness > VV_LENIENT)
        return vv__fail(err, VV_ERR_INVALID,
                        "identify: strictness %d; give one of VV_NORMAL, "
                        "VV_STRICT and VV_LENIENT",
                        (int)out->strictness);
    if (out->candidates < 0)
        return vv__fail(err, VV_ERR_INVALID, "identify: %d candidates; give 0 or more",
                        out->candidates);
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
