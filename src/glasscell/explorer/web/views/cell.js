/** The cell's block diagram, with the numbers of one unit at one step flowing through it, and its gates to be held. */

import { byId, html, put, svg, watchWidth } from "../kit/dom.js";
import { number, percent, signed, word } from "../words/language.js";
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
  const wires = []; // with what flows through each
  const draw = (what, points, quantity, options) => {
    const { group, set } = wire(points, quantity, options);
    wires.push({ what, set });
    scenery.append(group);
  };
  const label = {};
  const note = (name, x, y, extra = {}) => {
    label[name] = svg("text", { class: "value", x, y, "text-anchor": "middle", ...extra });
    scenery.append(label[name]);
  };
  const [ofC, ofH] = [{ of: "c" }, { of: "h" }];
  const { f, i, z, o } = COLUMN;

  scenery.append(svg("rect", { class: "cell-body", x: 92, y: 14, width: 432, height: 300, rx: 18 }));
  draw("before", [[58, MEMORY], [f - 23, MEMORY]], "c", ofC);
  draw("kept", [[f + 21, MEMORY], [SUM - 17, MEMORY]], "c", ofC);
  draw("c", [[SUM + 15, MEMORY], [372, MEMORY]], "c", ofC);
  draw("c", [[424, MEMORY], [568, MEMORY]], "c");
  draw("f", [[f, BOXES], [f, MEMORY + 23]], "f", { of: "f" });
  draw("i", [[i, BOXES], [i, 150], [SUM - 23, 150]], "i", { of: "i" });
  draw("z", [[z, BOXES], [z, 150], [SUM + 23, 150]], "z", { of: "z" });
  draw("written", [[SUM, 129], [SUM, MEMORY + 17]], "z", ofC);
  draw("c", [[SHOW, MEMORY], [SHOW, 98]], "c", { ...ofH, tip: false });
  draw("shown", [[SHOW, 124], [SHOW, 170 - 23]], "c", ofH);
  draw("o", [[o, BOXES], [o, 170], [SHOW - 23, 170]], "o", { of: "o" });
  draw("h", [[SHOW + 21, 170], [568, 170]], "h", ofH);
  draw(null, [[146, BUS], [o, BUS]], "quiet", { tip: false });
  for (const gate of GATES) draw(null, [[COLUMN[gate], BUS], [COLUMN[gate], BOXES + BOX.height]], "quiet", { of: gate });
  draw(null, [[146, INPUT], [170, INPUT], [170, BUS]], "quiet", { tip: false });

  const peepholes = {
    name: svg("text", { class: "what", x: 158, y: 200, "data-word": "diagram.peepholes" }),
    f: peephole([[106, MEMORY], [106, 252], [f - BOX.width / 2, 252]]),
    i: peephole([[106, MEMORY], [106, 206], [i - 20, 206], [i - 20, BOXES]]),
    o: peephole([[452, MEMORY], [452, BOXES]]),
  };
  scenery.append(...Object.values(peepholes));

  const valves = { f: valve(f, MEMORY, "f"), i: valve(SUM, 150, "i"), o: valve(SHOW, 170, "o") };
  for (const one of Object.values(valves)) scenery.append(one.group);
  scenery.append(
    svg("circle", { class: "sum", cx: SUM, cy: MEMORY, r: 15 }),
    svg("path", { class: "sign", d: `M${SUM - 7} ${MEMORY}h14M${SUM} ${MEMORY - 7}v14` }),
  );
  const tanh = svg("text", { class: "function", x: SHOW, y: 116, "text-anchor": "middle" });
  scenery.append(svg("rect", { class: "function-box", x: SHOW - 24, y: 98, width: 48, height: 26, rx: 8 }), tanh);

  const memories = { before: gauge(34, MEMORY), c: gauge(398, MEMORY) };
  for (const one of Object.values(memories)) scenery.append(one.group);
  note("before-name", 34, 22, { class: "what", "data-word": "diagram.before" });
  note("before", 34, 112);
  note("c-name", 398, 22, { class: "what letter-c", text: "c" });
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
      const hasForgetGate = variant.forget_gate && !variant.coupled;
      const isThere = { f: hasForgetGate, i: variant.input_gate, o: variant.output_gate, name: true };
      for (const [name, part] of Object.entries(peepholes)) {
        put(part, { visibility: variant.peepholes && isThere[name] ? "visible" : "hidden" });
      }
      for (const slider of sliders) slider.update(frame);
      for (const gate of ["f", "i", "o"]) valves[gate].set(read ? moment[gate] : NaN);
      const [reach, reachOfH] = ["c", "h"].map((name) => largest([one, oneFree], name, unit));
      for (const [name, { set }] of Object.entries(memories)) set(moment[name] / reach);
      const texts = {
        before: number(moment.before),
        c: number(moment.c),
        kept: read ? number(moment.kept) : "",
        written: read ? signed(moment.written) : "",
        shown: read ? number(moment.shown) : "",
        h: `h ${number(moment.h)}`,
      };
      for (const [name, text] of Object.entries(texts)) put(label[name], { text });
      put(tanh, { text: functionName(variant.output_activation) });
      const φ = ACTIVATIONS[variant.output_activation];
      const reachOfShown = Math.max(Math.abs(φ(reach)), Math.abs(φ(-reach))) || 1;
      const full = { before: reach, kept: reach, written: reach, c: reach, shown: reachOfShown, h: reachOfH };
      for (const { what, set } of wires) if (what) set(now[what] / (full[what] ?? 1));
      put(plot, { class: `cell${state.playing ? " flowing" : ""}` });
      const numbers = ["z", "i", "f", "o", "before", "c", "h"].map((name) => [name, number(moment[name])]);
      put(scenery, { "aria-label": word("diagram.label", { unit, ...Object.fromEntries(numbers) }) });
      const { H } = one;
      const isToken = app.kind === "tokens" && layer === 0 && read;
      const token = isToken ? word("diagram.token", { token: tokenInWords(state.input.x[t], app.payload).slice(0, 16) }) : "x";
      strips.x.set(layerInput(result, layer, t), token, 0);
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
  put(byId("cell-title"), { text: word("cell.title", { unit, t: t + 1, ...values }) + whereInWords(app, frame) + when });
  put(byId("cell-words"), { text: momentInWords(moment, unit, t) });
}

/** Describe a moment in a sentence: “Kept 93 % of the memory, wrote −0.12”. */
export function momentInWords(moment, unit, t) {
  const values = { unit, t: t + 1, written: signed(moment.written), c: number(moment.c) };
  if (!moment.read) return word("moment.nothing", values);
  Object.assign(values, { kept: percent(moment.f), let_in: percent(moment.i), shown: percent(moment.o) });
  return word(moment.before === 0 ? "moment.first" : "moment", values);
}

/** @returns {number} the largest of all sizes in some runs of a unit: gauges are full there, and wires thickest */
function largest(runs, name, unit) {
  let reach = 0;
  for (const one of runs) {
    for (let at = unit; at < one[name].length; at += one.H) reach = Math.max(reach, Math.abs(one[name][at]));
  }
  return reach || 1;
}
