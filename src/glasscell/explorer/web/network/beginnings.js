/** When, over the epochs of a training, something began to move. No user interface. */

const MOVED = 0.25; // of its range: less is no movement to speak of
const TENTH = 0.1; // of its way: so far it has not begun
const BACK = 0.5; // of its way in the other direction: then it went to and fro

/**
 * Where values leave the highest or the lowest of them for good, on their way to the last.
 * @param {number[]} values one after each epoch
 * @param {number} range the largest possible difference of two of them
 * @returns {?{k: number, from: number, to: number}} the place of the last value that is within a tenth of the way from
 *   `from`; null where the way is short, or as much as half of it leads back, or a value is missing
 */
export function beginningOf(values, range = 1) {
  const to = values[values.length - 1];
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const [from, way, back] = high - to > to - low ? [high, high - to, to - low] : [low, to - low, high - to];
  if (!(way >= MOVED * range && back < BACK * way)) return null;
  return { k: values.findLastIndex((v) => Math.abs(v - from) <= TENTH * way), from, to };
}
