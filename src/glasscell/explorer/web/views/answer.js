/** The answer: bars for the classes (or numbers), now and through the steps; the unclamped run as outlines. */

import { d3 } from "../d3/d3.js";
import { byId, put, svg, watchWidth } from "../kit/dom.js";
import { number, numberBeside, percent, word } from "../words/language.js";
import { hatch, hatches } from "../kit/hatch.js";
import { courseLines, courseMap } from "./course.js";
import { ceilingOf, isBounded, shownAnswer } from "../network/ceiling.js";
import { answersOf, meanError } from "../network/gate-task.js";
import { wayOf } from "../network/way.js";
import { argmax } from "../network/runs.js";
import { askable, askedOf } from "./asking.js";

const MAX_BARS = 12;
const BAR = 24;
const BAR_ENDS = 14; // below a bar: the ends of its scale, or the ceiling of all

/** @returns {string} the name of an answer: a class, or the name of a target */
export function answerName(payload, k) {
  if (payload.classes) return payload.classes[k];
  return payload.network.read_out.bias.shape[0] > 1 ? word("target", { n: k + 1 }) : word("target.only");
}

/** An answer in words: “7 (98 %)”, or a number. */
export function answerInWords(payload, answer) {
  if (!payload.classes) return Array.from(answer, (v, k) => target(payload, v, k)).join(", ");
  const best = argmax(answer);
  return word("answer.class", { name: payload.classes[best], share: percent(answer[best]) });
}

/** @returns {string} a number of target k */
function target({ network }, v, k) {
  return numberBeside(v, network.read_out.scale?.[k]);
}

/** @returns {string} how far the answers of a run are from the task's targets, on average */
export function errorInWords(app, result, targets) {
  const error = meanError(answersOf(app.network, result), targets);
  return number(error, error < 0.1 ? 3 : 2);
}

/** What clamps changed in the answer or, where targets are known at every step, in its error. */
export function changeInWords(app, freeRun, heldRun, targets = app.targets()) {
  const { payload } = app;
  if (targets) {
    const [before, after] = [freeRun, heldRun].map((run) => errorInWords(app, run, targets));
    return word(before === after ? "change.error.same" : "change.error", { before, after });
  }
  const [free, held] = [freeRun, heldRun].map((one) => shownAnswer(app.network, one));
  if (!payload.classes) {
    const [before, after] = [free, held].map((answer) => answerInWords(payload, answer));
    return word(before === after ? "change.number.same" : "change.number", { before, after });
  }
  const [was, is] = [argmax(free), argmax(held)];
  const names = { before: payload.classes[was], after: payload.classes[is] };
  const shares = { was: percent(free[was]), is: percent(held[is]) };
  const key = was !== is ? "change.other" : shares.was === shares.is ? "change.none" : "change.same";
  return word(key, { ...names, ...shares });
}

/** The class or the numbers that are right for an input; null where that is not known. */
export function rightAnswer(app, input) {
  const { edited, example } = input;
  return input.truth ?? (edited || example === null ? null : app.examples[example]?.truth ?? null);
}

/**
 * @param {App} app
 * @returns {View}
 */
