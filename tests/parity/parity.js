// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Visavis authors
//
// Runs every network with ONNX Runtime and with `visavis model run`, on the same numbers, and tells
// how far apart the results are; then small networks as users may bring them (graphs.js), and such
// as nobody would (random.js). Also checks what ONNX Runtime gives against the numbers of an
// independent implementation, so that an error in converting shows as one.
//
//   NODE_PATH=PACKAGES node parity.js VISAVIS DATA MODELS...
//
// Ends with "N passed, N failed" and fails if anything failed.
'use strict';

const {execFileSync} = require('child_process');
const fs = require('fs');
const os = require('os');
const path = require('path');
const ort = require('onnxruntime-node');
const graphs = require('./graphs.js');
const compareRandom = require('./random.js');

const [visavis, data, ...folders] = process.argv.slice(2);
if (!folders.length) {
    console.error('usage: NODE_PATH=PACKAGES node parity.js VISAVIS DATA MODELS...');
    process.exit(2);
}
const networksOfChance = 150;
// Of the largest number in an output: what single precision leaves after some thirty layers.
const tolerance = 1e-4;
// Of the reference's numbers, which are given to five or six decimals.
const referenceTolerance = 2e-5;

let passed = 0, failed = 0;

function report(ok, text) {
    ok ? passed++ : failed++;
    console.log(`${ok ? 'ok' : 'not ok'} ${passed + failed} - ${text}`);
}

// Numbers between -1 and 1, the same every time (an LCG's high bits).
function seeded(count, seed) {
    const out = new Float32Array(count);
    let state = seed >>> 0;
    for (let i = 0; i < count; i++) {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
        out[i] = (state >>> 8) / (1 << 23) - 1;
    }
    return out;
}

function writeNpy(file, dims, numbers) {
    const shape = dims.join(', ') + (dims.length === 1 ? ',' : '');
    let header = `{'descr': '<f4', 'fortran_order': False, 'shape': (${shape}), }`;
    header = header.padEnd(Math.ceil((header.length + 11) / 64) * 64 - 11) + '\n';
    const head = Buffer.alloc(10);
    head.write('\x93NUMPY\x01\x00', 'latin1');
    head.writeUInt16LE(header.length, 8);
    fs.writeFileSync(file, Buffer.concat([head, Buffer.from(header, 'latin1'),
        Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength)]));
}

function readNpy(file) {
    const bytes = fs.readFileSync(file);
    const wide = bytes[6] > 1, start = (wide ? 12 : 10) +
        (wide ? bytes.readUInt32LE(8) : bytes.readUInt16LE(8));
    const header = bytes.toString('latin1', 0, start);
    if (!header.includes("'<f4'") || !header.includes('False'))
        throw new Error(`${file}: is not float32 in C order`);
    const dims = header.match(/'shape': *\(([^)]*)\)/)[1].split(',').filter(x => x.trim())
        .map(Number);
    return {dims, data: new Float32Array(Uint8Array.from(bytes.subarray(start)).buffer)};
}

function largestDifference(a, b) {
    let most = a.length === b.length ? 0 : Infinity;
    for (let i = 0; i < a.length; i++) {
        const difference = Math.abs(a[i] - b[i]);
        if (!(difference <= most)) most = Number.isNaN(difference) ? Infinity : difference;
    }
    return most;
}

// The numbers of every symbolic dimension: batches of 1 and 3, and pictures of two sizes where any
// will do.
function shapesOf(dims) {
    const any = dims.length === 4 && typeof dims[2] !== 'number';
    const sizes = any ? [[30, 40], [61, 47]] : [[dims[2], dims[3]]];
    return [1, 3].flatMap(batch => sizes.map(size => [batch, dims[1], ...size]));
}

// Runs both on the same numbers; `feed` tells the dimensions of each input by name.
async function compareRuns(label, file, session, feed, folder) {
    const tensors = {}, files = [];
    for (const input of session.inputNames.filter(name => feed[name])) {
        const dims = feed[input], count = dims.reduce((a, b) => a * b, 1);
        const numbers = seeded(count, 20 + count);
        tensors[input] = new ort.Tensor('float32', numbers, dims);
        files.push(path.join(folder, `in${files.length}.npy`));
        writeNpy(files[files.length - 1], dims, numbers);
    }
    const theirs = await session.run(tensors);
    const out = fs.mkdtempSync(path.join(folder, 'out-'));
    let worst = 0, trouble = '';
    try {
        execFileSync(visavis, ['model', 'run', file, ...files, '-o', out], {stdio: 'pipe'});
        for (const output of session.outputNames) {
            const ours = readNpy(path.join(out, `${output.replace(/[^\w.-]/g, '_')}.npy`));
            const their = theirs[output];
            if (ours.dims.join() !== their.dims.join())
                trouble = `${output} is ${ours.dims.join('x')}, not ${their.dims.join('x')}`;
            const largest = their.data.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
            worst = Math.max(worst, largestDifference(ours.data, their.data) / (largest || 1));
        }
    } catch (error) {
        trouble = (error.stderr ? String(error.stderr).trim() : '') || error.message;
    }
    report(!trouble && worst < tolerance,
        `${label}: ${trouble || `differs by ${worst.toExponential(1)} of the largest output`}`);
}

async function compareWithOurs(file, session, folder) {
    const name = path.basename(file, '.onnx');
    const {name: input, shape} = session.inputMetadata[0];
    for (const dims of shapesOf(shape))
        await compareRuns(`${name} ${dims.join('x')}`, file, session, {[input]: dims}, folder);
}

