/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* OpenCV's XML: read in one pass, each element's text taken by where it stands. */

#include <expat.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/file.h"
#include "detect/haar_internal.h"

#define MOST_DEPTH 16
#define MOST_TEXT 4096
#define MOST_NUMBERS 64
/* Far more than any cascade has; bounds what a file can ask for. */
#define MOST_PARTS ((size_t)1 << 16)
/* The sum of a window, and three times that, is then a whole number to floats, too, and that of its
 * squares fits 32 bits. */
#define MOST_WINDOW 140
/* What OpenCV takes off each stage's threshold. */
#define THRESHOLD_SLACK 1e-5f

typedef struct reader {
    vv__haar *cascade;
    const char *path;
    XML_Parser parser;
    char elements[MOST_DEPTH][24];
    int depth;
    char text[MOST_TEXT + 1];
    size_t length;
    bool knows_type;
    locale_t numbers; /* C's: a point is a point */
    int rc;
    vv_error *err;
} reader;

static void stop(reader *r, int code, const char *why)
{
    if (r->rc == 0) r->rc = vv__fail(r->err, code, "%s: %s", r->path, why);
    XML_StopParser(r->parser, XML_FALSE);
}

static void wrong(reader *r, const char *why)
{
    stop(r, VV_ERR_FORMAT, why);
}

/* Whether the path ends in these names: from the innermost element outwards. */
static bool is_in(const reader *r, const char *inner, const char *outer, int levels_between)
{
    const int at = r->depth - 1, above = at - 1 - levels_between;
    return above >= 0 && !strcmp(r->elements[at], inner) && !strcmp(r->elements[above], outer);
}

/* Up to MOST_NUMBERS of the text; -1: something else is there. */
static int read_numbers(const reader *r, double *numbers)
{
    const char *at = r->text;
    int count = 0;
    for (;;) {
        while (*at && strchr(" \t\r\n", *at)) at++;
        if (!*at) return count;
        char *end;
        if (count == MOST_NUMBERS || !strchr("+-.0123456789", *at)) return -1;
        const double value = strtod_l(at, &end, r->numbers);
        /* strtod() also reads hexadecimal. */
        const bool is_decimal = strspn(at, "+-.0123456789eE") >= (size_t)(end - at);
        if (end == at || !is_decimal || !isfinite(value) || fabs(value) > 1e9) return -1;
        numbers[count++] = value;
        at = end;
    }
}

/* Room for one more in an array that may not grow for ever. */
static bool make_room(reader *r, void **array, size_t *capacity, size_t count, size_t size)
{
    if (count >= MOST_PARTS)
        stop(r, VV_ERR_LIMIT, "more features than any cascade has");
    else if (vv__grow(array, capacity, count, size) < 0)
        r->rc = vv__fail_nomem(r->err, r->path), XML_StopParser(r->parser, XML_FALSE);
    return r->rc == 0;
}

static void add_stage(reader *r)
{
    vv__haar *c = r->cascade;
    if (!make_room(r, (void **)&c->stages, &c->stage_capacity, c->stage_count, sizeof *c->stages))
        return;
    c->stages[c->stage_count++] = (vv__haar_stage){.first_tree = (int)c->tree_count};
}

static void add_feature(reader *r)
{
    vv__haar *c = r->cascade;
    if (!make_room(r, (void **)&c->features, &c->feature_capacity, c->feature_count,
                   sizeof *c->features))
        return;
    c->features[c->feature_count++] = (vv__haar_feature){.count = 0};
}

static void take_nodes(reader *r, const double *numbers, int count)
{
    vv__haar *c = r->cascade;
    if (count < 4 || count % 4) {
        wrong(r, "a tree whose nodes are not four numbers each");
        return;
    }
    if (!c->stage_count ||
        !make_room(r, (void **)&c->trees, &c->tree_capacity, c->tree_count, sizeof *c->trees))
        return;
    vv__haar_tree *tree = &c->trees[c->tree_count++];
    *tree = (vv__haar_tree){
        .first_node = (int)c->node_count, .nodes = count / 4, .first_leaf = (int)c->leaf_count};
    c->stages[c->stage_count - 1].trees++;
    for (int i = 0; i < count; i += 4) {
        if (!make_room(r, (void **)&c->nodes, &c->node_capacity, c->node_count, sizeof *c->nodes))
            return;
        c->nodes[c->node_count++] = (vv__haar_node){(int)numbers[i], (int)numbers[i + 1],
                                                    (int)numbers[i + 2], (float)numbers[i + 3]};
    }
}

