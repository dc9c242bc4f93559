/** A network of one or two units in full: its input, a unit's six lines, and the output next to the target. */

import { d3 } from "../../../web/d3/d3.js";
import { byId, changeOfKey, html, put, svg, watchWidth } from "../../../web/kit/dom.js";
import { number, word } from "../../../web/words/language.js";
import { linePath, rulesOf, scrubbing, stepAt, stepScale, stepsBelow } from "../../../web/kit/charts.js";
import { errorInWords } from "../../../web/views/answer.js";
import { SWITCH, answersOf, meansByBit } from "../../../web/network/gate-task.js";
import { QUANTITIES, hasGate } from "../../../web/network/quantities.js";
import { SOLVED } from "../../../web/network/training.js";

const ROW_HEIGHT = { x: 54, y: 84 };
const USUAL_HEIGHT = 46;
const ROW_AXIS = 20; // below the last row
const ROW_EDGE = { left: 34, right: 8, top: 5 };
const GATE_LETTERS = /** @type {const} */ (["i", "f", "o"]);

/**
 * @param {App} app
 * @returns {View}
 */
export function oneUnitView(app) {
  const box = byId("six-box");
  const [{ H, variant }] = app.network.layers[0].directions;
  const rows = ["x", ...QUANTITIES, "y"].map((name) => {
    const height = ROW_HEIGHT[name] ?? USUAL_HEIGHT;
    const axis = name === "y" ? ROW_AXIS : 0;
    const plot = svg("svg", { class: "chart", role: "img", height: height + axis, "data-figure": "" });
    const value = html("span", { class: "six-value" });
    const letter = name === "y" ? "" : html("span", { class: `letter ink-${name}`, text: name });
    const absent = hasGate(variant, name) === false ? html("b", { "data-word": "absent" }) : "";
    const what = html("span", { class: "six-name", "data-word": `six.${name}` });
    const head = html("div", { class: "six-head", "data-figure": "" }, letter, " ", what, " ", absent);
    box.append(html("div", { class: "six-row", id: `six-${name}` }, head, html("div", { class: "six-plot" }, plot), value));
    const choose = (share) => app.set({ playing: false, t: stepAt(share, app.shape().steps) });
    scrubbing(plot, choose, ROW_EDGE.left, ROW_EDGE.right);
    return { name, plot, value, height, axis, values: null, mark: svg("line", { class: "now", y1: 0, y2: height }) };
  });
  const size = watchWidth(box.querySelector(".six-plot"), () => app.redraw());
  const isSolved = (app.payload.trained?.shares.own ?? 0) < SOLVED;
  const isMirrored = H === 1 && isSolved && app.network.readOut.kernel[0] < 0;
  const isNew = changeOfKey();
  let X = null;

  /** The contents of a row: its values, those without clamps, and the targets. */
  function linesOf(name, { one, oneFree, isHeld, targets, result, free, state, unit }) {
    if (name === "x") return [state.input.x.filter((_, n) => n % 2 !== SWITCH)];
    if (name === "y") return [answersOf(app.network, result), isHeld && answersOf(app.network, free), targets];
    return [ofUnit(one, name, unit), isHeld && ofUnit(oneFree, name, unit)];
  }

  function draw(row, frame) {
    const { name, plot, height, axis, mark } = row;
    const { steps, state: { input: { x } } } = frame;
    const { width } = size;
    const isGate = GATE_LETTERS.includes(name);
    const [values, ghost, target] = linesOf(name, frame);
    row.values = values;
    const [, reach] = d3.extent([name === "z" ? 1 : 0.5, ...values, ...(ghost || []), ...(target ?? [])].map(Math.abs));
    const Y = d3.scaleLinear([isGate ? 0 : -reach, isGate ? 1 : reach], [height - ROW_EDGE.top, ROW_EDGE.top]).nice(2);
    put(plot, { width, viewBox: `0 0 ${width} ${height + axis}` });
    const half = (X(1) - X(0)) / 2;
    const bits = Array.from(values, (_, t) => {
      return x[2 * t + SWITCH] > 0.5 ? `M${X(t) - half} 0h${2 * half}V${height}h${-2 * half}z` : "";
    });
    plot.replaceChildren(
      svg("path", { class: "band", d: bits.join("") }), ...rulesOf(Y, ROW_EDGE.left, width - ROW_EDGE.right, isGate ? 1 : 2),
    );
    const stroke = `line stroke-${name === "y" ? "x" : name}`;
    for (const [look, line] of [["target", target], [`${stroke} ghost`, ghost], [stroke, values]]) {
      if (line) plot.append(svg("path", { class: look, d: linePath(line, 0, 1, steps, X, Y, width) }));
    }
    if (axis) plot.append(...stepsBelow(X, steps, width, height + axis - 5));
    plot.append(mark);
  }

  return {
    update(frame) {
      const { steps, t, version, look, targets, result, unit } = frame;
      if (isNew(version, look, size.width, unit)) {
        X = stepScale(steps, ROW_EDGE.left, size.width - ROW_EDGE.right);
        for (const row of rows) draw(row, frame);
        const error = errorInWords(app, result, targets);
        put(byId("six-words"), { text: `${gatesInWords(frame, gatesOf(variant))} ${word("six.error", { error })}`.trim() });
        put(byId("six-hint"), { text: `${word("six.hint")} ${isMirrored ? word("six.mirrored") : ""}`.trim() });
        writeNumbers(app);
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
function gatesOf(variant) {
  return GATE_LETTERS.filter((gate) => hasGate(variant, gate));
}

/** @returns {Float64Array} (steps) what one unit does, of (steps, H) */
function ofUnit(one, name, unit) {
  return one[name].filter((_, at) => at % one.H === unit);
}

/** “Where the bit is on, i is 0.30, f 1.00, o 0.95; elsewhere …”; "" where it is always or never on, or without gates. */
export function gatesInWords({ one, state, unit = 0 }, gates) {
  const means = gates.map((gate) => ({ gate, ...meansByBit(ofUnit(one, gate, unit), state.input.x) }));
  if (means.length === 0 || means.some(({ on, off }) => Number.isNaN(on + off))) return "";
  const list = (side) => means.map((mean) => `${mean.gate} ${number(mean[side])}`).join(word("comma"));
  return word("six.gates", { on: list("on"), off: list("off") });
}

/** The network's weights as a table, each in its place in the sums: z and the gates that it has, of each unit. */
function writeNumbers({ network }) {
  const [{ kernel, recurrentKernel, bias, H, variant }] = network.layers[0].directions;
  const { kernel: weights, bias: [shift] } = network.readOut;
  const names = ["z", ...gatesOf(variant)];
  const units = [...Array(H).keys()];
  const numbered = (name, u) => (H === 1 ? name : `${name}${String.fromCharCode(0x2080 + u)}`); // a small 0, 1
  const before = units.map((u) => numbered(word("diagram.h"), u));
  const head = ["", word("channel.1"), word("channel.2"), ...before, word("numbers.bias")];
  const rows = units.flatMap((u) => names.map((gate) => {
    const column = ["i", "f", "z", "o"].indexOf(gate) * H + u;
    const sums = [kernel[column], kernel[4 * H + column], ...units.map((v) => recurrentKernel[v * 4 * H + column]), bias[column]];
    const name = html("th", { class: `ink-${gate}`, scope: "row", text: numbered(gate, u) });
    return html("tr", {}, name, ...sums.map((v) => html("td", { text: number(v) })));
  }));
  const titles = html("tr", {}, ...head.map((text) => html(text ? "th" : "td", { text })));
  const sum = units.map((u) => `${number(weights[u])}·${numbered("h", u)}`).join(" + ");
  const note = `${word("numbers.words")} ${word("numbers.answer", { sum, shift: number(shift) })}`;
  put(byId("numbers-title"), { text: word("numbers.title", { count: names.length * H * (H + 3) + H + 1 }) });
  byId("numbers").replaceChildren(html("table", { class: "weights" }, titles, ...rows), html("p", { class: "note", text: note }));
}
