/** Where in a network something is: what has to be named of it, and in which words. */

import { unitsInWords, word } from "../words/language.js";

/** @returns {boolean} whether the network is a single unit, which then needs no number */
export function hasOneUnit({ network: { layers } }) {
  return layers.length === 1 && layers[0].directions.length === 1 && layers[0].directions[0].H === 1;
}

/** @returns {boolean} whether the network has more than one layer or direction, which then have to be named */
export function isDeep({ network: { layers } }) {
  return layers.length > 1 || layers[0].directions.length > 1;
}

/** @returns {string} the key of the words for a direction */
export function directionKey(app, layer, direction) {
  return app.network.layers[layer].directions[direction].backwards ? "direction.back" : "direction.forth";
}

/** @returns {string} “ (layer 2, reads backwards)”, where there are several layers or directions */
export function whereInWords(app, { layer, direction }, key = "cell.where") {
  return isDeep(app) ? word(key, { layer: layer + 1, direction: word(directionKey(app, layer, direction)) }) : "";
}

/** @returns {string} "50 + 50 → 20 units": of a network, layer by layer */
export function sizeInWords({ layers }) {
  return unitsInWords(layers.map(({ directions }) => directions.map(({ H }) => H).join(" + ")).join(" → "));
}
