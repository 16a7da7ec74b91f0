/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Small files as Keras writes them: lists of names as attributes, a group a layer. */

#include "fuzz/target.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <hdf5.h>

#include "base/file.h"

static void put_names(hid_t object, const char *attribute, const char *const *names, size_t count)
{
    char fixed[8][64] = {{0}};
    const hsize_t size = count;
    const hid_t type = H5Tcopy(H5T_C_S1), space = H5Screate_simple(1, &size, NULL);
    for (size_t i = 0; i < count; i++) snprintf(fixed[i], sizeof fixed[0], "%s", names[i]);
    H5Tset_size(type, sizeof fixed[0]);
    const hid_t made = H5Acreate2(object, attribute, type, space, H5P_DEFAULT, H5P_DEFAULT);
    FUZZ_CHECK(made >= 0 && H5Awrite(made, type, fixed) >= 0);
    H5Aclose(made);
    H5Sclose(space);
    H5Tclose(type);
}

static void put_numbers(hid_t group, const char *name, int rank, const hsize_t *dims, bool packed)
{
    static const float numbers[256] = {1, -2, 0.5f};
    const hid_t space = H5Screate_simple(rank, dims, NULL), how = H5Pcreate(H5P_DATASET_CREATE);
    const hid_t links = H5Pcreate(H5P_LINK_CREATE);
    H5Pset_create_intermediate_group(links, 1);
    if (packed) {
        H5Pset_chunk(how, rank, dims);
        H5Pset_shuffle(how);
        H5Pset_deflate(how, 6);
    }
    const hid_t made = H5Dcreate2(group, name, H5T_IEEE_F32LE, space, links, how, H5P_DEFAULT);
    FUZZ_CHECK(made >= 0 &&
               H5Dwrite(made, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, numbers) >= 0);
    H5Dclose(made);
    H5Pclose(links);
    H5Pclose(how);
    H5Sclose(space);
}

static void put_layer(hid_t root, const char *name, bool packed)
{
    static const hsize_t kernel[4] = {3, 3, 1, 4}, bias[1] = {4};
    char names[2][64];
    const char *const list[2] = {names[0], names[1]};
    const hid_t group = H5Gcreate2(root, name, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    snprintf(names[0], sizeof names[0], "%s/kernel:0", name);
    snprintf(names[1], sizeof names[1], "%s/bias:0", name);
    put_names(group, "weight_names", list, 2);
    put_numbers(group, names[0], 4, kernel, packed);
    put_numbers(group, names[1], 1, bias, false);
    H5Gclose(group);
}

/* `group`: NULL, or that of a whole saved model. */
static void give_file(fuzz_give give, void *cookie, const char *name, const char *group,
                      bool packed)
{
    static const char *const layers[2] = {"Conv2d_1a_3x3", "conv1"};
    const char *path = fuzz_file("seed.h5", NULL, 0);
    const hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    FUZZ_CHECK(file >= 0);
    const hid_t root =
        group ? H5Gcreate2(file, group, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT) : file;
    put_names(root, "layer_names", layers, 2);
    for (size_t i = 0; i < 2; i++) put_layer(root, layers[i], packed);
    if (group) H5Gclose(root);
    H5Fclose(file);
    vv__mapping bytes;
    FUZZ_CHECK(vv__map_file(&bytes, path, NULL) == 0);
    give(cookie, name, bytes.data, bytes.size);
    vv__unmap_file(&bytes);
}

void fuzz_seeds(fuzz_give give, void *cookie)
{
    give_file(give, cookie, "plain", NULL, false);
    give_file(give, cookie, "packed", NULL, true);
    give_file(give, cookie, "model", "model_weights", false);
}
