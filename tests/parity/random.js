// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Visavis authors
//
// Networks put together by chance: operators, shapes and attributes as they come, the results as
// ONNX Runtime gives them without optimising anything. What is fused, shared or laid out otherwise
// here must not show.
//
//   NODE_PATH=PACKAGES node random.js VISAVIS [SEED [COUNT]]
//
// The networks of SEED, SEED + 1 and so on; the same seed is the same network. Ends with "N passed,
// N failed" and fails if anything failed.
'use strict';

const {execFileSync} = require('child_process');
const fs = require('fs');
const os = require('os');
const path = require('path');
const ort = require('onnxruntime-node');
const {Model, tensor, ints} = require('./onnx.js');

// Of the largest number in an output.
const tolerance = 2e-4;
const mostNumbers = 200000, largestNumber = 1e4;

// --- Chance: an LCG's high bits ---

let state = 1;
function fraction() {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state >>> 8) / (1 << 24);
}
const draw = below => Math.floor(fraction() * below);
const pick = list => list[draw(list.length)];
const number = (scale = 1, middle = 0) => (2 * fraction() - 1) * scale + middle;
const product = dims => dims.reduce((a, b) => a * b, 1);
const numbers = (dims, scale, middle) =>
    Float32Array.from({length: product(dims)}, () => number(scale, middle));

// --- Operators: each gives the name of its result, or nothing where it does not fit ---

const weight = (m, dims, scale, middle) => m.weight(dims, numbers(dims, scale, middle));
const scalar = (m, value) => m.weight([], Float32Array.of(value));
const axisOf = shape => draw(shape.length);
const isPicture = shape => shape.length === 4;
const functions = ['Relu', 'Sigmoid', 'Tanh', 'Abs', 'Neg', 'HardSwish', 'HardSigmoid', 'Elu',
    'LeakyRelu', 'Exp', 'Floor', 'Ceil', 'Erf', 'Softplus', 'Identity', 'Softsign', 'Selu', 'Sign',
    'Round', 'Dropout'];

