/** What the network does with the current input: runs, probes and orders, each computed once. No user interface. */

import { Evidence } from "./reruns.js";
import { probeAnswer, readOutAt, run } from "./forward.js";
import { shownAnswer } from "./ceiling.js";
import { halfLife } from "./memory.js";
import { QUANTITIES } from "./quantities.js";

export const SORT_KEYS = ["index", "mean_i", "mean_f", "mean_o", "mean_z", "written", "kept", "last"];
export const FIRST_SORT = "kept"; // what the units are sorted by at first: those on top remember longest
const MAX_EVIDENCE_MILLISECONDS = 2500; // for all reruns of the evidence

/** The runs of one network over the current input, with the current clamps. */
export class Runs {
  /** @type {Run} with what is held */
  held;
  /** @type {Run} without */
  free;
  /** @type {Evidence} */
  evidence;
  /** @type {Map<string, number[]>} */
  orders;
  /** @type {Object<"held"|"free", (?Float64Array)[]>} */
  answers;

  /** @param {Network} network from `decode` */
  constructor(network) {
    this.network = network;
    this.input = null;
    this.clamps = null;
    this.version = 0;
    this.cost = 0;
  }

  /**
   * Run again if the input, the clamps or the network have changed. If `run` throws, everything stays as it was.
   * @param {{x: Float64Array, T: number}} input compared by identity
   * @param {Clamp[]} clamps compared by identity
   * @param {Network} network compared by identity: after another epoch of its training
   */
  update(input, clamps, network = this.network) {
    const isRead = input === this.input && network === this.network;
    if (isRead && clamps === this.clamps) return;
    const start = performance.now();
    const free = isRead ? this.free : run(network, input.x, input.T);
    const held = clamps.length > 0 ? run(network, input.x, input.T, clamps) : free;
    this.cost = performance.now() - start;
    for (const one of [free, held]) one.shown ??= shownAnswer(network, one);
    this.free = free;
    this.held = held;
    this.input = input;
    this.clamps = clamps;
    this.network = network;
    this.version++;
    this.answers = { free: [], held: [] };
    const share = this.cost / (clamps.length > 0 ? 2 : 1);
    this.evidence = new Evidence(network, { input, clamps, held }, Math.floor(MAX_EVIDENCE_MILLISECONDS / Math.max(share, 0.1)));
    this.orders = new Map();
  }

  /**
   * @param {"held"|"free"} which with the clamps, or without
   * @param {number} t
   * @returns {?Float64Array} (C) the network's answer, after the last step or at every one; else a probe's, or null
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
    const known = this.orders.get(name);
    if (known) return known;
    const one = this.held.layers[layer].directions[direction];
    const units = Array.from({ length: one.H }, (_, u) => u);
    const value = key === "index" ? units : units.map((u) => sortValue(one, u, key));
    units.sort((a, b) => value[a] - value[b] || a - b);
    this.orders.set(name, units);
    return units;
  }

  /**
   * Compute some of what each piece of the series changed in the answer, for about `milliseconds`.
   * @returns {boolean} whether there is more to do
   */
  gatherEvidence(milliseconds) {
    return this.evidence.gather(milliseconds);
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

/** @returns {number} where the largest number is */
export function argmax(values) {
  let best = 0;
  for (let k = 1; k < values.length; k++) if (values[k] > values[best]) best = k;
  return best;
}

/** The unit to begin with: the one that moves most, since it shows most. */
export function mostMoving(runs) {
  const [one] = runs.held.layers[0].directions;
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
