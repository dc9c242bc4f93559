/** When a unit is on: closer to its usual memory inside its hypothesis than to the one outside. */

const WORTH_A_LOOK = 5; // characters of a stretch

/** @returns {number[]} the values of one unit, from the row after the boundary on */
export function valuesOf({ H, ...quantities }, unit, name = "c") {
  return Array.from({ length: Math.max(quantities[name].length / H - 1, 0) }, (_, n) => quantities[name][(n + 1) * H + unit]);
}

/**
 * @param {DirectionRun} one
 * @param {number} unit
 * @param {?{off: number, on: number}} cell the unit's named cell; without, it is off at its median and on at the
 *   value farthest away
 * @returns {{off: number, on: number}} two values of its memory, never the same
 */
export function rangeOf(one, unit, cell) {
  if (cell) return { off: cell.off, on: cell.on };
  const values = valuesOf(one, unit).sort((a, b) => a - b);
  if (values.length === 0) return { off: 0, on: 1 };
  const [low, off, high] = [0, values.length >> 1, values.length - 1].map((n) => values[n]);
  const on = high - off >= off - low ? high : low;
  return { off, on: on === off ? off + 1 : on };
}

/** @returns {number} the position of a memory between off, 0, and on, 1 */
export function shareOn(v, { off, on }) {
  return Math.min(Math.max((v - off) / (on - off), 0), 1);
}

/** @returns {?{from: number, to: number}} the first characters one after the other where a unit is on, or the most */
export function stretchOn(one, unit, range) {
  let [best, from] = [null, 0];
  for (const [n, v] of [...valuesOf(one, unit), range.off].entries()) { // it ends with the text, if not before
    const row = n + 1;
    if (shareOn(v, range) > 0.5) from ||= row;
    else if (from) {
      if (!best || row - from > best.to - best.from + 1) best = { from, to: row - 1 };
      if (row - from >= WORTH_A_LOOK) break;
      from = 0;
    }
  }
  return best;
}
