/** Short steps through the tutorial's three points, with this network and this input; then the networks of one unit. */

import { byId, put, wantsStillness } from "../kit/dom.js";
import { percent, signed, word } from "../words/language.js";
import { changeInWords } from "./answer.js";
import { run } from "../network/forward.js";
import { SWITCH, targetsOf } from "../network/gate-task.js";
import { gatesInWords } from "./one-unit.js";
import { argmax } from "../network/runs.js";

const OWN_STEPS = 6; // with the reader's network; one more with each network of one unit
const GATE_OF = { 3: "i", 4: "o", 5: "f" }; // by the number of the step
const MAX_SECONDS = 1;
const NARROW_PIXELS = 760; // below, the tour covers half of the page
const SHOWS = ["input", "maps", "reading", "reading", "origin", "clamps"]; // what each step lights up

/** @returns {{first: number, last: number}} the steps of the tour that are about this network, counted from 1 */
export function stepsOfTour(app) {
  const k = app.networks.apps.indexOf(app);
  return k === 0 ? { first: 1, last: OWN_STEPS } : { first: OWN_STEPS + k, last: OWN_STEPS + k };
}

/**
 * @param {object} app
 * @returns {{update: function(object)}}
 */
export function tour(app) {
  const { networks } = app;
  const all = OWN_STEPS + networks.apps.length - 1;
  const panel = byId("tour");
  const tellingExample = mostChanged(app);
  let shown = 0;
  let scene = null;

  const go = (n) => {
    networks.home ??= app;
    if (n > 0) {
      const next = networks.apps[Math.max(n - OWN_STEPS, 0)];
      if (next !== app) app.set({ tour: 0 });
      networks.show(next, { tour: n, restored: false });
    } else {
      networks.show(networks.takeBack());
      byId("tour-start").focus();
    }
  };
  byId("tour-start").addEventListener("click", () => go(stepsOfTour(app).first));
  byId("tour-back").addEventListener("click", () => go(app.state.tour - 1));
  byId("tour-next").addEventListener("click", () => go(app.state.tour === all ? 0 : app.state.tour + 1));
  byId("tour-close").addEventListener("click", () => go(0));
  byId("tour-try").addEventListener("click", () => {
    app.set({ clamps: app.state.clamps.length > 0 ? [] : [scene.clamp] });
  });
  panel.addEventListener("keydown", (event) => {
    if (event.key === "Escape") go(0);
  });

  /** Set the stage for step n, before the frame is drawn. */
  function prepare(frame, n, isRestored) {
    scene = sceneOf(app, isRestored ? frame : onStage(frame, n), n);
    if (!isRestored) app.set({ playing: false, ...scene.set });
    unlight();
    byId(app.task ? "six" : SHOWS[n - 1]).classList.add("lit");
    const target = byId(!app.task ? SHOWS[n - 1] : innerWidth < NARROW_PIXELS ? `six-${scene.gate}` : "six-box");
    const isTall = app.task || target.offsetHeight > 0.6 * innerHeight;
    target.scrollIntoView({ block: isTall ? "start" : "center", behavior: wantsStillness() ? "auto" : "smooth" });
    byId("tour-title").focus({ preventScroll: true });
  }

  /** For the gates: the frame with the example that shows most, and its run without clamps. */
  function onStage(frame, n) {
    const gate = GATE_OF[n];
    const at = app.task ? 0 : gate ? tellingExample(gate, frame.layer, frame.direction) : -1;
    if (at < 0) return frame;
    const { x, T } = app.examples[at];
    const isThere = !frame.state.input.edited && frame.state.input.example === at;
    const input = isThere ? frame.state.input : { x, T, example: at, edited: false };
    if (!isThere) app.lent = input;
    const free = run(app.network, x, T);
    return { ...frame, state: { ...frame.state, input }, free, steps: free.steps };
  }

  function whyThisExample({ input }, n) {
    const { layer, direction } = app.state;
    const isIt = GATE_OF[n] && scene.gate && !input.edited && app.examples.length > 1 &&
      input.example === tellingExample(GATE_OF[n], layer, direction);
    return isIt ? word("tour.example", { gate: scene.gate, n: input.example + 1 }) : "";
  }

  return {
    update(frame) {
      const { state } = frame;
      const n = state.tour;
      if (n !== shown) {
        shown = n;
        put(panel, { hidden: n === 0 });
        document.body.classList.toggle("touring", n > 0);
        if (n === 0) {
          unlight();
          scene = null;
        } else {
          networks.home ??= app;
          app.lend();
          prepare(frame, n, state.restored === true);
        }
      }
      if (n > 0 && scene) {
        if (scene.input !== state.input) scene = sceneOf(app, frame, n);
        put(byId("tour-count"), { text: word("tour.count", { n, all }) });
        put(byId("tour-title"), { text: word(scene.title ?? `tour.${n}.title`) });
        const more = n === OWN_STEPS && all > OWN_STEPS ? ` ${word("tour.more")}` : "";
        put(byId("tour-text"), { text: word(scene.key ?? `tour.${n}.text`, scene.values()) + more });
        put(byId("tour-numbers"), { text: `${whyThisExample(state, n)} ${scene.numbers()}`.trim() });
        put(byId("tour-try"), { hidden: !scene.clamp, "aria-pressed": state.clamps.length > 0 });
        if (scene.clamp) put(byId("tour-try"), { text: word(`tour.try.${scene.gate}`) });
        put(byId("tour-back"), { disabled: n === 1 });
        put(byId("tour-next"), { text: word(n === all ? "tour.end" : "tour.next") });
      }
    },
  };
}

