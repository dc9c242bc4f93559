/** Which units hold on to something over many characters: what they hold now still says what they will hold. */

const APART = 10; // characters; in a text of fewer than twice as many, half of it

/**
 * @param {object} one a direction from what `run` returns
 * @returns {number[]} the units whose memory changes, those first whose is most like what it is some characters later
 */
export function mostLasting(one) {
  const alike = Array.from({ length: one.H }, (_, u) => likeness(one, u));
  return [...alike.keys()].filter((u) => !Number.isNaN(alike[u])).sort((a, b) => alike[b] - alike[a] || a - b);
}

/** The correlation of a memory with itself some steps later; NaN where it never changes. */
function likeness({ H, c }, u) {
  const steps = c.length / H;
  const apart = Math.max(Math.min(APART, Math.floor(steps / 2)), 1);
  let mean = 0;
  for (let t = 0; t < steps; t++) mean += c[t * H + u] / steps;
  let [all, both] = [0, 0];
  for (let t = 0; t < steps; t++) {
    const v = c[t * H + u] - mean;
    all += v * v;
    if (t >= apart) both += v * (c[(t - apart) * H + u] - mean);
  }
  return all > 0 ? both / all : NaN;
}
