/** Curves as a hand changes them: painted across, a stretch lifted, one point moved. The series itself stays as it was. */

/**
 * @param {ArrayLike<number>} x (T, D) row by row
 * @param {{t: number, v: number}} from where the hand was
 * @param {{t: number, v: number}} to where it is now
 * @returns {Float64Array} a copy in which channel d goes in a straight line from one to the other
 */
export function painted(x, D, d, from, to) {
  const changed = Float64Array.from(x);
  const direction = Math.sign(to.t - from.t);
  for (let t = from.t; direction * (to.t - t) > 0; t += direction) {
    changed[t * D + d] = from.v + ((to.v - from.v) * (t - from.t)) / (to.t - from.t);
  }
  changed[to.t * D + d] = to.v;
  return changed;
}

/** @returns {Float64Array} a copy in which a stretch of channel d, `to` included, is higher by `by`; gaps stay gaps */
export function lifted(x, D, d, { from, to }, by) {
  const changed = Float64Array.from(x);
  for (let t = from; t <= to; t++) changed[t * D + d] += by;
  return changed;
}
