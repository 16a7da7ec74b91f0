/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* A folder of people: `Ross.jpg`, or `Ross/<any photo>`. */

#ifndef VV_GALLERY_FOLDER_H
#define VV_GALLERY_FOLDER_H

#include "visavis.h"

typedef struct vv__people_photo {
    char *person, *path;
} vv__people_photo;

typedef struct vv__people_photos {
    vv__people_photo *photos; /* sorted by person, then path */
    size_t count;
} vv__people_photos;

/* `is_photo` tells by name which files count. An empty folder is 0 photos. */
int vv__folder_list(vv__people_photos *out, const char *folder, bool (*is_photo)(const char *path),
                    vv_error *err);
/* Keep only each person's first `most` photos. */
void vv__people_photos_limit(vv__people_photos *photos, size_t most);
void vv__people_photos_free(vv__people_photos *photos);

#endif
