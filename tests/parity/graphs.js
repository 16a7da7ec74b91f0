// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Visavis authors
//
// Small networks as the tools of the field write them: the shapes of operators, their chains and
// their oddities are those of the exporters, the weights are seeded, the sizes small.
'use strict';

const {Model, floats, ints, FLOAT, INT64} = require('./onnx.js');

// Numbers between -scale and scale, the same every time (an LCG's high bits).
let state = 1;
function random(count, scale = 1, middle = 0) {
    const out = new Float32Array(count);
    for (let i = 0; i < count; i++) {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
        out[i] = ((state >>> 8) / (1 << 23) - 1) * scale + middle;
    }
    return out;
}

const product = dims => dims.reduce((a, b) => a * b, 1);
const weight = (m, dims, scale, middle) => m.weight(dims, random(product(dims), scale, middle));

// A whole number without dimensions.
const whole = (m, value) => m.constant({dims: [], data: ints(value).data});

// Weights that keep the size of what goes through.
function conv(m, x, from, to, kernel = 3, {bias = true, ...attributes} = {}) {
    const group = attributes.group || 1;
    const scale = Math.sqrt(3 / (from / group * kernel ** 2));
    const w = weight(m, [to, from / group, kernel, kernel], scale);
    const pad = kernel >> 1;
    return m.node('Conv', [x, w, ...(bias ? [weight(m, [to], 0.2)] : [])],
        {kernel_shape: [kernel, kernel], pads: [pad, pad, pad, pad], strides: [1, 1],
            ...attributes});
}

function batchNorm(m, x, channels, attributes = {epsilon: {f: 1e-5}, momentum: {f: 0.9}}) {
    return m.node('BatchNormalization', [x, weight(m, [channels], 0.3, 1),
        weight(m, [channels], 0.3), weight(m, [channels], 0.3), weight(m, [channels], 0.3, 1)],
    attributes);
}

// --- Encoders ---

// InsightFace's LResNet-IR as MXNet exports it: operator set 7, weights listed as inputs, pixels
// normalised inside, gamma fixed to one at the end.
function arcfaceMxnet() {
    const m = new Model(7, {ir: 3, weightsAreInputs: true});
    const mx = {epsilon: {f: 2e-5}, momentum: {f: 0.9}, spatial: 1};
    const prelu = (x, c) => m.node('PRelu', [x, weight(m, [c, 1, 1], 0.25, 0.25)]);
    let x = m.input('data', [1, 3, 56, 56]);
    x = m.node('Sub', [x, m.weight([1], Float32Array.of(127.5), '_minusscalar0')]);
    x = m.node('Mul', [x, m.weight([1], Float32Array.of(0.0078125), '_mulscalar0')]);
    x = prelu(batchNorm(m, conv(m, x, 3, 16, 3, {bias: false}), 16, mx), 16);
    for (const [from, to, stride] of [[16, 16, 2], [16, 16, 1], [16, 32, 2], [32, 32, 1]]) {
        let y = batchNorm(m, x, from, mx);
        y = prelu(batchNorm(m, conv(m, y, from, to, 3, {bias: false}), to, mx), to);
        y = batchNorm(m, conv(m, y, to, to, 3, {bias: false, strides: [stride, stride]}), to, mx);
        if (from !== to || stride > 1)
            x = batchNorm(m, conv(m, x, from, to, 1, {bias: false, strides: [stride, stride]}), to,
                mx);
        x = m.node('Add', [y, x]);
    }
    x = m.node('Dropout', [batchNorm(m, x, 32, mx)], {ratio: {f: 0.4}});
    x = m.node('Flatten', [x]);
    x = m.node('Gemm', [x, weight(m, [64, 32 * 14 * 14], 0.03), weight(m, [64], 0.3)],
        {alpha: {f: 1}, beta: {f: 1}, transA: 0, transB: 1});
    const gamma = m.weight([64], new Float32Array(64).fill(1), 'fc1_gamma');
    m.output(m.node('BatchNormalization', [x, gamma, weight(m, [64], 0.3), weight(m, [64], 0.3),
        weight(m, [64], 0.3, 1)], mx, ['fc1']));
    return {name: 'arcface_mxnet', model: m, feeds: [{data: [1, 3, 56, 56]}]};
}