// Networks as users may bring them, by the exporters they come from.
async function compareGraphs(folder) {
    for (const {name, model, feeds} of graphs()) {
        const file = path.join(folder, `${name}.onnx`);
        fs.writeFileSync(file, model.bytes());
        const session = await ort.InferenceSession.create(file,
            {intraOpNumThreads: 1, logSeverityLevel: 3});
        for (const feed of feeds)
            await compareRuns(`${name} ${Object.values(feed).map(d => d.join('x')).join(', ')}`,
                file, session, feed, folder);
    }
}

// The input that the reference's numbers are for: pixel i, channels last, is (i * 7919) % 256.
function referenceInput(height, width, mean, scale) {
    const plane = height * width, numbers = new Float32Array(3 * plane);
    for (let i = 0; i < 3 * plane; i++) {
        const c = i % 3;
        numbers[c * plane + (i - c) / 3] = ((i * 7919) % 256 - mean[c]) * scale;
    }
    return new ort.Tensor('float32', numbers, [1, 3, height, width]);
}

// FaceNet's input is shifted and scaled by its own mean and deviation.
function standardisedInput(size) {
    const {data, dims} = referenceInput(size, size, [0, 0, 0], 1);
    const mean = data.reduce((a, b) => a + b) / data.length;
    const deviation = Math.sqrt(data.reduce((a, b) => a + (b - mean) ** 2, 0) / data.length);
    return new ort.Tensor('float32', data.map(x => (x - mean) / deviation), dims);
}

// Seeded networks: the reference is the encoding's direction alone.
async function compareWithSeeded(session, name) {
    const {encoding} = await session.run({input: name === 'facenet' ? standardisedInput(160) :
        referenceInput(96, 96, [0, 0, 0], 1 / 255)});
    const expected = JSON.parse(fs.readFileSync(path.join(data, `${name}_seed1.json`))).embedding_l2;
    const length = Math.hypot(...encoding.data);
    const worst = largestDifference(encoding.data.map(x => x / length), expected);
    report(worst < referenceTolerance,
        `${name} encoding: differs by ${worst.toExponential(1)} from the reference`);
}

async function compareWithReference(session, name, reference) {
    const mtcnn = (h, w) => referenceInput(h, w, [127.5, 127.5, 127.5], 1 / 128);
    const input = {
        pnet: () => mtcnn(30, 40), rnet: () => mtcnn(24, 24), onet: () => mtcnn(48, 48),
        mobilefacenet: () => mtcnn(112, 112),
        dlib: () => referenceInput(150, 150, [122.782, 117.001, 104.298], 1 / 256),
    }[name];
    if (!input) return;
    const out = await session.run({input: input()});
    const expect = (what, numbers, expected) => {
        const worst = largestDifference(numbers, expected);
        report(worst < referenceTolerance,
            `${name} ${what}: differs by ${worst.toExponential(1)} from the reference`);
    };
    if (name === 'pnet') {
        const faces = out.probability.data.slice(150), r = reference.pnet_30x40;
        const first = r['prob_face_at_y0_x0..'];
        expect('probability', faces.slice(0, first.length), first);
        expect('sum of probabilities', [faces.reduce((a, b) => a + b)], [r.prob_sum]);
        expect('regression', [0, 1, 2, 3].map(c => out.regression.data[c * 150 + 5 * 15 + 7]),
            r.reg_dx1_dy1_dx2_dy2_at_y5_x7);
    } else if (name === 'dlib') {
        expect('encoding', out.encoding.data, reference.dlib_resnet_128.embedding);
    } else if (name === 'mobilefacenet') {
        // The reference's numbers are the 192 before the projection, which keeps lengths.
        const length = numbers => Math.hypot(...numbers);
        expect('length of the encoding, relative',
            [length(out.encoding.data) / length(reference.mobilefacenet_192.embedding_before_l2)],
            [1]);
    } else {
        expect('probability', out.probability.data, reference[name].prob);
        expect('regression', out.regression.data, reference[name].reg);
        if (name === 'onet') expect('landmarks', out.landmarks.data, reference.onet.landmarks_x5_y5);
    }
}

async function main() {
    const reference = JSON.parse(fs.readFileSync(path.join(data, 'networks.json')));
    const files = folders.flatMap(models => fs.readdirSync(models)
        .filter(name => name.endsWith('.onnx')).sort().map(name => path.join(models, name)));
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'visavis-parity-'));
    if (!files.length) report(false, `${folders[0]}: holds no networks; run script/models`);
    try {
        for (const file of files) {
            const session = await ort.InferenceSession.create(file, {intraOpNumThreads: 1});
            const name = path.basename(file, '.onnx');
            if (path.basename(path.dirname(file)) === 'seeded-models')
                await compareWithSeeded(session, name);
            else
                await compareWithReference(session, name, reference);
            await compareWithOurs(file, session, folder);
        }
        await compareGraphs(folder);
        for await (const {seed, trouble} of compareRandom(visavis, 1, networksOfChance))
            report(!trouble, `network of chance, seed ${seed}${trouble ? `: ${trouble}` : ''}`);
    } finally {
        fs.rmSync(folder, {recursive: true, force: true});
    }
    console.log(`1..${passed + failed}`);
    console.log(`${passed} passed, ${failed} failed`);
    process.exit(failed ? 1 : 0);
}

main();
