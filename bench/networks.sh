# SPDX-License-Identifier: MIT
# Copyright (c) 2026 The Visavis authors
#
# Every network beside ONNX Runtime; see docs/performance.md. Run by script/bench networks.
#
#   --build DIR   a build folder other than build/; the rest goes to networks.js

source "$(dirname "$0")/../script/common.sh"

build=build
arguments=()
while [ $# -gt 0 ]; do
    if [ "$1" = --build ]; then
        build=${2:?--build takes a folder}
        shift 2
    else
        arguments+=("$1")
        shift
    fi
done

command -v node >/dev/null || fail "node is missing; install it (Debian: nodejs)"
log=$(ninja --quiet -C "$build" bench/bench-networks bench/bench-models 2>&1) ||
    fail "could not build $build; run script/setup first; it says: $log"
[ -d build/packages/onnxruntime-node ] || script/models --with-onnxruntime >&2

folder=build/bench
mkdir -p "$folder"
for model in facenet ir50; do
    [ "$folder/$model.onnx" -nt "$build/bench/bench-models" ] ||
        "$build/bench/bench-models" "$model" "$folder/$model.onnx"
done
NODE_PATH=build/packages exec node bench/networks.js "$build/bench/bench-networks" build/models \
    "$folder" ${arguments[@]+"${arguments[@]}"}
