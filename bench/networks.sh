# SPDX-License-Identifier: MIT
# Copyright (c) 2026 The Visavis authors
#
# Every network beside ONNX Runtime; see docs/performance.md. Run by script/bench networks.
#
#   --only NAME   this row; may be given several times

source "$(dirname "$0")/common.sh"
command -v node >/dev/null || fail "node is missing; install it (Debian: nodejs)"
prepare bench/bench-networks bench/bench-models
[ -d build/packages/onnxruntime-node ] || script/models --with-onnxruntime "$build" >&2

for model in facenet ir50; do
    [ "$folder/$model.onnx" -nt "$build/bench/bench-models" ] ||
        "$build/bench/bench-models" "$model" "$folder/$model.onnx"
done
[ $json = no ] || arguments+=(--json)
[ $clock = clock ] || arguments+=(--cpu-time)
[ $which = middle ] || arguments+=(--fastest)
NODE_PATH=build/packages exec node bench/networks.js "$build/bench/bench-networks" build/models \
    "$folder" --runs "${runs:-15}" ${arguments[@]+"${arguments[@]}"}
