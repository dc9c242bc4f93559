/** All that a network of one unit or two does: what it reads, a unit's six lines, and the answer beside the target. */

import { d3 } from "../d3/d3.js";
import { byId, html, put, svg, watchWidth } from "../kit/dom.js";
import { number, word } from "../words/language.js";
import { linePath, scrubbing, stepAt, stepScale, stepsBelow } from "../kit/charts.js";
import { errorInWords } from "./answer.js";
import { SWITCH, answersOf, meansByBit } from "../network/gate-task.js";
import { QUANTITIES } from "../network/quantities.js";
import { SOLVED } from "../network/training.js";

const SIX_ROWS = ["x", ...QUANTITIES, "y"];
const ROW_HEIGHT = { x: 54, y: 84 };
const USUAL_HEIGHT = 46;
const ROW_AXIS = 20; // below the last row
const ROW_EDGE = { left: 34, right: 8, top: 5 };
const GATE_LETTERS = ["i", "f", "o"];

/**
 * @param {App} app
 * @returns {View}
 */
export function oneUnitView(app) {
  const box = byId("six-box");
  const [{ H, variant }] = app.network.layers[0].directions;
  const rows = SIX_ROWS.map((name) => {
    const height = (ROW_HEIGHT[name] ?? USUAL_HEIGHT) + (name === "y" ? ROW_AXIS : 0);
    const plot = svg("svg", { class: "chart", role: "img", height, "data-figure": "" });
    const letter = name === "y" ? "" : html("span", { class: `letter ink-${name}`, text: name });
    const value = html("span", { class: "six-value" });
    const what = html("span", { class: "six-name", "data-word": `six.${name}` });
    const isAbsent = GATE_LETTERS.includes(name) && !gatesOf(variant).includes(name);
    const absent = isAbsent ? [" ", html("b", { "data-word": "absent" })] : [];
    const head = html("div", { class: "six-head", "data-figure": "" }, letter, " ", what, ...absent);
    box.append(html("div", { class: "six-row", id: `six-${name}` }, head, html("div", { class: "six-plot" }, plot), value));
    const row = { name, plot, value, height: ROW_HEIGHT[name] ?? USUAL_HEIGHT, mark: null };
    const choose = (share) => app.set({ playing: false, t: stepAt(share, app.shape().steps) });
    scrubbing(plot, choose, ROW_EDGE.left, ROW_EDGE.right);
    return row;
  });
  const size = watchWidth(box.querySelector(".six-plot"), () => app.redraw());
  const isSolved = (app.payload.trained?.shares.own ?? 0) < SOLVED;
  const isMirrored = H === 1 && isSolved && app.network.readOut.kernel[0] < 0;
  const numbersTable = allNumbers(app);
  let drawn = null;
  let X = null;

  /** What a row shows: its values, those without clamps, and the targets. */
  function linesOf(name, frame) {
    const { one, oneFree, isHeld, targets, result, free, state, unit } = frame;
    if (name === "x") {
      const { x, T } = state.input;
      return { values: Float64Array.from({ length: T }, (_, t) => x[2 * t]), ghost: null, target: null };
    }
    if (name === "y") {
      const ghost = isHeld ? answersOf(app.network, free) : null;
      return { values: answersOf(app.network, result), ghost, target: targets };
    }
    return { values: ofUnit(one, name, unit), ghost: isHeld ? ofUnit(oneFree, name, unit) : null, target: null };
  }

  function draw(row, frame) {
    const { name, plot, height } = row;
    const { steps, state } = frame;
    const { width } = size;
    const lines = linesOf(name, frame);
    row.values = lines.values;
    const [low, high] = GATE_LETTERS.includes(name) ? [0, 1] : reachOfRow(Object.values(lines), name === "z" ? 1 : 0.5);
    const Y = d3.scaleLinear([low, high], [height - ROW_EDGE.top, ROW_EDGE.top]);
    put(plot, { width, viewBox: `0 0 ${width} ${plot.getAttribute("height")}` });
    const half = (X(1) - X(0)) / 2;
    plot.replaceChildren(svg("path", {
      class: "band", d: onSteps(state.input.x, (t) => `M${X(t) - half} 0h${2 * half}V${height}h${-2 * half}z`),
    }));
    for (const v of GATE_LETTERS.includes(name) ? [0, 1] : [low, 0, high]) {
      const text = number(v, GATE_LETTERS.includes(name) || v === 0 ? 0 : 1);
      plot.append(
        svg("line", { class: v === 0 ? "axis" : "rule", x1: ROW_EDGE.left, x2: width - ROW_EDGE.right, y1: Y(v), y2: Y(v) }),
        svg("text", { class: "tick", x: ROW_EDGE.left - 5, y: Y(v) + 4, "text-anchor": "end", text }),
      );
    }
    const path = (values) => linePath(values, 0, 1, steps, X, Y, width);
    if (lines.target) plot.append(svg("path", { class: "target", d: path(lines.target) }));
    const colour = name === "y" ? "x" : name;
    if (lines.ghost) plot.append(svg("path", { class: `line stroke-${colour} ghost`, d: path(lines.ghost) }));
    plot.append(svg("path", { class: `line stroke-${colour}`, d: path(lines.values) }));
    if (name === "y") plot.append(...stepsBelow(X, steps, width, height + ROW_AXIS - 5));
    row.mark = svg("line", { class: "now", y1: 0, y2: height });
    plot.append(row.mark);
  }

  return {
    update(frame) {
      const { steps, t, version, look, targets, result, unit } = frame;
      const key = [version, look, size.width, unit];
      if (drawn === null || key.some((part, k) => part !== drawn[k])) {
        drawn = key;
        X = stepScale(steps, ROW_EDGE.left, size.width - ROW_EDGE.right);
        for (const row of rows) draw(row, frame);
        const error = errorInWords(app, result, targets);
        put(byId("six-words"), { text: `${gatesInWords(frame, gatesOf(variant))} ${word("six.error", { error })}`.trim() });
        put(byId("six-hint"), { text: `${word("six.hint")} ${isMirrored ? word("six.mirrored") : ""}`.trim() });
        numbersTable();
      }
      for (const { name, plot, value, values, mark } of rows) {
        put(mark, { x1: X(t), x2: X(t) });
        put(value, { text: number(values[t]) });
        put(plot, { "aria-label": word("six.label", { name: word(`six.${name}`), t: t + 1, value: number(values[t]) }) });
      }
    },
  };
}

