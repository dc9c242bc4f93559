/** A short course through the cell: what each step shows, asks and says, beside what it talks about. */

import { byId, put } from "../kit/dom.js";
import { number, word } from "../words/language.js";
import { eventOf } from "../network/event.js";
import { run } from "../network/forward.js";
import { mostChanged } from "./holding.js";
import { gatesThere } from "./own-network.js";
import { stepsOf, stepsOfTour } from "./steps.js";

const FORGETTING = ["many", "boxes", "talk", "memory", "readout"]; // shown in the example in which most is forgotten

/**
 * @param {App} app
 * @returns {View}
 */
export function tour(app) {
  const { networks } = app;
  const steps = stepsOf(networks);
  const panel = byId("tour");
  const tellingExample = mostChanged(app);
  let shown = null; // the step; at first the stage may be as another network's tour has left it
  let scene = null;
  let guess = null; // what the reader expects of the gate that is to be held: the number of an answer
  let figure = null; // what is drawn in the panel, and of what

  const go = (n) => {
    networks.home ??= app;
    if (n > 0) {
      const next = networks.find(steps[n - 1].network);
      if (next !== app) app.set({ tour: 0 });
      networks.show(next, { tour: n, restored: false, epoch: null });
    } else {
      networks.show(networks.takeBack());
      document.body.classList.remove("touring"); // which hides the button
      byId("tour-start").focus();
    }
  };
  byId("tour-start").addEventListener("click", () => go(app.task ? stepsOfTour(app).first : 1));
  byId("tour-back").addEventListener("click", () => go(app.state.tour - 1));
  byId("tour-next").addEventListener("click", () => {
    if (app.state.tour < steps.length) go(app.state.tour + 1);
    else {
      app.lent = null; // the challenge's input stays with the reader
      go(0);
    }
  });
  byId("tour-close").addEventListener("click", () => go(0));
  byId("tour-try").addEventListener("click", () => {
    if (scene.action) scene.action.run();
    else app.set({ clamps: app.state.clamps.length > 0 ? [] : [scene.clamp] });
  });
  byId("tour-answers").addEventListener("click", ({ target }) => {
    guess = [...byId("tour-answers").children].indexOf(/** @type {Element} */ (target));
    if (guess < 0) return;
    app.set({ clamps: [scene.clamp] });
    byId("tour-try").hidden = false;
    byId("tour-try").focus();
  });
  /** Set the stage for step n, before the frame is drawn. */
  function prepare(frame, n, isRestored) {
    scene = sceneOf(isRestored ? frame : onStage(frame, n), n);
    guess = null;
    if (isRestored) return void app.set({ more: scene.set.more });
    if (scene.set.input !== frame.state.input) app.lent = scene.set.input;
    app.set({ playing: false, ...scene.set });
  }

  /** Show what step n speaks of below it, and mark in there what it is about. */
  function turnTo(n) {
    const { shows, rows, marks } = steps[n - 1];
    unlight();
    document.body.dataset.shows = shows;
    byId(shows).classList.add("lit");
    for (const one of marks) document.querySelector(one)?.classList.add("told");
    for (const row of document.querySelectorAll(".six-row")) put(row, { hidden: rows && !rows.includes(row.id.at(-1)) });
    window.scrollTo({ top: 0 });
    byId("tour-title").focus({ preventScroll: true });
  }

  function sceneOf(frame, n) {
    const { name, sceneOf: make } = steps[n - 1];
    const made = make(app, frame, name === "gate" ? gateFor(frame) : null);
    return { title: `tour.${name}.title`, key: `tour.${name}.text`, ...made };
  }

  /** The gate to hold: the one that changes most in some example; and why this input shows it, if it was chosen for that. */
  function gateFor({ layer, direction, state: { input } }) {
    const gates = gatesThere(app, layer, direction);
    const telling = (gate) => tellingExample(gate, layer, direction);
    const gate = gates.reduce((best, one) => (telling(one).change > telling(best).change ? one : best));
    const { n } = telling(gate);
    const isChosen = !input.edited && app.examples.length > 1 && (n === null || input.example === n);
    return { gate, telling: isChosen ? telling(gate) : null };
  }

  /** The frame with the input that the step is about, and its run without clamps. */
  function onStage(frame, n) {
    const { name } = steps[n - 1];
    if (!app.task && app.event === undefined) app.event = eventOf(app);
    const isEvent = FORGETTING.includes(name) && app.event;
    const at = isEvent ? app.event.example : name === "gate" ? tellingExample(gateFor(frame).gate, frame.layer, frame.direction).n : null;
    if (at === null) return frame;
    const { input } = frame.state;
    const isThere = !input.edited && input.example === at;
    const other = isThere ? input : app.exampleInput(at);
    const free = isThere ? frame.free : run(app.network, other.x, other.T);
    const place = isEvent ? { layer: 0, direction: 0, unit: app.event.unit, steps: free.steps } : {};
    return { ...frame, state: { ...frame.state, input: other }, free, ...place };
  }

  return {
    update(frame) {
      const { state } = frame;
      const n = state.tour;
      const isNew = n !== shown;
      if (isNew) {
        shown = n;
        put(panel, { hidden: n === 0 });
        document.body.classList.toggle("touring", n > 0);
        if (n === 0) {
          unlight();
          delete document.body.dataset.shows;
          for (const row of document.querySelectorAll(".six-row")) put(row, { hidden: false });
          scene = null;
        } else {
          networks.home ??= app;
          app.lend();
          prepare(frame, n, state.restored === true);
        }
      }
      if (n === 0 || !scene) return;
      if (scene.input !== state.input && !scene.progress) scene = sceneOf(frame, n);
      put(byId("tour-count"), { text: word("tour.count", { n, all: steps.length }) });
      put(byId("tour-title"), { text: word(scene.title) });
      put(byId("tour-text"), { text: word(scene.key, scene.values) });
      put(byId("tour-numbers"), { text: scene.progress?.(frame) ?? scene.numbers() });
      ask(state);
      drawFigure(frame);
      put(byId("tour-back"), { disabled: n === 1 });
      put(byId("tour-next"), { text: word(n === steps.length ? "tour.end" : "tour.next") });
      if (isNew) turnTo(n);
    },
  };

  /** Predict, then hold, then see: the question until it is answered or the gate is held, then what happens. */
  function ask({ clamps }) {
    const { question, clamp, gate, action } = scene;
    const isAsked = Boolean(question) && guess === null && clamps.length === 0;
    put(byId("tour-question"), { hidden: !isAsked });
    put(byId("tour-try"), { hidden: action ? false : !question || isAsked, "aria-pressed": action ? null : clamps.length > 0 });
    put(byId("tour-outcome"), { hidden: !question || isAsked });
    if (action) put(byId("tour-try"), { text: action.text() });
    if (!question) return;
    put(byId("tour-ask"), { text: question.ask() });
    question.answers().forEach((text, k) => put(byId("tour-answers").children[k], { text }));
    put(byId("tour-try"), { text: word("tour.try", { gate, value: number(clamp.value) }) });
    const guessed = guess === null ? "" : word(guess === question.right ? "tour.guess.right" : "tour.guess.wrong");
    put(byId("tour-outcome"), { text: `${guessed} ${question.outcome()}`.trim() });
  }

  function drawFigure(frame) {
    const { look, layer, direction, unit } = frame;
    const key = [scene.figure, look, layer, direction, unit];
    if (figure !== null && key.every((part, k) => part === figure[k])) return;
    figure = key;
    byId("tour-figure").replaceChildren(...(scene.figure ? [scene.figure(app, frame)] : []));
  }
}

function unlight() {
  for (const name of ["lit", "told"]) document.querySelectorAll(`.${name}`).forEach((one) => one.classList.remove(name));
}
