/** The evidence painted onto the input: beside the rows of a digit, below the curve of a series. */

import { d3 } from "../d3/d3.js";
import { byId, html, put, svg, watchWidth } from "../kit/dom.js";
import { word } from "../words/language.js";
import { answerName } from "./answer.js";
import { askedOf } from "./asking.js";
import { beginOfStrips } from "./series.js";
import { INSET } from "./strip.js";

const BESIDE = { width: 40, height: 250, top: 4, row: 30 }; // as the board of the digit
const BELOW_HEIGHT = 46;

/** @returns {string} a path: the bar of a piece below the curve of T steps, as far up or down as its share of the largest */
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
 * @param {App} app
 * @returns {View}
 */
export function evidenceStrip(app) {
  const isDigit = app.kind === "digit";
  const plot = svg("svg", { class: "evidence-strip", "aria-hidden": "true", "data-figure": "" });
  const key = html("p", { class: "hint evidence-key", "data-figure": "" });
  byId("input-box").append(plot, key);
  const size = watchWidth(byId("input-box"), () => app.redraw());
  if (isDigit) put(plot, { viewBox: `0 0 ${BESIDE.width} ${BESIDE.height}` });
  const left = beginOfStrips(app);
  let drawn = null;

  /** A bar of each piece, from the line in the middle to its part, as a share of the largest. */
  function barOf({ from, to }, share, T) {
    if (isDigit) {
      const X = d3.scaleLinear([-1, 1], [2, BESIDE.width - 2]);
      const y = BESIDE.top + from * BESIDE.row + 5;
      return `M${X(0)} ${y}H${X(share).toFixed(1)}v${BESIDE.row - 10}H${X(0)}z`;
    }
    return barBelow({ from, to }, share, { T, stride: app.network.stride, width: size.width, left });
  }

  function draw(runs, k, T) {
    const { evidence } = runs;
    const known = evidence.pieces.filter(({ outputs }) => outputs !== null);
    const parts = known.map((piece) => evidence.partOf(piece, k));
    const reach = parts.reduce((most, v) => Math.max(most, Math.abs(v)), 1e-9);
    const paths = { "bar best": "", "bar against": "" };
    known.forEach((piece, n) => {
      paths[parts[n] < 0 ? "bar against" : "bar best"] += barOf(piece, parts[n] / reach, T);
    });
    const { width } = size;
    if (!isDigit) put(plot, { width, height: BELOW_HEIGHT, viewBox: `0 0 ${width} ${BELOW_HEIGHT}` });
    const line = isDigit
      ? { x1: BESIDE.width / 2, x2: BESIDE.width / 2, y1: BESIDE.top, y2: BESIDE.top + 8 * BESIDE.row }
      : { x1: left, x2: width - INSET.right, y1: BELOW_HEIGHT / 2, y2: BELOW_HEIGHT / 2 };
    const bars = Object.entries(paths).map(([name, d]) => svg("path", { class: name, d }));
    plot.replaceChildren(svg("line", { class: "axis", ...line }), ...bars);
  }

  return {
    update({ runs, version, look, state, result }) {
      const isOpen = state.more === "answer"; // as the rest of the evidence is
      for (const part of [plot, key]) put(part, { hidden: !isOpen });
      if (!isOpen) return;
      const k = askedOf(app, result.answer);
      const { evidence } = runs;
      put(key, { text: word("evidence.key", { name: answerName(app.payload, k) }) }); // at once, or the page would move
      const isKnown = evidence.pieces.some(({ outputs }) => outputs !== null);
      const now = [version, look, size.width, evidence.runs, k];
      if (!isKnown || (drawn !== null && now.every((part, n) => part === drawn[n]))) return; // what is drawn stays
      drawn = now;
      draw(runs, k, state.input.T);
    },
  };
}
