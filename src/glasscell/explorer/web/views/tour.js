/** Short steps through the tutorial's three points, with this network and this input; then the networks of one unit. */

import { byId, put, wantsStillness } from "../kit/dom.js";
import { number, word } from "../words/language.js";
import { run } from "../network/forward.js";
import { GATE_OF, exampleInWords, mostChanged, sceneOf } from "./scenes.js";

const OWN_STEPS = 6; // with the reader's network; one more with each network of one unit
const NARROW_PIXELS = 760; // below, the tour covers half of the page
const SHOWS = ["input", "maps", "reading", "reading", "river", "holding"]; // what each step lights up

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
      networks.show(next, { tour: n, restored: false, epoch: null });
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
    const at = app.task ? 0 : gate ? tellingExample(gate, frame.layer, frame.direction).n : null;
    if (at === null) return frame;
    const { x, T } = app.examples[at];
    const isThere = !frame.state.input.edited && frame.state.input.example === at;
    const input = isThere ? frame.state.input : { x, T, example: at, edited: false };
    if (!isThere) app.lent = input;
    const free = run(app.network, x, T);
    return { ...frame, state: { ...frame.state, input }, free, steps: free.steps };
  }

  /** Why this example is shown, or that none shows anything. */
  function whyThisExample({ input, layer, direction }, n) {
    if (!scene.gate || app.task || input.edited || app.examples.length < 2) return "";
    const telling = tellingExample(GATE_OF[n], layer, direction);
    if (telling.n !== null && input.example !== telling.n) return "";
    return exampleInWords(telling, { all: app.examples.length, gate: scene.gate, where: scene.where });
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
        put(byId("tour-text"), { text: word(scene.key ?? `tour.${n}.text`, scene.values) + more });
        put(byId("tour-numbers"), { text: `${whyThisExample(state, n)} ${scene.numbers()}`.trim() });
        put(byId("tour-try"), { hidden: !scene.clamp, "aria-pressed": state.clamps.length > 0 });
        if (scene.clamp) put(byId("tour-try"), { text: word("tour.try", { gate: scene.gate, value: number(scene.clamp.value) }) });
        put(byId("tour-back"), { disabled: n === 1 });
        put(byId("tour-next"), { text: word(n === all ? "tour.end" : "tour.next") });
      }
    },
  };
}

function unlight() {
  document.querySelectorAll(".lit").forEach((element) => element.classList.remove("lit"));
}
