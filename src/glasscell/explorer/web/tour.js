/** Six short steps through the tutorial's three points, with this very network and this very input. */

import { byId, put, wantsStillness } from "./dom.js";
import { percent, signed, word } from "./language.js";
import { changeInWords } from "./answer.js";
import { run } from "./forward.js";
import { argmax } from "./reading.js";

export const TOUR_STEPS = 6;
const GATE_OF = { 3: "i", 4: "o", 5: "f" }; // by the number of the step
const MOST_SECONDS = 1;
const SHOWS = ["input", "maps", "reading", "reading", "origin", "clamps"]; // what each step lights up

/**
 * @param {object} app
 * @returns {{update: function(object), start: function()}}
 */
export function tour(app) {
  const panel = byId("tour");
  const tellingExample = mostChanged(app);
  let before = null; // what the reader had set, to be put back
  let lent = null; // the input that the tour chose
  let shown = 0;
  let scene = null;

  const go = (n) => app.set({ tour: n, restored: false });
  byId("tour-start").addEventListener("click", () => go(1));
  byId("tour-back").addEventListener("click", () => go(app.state.tour - 1));
  byId("tour-next").addEventListener("click", () => go(app.state.tour === TOUR_STEPS ? 0 : app.state.tour + 1));
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
    document.querySelectorAll(".lit").forEach((element) => element.classList.remove("lit"));
    const target = byId(SHOWS[n - 1]);
    target.classList.add("lit");
    const isTall = target.offsetHeight > 0.6 * innerHeight;
    target.scrollIntoView({ block: isTall ? "start" : "center", behavior: wantsStillness() ? "auto" : "smooth" });
    byId("tour-title").focus({ preventScroll: true });
  }

  /** For the gates: the frame, but with the example that shows most, and its run without clamps. */
  function onStage(frame, n) {
    const gate = GATE_OF[n];
    const at = gate ? tellingExample(gate, frame.layer, frame.direction) : -1;
    if (at < 0) return frame;
    const { x, T } = app.examples[at];
    const isThere = !frame.state.input.edited && frame.state.input.example === at;
    const input = isThere ? frame.state.input : { x, T, example: at, edited: false };
    if (!isThere) lent = input;
    const free = run(app.network, x, T);
    return { ...frame, state: { ...frame.state, input }, free, steps: free.steps };
  }

  function whyThisExample({ input }, n) {
    const { layer, direction } = app.state;
    const isIt = GATE_OF[n] && scene.gate && !input.edited && app.examples.length > 1 &&
      input.example === tellingExample(GATE_OF[n], layer, direction);
    return isIt ? word("tour.example", { gate: scene.gate, n: input.example + 1 }) : "";
  }

  function close() {
    document.querySelectorAll(".lit").forEach((element) => element.classList.remove("lit"));
    if (before) {
      const { input, ...rest } = before;
      app.set(app.state.input === lent ? { ...rest, input } : rest); // what the reader draws meanwhile stays
    }
    [before, lent] = [null, null];
    scene = null;
    byId("tour-start").focus();
  }

  return {
    update(frame) {
      const { state } = frame;
      const n = state.tour;
      if (n !== shown) {
        const wasOpen = shown > 0;
        shown = n;
        put(panel, { hidden: n === 0 });
        document.body.classList.toggle("touring", n > 0);
        if (n === 0) {
          if (wasOpen) close();
        } else {
          const { clamps, t, unit, sort, input } = state;
          if (!wasOpen) before = { clamps, t, unit, sort, input };
          prepare(frame, n, state.restored === true);
        }
      }
      if (n > 0 && scene) {
        if (scene.input !== state.input) scene = sceneOf(app, frame, n);
        put(byId("tour-count"), { text: word("tour.count", { n, all: TOUR_STEPS }) });
        put(byId("tour-title"), { text: word(`tour.${n}.title`) });
        put(byId("tour-text"), { text: word(scene.key ?? `tour.${n}.text`, scene.values()) });
        put(byId("tour-numbers"), { text: `${whyThisExample(state, n)} ${scene.numbers()}`.trim() });
        put(byId("tour-try"), { hidden: !scene.clamp, "aria-pressed": state.clamps.length > 0 });
        if (scene.clamp) put(byId("tour-try"), { text: word(`tour.try.${scene.gate}`) });
        put(byId("tour-back"), { disabled: n === 1 });
        put(byId("tour-next"), { text: word(n === TOUR_STEPS ? "tour.end" : "tour.next") });
      }
    },
  };
}

