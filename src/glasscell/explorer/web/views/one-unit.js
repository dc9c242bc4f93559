/** All that a network of one unit does: what it reads, its six lines, and the answer beside the target. */

import { byId, html, put, svg, watchWidth } from "../kit/dom.js";
import { number, word } from "../words/language.js";
import { MAX_SLOTS, linePath, scale, scrubbing, stepTicks } from "../kit/charts.js";
import { errorInWords } from "./answer.js";
import { SWITCH, answersOf, meansByBit } from "../network/gate-task.js";
import { QUANTITIES } from "../network/quantities.js";

const SIX_ROWS = ["x", ...QUANTITIES, "y"];
const ROW_HEIGHT = { x: 64, y: 104 };
const USUAL_HEIGHT = 58;
const ROW_AXIS = 20; // below the last row
const ROW_EDGE = { left: 34, right: 8, top: 5 };
const GATE_LETTERS = ["i", "f", "o"];

/**
 * @param {object} app
 * @returns {{update: function(object)}}
 */
export function oneUnitView(app) {
  const box = byId("six-box");
  const rows = SIX_ROWS.map((name) => {
    const height = (ROW_HEIGHT[name] ?? USUAL_HEIGHT) + (name === "y" ? ROW_AXIS : 0);
    const plot = svg("svg", { class: "chart", role: "img", height, "data-figure": "" });
    const letter = name === "y" ? "" : html("span", { class: `letter ink-${name}`, text: name });
    const value = html("span", { class: "six-value" });
    const what = html("span", { class: "six-name", "data-word": `six.${name}` });
    const head = html("div", { class: "six-head", "data-figure": "" }, letter, " ", what);
    box.append(html("div", { class: "six-row", id: `six-${name}` }, head, html("div", { class: "six-plot" }, plot), value));
    const row = { name, plot, value, height: ROW_HEIGHT[name] ?? USUAL_HEIGHT, mark: null };
    scrubbing(plot, (share) => {
      const { steps } = app.shape();
      const t = steps > MAX_SLOTS ? Math.round(share * (steps - 1)) : Math.min(Math.floor(share * steps), steps - 1);
      app.set({ playing: false, t });
    }, ROW_EDGE.left, ROW_EDGE.right);
    return row;
  });
  const size = watchWidth(box.querySelector(".six-plot"), () => app.redraw());
  const numbersTable = allNumbers(app);
  let drawn = null;
  let X = null;

  /** What a row shows: its values, those without clamps, and the targets. */
  function linesOf(name, frame) {
    const { one, oneFree, isHeld, targets, result, free, state } = frame;
    if (name === "x") {
      const { x, T } = state.input;
      return { values: Float64Array.from({ length: T }, (_, t) => x[2 * t]), ghost: null, target: null };
    }
    if (name === "y") {
      const ghost = isHeld ? answersOf(app.network, free) : null;
      return { values: answersOf(app.network, result), ghost, target: targets };
    }
    return { values: one[name], ghost: isHeld ? oneFree[name] : null, target: null };
  }

  function draw(row, frame) {
    const { name, plot, height } = row;
    const { steps, state } = frame;
    const { width } = size;
    const lines = linesOf(name, frame);
    row.values = lines.values;
    const [low, high] = GATE_LETTERS.includes(name) ? [0, 1] : reachOfRow(Object.values(lines), name === "z" ? 1 : 0.5);
    const Y = scale(low, high, height - ROW_EDGE.top, ROW_EDGE.top);
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
    for (const t of name === "y" ? stepTicks(steps, Math.floor(width / 60)) : []) {
      plot.append(svg("text", { class: "tick", x: X(t), y: height + ROW_AXIS - 5, "text-anchor": "middle", text: t + 1 }));
    }
    row.mark = svg("line", { class: "now", y1: 0, y2: height });
    plot.append(row.mark);
  }

  return {
    update(frame) {
      const { steps, t, version, look, targets, result } = frame;
      const key = [version, look, size.width];
      if (drawn === null || key.some((part, k) => part !== drawn[k])) {
        drawn = key;
        const ends = [ROW_EDGE.left, size.width - ROW_EDGE.right];
        X = steps > MAX_SLOTS ? scale(0, steps - 1, ...ends) : scale(-0.5, steps - 0.5, ...ends);
        for (const row of rows) draw(row, frame);
        const error = errorInWords(app, result, targets);
        put(byId("six-words"), { text: `${gatesInWords(frame)} ${word("six.error", { error })}`.trim() });
        const isMirrored = app.network.readOut.kernel[0] < 0;
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

/** “Where the bit is on, i is 0.30, f 1.00, o 0.95; elsewhere …”; "" where it is always or never on. */
export function gatesInWords({ one, state }) {
  const means = GATE_LETTERS.map((gate) => ({ gate, ...meansByBit(one[gate], state.input.x) }));
  if (means.some(({ on, off }) => Number.isNaN(on + off))) return "";
  const list = (side) => means.map((mean) => `${mean.gate} ${number(mean[side])}`).join(word("comma"));
  return word("six.gates", { on: list("on"), off: list("off") });
}

/** The network's weights as a table, each in its place in the sums. */
function allNumbers(app) {
  const [{ kernel, recurrentKernel, bias }] = app.network.layers[0].directions;
  const { kernel: [weight], bias: [shift] } = app.network.readOut;
  const count = kernel.length + recurrentKernel.length + bias.length + 2;
  return () => {
    const cell = (text) => html("td", { text });
    const head = ["", word("channel.1"), word("channel.2"), word("diagram.h"), word("numbers.bias")];
    const table = html("table", { class: "weights" }, html("tr", {}, ...head.map((text) => html("th", { text }))));
    for (const [gate, block] of [["z", 2], ["i", 0], ["f", 1], ["o", 3]]) {
      const four = [kernel[block], kernel[4 + block], recurrentKernel[block], bias[block]];
      const name = html("th", { class: `ink-${gate}`, scope: "row", text: gate });
      table.append(html("tr", {}, name, ...four.map((v) => cell(number(v)))));
    }
    put(byId("numbers-title"), { text: word("numbers.title", { count }) });
    const end = word("numbers.answer", { weight: number(weight), shift: number(shift) });
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
