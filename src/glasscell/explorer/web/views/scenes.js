/** What the steps of the tour show of a network and its input, and what they say of it: no more than its numbers do. */

import { number, percent, signed, word } from "../words/language.js";
import { answerInWords, changeInWords } from "./answer.js";
import { gatesInWords } from "./one-unit.js";
import { directionKey, isDeep } from "./place.js";
import { run } from "../network/forward.js";
import { SWITCH, targetsOf } from "../network/gate-task.js";
import { argmax } from "../network/runs.js";
import { wayOf } from "../network/way.js";
import { largestMemory, matterOf, twoFaces, widestOpen } from "../network/telling.js";

export const GATE_OF = { 3: "i", 4: "o", 5: "f" }; // by the number of the step
const MAX_SECONDS = 1;
const IS_OPENER = 0.25; // by how much more a gate must be open at one step than at another for a “but”

/** @returns {object} a gate held in all units of a layer and direction, at all steps */
function holdAll(gate, value, layer, direction) {
  return { gate, value, layer, direction, units: null, from: 0, to: Infinity };
}

/** Where the gates that are held are, if there are others: “ of layer 1 (reads forwards)”. */
function whereInWords(app, layer, direction) {
  if (!isDeep(app)) return "";
  return word("clamps.where", { layer: layer + 1, direction: word(directionKey(app, layer, direction)) });
}

/**
 * Find the example whose answer changes most when a gate is held open: the one that shows most of what the gate does.
 * Each is run once, for a second at most.
 * @returns {function(string, number, number): {n: ?number, tried: number, isAlone: boolean, isShown: boolean}} for a
 *   gate, layer and direction: the example, null where the largest change is too small to be shown; how many were tried;
 *   whether no other changes as much; whether any change is shown, since a smaller one may cross a rounding
 */
export function mostChanged(app) {
  const { network, payload, examples } = app;
  const known = new Map();

  function find(clamp) {
    const end = performance.now() + MAX_SECONDS * 1000;
    const found = { n: null, tried: 0, isAlone: true, isShown: false };
    let [largest, isLargestShown] = [0, false];
    for (const [n, { x, T }] of examples.entries()) {
      if (performance.now() > end) break;
      try {
        const { answer } = run(network, x, T);
        const held = run(network, x, T, [clamp]).answer;
        found.tried++;
        const isShown = answerInWords(payload, answer) !== answerInWords(payload, held);
        const change = changeOf(app, answer, held);
        found.isShown ||= isShown;
        if (Math.abs(change - largest) < 1e-9) found.isAlone = false;
        else if (change > largest) [largest, isLargestShown, found.n, found.isAlone] = [change, isShown, n, true];
      } catch (error) {
        if (!error.code) throw error; // an example that the network cannot read
      }
    }
    return isLargestShown ? found : { ...found, n: null };
  }

  return (gate, layer, direction) => {
    const key = `${gate} ${layer} ${direction}`;
    if (!known.has(key)) known.set(key, find(holdAll(gate, 1, layer, direction)));
    return known.get(key);
  };
}

/** Why an example is shown: “the one whose answer changes most” only where all were tried and no other does as much. */
export function exampleInWords({ n, tried, isAlone, isShown }, { all, gate, where }) {
  const isAll = tried === all;
  const key = n === null ? "tour.example.none" : !isAll ? "tour.example.some"
    : isAlone ? "tour.example" : "tour.example.equal";
  return tried < 2 || (n === null && isShown) ? "" : word(key, { gate, where, n: n + 1, tried });
}

/** How much an answer changes: the share of the class that it says, or the number that changes most beside its spread. */
function changeOf({ payload, network }, answer, held) {
  if (payload.classes) return Math.abs(held[argmax(answer)] - answer[argmax(answer)]);
  return Math.max(...answer.map((v, k) => Math.abs(held[k] - v) / (network.readOut.scale?.[k] ?? 1)));
}

/**
 * What a step of the tour shows for the current input, found in the run without clamps.
 * @returns {{input: object, set: object, where: string, title: ?string, clamp: ?object, gate: ?string, key: ?string, values: object,
 *   numbers: function(): string}}
 */
