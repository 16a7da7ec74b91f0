/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "api/rule.h"

/* Shares of the card's threshold, by strictness; docs/accuracy.md has what they do. */
static const struct {
    float threshold, margin, least_quality;
} strictnesses[] = {
    [VV_NORMAL] = {1, 0.02f, 0.01f},
    [VV_STRICT] = {0.9f, 0.08f, 0.15f},
    [VV_LENIENT] = {1.05f, 0, 0},
};

vv__rule vv__rule_of(const vv__card *card, const vv_identify_options *options)
{
    const float all = card->threshold;
    vv__rule rule = {.threshold = strictnesses[options->strictness].threshold * all,
                     .margin = strictnesses[options->strictness].margin * all,
                     .least_quality = strictnesses[options->strictness].least_quality};
    if (options->threshold > 0) rule.threshold = options->threshold;
    return rule;
}

/* Faces that are pictured badly are like other such faces, whoever they are: below the one quality
 * they have to be nearer, down to so much of the threshold at the other. */
#define GOOD_ENOUGH 0.3f
#define BAD 0.1f
#define NEARER 0.05f

float vv__rule_threshold(const vv__rule *rule, float quality)
{
    if (!(quality < GOOD_ENOUGH)) return rule->threshold;
    const float bad = quality > BAD ? (GOOD_ENOUGH - quality) / (GOOD_ENOUGH - BAD) : 1;
    return rule->threshold * (1 - NEARER * bad);
}

vv_verdict vv__rule_judge(const vv__rule *rule, float distance, float margin, float quality)
{
    if (!(distance < vv__rule_threshold(rule, quality))) return VV_VERDICT_TOO_FAR;
    if (quality < rule->least_quality) return VV_VERDICT_POOR;
    if (margin < rule->margin) return VV_VERDICT_AMBIGUOUS;
    return VV_VERDICT_NAMED;
}

const char *vv_verdict_text(vv_verdict verdict)
{
    switch (verdict) {
    case VV_VERDICT_NAMED:
        return "near enough, and pictured well enough";
    case VV_VERDICT_TOO_FAR:
        return "nobody is near enough";
    case VV_VERDICT_AMBIGUOUS:
        return "two people are too nearly alike";
    case VV_VERDICT_POOR:
        return "the face is not pictured well enough";
    case VV_VERDICT_ELSEWHERE:
        return "the nearest person suits another face better";
    case VV_VERDICT_FEW_VIEWS:
        return "too little was seen of it";
    default:
        return "nobody was looked up";
    }
}
