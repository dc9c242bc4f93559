/** A short course through the cell: for each step the view, a question and a text, next to its subject. */

import { byId, changeOfKey, put } from "../../../web/kit/dom.js";
import { number, word } from "../../../web/words/language.js";
import { eventOf } from "../../../web/network/event.js";
import { run } from "../../../web/network/forward.js";
import { sceneOfChallenge } from "./challenge.js";
import {
  begin, gatesThere, mostChanged, sceneOfBoxes, sceneOfGate, sceneOfMany, sceneOfMemory, sceneOfReadOut, sceneOfTalk,
  sceneOfTask, sceneOfTraining,
} from "./scenes.js";

const FORGETTING = ["many", "boxes", "talk", "memory", "readout"]; // shown in the example in which most is forgotten

/**
 * For each step its name, its network (null: the reader's own), the card that it explains, its highlights
 * there, and its scene. Of the lines of a single unit, `rows` are shown.
 */
const COURSE = [
  { name: "unit", network: "write", shows: "six", rows: "xzcy", marks: ["#six-c"], sceneOf: (_, frame) => begin(frame, { t: 0 }) },
  { name: "write", network: "write", shows: "six", rows: "xicy", marks: ["#six-i", "#gate-i"], sceneOf: sceneOfTask },
  { name: "erase", network: "erase", shows: "six", rows: "xfcy", marks: ["#six-f", "#gate-f"], sceneOf: sceneOfTask },
  { name: "show", network: "show", shows: "six", rows: "xocy", marks: ["#six-o", "#gate-o"], sceneOf: sceneOfTask },
  { name: "train", network: "erase", shows: "more-train", marks: ["#learn-train"], sceneOf: sceneOfTraining },
  { name: "many", network: null, shows: "more-units", sceneOf: sceneOfMany },
  { name: "boxes", network: null, shows: "reading", marks: ["#gate-f", "#gate-i", "#gate-z", "#gate-o"], sceneOf: sceneOfBoxes },
  { name: "talk", network: null, shows: "reading", marks: ["[data-strip=h]"], sceneOf: sceneOfTalk },
  { name: "memory", network: null, shows: "river", sceneOf: sceneOfMemory },
  { name: "gate", network: null, shows: "reading", sceneOf: sceneOfGate },
  { name: "readout", network: null, shows: "more-answer", sceneOf: sceneOfReadOut },
  { name: "challenge", network: null, shows: "input", sceneOf: sceneOfChallenge },
];

/** @returns {typeof COURSE} the steps for which this page has the network */
function stepsOf({ apps }) {
  return COURSE.filter(({ network }) => apps.some(({ state }) => state.network === network));
}

/** @returns {{first: number, last: number}} the steps that are about this network, counted from 1 */
export function stepsOfTour(app) {
  const mine = stepsOf(app.networks).map(({ network }) => network === app.state.network);
  return { first: mine.indexOf(true) + 1, last: mine.lastIndexOf(true) + 1 };
}

/**
 * @param {App} app
 * @returns {View}
 */
