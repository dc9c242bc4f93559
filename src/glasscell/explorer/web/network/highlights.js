/** Where in a run there is most to see: the largest memory, and the unit whose gate tells two steps apart. */

import { argmax } from "./runs.js";

/** @returns {{unit: number, t: number, c: number, isAlone: boolean}} isAlone: no other is as large */
export function largestMemory({ H, c }) {
  const sizes = c.map(Math.abs);
  const at = argmax(sizes);
  const isAlone = sizes.every((size, k) => k === at || size < sizes[at]);
  return { unit: at % H, t: Math.floor(at / H), c: c[at], isAlone };
}

/** @returns {(unit: number, t: number) => number} what a gate of a unit decides on at step t: z for i, c for o, c before for f */
export function matterOf({ H, z, c, backwards }, gate) {
  if (gate === "f") return (unit, t) => c[(t + (backwards ? 1 : -1)) * H + unit] ?? 0;
  const values = gate === "i" ? z : c;
  return (unit, t) => values[t * H + unit];
}

/**
 * Find the unit whose gate does both: shuts something large out at one step, and lets something large through at
 * another; for f, forgets a large memory and keeps a large one.
 * @returns {{unit: number, shut: number, open: number, largest: number}} largest: of all that the gates decide on
 */
export function twoFaces(one, gate) {
  const matter = matterOf(one, gate);
  const units = unitsOf(one, (unit, steps) => {
    const [g, size] = [(t) => one[gate][t * one.H + unit], (t) => Math.abs(matter(unit, t))];
    const open = topOf(steps, (t) => g(t) * size(t));
    const shut = topOf(steps, (t) => (1 - g(t)) * size(t));
    const contrast = Math.max(g(open.t) - g(shut.t), 0);
    const largest = topOf(steps, (t) => (g(t) >= 0 ? size(t) : 0)).value; // not where there is no step
    return { unit, shut: shut.t, open: open.t, largest, score: Math.min(open.value, shut.value) * (contrast + 1e-3) };
  });
  const { unit, shut, open } = units.reduce((best, one) => (one.score > best.score ? one : best));
  return { unit, shut, open, largest: Math.max(...units.map((one) => one.largest)) };
}

/** @returns {number} the largest value of a gate over the steps, to two digits: as open as it ever is */
export function widestOpen(values) {
  return Math.round(100 * values.reduce((most, v) => (v > most ? v : most), -Infinity)) / 100;
}

/**
 * The unit that throws most of its memory away by a gate that is open at other steps.
 * @returns {{unit: number, t: number, size: number}} size: the memory before, times how much less than at its most the
 *   forget gate is open there
 */
export function mostForgotten(one) {
  const before = matterOf(one, "f");
  const units = unitsOf(one, (unit, steps) => {
    const f = (t) => one.f[t * one.H + unit];
    const open = topOf(steps, f).value;
    const { t, value } = topOf(steps, (t) => (open - f(t)) * Math.abs(before(unit, t)));
    return { unit, t, size: value };
  });
  return units.reduce((best, one) => (one.size > best.size ? one : best));
}

function unitsOf({ H, c }, found) {
  return Array.from({ length: H }, (_, unit) => found(unit, c.length / H));
}

/** The first step at which something is largest, of those at which it is a number. */
function topOf(steps, valueAt) {
  const top = { t: 0, value: -Infinity };
  for (let t = 0; t < steps; t++) {
    const value = valueAt(t);
    if (value > top.value) Object.assign(top, { t, value });
  }
  return top;
}

/**
 * @param {{H: number, recurrentKernel: ArrayLike<number>}} direction
 * @returns {?{unit: number, gate: string, weight: number, isAlone: boolean}} the other unit whose h weighs most in the
 *   block input or a gate of `unit`, and where; null if there is no other. isAlone: no other weighs as much
 */
export function loudestVoice({ H, recurrentKernel }, unit) {
  if (H === 1) return null;
  const voices = [...Array(H).keys()].filter((other) => other !== unit).flatMap((other) => {
    return [..."ifzo"].map((gate, block) => ({ unit: other, gate, weight: recurrentKernel[other * 4 * H + block * H + unit] }));
  });
  const sizes = voices.map(({ weight }) => Math.abs(weight));
  const loudest = argmax(sizes);
  const isAlone = sizes[loudest] > 0 && sizes.filter((size) => size === sizes[loudest]).length === 1;
  return { ...voices[loudest], isAlone };
}
