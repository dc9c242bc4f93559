/** The shapes of a forecast's picture: bands between quantiles, lines ahead, discs on the past. No elements. */

import { d3 } from "../../../explorer/web/d3/d3.js";

/** @returns {{k: number, d: string}[]} bands from the widest to the narrowest: closed paths between quantiles k and Q − 1 − k */
export function fanBands(fan, Q, last, origin, X, Y) {
  const steps = [-1, ...Array(fan.length / Q).keys()]; // the last value, and those ahead
  const at = (h, k) => (h < 0 ? last : fan[h * Q + k]);
  const band = d3.area().digits(1).x((h) => X(origin + 1 + h)).defined((h) => Number.isFinite(at(h, 0)));
  return Array.from({ length: Math.floor(Q / 2) }, (_, k) => {
    return { k, d: band.y1((h) => Y(at(h, Q - 1 - k))).y0((h) => Y(at(h, k)))(steps) ?? "" };
  });
}

/** @returns {string} a line through a value of each step ahead, from the last value on where it is known */
export function lineAhead(values, last, origin, X, Y) {
  const known = [last, ...values].map((v, n) => [X(origin + n), Y(v)]).filter(([, y]) => Number.isFinite(y));
  return known.length > 1 ? d3.line().digits(1)(known) : "";
}

/** @returns {string} the area between two lines ahead, which begin together at the last value where it is known */
export function layerBetween(one, other, last, origin, X, Y) {
  const [there, back] = [one, other].map((values) => lineAhead(values, last, origin, X, Y).slice(1).split("L"));
  return there.length > 1 ? `M${[...there, ...back.reverse()].join("L")}z` : "";
}

/**
 * @param {[number, number, number][]} found x, y and radius of each
 * @returns {string} discs
 */
export function discs(found) {
  const half = (r, side) => `a${r} ${r} 0 0 1 ${2 * side * r} 0`;
  return found.map(([x, y, radius]) => {
    const r = Number(radius.toFixed(1));
    return `M${(x - r).toFixed(1)} ${y.toFixed(1)}${half(r, 1)}${half(r, -1)}z`;
  }).join("");
}

/** @returns {[number, number]} a range that holds all numbers of these lists, and some room */
export function rangeOfAll(lists) {
  const [low, high] = d3.extent(lists.flatMap((list) => [...list]));
  if (low === undefined) return [0, 1];
  const room = 0.07 * (high - low || Math.abs(high) || 1);
  return [low - room, high + room];
}

/** @returns {number[]} the places of at most about n labels below an axis of `count` steps; whole seasons apart where many */
export function timeTicks(count, n, season) {
  const rough = count / Math.max(n, 1);
  const steps = season > 1 ? divisorsOf(season) : [1, 2, 5, 10, 20, 50, 100];
  const whole = season > 1 ? season : 100;
  const every = steps.find((step) => step >= rough) ?? whole * Math.ceil(rough / whole);
  return Array.from({ length: Math.ceil(count / every) }, (_, k) => k * every);
}

function divisorsOf(n) {
  return Array.from({ length: n }, (_, k) => k + 1).filter((k) => n % k === 0);
}
