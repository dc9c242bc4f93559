/** The scenes of the reader's own network: many units, what they say to each other, and a gate to hold. */

import { number, percent, signed, word } from "../words/language.js";
import { answerInWords, changeInWords } from "../views/answer.js";
import { directionKey, isDeep } from "../views/place.js";
import { shownAnswer } from "../network/ceiling.js";
import { run } from "../network/forward.js";
import { argmax } from "../network/runs.js";
import { largestMemory, loudestVoice, matterOf, twoFaces } from "../network/telling.js";
import { wayOf } from "../network/way.js";
import { exampleInWords, holdAll } from "./holding.js";
import { weightsStrip } from "./weights-strip.js";

const IS_OPENER = 0.25; // by how much more a gate must be open at one step than at another for a “but”
const IS_SAME = 0.05; // of the range of a regression's answers: what is still called the same

/** What all of these scenes share: no gate is held, and the input is the current one. */
function begin(app, { state: { input }, free, layer, direction, steps }) {
  const one = free.layers[layer].directions[direction];
  const where = whereInWords(app, layer, direction);
  const values = { H: one.H, steps, where };
  const { unit, t } = app.event ?? {};
  const set = { clamps: [], input, layer, direction, more: null, ...(app.event ? { unit, t } : {}) };
  return { one, where, scene: { input, set, values, numbers: () => "" } };
}

/** @returns {object} many units, and the order in which they read */
export function sceneOfMany(app, frame) {
  const { one, scene } = begin(app, frame);
  Object.assign(scene.set, { t: one.backwards ? frame.steps - 1 : 0, more: "units" });
  return { ...scene, key: one.H === 1 ? "tour.many.one" : `tour.many.text.${wayOf(app.network)}` };
}

/** @returns {object} four boxes with one formula: the columns of weights in which they differ */
export function sceneOfBoxes(app, frame) {
  const { scene } = begin(app, frame);
  return { ...scene, figure: weightsStrip };
}

/** @returns {object} how h comes back, and which other unit is heard most */
export function sceneOfTalk(app, frame) {
  const { one, scene } = begin(app, frame);
  const { layer, direction, unit } = frame;
  const voice = loudestVoice(app.network.layers[layer].directions[direction], unit);
  const numbers = () => (voice?.isAlone ? word("tour.talk.numbers", {
    unit: unit + 1, other: voice.unit + 1, gate: voice.gate, weight: signed(voice.weight),
  }) : "");
  return { ...scene, key: one.H === 1 ? "tour.talk.one" : "tour.talk.text", figure: weightsStrip, numbers };
}

/** @returns {object} how the units' numbers become an answer, and what a probe is */
export function sceneOfReadOut(app, frame) {
  const { one, scene } = begin(app, frame);
  const { payload } = app;
  Object.assign(scene.set, { t: one.backwards ? 0 : frame.steps - 1, more: "answer" });
  const kind = payload.classes ? "classes" : "numbers";
  const numbers = () => (payload.classes ? firstAndSecond(payload.classes, shownAnswer(app.network, frame.free)) : "");
  const key = app.network.probes ? `tour.readout.${kind}` : `tour.readout.${kind}.alone`;
  return { ...scene, key, numbers };
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
  const { one, where, scene } = begin(app, frame);
  const memory = largestMemory(one);
  if (!app.event) Object.assign(scene.set, { unit: memory.unit, t: memory.t });
  return { ...scene, numbers: () => (app.event ? forgottenInWords(one, app.event) : memoryInWords(memory, where)) };
}

/** @returns {string} what a forget gate throws away at a step */
function forgottenInWords({ H, f, c, backwards }, { unit, t }) {
  const before = c[(t + (backwards ? 1 : -1)) * H + unit];
  const values = { unit: unit + 1, at: word("tour.at", { t: t + 1 }), before: number(before), f: number(f[t * H + unit]) };
  return word("tour.forgotten", values);
}

/** @returns {string[]} the gates that the cells of a direction have */
export function gatesThere(app, layer, direction) {
  const { variant } = app.network.layers[layer].directions[direction];
  return [["i", "input_gate"], ["f", "forget_gate"], ["o", "output_gate"]]
    .filter(([, name]) => variant[name]).map(([gate]) => gate);
}