export function answerView(app) {
  const { payload } = app;
  const isClass = payload.classes !== null;
  const box = byId("answer-bars");
  const count = isClass ? Math.min(payload.classes.length, MAX_BARS) : app.network.C;
  const size = watchWidth(box, () => app.redraw());
  const each = BAR + (isClass ? 0 : BAR_ENDS);
  const height = count * each + 4;
  const plot = svg("svg", { class: "bars", role: "img", height, "data-figure": "" });
  box.append(plot);
  plot.append(hatches("answer"));
  const bars = Array.from({ length: count }, (_, n) => {
    const y = n * each + 2;
    const bar = {
      name: svg("text", { class: "bar-name", y: y + 16, "text-anchor": "end" }),
      track: svg("rect", { class: "track", y: y + 3, height: BAR - 7, rx: 3 }),
      fill: svg("rect", { class: "bar", y: y + 3, height: BAR - 7, rx: 3 }),
      ghost: svg("rect", { class: "bar-ghost", y: y + 3, height: BAR - 7, rx: 3 }),
      value: svg("text", { class: "bar-value", y: y + 16 }),
      truth: svg("line", { class: "level", y1: y, y2: y + BAR - 1 }),
      ends: ["start", "end"].map((side) => svg("text", { class: "tick", y: y + 32, "text-anchor": side })),
    };
    plot.append(bar.name, bar.track, bar.fill, bar.truth, bar.ghost, bar.value, ...(isClass ? [] : bar.ends));
    return bar;
  });
  const places = bars.map((_, n) => ({ top: n * each + 2, height: BAR }));
  const ask = app.task || count < 2 ? null : askable(app, plot, places);
  const course = !payload.probes ? null : isClass ? courseMap(app) : courseLines(app);
  const way = wayOf(app.network);
  put(byId("probe"), { hidden: app.task !== null });

  function words(frame) {
    const { state, result, steps, t } = frame;
    const answer = frame.answer("held", t);
    if (frame.targets) return word("answer.step", { answer: answerInWords(payload, answer), t: t + 1 });
    if (t === steps - 1) return word(`answer.final.${way}`, { answer: answerInWords(payload, result.shown), steps });
    if (!answer) return word("answer.none", { t: t + 1, steps });
    return word(`answer.probe.${way}`, { answer: answerInWords(payload, answer), t: t + 1, steps });
  }

  /** How far the bar reaches, where there is one bar. */
  function scaleInWords(frame) {
    if (count > 1) return "";
    const [low, high] = frame.range(0).map((v) => target(payload, v, 0));
    return word("answer.range", { low, high });
  }

  return {
    update(frame) {
      const { state, t, result } = frame;
      const now = frame.answer("held", t);
      const ghost = frame.isHeld ? frame.answer("free", t) : null;
      const shown = isClass && payload.classes.length > MAX_BARS
        ? [...result.answer.keys()].sort((a, b) => result.answer[b] - result.answer[a]).slice(0, MAX_BARS)
        : [...Array(count).keys()];
      const { width } = size;
      const full = shown.map((k) => answerName(payload, k));
      const left = Math.min(Math.max(...full.map((name) => textWidth(name))) + 12, width * 0.4);
      const names = full.map((name) => fit(name, left - 12));
      const right = width - 62;
      const truth = rightAnswer(app, state.input);
      const asked = isClass ? [] : frame.targets ? [frame.targets[t]] : [truth ?? []].flat();
      put(plot, { width, viewBox: `0 0 ${width} ${height}`, "aria-label": words(frame) });
      const best = now && isClass ? argmax(now) : -1;
      const isProbe = t < frame.steps - 1 && !frame.targets;
      bars.forEach((bar, n) => {
        const k = shown[n];
        const [low, high] = isClass ? [0, 1] : frame.range(k);
        const X = d3.scaleLinear([low, high], [left, right]).clamp(true);
        const origin = X(0);
        const set = (shape, v) => {
          const end = v === null ? origin : X(v);
          put(shape, { x: Math.min(origin, end).toFixed(1), width: Math.abs(end - origin).toFixed(1) });
        };
        put(bar.name, { x: left - 8, text: names[n], class: `bar-name${k === best ? " best" : ""}` });
        put(bar.track, { x: left, width: Math.max(right - left, 0) });
        put(bar.fill, { class: `bar${k === best || !isClass ? " best" : ""}` });
        hatch(bar.fill, "answer", isProbe, k === best || !isClass);
        set(bar.fill, now ? now[k] : null);
        put(bar.ghost, { visibility: ghost ? "visible" : "hidden" });
        set(bar.ghost, ghost ? ghost[k] : null);
        const isKnown = Number.isFinite(asked[k]);
        put(bar.truth, { visibility: isKnown ? "visible" : "hidden" });
        if (isKnown) put(bar.truth, { x1: X(asked[k]), x2: X(asked[k]) });
        put(bar.ends[0], { x: left, text: target(payload, low, k) });
        put(bar.ends[1], { x: right, text: target(payload, high, k) });
        put(bar.value, {
          x: right + 8, class: `bar-value${k === best ? " best" : ""}`,
          text: now ? (isClass ? percent(now[k]) : target(payload, now[k], k)) : "–",
        });
      });
      const labels = shown.map((k, n) => `${full[n]}: ${bars[n].value.textContent}`);
      ask?.({ shown, labels, asked: askedOf(app, result.answer), width });
      const isBound = t === frame.steps - 1 && isBounded(app.network.readOut);
      put(byId("answer-words"), { text: words(frame) });
      const name = isClass ? payload.classes[truth]
        : truth === null ? undefined : [truth].flat().map((v, k) => target(payload, v, k));
      const verdict = argmax(result.answer) === truth ? "right" : frame.isHeld ? "held" : "wrong";
      const isFinal = t === frame.steps - 1; // before, only the answer to come can be right
      put(byId("answer-truth"), {
        text: frame.targets ? word("truth.step", { truth: number(frame.targets[t]) })
          : truth === null || name === undefined ? word("truth.unknown")
          : word(!isClass ? "truth.number" : `truth.${isFinal ? "" : "final."}${verdict}`, { truth: name }),
      });
      const { probes } = app.network; // of the trained network only
      put(byId("answer-steps"), { hidden: probes === null });
      const probe = payload.probes ? word("probe.words") : word("probe.none");
      put(byId("probe-words"), { text: payload.probes && way === "both" ? `${probe} ${word("probe.both")}` : probe });
      const limits = isBound ? boundInWords(app, result) : isClass ? "" : scaleInWords(frame);
      put(byId("answer-bound"), { text: limits });
      course?.update(frame, { shown, names, left, truth: asked });
    },
  };
}

/** @returns {string} what the network itself gives where its read-out bounds it, and the most that it can */
export function boundInWords({ payload, network }, { answer }) {
  const { activation } = network.readOut;
  const isTutorials = payload.input === "digit" && activation === "tanh";
  const values = { activation, answer: answerInWords(payload, answer), most: percent(ceilingOf(network.readOut)) };
  return word(isTutorials ? "answer.bound.tutorial" : "answer.bound", values);
}

/** Shorten a name at its end to at most so many pixels. */
function fit(text, maxWidth) {
  if (textWidth(text) <= maxWidth) return text;
  const letters = [...text.slice(0, 200)];
  while (letters.length > 1 && textWidth(`${letters.join("")}…`) > maxWidth) letters.pop();
  return `${letters.join("").trimEnd()}…`;
}

const widths = new Map();
let ruler = null;

/** How wide a name is as the bars write it, bold. */
function textWidth(text) {
  if (!widths.has(text)) {
    ruler ??= document.createElement("canvas").getContext("2d");
    ruler.font = `bold 14px ${getComputedStyle(document.body).fontFamily}`;
    if (widths.size > 5000) widths.clear();
    widths.set(text, ruler.measureText(text).width);
  }
  return widths.get(text);
}
