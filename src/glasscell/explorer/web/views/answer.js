/** The prediction: bars for the classes (or targets), now and through the steps; the unclamped run as outlines. */

import { d3 } from "../d3/d3.js";
import { byId, put, svg, watchWidth } from "../kit/dom.js";
import { number, numberBeside, percent, word } from "../words/language.js";
import { hatch, hatches } from "../kit/hatch.js";
import { courseLines, courseMap } from "./course.js";
import { ceilingOf, isBounded, shownAnswer } from "../network/ceiling.js";
import { answersOf, meanError } from "../network/gate-task.js";
import { directionOf } from "../network/direction.js";
import { argmax } from "../network/runs.js";

export const MAX_BARS = 12;
const BAR = 24;
const BAR_ENDS = 14; // below a bar: the ends of its scale, or the ceiling of all

/** @returns {string} the name of an output: a class, or the name of a target */
export function answerName(payload, k) {
  if (payload.classes) return payload.classes[k];
  return payload.network.read_out.bias.shape[0] > 1 ? word("target", { n: k + 1 }) : word("target.only");
}

/** A prediction in words: “7 (98%)”, or a number. */
export function answerInWords(payload, answer) {
  if (!payload.classes) return Array.from(answer, (v, k) => target(payload, v, k)).join(", ");
  const best = argmax(answer);
  return word("answer.class", { name: payload.classes[best], share: percent(answer[best]) });
}

/** @returns {string} a number of target k */
function target({ network }, v, k) {
  return numberBeside(v, network.read_out.scale?.[k]);
}

/** @returns {string} the mean error of a run on the task's targets */
export function errorInWords(app, result, targets) {
  const error = meanError(answersOf(app.network, result), targets);
  return number(error, error < 0.1 ? 3 : 2);
}

/** The effect of clamps on the prediction or, if targets are known at every step, on its error. */
export function changeInWords(app, freeRun, heldRun, targets = app.targets()) {
  const { payload, network } = app;
  const runs = [freeRun, heldRun];
  if (targets || !payload.classes) {
    const inWords = (run) => (targets ? errorInWords(app, run, targets) : answerInWords(payload, shownAnswer(network, run)));
    const [before, after] = runs.map(inWords);
    return word(`change.${targets ? "error" : "number"}${before === after ? ".same" : ""}`, { before, after });
  }
  const answers = runs.map((run) => shownAnswer(network, run));
  const [before, after] = answers.map((answer) => payload.classes[argmax(answer)]);
  const [was, is] = answers.map((answer) => percent(answer[argmax(answer)]));
  return word(before !== after ? "change.other" : was === is ? "change.none" : "change.same", { before, after, was, is });
}

/** @returns {number} the class or target whose evidence is shown: the chosen one, else the predicted one */
export function askedOf(app, answer) {
  return app.asked ?? (app.payload.classes ? argmax(answer) : 0);
}

/** The class or the numbers that are right for an input; null where that is not known. */
export function rightAnswer(app, input) {
  const { edited, example } = input;
  return input.truth ?? (edited || example === null ? null : app.examples[example]?.truth ?? null);
}

