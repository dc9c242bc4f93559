/** The evidence painted onto the input: next to the rows of a digit, below the curve of a series. */

import { d3 } from "../../../web/d3/d3.js";
import { byId, html, put, svg, watchWidth } from "../../../web/kit/dom.js";
import { beginOfStrips } from "./series.js";
import { INSET } from "./strip.js";

const BESIDE = { width: 40, height: 250, top: 4, row: 30 }; // as the board of the digit
const BELOW_HEIGHT = 46;

/** @returns {string} a path: the bar of a piece below the curve of T steps, up or down by its fraction of the largest */
export function barBelow({ from, to }, share, { T, stride, width, left, height = BELOW_HEIGHT }) {
  const right = width - INSET.right;
  const X = d3.scaleLinear([0, Math.max(T - 1, 1)], [left, right]);
  const Y = d3.scaleLinear([-1, 1], [height - 2, 2]);
  const half = (X(1) - X(0)) / 2;
  const [begin, end] = [X(from * stride) - half, X(Math.min((to + 1) * stride, T) - 1) + half];
  const ends = [Math.max(begin, left), Math.min(end, right)];
  const gap = Math.min((ends[1] - ends[0]) / 6, 1);
  return `M${(ends[0] + gap).toFixed(1)} ${Y(0)}V${Y(share).toFixed(1)}H${(ends[1] - gap).toFixed(1)}V${Y(0)}z`;
}

/**
 * Put a plot into the card of the input, which the style sheet shows while the evidence is unfolded.
 * @param {App} app
 * @returns {{size: {width: number}, key: HTMLElement, draw: (pieces: Piece[], parts: number[], T: number) => void}}
 */
export function evidenceStrip(app) {
  const isDigit = app.kind === "digit";
  const plot = svg("svg", { class: "evidence-strip", "aria-hidden": "true", "data-figure": "" });
  const key = html("p", { class: "hint evidence-key", "data-figure": "" });
  const box = byId("input-box");
  box.append(plot, key);
  const size = watchWidth(box, () => app.redraw());
  const left = beginOfStrips(app);

  /** A bar of each piece, from the line in the middle to its part, as a fraction of the largest. */
  function draw(pieces, parts, T) {
    const reach = Math.max(...parts.map(Math.abs), 1e-9);
    const { width } = isDigit ? BESIDE : size;
    const height = isDigit ? BESIDE.height : BELOW_HEIGHT;
    const besideRow = ({ from }, share) => {
      const y = BESIDE.top + from * BESIDE.row + 5;
      return `M${width / 2} ${y}h${(share * (width / 2 - 2)).toFixed(1)}v${BESIDE.row - 10}H${width / 2}z`;
    };
    const barOf = isDigit ? besideRow : (piece, share) => barBelow(piece, share, { T, stride: app.network.stride, width, left });
    put(plot, { viewBox: `0 0 ${width} ${height}`, ...(isDigit ? {} : { width, height }) });
    const axis = isDigit ? `M${width / 2} ${BESIDE.top}v${8 * BESIDE.row}` : `M${left} ${height / 2}H${width - INSET.right}`;
    plot.replaceChildren(svg("path", { class: "axis", d: axis }), ...pieces.map((piece, n) => {
      return svg("path", { class: parts[n] < 0 ? "bar against" : "bar best", d: barOf(piece, parts[n] / reach) });
    }));
  }

  return { size, key, draw };
}
