/** The state of the page as the fragment of its address, and back: a link reproduces the view. */

import { decodeArray, encodeArray } from "../../../web/network/payload.js";
import { GATE_NAMES } from "../../../web/network/quantities.js";
import { SORT_KEYS } from "../../../web/network/runs.js";

const MAX_NUMBERS_IN_A_LINK = 600;
const VIEW_PARTS = ["n", "e", "x", "t", "unit", "u", "l", "d", "s", "hold", "k", "m", "tour"];
const DIGITS = "0123456789abcdefg"; // a pixel is a whole number from 0 to 16

/**
 * @param {State} state
 * @param {"digit"|"series"|"tokens"} kind
 * @returns {{fragment: string, complete: boolean}} complete: false where the input is too long for a link
 */
export function writeFragment(state, kind) {
  const { input } = state;
  const isExample = !input.edited && input.example !== null;
  const complete = isExample || kind === "digit" || input.x.length <= MAX_NUMBERS_IN_A_LINK;
  const pack = kind === "digit" ? packPixels : packNumbers;
  const parts = {
    n: state.network || null,
    e: isExample ? input.example + 1 : null, // in links all is counted from 1, but units are indices
    x: isExample || !complete ? null : pack(input.x),
    t: state.t + 1,
    unit: state.unit,
    l: state.layer ? state.layer + 1 : null,
    d: state.direction ? state.direction + 1 : null,
    s: state.sort,
    hold: state.clamps.map(packClamp).join("~") || null,
    ep: state.epoch ?? null,
    m: state.more || null,
    tour: state.tour || null,
    lang: state.language,
  };
  const there = Object.entries(parts).filter(([, value]) => value !== null);
  return { fragment: there.map(([name, value]) => `${name}=${value}`).join("&"), complete };
}

/**
 * @param {string} text a fragment, with or without "#"; parts that make no sense are ignored
 * @param {{kind: "digit"|"series"|"tokens", D: number, examples: number, tour: number}} page `tour`: the number of its steps
 * @returns {Object<string, any>} the parts of the state that it contains: example or x (and T), t, unit, layer, direction, sort,
 *   clamps, epoch, more, language, tour
 */
export function readFragment(text, { kind, D, examples, tour: steps = 0 }) {
  const found = partsOf(text);
  const whole = (name, max) => {
    const n = /^\d{1,9}$/.test(found.get(name) ?? "") ? Number(found.get(name)) : NaN;
    return n <= max ? n : NaN;
  };
  const from1 = (name, max) => (whole(name, max) >= 1 ? whole(name, max) - 1 : undefined);
  const x = found.has("x") ? (kind === "digit" ? unpackPixels : unpackNumbers)(found.get("x"), D) : null;
  const state = {
    example: from1("e", examples),
    ...(x && { x, T: x.length / D }),
    t: from1("t", 1e8), unit: found.has("unit") ? whole("unit", 1e8) : from1("u", 1e8), layer: from1("l", 1e8), direction: from1("d", 1e8),
    sort: SORT_KEYS.find((key) => key === found.get("s")),
    clamps: (found.get("hold") ?? found.get("k"))?.split("~").slice(0, 50)
      .map((clamp) => unpackClamp(clamp, found.has("hold") ? 0 : 1)).filter(Boolean),
    epoch: whole("ep", 1e8),
    more: found.get("m"), // a page without this section opens none
    language: ["en", "ja"].find((language) => language === found.get("lang")),
    tour: whole("tour", steps) || undefined,
  };
  return Object.fromEntries(Object.entries(state).filter(([, value]) => value !== undefined && !Number.isNaN(value)));
}

/** @returns {boolean} whether a fragment describes a view, not only the language */
export function hasView(text) {
  return VIEW_PARTS.some((name) => partsOf(text).has(name));
}

/** @returns {?string} the network that a fragment names; null for the reader's own */
export function networkOfFragment(text) {
  return partsOf(text).get("n");
}

/** @returns {Map<string, string>} */
function partsOf(text) {
  return new Map(new URLSearchParams(text.replace(/^#/, "")));
}

function packClamp({ gate, value, layer, direction, units, from }) {
  const unit = units === null ? "all" : units[0];
  return [gate, Number(value.toFixed(4)), layer + 1, direction + 1, unit, from + 1].join("_");
}

/** @param {number} base of units: 1 in links of before, which have `k` and `u` in place of `hold` and `unit` */
function unpackClamp(text, base) {
  const [gate, ...rest] = text.split("_");
  const [value, layer, direction, unit, from] = rest.map(Number);
  const isAll = rest[3] === "all";
  const isWhole = [layer, direction, isAll ? 1 : unit - base + 1, from].every((n) => Number.isInteger(n) && n >= 1);
  const isHeldWithin = GATE_NAMES.includes(/** @type {Quantity} */ (gate)) && value <= 1 && value >= (gate === "z" ? -1 : 0);
  if (!isWhole || !isHeldWithin) return null;
  return {
    gate, value, layer: layer - 1, direction: direction - 1, units: isAll ? null : [unit - base], from: from - 1, to: Infinity,
  };
}

function packPixels(x) {
  return Array.from(x, (v) => DIGITS[Math.round(v)]).join("");
}

function unpackPixels(text, D) {
  const pixels = Float64Array.from(text, (digit) => DIGITS.indexOf(digit));
  return pixels.length === 8 * D && !pixels.includes(-1) ? pixels : null;
}

/** float32 as in the page's data, in base64 for addresses. */
function packNumbers(values) {
  const { float32 } = encodeArray(values, [values.length]);
  return float32.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

function unpackNumbers(text, D) {
  const size = Math.floor((text.length * 3) / 16); // four bytes each, of three in four letters
  try {
    const float32 = text.replaceAll("-", "+").replaceAll("_", "/");
    const { values } = decodeArray({ shape: [size], float32 });
    const isWhole = size >= 1 && size <= MAX_NUMBERS_IN_A_LINK && size % D === 0;
    return isWhole && !values.includes(Infinity) && !values.includes(-Infinity) ? values : null;
  } catch {
    return null;
  }
}
