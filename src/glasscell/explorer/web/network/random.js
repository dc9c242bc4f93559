/** Random numbers that are the same again for the same seed (mulberry32); the browser's own cannot be seeded. */

/** @returns {() => number} a function that returns the next number, uniform from 0 to below 1 */
export function randomNumbers(seed) {
  let state = Math.imul(seed + 1, 0x9e3779b9);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}
