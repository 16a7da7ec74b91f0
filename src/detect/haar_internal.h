/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* What a cascade is, for its reader and its detector. */

#ifndef VV_DETECT_HAAR_INTERNAL_H
#define VV_DETECT_HAAR_INTERNAL_H

#include "detect/haar.h"

#define VV__HAAR_RECTS 3

typedef struct vv__haar_rect {
    int x, y, width, height;
    float weight;
} vv__haar_rect;

typedef struct vv__haar_feature {
    vv__haar_rect rects[VV__HAAR_RECTS];
    int count;
} vv__haar_feature;

/* Below the threshold it goes on to the left. Above 0: a node of the tree; else minus a leaf. */
typedef struct vv__haar_node {
    int left, right, feature;
    float threshold;
} vv__haar_node;

typedef struct vv__haar_tree {
    int first_node, nodes, first_leaf, leaves;
} vv__haar_tree;

typedef struct vv__haar_stage {
    int first_tree, trees;
    float threshold;
} vv__haar_stage;

struct vv__haar {
    int width, height; /* of the window */
    vv__haar_feature *features;
    size_t feature_count, feature_capacity;
    vv__haar_node *nodes;
    size_t node_count, node_capacity;
    float *leaves;
    size_t leaf_count, leaf_capacity;
    vv__haar_tree *trees;
    size_t tree_count, tree_capacity;
    vv__haar_stage *stages;
    size_t stage_count, stage_capacity;
};

#endif