// The same from PyTorch 1.x: batch free, `x.view(x.size(0), -1)` spelled out.
function arcfacePytorch() {
    const m = new Model(11);
    const prelu = (x, c) => m.node('PRelu', [x, weight(m, [c, 1, 1], 0.25, 0.25)]);
    let x = m.input('input.1', ['None', 3, 48, 48]);
    x = prelu(conv(m, x, 3, 16), 16);
    for (const [from, to] of [[16, 16], [16, 32], [32, 48]]) {
        let y = conv(m, prelu(conv(m, batchNorm(m, x, from), from, to), to), to, to, 3,
            {strides: [2, 2]});
        x = m.node('Add', [y, conv(m, x, from, to, 1, {strides: [2, 2]})]);
    }
    x = batchNorm(m, x, 48);
    const size = m.node('Gather', [m.node('Shape', [x]), whole(m, 0)], {axis: 0});
    const shape = m.node('Concat', [m.node('Unsqueeze', [size], {axes: [0]}), m.constant(ints(-1))],
        {axis: 0});
    x = m.node('Reshape', [x, shape]);
    x = m.node('Gemm', [x, weight(m, [32, 48 * 36], 0.03), weight(m, [32], 0.3)],
        {alpha: {f: 1}, beta: {f: 1}, transB: 1});
    m.output(batchNorm(m, x, 32), '683');
    return {name: 'arcface_pytorch', model: m,
        feeds: [{'input.1': [1, 3, 48, 48]}, {'input.1': [3, 3, 48, 48]}]};
}

// MobileFaceNet with torch.nn.functional.normalize at its end, operator set 13.
function normalized() {
    const m = new Model(13);
    let x = m.input('input', ['batch', 3, 28, 28]);
    x = m.node('PRelu', [conv(m, x, 3, 16, 3, {strides: [2, 2]}), weight(m, [16, 1, 1], 0.25)]);
    x = m.node('PRelu', [conv(m, x, 16, 16, 3, {group: 16}), weight(m, [1], 0.25)]);
    x = conv(m, x, 16, 24, 1);
    x = conv(m, x, 24, 24, 7, {group: 24, pads: [0, 0, 0, 0], strides: [7, 7]});
    x = m.node('Flatten', [x], {axis: 1});
    x = m.node('MatMul', [x, weight(m, [24 * 4, 20], 0.1)]);
    const length = m.node('ReduceL2', [x], {axes: [1], keepdims: 1});
    const least = m.node('Clip', [length, m.constant(floats([], 1e-12)), '']);
    const wide = m.node('Expand', [least, m.node('Shape', [x])]);
    m.output(m.node('Div', [x, wide]), 'embedding');
    return {name: 'normalize_pytorch', model: m,
        feeds: [{input: [1, 3, 28, 28]}, {input: [2, 3, 28, 28]}]};
}

// FaceNet through tf2onnx: channels last outside, l2_normalize in its parts.
function facenetTensorflow() {
    const m = new Model(15);
    let x = m.input('input:0', ['unk__0', 32, 40, 3]);
    x = m.node('Transpose', [x], {perm: [0, 3, 1, 2]});
    x = m.node('Relu', [batchNorm(m, conv(m, x, 3, 16, 3, {strides: [2, 2], auto_pad: 'SAME_UPPER',
        pads: undefined, bias: false}), 16)]);
    x = m.node('MaxPool', [x], {kernel_shape: [3, 3], strides: [2, 2], auto_pad: 'VALID'});
    const branches = [conv(m, x, 16, 8, 1), conv(m, conv(m, x, 16, 8, 1), 8, 8, 3)];
    let up = conv(m, m.node('Concat', branches, {axis: 1}), 16, 16, 1);
    up = m.node('Mul', [up, m.weight([], Float32Array.of(0.17))]);
    x = m.node('Relu', [m.node('Add', [x, up])]);
    x = m.node('ReduceMean', [x], {axes: [2, 3], keepdims: 0});
    x = m.node('MatMul', [m.node('Dropout', [x]), weight(m, [16, 12], 0.3)]);
    x = batchNorm(m, x, 12, {epsilon: {f: 1e-3}});
    const square = m.node('Mul', [x, x]);
    const sum = m.node('ReduceSum', [square, m.constant(ints(1))], {keepdims: 1});
    const rsqrt = m.node('Reciprocal', [m.node('Sqrt', [m.node('Max',
        [sum, m.weight([], Float32Array.of(1e-10))])])]);
    m.output(m.node('Mul', [x, rsqrt]), 'embeddings:0');
    return {name: 'facenet_tf2onnx', model: m,
        feeds: [{'input:0': [1, 32, 40, 3]}, {'input:0': [2, 32, 40, 3]}]};
}

