/** Where in a run there is most to see: the largest memory, and the unit whose gate tells two steps apart. */

/** @returns {{unit: number, t: number, c: number, isAlone: boolean}} isAlone: no other is as large */
export function largestMemory({ H, c }) {
  let best = 0;
  for (let at = 1; at < c.length; at++) if (Math.abs(c[at]) > Math.abs(c[best])) best = at;
  const isAlone = c.every((v, at) => at === best || Math.abs(v) < Math.abs(c[best]));
  return { unit: best % H, t: Math.floor(best / H), c: c[best], isAlone };
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
  const { H, c } = one;
  const steps = c.length / H;
  const matter = matterOf(one, gate);
  let best = { unit: 0, shut: 0, open: 0, score: -1 };
  let largest = 0;
  for (let unit = 0; unit < H; unit++) {
    let [shut, open, mostPassed, mostKeptOut] = [0, 0, -1, -1];
    for (let t = 0; t < steps; t++) {
      const [g, size] = [one[gate][t * H + unit], Math.abs(matter(unit, t))];
      if (g * size > mostPassed) [mostPassed, open] = [g * size, t];
      if ((1 - g) * size > mostKeptOut) [mostKeptOut, shut] = [(1 - g) * size, t];
      if (g * size >= 0) largest = Math.max(largest, size); // not where there is no step
    }
    const contrast = Math.max(one[gate][open * H + unit] - one[gate][shut * H + unit], 0);
    const score = Math.min(mostPassed, mostKeptOut) * (contrast + 1e-3);
    if (score > best.score) best = { unit, shut, open, score };
  }
  const { unit, shut, open } = best;
  return { unit, shut, open, largest };
}

/** @returns {number} the largest value of a gate over the steps, to two digits: as open as it ever is */
export function widestOpen(values) {
  const largest = values.reduce((most, v) => (v > most ? v : most), -Infinity);
  return Math.round(100 * largest) / 100;
}

/**
 * The unit that throws most of its memory away by a gate that is open at other steps.
 * @returns {{unit: number, t: number, size: number}} size: the memory before, times how much less than at its most the
 *   forget gate is open there
 */
export function mostForgotten(one) {
  const { H, f, c } = one;
  const before = matterOf(one, "f");
  let best = { unit: 0, t: 0, size: 0 };
  for (let unit = 0; unit < H; unit++) {
    let open = 0;
    for (let at = unit; at < f.length; at += H) if (f[at] > open) open = f[at];
    for (let t = 0; t < c.length / H; t++) {
      const size = (open - f[t * H + unit]) * Math.abs(before(unit, t));
      if (size > best.size) best = { unit, t, size }; // never for NaN
    }
  }
  return best;
}

/**
 * @param {{H: number, recurrentKernel: ArrayLike<number>}} direction
 * @returns {?{unit: number, gate: string, weight: number, isAlone: boolean}} the other unit whose h weighs most in the
 *   block input or a gate of `unit`, and where; null if there is no other. isAlone: no other weighs as much
 */
export function loudestVoice({ H, recurrentKernel }, unit) {
  /** @type {?{unit: number, gate: string, weight: number, isAlone: boolean}} */
  let best = null;
  for (let other = 0; other < H; other++) {
    if (other === unit) continue;
    for (const [block, gate] of ["i", "f", "z", "o"].entries()) {
      const weight = recurrentKernel[other * 4 * H + block * H + unit];
      const [size, largest] = [Math.abs(weight), Math.abs(best?.weight ?? 0)];
      if (size > largest || !best) best = { unit: other, gate, weight, isAlone: size > 0 };
      else if (size === largest) best.isAlone = false;
    }
  }
  return best;
}
