/** Watch it learn: a slider over the epochs that the page has, and how gates and prediction changed over them. */

import { d3 } from "../../../web/d3/d3.js";
import { html, put, wantsStillness } from "../../../web/kit/dom.js";
import { number, percent, word } from "../../../web/words/language.js";
import { beginningOf } from "../../../web/network/beginnings.js";
import { Course } from "../../../web/network/stages.js";
import { GATE_NAMES, hasGate } from "../../../web/network/quantities.js";
import { argmax } from "../../../web/network/runs.js";
import { answerName, rightAnswer } from "../../../web/views/answer.js";
import { epochsPlot } from "./epochs-plot.js";

const PLAY_MILLISECONDS = 7000; // through all epochs
const AT_ONCE_MILLISECONDS = 4; // of a frame, for what the networks of all epochs do
const RANGE = { z: 2, i: 1, f: 1, o: 1 };
const NEAR = 1.4; // from one epoch to the next: “after epoch 13”; farther, “between epochs 5 and 100”

/** @returns {string} which epoch is shown: “after epoch 5 of 100” */
export function epochInWords({ last }, epoch) {
  return word(epoch === 0 ? "epochs.before" : "epochs.after", { epoch, last });
}

/**
 * @param {App} app
 * @returns {Part} of a page that has the networks of earlier epochs
 */
export function epochsView(app) {
  const { epochs, payload } = app;
  const { stops, last } = epochs;
  const element = html("div", { class: "epochs" });
  const figure = { "data-figure": "" };
  const play = html("button", { type: "button", class: "epochs-play", hidden: wantsStillness() });
  const when = html("span", { class: "epochs-when" });
  const slider = html("input", { type: "range", class: "scrub epochs-slider", min: 0, max: stops.length - 1, step: 1 });
  const words = html("p", { class: "note epochs-words", ...figure });
  const gatesTitle = html("h3", { class: "epochs-gates", ...figure });
  const hint = html("details", { class: "why" }, html("summary", { "data-word-label": "why", text: "?" }),
    html("p", { class: "hint", "data-word": "epochs.hint" }));
  const begins = html("p", { class: "saying epochs-begins", ...figure });
  const gateKeys = GATE_NAMES.map((name) => html("span", { class: `key ink-${name}` }));
  const dotName = html("span", { "data-word": "epochs.dot" });
  const dot = html("span", { class: "key" }, html("span", { class: "swatch epochs-dot" }), dotName);
  const gatesBox = html("div");
  const answerTitle = html("h3", { class: "epochs-answer", ...figure });
  const right = html("p", { class: "saying epochs-right", ...figure });
  const answerBox = html("div");
  element.append(
    html("div", { class: "epochs-head" }, play, when), slider, words, html("div", { class: "titled" }, gatesTitle, hint), begins,
    html("p", { class: "legend", ...figure }, ...gateKeys, dot), gatesBox, answerTitle, right, answerBox,
  );
  const about = { stops, redraw: () => app.redraw(), choose: (k) => choose(k) };
  const gatesPlot = epochsPlot(gatesBox, { ...about, height: 190 });
  const answerPlot = epochsPlot(answerBox, { ...about, height: 130 });
  let playing = null; // the timer
  let course = null;

  function show(k) {
    app.set({ epoch: stops[k] === last ? null : stops[k] });
  }

  function choose(k) {
    stop();
    if (!slider.disabled) show(k);
  }

  function stop() {
    clearInterval(playing);
    playing = null;
    app.redraw();
  }

  function playOn() {
    const k = Number(slider.value) + 1;
    if (!app.isShown || k >= stops.length - 1) stop();
    if (app.isShown) show(Math.min(k, stops.length - 1));
  }

  slider.addEventListener("input", () => choose(Number(slider.value)));
  play.addEventListener("click", () => {
    if (playing !== null) {
      stop();
      return;
    }
    playing = setInterval(playOn, PLAY_MILLISECONDS / stops.length);
    show(Number(slider.value) === stops.length - 1 ? 0 : Number(slider.value));
  });

  /** What the networks of all epochs do: some of it in each frame, until all is known. */
  function goOn(/** @type {Frame} */ { runs, layer, direction, unit }) {
    const what = { input: runs.input, clamps: runs.clamps, layer, direction, unit };
    if (!course?.isOf(what)) course = new Course(epochs, what);
    course.goOn(AT_ONCE_MILLISECONDS);
    if (!course.isDone) app.redraw();
  }

  function drawGates({ t, unit, layer, direction, look }, k) {
    const { variant } = app.network.layers[layer].directions[direction];
    const lines = GATE_NAMES.filter((name) => hasGate(variant, name)).map((name) => {
      const values = course.gateOver(name, t);
      return { name, letter: name, values, beginning: course.isDone ? beginningOf(values, RANGE[name])?.k : undefined };
    });
    GATE_NAMES.forEach((name, n) => {
      const now = lines.find((line) => line.name === name)?.values[k];
      put(gateKeys[n], { hidden: now === undefined || Number.isNaN(now), text: `${name} ${number(now)}` });
    });
    const [low, high] = d3.extent([-1, 1, ...lines.flatMap(({ values }) => values)]);
    const ticks = [low, 0, high].map((v) => ({ v, text: number(v, Number.isInteger(v) ? 0 : 1) }));
    const place = { unit, t: t + 1 };
    put(gatesTitle, { text: word("epochs.gates", place) });
    put(begins, { text: course.isDone ? beginningInWords(stops, lines, place) : "" });
    const key = [course, course.answers.length, t, unit, look];
    gatesPlot.draw(key, word("epochs.gates.label", place), { low, high, ticks, lines });
  }

  function drawAnswer({ state, look }) {
    const { answers } = course;
    const truth = rightAnswer(app, state.input);
    const isKnown = truth !== null;
    const key = [course, answers.length, look];
    if (!payload.classes) {
      const levels = [truth ?? []].flat();
      const [low, high] = d3.extent([...answers.flatMap((answer) => [...answer]), ...levels]);
      const lines = Array.from({ length: app.network.C }, (_, c) => {
        return { name: "c", letter: app.network.C > 1 ? c + 1 : "", values: answers.map((answer) => answer[c]) };
      });
      const title = word(isKnown ? "epochs.value.target" : "epochs.value");
      put(answerTitle, { text: title });
      answerPlot.draw(key, title, { low, high, ticks: [low, high].map((v) => ({ v, text: number(v) })), levels, lines });
      return;
    }
    const said = answers.map(argmax);
    const shown = truth ?? said.at(-1);
    const title = word(isKnown ? "epochs.class.right" : "epochs.class.last", { name: answerName(payload, shown) });
    const isRight = said.map((one) => isKnown && one === truth);
    put(answerTitle, { text: title });
    put(right, { text: isKnown && course.isDone ? rightInWords(stops, isRight) : "" });
    answerPlot.draw(key, title, {
      low: 0, high: 1,
      ticks: [0, 0.5, 1].map((v) => ({ v, text: percent(v) })),
      lines: [{ name: "c", values: answers.map((answer) => answer[shown]) }],
      band: stretchesOf(said).map(({ from, to, value }) => ({ from, to, text: payload.classes[value], isRight: isRight[from] })),
    });
  }

  return {
    element,
    update(frame) {
      const { state } = frame;
      const k = epochs.isEarlier(state.epoch) ? stops.indexOf(state.epoch) : stops.length - 1;
      const isLast = k === stops.length - 1;
      const isTouring = state.tour > 0; // the tour speaks of the trained network
      const shown = epochInWords(epochs, stops[k]);
      slider.value = String(k);
      put(slider, { disabled: isTouring, "aria-label": word("epochs.label"), "aria-valuetext": shown });
      slider.style.setProperty("--done", `${(100 * k) / (stops.length - 1)}%`);
      put(play, { text: word(playing === null ? "epochs.play" : "epochs.stop"), disabled: isTouring });
      put(when, { text: shown });
      const sayings = [
        word(isLast ? "epochs.now.last" : k === 0 ? "epochs.now.before" : "epochs.now.after", { last }),
        ...(!isLast && payload.probes ? [word("epochs.probes")] : []),
        ...(state.clamps.length > 0 ? [word("epochs.held")] : []),
      ];
      put(words, { text: sayings.join(" ") });
      goOn(frame);
      drawGates(frame, k);
      drawAnswer(frame);
      for (const plot of [gatesPlot, answerPlot]) plot.mark(k);
    },
  };
}

