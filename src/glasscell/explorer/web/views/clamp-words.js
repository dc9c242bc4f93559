/** The clamps and their effect, in words. */

import { number, signed, word } from "../words/language.js";
import { isInLogOdds, logOdds, outputsOf } from "../network/reruns.js";
import { argmax } from "../network/runs.js";
import { changeInWords } from "./answer.js";
import { hasOneUnit, whereInWords } from "./place.js";

/** @returns {string} “f held at 0.00 in all units from row 1 on” */
export function clampInWords(clamp, app) {
  const { gate, value, units, from } = clamp;
  return word(hasOneUnit(app) ? "clamp.only" : units === null ? "clamp.all" : "clamp.one", {
    gate, value: number(value), unit: units === null ? "" : units[0], from: from + (app.shape?.().first ?? 1),
    where: whereInWords(app, clamp, "clamps.where"),
  });
}

/** @returns {string} the effect of the clamps on the prediction; "" if there are none */
export function clampSentence(app, { state: { clamps }, free, result }) {
  if (clamps.length === 0) return "";
  const words = { text: clampsInWords(app, clamps), change: changeInWords(app, free, result) };
  return `${word("clamps.sentence", words)} ${oddsInWords(app, free, result)}`.trim();
}

/** @returns {string} all that is held, one after the other; there is something */
export function clampsInWords(app, clamps) {
  const texts = clamps.map((clamp) => clampInWords(clamp, app));
  const last = texts.pop();
  return texts.length > 0 ? texts.join(word("clamps.then")) + word("clamps.and") + last : last;
}

/** @returns {string} what became of the lead of the predicted class, where a percentage hides it: near 100 %; else "" */
export function oddsInWords({ network, payload }, free, held) {
  if (!payload.classes || !isInLogOdds(network) || argmax(free.answer) !== argmax(held.answer)) return "";
  const [before, after] = [free, held].map((result) => signed(logOdds(outputsOf(network, result), argmax(free.answer))));
  return before === after ? "" : word("clamps.odds", { before, after });
}
