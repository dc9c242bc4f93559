/** The cell's block diagram, with the numbers of one unit at one step flowing through it. */

import { byId, put, svg } from "../kit/dom.js";
import { number, percent, word } from "../words/language.js";
import { ACTIVATIONS } from "../network/activations.js";
import { layerInput } from "../network/moment.js";
import { tokenInWords } from "./tokens.js";

const WIDTH = 580;
const HEIGHT = 412;
const MEMORY = 66; // heights of the memory's line, of the boxes of z and the gates, and of what feeds them
const BOXES = 252;
const BUS = 338;
const INPUT = 392;
const COLUMN = { f: 150, i: 238, z: 338, o: 430 };
const SUM = 288; // where i·z is added to the memory
const SHOW = 490; // where o lets φ(c) out
const TAU = 2 * Math.PI;

/**
 * @param {object} app
 * @returns {{update: function(object)}}
 */
export function cellView(app) {
  const plot = svg("svg", {
    class: "cell", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "data-figure": "",
  });
  const flow = {};
  const beads = {}; // move along the wires while it plays
  const wire = (name, d, quantity, tip = true) => {
    flow[name] = svg("path", { class: `wire stroke-${quantity}`, d });
    beads[name] = svg("path", { class: `beads stroke-${quantity}`, "stroke-width": 0, d });
    plot.append(flow[name], beads[name]);
    if (tip) plot.append(arrowHead(d, quantity));
  };
  const label = {};
  const note = (name, x, y, extra = {}) => {
    label[name] = svg("text", { class: "value", x, y, "text-anchor": "middle", ...extra });
    plot.append(label[name]);
  };

  plot.append(svg("rect", { class: "cell-body", x: 92, y: 14, width: 432, height: 300, rx: 18 }));
  wire("keep-in", `M58 ${MEMORY}H${COLUMN.f - 23}`, "c");
  wire("keep-out", `M${COLUMN.f + 21} ${MEMORY}H${SUM - 17}`, "c");
  wire("memory", `M${SUM + 15} ${MEMORY}H372`, "c");
  wire("memory-out", `M424 ${MEMORY}H568`, "c");
  wire("gate-f", `M${COLUMN.f} ${BOXES - 28}V${MEMORY + 23}`, "f");
  wire("gate-i", `M${COLUMN.i} ${BOXES - 28}V160Q${COLUMN.i} 150 ${COLUMN.i + 10} 150H${SUM - 23}`, "i");
  wire("block-z", `M${COLUMN.z} ${BOXES - 28}V160Q${COLUMN.z} 150 ${COLUMN.z - 10} 150H${SUM + 23}`, "z");
  wire("write", `M${SUM} 129V${MEMORY + 17}`, "z");
  wire("show-in", `M${SHOW} ${MEMORY}V98`, "c", false);
  wire("show", `M${SHOW} 124V${170 - 23}`, "c");
  wire("gate-o", `M${COLUMN.o} ${BOXES - 28}V180Q${COLUMN.o} 170 ${COLUMN.o + 10} 170H${SHOW - 23}`, "o");
  wire("out", `M${SHOW + 21} 170H568`, "h");
  wire("bus", `M150 ${BUS}H${COLUMN.o}`, "quiet", false);
  for (const gate of ["f", "i", "z", "o"]) wire(`feed-${gate}`, `M${COLUMN[gate]} ${BUS}V${BOXES + 30}`, "quiet");
  wire("feed-h", `M146 ${BUS}H152`, "quiet", false);
  wire("feed-x", `M146 ${INPUT}H160Q170 ${INPUT} 170 ${INPUT - 10}V${BUS}`, "quiet", false);

  const peepholes = { name: svg("text", { class: "what", x: 158, y: 200, "data-word": "diagram.peepholes" }) };
  for (const [gate, d] of Object.entries({
    f: `M106 ${MEMORY}V${BOXES}H${COLUMN.f - 39}`,
    i: `M106 ${MEMORY}V206H${COLUMN.i - 20}V${BOXES - 28}`,
    o: `M452 ${MEMORY}V${BOXES - 28}`,
  })) {
    const line = svg("path", { class: "peephole", d });
    peepholes[gate] = svg("g", {}, line, svg("path", { class: "peephole-tip", d: tipOf(d) }));
  }
  plot.append(...Object.values(peepholes));

  const valves = { f: valve(COLUMN.f, MEMORY, "f"), i: valve(SUM, 150, "i"), o: valve(SHOW, 170, "o") };
  for (const one of Object.values(valves)) plot.append(one.group);
  plot.append(
    svg("circle", { class: "sum", cx: SUM, cy: MEMORY, r: 15 }),
    svg("path", { class: "sign", d: `M${SUM - 7} ${MEMORY}h14M${SUM} ${MEMORY - 7}v14` }),
  );
  const tanh = svg("text", { class: "function", x: SHOW, y: 116, "text-anchor": "middle" });
  plot.append(svg("rect", { class: "function-box", x: SHOW - 24, y: 98, width: 48, height: 26, rx: 8 }), tanh);

  const boxes = {};
  for (const gate of ["f", "i", "z", "o"]) {
    const x = COLUMN[gate];
    boxes[gate] = {
      frame: svg("rect", { class: `box fill-${gate}`, x: x - 39, y: BOXES - 28, width: 78, height: 58, rx: 10 }),
      held: svg("text", { class: "held", x, y: BOXES + 24, "text-anchor": "middle" }),
    };
    plot.append(boxes[gate].frame);
    plot.append(svg("text", { class: "letter", x: x - 32, y: BOXES - 8, text: gate }));
    note(gate, x, BOXES + 10, { class: "value strong" });
    plot.append(boxes[gate].held);
  }
  const memories = { before: gauge(34, MEMORY), c: gauge(398, MEMORY) };
  for (const one of Object.values(memories)) plot.append(one.group);
  note("before-name", 34, 22, { class: "what" });
  note("before", 34, 112);
  note("c-name", 398, 22, { class: "what letter-c" });
  note("c", 398, 112);
  note("kept", 219, MEMORY - 10);
  note("written", SUM + 8, 112, { "text-anchor": "start" });
  note("shown", SHOW + 9, 141, { "text-anchor": "start" });
  note("h-name", 551, 156, { class: "what" });
  note("h", 545, 194);
  const strips = { h: strip(16, BUS), x: strip(16, INPUT) };
  plot.append(strips.h.group, strips.x.group);
  byId("cell-diagram").append(plot);

  return {
    update({ state, moment, one, oneFree, result, t, layer, direction, unit, earlier }) {
      const { variant } = app.network.layers[layer].directions[direction];
      const { read } = moment;
      const now = read ? moment : { ...moment, z: 0, i: 0, f: 1, o: 0, kept: moment.before, written: 0, shown: 0 };
      const { peepholes: sees, input_gate: i, output_gate: o } = variant;
      const f = variant.forget_gate && !variant.coupled;
      for (const [gate, there] of Object.entries({ f, i, o, name: true })) {
        put(peepholes[gate], { visibility: sees && there ? "visible" : "hidden" });
      }
      for (const gate of ["z", "i", "f", "o"]) {
        const isHeld = state.clamps.some((clamp) => holds(clamp, gate, layer, direction, unit, t));
        const absent = { i: !variant.input_gate, f: !variant.forget_gate, o: !variant.output_gate }[gate] ?? false;
        put(label[gate], { text: read ? number(moment[gate]) : "–" });
        put(boxes[gate].frame, { class: `box fill-${gate}${isHeld ? " is-held" : ""}${absent ? " is-absent" : ""}` });
        put(boxes[gate].held, { text: isHeld ? word("held") : absent ? word("absent") : "" });
      }
      for (const gate of ["f", "i", "o"]) valves[gate].set(read ? moment[gate] : NaN);
      const [reach, reachOfH] = ["c", "h"].map((name) => Math.max(largest(one, name, unit), largest(oneFree, name, unit)));
      memories.before.set(moment.before / reach);
      memories.c.set(moment.c / reach);
      const texts = {
        "before-name": word("diagram.before"),
        before: number(moment.before),
        "c-name": "c",
        c: number(moment.c),
        kept: read ? number(moment.kept) : "",
        written: read ? signed2(moment.written) : "",
        shown: read ? number(moment.shown) : "",
        "h-name": "h",
        h: number(moment.h),
      };
      for (const [name, text] of Object.entries(texts)) put(label[name], { text });
      put(tanh, { text: functionName(variant.output_activation) });
      const φ = ACTIVATIONS[variant.output_activation];
      const reachOfShown = Math.max(Math.abs(φ(reach)), Math.abs(φ(-reach))) || 1;
      const c = now.c / reach;
      const thick = {
        "keep-in": now.before / reach, "keep-out": now.kept / reach, memory: c, "memory-out": c, "gate-f": now.f,
        "gate-i": now.i, "block-z": now.z, write: now.written / reach, "show-in": c, show: now.shown / reachOfShown,
        "gate-o": now.o, out: now.h / reachOfH,
      };
      for (const [name, value] of Object.entries(thick)) {
        const width = 1.4 + 6 * Math.min(Math.abs(value), 1);
        put(flow[name], { "stroke-width": width.toFixed(2) });
        put(beads[name], { "stroke-width": Math.abs(value) < 0.01 ? 0 : (width + 4).toFixed(2) });
      }
      put(plot, {
        class: `cell${state.playing ? " flowing" : ""}`,
        "aria-label": word("diagram.label", {
          unit: unit + 1, z: number(moment.z), i: number(moment.i), f: number(moment.f), o: number(moment.o),
          before: number(moment.before), c: number(moment.c), h: number(moment.h),
        }),
      });
      const { H } = one;
      const isToken = app.kind === "tokens" && layer === 0 && read;
      const token = isToken && tokenInWords(state.input.x[t], app.payload).slice(0, 16);
      const row = isToken && word("diagram.token", { token });
      strips.x.set(layerInput(result, layer, t), row || "x", 0);
      const hBefore = earlier < 0 ? new Float64Array(H) : one.h.subarray(earlier * H, (earlier + 1) * H);
      strips.h.set(hBefore, word("diagram.h"), 1);
    },
  };
}

