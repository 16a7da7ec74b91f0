# SPDX-License-Identifier: MIT
# Copyright (c) 2026 The Visavis authors
"""Writes a Keras .h5 file of FaceNet or OpenFace's nn4.small2 with seeded random weights.

usage: keras_h5.py facenet|openface SEED OUT.h5 [WAY...]

The numbers are drawn as those were that tests/data/*_seed1.json holds the encodings for: layer by
layer in the network's order, the kernel first, every array with one call. WAY is one of the ways in
which Keras, or its users, keep the same weights:

  whole          the whole model was saved: all groups are below model_weights
  variable       strings of variable length
  pieces         the list of layers is cut in pieces, as Keras does with long ones
  compressed     arrays in chunks, shuffled and compressed, with checksums
  double         64-bit numbers
  keras1         the names of Keras 1: NAME_W, NAME_running_std
  nested         all layers belong to a model that is one layer itself
  padded         layers without weights between the others
  without=LAYER  that layer is missing
  turned=LAYER   the axes of its kernel are in Theano's order
  nan=LAYER      its first weight begins with a number that is none
"""
import sys

import h5py
import numpy as np


def block(prefix, *branches, up=None):
    """Rows of an inception block: (name, shape) of each convolution, and the one that closes it."""
    rows = [(prefix + name, shape, False) for branch in branches for name, shape in branch]
    return rows + ([(prefix + 'Conv2d_1x1', (1, 1) + up, True)] if up else [])


def chain(number, *convolutions):
    """One branch: 'a_1x1' is a convolution of that size; what comes out goes into the next."""
    return [(f'Branch_{number}_Conv2d_{name}', tuple(int(s) for s in name[-3:].split('x')) + channels)
            for name, channels in convolutions]


def facenet_rows():
    rows = [('Conv2d_1a_3x3', (3, 3, 3, 32), False), ('Conv2d_2a_3x3', (3, 3, 32, 32), False),
            ('Conv2d_2b_3x3', (3, 3, 32, 64), False), ('Conv2d_3b_1x1', (1, 1, 64, 80), False),
            ('Conv2d_4a_3x3', (3, 3, 80, 192), False), ('Conv2d_4b_3x3', (3, 3, 192, 256), False)]
    for i in range(5):
        rows += block(f'Block35_{i + 1}_', chain(0, ('1x1', (256, 32))),
                      chain(1, ('0a_1x1', (256, 32)), ('0b_3x3', (32, 32))),
                      chain(2, ('0a_1x1', (256, 32)), ('0b_3x3', (32, 32)), ('0c_3x3', (32, 32))),
                      up=(96, 256))
    rows += block('Mixed_6a_', chain(0, ('1a_3x3', (256, 384))),
                  chain(1, ('0a_1x1', (256, 192)), ('0b_3x3', (192, 192)), ('1a_3x3', (192, 256))))
    for i in range(10):
        rows += block(f'Block17_{i + 1}_', chain(0, ('1x1', (896, 128))),
                      chain(1, ('0a_1x1', (896, 128)), ('0b_1x7', (128, 128)), ('0c_7x1', (128, 128))),
                      up=(256, 896))
    rows += block('Mixed_7a_', chain(0, ('0a_1x1', (896, 256)), ('1a_3x3', (256, 384))),
                  chain(1, ('0a_1x1', (896, 256)), ('1a_3x3', (256, 256))),
                  chain(2, ('0a_1x1', (896, 256)), ('0b_3x3', (256, 256)), ('1a_3x3', (256, 256))))
    for i in range(6):
        rows += block(f'Block8_{i + 1}_', chain(0, ('1x1', (1792, 192))),
                      chain(1, ('0a_1x1', (1792, 192)), ('0b_1x3', (192, 192)), ('0c_3x1', (192, 192))),
                      up=(384, 1792))
    return rows


def facenet(draw):
    def norm(channels):
        return {'beta': 0.1 * draw(channels), 'moving_mean': 0.1 * draw(channels),
                'moving_variance': 1 + 0.1 * np.abs(draw(channels))}

    for name, shape, has_bias in facenet_rows():
        spread = np.sqrt(1.6 / (shape[0] * shape[1] * shape[2]))
        parts = {'kernel': spread * draw(*shape)}
        if has_bias:
            parts['bias'] = 0.05 * draw(shape[3])
        yield name, parts
        if not has_bias:
            yield name + '_BatchNorm', norm(shape[3])
    yield 'Bottleneck', {'kernel': draw(1792, 128) / np.sqrt(1792)}
    yield 'Bottleneck_BatchNorm', norm(128)


