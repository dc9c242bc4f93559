/** The two layers of a forecast: the baseline, and what the network adds to it. No user interface in here. */

/**
 * @param {{fan: Float64Array, bare: Float64Array}} forecast from `forecastOf`
 * @param {number} Q how many quantiles there are
 * @param {number} middle which of them is the median
 * @returns {{bare: Float64Array, median: Float64Array, added: Float64Array, most: number}} (H) each; `most` is the step
 *   ahead, from 0, to which the network adds most; the last where it adds nothing anywhere
 */
export function layersOf({ fan, bare }, Q, middle) {
  const median = bare.map((_, h) => fan[h * Q + middle]);
  const added = bare.map((v, h) => median[h] - v);
  let most = bare.length - 1;
  added.forEach((v, h) => {
    if (Math.abs(v) > (Math.abs(added[most]) || 0)) most = h;
  });
  return { bare, median, added, most };
}
