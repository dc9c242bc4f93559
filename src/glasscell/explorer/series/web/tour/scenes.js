/** The scenes of the tour: for each step its stage, and its text. */

import { html } from "../../../web/kit/dom.js";
import { colourTable, paintPixels } from "../../../web/kit/colours.js";
import { number, percent, signed, word } from "../../../web/words/language.js";
import { answerInWords, changeInWords, errorInWords } from "../../../web/views/answer.js";
import { withSteps } from "../views/character.js";
import { gatesInWords } from "../views/one-unit.js";
import { whereInWords } from "../../../web/views/place.js";
import { shownAnswer } from "../../../web/network/ceiling.js";
import { run } from "../../../web/network/forward.js";
import { SWITCH, targetsOf } from "../../../web/network/gate-task.js";
import { hasGate } from "../../../web/network/quantities.js";
import { argmax } from "../../../web/network/runs.js";
import { largestMemory, loudestVoice, matterOf, twoFaces, widestOpen } from "../../../web/network/highlights.js";
import { directionOf } from "../../../web/network/direction.js";

const MAX_SECONDS = 0.4; // for each of three gates, to find the example that shows most of it
const IS_OPENER = 0.25; // by how much more a gate must be open at one step than at another for a “but”
const IS_SAME = 0.05; // of the range of a regression's predictions: still counts as equal
const BOXES = ["f", "i", "z", "o"]; // in the order of the diagram

/** Common to all scenes: no gate is held, and the input is the current one. */
export function begin({ state: { input } }, set) {
  return { input, set: { clamps: [], input, more: null, ...set }, values: {}, numbers: () => "" };
}

/** @returns {object} a network without the gate, to be trained next to one that has it */
export function sceneOfTraining({ networks: { lesson } }, frame) {
  const { task, lacks, H } = lesson.choice;
  if (task !== "erase" || lacks !== "f" || H !== 1) lesson.choose({ task: "erase", lacks: "f", H: 1 });
  return begin(frame, { t: 0, more: "train" });
}

/** @returns {object} its gates where the bit is on and elsewhere, and its own gate held open: predicted, then seen */
export function sceneOfTask(app, frame) {
  const { state: { input, network: name }, free } = frame;
  const { gate } = app.task;
  const [one] = free.layers[0].directions;
  const clamp = holdAll(gate, widestOpen(one[gate]), 0, 0);
  const held = run(app.network, input.x, input.T, [clamp]);
  const targets = targetsOf(name, input.x);
  const [before, after] = [free, held].map((result) => Number(errorInWords(app, result, targets)));
  const value = number(clamp.value);
  const marked = input.x.findIndex((v, n) => n % 2 === SWITCH && v > 0.5);
  return {
    ...begin(frame, { t: Math.max(Math.floor(marked / 2), 0) }), clamp, gate,
    numbers: () => gatesInWords({ one, state: { input } }, [gate]),
    question: {
      ask: () => word("tour.ask.error", { gate, value }),
      answers: () => [word("tour.say.as-good"), word("tour.say.worse")],
      right: after > before ? 1 : 0,
      outcome: () => [
        word("task.held", { gate, value, change: changeInWords(app, free, held, targets) }),
        word("task.without", { gate, ...app.task }),
      ].join(" "),
    },
  };
}

/** Common to the scenes of the reader's own network: the place in view, or that of the event. */
function beginOwn(app, frame) {
  const { free, layer, direction, steps } = frame;
  const one = free.layers[layer].directions[direction];
  const where = whereInWords(app, frame, "clamps.where");
  const { unit, t } = app.event ?? {};
  const scene = begin(frame, { layer, direction, ...(app.event ? { unit, t } : {}) });
  return { one, where, scene: { ...scene, values: { H: one.H, steps, where } } };
}

/** @returns {object} many units, the order in which they read, and what of the input comes at each step */
export function sceneOfMany(app, frame) {
  const { one, scene } = beginOwn(app, frame);
  Object.assign(scene.set, { t: one.backwards ? frame.steps - 1 : 0, more: "units" });
  const figure = (_, { state: { input }, t }) => html("div", { class: "tour-input" }, withSteps(app, input, t, t));
  return { ...scene, figure, key: one.H === 1 ? "tour.many.one" : `tour.many.text.${directionOf(app.network)}` };
}

/** @returns {object} four boxes with one formula: the columns of weights in which they differ */
export function sceneOfBoxes(app, frame) {
  return { ...beginOwn(app, frame).scene, figure: weightsStrip };
}

/** @returns {object} how h comes back, and which other unit is heard most */
export function sceneOfTalk(app, frame) {
  const { one, scene } = beginOwn(app, frame);
  const { layer, direction, unit } = frame;
  const voice = loudestVoice(app.network.layers[layer].directions[direction], unit);
  const numbers = () => (voice?.isAlone ? word("tour.talk.numbers", {
    unit, other: voice.unit, gate: voice.gate, weight: signed(voice.weight),
  }) : "");
  return { ...scene, key: one.H === 1 ? "tour.talk.one" : "tour.talk.text", figure: weightsStrip, numbers };
}