// OpenFace's nn4: local response normalisation, pooling by powers.
function openface() {
    const m = new Model(9);
    let x = m.input('x', [1, 3, 36, 36]);
    x = m.node('Relu', [batchNorm(m, conv(m, x, 3, 64, 7, {strides: [2, 2]}), 64)]);
    x = m.node('MaxPool', [x], {kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1]});
    x = m.node('LRN', [x], {size: 5, alpha: {f: 1e-4}, beta: {f: 0.75}, bias: {f: 1}});
    const power = m.node('LpPool', [x], {kernel_shape: [3, 3], strides: [3, 3], p: 2});
    let average = m.node('AveragePool', [m.node('Pow', [x, m.weight([], Float32Array.of(2))])],
        {kernel_shape: [3, 3], strides: [3, 3]});
    average = m.node('Sqrt', [m.node('Mul', [average, m.weight([], Float32Array.of(9))])]);
    x = m.node('Concat', [power, average], {axis: 1});
    x = m.node('AveragePool', [x], {kernel_shape: [3, 3], strides: [1, 1]});
    x = m.node('Flatten', [x]);
    x = m.node('Gemm', [x, weight(m, [128, 16], 0.2), weight(m, [16], 0.1)]);
    m.output(m.node('LpNormalization', [x], {axis: 1, p: 2}), 'y');
    return {name: 'openface', model: m, feeds: [{x: [1, 3, 36, 36]}]};
}

// Squeeze and excitation with hard activations: as operators, and in their parts.
function mobilenetV3() {
    const m = new Model(14);
    let x = m.input('x', ['n', 3, 'h', 'w']);
    x = m.node('HardSwish', [conv(m, x, 3, 16, 3, {strides: [2, 2]})]);
    let s = m.node('GlobalAveragePool', [x]);
    s = m.node('Relu', [conv(m, s, 16, 8, 1)]);
    s = m.node('HardSigmoid', [conv(m, s, 8, 16, 1)], {alpha: {f: 1 / 6}});
    x = m.node('Mul', [x, s]);
    let y = conv(m, x, 16, 24, 1);
    const three = m.weight([], Float32Array.of(3)), six = m.weight([], Float32Array.of(6));
    const zero = m.weight([], Float32Array.of(0));
    const clipped = m.node('Clip', [m.node('Add', [y, three]), zero, six]);
    y = m.node('Div', [m.node('Mul', [y, clipped]), six]);
    m.output(m.node('Squeeze', [m.node('GlobalMaxPool', [y]), m.constant(ints(-1, -2))]), 'y');
    return {name: 'mobilenet_v3', model: m, feeds: [{x: [1, 3, 32, 32]}, {x: [2, 3, 17, 23]}]};
}

