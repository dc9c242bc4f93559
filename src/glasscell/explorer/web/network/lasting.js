/** Which units hold on to something over many characters: what they hold now still says what they will hold. */

const APART = 10; // characters

/**
 * @param {object} one a direction from what `run` returns
 * @returns {number[]} the units, those first whose memory is most like what it is some characters later
 */
export function mostLasting(one) {
  const alike = Array.from({ length: one.H }, (_, u) => likeness(one, u));
  return alike.map((_, u) => u).sort((a, b) => alike[b] - alike[a] || a - b);
}

/** The correlation of a memory with itself some steps later; 0 where it never changes. */
function likeness({ H, c }, u) {
  const steps = c.length / H;
  let mean = 0;
  for (let t = 0; t < steps; t++) mean += c[t * H + u] / steps;
  let [all, both] = [0, 0];
  for (let t = 0; t < steps; t++) {
    const v = c[t * H + u] - mean;
    all += v * v;
    if (t >= APART) both += v * (c[(t - APART) * H + u] - mean);
  }
  return all > 0 ? both / all : 0;
}
