/** What the network does with the input of the moment: runs, probes and orders, each computed once. No UI in here. */

import { ACTIVATIONS } from "./activations.js";
import { drop, probeAnswer, readOutAt, run } from "./forward.js";
import { halfLife } from "./origin.js";
import { QUANTITIES } from "./quantities.js";

export const SORT_KEYS = ["index", "mean_i", "mean_f", "mean_o", "mean_z", "written", "kept", "last"];
const EVIDENCE_BUDGET = 2500; // milliseconds for all reruns of the evidence

/** The runs of one network over the input and under the clamps of the moment. */
export class Reading {
  /** @param {object} network from `decode` */
  constructor(network) {
    this.network = network;
    this.input = null;
    this.clamps = null;
    this.version = 0;
    this.cost = 0;
  }

  /**
   * Run again if input or clamps are others. Errors of `run` are thrown; what was before stays then.
   * @param {{x: Float64Array, T: number}} input compared by identity
   * @param {object[]} clamps compared by identity
   */
  update(input, clamps) {
    if (input === this.input && clamps === this.clamps) return;
    const start = performance.now();
    const free = input === this.input ? this.free : run(this.network, input.x, input.T);
    const held = clamps.length > 0 ? run(this.network, input.x, input.T, clamps) : free;
    this.cost = performance.now() - start;
    Object.assign(this, { free, held, input, clamps });
    this.version++;
    this.answers = { free: [], held: [] };
    this.evidence = { at: [], every: 1, answers: [], complete: false }; // of each step, or of one in `every`
    this.orders = new Map();
  }

  /**
   * @param {"held"|"free"} which with the clamps, or without
   * @param {number} t
   * @returns {?Float64Array} (C) what the network answers, after the last step or at every one; else what a probe says,
   *   or null
   */
  answerAt(which, t) {
    if (t === this[which].steps - 1) return this[which].answer;
    const known = this.answers[which];
    if (known[t] === undefined) {
      known[t] = readOutAt(this.network, this[which], t) ?? probeAnswer(this.network, this[which], t);
    }
    return known[t];
  }

  /** @returns {number[]} the units in the order of `key`, one of SORT_KEYS */
  order(layer, direction, key) {
    const name = `${layer} ${direction} ${key}`;
    if (!this.orders.has(name)) {
      const one = this.held.layers[layer].directions[direction];
      const units = Array.from({ length: one.H }, (_, u) => u);
      const value = key === "index" ? units : units.map((u) => sortValue(one, u, key));
      this.orders.set(name, units.sort((a, b) => value[a] - value[b] || a - b));
    }
    return this.orders.get(name);
  }

  /**
   * Compute some of what each step's input changed in the answer, for about `milliseconds`.
   * @returns {boolean} whether there is more to do
   */
  gatherEvidence(milliseconds) {
    const { evidence, held, input, clamps, network } = this;
    if (evidence.complete) return false;
    if (evidence.at.length === 0) {
      const share = this.cost / (clamps.length > 0 ? 2 : 1);
      const most = Math.max(16, Math.floor(EVIDENCE_BUDGET / Math.max(share, 0.1)));
      evidence.every = Math.ceil(held.steps / most);
      for (let t = 0; t < held.steps; t += evidence.every) evidence.at.push(t);
    }
    const end = performance.now() + milliseconds;
    while (evidence.answers.length < evidence.at.length && performance.now() < end) {
      evidence.answers.push(drop(network, input.x, input.T, evidence.at[evidence.answers.length], clamps));
    }
    evidence.complete = evidence.answers.length === evidence.at.length;
    return !evidence.complete;
  }
}

function sortValue(one, u, key) {
  const { H, i, z, c, backwards } = one;
  const steps = c.length / H;
  if (key === "kept") return -halfLife(one, u);
  if (key === "last") return -Math.abs(c[(backwards ? 0 : steps - 1) * H + u]);
  if (key === "written") {
    let best = 0;
    for (let t = 1; t < steps; t++) {
      if (!(Math.abs(i[t * H + u] * z[t * H + u]) <= Math.abs(i[best * H + u] * z[best * H + u]))) {
        if (!Number.isNaN(i[t * H + u])) best = t;
      }
    }
    return best;
  }
  return -meanOf(one[key.slice(-1)], H, u);
}

function meanOf(values, H, u) {
  let sum = 0;
  let count = 0;
  for (let at = u; at < values.length; at += H) {
    if (Number.isNaN(values[at])) continue;
    sum += values[at];
    count++;
  }
  return count ? sum / count : 0;
}

/** @returns {number} the step that a direction read just before t, or −1 */
export function stepBefore(one, t) {
  const steps = one.c.length / one.H;
  const before = one.backwards ? t + 1 : t - 1;
  return before >= 0 && before < steps ? before : -1;
}

/**
 * All numbers of unit u at step t, each as it enters the equations.
 * @returns {{read: boolean, z: number, i: number, f: number, o: number, c: number, h: number, before: number,
 *   hBefore: number, kept: number, written: number, shown: number}} `before` is the memory before, `kept` f·before,
 *   `written` i·z, `shown` φ(c)
 */
export function momentOf(network, result, layer, direction, u, t) {
  const one = result.layers[layer].directions[direction];
  const at = t * one.H + u;
  const earlier = stepBefore(one, t);
  const before = earlier < 0 ? 0 : one.c[earlier * one.H + u];
  const [z, i, f, o, c, h] = QUANTITIES.map((name) => one[name][at]);
  const φ = ACTIVATIONS[network.layers[layer].directions[direction].variant.output_activation];
  return {
    read: result.mask[t] === 1,
    z, i, f, o, c, h,
    before,
    hBefore: earlier < 0 ? 0 : one.h[earlier * one.H + u],
    kept: f * before,
    written: i * z,
    shown: φ(c),
  };
}