static void take_leaves(reader *r, const double *numbers, int count)
{
    vv__haar *c = r->cascade;
    if (!c->tree_count || c->trees[c->tree_count - 1].leaves || count < 1) {
        wrong(r, "values of leaves without their tree");
        return;
    }
    c->trees[c->tree_count - 1].leaves = count;
    for (int i = 0; i < count; i++) {
        if (!make_room(r, (void **)&c->leaves, &c->leaf_capacity, c->leaf_count, sizeof *c->leaves))
            return;
        c->leaves[c->leaf_count++] = (float)numbers[i];
    }
}

static void take_rect(reader *r, const double *numbers, int count)
{
    vv__haar *c = r->cascade;
    vv__haar_feature *feature = c->feature_count ? &c->features[c->feature_count - 1] : NULL;
    if (count != 5 || !feature || feature->count == VV__HAAR_RECTS) {
        wrong(r, "a rectangle that is not x, y, width, height and weight");
        return;
    }
    feature->rects[feature->count++] = (vv__haar_rect){
        (int)numbers[0], (int)numbers[1], (int)numbers[2], (int)numbers[3], (float)numbers[4]};
}

static void take_word(reader *r)
{
    if (is_in(r, "stageType", "cascade", 0) && !strstr(r->text, "BOOST"))
        stop(r, VV_ERR_UNSUPPORTED, "a cascade whose stages are not boosted");
    if (is_in(r, "featureType", "cascade", 0)) {
        r->knows_type = true;
        if (!strstr(r->text, "HAAR"))
            stop(r, VV_ERR_UNSUPPORTED, "a cascade of other than Haar's features (LBP or HOG)");
    }
}

/* Elements whose numbers nothing can do without. */
static bool needs_numbers(const reader *r)
{
    return is_in(r, "internalNodes", "weakClassifiers", 1) ||
           is_in(r, "leafValues", "weakClassifiers", 1) ||
           is_in(r, "stageThreshold", "stages", 1) || is_in(r, "_", "rects", 0);
}

/* The text of an element that has ended. */
static void take(reader *r)
{
    double n[MOST_NUMBERS];
    vv__haar *c = r->cascade;
    take_word(r);
    const int count = read_numbers(r, n);
    if (r->rc < 0) return;
    if (count < 1) {
        if (needs_numbers(r)) wrong(r, "something other than numbers where numbers belong");
        return;
    }
    if (is_in(r, "width", "cascade", 0)) c->width = (int)n[0];
    if (is_in(r, "height", "cascade", 0)) c->height = (int)n[0];
    if (is_in(r, "stageThreshold", "stages", 1) && c->stage_count)
        c->stages[c->stage_count - 1].threshold = (float)n[0] - THRESHOLD_SLACK;
    if (is_in(r, "internalNodes", "weakClassifiers", 1)) take_nodes(r, n, count);
    if (is_in(r, "leafValues", "weakClassifiers", 1)) take_leaves(r, n, count);
    if (is_in(r, "_", "rects", 0)) take_rect(r, n, count);
    if (is_in(r, "tilted", "features", 1) && n[0] != 0)
        stop(r, VV_ERR_UNSUPPORTED, "a cascade with tilted features; take one without");
}

static void XMLCALL begin(void *cookie, const XML_Char *name, const XML_Char **attributes)
{
    reader *r = cookie;
    r->length = 0;
    for (; attributes[0]; attributes += 2)
        if (!strcmp(attributes[0], "type_id") && !strcmp(attributes[1], "opencv-haar-classifier"))
            stop(r, VV_ERR_UNSUPPORTED,
                 "a cascade of OpenCV's old format; take one of the present");
    if (r->rc < 0) return;
    if (r->depth == MOST_DEPTH) {
        wrong(r, "elements nested too deeply");
        return;
    }
    snprintf(r->elements[r->depth++], sizeof r->elements[0], "%.23s", name);
    if (is_in(r, "_", "stages", 0)) add_stage(r);
    if (is_in(r, "_", "features", 0)) add_feature(r);
}

static void XMLCALL end(void *cookie, const XML_Char *name)
{
    reader *r = cookie;
    (void)name;
    r->text[r->length] = '\0';
    if (r->rc == 0 && r->length) take(r);
    r->length = 0;
    /* One more end may follow where reading was stopped at a beginning. */
    if (r->depth) r->depth--;
}

static void XMLCALL add_text(void *cookie, const XML_Char *text, int length)
{
    reader *r = cookie;
    const size_t room = MOST_TEXT - r->length;
    const size_t taken = (size_t)length < room ? (size_t)length : room;
    if (taken < (size_t)length && needs_numbers(r)) wrong(r, "more numbers than belong together");
    memcpy(r->text + r->length, text, taken);
    r->length += taken;
}