// One block of a vision transformer: layer norm in its parts, heads by reshape and transpose, GELU.
function transformer() {
    const m = new Model(12), width = 24, heads = 4, each = width / heads;
    const scalar = value => m.weight([], Float32Array.of(value));
    const layerNorm = x => {
        const mean = m.node('ReduceMean', [x], {axes: [-1]});
        const off = m.node('Sub', [x, mean]);
        const variance = m.node('ReduceMean', [m.node('Pow', [off, scalar(2)])], {axes: [-1]});
        const deviation = m.node('Sqrt', [m.node('Add', [variance, scalar(1e-5)])]);
        return m.node('Add', [m.node('Mul', [m.node('Div', [off, deviation]),
            weight(m, [width], 0.3, 1)]), weight(m, [width], 0.3)]);
    };
    const linear = (x, from, to) => m.node('Add',
        [m.node('MatMul', [x, weight(m, [from, to], 0.2)]), weight(m, [to], 0.2)]);
    let x = m.input('x', ['n', 10, width]);
    const qkv = linear(layerNorm(x), width, 3 * width);
    const parts = m.node('Split', [qkv], {axis: 2, split: [width, width, width]}, ['q', 'k', 'v']);
    const [q, k, v] = parts.map((part, i) => m.node('Transpose',
        [m.node('Reshape', [part, m.constant(ints(0, -1, heads, each))])],
        {perm: i === 1 ? [0, 2, 3, 1] : [0, 2, 1, 3]}));
    const scores = m.node('Mul', [m.node('MatMul', [q, k]), scalar(each ** -0.5)]);
    let y = m.node('MatMul', [m.node('Softmax', [scores], {axis: 3}), v]);
    y = m.node('Reshape', [m.node('Transpose', [y], {perm: [0, 2, 1, 3]}),
        m.constant(ints(0, 0, width))]);
    x = m.node('Add', [x, linear(y, width, width)]);
    y = linear(layerNorm(x), width, 2 * width);
    const erf = m.node('Erf', [m.node('Div', [y, scalar(Math.SQRT2)])]);
    y = m.node('Mul', [m.node('Mul', [y, m.node('Add', [erf, scalar(1)])]), scalar(0.5)]);
    x = m.node('Add', [x, linear(y, 2 * width, width)]);
    m.output(m.node('Gather', [x, m.constant({dims: [], data: ints(0).data})], {axis: 1}), 'token');
    return {name: 'transformer', model: m, feeds: [{x: [1, 10, width]}, {x: [2, 10, width]}]};
}

// --- Detectors ---

// Group normalisation as PyTorch writes it: instances of a reshaped tensor.
function groupNorm(m, x, channels, groups) {
    const shape = m.node('Shape', [x]);
    let y = m.node('Reshape', [x, m.constant(ints(0, groups, -1))]);
    y = m.node('InstanceNormalization', [y, m.weight([groups], new Float32Array(groups).fill(1)),
        m.weight([groups], new Float32Array(groups))], {epsilon: {f: 1e-5}});
    y = m.node('Reshape', [y, shape]);
    y = m.node('Mul', [y, weight(m, [channels, 1, 1], 0.3, 1)]);
    return m.node('Add', [y, weight(m, [channels, 1, 1], 0.3)]);
}

// SCRFD through mmdetection: any size, upsampled to another level's size, heads of each stride.
function scrfd() {
    const m = new Model(11);
    let x = m.input('input.1', [1, 3, '?', '?']);
    x = m.node('Relu', [conv(m, x, 3, 16, 3, {strides: [2, 2]})]);
    x = m.node('MaxPool', [x], {kernel_shape: [2, 2], strides: [2, 2]});
    const levels = [];
    for (let i = 0; i < 3; i++) {
        x = m.node('Relu', [conv(m, x, 16, 16, 3, {group: 16, strides: [2, 2]})]);
        x = m.node('Relu', [conv(m, x, 16, 16, 1)]);
        levels.push(conv(m, x, 16, 16, 1));
    }
    for (let i = 2; i > 0; i--) {
        const size = m.node('Slice', [m.node('Shape', [levels[i - 1]]), m.constant(ints(2)),
            m.constant(ints(4)), m.constant(ints(0))]);
        const front = m.node('Slice', [m.node('Shape', [levels[i]]), m.constant(ints(0)),
            m.constant(ints(2)), m.constant(ints(0))]);
        const sizes = m.node('Concat', [front, m.node('Cast', [size], {to: INT64})], {axis: 0});
        const empty = m.constant({dims: [0], data: new Float32Array(0)});
        const up = m.node('Resize', [levels[i], empty, empty, sizes],
            {coordinate_transformation_mode: 'asymmetric', mode: 'nearest', nearest_mode: 'floor',
                cubic_coeff_a: {f: -0.75}});
        levels[i - 1] = m.node('Add', [levels[i - 1], up]);
    }
    levels.forEach((level, i) => {
        const y = m.node('Relu', [groupNorm(m, conv(m, level, 16, 16, 3, {bias: false}), 16, 4)]);
        const flat = (z, last) => m.node('Reshape', [m.node('Transpose', [z], {perm: [2, 3, 0, 1]}),
            m.constant(ints(-1, last))]);
        m.output(m.node('Sigmoid', [flat(conv(m, y, 16, 2), 1)]), `score_${8 << i}`);
        const scale = m.weight([], Float32Array.of(0.9 + i / 10));
        m.output(flat(m.node('Mul', [conv(m, y, 16, 8), scale]), 4), `bbox_${8 << i}`);
        m.output(flat(conv(m, y, 16, 20), 10), `kps_${8 << i}`);
    });
    return {name: 'scrfd', model: m,
        feeds: [{'input.1': [1, 3, 64, 96]}, {'input.1': [1, 3, 100, 70]}]};
}

