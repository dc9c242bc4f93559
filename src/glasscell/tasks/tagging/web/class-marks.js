/** How each label looks: a colour and a pattern, so that labels differ without colours, too. */

import { svg } from "../../../explorer/web/kit/dom.js";

const COLOURS = ["#77aadd", "#ee8866", "#eedd88", "#44bb99", "#ffaabb", "#bbcc33", "#99ddff", "#dddddd"]; // Paul Tol's
const PATTERNS = [ // paths in squares of 8 pixels; the first label is plain
  "", "M-2 2L2 -2M0 8L8 0M6 10L10 6", "M4 4h0", "M0 4H8", "M-2 6L2 10M0 0L8 8M6 -2L10 2", "M4 0V8", "M0 4H8M4 0V8",
  "M2 2h0M6 6h0",
];
const TILE = { width: 8, height: 8 };

/** @returns {SVGElement} the patterns of so many labels; to be put into an SVG that is always shown */
export function patternsOf(count) {
  return svg("defs", {}, ...Array.from({ length: count }, (_, k) => {
    const path = svg("path", { class: "mark-line", d: PATTERNS[(k + Math.floor(k / COLOURS.length)) % PATTERNS.length] });
    const paper = svg("rect", TILE);
    paper.style.fill = COLOURS[k % COLOURS.length];
    return svg("pattern", { id: `label-${k}`, ...TILE, patternUnits: "userSpaceOnUse" }, paper, path);
  }));
}

/** Give a shape the look of a label. */
export function mark(shape, label) {
  const fill = `url("#label-${label}")`;
  if (shape.style.fill !== fill) shape.style.fill = fill;
  return shape;
}

/** @returns {{element: SVGSVGElement, set: (label: number) => void}} a small square with the look of a label */
export function labelSwatch(label = 0) {
  const square = mark(svg("rect", { class: "label-edge", x: 0.5, y: 0.5, width: 23, height: 15, rx: 3 }), label);
  const attributes = { class: "label-swatch", viewBox: "0 0 24 16", width: 24, height: 16, "aria-hidden": "true" };
  return { element: svg("svg", attributes, square), set: (now) => mark(square, now) };
}
