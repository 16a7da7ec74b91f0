// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Visavis authors
//
// Every network of ours beside ONNX Runtime: the same file, the same numbers, one thread each, in
// turn. Run by bench/networks.sh; docs/performance.md tells what the columns are.
//
//   NODE_PATH=PACKAGES node networks.js PROGRAM MODELS SEEDED
//       [--json] [--only NAME] [--runs N] [--fastest] [--cpu-time]
//
// PROGRAM is bench-networks, our side; SEEDED holds what bench-models wrote.
'use strict';

const {spawn} = require('child_process');
const fs = require('fs');
const os = require('os');
const path = require('path');
const readline = require('readline');
const ort = require('onnxruntime-node');

// Of the largest number in an output, or of 1 where that is less: more apart than this, and one of
// the two computes something else.
const tolerance = 1e-3;
// A turn is so long, at least one run: long enough that the caches hold what the other side's turn
// drove out, short enough that whatever else the machine does meets both sides.
const turnMs = 25;

const [program, models, seeded, ...options] = process.argv.slice(2);
const rows = [
    ['pnet_216x288', models, 'pnet', [1, 3, 216, 288]],
    ['pnet_432x768', models, 'pnet', [1, 3, 432, 768]],
    ['rnet_x64', models, 'rnet', [64, 3, 24, 24]],
    ['onet_x16', models, 'onet', [16, 3, 48, 48]],
    ['mobilefacenet_x1', models, 'mobilefacenet', [1, 3, 112, 112]],
    ['mobilefacenet_x8', models, 'mobilefacenet', [8, 3, 112, 112]],
    ['dlib_x1', models, 'dlib', [1, 3, 150, 150]],
    ['dlib_x8', models, 'dlib', [8, 3, 150, 150]],
    ['facenet_x1', seeded, 'facenet', [1, 3, 160, 160]],
    ['ir50_x1', seeded, 'ir50', [1, 3, 112, 112]],
].map(([name, folder, model, dims]) => ({name, file: path.join(folder, `${model}.onnx`), dims}));

function fail(message) {
    console.error(`bench networks: ${message}`);
    process.exit(2);
}

function readOptions() {
    const chosen = {json: false, only: [], rounds: 15, middle: median, cpuTime: false};
    const value = what => options.shift() || fail(`${what} is missing its value`);
    while (options.length) {
        const option = options.shift();
        if (option === '--json') {
            chosen.json = true;
        } else if (option === '--fastest') {
            chosen.middle = numbers => Math.min(...numbers);
        } else if (option === '--cpu-time') {
            chosen.cpuTime = true;
        } else if (option === '--only') {
            const name = value(option);
            if (!rows.some(row => row.name === name))
                fail(`no row is called ${name}; there are: ${rows.map(r => r.name).join(' ')}`);
            chosen.only.push(name);
        } else if (option === '--runs') {
            chosen.rounds = Number(value(option));
            if (!Number.isInteger(chosen.rounds) || chosen.rounds < 1)
                fail('--runs takes a whole number from 1');
        } else {
            fail(`unknown argument ${option}; see the head of script/bench`);
        }
    }
    return chosen;
}

const median = numbers => {
    const sorted = [...numbers].sort((a, b) => a - b), half = sorted.length >> 1;
    return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
};

// The same numbers that bench-networks makes.
function makeInput(dims) {
    const numbers = new Float32Array(dims.reduce((a, b) => a * b));
    for (let i = 0; i < numbers.length; i++) numbers[i] = (i * 7919 % 256 - 127.5) / 128;
    return numbers;
}

// Our side: a process that answers a line with a line.
class Ours {
    constructor(cpuTime) {
        this.process = spawn(program, cpuTime ? ['cpu'] : [], {stdio: ['pipe', 'pipe', 'inherit']});
        this.process.on('error', error => fail(`${program}: ${error.message}`));
        this.process.on('exit', () => this.closing || fail(`${program} gave up`));
        this.lines = readline.createInterface({input: this.process.stdout})[Symbol.asyncIterator]();
    }

    async ask(request) {
        this.process.stdin.write(`${request}\n`);
        return (await this.lines.next()).value;
    }

    async open(file, dims) {
        this.multiplyAdds = Number(await this.ask(`open ${file} ${dims.join(' ')}`));
    }

    async turn(count) {
        return (await this.ask(`run ${count}`)).split(' ').map(Number);
    }

    async outputs() {
        const file = path.join(os.tmpdir(), `visavis-bench-${process.pid}`);
        await this.ask(`outputs ${file}`);
        const bytes = fs.readFileSync(file);
        fs.unlinkSync(file);
        return new Float32Array(Uint8Array.from(bytes).buffer);
    }