// YuNet of OpenCV's zoo: pairs of pointwise and depthwise, doubled by scales, flat outputs.
function yunet() {
    const m = new Model(11, {ir: 6});
    const pair = (x, from, to, relu = true) => {
        const y = conv(m, conv(m, x, from, to, 1), to, to, 3, {group: to, dilations: [1, 1]});
        return relu ? m.node('Relu', [y]) : y;
    };
    const pool = x => m.node('MaxPool', [x], {kernel_shape: [2, 2], strides: [2, 2],
        pads: [0, 0, 0, 0], ceil_mode: 0});
    let x = m.input('input', [1, 3, 64, 64]);
    x = pair(m.node('Relu', [conv(m, x, 3, 16, 3, {strides: [2, 2]})]), 16, 16);
    const eight = pair(pool(pair(pool(x), 16, 32)), 32, 32);
    const sixteen = pair(pool(eight), 32, 32);
    const last = pair(pool(sixteen), 32, 32);
    const region = m.weight([0], new Float32Array(0), 'roi');
    const doubled = z => m.node('Resize', [z, region, m.weight([4], Float32Array.of(1, 1, 2, 2))],
        {coordinate_transformation_mode: 'asymmetric', mode: 'nearest', nearest_mode: 'floor'});
    const middle = pair(m.node('Add', [sixteen, doubled(last)]), 32, 32);
    const first = pair(m.node('Add', [eight, doubled(middle)]), 32, 32);
    [first, middle, last].forEach((level, i) => {
        for (const [name, width] of [['cls', 1], ['obj', 1], ['bbox', 4], ['kps', 10]]) {
            let y = pair(level, 32, width, false);
            y = m.node('Reshape', [m.node('Transpose', [y], {perm: [0, 2, 3, 1]}),
                m.constant(ints(1, -1, width))]);
            m.output(width === 1 ? m.node('Sigmoid', [y]) : y, `${name}_${8 << i}`);
        }
    });
    return {name: 'yunet', model: m, feeds: [{input: [1, 3, 64, 64]}]};
}

// The ultra-light detector: sizes from Shape in the tensor's reshape, boxes decoded in the network.
function ultraLight() {
    const m = new Model(9, {ir: 4, weightsAreInputs: true});
    const flat = (x, last) => {
        const y = m.node('Transpose', [x], {perm: [0, 2, 3, 1]});
        const batch = m.node('Gather', [m.node('Shape', [y]), whole(m, 0)]);
        const parts = [m.node('Unsqueeze', [batch], {axes: [0]}), m.constant(ints(-1)),
            m.constant(ints(last))];
        return m.node('Reshape', [y, m.node('Concat', parts, {axis: 0})]);
    };
    let x = m.input('input', [1, 3, 24, 32]);
    x = m.node('Relu', [batchNorm(m, conv(m, x, 3, 16, 3, {strides: [2, 2], bias: false}), 16)]);
    const scores = [], boxes = [];
    for (let i = 0; i < 2; i++) {
        x = m.node('Relu', [conv(m, x, 16, 16, 3, {strides: [2, 2], dilations: [1, 1]})]);
        const wide = m.node('Relu',
            [conv(m, x, 16, 16, 3, {pads: [3, 3, 3, 3], dilations: [3, 3]})]);
        const some = m.node('Mul', [wide, m.weight([], Float32Array.of(0.1))]);
        x = m.node('Relu', [m.node('Add', [some, x])]);
        scores.push(flat(conv(m, x, 16, 6), 2));
        boxes.push(flat(conv(m, x, 16, 12), 4));
    }
    m.output(m.node('Softmax', [m.node('Concat', scores, {axis: 1})], {axis: 2}), 'scores');
    const all = m.node('Concat', boxes, {axis: 1}), count = 3 * (6 * 8 + 3 * 4);
    const slice = (y, from, to) => m.node('Slice', [y], {axes: [2], starts: [from], ends: [to]});
    const priors = m.constant({dims: [1, count, 4], data: random(count * 4, 0.4, 0.5)});
    const scalar = value => m.constant({dims: [], data: Float32Array.of(value)});
    const centre = m.node('Add', [m.node('Mul', [m.node('Mul', [slice(all, 0, 2), scalar(0.1)]),
        slice(priors, 2, 4)]), slice(priors, 0, 2)]);
    const growth = m.node('Exp', [m.node('Mul', [slice(all, 2, 2 ** 31), scalar(0.2)])]);
    const size = m.node('Mul', [growth, slice(priors, 2, 4)]);
    const half = m.node('Div', [size, scalar(2)]);
    m.output(m.node('Concat', [m.node('Sub', [centre, half]), m.node('Add', [centre, half])],
        {axis: 2}), 'boxes');
    return {name: 'ultra_light', model: m, feeds: [{input: [1, 3, 24, 32]}]};
}