/** @returns {number[]} what a layer reads at step t: the input as scaled, or the h of the layer below */
export function layerInput(result, layer, t) {
  if (layer === 0) {
    const D = result.read.length / result.steps;
    return [...result.read.subarray(t * D, (t + 1) * D)];
  }
  return result.layers[layer - 1].directions.flatMap(({ H, h }) => [...h.subarray(t * H, (t + 1) * H)]);
}

/**
 * What the four small networks of unit u add up at step t.
 * @returns {Object<string, {x: number, h: number, c: number, g: number, b: number, sum: number}>} for z, i, f, o: the
 *   share of the input, of h before, of c (peepholes), of the gates before (full gate recurrence), and of the bias
 */
export function sumsOf(network, result, layer, direction, u, t) {
  const weightsOf = network.layers[layer].directions[direction];
  const one = result.layers[layer].directions[direction];
  const { H } = one;
  const x = layerInput(result, layer, t);
  const earlier = stepBefore(one, t);
  const row = (name, s) => (s < 0 ? null : one[name].subarray(s * H, (s + 1) * H));
  const h = row("h", earlier);
  let real = earlier; // gates are remembered across steps that were passed over
  while (real >= 0 && !result.mask[real]) real = stepBefore(one, real);
  const gates = ["i", "f", "o"].map((name) => row(name, real));
  const sums = {};
  for (const [block, gate] of ["i", "f", "z", "o"].entries()) {
    const column = block * H + u;
    const part = { x: 0, h: 0, c: 0, g: 0, b: weightsOf.bias?.[column] ?? 0 };
    for (let d = 0; d < x.length; d++) part.x += x[d] * weightsOf.kernel[d * 4 * H + column];
    if (h) for (let v = 0; v < H; v++) part.h += h[v] * weightsOf.recurrentKernel[v * 4 * H + column];
    const peephole = "ifo".indexOf(gate);
    if (weightsOf.peepholeKernel && peephole >= 0) {
      const seen = gate === "o" ? one.c[t * H + u] : earlier < 0 ? 0 : one.c[earlier * H + u];
      part.c = weightsOf.peepholeKernel[peephole * H + u] * seen;
    }
    if (weightsOf.gateKernel && peephole >= 0 && real >= 0) {
      for (let k = 0; k < 3; k++) {
        for (let v = 0; v < H; v++) {
          part.g += gates[k][v] * weightsOf.gateKernel[(k * H + v) * 3 * H + peephole * H + u];
        }
      }
    }
    part.sum = part.x + part.h + part.c + part.g + part.b;
    sums[gate] = part;
  }
  return sums;
}

/**
 * Split a unit's memory by when it was written, steps joined into at most `most` groups: the same sums as
 * `memoryByOrigin`, without its steps × steps numbers.
 * @returns {{groups: {from: number, to: number, share: Float64Array}[]}} share: (steps) what is in c of the group
 */
export function memoryByGroup(one, u, mask, most) {
  const { H, backwards, z, i, f, c } = one;
  const steps = mask.length;
  const count = Math.min(steps, most);
  const groups = Array.from({ length: count }, (_, g) => ({
    from: Math.floor((g * steps) / count),
    to: Math.floor(((g + 1) * steps) / count) - 1,
    share: new Float64Array(steps),
  }));
  const holds = new Float64Array(count);
  let was = 0;
  for (let n = 0; n < steps; n++) {
    const t = backwards ? steps - 1 - n : n;
    const at = t * H + u;
    const mine = groups.findIndex(({ to }) => t <= to);
    if (mask[t]) {
      const follows = f[at] * was + i[at] * z[at];
      const isHeld = Math.abs(c[at] - follows) > 1e-9 * (1 + Math.abs(follows));
      for (let g = 0; g < count; g++) holds[g] *= isHeld ? 0 : f[at];
      holds[mine] += isHeld ? c[at] : i[at] * z[at];
    }
    was = c[at];
    for (let g = 0; g < count; g++) groups[g].share[t] = holds[g];
  }
  return { groups };
}

/**
 * What every step up to t has left in a unit's memory at t.
 * @returns {{step: number, share: number}[]} the largest first
 */
export function originsAt(one, u, mask, t) {
  const { H, backwards, z, i, f } = one;
  const steps = mask.length;
  const found = [];
  let left = 1;
  for (let s = t; s >= 0 && s < steps; s += backwards ? 1 : -1) {
    if (!mask[s]) continue;
    const at = s * H + u;
    found.push({ step: s, share: left * i[at] * z[at] });
    left *= f[at];
    if (left === 0) break;
  }
  return found.sort((a, b) => Math.abs(b.share) - Math.abs(a.share));
}

/** @returns {number} where the largest number is */
export function argmax(values) {
  let best = 0;
  for (let k = 1; k < values.length; k++) if (values[k] > values[best]) best = k;
  return best;
}

/** The unit to begin with: the one whose gates move most, for there is most to see. */
export function mostMoving(reading) {
  const [one] = reading.held.layers[0].directions;
  const { H } = one;
  const movement = Array.from({ length: H }, (_, u) => {
    let sum = 0;
    for (const name of QUANTITIES.slice(1)) {
      for (let at = u + H; at < one[name].length; at += H) sum += Math.abs(one[name][at] - one[name][at - H]) || 0;
    }
    return sum;
  });
  return argmax(movement);
}