/** @returns {string[]} the letters of the gates that a cell has */
function gatesOf({ input_gate: i, forget_gate: f, output_gate: o }) {
  return GATE_LETTERS.filter((gate) => ({ i, f, o })[gate]);
}

/** @returns {ArrayLike<number>} (steps) what one unit does, of (steps, H) */
function ofUnit(one, name, unit) {
  return one.H === 1 ? one[name] : one[name].filter((_, at) => at % one.H === unit);
}

/** “Where the bit is on, i is 0.30, f 1.00, o 0.95; elsewhere …”; "" where it is always or never on, or without gates. */
export function gatesInWords({ one, state, unit = 0 }, gates = GATE_LETTERS) {
  const means = gates.map((gate) => ({ gate, ...meansByBit(ofUnit(one, gate, unit), state.input.x) }));
  if (means.length === 0 || means.some(({ on, off }) => Number.isNaN(on + off))) return "";
  const list = (side) => means.map((mean) => `${mean.gate} ${number(mean[side])}`).join(word("comma"));
  return word("six.gates", { on: list("on"), off: list("off") });
}

/** The network's weights as a table, each in its place in the sums: z and the gates that it has, of each unit. */
function allNumbers(app) {
  const [{ kernel, recurrentKernel, bias, H, variant }] = app.network.layers[0].directions;
  const { kernel: weights, bias: [shift] } = app.network.readOut;
  const names = ["z", ...gatesOf(variant)];
  const count = names.length * H * (H + 3) + H + 1;
  const units = Array.from({ length: H }, (_, u) => u);
  const numbered = (name, u) => (H === 1 ? name : `${name}${String.fromCharCode(0x2081 + u)}`); // a small 1, 2
  const rowOf = (gate, u) => {
    const column = { i: 0, f: 1, z: 2, o: 3 }[gate] * H + u;
    const sums = [kernel[column], kernel[4 * H + column], ...units.map((v) => recurrentKernel[v * 4 * H + column]), bias[column]];
    const name = html("th", { class: `ink-${gate}`, scope: "row", text: numbered(gate, u) });
    return html("tr", {}, name, ...sums.map((v) => html("td", { text: number(v) })));
  };
  return () => {
    const before = units.map((u) => numbered(word("diagram.h"), u));
    const head = ["", word("channel.1"), word("channel.2"), ...before, word("numbers.bias")];
    const table = html("table", { class: "weights" }, html("tr", {}, ...head.map((text) => html(text ? "th" : "td", { text }))));
    table.append(...units.flatMap((u) => names.map((gate) => rowOf(gate, u))));
    put(byId("numbers-title"), { text: word("numbers.title", { count }) });
    const sum = units.map((u) => `${number(weights[u])}·${numbered("h", u)}`).join(" + ");
    const end = word("numbers.answer", { sum, shift: number(shift) });
    byId("numbers").replaceChildren(table, html("p", { class: "note", text: `${word("numbers.words")} ${end}` }));
  };
}

function onSteps(x, shape) {
  return Array.from({ length: x.length / 2 }, (_, t) => (x[2 * t + SWITCH] > 0.5 ? shape(t) : "")).join("");
}

/** The same distance to both sides of 0, at least `minReach`. */
function reachOfRow(lines, minReach) {
  const reach = lines.filter(Boolean).flatMap((line) => [...line]).reduce((m, v) => Math.max(m, Math.abs(v)), minReach);
  return [-reach, reach];
}
