/** The names of units and the cost of switching them off, in words, as found by `glasscell cells`. */

import { number, percent, word } from "../../../explorer/web/words/language.js";

/** @returns {string} what a unit encodes: a place, such as “inside parentheses”, or what a number is of */
export function markInWords({ mark, name, measure }) {
  return word(mark ? `mark.${mark}` : measure === "R2" ? "own.number" : "own.place", { name });
}

/** The numbers of how well a unit tells it. */
function scoresOf({ score, recall, precision }) {
  return { score: number(score), share: percent(score), recall: percent(recall), precision: percent(precision) };
}

/** @returns {string} how well a unit tells it, in numbers */
export function scoreInWords(cell) {
  return word(cell.measure === "R2" ? "score.r2" : cell.recall === null ? "score.auc" : "score.on", scoresOf(cell));
}

/** @returns {string} how often the name fits */
export function fitInWords(cell) {
  return word(cell.measure === "R2" ? "fit.follows" : "fit.on", { mark: markInWords(cell), ...scoresOf(cell) });
}

/** @returns {string} which unit, with its layer where there are several */
export function unitInWords(app, layer, unit) {
  return word(app.network.layers.length > 1 ? "named.place.deep" : "named.place", { unit, layer: layer + 1 });
}

/** @returns {string} what text costs where the unit would be on, with its memory held at its usual value elsewhere */
export function effectInWords(cell) {
  const what = markInWords(cell);
  const place = cell.measure === "R2" ? word("own.above", { mark: what }) : what;
  return word(`effect.${cell.effect ?? "unknown"}`, { place, bits: number(cell.bits ?? 0, cell.bits >= 0.095 ? 2 : 3) });
}