function unlight() {
  document.querySelectorAll(".lit").forEach((element) => element.classList.remove("lit"));
}

/**
 * Find the example whose answer changes most when a gate is held open: the one that shows most of what the gate does.
 * Each is run once, for a second at most.
 * @returns {function(string, number, number): number} the example's number for a gate, layer and direction, or −1
 */
function mostChanged(app) {
  const known = new Map();
  return (gate, layer, direction) => {
    const key = `${gate} ${layer} ${direction}`;
    if (known.has(key)) return known.get(key);
    const end = performance.now() + MAX_SECONDS * 1000;
    let [best, largest] = [-1, 1e-9];
    for (const [n, { x, T }] of app.examples.entries()) {
      if (performance.now() > end) break;
      try {
        const { answer } = run(app.network, x, T);
        const held = run(app.network, x, T, [{ gate, value: 1, layer, direction, units: null, from: 0, to: Infinity }]);
        const k = app.payload.classes ? argmax(answer) : 0;
        const change = Math.abs(held.answer[k] - answer[k]);
        if (change > largest) [best, largest] = [n, change];
      } catch (error) {
        if (!error.code) throw error; // an example that the network cannot read
      }
    }
    known.set(key, best);
    return best;
  };
}

/**
 * What a step of the tour shows for the current input, found in the run without clamps.
 * @returns {{input: object, set: object, clamp: ?object, gate: ?string, key: ?string, values: function(): object,
 *   numbers: function(): string}}
 */