/* Entities could make a small file a large one. */
static void XMLCALL refuse_entity(void *cookie, const XML_Char *name, int is_parameter,
                                  const XML_Char *value, int length, const XML_Char *base,
                                  const XML_Char *system, const XML_Char *public,
                                  const XML_Char *notation)
{
    (void)name, (void)is_parameter, (void)value, (void)length, (void)base, (void)system;
    (void)public, (void)notation;
    wrong(cookie, "XML with entities, which no cascade has");
}

static bool tree_fits(const vv__haar *c, const vv__haar_tree *tree)
{
    for (int i = 0; i < tree->nodes; i++) {
        const vv__haar_node *node = &c->nodes[tree->first_node + i];
        const int children[2] = {node->left, node->right};
        for (int k = 0; k < 2; k++) {
            /* Only forwards, so that every walk ends. */
            const bool is_node = children[k] > i && children[k] < tree->nodes;
            const bool is_leaf = children[k] <= 0 && -children[k] < tree->leaves;
            if (!is_node && !is_leaf) return false;
        }
        if (node->feature < 0 || (size_t)node->feature >= c->feature_count) return false;
    }
    return true;
}

static bool feature_fits(const vv__haar *c, const vv__haar_feature *feature)
{
    for (int i = 0; i < feature->count; i++) {
        const vv__haar_rect *rect = &feature->rects[i];
        if (rect->x < 0 || rect->y < 0 || rect->width < 1 || rect->height < 1 ||
            rect->x > c->width - rect->width || rect->y > c->height - rect->height)
            return false;
    }
    return feature->count > 0;
}

static void check(reader *r)
{
    const vv__haar *c = r->cascade;
    if (!r->knows_type || !c->stage_count || !c->feature_count)
        wrong(r, "not a cascade of OpenCV's present format");
    else if (c->width < 4 || c->height < 4 || c->width > MOST_WINDOW || c->height > MOST_WINDOW)
        wrong(r, "a window of no possible size");
    for (size_t i = 0; r->rc == 0 && i < c->feature_count; i++)
        if (!feature_fits(c, &c->features[i])) wrong(r, "a feature that reaches out of the window");
    for (size_t i = 0; r->rc == 0 && i < c->stage_count; i++)
        if (!c->stages[i].trees) wrong(r, "a stage without trees");
    for (size_t i = 0; r->rc == 0 && i < c->tree_count; i++)
        if (!tree_fits(c, &c->trees[i])) wrong(r, "a tree that leads nowhere");
}

static int parse(reader *r, const vv__mapping *file)
{
    r->parser = XML_ParserCreate(NULL);
    r->numbers = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    if (!r->parser || !r->numbers) {
        if (r->parser) XML_ParserFree(r->parser);
        if (r->numbers) freelocale(r->numbers);
        return vv__fail_nomem(r->err, r->path);
    }
    XML_SetUserData(r->parser, r);
    XML_SetElementHandler(r->parser, begin, end);
    XML_SetCharacterDataHandler(r->parser, add_text);
    XML_SetEntityDeclHandler(r->parser, refuse_entity);
    if (file->size > INT32_MAX)
        stop(r, VV_ERR_LIMIT, "too large for a cascade");
    else if (XML_Parse(r->parser, (const char *)file->data, (int)file->size, XML_TRUE) !=
                 XML_STATUS_OK &&
             r->rc == 0)
        r->rc = vv__fail(r->err, VV_ERR_FORMAT, "%s: not XML: %s in line %lu", r->path,
                         XML_ErrorString(XML_GetErrorCode(r->parser)),
                         (unsigned long)XML_GetCurrentLineNumber(r->parser));
    if (r->rc == 0) check(r);
    XML_ParserFree(r->parser);
    freelocale(r->numbers);
    return r->rc;
}

int vv__haar_open(vv__haar **out, const char *path, vv_error *err)
{
    *out = NULL;
    vv__mapping file;
    int rc = vv__map_file(&file, path, err);
    if (rc < 0) return rc;
    reader *r = vv__calloc(1, sizeof *r);
    vv__haar *cascade = vv__calloc(1, sizeof *cascade);
    rc = r && cascade ? 0 : vv__fail_nomem(err, path);
    if (rc == 0) {
        r->cascade = cascade;
        r->path = path;
        r->err = err;
        rc = parse(r, &file);
    }
    vv__free(r);
    vv__unmap_file(&file);
    if (rc < 0)
        vv__haar_close(&cascade);
    else
        *out = cascade;
    return rc;
}

void vv__haar_close(vv__haar **cascade)
{
    vv__haar *c = *cascade;
    if (!c) return;
    vv__free(c->features);
    vv__free(c->nodes);
    vv__free(c->leaves);
    vv__free(c->trees);
    vv__free(c->stages);
    vv__free(c);
    *cascade = NULL;
}