/**
 * Find the example whose answer holding a gate open changes most: where the gate has little to do there is little to
 * see. Each is run once, for a second at most.
 * @returns {function(string, number, number): number} for a gate, layer and direction the example's number, or −1
 */
function mostChanged(app) {
  const known = new Map();
  return (gate, layer, direction) => {
    const key = `${gate} ${layer} ${direction}`;
    if (known.has(key)) return known.get(key);
    const end = performance.now() + MOST_SECONDS * 1000;
    let [best, most] = [-1, 1e-9];
    for (const [n, { x, T }] of app.examples.entries()) {
      if (performance.now() > end) break;
      try {
        const { answer } = run(app.network, x, T);
        const held = run(app.network, x, T, [{ gate, value: 1, layer, direction, units: null, from: 0, to: Infinity }]);
        const k = app.payload.classes ? argmax(answer) : 0;
        const change = Math.abs(held.answer[k] - answer[k]);
        if (change > most) [best, most] = [n, change];
      } catch (error) {
        if (!error.code) throw error; // an example that the network cannot read
      }
    }
    known.set(key, best);
    return best;
  };
}

/**
 * What a step of the tour shows for the input of the moment, found in the run without clamps.
 * @returns {{input: object, set: object, clamp: ?object, gate: ?string, key: ?string, values: function(): object,
 *   numbers: function(): string}}
 */
function sceneOf(app, { state, free, layer, direction, steps }, n) {
  const one = free.layers[layer].directions[direction];
  const { variant } = app.network.layers[layer].directions[direction];
  const { input } = state;
  const scene = { input, set: { clamps: [], input }, values: () => ({ H: one.H, steps }), numbers: () => "" };
  const holdAll = (gate, value) => ({ gate, value, layer, direction, units: null, from: 0, to: Infinity });
  const change = (gate, value) => {
    const held = run(app.network, state.input.x, state.input.T, [holdAll(gate, value)]);
    return () => changeInWords(app.payload, free.answer, held.answer);
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
    const told = change(gate, 1);
    const at = (name, t) => one[name][t * one.H + unit];
    const earlier = (t) => one.c[(t + (one.backwards ? 1 : -1)) * one.H + unit] ?? 0;
    const what = gate === "i" ? (t) => at("z", t) : gate === "o" ? (t) => at("c", t) : earlier;
    Object.assign(scene.set, { unit, t: shut });
    scene.gate = gate;
    scene.clamp = holdAll(gate, 1);
    scene.numbers = () => word(`tour.${n}.numbers`, {
      unit: unit + 1, shut: shut + 1, open: open + 1, less: percent(at(gate, shut)), more: percent(at(gate, open)),
      was: signed(what(shut)), is: signed(what(open)), change: told(),
    });
  } else {
    const none = ["f", "i", "o"].filter((gate) => {
      return { i: variant.input_gate, o: variant.output_gate, f: variant.forget_gate }[gate];
    });
    const told = none.map((gate) => [gate, change(gate, 0)]);
    scene.numbers = () => told.map(([gate, words]) => word("tour.6.numbers", { gate, change: words() })).join(" ");
  }
  return scene;
}

function largestMemory({ H, c }) {
  let best = 0;
  for (let at = 1; at < c.length; at++) if (Math.abs(c[at]) > Math.abs(c[best])) best = at;
  return { unit: best % H, t: Math.floor(best / H) };
}

/**
 * Find the unit whose gate does both: shuts something large out at one step, and lets something large through at
 * another. For f: forgets a large memory, and keeps a large one.
 */
function twoFaces(one, gate) {
  const { H, z, c, backwards } = one;
  const steps = c.length / H;
  let best = { unit: 0, shut: 0, open: steps - 1, score: -1 };
  for (let unit = 0; unit < H; unit++) {
    let [shut, open, most, least] = [0, 0, -1, -1];
    for (let t = 0; t < steps; t++) {
      const at = t * H + unit;
      const before = at + (backwards ? H : -H);
      const size = Math.abs(gate === "i" ? z[at] : gate === "o" ? c[at] : c[before] ?? 0);
      const [through, keptOut] = [one[gate][at] * size, (1 - one[gate][at]) * size];
      if (through > most) [most, open] = [through, t];
      if (keptOut > least) [least, shut] = [keptOut, t];
    }
    const score = Math.min(most, least);
    if (score > best.score) best = { unit, shut, open, score };
  }
  return best;
}