    close() {
        this.closing = true;
        this.process.stdin.end();
    }
}

// Their side. Input and outputs are tensors made beforehand, so that a run allocates neither.
class Theirs {
    constructor(cpuTime) {
        this.now = cpuTime
            ? () => Object.values(process.cpuUsage()).reduce((a, b) => a + b) / 1e3
            : () => Number(process.hrtime.bigint()) / 1e6;
    }

    async open(file, dims) {
        this.session = await ort.InferenceSession.create(file, {
            intraOpNumThreads: 1, interOpNumThreads: 1, executionMode: 'sequential',
            graphOptimizationLevel: 'all', executionProviders: ['cpu'],
        });
        this.feeds = {[this.session.inputNames[0]]:
            new ort.Tensor('float32', makeInput(dims), dims)};
        this.fetches = await this.session.run(this.feeds);
    }

    async turn(count) {
        const times = [];
        for (let i = 0; i <= count; i++) {
            const start = this.now();
            await this.session.run(this.feeds, this.fetches);
            if (i) times.push(this.now() - start);
        }
        return times;
    }

    outputs() {
        return this.session.outputNames.map(name => this.fetches[name].data);
    }

    async close() {
        await this.session.release();
    }
}

// Ends the benchmark where the two disagree: the time of a wrong result is worth nothing.
async function compare(row, ours, theirs) {
    await ours.turn(1);
    const mine = await ours.outputs();
    let at = 0;
    for (const numbers of theirs.outputs()) {
        const largest = numbers.reduce((a, b) => Math.max(a, Math.abs(b)), 1);
        const worst = numbers.reduce((a, b, i) => {
            const difference = Math.abs(b - mine[at + i]);
            return difference > a || Number.isNaN(difference) ? difference : a;
        }, 0);
        if (!(worst <= tolerance * largest))
            fail(`${row.name}: ONNX Runtime gives other numbers; they differ by ${worst}`);
        at += numbers.length;
    }
    if (at !== mine.length)
        fail(`${row.name}: we give ${mine.length} numbers, ONNX Runtime ${at}`);
}

async function measure(row, ours, {rounds, middle, cpuTime}) {
    const theirs = new Theirs(cpuTime);
    await ours.open(row.file, row.dims);
    await theirs.open(row.file, row.dims);
    await compare(row, ours, theirs);

    const sides = [{turn: n => ours.turn(n), times: []}, {turn: n => theirs.turn(n), times: []}];
    for (const side of sides)
        side.count = Math.max(1, Math.min(50, Math.round(turnMs / (await side.turn(1))[0])));
    const peaks = [];
    for (let round = 0; round < rounds; round++) {
        // Who comes first, changes.
        for (const side of round % 2 ? [...sides].reverse() : sides)
            side.times.push(...await side.turn(side.count));
        peaks.push(Number(await ours.ask('peak')));
    }
    await theirs.close();
    const [oursMs, ortMs] = sides.map(side => middle(side.times));
    const gflops = 2 * ours.multiplyAdds / oursMs / 1e6;
    return {name: row.name, ours_ms: oursMs, ort_ms: ortMs, ratio: ortMs / oursMs, gflops,
        peak_share: gflops / median(peaks)};
}

const decimals = {ours_ms: 3, ort_ms: 3, ratio: 2, gflops: 1, peak_share: 2};

function show(row, json) {
    const texts = Object.entries(row).map(([key, value]) =>
        [key, key in decimals ? value.toFixed(decimals[key]) : value]);
    if (json)
        console.log(JSON.stringify(Object.fromEntries(texts.map(([key, text]) =>
            [key, key in decimals ? Number(text) : text]))));
    else
        console.log(texts.map(([key, text]) => key === 'name' ? text.padEnd(17)
            : text.padStart(10)).join(' '));
}

async function main() {
    const chosen = readOptions(), {json, only, rounds} = chosen;
    const ours = new Ours(chosen.cpuTime);
    const level = await ours.ask('level'), peak = Number(await ours.ask('peak'));
    if (!json) {
        const cpu = os.cpus()[0].model.trim();
        console.log(`${cpu}; one thread each; ${level}, peak ${peak.toFixed(0)} GFLOP/s; ` +
            `ONNX Runtime ${ort.env.versions.node || ort.env.versions.common}; ` +
            `${chosen.middle === median ? 'medians' : 'fastest'} of ${rounds} turns` +
            (chosen.cpuTime ? ', processor time' : ''));
        console.log('name'.padEnd(17) + Object.keys(decimals).map(k => k.padStart(11)).join(''));
    }
    for (const row of rows)
        if (!only.length || only.includes(row.name)) show(await measure(row, ours, chosen), json);
    ours.close();
}

main().catch(error => fail(error.message));