/** @returns {boolean} whether a clamp holds this gate of this unit at this step */
export function holds(clamp, gate, layer, direction, unit, t) {
  const mine = clamp.units === null || clamp.units.includes(unit);
  return mine && clamp.gate === gate && clamp.layer === layer && clamp.direction === direction &&
    t >= clamp.from && t <= clamp.to;
}

/** @returns {string} how an activation is written */
export function functionName(name) {
  return { linear: "id", sigmoid: "σ", hard_sigmoid: "hard σ" }[name] ?? name;
}

/** Describe a moment in a sentence: “Kept 93 % of the memory, wrote −0.12”. */
export function momentInWords(moment, unit, t) {
  const values = { unit: unit + 1, t: t + 1, written: signed2(moment.written), c: number(moment.c) };
  if (!moment.read) return word("moment.nothing", values);
  Object.assign(values, { kept: percent(moment.f), let_in: percent(moment.i), shown: percent(moment.o) });
  return word(moment.before === 0 ? "moment.first" : "moment", values);
}

function signed2(value) {
  const text = number(value);
  return text.startsWith("−") ? text : `+${text}`;
}

function arrowHead(d, quantity) {
  return svg("path", { class: `tip stroke-${quantity}`, d: tipOf(d) });
}

function tipOf(d) {
  const [x, y, direction] = endOf(d);
  return {
    V: `M${x - 5} ${y + 7}L${x} ${y}L${x + 5} ${y + 7}`,
    H: `M${x - 7} ${y - 5}L${x} ${y}L${x - 7} ${y + 5}`,
    B: `M${x + 7} ${y - 5}L${x} ${y}L${x + 7} ${y + 5}`,
    D: `M${x - 5} ${y - 7}L${x} ${y}L${x + 5} ${y - 7}`,
  }[direction];
}