/** @returns {object} how the units' outputs become a prediction, and the definition of a probe */
export function sceneOfReadOut(app, frame) {
  const { one, scene } = beginOwn(app, frame);
  const { classes } = app.payload;
  Object.assign(scene.set, { t: one.backwards ? 0 : frame.steps - 1, more: "answer" });
  const kind = classes ? "classes" : "numbers";
  const numbers = () => (classes ? firstAndSecond(classes, shownAnswer(app.network, frame.free)) : "");
  return { ...scene, key: app.network.probes ? `tour.readout.${kind}` : `tour.readout.${kind}.alone`, numbers };
}

/** The likeliest class and the next, where they can be told apart as they are shown. */
function firstAndSecond(classes, answer) {
  const [first, second] = [...answer.keys()].sort((a, b) => answer[b] - answer[a]);
  if (second === undefined || answer[second] < 0.005 || percent(answer[first]) === percent(answer[second])) return "";
  const name = (k) => word("answer.class", { name: classes[k], share: percent(answer[k]) });
  return word("tour.readout.said", { first: name(first), second: name(second) });
}

/** @returns {object} the river of a unit that throws memory away, where there is one; else of the largest memory */
export function sceneOfMemory(app, frame) {
  const { one, where, scene } = beginOwn(app, frame);
  const memory = largestMemory(one);
  if (!app.event) Object.assign(scene.set, { unit: memory.unit, t: memory.t });
  return { ...scene, numbers: () => (app.event ? forgottenInWords(one, app.event) : memoryInWords(memory, where)) };
}

/** @returns {string} what a forget gate throws away at a step */
function forgottenInWords(one, { unit, t }) {
  const [before, f] = [matterOf(one, "f")(unit, t), one.f[t * one.H + unit]].map((v) => number(v));
  return word("tour.forgotten", { unit, at: word("tour.at", { t: t + 1 }), before, f });
}

/**
 * @param {App} app
 * @param {Frame} frame
 * @param {{gate: string, telling: ?Telling}} held the held gate: predicted, then seen; and the result of `mostChanged`,
 *   if the input was chosen for its effect
 * @returns {object} a unit in which this gate does both, and the prediction with all of them held open
 */
export function sceneOfGate(app, frame, { gate, telling }) {
  const { one, where, scene } = beginOwn(app, frame);
  const { layer, direction, free, state: { input } } = frame;
  const { classes } = app.payload;
  const faces = twoFaces(one, gate);
  Object.assign(scene.set, { unit: faces.unit, t: faces.shut });
  const clamp = holdAll(gate, 1, layer, direction);
  const held = run(app.network, input.x, input.T, [clamp]);
  const example = telling ? exampleInWords(telling, { all: app.examples.length, gate, where }) : "";
  const answer = classes ? classes[argmax(free.answer)] : answerInWords(app.payload, free.answer);
  return {
    ...scene, gate, clamp, where,
    title: `tour.gate.${gate}`,
    key: `tour.gate.${gate}.text`,
    numbers: () => `${example} ${facesInWords(one, gate, faces, where)}`.trim(),
    question: {
      ask: () => word("tour.ask.answer", { gate, where, answer }),
      answers: () => [word("tour.say.same"), word("tour.say.other")],
      right: isSameAnswer(app, free.answer, held.answer) ? 0 : 1,
      outcome: () => [
        word(`tour.held.${gate}`, { where, change: changeInWords(app, free, held) }), word("tour.limits"),
      ].join(" "),
    },
  };
}

/** @returns {string[]} the gates that the cells of a direction have */
export function gatesThere({ network }, layer, direction) {
  return ["i", "f", "o"].filter((gate) => hasGate(network.layers[layer].directions[direction].variant, gate));
}

/** Whether a reader would call two predictions equal: the same class, or numbers that differ little in their range. */
function isSameAnswer(app, one, other) {
  if (app.payload.classes) return argmax(one) === argmax(other);
  return one.every((v, k) => {
    const [low, high] = app.answerRange(k);
    return Math.abs(v - other[k]) <= IS_SAME * (high - low);
  });
}

/** The largest memory of a layer; that there is none, or that others are as large. */
function memoryInWords({ unit, t, c, isAlone }, where) {
  const key = isZero(c) ? "tour.memory.nothing" : isAlone ? "tour.memory.numbers" : "tour.memory.equal";
  return word(key, { unit, at: word("tour.at", { t: t + 1 }), c: signed(c), where });
}

