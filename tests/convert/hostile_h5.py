# SPDX-License-Identifier: MIT
# Copyright (c) 2026 The Visavis authors
"""Writes .h5 files that lie, one a case, into a folder: hostile_h5.py FOLDER"""
import os
import sys

import h5py
import numpy as np

LAYER = 'Conv2d_1a_3x3'
folder = sys.argv[1]
cases = []


def case(function):
    cases.append(function)
    return function


def path(name):
    return os.path.join(folder, name)


def listed(file, layers):
    file.attrs['layer_names'] = [name.encode() for name in layers]


def layer(file, weights, name=LAYER):
    """A layer that lists these weights; its group."""
    listed(file, [name])
    group = file.create_group(name)
    group.attrs['weight_names'] = [weight.encode() for weight in weights]
    return group


@case
def small(file):
    """A good file, though of no known network; the tests cut and change it."""
    group = layer(file, ['a/kernel:0', 'a/bias:0'], 'a')
    group.create_dataset('a/kernel:0', data=np.ones((3, 3, 1, 2), np.float32), chunks=(2, 2, 1, 2),
                         compression='gzip', shuffle=True)
    group.create_dataset('a/bias:0', data=np.ones(2, np.float32))


@case
def no_list(file):
    file.create_group(LAYER)


@case
def keras_3(file):
    file['layers/conv2d/vars/0'] = np.ones((3, 3, 3, 32), np.float32)


@case
def list_of_numbers(file):
    file.attrs['layer_names'] = [1, 2, 3]


@case
def layer_missing(file):
    listed(file, [LAYER])


@case
def weight_missing(file):
    layer(file, ['kernel:0'])


@case
def layer_without_list(file):
    listed(file, [LAYER])
    file.create_group(LAYER)


@case
def layer_is_array(file):
    listed(file, [LAYER])
    file.create_dataset(LAYER, data=np.ones(3, np.float32))


@case
def weight_is_group(file):
    layer(file, ['kernel:0']).create_group('kernel:0')


@case
def weight_below_array(file):
    layer(file, ['x/kernel:0']).create_dataset('x', data=np.ones(3, np.float32))


@case
def external_link(file):
    listed(file, [LAYER])
    file[LAYER] = h5py.ExternalLink(path('small.h5'), '/a')


@case
def external_link_to_weight(file):
    layer(file, ['kernel:0'])['kernel:0'] = h5py.ExternalLink(path('small.h5'), '/a/a/kernel:0')


@case
def external_model(file):
    file['model_weights'] = h5py.ExternalLink(path('small.h5'), '/')


@case
def soft_link(file):
    layer(file, ['kernel:0'])['kernel:0'] = h5py.SoftLink('/elsewhere')
    file['elsewhere'] = np.ones(3, np.float32)


@case
def soft_circle(file):
    listed(file, ['x'])
    file['x'] = h5py.SoftLink('/y')
    file['y'] = h5py.SoftLink('/x')


@case
def group_in_itself(file):
    name = '/'.join(['a'] * 100)
    group = file.create_group('a')
    group['a'] = group
    listed(file, [name])
    group.attrs['weight_names'] = [b'kernel:0']
    group.create_dataset('kernel:0', data=np.ones(3, np.float32))


@case
def external_storage(file):
    with open(path('secret.raw'), 'wb') as secret:
        secret.write(b'\0\0\x80\x3f' * 9)
    layer(file, ['kernel:0']).create_dataset('kernel:0', (9,), np.float32,
                                             external=[(path('secret.raw'), 0, 36)])


@case
def virtual(file):
    layout = h5py.VirtualLayout((2,), np.float32)
    layout[:] = h5py.VirtualSource(path('small.h5'), '/a/a/bias:0', (2,))
    layer(file, ['kernel:0']).create_virtual_dataset('kernel:0', layout)


@case
def terabytes(file):
    layer(file, ['kernel:0']).create_dataset('kernel:0', (1 << 20, 1 << 20), np.float32,
                                             chunks=(1024, 1024))


@case
def overflow(file):
    layer(file, ['kernel:0']).create_dataset('kernel:0', (1 << 32, 1 << 32, 3), np.float32,
                                             chunks=(1024, 1024, 1))


@case
def huge_chunk(file):
    layer(file, ['kernel:0']).create_dataset('kernel:0', (16,), np.float32, maxshape=(None,),
                                             chunks=(1 << 29,))


@case
def too_much_in_all(file):
    group = layer(file, ['kernel:0', 'bias:0'])
    for name in ('kernel:0', 'bias:0'):
        group.create_dataset(name, (40 << 20,), np.float32, chunks=(1 << 20,))


@case
def the_same_again(file):
    group = layer(file, ['kernel:0'] * 3000)
    group.create_dataset('kernel:0', (1 << 20,), np.float32, chunks=(1 << 20,))


@case
def five_dimensions(file):
    layer(file, ['kernel:0']).create_dataset('kernel:0', data=np.ones((1,) * 5, np.float32))


@case
def whole_numbers(file):
    layer(file, ['kernel:0']).create_dataset('kernel:0', data=np.ones(3, np.int32))


@case
def structures(file):
    layer(file, ['kernel:0']).create_dataset('kernel:0', (3,), np.dtype([('x', 'f4')]))


@case
def other_compression(file):
    layer(file, ['kernel:0']).create_dataset('kernel:0', data=np.ones(99, np.float32),
                                             compression='lzf')


@case
def scaled(file):
    layer(file, ['kernel:0']).create_dataset('kernel:0', data=np.ones(99, np.float32),
                                             scaleoffset=2)


@case
def long_name(file):
    listed(file, ['x' * 5000])


@case
def empty_name(file):
    listed(file, [''])


@case
def the_root_itself(file):
    listed(file, ['.'])
    file.attrs['weight_names'] = [b'.']


@case
def many_names(file):
    file.attrs['layer_names'] = np.full(20000, b'x', 'S4')


@case
def wide_names(file):
    file.attrs['layer_names'] = np.full(20, b'x', 'S1000000')


@case
def negative_variance(file):
    listed(file, [LAYER, LAYER + '_BatchNorm'])
    ones = np.ones(32, np.float32)
    parts = {LAYER: {'kernel:0': np.ones((3, 3, 3, 32), np.float32)},
             LAYER + '_BatchNorm': {'beta:0': ones, 'moving_mean:0': ones,
                                    'moving_variance:0': -ones}}
    for name, arrays in parts.items():
        group = file.create_group(name)
        group.attrs['weight_names'] = [weight.encode() for weight in arrays]
        for weight, array in arrays.items():
            group[weight] = array


for function in cases:
    with h5py.File(path(function.__name__ + '.h5'), 'w', libver='latest') as file:
        function(file)