# Of each inception module: what comes in, then the channels of its 3x3 pair, its 5x5 pair, the
# convolution after its pool, and the 1x1.
OPENFACE_MODULES = [
    ('3a', 192, (96, 128), (16, 32), 32, 64), ('3b', 256, (96, 128), (32, 64), 64, 64),
    ('3c', 320, (128, 256), (32, 64), None, None), ('4a', 640, (96, 192), (32, 64), 128, 256),
    ('4e', 640, (160, 256), (64, 128), None, None), ('5a', 1024, (96, 384), None, 96, 256),
    ('5b', 736, (96, 384), None, 96, 256)]


def openface_rows():
    yield from [('conv1', 7, 3, 64), ('conv2', 1, 64, 64), ('conv3', 3, 64, 192)]
    for name, channels, three, five, pool, one in OPENFACE_MODULES:
        prefix = f'inception_{name}_'
        for side, pair in ((3, three), (5, five)):
            if pair:
                yield f'{prefix}{side}x{side}_conv1', 1, channels, pair[0]
                yield f'{prefix}{side}x{side}_conv2', side, pair[0], pair[1]
        if pool:
            yield prefix + 'pool_conv', 1, channels, pool
        if one:
            yield prefix + '1x1_conv', 1, channels, one


def openface(draw):
    for name, side, channels, out in openface_rows():
        spread = np.sqrt(1.8 / (side * side * channels))
        yield name, {'kernel': spread * draw(side, side, channels, out), 'bias': 0.05 * draw(out)}
        yield name.replace('conv', 'bn'), {
            'gamma': 1 + 0.05 * draw(out), 'beta': 0.1 * draw(out), 'moving_mean': 0.1 * draw(out),
            'moving_variance': 1 + 0.1 * np.abs(draw(out))}
    yield 'dense_layer', {'kernel': draw(736, 128) / np.sqrt(736), 'bias': 0.05 * draw(128)}


OLD_ENDINGS = {'kernel': 'W', 'bias': 'b', 'moving_mean': 'running_mean',
               'moving_variance': 'running_std'}


def strings(names, ways):
    if 'variable' in ways:
        return np.array([name.decode() for name in names], dtype=h5py.string_dtype())
    return names


def put_list(group, key, names, ways):
    if 'pieces' in ways and len(names) > 10:
        for i, start in enumerate(range(0, len(names), 10)):
            group.attrs[f'{key}{i}'] = strings(names[start:start + 10], ways)
    else:
        group.attrs[key] = strings(names, ways)


def put_layer(root, holder, layer, parts, ways):
    """Writes one layer's arrays into the group `holder`; gives their names."""
    names = []
    for part, array in parts.items():
        array = array.astype(np.float32)
        if f'turned={layer}' in ways and array.ndim == 4:
            array = array.transpose(3, 2, 0, 1)
        if f'nan={layer}' in ways and not names:
            array.flat[0] = np.nan
        if 'double' in ways:
            array = array.astype(np.float64)
        name = f'{layer}/{part}:0'
        if 'keras1' in ways:
            name = f'{layer}_{OLD_ENDINGS.get(part, part)}'
        if 'nested' in ways:
            name = f'inner/{name}'
        how = {}
        if 'compressed' in ways and array.size > 100:
            how = dict(chunks=True, compression='gzip', compression_opts=1, shuffle=True,
                       fletcher32=True)
        holder.create_dataset(name, data=array, **how)
        names.append(name.encode())
    return names


def write(layers, path, ways):
    with h5py.File(path, 'w') as file:
        root = file.create_group('model_weights') if 'whole' in ways else file
        nested, inside, listed = 'nested' in ways, [], []
        if nested:
            holder = root.create_group('model_1')
        for number, (layer, parts) in enumerate(layers):
            if f'without={layer}' in ways:
                continue
            if 'padded' in ways and number % 3 == 0:
                empty = f'activation_{number}'
                root.create_group(empty).attrs['weight_names'] = []
                listed.append(empty.encode())
            if not nested:
                holder = root.create_group(layer)
                listed.append(layer.encode())
            names = put_layer(root, holder, layer, parts, ways)
            inside += names
            if not nested:
                put_list(holder, 'weight_names', names, ways)
        if nested:
            put_list(holder, 'weight_names', inside, ways)
            listed = [b'input_1', b'model_1']
            root.create_group('input_1').attrs['weight_names'] = []
        put_list(root, 'layer_names', listed, ways)
        root.attrs['backend'] = b'tensorflow'
        root.attrs['keras_version'] = b'1.2.2' if 'keras1' in ways else b'2.2.4'


def main(network, seed, path, *ways):
    generator = np.random.default_rng(int(seed))

    def draw(*shape):
        return generator.standard_normal(shape).astype(np.float32)

    write({'facenet': facenet, 'openface': openface}[network](draw), path, set(ways))


main(*sys.argv[1:])
