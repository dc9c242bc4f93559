/** Gates that the tour holds, and what of them is seen in the examples. */

import { word } from "../words/language.js";
import { answerInWords } from "../views/answer.js";
import { run } from "../network/forward.js";
import { argmax } from "../network/runs.js";

const MAX_SECONDS = 0.4; // for each of three gates

/** @returns {Clamp} a gate held in all units of a layer and direction, at all steps */
export function holdAll(gate, value, layer, direction) {
  return { gate, value, layer, direction, units: null, from: 0, to: Infinity };
}

/**
 * Find the example whose answer changes most when a gate is held open: the one that shows most of what the gate does.
 * Each is run once, for MAX_SECONDS at most.
 * @returns {(gate: string, layer: number, direction: number) => {n: ?number, tried: number, isAlone: boolean, isShown: boolean,
 *   change: number}} for a gate, layer and direction: the example, null where the largest change is too small to be shown; how many were tried;
 *   whether no other changes as much; whether any change is shown, since a smaller one may cross a rounding
 */
export function mostChanged(app) {
  const { network, payload, examples } = app;
  const [known, free] = [new Map(), []]; // free: the answers without a clamp

  function find(clamp) {
    const end = performance.now() + MAX_SECONDS * 1000;
    const found = { n: null, tried: 0, isAlone: true, isShown: false };
    let [largest, isLargestShown] = [0, false];
    for (const [n, { x, T }] of examples.entries()) {
      if (performance.now() > end) break;
      try {
        const answer = free[n] ??= run(network, x, T).answer;
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
    return { ...found, n: isLargestShown ? found.n : null, change: largest };
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