/**
 * @param {App} app
 * @param {Frame} frame
 * @param {{gate: string, telling: ?Telling}} held the gate that is held: predicted, then seen; and what `mostChanged`
 *   found, if the input was chosen for what it shows
 * @returns {object} a unit in which this gate does both, and what becomes of the answer when all are held open
 */
export function sceneOfGate(app, frame, { gate, telling }) {
  const { one, where, scene } = begin(app, frame);
  const { layer, direction, free, state: { input } } = frame;
  const faces = twoFaces(one, gate);
  Object.assign(scene.set, { unit: faces.unit, t: faces.shut });
  const clamp = holdAll(gate, 1, layer, direction);
  const held = run(app.network, input.x, input.T, [clamp]);
  const example = telling ? exampleInWords(telling, { all: app.examples.length, gate, where }) : "";
  return {
    ...scene, gate, clamp, where,
    title: `tour.gate.${gate}`,
    key: `tour.gate.${gate}.text`,
    numbers: () => `${example} ${facesInWords(one, gate, faces, where)}`.trim(),
    question: {
      ask: () => word("tour.ask.answer", { gate, where, answer: saidOf(app.payload, free.answer) }),
      answers: () => [word("tour.say.same"), word("tour.say.other")],
      right: isSameAnswer(app, free.answer, held.answer) ? 0 : 1,
      outcome: () => {
        const change = changeInWords(app, free, held);
        return [word(`tour.held.${gate}`, { where, change }), word("tour.limits")].join(" ");
      },
    },
  };
}

function saidOf(payload, answer) {
  return payload.classes ? payload.classes[argmax(answer)] : answerInWords(payload, answer);
}

/** Whether a reader would call two answers the same: the same class, or numbers that hardly differ beside their range. */
function isSameAnswer(app, one, other) {
  if (app.payload.classes) return argmax(one) === argmax(other);
  return one.every((v, k) => {
    const [low, high] = app.answerRange(k);
    return Math.abs(v - other[k]) <= IS_SAME * (high - low);
  });
}

/** Where the gates that are held are, if there are others: “ of layer 1 (reads forwards)”. */
function whereInWords(app, layer, direction) {
  if (!isDeep(app)) return "";
  return word("clamps.where", { layer: layer + 1, direction: word(directionKey(app, layer, direction)) });
}

/** The largest memory of a layer; that there is none, or that others are as large. */
export function memoryInWords({ unit, t, c, isAlone }, where) {
  const key = isZero(c) ? "tour.memory.nothing" : isAlone ? "tour.memory.numbers" : "tour.memory.equal";
  return word(key, { unit: unit + 1, at: word("tour.at", { t: t + 1 }), c: signed(c), where });
}

/** What a gate lets through at two steps; “only” and “but” where it is shut at one and clearly more open at the other. */
export function facesInWords(one, gate, { unit, shut, open, largest }, where) {
  if (isZero(largest)) return word(`tour.nothing.${gate}`, { where });
  const matter = matterOf(one, gate);
  const [less, more] = [shut, open].map((t) => one[gate][t * one.H + unit]);
  const isBoth = ![shut, open].some((t) => isZero(matter(unit, t)));
  const isSplit = less < 0.5 && more - less > IS_OPENER;
  const at = (t) => word("tour.at", { t: t + 1 });
  const valueOf = (t) => percent(one[gate][t * one.H + unit]);
  if (shut === open || !isBoth) {
    const t = isZero(matter(unit, open)) ? shut : open; // where there is something to decide on
    return word(`tour.once.${gate}`, { unit: unit + 1, open: at(t), more: valueOf(t), is: signed(matter(unit, t)) });
  }
  return word(`tour.${isSplit ? "split" : "both"}.${gate}`, {
    unit: unit + 1, shut: at(shut), open: at(open), less: valueOf(shut), more: valueOf(open),
    was: signed(matter(unit, shut)), is: signed(matter(unit, open)),
  });
}

/** Whether a number is shown as 0. */
function isZero(v) {
  return !/[1-9]/.test(number(v));
}
