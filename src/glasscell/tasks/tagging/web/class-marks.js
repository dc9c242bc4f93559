/** How each label looks: a colour and a pattern, so that it is told from others without colours, too. */

import { svg } from "../../../explorer/web/kit/dom.js";

const COLOURS = ["#77aadd", "#ee8866", "#eedd88", "#44bb99", "#ffaabb", "#bbcc33", "#99ddff", "#dddddd"]; // Paul Tol's
const PATTERNS = [ // paths in squares of 8 pixels; the first label is plain
  "", "M-2 2L2 -2M0 8L8 0M6 10L10 6", "M4 4h0", "M0 4H8", "M-2 6L2 10M0 0L8 8M6 -2L10 2", "M4 0V8", "M0 4H8M4 0V8",
  "M2 2h0M6 6h0",
];
const TILE = 8;

/** @returns {SVGElement} the patterns of so many labels; to stand in a picture that is always shown */
export function patternsOf(count) {
  const defs = svg("defs");
  for (let k = 0; k < count; k++) {
    const path = svg("path", { class: "mark-line", d: PATTERNS[(k + Math.floor(k / COLOURS.length)) % PATTERNS.length] });
    const paper = svg("rect", { width: TILE, height: TILE });
    paper.style.fill = COLOURS[k % COLOURS.length];
    const size = { width: TILE, height: TILE, patternUnits: "userSpaceOnUse" };
    defs.append(svg("pattern", { id: `label-${k}`, ...size }, paper, path));
  }
  return defs;
}

/** Give a shape the look of a label. */
export function mark(shape, label) {
  const fill = `url("#label-${label}")`;
  if (shape.style.fill !== fill) shape.style.fill = fill;
  return shape;
}

/** @returns {{element: SVGElement, set: function(number)}} a small square with the look of a label */
export function labelSwatch(label = 0) {
  const square = svg("rect", { class: "label-edge", x: 0.5, y: 0.5, width: 23, height: 15, rx: 3 });
  const element = svg("svg", { class: "label-swatch", viewBox: "0 0 24 16", width: 24, height: 16, "aria-hidden": "true" }, square);
  const set = (now) => mark(square, now);
  set(label);
  return { element, set };
}
