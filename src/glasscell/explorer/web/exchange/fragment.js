/** The state of the page as the fragment of its address, and back: a link reproduces the view. */

import { GATE_NAMES } from "../network/quantities.js";
import { SORT_KEYS } from "../network/runs.js";

export const MAX_NUMBERS_IN_A_LINK = 600;
const VIEW_PARTS = ["n", "e", "x", "t", "u", "l", "d", "s", "k", "m", "tour"];
const DIGITS = "0123456789abcdefg"; // a pixel is a whole number from 0 to 16

/**
 * @param {State} state
 * @param {"digit"|"series"|"tokens"} kind
 * @returns {{fragment: string, complete: boolean}} complete: false where the input is too long for a link
 */
export function writeFragment(state, kind) {
  const { input } = state;
  const parts = [];
  let complete = true;
  if (state.network) parts.push(["n", state.network]);
  if (!input.edited && input.example !== null) parts.push(["e", input.example + 1]);
  else if (kind === "digit") parts.push(["x", Array.from(input.x, (v) => DIGITS[Math.round(v)]).join("")]);
  else if (input.x.length <= MAX_NUMBERS_IN_A_LINK) parts.push(["x", packNumbers(input.x)]);
  else complete = false;
  parts.push(["t", state.t + 1], ["u", state.unit + 1]);
  if (state.layer) parts.push(["l", state.layer + 1]);
  if (state.direction) parts.push(["d", state.direction + 1]);
  parts.push(["s", state.sort]);
  if (state.clamps.length) parts.push(["k", state.clamps.map(packClamp).join("~")]);
  if (state.epoch !== null) parts.push(["ep", state.epoch]);
  if (state.more) parts.push(["m", state.more]);
  if (state.tour) parts.push(["tour", state.tour]);
  parts.push(["lang", state.language]);
  return { fragment: parts.map(([name, value]) => `${name}=${value}`).join("&"), complete };
}

/**
 * @param {string} text a fragment, with or without "#"; parts that make no sense are ignored
 * @param {{kind: "digit"|"series"|"tokens", D: number, examples: number, tour: number}} page `tour`: the number of its steps
 * @returns {Object<string, any>} the parts of the state that it contains: example or x (and T), t, unit, layer, direction, sort,
 *   clamps, epoch, more, language, tour
 */
export function readFragment(text, { kind, D, examples, tour: steps = 0 }) {
  const found = partsOfFragment(text);
  const state = /** @type {Object<string, any>} */ ({});
  const count = (name, max) => {
    const n = /^\d{1,9}$/.test(found.get(name) ?? "") ? Number(found.get(name)) : NaN;
    return n >= 1 && n <= max ? n - 1 : undefined;
  };
  const example = count("e", examples);
  if (example !== undefined) state.example = example;
  const x = found.has("x") ? (kind === "digit" ? unpackPixels : unpackNumbers)(found.get("x"), D) : null;
  if (x) Object.assign(state, { x, T: x.length / D });
  for (const [name, key] of [["t", "t"], ["u", "unit"], ["l", "layer"], ["d", "direction"]]) {
    const n = count(name, 1e8);
    if (n !== undefined) state[key] = n;
  }
  if (SORT_KEYS.includes(found.get("s"))) state.sort = found.get("s");
  if (found.has("k")) state.clamps = found.get("k").split("~").slice(0, 50).map(unpackClamp).filter(Boolean);
  if (/^\d{1,9}$/.test(found.get("ep") ?? "")) state.epoch = Number(found.get("ep"));
  if (found.has("m")) state.more = found.get("m"); // a page without this section opens none
  if (["en", "ja"].includes(found.get("lang"))) state.language = found.get("lang");
  const tour = count("tour", steps);
  if (tour !== undefined) state.tour = tour + 1;
  return state;
}

/** @returns {boolean} whether a fragment describes a view, not the language alone */
export function hasView(text) {
  return [...partsOfFragment(text).keys()].some((name) => VIEW_PARTS.includes(name));
}

/** @returns {?string} the network that a fragment names; null for the reader's own */
export function networkOfFragment(text) {
  return partsOfFragment(text).get("n") ?? null;
}

function partsOfFragment(text) {
  const found = new Map();
  for (const part of text.replace(/^#/, "").split("&")) {
    const at = part.indexOf("=");
    if (at > 0) found.set(part.slice(0, at), part.slice(at + 1));
  }
  return found;
}

function packClamp({ gate, value, layer, direction, units, from }) {
  return [gate, Number(value.toFixed(4)), layer + 1, direction + 1, units === null ? "all" : units[0] + 1, from + 1]
    .join("_");
}

function unpackClamp(text) {
  const [gate, ...rest] = text.split("_");
  if (rest.length !== 5 || !GATE_NAMES.includes(gate)) return null;
  const [value, layer, direction, unit, from] = rest.map(Number);
  const whole = [layer, direction, from, ...(rest[3] === "all" ? [] : [unit])];
  const isHeldWithin = value <= 1 && value >= (gate === "z" ? -1 : 0);
  if (!isHeldWithin || !whole.every((n) => Number.isInteger(n) && n >= 1)) return null;
  const units = rest[3] === "all" ? null : [unit - 1];
  return { gate, value, layer: layer - 1, direction: direction - 1, units, from: from - 1, to: Infinity };
}

function unpackPixels(text, D) {
  const pixels = Float64Array.from(text, (digit) => DIGITS.indexOf(digit));
  return pixels.length === 8 * D && !pixels.includes(-1) ? pixels : null;
}

/** float32, little-endian, as base64 for addresses. */
function packNumbers(values) {
  const bytes = new Uint8Array(4 * values.length);
  const view = new DataView(bytes.buffer);
  values.forEach((v, n) => view.setFloat32(4 * n, v, true));
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

function unpackNumbers(text, D) {
  try {
    const bytes = Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
    const size = bytes.length / 4;
    if (!Number.isInteger(size / D) || size < 1 || size > MAX_NUMBERS_IN_A_LINK) return null;
    const view = new DataView(bytes.buffer);
    const values = Float64Array.from({ length: size }, (_, n) => view.getFloat32(4 * n, true));
    return values.some((v) => Number.isNaN(v) === false && !Number.isFinite(v)) ? null : values;
  } catch {
    return null;
  }
}