// RetinaFace through PyTorch 1.2: Upsample by scales that are computed, leaky activations.
function retinaface() {
    const m = new Model(9);
    const leaky = x => m.node('LeakyRelu', [x], {alpha: {f: 0.1}});
    let x = m.input('input0', [1, 3, 40, 56]);
    const one = leaky(conv(m, x, 3, 16, 3, {strides: [4, 4]}));
    const two = leaky(conv(m, one, 16, 16, 3, {strides: [2, 2]}));
    const up = m.node('Upsample', [two, m.constant(floats([4], 1, 1, 2, 2))], {mode: 'nearest'});
    const smooth = m.node('Upsample', [two, m.constant(floats([4], 1, 1, 2, 2))], {mode: 'linear'});
    x = m.node('Concat', [m.node('Add', [one, up]), smooth], {axis: 1});
    const context = m.node('Relu', [m.node('Concat', [conv(m, x, 32, 16),
        conv(m, leaky(conv(m, x, 32, 8)), 8, 16)], {axis: -3})]);
    const y = m.node('Transpose', [conv(m, context, 32, 4, 1)], {perm: [0, 2, 3, 1]});
    const scores = m.node('Reshape', [y, m.constant(ints(1, -1, 2))]);
    m.output(m.node('Softmax', [scores], {axis: 2}), 'scores');
    m.output(m.node('Tanh', [m.node('Elu', [context])]), 'features');
    return {name: 'retinaface', model: m, feeds: [{input0: [1, 3, 40, 56]}]};
}

// BlazeFace: shortcuts padded in channels, odd padding before strided convolutions.
function blazeface() {
    const m = new Model(12);
    let x = m.input('x', ['b', 3, 32, 32]);
    const pad = (y, ...pads) => m.node('Pad', [y, m.constant(ints(...pads)),
        m.constant({dims: [], data: Float32Array.of(0)})], {mode: 'constant'});
    x = m.node('Relu', [conv(m, pad(x, 0, 0, 1, 1, 0, 0, 2, 2), 3, 24, 5,
        {strides: [2, 2], pads: [0, 0, 0, 0]})]);
    let y = conv(m, conv(m, pad(x, 0, 0, 0, 0, 0, 0, 2, 2), 24, 24, 3,
        {group: 24, strides: [2, 2], pads: [0, 0, 0, 0]}), 24, 28, 1);
    const shortcut = pad(m.node('MaxPool', [x], {kernel_shape: [2, 2], strides: [2, 2]}),
        0, 0, 0, 0, 0, 4, 0, 0);
    x = m.node('Clip', [m.node('Add', [y, shortcut]), '', m.weight([], Float32Array.of(6))]);
    y = m.node('Transpose', [conv(m, x, 28, 6, 1)], {perm: [0, 2, 3, 1]});
    m.output(m.node('Reshape', [y, m.constant(ints(0, 128, -1))]), 'classes');
    const sides = m.constant(ints(0, 0, 2, 1, 0, 0, 1, 2));
    const reflected = m.node('Pad', [x, sides], {mode: 'reflect'});
    const edged = m.node('Pad', [x, sides], {mode: 'edge'});
    m.output(m.node('Sub', [reflected, edged]), 'padded');
    return {name: 'blazeface', model: m, feeds: [{x: [1, 3, 32, 32]}, {x: [2, 3, 32, 32]}]};
}