/** @returns {number[]} the classes that have a bar: all, or of very many those that the network gives the most */
export function classesShown(answer) {
  const all = [...answer.keys()];
  return all.length <= MAX_BARS ? all : all.sort((a, b) => answer[b] - answer[a]).slice(0, MAX_BARS);
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
  let shown = []; // the class or target of each bar
  const each = BAR + (isClass ? 0 : BAR_ENDS);
  const height = count * each + 4;
  const plot = svg("svg", { class: "bars", role: "img", height, "data-figure": "" }, hatches("answer"));
  box.append(plot);
  const bars = Array.from({ length: count }, (_, n) => {
    const y = n * each + 2;
    const bar = {
      name: svg("text", { y: y + 16, "text-anchor": "end" }),
      track: svg("rect", { class: "track", y: y + 3, height: BAR - 7, rx: 3 }),
      fill: svg("rect", { y: y + 3, height: BAR - 7, rx: 3 }),
      truth: svg("line", { class: "level", y1: y, y2: y + BAR - 1 }),
      ghost: svg("rect", { class: "bar-ghost", y: y + 3, height: BAR - 7, rx: 3 }),
      value: svg("text", { y: y + 16 }),
    };
    const ends = isClass ? [] : ["start", "end"].map((side) => svg("text", { class: "tick", y: y + 32, "text-anchor": side }));
    plot.append(...Object.values(bar), ...ends);
    return { ...bar, ends };
  });
  const hits = count > 1 ? bars.map((_, n) => listenTo(n)) : [];
  const course = !payload.probes ? null : isClass ? courseMap(app) : courseLines(app);
  const way = directionOf(app.network);
  put(byId("probe"), { hidden: app.task !== null });
  const ruler = document.createElement("canvas").getContext("2d");
  ruler.font = `bold 14px ${getComputedStyle(document.body).fontFamily}`;

  /** The bar under the pointer or in focus is what the evidence is for. One has its turn with Tab, arrow keys go to the others. */
  function listenTo(n) {
    const hit = svg("rect", { class: "hit asks", role: "radio", x: 0, y: n * each + 2, height: BAR });
    const ask = (isAsked) => {
      app.asked = isAsked ? shown[n] : null;
      app.redraw();
    };
    const turn = (event) => {
      const by = { ArrowUp: -1, ArrowLeft: -1, ArrowDown: 1, ArrowRight: 1 }[event.key];
      if (!by) return;
      hits.at((n + by) % count).focus();
      event.preventDefault();
    };
    for (const begin of ["pointerenter", "focus"]) hit.addEventListener(begin, () => ask(true));
    for (const end of ["pointerleave", "blur"]) hit.addEventListener(end, () => ask(false));
    put(hit, { on: { click: () => hit.focus(), keydown: turn } });
    put(plot, { role: "radiogroup" });
    plot.append(hit);
    return hit;
  }

  /** A name, shortened at its end to about so many pixels. */
  function fit(name, room) {
    const share = room / ruler.measureText(name).width;
    const letters = [...name];
    return share >= 1 ? name : `${letters.slice(0, Math.max(Math.floor(share * letters.length) - 2, 1)).join("").trimEnd()}…`;
  }

  function words(/** @type {Frame} */ { steps, t, targets }, answer) {
    const key = targets ? "answer.step" : t === steps - 1 ? `answer.final.${way}` : answer ? `answer.probe.${way}` : "answer.none";
    return word(key, { answer: answer && answerInWords(payload, answer), t: t + 1, steps });
  }

  function truthInWords(/** @type {Frame} */ { targets, t, isHeld, result }, truth, isFinal) {
    if (targets) return word("truth.step", { truth: number(targets[t]) });
    const name = truth === null ? undefined
      : isClass ? payload.classes[truth] : [truth].flat().map((v, k) => target(payload, v, k));
    if (name === undefined) return word("truth.unknown");
    const verdict = argmax(result.answer) === truth ? "right" : isHeld ? "held" : "wrong";
    return word(isClass ? `truth.${isFinal ? "" : "final."}${verdict}` : "truth.number", { truth: name });
  }

  return {
    update(frame) {
      const { state: { input }, t, steps, result, targets } = frame;
      const { width } = size;
      const isFinal = t === steps - 1; // earlier, only the later prediction can be correct
      const now = frame.answer("held", t);
      const ghost = frame.isHeld ? frame.answer("free", t) : null;
      const best = now && isClass ? argmax(now) : -1;
      shown = isClass ? classesShown(result.answer) : [...bars.keys()];
      const asked = askedOf(app, result.answer);
      const full = shown.map((k) => answerName(payload, k));
      const left = Math.min(Math.max(...full.map((name) => ruler.measureText(name).width)) + 12, width * 0.4);
      const names = full.map((name) => fit(name, left - 12));
      const right = width - 62;
      const truth = rightAnswer(app, input);
      const marked = isClass ? [] : targets ? [targets[t]] : [truth ?? []].flat();
      put(plot, { width, viewBox: `0 0 ${width} ${height}`, "aria-label": words(frame, now) });
      bars.forEach((bar, n) => {
        const k = shown[n];
        const isBest = k === best || !isClass;
        const [low, high] = isClass ? [0, 1] : frame.range(k);
        const X = d3.scaleLinear([low, high], [left, right]).clamp(true);
        for (const [shape, answer] of /** @type {const} */ ([[bar.fill, now], [bar.ghost, ghost]])) {
          const [from, to] = [X(0), answer ? X(answer[k]) : X(0)].sort((a, b) => a - b);
          put(shape, { x: from.toFixed(1), width: (to - from).toFixed(1), visibility: answer ? "visible" : "hidden" });
        }
        put(bar.name, { x: left - 8, text: names[n], class: `bar-name${k === best ? " best" : ""}` });
        put(bar.track, { x: left, width: Math.max(right - left, 0) });
        put(bar.fill, { class: `bar${isBest ? " best" : ""}` });
        hatch(bar.fill, "answer", !isFinal && !targets, isBest);
        const isKnown = Number.isFinite(marked[k]);
        const at = isKnown ? X(marked[k]) : 0;
        put(bar.truth, { visibility: isKnown ? "visible" : "hidden", x1: at, x2: at });
        bar.ends.forEach((end, side) => put(end, { x: [left, right][side], text: target(payload, [low, high][side], k) }));
        const value = !now ? "–" : isClass ? percent(now[k]) : target(payload, now[k], k);
        put(bar.value, { x: right + 8, class: `bar-value${k === best ? " best" : ""}`, text: value });
        const isInTabOrder = k === asked || (n === 0 && !shown.includes(asked));
        const label = { "aria-label": `${full[n]}: ${value}`, "aria-checked": k === asked };
        if (hits[n]) put(hits[n], { ...label, width, tabindex: isInTabOrder ? 0 : -1 });
      });
      put(byId("answer-words"), { text: words(frame, now) });
      put(byId("answer-truth"), { text: truthInWords(frame, truth, isFinal) });
      const probe = word(payload.probes ? "probe.words" : "probe.none");
      put(byId("probe-words"), { text: payload.probes && way === "both" ? `${probe} ${word("probe.both")}` : probe });
      put(byId("answer-bound"), { text: isFinal && isBounded(app.network.readOut) ? boundInWords(app, result) : "" });
      put(byId("answer-steps"), { hidden: app.network.probes === null }); // earlier in its training there are none
      course?.update(frame, { shown, names, left, truth: marked });
    },
  };
}

/** @returns {string} the output of the network itself if its output layer is bounded, and the largest possible one */
export function boundInWords({ payload, network }, { answer }) {
  const { activation } = network.readOut;
  const isTutorials = payload.input === "digit" && activation === "tanh";
  const values = { activation, answer: answerInWords(payload, answer), most: percent(ceilingOf(network.readOut)) };
  return word(isTutorials ? "answer.bound.tutorial" : "answer.bound", values);
}