export function tour(app) {
  const { networks } = app;
  const steps = stepsOf(networks);
  const tellingExample = mostChanged(app);
  const [isOtherStep, isOtherFigure] = [changeOfKey(), changeOfKey()];
  let scene = null;
  let guess = null; // the reader's expectation for the gate that will be held: the number of a choice

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
  const listen = (name, act) => byId(`tour-${name}`).addEventListener("click", act);
  listen("start", () => go(app.task ? stepsOfTour(app).first : 1));
  listen("back", () => go(app.state.tour - 1));
  listen("next", () => {
    const isLast = app.state.tour === steps.length;
    if (isLast) app.lent = null; // the challenge's input stays with the reader
    go(isLast ? 0 : app.state.tour + 1);
  });
  listen("close", () => go(0));
  listen("try", () => {
    if (scene.action) scene.action.run();
    else app.set({ clamps: app.state.clamps.length > 0 ? [] : [scene.clamp] });
  });
  listen("answers", ({ target }) => {
    guess = [...byId("tour-answers").children].indexOf(target);
    if (guess < 0) return;
    app.set({ clamps: [scene.clamp] });
    byId("tour-try").hidden = false;
    byId("tour-try").focus();
  });

  /** Set the stage for step n, before the frame is drawn. */
  function prepare(frame, n) {
    const { state } = frame;
    scene = sceneOf(state.restored ? frame : onStage(frame, n), n);
    guess = null;
    if (state.restored) return void app.set({ more: scene.set.more });
    if (scene.set.input !== state.input) app.lent = scene.set.input;
    app.set({ playing: false, ...scene.set });
  }

  /** Show below the panel what a step speaks of, and mark in there what it is about; between two tours, all of the page. */
  function light({ shows = null, rows = null, marks = [] }) {
    for (const look of ["lit", "told"]) document.querySelectorAll(`.${look}`).forEach((one) => one.classList.remove(look));
    put(document.body, { "data-shows": shows });
    byId(shows)?.classList.add("lit");
    for (const one of marks) document.querySelector(one)?.classList.add("told");
    for (const row of document.querySelectorAll(".six-row")) put(row, { hidden: rows && !rows.includes(row.id.at(-1)) });
  }

  function sceneOf(frame, n) {
    const { name, sceneOf: make } = steps[n - 1];
    const made = make(app, frame, name === "gate" ? gateFor(frame) : null);
    return { title: `tour.${name}.title`, key: `tour.${name}.text`, ...made };
  }

  /** The gate to hold: the one that changes most in some example; and why this input shows it, if it was chosen for that. */
  function gateFor({ layer, direction, state: { input } }) {
    const telling = (gate) => tellingExample(gate, layer, direction);
    const [gate] = gatesThere(app, layer, direction).sort((a, b) => telling(b).change - telling(a).change);
    const { n } = telling(gate);
    const isChosen = !input.edited && app.examples.length > 1 && (n === null || input.example === n);
    return { gate, n, telling: isChosen ? telling(gate) : null };
  }

  /** The frame with the input that the step is about, and its run without clamps. */
  function onStage(frame, n) {
    const { name } = steps[n - 1];
    if (!app.task && app.event === undefined) app.event = eventOf(app);
    const isEvent = FORGETTING.includes(name) && app.event;
    const at = isEvent ? app.event.example : name === "gate" ? gateFor(frame).n : null;
    if (at === null) return frame;
    const input = app.exampleInput(at);
    const free = run(app.network, input.x, input.T);
    const place = isEvent ? { layer: 0, direction: 0, unit: app.event.unit, steps: free.steps } : {};
    return { ...frame, state: { ...frame.state, input }, free, ...place };
  }

  return {
    update(frame) {
      const { state } = frame;
      const n = state.tour;
      const isNew = isOtherStep(n);
      if (isNew) {
        put(byId("tour"), { hidden: n === 0 });
        document.body.classList.toggle("touring", n > 0);
        if (n === 0) {
          light({});
          scene = null;
        } else {
          networks.home ??= app;
          app.lend();
          prepare(frame, n);
        }
      }
      if (!scene) return;
      if (scene.input !== state.input && !scene.progress) scene = sceneOf(frame, n);
      put(byId("tour-count"), { text: word("tour.count", { n, all: steps.length }) });
      put(byId("tour-title"), { text: word(scene.title) });
      put(byId("tour-text"), { text: word(scene.key, scene.values) });
      put(byId("tour-numbers"), { text: scene.progress?.(frame) ?? scene.numbers() });
      ask(state);
      if (isOtherFigure(scene.figure, frame.look, frame.layer, frame.direction, frame.unit, frame.t)) {
        byId("tour-figure").replaceChildren(...(scene.figure ? [scene.figure(app, frame)] : []));
      }
      put(byId("tour-back"), { disabled: n === 1 });
      put(byId("tour-next"), { text: word(n === steps.length ? "tour.end" : "tour.next") });
      if (!isNew) return;
      light(steps[n - 1]);
      window.scrollTo({ top: 0 });
      byId("tour-title").focus({ preventScroll: true });
    },
  };

  /** Predict, then hold, then see: the question until the reader chooses or the gate is held, then the result. */
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
}