// A detector that makes its own anchors from the picture's size, as PyTorch spells `arange`,
// `expand` and `where`.
function anchors() {
    const m = new Model(13);
    const scalar = value => whole(m, value);
    let x = m.input('x', ['n', 3, 'h', 'w']);
    x = m.node('Relu', [conv(m, x, 3, 8, 3, {strides: [4, 4]})]);
    const boxes = conv(m, x, 8, 4, 1), shape = m.node('Shape', [boxes]);
    const [high, wide] = [2, 3].map(i => m.node('Gather', [shape, scalar(i)], {axis: 0}));
    const stack = values => m.node('Concat',
        values.map(v => m.node('Unsqueeze', [v, m.constant(ints(0))])), {axis: 0});
    const both = stack([high, wide]);
    const axis = (size, dims) => {
        const steps = m.node('Cast', [m.node('Range', [scalar(0), size, scalar(1)])], {to: FLOAT});
        const middles = m.node('Mul', [m.node('Add', [steps, m.weight([], Float32Array.of(0.5))]),
            m.weight([], Float32Array.of(4))]);
        // torch.onnx writes -1 for "as it is", and looks for it.
        const ones = m.node('ConstantOfShape', [m.node('Shape', [both])], {value: ints(1)});
        const open = m.node('Equal', [both, m.node('Mul', [ones, m.constant(ints(-1))])]);
        const sizes = m.node('Where', [open, ones, both]);
        return m.node('Expand', [m.node('Reshape', [middles, m.constant(ints(...dims))]), sizes]);
    };
    const centres = stack([axis(wide, [1, -1]), axis(high, [-1, 1])]);
    const four = m.node('Tile', [centres, m.constant(ints(2, 1, 1))]);
    const moved = m.node('Add', [boxes, four]);
    const near = m.node('Less', [m.node('Abs', [boxes]), m.weight([], Float32Array.of(0.5))]);
    m.output(m.node('Where', [near, moved, m.node('Sum', [four, boxes, boxes])]), 'boxes');
    const best = m.node('Cast', [m.node('ArgMax', [x], {axis: 1, keepdims: 0})], {to: FLOAT});
    m.output(m.node('Add', [best, m.node('LogSoftmax', [m.node('ReduceSumSquare', [x], {axes: [1],
        keepdims: 0})], {axis: -1})]), 'labels');
    m.output(m.node('DepthToSpace', [boxes], {blocksize: 2, mode: 'CRD'}), 'fine');
    return {name: 'anchors', model: m, feeds: [{x: [1, 3, 32, 40]}, {x: [2, 3, 20, 52]}]};
}

// Resize in every way that a detector may ask for it.
function resizes() {
    const m = new Model(13);
    const x = m.input('x', [1, 5, 7, 9]);
    const ways = ['half_pixel', 'pytorch_half_pixel', 'asymmetric', 'align_corners'];
    const all = [[1, 5, 14, 18], [1, 5, 10, 12], [1, 5, 4, 21], [1, 7, 7, 9]];
    for (const mode of ['nearest', 'linear'])
        for (const coordinates of ways)
            for (const [i, sizes] of all.entries())
                m.output(m.node('Resize', [x, '', '', m.constant(ints(...sizes))],
                    {mode, coordinate_transformation_mode: coordinates,
                        nearest_mode: i % 2 ? 'floor' : 'round_prefer_floor'}),
                `${mode}_${coordinates}_${i}`);
    return {name: 'resizes', model: m, feeds: [{x: [1, 5, 7, 9]}]};
}

const makers = [arcfaceMxnet, arcfacePytorch, normalized, facenetTensorflow, openface, mobilenetV3,
    transformer, scrfd, yunet, ultraLight, retinaface, blazeface, anchors, resizes];

module.exports = () => makers.map(make => {
    state = 1;
    return make();
});