/** What a gate lets through at two steps; “only” and “but” where it is shut at one and clearly more open at the other. */
function facesInWords(one, gate, { unit, shut, open, largest }, where) {
  if (isZero(largest)) return word(`tour.nothing.${gate}`, { where });
  const matter = matterOf(one, gate);
  const [less, more] = [shut, open].map((t) => one[gate][t * one.H + unit]);
  const isBoth = ![shut, open].some((t) => isZero(matter(unit, t)));
  const isSplit = less < 0.5 && more - less > IS_OPENER;
  const at = (t) => word("tour.at", { t: t + 1 });
  const valueOf = (t) => percent(one[gate][t * one.H + unit]);
  if (shut === open || !isBoth) {
    const t = isZero(matter(unit, open)) ? shut : open; // where there is something to decide on
    return word(`tour.once.${gate}`, { unit, open: at(t), more: valueOf(t), is: signed(matter(unit, t)) });
  }
  return word(`tour.${isSplit ? "split" : "both"}.${gate}`, {
    unit, shut: at(shut), open: at(open), less: valueOf(shut), more: valueOf(open),
    was: signed(matter(unit, shut)), is: signed(matter(unit, open)),
  });
}

/** Whether a number is shown as 0. */
function isZero(v) {
  return !/[1-9]/.test(number(v));
}

/** @returns {Clamp} a gate held in all units of a layer and direction, at all steps */
function holdAll(gate, value, layer, direction) {
  return { gate, value, layer, direction, units: null, from: 0, to: Infinity };
}

/**
 * Find the example whose prediction changes most when a gate is held open: the one that shows the gate's effect best.
 * Each is run once, for MAX_SECONDS at most.
 * @returns {(gate: string, layer: number, direction: number) => {n: ?number, tried: number, isAlone: boolean,
 *   isShown: boolean, change: number}} for a gate, layer and direction: the example, null where the largest change is too
 *   small to be shown; how many were tried; whether no other changes as much; whether any change is shown, since a
 *   smaller one may cross a rounding
 */
export function mostChanged(app) {
  const { network, payload, examples } = app;
  const [known, free] = [new Map(), []]; // free: the predictions without a clamp

  function find(clamp) {
    const end = performance.now() + MAX_SECONDS * 1000;
    const tried = [];
    for (const [n, { x, T }] of examples.entries()) {
      if (performance.now() > end) break;
      try {
        const answer = free[n] ??= run(network, x, T).answer;
        const held = run(network, x, T, [clamp]).answer;
        const isShown = answerInWords(payload, answer) !== answerInWords(payload, held);
        tried.push({ n, isShown, change: changeOf(app, answer, held) });
      } catch (error) {
        if (!error.code) throw error; // an example that the network cannot read
      }
    }
    const best = tried.reduce((a, b) => (b.change > a.change + 1e-9 ? b : a), { n: null, isShown: false, change: 0 });
    return {
      n: best.isShown ? best.n : null, change: best.change, tried: tried.length,
      isAlone: tried.every(({ n, change }) => n === best.n || change < best.change - 1e-9),
      isShown: tried.some(({ isShown }) => isShown),
    };
  }

  return (gate, layer, direction) => {
    const key = `${gate} ${layer} ${direction}`;
    if (!known.has(key)) known.set(key, find(holdAll(gate, 1, layer, direction)));
    return known.get(key);
  };
}

/** Why an example is shown: “the one that changes most” only if all were tried and no other changes as much. */
export function exampleInWords({ n, tried, isAlone, isShown }, { all, gate, where }) {
  if (tried < 2 || (n === null && isShown)) return "";
  const key = tried < all ? "tour.example.some" : isAlone ? "tour.example" : "tour.example.equal";
  return word(n === null ? "tour.example.none" : key, { gate, where, n: n + 1, tried });
}

/** The change of a prediction: in the probability of its class, or the largest of a target, relative to its spread. */
function changeOf({ payload, network }, answer, held) {
  if (payload.classes) return Math.abs(held[argmax(answer)] - answer[argmax(answer)]);
  return Math.max(...answer.map((v, k) => Math.abs(held[k] - v) / (network.readOut.scale?.[k] ?? 1)));
}

/** @returns {HTMLElement} the weights of the current unit as strips of colour: a row a box, those of x before those of h */
function weightsStrip(app, { layer, direction, unit }) {
  const { kernel, recurrentKernel, H } = app.network.layers[layer].directions[direction];
  const D = kernel.length / (4 * H);
  const rows = BOXES.map((box) => {
    return [...kernel, ...recurrentKernel].filter((_, at) => at % (4 * H) === "ifzo".indexOf(box) * H + unit);
  });
  const reach = Math.max(...rows.flat().map(Math.abs));
  const table = colourTable("z");
  const strips = rows.map((row, n) => {
    const canvas = html("canvas", { "aria-hidden": "true" });
    paintPixels(canvas, D + H, 1, (k) => table[Math.round(127.5 * (1 + row[k] / (reach || 1)))]);
    return html("div", { class: "weights-row" }, html("b", { class: `ink-${BOXES[n]}`, text: BOXES[n] }), canvas);
  });
  const names = Object.entries({ x: D, h: H }).map(([name, n]) => {
    const span = html("span", { text: word("tour.strip", { name, n }) });
    span.style.width = `${(100 * n) / (D + H)}%`;
    return span;
  });
  const label = word("tour.strip.label", { unit, D, H, reach: number(reach) });
  return html("div", { class: "weights-strip", role: "img", "aria-label": label },
    ...strips, html("div", { class: "weights-names" }, ...names));
}
