/** What the network does with the current input: runs, probes and orders, each computed once. No user interface. */

import { Evidence } from "./reruns.js";
import { probeAnswer, readOutAt, run } from "./forward.js";
import { shownAnswer } from "./ceiling.js";
import { courseOf, halfLife } from "./memory.js";
import { QUANTITIES } from "./quantities.js";

export const SORT_KEYS = ["index", "mean_i", "mean_f", "mean_o", "mean_z", "written", "kept", "last"];
export const FIRST_SORT = "kept"; // what the units are sorted by at first: those on top remember longest
const MAX_EVIDENCE_MILLISECONDS = 2500; // for all reruns of the evidence

/** The runs of one network over the current input, with the current clamps. */
export class Runs {
  /** @type {Run} with the clamps */
  held;
  /** @type {Run} without */
  free;
  /** @type {Evidence} */
  evidence;
  /** @type {Map<string, number[]>} */
  orders;
  /** @type {{x: Float64Array, T: number}} */
  input;
  /** @type {Clamp[]} */
  clamps;
  version = 0;
  cost = 0; // milliseconds of the last runs

  /** @param {Network} network from `decode` */
  constructor(network) {
    this.network = network;
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
    const cost = performance.now() - start;
    for (const one of [free, held]) one.shown ??= shownAnswer(network, one);
    Object.assign(this, { free, held, input, clamps, network, cost, version: this.version + 1, orders: new Map() });
    const each = Math.max(cost / (clamps.length > 0 ? 2 : 1), 0.1);
    this.evidence = new Evidence(network, this, Math.floor(MAX_EVIDENCE_MILLISECONDS / each));
  }

  /**
   * @param {"held"|"free"} which with the clamps, or without
   * @param {number} t
   * @returns {?Float64Array} (C) the network's prediction, after the last step or at every one; else a probe's, or null
   */
  answerAt(which, t) {
    const result = this[which];
    if (t === result.steps - 1) return result.answer;
    return readOutAt(this.network, result, t) ?? probeAnswer(this.network, result, t);
  }

  /** @returns {number[]} the units in the order of `key`, one of SORT_KEYS */
  order(layer, direction, key) {
    const name = `${layer} ${direction} ${key}`;
    const known = this.orders.get(name);
    if (known) return known;
    const one = this.held.layers[layer].directions[direction];
    const values = Array.from({ length: one.H }, (_, u) => sortValue(one, u, key));
    const order = [...values.keys()].sort((a, b) => values[a] - values[b]);
    this.orders.set(name, order);
    return order;
  }

  /**
   * Compute some of the effects of the pieces of the series on the prediction, for about `milliseconds`.
   * @returns {boolean} whether there is more to do
   */
  gatherEvidence(milliseconds) {
    return this.evidence.gather(milliseconds);
  }
}

function sortValue(one, u, key) {
  const of = (name) => courseOf(one, name, u);
  if (key === "index") return u;
  if (key === "kept") return -halfLife(one, u);
  if (key === "last") return -Math.abs(of("c").at(one.backwards ? 0 : -1) ?? 0);
  if (key === "written") {
    const z = of("z");
    return argmax(of("i").map((i, t) => Math.abs(i * z[t]) || 0)); // 0 where there is no step
  }
  const real = of(key.slice(-1)).filter((v) => !Number.isNaN(v));
  return -real.reduce((sum, v) => sum + v, 0) / real.length;
}

/** @returns {number} where the largest number is */
export function argmax(values) {
  let best = 0;
  for (let k = 1; k < values.length; k++) if (values[k] > values[best]) best = k;
  return best;
}

/** The unit to begin with: the one that moves most, since it shows most. */
export function mostMoving({ held }) {
  const [one] = held.layers[0].directions;
  const movementOf = (values) => values.reduce((sum, v, t) => sum + (Math.abs(v - values[t - 1]) || 0), 0);
  return argmax(Array.from({ length: one.H }, (_, u) => {
    return QUANTITIES.slice(1).reduce((sum, name) => sum + movementOf(courseOf(one, name, u)), 0);
  }));
}