const operators = {
    conv(m, x, shape) {
        if (!isPicture(shape)) return;
        const size = pick([1, 1, 2, 3, 3, 3, 5]), channels = shape[1];
        let group = 1, to = 1 + draw(20);
        if (draw(3) === 0 && channels > 1) {
            group = channels;
            to = channels * (1 + draw(2));
        } else if (draw(6) === 0 && channels % 2 === 0) {
            group = 2;
            to = 2 * (1 + draw(9));
        }
        const attributes = {group, strides: pick([[1, 1], [1, 1], [2, 2]])};
        if (draw(4) === 0) attributes.dilations = [2, 2];
        if (draw(3)) attributes.pads = [draw(3), draw(3), draw(3), draw(3)];
        else attributes.auto_pad = pick(['SAME_UPPER', 'SAME_LOWER', 'VALID']);
        const each = channels / group;
        const w = weight(m, [to, each, size, size], 1 / Math.sqrt(each * size * size));
        return m.node('Conv', [x, w, ...(draw(2) ? [weight(m, [to])] : [])], attributes);
    },
    batchNormalization(m, x, shape) {
        if (shape.length < 2) return;
        const c = [shape[1]];
        return m.node('BatchNormalization',
            [x, weight(m, c, 0.3, 1), weight(m, c), weight(m, c), weight(m, c, 0.3, 1)]);
    },
    instanceNormalization(m, x, shape) {
        if (shape.length < 3 || product(shape.slice(2)) < 4) return;
        return m.node('InstanceNormalization',
            [x, weight(m, [shape[1]], 0.3, 1), weight(m, [shape[1]])]);
    },
    lrn(m, x, shape) {
        if (shape.length < 3) return;
        return m.node('LRN', [x], {size: 1 + 2 * draw(3), alpha: {f: 0.01},
            beta: {f: pick([0.75, 0.5, 0.6])}});
    },
    lpNormalization: (m, x, shape) =>
        m.node('LpNormalization', [x], {axis: axisOf(shape), p: 1 + draw(2)}),
    softmax: (m, x, shape) =>
        m.node(pick(['Softmax', 'Softmax', 'LogSoftmax']), [x], {axis: axisOf(shape)}),
    prelu(m, x, shape) {
        if (shape.length < 2) return;
        const channel = [shape[1], ...shape.slice(2).map(() => 1)];
        return m.node('PRelu', [x, weight(m, pick([[1], channel, shape.slice(1)]), 0.3, 0.3)]);
    },
    unary: (m, x) => m.node(pick(functions), [x]),
    gate(m, x) {
        const sigmoid = m.node('Sigmoid', [x]);
        return m.node('Mul', draw(2) ? [x, sigmoid] : [sigmoid, x]);
    },
    clip(m, x) {
        const low = draw(3) ? scalar(m, -0.4) : '';
        return m.node('Clip', [x, low, ...(draw(3) ? [scalar(m, 0.7)] : [])]);
    },
    power: (m, x) =>
        m.node('Pow', [m.node('Abs', [x]), scalar(m, pick([2, 0.5, 1.5]))]),
    binary(m, x, shape, values) {
        const op = pick(['Add', 'Sub', 'Mul', 'Max', 'Min', 'Add']);
        const alike = values.filter(v => v.shape.join() === shape.join());
        const broadcast = shape.map(d => draw(2) ? d : 1).slice(draw(shape.length + 1));
        const other = draw(2) ? pick(alike).name : weight(m, broadcast);
        return m.node(op, draw(2) ? [x, other] : [other, x]);
    },
    variadic(m, x, shape, values) {
        const alike = values.filter(v => v.shape.join() === shape.join());
        return m.node(pick(['Sum', 'Mean']), [x, pick(alike).name, pick(alike).name]);
    },
    where(m, x, shape) {
        const condition = m.node(pick(['Less', 'Greater']), [x, scalar(m, 0.1)]);
        return m.node('Where', [condition, x, weight(m, pick([[1], shape]))]);
    },
    pool(m, x, shape) {
        if (!isPicture(shape) || shape[2] < 2 || shape[3] < 2) return;
        const k = [1 + draw(3), 1 + draw(3)];
        return m.node(pick(['MaxPool', 'AveragePool']), [x], {kernel_shape: k,
            strides: [1 + draw(2), 1 + draw(2)],
            pads: [draw(k[0]), draw(k[1]), draw(k[0]), draw(k[1])],
            ceil_mode: draw(2)});
    },
    paddedAverage(m, x, shape) {
        if (!isPicture(shape)) return;
        return m.node('AveragePool', [x], {kernel_shape: [2, 2], pads: [1, 1, 1, 1],
            count_include_pad: draw(2)});
    },
    globalPool(m, x, shape) {
        if (shape.length < 3) return;
        return m.node(pick(['GlobalAveragePool', 'GlobalMaxPool']), [x]);
    },
    resize(m, x, shape) {
        if (!isPicture(shape)) return;
        const sides = shape.slice(2).map(side => 1 + draw(2 * side + 2));
        const sizes = [...shape.slice(0, 2), ...sides];
        return m.node('Resize', [x, '', '', m.constant(ints(...sizes))], {
            mode: pick(['nearest', 'linear']),
            coordinate_transformation_mode:
                pick(['half_pixel', 'asymmetric', 'align_corners', 'pytorch_half_pixel']),
            nearest_mode: pick(['floor', 'round_prefer_floor', 'ceil', 'round_prefer_ceil'])});
    },
    transpose(m, x, shape) {
        const perm = [...shape.keys()].map(i => [fraction(), i]).sort((a, b) => a[0] - b[0]);
        return m.node('Transpose', [x], {perm: perm.map(pair => pair[1])});
    },
    reshape(m, x, shape) {
        const whole = [2, 3, 4, 5].filter(k => product(shape) % k === 0);
        const dims = pick([[shape[0], -1], [-1], [1, shape[0], -1, 1],
            shape.length > 2 ? [shape[0], shape[2], -1, shape[1]] : [-1, 1],
            [1, whole.length ? pick(whole) : 1, -1, 1]]);
        return m.node('Reshape', [x, m.constant(ints(...dims))]);
    },
    flatten: (m, x, shape) => m.node('Flatten', [x], {axis: draw(shape.length + 1)}),
    unsqueeze(m, x, shape) {
        if (shape.length > 5) return;
        return m.node('Unsqueeze', [x, m.constant(ints(draw(shape.length + 1)))]);
    },
    squeeze(m, x, shape) {
        const ones = [...shape.keys()].filter(i => shape[i] === 1);
        if (!ones.length || shape.length < 2) return;
        return m.node('Squeeze', [x, m.constant(ints(pick(ones)))]);
    },
    concat(m, x, shape, values) {
        const axis = axisOf(shape);
        const fit = values.filter(v => v.shape.length === shape.length &&
            v.shape.every((d, i) => i === axis || d === shape[i]));
        const others = draw(2) ? [pick(fit).name] : [pick(fit).name, pick(fit).name];
        return m.node('Concat', [x, ...others], {axis: draw(2) ? axis : axis - shape.length});
    },
    slice(m, x, shape) {
        const axis = axisOf(shape), list = value => m.constant(ints(value));
        if (shape[axis] < 2) return;
        const from = draw(shape[axis] - 1), to = from + 1 + draw(shape[axis] - from);
        return m.node('Slice', draw(4)
            ? [x, list(from), list(to), list(axis), list(1 + draw(2))]
            : [x, list(-1), list(-1000), list(axis), list(-1 - draw(2))]);
    },
    split(m, x, shape) {
        const axis = axisOf(shape);
        if (shape[axis] < 2) return;
        const first = 1 + draw(shape[axis] - 1), id = m.count++;
        const parts = m.node('Split', [x, m.constant(ints(first, shape[axis] - first))], {axis},
            [`first_${id}`, `second_${id}`]);
        return pick(parts);
    },
    gather(m, x, shape) {
        const axis = axisOf(shape), indices = Array.from({length: 1 + draw(3)},
            () => draw(shape[axis]));
        const list = draw(3) ? ints(...indices) : {dims: [], data: ints(indices[0]).data};
        return m.node('Gather', [x, m.constant(list)], {axis});
    },
    gatherElements(m, x, shape) {
        const axis = axisOf(shape), dims = shape.map((d, i) => i === axis ? 1 + draw(3) : d);
        const places = Array.from({length: product(dims)}, () => draw(shape[axis]));
        const list = m.constant({dims, data: ints(...places).data});
        return m.node('GatherElements', [x, list], {axis});
    },
    scatter(m, x, shape) {
        const depth = 1 + draw(shape.length), place = shape.slice(0, depth).map(d => draw(d));
        const updates = weight(m, [1, ...shape.slice(depth)]);
        const list = m.constant({dims: [1, depth], data: ints(...place).data});
        return m.node('ScatterND', [x, list, updates]);
    },
    topK(m, x, shape) {
        const axis = axisOf(shape), id = m.count++;
        return m.node('TopK', [x, m.constant(ints(1 + draw(shape[axis])))],
            {axis, largest: draw(2)}, [`values_${id}`, `places_${id}`])[0];
    },
    pad(m, x, shape) {
        const mode = pick(['constant', 'reflect', 'edge']);
        const most = i => mode === 'reflect' ? Math.min(3, shape[i]) : 3;
        const pads = [...shape.keys(), ...shape.keys()].map(i => draw(most(i)));
        const value = mode === 'constant' && draw(2) ? [scalar(m, number())] : [];
        return m.node('Pad', [x, m.constant(ints(...pads)), ...value], {mode});
    },
    expand(m, x, shape) {
        const dims = shape.map(d => d === 1 && draw(2) ? 1 + draw(3) : d);
        if (draw(3) === 0 && dims.length < 5) dims.unshift(2);
        return m.node('Expand', [x, m.constant(ints(...dims))]);
    },
    tile: (m, x, shape) =>
        m.node('Tile', [x, m.constant(ints(...shape.map(() => 1 + draw(2))))]),
    blocks(m, x, shape) {
        if (!isPicture(shape)) return;
        if (shape[1] % 4 === 0)
            return m.node('DepthToSpace', [x], {blocksize: 2, mode: pick(['DCR', 'CRD'])});
        if (shape[2] % 2 === 0 && shape[3] % 2 === 0)
            return m.node('SpaceToDepth', [x], {blocksize: 2});
    },
    reduce(m, x, shape) {
        const axes = [...shape.keys()].filter(() => draw(2)), keepdims = draw(2);
        if (!axes.length) axes.push(axisOf(shape));
        const op = pick(['ReduceMean', 'ReduceMax', 'ReduceMin', 'ReduceL2', 'ReduceL1',
            'ReduceSumSquare', 'ReduceSum']);
        return op === 'ReduceSum' ? m.node(op, [x, m.constant(ints(...axes))], {keepdims})
            : m.node(op, [x], {axes, keepdims});
    },
    gemm(m, x, shape) {
        if (shape.length !== 2) return;
        const [rows, depth] = shape, transB = draw(2), to = 1 + draw(20);
        const w = weight(m, transB ? [to, depth] : [depth, to], 1 / Math.sqrt(depth));
        const c = pick([null, [to], [1, to], [rows, to], [1], [rows, 1]]);
        return m.node('Gemm', [x, w, ...(c ? [weight(m, c)] : [])],
            {transB, alpha: {f: pick([1, 0.5])}, beta: {f: pick([1, 0.5])}});
    },
    matmul(m, x, shape) {
        if (shape.length < 2) return;
        const depth = shape[shape.length - 1];
        return m.node('MatMul', [x, weight(m, [depth, 1 + draw(12)], 1 / Math.sqrt(depth))]);
    },
};

