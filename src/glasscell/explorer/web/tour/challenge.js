/** The last scene: the reader makes the network answer something else, by changing the input. */

import { number, word } from "../words/language.js";
import { answerInWords } from "../views/answer.js";
import { run } from "../network/forward.js";
import { argmax } from "../network/runs.js";

const FAMOUS = { from: "7", to: "1" }; // where the classes are digits
const MAX_CHANGES = 24;
const MAX_MILLISECONDS = 700;

/**
 * @returns {object} the scene: an example, and the answer to reach; `progress` tells how much was changed and whether it
 *   is reached
 */
export function sceneOfChallenge(app, { state: { input }, free }) {
  const { payload } = app;
  const n = startOf(app);
  const [start, said] = n === null ? [input, free.answer] : [app.exampleInput(n), app.examples[n].answer];
  const goal = goalOf(app, said);
  let isLost = false; // no way was found
  const reached = ({ answer }) => (payload.classes ? argmax(answer) === goal : answer[0] >= goal);
  const from = payload.classes ? payload.classes[argmax(said)] : number(said[0]);
  const to = payload.classes ? payload.classes[goal] : number(goal);
  return {
    input: start,
    set: { clamps: [], input: start, t: Infinity, more: null },
    action: payload.classes && {
      text: () => word(isLost ? "tour.challenge.lost" : "tour.challenge.show"),
      run: () => {
        const way = oneWay(app, start, goal);
        isLost = way === null;
        if (isLost) app.redraw();
        else app.edit(way, start.T);
      },
    },
    values: { from, to },
    key: payload.classes ? "tour.challenge.text" : "tour.challenge.number",
    numbers: () => "",
    progress: (frame) => {
      const { x } = frame.state.input;
      const changed = x.length === start.x.length ? x.filter((v, k) => !Object.is(v, start.x[k])).length : x.length;
      if (changed === 0) return "";
      const key = reached(frame.free) ? "tour.challenge.done" : "tour.challenge.going";
      return word(key, { n: changed, to, answer: answerInWords(payload, frame.free.shown) });
    },
  };
}

/**
 * One way to the goal: again and again the one value is changed that brings it closest, to the least or most that
 * inputs have. Where that does not lead there, from an example that is there as much is taken back as can be.
 * @returns {?Float64Array} an input for which the goal is predicted; null where none is found
 */
export function oneWay({ network, examples }, { x, T }, goal) {
  const now = Float64Array.from(x);
  const ends = [Math.min(...x.filter(Number.isFinite)), Math.max(...x.filter(Number.isFinite))];
  const end = performance.now() + MAX_MILLISECONDS;
  const leadIn = (input) => {
    const { answer } = run(network, input, T);
    return answer[goal] - Math.max(...answer.filter((_, k) => k !== goal));
  };
  const leadOf = () => leadIn(now);
  for (let n = 0; n < MAX_CHANGES; n++) {
    let best = { lead: -Infinity };
    for (let at = 0; at < now.length && performance.now() < end; at++) {
      const was = now[at];
      for (const v of ends) {
        now[at] = v;
        const lead = v === was || Number.isNaN(was) ? -Infinity : leadOf();
        if (lead > best.lead) best = { lead, at, v };
      }
      now[at] = was;
    }
    if (best.at === undefined) break;
    now[best.at] = best.v;
    if (best.lead > 0) return now;
  }
  const there = examples.find((one) => one.T === T && leadIn(one.x) > 0);
  return there ? takenBack(there.x, x, (input) => leadIn(input) > 0) : null;
}

/** @returns {Float64Array} `to`, with each value of `from` in it again that can be without leaving where `isThere` */
function takenBack(to, from, isThere) {
  const now = Float64Array.from(to);
  for (let at = 0; at < now.length; at++) {
    const was = now[at];
    now[at] = from[at];
    if (!isThere(now)) now[at] = was;
  }
  return now;
}

/** An example that is answered rightly, a 7 where there are digits; for numbers the one with the smallest answer. */
function startOf({ payload, examples }) {
  const known = [...examples.keys()].filter((n) => examples[n].answer);
  if (known.length === 0) return null;
  if (!payload.classes) return known.reduce((least, n) => (examples[n].answer[0] < examples[least].answer[0] ? n : least));
  const right = known.filter((n) => examples[n].truth === argmax(examples[n].answer));
  return right.find((n) => payload.classes[examples[n].truth] === FAMOUS.from) ?? right[0] ?? known[0];
}

/** The class to reach, a 1 where a 7 is shown, else the likeliest other one; for numbers halfway to the largest answer. */
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
