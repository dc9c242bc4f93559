#!/usr/bin/env bash
# Writes d3.js: what the page uses of d3, as one module that imports nothing, its licence at the head and in LICENSE.
# This needs npm; what is installed does not.   build.sh [FOLDER]
set -euo pipefail
folder=$(realpath "${1:-$(dirname "$0")}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# Of d3-scale and d3-shape the last versions with a file for each function: of later ones more is kept than is used.
# The other packages by name as well, or each would bring the newest that fits. Scales here lead to numbers: without
# what d3-interpolate has for colours and dates the file is smaller by a third. No templates, for bundle.py would lose the
# spaces of one inside another.
npm install --silent --no-audit --no-fund --no-package-lock esbuild@0.28.2 d3-scale@4.0.2 d3-shape@3.2.0 \
    d3-array@3.2.4 d3-color@3.1.0 d3-format@3.1.0 d3-interpolate@3.0.1 d3-path@3.1.0 d3-time@3.1.0 \
    d3-time-format@4.1.0 internmap@2.0.3
cat >used.js <<'END'
export { extent, ticks } from "d3-array";
export { scaleLinear, scaleLog } from "d3-scale";
export { area, line } from "d3-shape";
END
cat >numbers.js <<'END'
export { default as interpolate, default as interpolateNumber } from "./node_modules/d3-interpolate/src/number.js";
export { default as interpolateRound } from "./node_modules/d3-interpolate/src/round.js";
export { default as piecewise } from "./node_modules/d3-interpolate/src/piecewise.js";
END
cp node_modules/d3-array/LICENSE "$folder" # the others' is the same, of fewer years
{
    printf '/*! d3-array, d3-format, d3-interpolate, d3-path, d3-scale, d3-shape: ISC licence\n'
    cat node_modules/d3-array/LICENSE
    printf '*/\n'
    node_modules/.bin/esbuild used.js --bundle --minify --format=iife --global-name=d3 --target=es2022 \
        --alias:d3-interpolate=./numbers.js --supported:template-literal=false |
        sed 's/^var d3=/export const d3 = /'
} >d3.js
cp d3.js "$folder"