export function sceneOf(app, frame, n) {
  if (app.task) return sceneOfTask(app, frame);
  const { state, free, layer, direction, steps } = frame;
  const one = free.layers[layer].directions[direction];
  const { variant } = app.network.layers[layer].directions[direction];
  const { input } = state;
  const where = whereInWords(app, layer, direction);
  const scene = { input, where, set: { clamps: [], input }, values: { H: one.H, steps, where }, numbers: () => "" };
  const isThere = { i: variant.input_gate, o: variant.output_gate, f: variant.forget_gate };
  const change = (gate, value) => {
    const held = run(app.network, input.x, input.T, [holdAll(gate, value, layer, direction)]);
    return () => changeInWords(app, free, held);
  };
  if (n === 1) {
    const way = wayOf(app.network);
    Object.assign(scene, { title: `tour.1.title.${way}`, key: `tour.1.text.${way}` });
    scene.set.t = one.backwards ? steps - 1 : 0;
  } else if (n === 2) {
    const memory = largestMemory(one);
    Object.assign(scene.set, { unit: memory.unit, t: memory.t });
    if (one.H === 1) scene.key = "tour.2.one";
    scene.numbers = () => memoryInWords(memory, where);
  } else if (n <= 5) {
    const gate = GATE_OF[n];
    if (!isThere[gate]) return { ...scene, key: `tour.${n}.absent` };
    const faces = twoFaces(one, gate);
    const effect = change(gate, 1);
    Object.assign(scene.set, { unit: faces.unit, t: faces.shut });
    scene.gate = gate;
    scene.clamp = holdAll(gate, 1, layer, direction);
    scene.numbers = () => {
      return `${facesInWords(one, gate, faces, where)} ${word(`tour.held.${gate}`, { where, change: effect() })}`;
    };
  } else {
    const gates = ["f", "i", "o"].filter((gate) => isThere[gate]);
    const effects = gates.map((gate) => [gate, change(gate, 0)]);
    scene.numbers = () => {
      return effects.map(([gate, effect]) => word("tour.6.numbers", { gate, where, change: effect() })).join(" ");
    };
  }
  return scene;
}

/** The largest memory of a layer; that there is none, or that others are as large. */
export function memoryInWords({ unit, t, c, isAlone }, where) {
  const key = isZero(c) ? "tour.2.nothing" : isAlone ? "tour.2.numbers" : "tour.2.equal";
  return word(key, { unit: unit + 1, at: word("tour.at", { t: t + 1 }), c: signed(c), where });
}

/** What a gate lets through at two steps; “only” and “but” where it is shut at one and clearly more open at the other. */
export function facesInWords(one, gate, { unit, shut, open, largest }, where) {
  if (isZero(largest)) return word(`tour.nothing.${gate}`, { where });
  const matter = matterOf(one, gate);
  const [less, more] = [shut, open].map((t) => one[gate][t * one.H + unit]);
  const isBoth = ![shut, open].some((t) => isZero(matter(unit, t)));
  const isSplit = less < 0.5 && more - less > IS_OPENER && isBoth;
  const key = shut === open ? "once" : isSplit ? "split" : "both";
  const [before, after] = [shut, open].map((t) => word("tour.at", { t: t + 1 }));
  return word(`tour.${key}.${gate}`, {
    unit: unit + 1, shut: before, open: after, less: percent(less), more: percent(more),
    was: signed(matter(unit, shut)), is: signed(matter(unit, open)),
  });
}

/** Whether a number is shown as 0. */
function isZero(v) {
  return !/[1-9]/.test(number(v));
}

/** What a network of one unit shows: its gates where the bit is on and elsewhere, and its own gate held open. */
function sceneOfTask(app, { state, free }) {
  const { input, network: name } = state;
  const { gate } = app.task;
  const [one] = free.layers[0].directions;
  const clamp = holdAll(gate, widestOpen(one[gate]), 0, 0);
  const held = run(app.network, input.x, input.T, [clamp]);
  const marked = Array.from({ length: input.T }, (_, t) => t).find((t) => input.x[2 * t + SWITCH] > 0.5) ?? 0;
  return {
    input, clamp, gate,
    where: "",
    set: { clamps: [], input, t: marked },
    title: `task.${name}.tour`,
    key: `task.${name}.text`,
    values: {},
    numbers: () => [
      gatesInWords({ one, state: { input } }),
      word("task.held", {
        gate, value: number(clamp.value), change: changeInWords(app, free, held, targetsOf(name, input.x)),
      }),
      word("task.without", { gate, ...app.task }),
    ].join(" ").trim(),
  };
}
