/** Six short steps through the tutorial's three points, with this very network and this very input. */

import { byId, put, wantsStillness } from "./dom.js";
import { percent, signed, word } from "./language.js";
import { changeInWords } from "./answer.js";
import { run } from "./forward.js";

export const TOUR_STEPS = 6;
const SHOWS = ["input", "maps", "reading", "reading", "origin", "clamps"]; // what each step lights up

/**
 * @param {object} app
 * @returns {{update: function(object), start: function()}}
 */
export function tour(app) {
  const panel = byId("tour");
  let before = null; // what the reader had set, to be put back
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
    scene = sceneOf(app, frame, n);
    if (!isRestored) app.set({ playing: false, ...scene.set });
    document.querySelectorAll(".lit").forEach((element) => element.classList.remove("lit"));
    const target = byId(SHOWS[n - 1]);
    target.classList.add("lit");
    const isTall = target.offsetHeight > 0.6 * innerHeight;
    target.scrollIntoView({ block: isTall ? "start" : "center", behavior: wantsStillness() ? "auto" : "smooth" });
    byId("tour-title").focus({ preventScroll: true });
  }

  function close() {
    document.querySelectorAll(".lit").forEach((element) => element.classList.remove("lit"));
    if (before) app.set(before);
    before = null;
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
          const { clamps, t, unit, sort } = state;
          if (!wasOpen) before = { clamps, t, unit, sort };
          prepare(frame, n, state.restored === true);
        }
      }
      if (n > 0 && scene) {
        if (scene.input !== state.input) scene = sceneOf(app, frame, n);
        put(byId("tour-count"), { text: word("tour.count", { n, all: TOUR_STEPS }) });
        put(byId("tour-title"), { text: word(`tour.${n}.title`) });
        put(byId("tour-text"), { text: word(scene.key ?? `tour.${n}.text`, scene.values()) });
        put(byId("tour-numbers"), { text: scene.numbers() });
        put(byId("tour-try"), { hidden: !scene.clamp, "aria-pressed": state.clamps.length > 0 });
        if (scene.clamp) put(byId("tour-try"), { text: word(`tour.try.${scene.gate}`) });
        put(byId("tour-back"), { disabled: n === 1 });
        put(byId("tour-next"), { text: word(n === TOUR_STEPS ? "tour.end" : "tour.next") });
      }
    },
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
  const scene = { input: state.input, set: { clamps: [] }, values: () => ({ H: one.H, steps }), numbers: () => "" };
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
    const gate = { 3: "i", 4: "o", 5: "f" }[n];
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