/** Return where a path of M, H, V and Q ends, and its direction there: H right, B left, V up, D down. */
function endOf(d) {
  let [x, y] = [0, 0];
  let way = "H";
  for (const [, letter, rest] of d.matchAll(/([MHVQ])([^MHVQ]*)/g)) {
    const numbers = rest.trim().split(/[ ,]+/).map(Number);
    if (letter === "H") [way, x] = [numbers[0] < x ? "B" : "H", numbers[0]];
    else if (letter === "V") [way, y] = [numbers[0] > y ? "D" : "V", numbers[0]];
    else [x, y] = numbers.slice(-2);
  }
  return [x, y, way];
}

/** A circle with a cross in it, ⊗, and a ring that shows how far the gate is open. */
function valve(x, y, gate) {
  const radius = 17;
  const ring = svg("circle", {
    class: `ring stroke-${gate}`, cx: x, cy: y, r: radius, transform: `rotate(-90 ${x} ${y})`,
  });
  const cross = `M${x - 6} ${y - 6}l12 12M${x + 6} ${y - 6}l-12 12`;
  const group = svg("g", {}, svg("circle", { class: "valve", cx: x, cy: y, r: radius }), ring,
    svg("path", { class: "sign", d: cross }));
  const set = (open) => {
    const share = Number.isNaN(open) ? 0 : Math.min(Math.max(open, 0), 1);
    put(ring, { "stroke-dasharray": `${(share * TAU * radius).toFixed(1)} 200` });
  };
  return { group, set };
}

