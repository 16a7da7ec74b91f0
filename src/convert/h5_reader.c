/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* visavis-read-h5: a .h5 file on standard input, its tensors on standard output (weights.h). Run by
 * h5_child.c, and of no use by itself. HDF5's library runs in here and nowhere else: what a hostile
 * file may do to it ends at the limits below, and at a process that can open and run nothing. */

#include <stdbool.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/confine.h"
#include "base/error.h"
#include "convert/h5_read.h"

/* The file, HDF5's two copies of it, and what it needs besides. */
#define MOST_MEMORY(file_size) (3 * (rlim_t)(file_size) + ((rlim_t)1 << 30))
/* Fifty times what the largest network takes, compressed: some damaged files never end. */
#define MOST_CPU_SECONDS 20

static int put(void *cookie, const void *bytes, size_t size)
{
    return fwrite(bytes, 1, size, cookie) == size ? 0 : VV_ERR_IO;
}

static int send(void *cookie, const vv__weight *weight, vv_error *err)
{
    const int rc = vv__weights_send_tensor(put, cookie, weight);
    return rc < 0 ? vv__fail(err, rc, "nobody takes what is read") : 0;
}

static int read_input(vv_error *err)
{
    struct stat st;
    if (fstat(STDIN_FILENO, &st) != 0 || !S_ISREG(st.st_mode) || st.st_size <= 0)
        return vv__fail(err, VV_ERR_FORMAT, "is empty, or no regular file");
    const size_t size = (size_t)st.st_size;
    void *data = mmap(NULL, size, PROT_READ, MAP_PRIVATE, STDIN_FILENO, 0);
    if (data == MAP_FAILED) return vv__fail_nomem(err, "file");
    if (!vv__confine(MOST_MEMORY(size), MOST_CPU_SECONDS))
        return vv__fail(err, VV_ERR_INTERNAL, "the limits for reading it could not be set");
    return vv__h5_read(data, size, send, stdout, err);
}

int main(void)
{
    vv_error err = {0};
    if (vv__weights_send_start(put, stdout) < 0) return 1;
    const int rc = read_input(&err);
    const bool sent = vv__weights_send_end(put, stdout, rc < 0 ? &err : NULL) == 0;
    /* What libraries would do on the way out is of no use here, and may need what is forbidden. */
    _exit(sent && fflush(stdout) == 0 ? 0 : 1);
}