// --- Networks ---

function start(which) {
    state = Math.imul(which, 2654435761) >>> 0;
    draw(2);
    const shape = pick([[1, 3, 8, 9], [2, 3, 11, 7], [1, 16, 6, 6], [2, 8, 10, 12], [1, 1, 5, 5],
        [3, 4], [2, 5, 6], [1, 32, 20, 17], [2, 64, 9, 9]]);
    const model = new Model(13 + draw(2)), x = numbers(shape);
    model.input('x', shape);
    return {model, shape, x, values: [{name: 'x', shape}], trace: [],
        feeds: {x: new ort.Tensor('float32', x, shape)}};
}

async function runtime(model, outputs, feeds) {
    model.outputs = outputs;
    const session = await ort.InferenceSession.create(model.bytes(),
        {logSeverityLevel: 4, graphOptimizationLevel: 'disabled', intraOpNumThreads: 1});
    return session.run(feeds);
}

const isTame = result => result.type === 'float32' && result.size > 0 &&
    result.size <= mostNumbers && result.data.every(v => Math.abs(v) <= largestNumber);

// One operator more, where ONNX Runtime takes it and the numbers stay small.
async function grow(network) {
    const {model, values} = network;
    const value = draw(3) ? values[values.length - 1] : pick(values);
    const kind = pick(Object.keys(operators));
    const nodes = model.nodes.length, weights = model.weights.length;
    try {
        const name = operators[kind](model, value.name, value.shape, values);
        const result = name && (await runtime(model, [name], network.feeds))[name];
        if (!result || !isTame(result)) throw new Error('does not fit');
        values.push({name, shape: [...result.dims]});
        network.trace.push(`${kind}(${value.name}) = ${name} ${result.dims.join('x')}`);
    } catch {
        model.nodes.length = nodes;
        model.weights.length = weights;
    }
}