/** @returns {number} the largest c or h of a unit in this series: gauges are full there, and wires thickest */
function largest({ H, ...quantities }, name, unit) {
  const values = quantities[name];
  let reach = 0;
  for (let at = unit; at < values.length; at += H) reach = Math.max(reach, Math.abs(values[at]));
  return reach || 1;
}

/** A memory as a gauge: filled upwards from the middle if above 0, downwards if below; full at 1. */
function gauge(x, y) {
  const [half, width] = [28, 40];
  const fill = svg("rect", { class: "gauge-fill", x: x - width / 2, width });
  const group = svg("g", {}, svg("rect", {
    class: "gauge", x: x - width / 2, y: y - half, width, height: 2 * half, rx: 8,
  }), fill, svg("line", { class: "gauge-zero", x1: x - width / 2, x2: x + width / 2, y1: y, y2: y }));
  const set = (value) => {
    const height = (half - 2) * Math.min(Math.abs(value), 1);
    put(fill, {
      y: (value > 0 ? y - height : y).toFixed(1), height: height.toFixed(1),
      class: `gauge-fill ${value < 0 ? "fill-negative" : "fill-c"}`,
    });
  };
  return { group, set };
}

/** Many numbers as small bars, up and down: what z and the gates read. */
function strip(x, y) {
  const [width, half] = [130, 13];
  const bars = svg("path", { class: "strip-bars" });
  const name = svg("text", { class: "what", x, y: y - half - 4 });
  const group = svg("g", {}, svg("rect", {
    class: "strip-frame", x, y: y - half, width, height: 2 * half, rx: 5,
  }), bars, name);
  const set = (values, text, minReach) => {
    let reach = minReach;
    for (const v of values) if (Math.abs(v) > reach) reach = Math.abs(v);
    const each = (width - 8) / values.length;
    let d = "";
    for (let k = 0; k < values.length; k++) {
      const height = (-(half - 2) * values[k]) / (reach || 1);
      const left = x + 4 + k * each;
      d += `M${left.toFixed(1)} ${y}v${height.toFixed(1)}h${(each * 0.8).toFixed(2)}v${(-height).toFixed(1)}z`;
    }
    put(bars, { d });
    put(name, { text });
  };
  return { group, set };
}