/** Join neighbors that are alike. @returns {{from: number, to: number, value: *}[]} */
function stretchesOf(values) {
  const found = [];
  values.forEach((value, k) => {
    if (found.at(-1)?.value === value) found.at(-1).to = k;
    else found.push({ from: k, to: k, value });
  });
  return found;
}

/**
 * Which gate begins to move, and when: the forget gate where it does, as the page is about it; else of those that do the
 * one that goes farthest within its range, and the block input last.
 * @param {{name: string, values: number[]}[]} lines of the gates after all epochs
 * @returns {string} "" where none moves: see `beginningOf`
 */
export function beginningInWords(stops, lines, place) {
  const moved = ["f", "i", "o", "z"].flatMap((name) => {
    const line = lines.find((one) => one.name === name);
    const found = line ? beginningOf(line.values, RANGE[name]) : null;
    return found ? [{ ...found, name, way: Math.abs(found.to - found.from) / RANGE[name] }] : [];
  });
  if (moved.length === 0) return "";
  const rank = ({ name, way }) => ({ f: 2, z: -1 }[name] ?? way);
  const { name, k, from, to } = moved.reduce((most, one) => (rank(one) > rank(most) ? one : most));
  const [epoch, next] = [stops[k], stops[k + 1]];
  const isNear = next === epoch + 1 || next <= NEAR * epoch;
  const when = word(next === 1 ? "epochs.when.first" : isNear ? "epochs.when.after" : "epochs.when.between", { epoch, next });
  const deed = name === "z" ? (to > from ? "rise" : "fall") : to > from ? "open" : "close";
  const values = { ...place, gate: word(`name.${name}`), from: number(from), to: number(to), when };
  return word("epochs.begins", { ...values, deed: word(`epochs.deed.${deed}`) });
}

/** @returns {string} after which of the epochs the prediction is right */
export function rightInWords(stops, right) {
  const n = right.filter(Boolean).length;
  const from = right.lastIndexOf(false) + 1; // from here on, all are right
  const before = n - (right.length - from);
  const epoch = stops[from];
  if (n === 0 || n === right.length) return word(n === 0 ? "epochs.right.none" : "epochs.right.all", { of: right.length });
  if (from === right.length) return word("epochs.right.some", { n, of: right.length });
  if (before > 0) return word("epochs.right.again", { epoch, n: before, of: from });
  return word(from === right.length - 1 ? "epochs.right.last" : "epochs.right.from", { epoch });
}
