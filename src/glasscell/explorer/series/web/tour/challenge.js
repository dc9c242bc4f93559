/** The last scene: the reader changes the input until the network predicts something else. */

import { number, word } from "../../../web/words/language.js";
import { answerInWords } from "../../../web/views/answer.js";
import { run } from "../../../web/network/forward.js";
import { argmax } from "../../../web/network/runs.js";
import { begin } from "./scenes.js";

const FAMOUS = { from: "7", to: "1" }; // where the classes are digits
const MAX_MILLISECONDS = 700;

/**
 * @returns {object} the scene: an example, and the prediction to reach; `progress` is the change so far and whether
 *   it is reached
 */
export function sceneOfChallenge(app, frame) {
  const { classes } = app.payload;
  const n = startOf(app);
  const start = n === null ? frame.state.input : app.exampleInput(n);
  const said = run(app.network, start.x, start.T).answer;
  const goal = goalOf(app, said);
  const [from, to] = classes ? [classes[argmax(said)], classes[goal]] : [number(said[0]), number(goal)];
  let isLost = false; // no way was found
  return {
    ...begin({ state: { input: start } }, { t: Infinity }),
    action: classes && {
      text: () => word(isLost ? "tour.challenge.lost" : "tour.challenge.show"),
      run: () => {
        const way = oneWay(app, start, goal);
        isLost = way === null;
        if (isLost) app.redraw();
        else app.edit(way, start.T);
      },
    },
    values: { from, to },
    key: classes ? "tour.challenge.text" : "tour.challenge.number",
    progress: ({ state: { input: { x } }, free: { answer, shown } }) => {
      const changed = x.length === start.x.length ? x.filter((v, k) => !Object.is(v, start.x[k])).length : x.length;
      if (changed === 0) return "";
      const isReached = classes ? argmax(answer) === goal : answer[0] >= goal;
      const values = { n: changed, to, answer: answerInWords(app.payload, shown) };
      return word(isReached ? "tour.challenge.done" : "tour.challenge.going", values);
    },
  };
}

/**
 * One way to the goal: of an example for which it is predicted each value is taken back that can be. Of several such
 * examples, as far as there is time, the one that leaves least to change. Of a shorter one there is the beginning only.
 * @returns {?Float64Array} an input for which the goal is predicted; null where none is found
 */
export function oneWay({ network, examples }, { x, T }, goal) {
  const isThere = (input) => argmax(run(network, input, T).answer) === goal;
  const end = performance.now() + MAX_MILLISECONDS;
  let [best, fewest] = [null, Infinity];
  for (const example of examples) {
    const way = Float64Array.from(x, (v, at) => example.x[at] ?? v);
    if ((best && performance.now() > end) || !isThere(way)) continue;
    let changed = 0;
    way.forEach((there, at) => {
      way[at] = x[at];
      if (isThere(way)) return;
      way[at] = there;
      changed++;
    });
    if (changed < fewest) [best, fewest] = [way, changed];
  }
  return best;
}

/** An example that is predicted correctly, a 7 of digits; in regression the one with the smallest prediction. */
function startOf({ payload, examples }) {
  const known = [...examples.keys()].filter((n) => examples[n].answer);
  if (known.length === 0) return null;
  if (!payload.classes) return known.reduce((least, n) => (examples[n].answer[0] < examples[least].answer[0] ? n : least));
  const right = known.filter((n) => examples[n].truth === argmax(examples[n].answer));
  return right.find((n) => payload.classes[examples[n].truth] === FAMOUS.from) ?? right[0] ?? known[0];
}

/** The class to reach, a 1 from a 7, else the second most likely; in regression halfway to the largest prediction. */
function goalOf({ payload, examples }, answer) {
  if (!payload.classes) {
    const answers = examples.map((example) => example.answer?.[0]).filter(Number.isFinite);
    return (answer[0] + Math.max(...answers, answer[0] + Math.abs(answer[0]) / 10)) / 2;
  }
  const own = argmax(answer);
  const famous = payload.classes.indexOf(FAMOUS.to);
  if (payload.classes[own] === FAMOUS.from && famous >= 0) return famous;
  return argmax(Array.from(answer, (v, k) => (k === own ? -Infinity : v)));
}
