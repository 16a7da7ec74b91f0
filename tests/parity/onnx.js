// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Visavis authors
//
// Writes ONNX files: protobuf's wire format by hand, the few messages that a network needs.
'use strict';

const FLOAT = 1, INT32 = 6, INT64 = 7, BOOL = 9;

function varint(value) {
    const bytes = [];
    let rest = BigInt.asUintN(64, BigInt(value));
    for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
    bytes.push(Number(rest));
    return Buffer.from(bytes);
}

const integer = (field, value) => Buffer.concat([varint(field << 3), varint(value)]);
const bytes = (field, data) => Buffer.concat([varint(field << 3 | 2), varint(data.length), data]);
const text = (field, string) => bytes(field, Buffer.from(string));
const raw = array => Buffer.from(array.buffer, array.byteOffset, array.byteLength);

function float(field, value) {
    const data = Buffer.alloc(4);
    data.writeFloatLE(value);
    return Buffer.concat([varint(field << 3 | 5), data]);
}

function typeOf(data) {
    if (data instanceof Float32Array) return FLOAT;
    if (data instanceof BigInt64Array) return INT64;
    if (data instanceof Int32Array) return INT32;
    return BOOL;
}

// TensorProto, from a typed array.
function tensor(dims, data, name = '') {
    return Buffer.concat([...dims.map(d => integer(1, d)), integer(2, typeOf(data)), text(8, name),
        bytes(9, raw(data))]);
}

const floats = (dims, ...values) => ({dims, data: Float32Array.from(values)});
const ints = (...values) => ({dims: [values.length], data: BigInt64Array.from(values, BigInt)});

// AttributeProto, its kind by the value: {dims, data} a tensor; 1 whole, {f: 1} a float.
function attribute(name, value) {
    const [type, body] = typeof value === 'string' ? [3, text(4, value)]
        : Array.isArray(value) ? [7, Buffer.concat(value.map(i => integer(8, i)))]
        : typeof value === 'number' ? [2, integer(3, value)]
        : value.data ? [4, bytes(5, tensor(value.dims, value.data))]
        : value.fs ? [6, Buffer.concat(value.fs.map(f => float(7, f)))]
        : [1, float(2, value.f)];
    return Buffer.concat([text(1, name), body, integer(20, type)]);
}

function port(name, type, dims) {
    const shape = Buffer.concat(dims.map(d =>
        bytes(1, typeof d === 'number' ? integer(1, d) : text(2, d))));
    const tensorType = Buffer.concat([integer(1, type), bytes(2, shape)]);
    return Buffer.concat([text(1, name), bytes(2, bytes(1, tensorType))]);
}

// Collects a network, and gives its bytes. `inputs` of a node is 'a b' or ['a', '', 'b'].
class Model {
    constructor(opset, {ir = 7, weightsAreInputs = false} = {}) {
        Object.assign(this, {opset, ir, weightsAreInputs, nodes: [], weights: [], ports: [],
            outputs: [], count: 0});
    }

    input(name, dims, type = FLOAT) {
        this.ports.push(port(name, type, dims));
        return name;
    }

    weight(dims, data, name = `weight${this.count++}`) {
        this.weights.push({name, dims, data});
        return name;
    }

    node(op, inputs, attributes = {}, outputs = [`${op}_${this.count++}`]) {
        const names = typeof inputs === 'string' ? inputs.split(' ') : inputs;
        this.nodes.push(Buffer.concat([...names.map(n => text(1, n)),
            ...outputs.map(n => text(2, n)), text(3, `node_${outputs[0]}`), text(4, op),
            ...Object.entries(attributes).filter(([, v]) => v !== undefined)
                .map(([k, v]) => bytes(5, attribute(k, v)))]));
        return outputs.length === 1 ? outputs[0] : outputs;
    }

    constant(value) {
        return this.node('Constant', [], {value});
    }

    output(name, as) {
        if (as) this.node('Identity', [name], {}, [as]);
        this.outputs.push(as || name);
    }

    bytes() {
        const listed = this.weightsAreInputs
            ? this.weights.map(w => port(w.name, typeOf(w.data), w.dims)) : [];
        const graph = Buffer.concat([...this.nodes.map(n => bytes(1, n)), text(2, 'graph'),
            ...this.weights.map(w => bytes(5, tensor(w.dims, w.data, w.name))),
            ...this.ports.concat(listed).map(p => bytes(11, p)),
            ...this.outputs.map(o => bytes(12, text(1, o)))]);
        const opset = Buffer.concat([text(1, ''), integer(2, this.opset)]);
        return Buffer.concat([integer(1, this.ir), bytes(8, opset), bytes(7, graph)]);
    }
}

module.exports = {Model, tensor, floats, ints, FLOAT, INT32, INT64, BOOL};