function readNpy(file) {
    const bytes = fs.readFileSync(file), start = 10 + bytes.readUInt16LE(8);
    const dims = bytes.toString('latin1', 10, start).match(/'shape': *\(([^)]*)\)/)[1].split(',')
        .filter(d => d.trim()).map(Number);
    return {dims, data: new Float32Array(Uint8Array.from(bytes.subarray(start)).buffer)};
}

// What is wrong with an output; '' where nothing is.
function compare(name, ours, theirs) {
    if (ours.dims.join() !== theirs.dims.join())
        return `${name} is ${ours.dims.join('x')}, not ${theirs.dims.join('x')}`;
    let worst = 0, largest = 1e-3;
    theirs.data.forEach((wanted, i) => {
        const here = Math.abs(ours.data[i] - wanted);
        worst = here <= worst ? worst : Number.isNaN(here) ? Infinity : here;
        largest = Math.max(largest, Math.abs(wanted));
    });
    const off = worst / largest;
    return off <= tolerance ? '' : `${name} differs by ${off} of the largest`;
}

async function check(visavis, network, folder) {
    const {model, values} = network;
    // The last result, and some on the way, which then must not be given up for others.
    const outputs = [values[values.length - 1], ...values.slice(1, -1).filter(() => !draw(4))]
        .map(v => v.name);
    const theirs = await runtime(model, outputs, network.feeds);
    const file = path.join(folder, 'network.onnx'), input = path.join(folder, 'x.pb');
    fs.writeFileSync(file, model.bytes());
    fs.writeFileSync(input, tensor(network.shape, network.x));
    try {
        execFileSync(visavis, ['model', 'run', file, input, '-o', folder], {stdio: 'pipe'});
    } catch (error) {
        return (error.stderr ? String(error.stderr).trim() : '') || error.message;
    }
    return outputs.map(name => compare(name, readNpy(path.join(folder, `${name}.npy`)),
        theirs[name])).filter(text => text).join('; ');
}

// Gives {seed, trouble}, network by network; trouble tells what is wrong, and with what network.
async function* compareRandom(visavis, seed, count) {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'visavis-random-'));
    try {
        for (let which = seed; which < seed + count; which++) {
            const network = start(which), size = 2 + draw(9);
            for (let i = 0; i < size; i++) await grow(network);
            if (network.values.length < 2) continue;
            const wrong = await check(visavis, network, folder);
            yield {seed: which, trouble: wrong && [wrong, ...network.trace].join('\n    ')};
        }
    } finally {
        fs.rmSync(folder, {recursive: true, force: true});
    }
}

async function main(visavis, seed = 1, count = 100) {
    if (!visavis) {
        console.error('usage: NODE_PATH=PACKAGES node random.js VISAVIS [SEED [COUNT]]');
        process.exit(2);
    }
    let passed = 0, failed = 0;
    for await (const {seed: which, trouble} of compareRandom(visavis, +seed, +count)) {
        trouble ? failed++ : passed++;
        if (trouble) console.log(`seed ${which}: ${trouble}`);
    }
    console.log(`${passed} passed, ${failed} failed`);
    process.exit(failed || !passed ? 1 : 0);
}

module.exports = compareRandom;
if (require.main === module) main(...process.argv.slice(2));
