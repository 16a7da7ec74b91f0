/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include <math.h>

#include "commands.h"
#include "json_out.h"
#include "message.h"
#include "session.h"

static const char *basis_name(vv_calibration_basis basis)
{
    static const char *const names[] = {[VV_CALIBRATION_PEOPLE] = "people",
                                        [VV_CALIBRATION_FEW_PEOPLE] = "few people",
                                        [VV_CALIBRATION_CARD] = "card",
                                        [VV_CALIBRATION_NONE] = "none"};
    return names[basis];
}

static void warn(const vv_calibration *c)
{
    static const char *const by[] = {
        [VV_CALIBRATION_FEW_PEOPLE] = "they set the threshold all the same, since any larger one "
                                      "takes too many of them for one another",
        [VV_CALIBRATION_CARD] = "the threshold is by what the model's card says",
        [VV_CALIBRATION_NONE] = "the model's card does not tell of its rate either, so its usual "
                                "threshold is given"};
    if (c->basis == VV_CALIBRATION_PEOPLE) return;
    if (!c->different_pairs)
        vv__cli_warning("no pairs of different people to tell a rate of %g; %s", c->far,
                        by[c->basis]);
    else if (c->far < c->smallest_far)
        vv__cli_warning(
            "%zu pairs of different people cannot show a rate of %g: with none accepted, "
            "it may still be %.2g; %s",
            c->different_pairs, c->far, c->smallest_far, by[c->basis]);
    else
        vv__cli_warning(
            "%zu pairs of different people show a rate of %g only roughly (%.2g and more "
            "they would tell); %s",
            c->different_pairs, c->far, c->sure_far, by[c->basis]);
}

static void say(const vv_calibration *c)
{
    vv__cli_say("threshold %.3f for a false-accept rate of %g", c->threshold, c->far);
    vv__cli_say(
        "%zu people, %zu photos: %zu pairs of different people, of which %zu are accepted at "
        "it; %zu pairs of the same",
        c->people, c->encodings, c->different_pairs, c->false_accepts, c->same_pairs);
    if (isfinite(c->tar))
        vv__cli_say("%.1f %% of the pairs of the same person are accepted", 100 * c->tar);
    vv__cli_say("%zu of %zu photos would get a name, were the others strangers to them",
                c->named_as_strangers, c->encodings);
}

static void print(const vv_calibration *c)
{
    vv__cli_json_print(json_pack(
        "{s:o, s:o, s:s, s:I, s:I, s:I, s:I, s:I, s:o, s:o, s:o, s:o, s:o, s:I}", "far",
        json_real(c->far), "threshold", vv__cli_json_number(c->threshold, 6), "basis",
        basis_name(c->basis), "people", (json_int_t)c->people, "photos", (json_int_t)c->encodings,
        "different_pairs", (json_int_t)c->different_pairs, "same_pairs", (json_int_t)c->same_pairs,
        "false_accepts", (json_int_t)c->false_accepts, "tar", vv__cli_json_number(c->tar, 6),
        "people_threshold", vv__cli_json_number(c->people_threshold, 6), "card_threshold",
        vv__cli_json_number(c->card_threshold, 6), "smallest_far",
        vv__cli_json_number(c->smallest_far, 9), "sure_far", vv__cli_json_number(c->sure_far, 9),
        "named_as_strangers", (json_int_t)c->named_as_strangers));
}

int vv__cli_calibrate(const vv__cli_settings *settings)
{
    vv_context *ctx = NULL;
    vv_gallery *gallery = NULL;
    vv_calibration calibration = VV_CALIBRATION_INIT;
    vv_error err;
    int status = VV__CLI_FAILED;
    if (!settings->people) {
        vv__cli_error("calibrate: which people is missing; give --people GALLERY");
        return VV__CLI_FAILED;
    }
    if (!vv__cli_session_open(&ctx, settings) || !vv__cli_gallery_open(&gallery, ctx, settings))
        goto done;
    if (vv_calibrate(gallery, settings->far, &calibration, &err) < 0) {
        vv__cli_error("%s", err.message);
        goto done;
    }
    warn(&calibration);
    if (settings->json)
        print(&calibration);
    else
        say(&calibration);
    status = VV__CLI_DONE;
done:
    vv_gallery_close(&gallery);
    vv__cli_session_close(&ctx);
    return status;
}
