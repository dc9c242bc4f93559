/** Which character comes next is drawn, as tasks/language/writing.py does it: neither the boundary nor what is rare. */

const NEVER = 2; // symbols, the first ones, that are not written

/**
 * Draw a symbol.
 * @param {ArrayLike<number>} logits (C)
 * @param {number} temperature below 1, likely ones become likelier; at 0 the likeliest is taken
 * @param {function(): number} random from 0 to below 1
 * @returns {number}
 */
export function drawSymbol(logits, temperature, random) {
  let best = NEVER;
  for (let k = NEVER + 1; k < logits.length; k++) if (logits[k] > logits[best]) best = k;
  if (temperature === 0) return best;
  const weights = new Float64Array(logits.length);
  let sum = 0;
  for (let k = NEVER; k < logits.length; k++) {
    weights[k] = Math.exp((logits[k] - logits[best]) / temperature);
    sum += weights[k];
  }
  let left = random() * sum;
  for (let k = NEVER; k < logits.length; k++) {
    left -= weights[k];
    if (left < 0) return k;
  }
  return best;
}
