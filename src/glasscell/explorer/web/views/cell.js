/** The cell's block diagram, with the numbers of one unit at one step flowing through it, and its gates to be held. */

import { byId, html, put, svg, watchWidth } from "../kit/dom.js";
import { number, percent, word } from "../words/language.js";
import { ACTIVATIONS } from "../network/activations.js";
import { layerInput } from "../network/moment.js";
import { gauge, peephole, strip, valve, wire } from "./cell-parts.js";
import { BOX, gateSlider } from "./gate-slider.js";
import { whereInWords } from "./place.js";
import { tokenInWords } from "./tokens.js";

const WIDTH = 580;
const HEIGHT = 412;
const MAX_WIDTH = 720; // in pixels, as in its style
const MEMORY = 66; // heights: of the memory's line, of the boxes of z and the gates, of what feeds them
const BOXES = 212; // their upper edge
const BUS = 338;
const INPUT = 392;
const COLUMN = { f: 150, i: 238, z: 338, o: 430 };
const SUM = 288; // where i·z is added to the memory
const SHOW = 490; // where o lets φ(c) out
/** @type {Quantity[]} */
const GATES = ["f", "i", "z", "o"]; // from left to right

/**
 * @param {Host} app
 * @returns {Part}
 */
export function cellView(app) {
  const scenery = svg("g", { role: "img" });
  const wires = {};
  const draw = (name, d, quantity, options) => {
    wires[name] = wire(d, quantity, options);
    scenery.append(wires[name].group);
  };
  const label = {};
  const note = (name, x, y, extra = {}) => {
    label[name] = svg("text", { class: "value", x, y, "text-anchor": "middle", ...extra });
    scenery.append(label[name]);
  };
  const [ofC, ofH] = [{ of: "c" }, { of: "h" }];

  scenery.append(svg("rect", { class: "cell-body", x: 92, y: 14, width: 432, height: 300, rx: 18 }));
  draw("keep-in", `M58 ${MEMORY}H${COLUMN.f - 23}`, "c", ofC);
  draw("keep-out", `M${COLUMN.f + 21} ${MEMORY}H${SUM - 17}`, "c", ofC);
  draw("memory", `M${SUM + 15} ${MEMORY}H372`, "c", ofC);
  draw("memory-out", `M424 ${MEMORY}H568`, "c");
  draw("gate-f", `M${COLUMN.f} ${BOXES}V${MEMORY + 23}`, "f", { of: "f" });
  draw("gate-i", `M${COLUMN.i} ${BOXES}V160Q${COLUMN.i} 150 ${COLUMN.i + 10} 150H${SUM - 23}`, "i", { of: "i" });
  draw("block-z", `M${COLUMN.z} ${BOXES}V160Q${COLUMN.z} 150 ${COLUMN.z - 10} 150H${SUM + 23}`, "z", { of: "z" });
  draw("write", `M${SUM} 129V${MEMORY + 17}`, "z", ofC);
  draw("show-in", `M${SHOW} ${MEMORY}V98`, "c", { ...ofH, tip: false });
  draw("show", `M${SHOW} 124V${170 - 23}`, "c", ofH);
  draw("gate-o", `M${COLUMN.o} ${BOXES}V180Q${COLUMN.o} 170 ${COLUMN.o + 10} 170H${SHOW - 23}`, "o", { of: "o" });
  draw("out", `M${SHOW + 21} 170H568`, "h", ofH);
  draw("bus", `M150 ${BUS}H${COLUMN.o}`, "quiet", { tip: false });
  for (const gate of GATES) {
    draw(`feed-${gate}`, `M${COLUMN[gate]} ${BUS}V${BOXES + BOX.height}`, "quiet", { of: gate });
  }
  draw("feed-h", `M146 ${BUS}H152`, "quiet", { tip: false });
  draw("feed-x", `M146 ${INPUT}H160Q170 ${INPUT} 170 ${INPUT - 10}V${BUS}`, "quiet", { tip: false });

  const peepholes = {
    name: svg("text", { class: "what", x: 158, y: 200, "data-word": "diagram.peepholes" }),
    f: peephole(`M106 ${MEMORY}V252H${COLUMN.f - BOX.width / 2}`),
    i: peephole(`M106 ${MEMORY}V206H${COLUMN.i - 20}V${BOXES}`),
    o: peephole(`M452 ${MEMORY}V${BOXES}`),
  };
  scenery.append(...Object.values(peepholes));

  const valves = { f: valve(COLUMN.f, MEMORY, "f"), i: valve(SUM, 150, "i"), o: valve(SHOW, 170, "o") };
  for (const one of Object.values(valves)) scenery.append(one.group);
  scenery.append(
    svg("circle", { class: "sum", cx: SUM, cy: MEMORY, r: 15 }),
    svg("path", { class: "sign", d: `M${SUM - 7} ${MEMORY}h14M${SUM} ${MEMORY - 7}v14` }),
  );
  const tanh = svg("text", { class: "function", x: SHOW, y: 116, "text-anchor": "middle" });
  scenery.append(svg("rect", { class: "function-box", x: SHOW - 24, y: 98, width: 48, height: 26, rx: 8 }), tanh);

  const memories = { before: gauge(34, MEMORY), c: gauge(398, MEMORY) };
  for (const one of Object.values(memories)) scenery.append(one.group);
  note("before-name", 34, 22, { class: "what" });
  note("before", 34, 112);
  note("c-name", 398, 22, { class: "what letter-c" });
  note("c", 398, 112);
  note("kept", 219, MEMORY - 10);
  note("written", SUM + 8, 127, { "text-anchor": "start" });
  note("shown", SHOW + 12, 141, { "text-anchor": "start" });
  note("h", WIDTH - 2, 206, { "text-anchor": "end" });
  const strips = { h: strip(16, BUS), x: strip(16, INPUT) };
  for (const [name, { group }] of Object.entries(strips)) put(group, { "data-strip": name });
  scenery.append(strips.h.group, strips.x.group);
  const sliders = GATES.map((gate) => gateSlider(app, gate, COLUMN[gate], BOXES));
  const plot = svg("svg", { class: "cell", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, "data-figure": "" }, scenery,
    ...sliders.map(({ group }) => group));
  const element = html("div", { class: "cell-box" }, plot);
  const size = watchWidth(element, () => app.redraw());

  return {
    element,
    update(frame) {
      const { state, moment, one, oneFree, result, t, layer, direction, unit, earlier } = frame;
      plot.style.setProperty("--px", String(Math.max(WIDTH / Math.min(size.width, MAX_WIDTH), 1)));
      const { variant } = app.network.layers[layer].directions[direction];
      const { read } = moment;
      const now = read ? moment : { ...moment, z: 0, i: 0, f: 1, o: 0, kept: moment.before, written: 0, shown: 0 };
      const { peepholes: sees, input_gate: i, output_gate: o } = variant;
      const f = variant.forget_gate && !variant.coupled;
      for (const [gate, there] of Object.entries({ f, i, o, name: true })) {
        put(peepholes[gate], { visibility: sees && there ? "visible" : "hidden" });
      }
      for (const slider of sliders) slider.update(frame);
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
        h: `h ${number(moment.h)}`,
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
      for (const [name, share] of Object.entries(thick)) wires[name].set(share);
      put(plot, { class: `cell${state.playing ? " flowing" : ""}` });
      put(scenery, {
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

/** @returns {string} how an activation is written */
export function functionName(name) {
  return { linear: "id", sigmoid: "σ", hard_sigmoid: "hard σ" }[name] ?? name;
}

/** Head the card of the cell: with the place in view, and what happens there. */
export function headCell(app, frame, values = {}, when = "") {
  const { moment, unit, t } = frame;
  put(byId("cell-title"), { text: word("cell.title", { unit: unit + 1, t: t + 1, ...values }) + whereInWords(app, frame) + when });
  put(byId("cell-words"), { text: momentInWords(moment, unit, t) });
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

/** @returns {number} the largest c or h of a unit in this series: gauges are full there, and wires thickest */
function largest({ H, ...quantities }, name, unit) {
  const values = quantities[name];
  let reach = 0;
  for (let at = unit; at < values.length; at += H) reach = Math.max(reach, Math.abs(values[at]));
  return reach || 1;
}
