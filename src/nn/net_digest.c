/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/hash.h"
#include "nn/net_internal.h"

int vv__net_digest(const vv__net *net, uint8_t digest[32], vv_error *err)
{
    const size_t count = net->external.count + 1;
    uint8_t *digests = vv__calloc(count, 32);
    if (!digests) return vv__fail_nomem(err, net->name);
    vv__sha256(net->mapping.data, net->mapping.size, digests);
    for (size_t i = 1; i < count; i++) {
        const vv__mapping *file = &net->external.files[i - 1].mapping;
        vv__sha256(file->data, file->size, digests + 32 * i);
    }
    if (count == 1)
        memcpy(digest, digests, 32);
    else
        vv__sha256(digests, count * 32, digest);
    vv__free(digests);
    return 0;
}
