/** When a unit is on: nearer to its usual memory inside what it is named after than to the one outside. */

const WORTH_A_LOOK = 5; // characters of a stretch

/**
 * @param {object} one a direction from what `run` returns
 * @param {?object} cell what the unit is named after; without, it is off at its median and on at the value farthest away
 * @returns {{off: number, on: number}} two values of its memory, never the same
 */
export function rangeOf({ H, c }, unit, cell) {
  if (cell) return { off: cell.off, on: cell.on };
  const values = Float32Array.from({ length: c.length / H - 1 }, (_, n) => c[(n + 1) * H + unit]).sort(); // no boundary
  if (values.length === 0) return { off: 0, on: 1 };
  const [low, off, high] = [0, values.length >> 1, values.length - 1].map((n) => values[n]);
  const on = high - off >= off - low ? high : low;
  return { off, on: on === off ? off + 1 : on };
}

/** @returns {number} how far a memory is from off, 0, to on, 1 */
export function shareOn(v, { off, on }) {
  return Math.min(Math.max((v - off) / (on - off), 0), 1);
}

/** @returns {?{from: number, to: number}} the first characters one after the other where a unit is on, or the most */
export function stretchOn({ H, c }, unit, range) {
  let best = null;
  for (let row = 1, from = 0; row <= c.length / H; row++) { // the last is behind the text
    if (row < c.length / H && shareOn(c[row * H + unit], range) > 0.5) from ||= row;
    else if (from) {
      if (!best || row - from > best.to - best.from + 1) best = { from, to: row - 1 };
      if (row - from >= WORTH_A_LOOK) break;
      from = 0;
    }
  }
  return best;
}