function sceneOf(app, frame, n) {
  if (app.task) return sceneOfTask(app, frame);
  const { state, free, layer, direction, steps } = frame;
  const one = free.layers[layer].directions[direction];
  const { variant } = app.network.layers[layer].directions[direction];
  const { input } = state;
  const scene = { input, set: { clamps: [], input }, values: () => ({ H: one.H, steps }), numbers: () => "" };
  const holdAll = (gate, value) => ({ gate, value, layer, direction, units: null, from: 0, to: Infinity });
  const change = (gate, value) => {
    const held = run(app.network, state.input.x, state.input.T, [holdAll(gate, value)]);
    return () => changeInWords(app, free, held);
  };
  if (n === 1) {
    scene.set.t = one.backwards ? steps - 1 : 0;
  } else if (n === 2) {
    const { unit, t } = largestMemory(one);
    Object.assign(scene.set, { unit, t });
    const c = one.c[t * one.H + unit];
    scene.numbers = () => word("tour.2.numbers", { unit: unit + 1, t: t + 1, c: signed(c) });
  } else if (n <= 5) {
    const gate = GATE_OF[n];
    const isThere = { i: variant.input_gate, o: variant.output_gate, f: variant.forget_gate }[gate];
    if (!isThere) {
      scene.key = `tour.${n}.absent`;
      return scene;
    }
    const { unit, shut, open } = twoFaces(one, gate);
    const effect = change(gate, 1);
    const at = (name, t) => one[name][t * one.H + unit];
    const earlier = (t) => one.c[(t + (one.backwards ? 1 : -1)) * one.H + unit] ?? 0;
    const what = gate === "i" ? (t) => at("z", t) : gate === "o" ? (t) => at("c", t) : earlier;
    Object.assign(scene.set, { unit, t: shut });
    scene.gate = gate;
    scene.clamp = holdAll(gate, 1);
    scene.numbers = () => word(`tour.${n}.numbers`, {
      unit: unit + 1, shut: shut + 1, open: open + 1, less: percent(at(gate, shut)), more: percent(at(gate, open)),
      was: signed(what(shut)), is: signed(what(open)), change: effect(),
    });
  } else {
    const gates = ["f", "i", "o"].filter((gate) => {
      return { i: variant.input_gate, o: variant.output_gate, f: variant.forget_gate }[gate];
    });
    const effects = gates.map((gate) => [gate, change(gate, 0)]);
    scene.numbers = () => effects.map(([gate, effect]) => word("tour.6.numbers", { gate, change: effect() })).join(" ");
  }
  return scene;
}

/** What a network of one unit shows: its gates where the bit is on and elsewhere, and its own gate held open. */
function sceneOfTask(app, { state, free }) {
  const { input } = state;
  const { network: name } = state;
  const { gate } = app.task;
  const clamp = { gate, value: 1, layer: 0, direction: 0, units: null, from: 0, to: Infinity };
  const held = run(app.network, input.x, input.T, [clamp]);
  const [one] = free.layers[0].directions;
  const marked = Array.from({ length: input.T }, (_, t) => t).find((t) => input.x[2 * t + SWITCH] > 0.5) ?? 0;
  return {
    input, clamp, gate,
    set: { clamps: [], input, t: marked },
    title: `task.${name}.tour`,
    key: `task.${name}.text`,
    values: () => ({}),
    numbers: () => [
      gatesInWords({ one, state: { input } }),
      word("task.held", { gate, change: changeInWords(app, free, held, targetsOf(name, input.x)) }),
      word("task.without", { gate, ...app.task }),
    ].join(" ").trim(),
  };
}

function largestMemory({ H, c }) {
  let best = 0;
  for (let at = 1; at < c.length; at++) if (Math.abs(c[at]) > Math.abs(c[best])) best = at;
  return { unit: best % H, t: Math.floor(best / H) };
}

/**
 * Find the unit whose gate does both: shuts something large out at one step, and lets something large through at
 * another; for f, forgets a large memory and keeps a large one.
 */
function twoFaces(one, gate) {
  const { H, z, c, backwards } = one;
  const steps = c.length / H;
  let best = { unit: 0, shut: 0, open: steps - 1, score: -1 };
  for (let unit = 0; unit < H; unit++) {
    let [shut, open, mostPassed, mostKeptOut] = [0, 0, -1, -1];
    for (let t = 0; t < steps; t++) {
      const at = t * H + unit;
      const before = at + (backwards ? H : -H);
      const size = Math.abs(gate === "i" ? z[at] : gate === "o" ? c[at] : c[before] ?? 0);
      const [through, keptOut] = [one[gate][at] * size, (1 - one[gate][at]) * size];
      if (through > mostPassed) [mostPassed, open] = [through, t];
      if (keptOut > mostKeptOut) [mostKeptOut, shut] = [keptOut, t];
    }
    const score = Math.min(mostPassed, mostKeptOut);
    if (score > best.score) best = { unit, shut, open, score };
  }
  return best;
}
