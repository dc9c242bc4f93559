/** What units do over the page's examples: where each writes, keeps, forgets and shows most, and in which it does the same. */

import { run } from "./forward.js";
import { passagesOf, readingOrder } from "./memory.js";
import { argmax } from "./runs.js";

const MAX_NUMBERS = 5e6; // of c and h: 40 MB; more examples are not processed

/** One network's reading of the examples, one after the other. */
export class Survey {
  /**
   * @param {Network} network from `decode`
   * @param {{x: Float64Array, T: number}[]} examples
   * @param {number} capacity how many numbers of c and h to remember
   */
  constructor(network, examples, capacity = MAX_NUMBERS) {
    this.network = network;
    this.examples = examples;
    this.capacity = capacity;
    /** @type {(?ReturnType<typeof rememberedOf>)[]} */
    this.readings = []; // null for an example that the network cannot read
    this.size = 0;
  }

  /** @returns {boolean} whether all examples are read, or as many as can be remembered */
  get isDone() {
    return this.readings.length === this.examples.length || this.size >= this.capacity;
  }

  /** Read one more example. */
  readNext() {
    const { x, T } = this.examples[this.readings.length];
    /** @type {?ReturnType<typeof rememberedOf>} */
    let reading = null;
    try {
      reading = rememberedOf(run(this.network, x, T));
    } catch (error) {
      if (!error.code) throw error;
    }
    this.readings.push(reading);
    for (const { directions } of reading ?? []) for (const { c } of directions) this.size += 2 * c.length;
  }

  /**
   * The examples in which a unit does something, those where it does most first.
   * @param {{layer: number, direction: number, unit: number}} where
   * @param {"write"|"keep"|"forget"|"show"} deed
   * @returns {{n: number, from: number, to: number, value: number, size: number}[]} as of `deedsOf`, and the example
   */
  most({ layer, direction, unit }, deed) {
    return this.readings
      .map((reading, n) => ({ n, ...reading?.[layer].directions[direction].deeds[unit][deed] }))
      .filter(({ size }) => size > 0)
      .sort((a, b) => b.size - a.size || b.beside - a.beside || a.n - b.n);
  }

  /**
   * The examples in which a unit's c or h is nearest to a course of it: by the root mean square of the difference at
   * the same steps.
   * @param {{layer: number, direction: number, unit: number}} where
   * @param {"c"|"h"} name
   * @param {{values: Float64Array, from: number, to: number, except: ?number}} course of all units (steps, H), from and
   *   to included; an example to skip
   * @returns {{found: {n: number, distance: number}[], short: number}} the nearest first; how many end before `to`
   */
  alike({ layer, direction, unit }, name, { values, from, to, except }) {
    const found = [];
    let short = 0;
    this.readings.forEach((reading, n) => {
      if (reading === null || n === except) return;
      const one = reading[layer].directions[direction];
      if (one.c.length < (to + 1) * one.H) short++;
      else found.push({ n, distance: differenceOver(one[name], values, one.H, unit, from, to) });
    });
    return { found: found.sort((a, b) => a.distance - b.distance || a.n - b.n), short };
  }
}

/** The stored part of a run. */
function rememberedOf({ layers, mask }) {
  return layers.map(({ directions }) => ({
    directions: directions.map((one) => ({
      H: one.H, c: one.c, h: one.h,
      deeds: Array.from({ length: one.H }, (_, u) => deedsOf(one, u, mask)),
    })),
  }));
}

/**
 * Where a unit writes, keeps, forgets and shows most in one series.
 * @param {DirectionRun} one
 * @param {number} u
 * @param {Uint8Array} mask (steps)
 * @returns {Object<string, {from: number, to: number, value: number, size: number, beside: number}>} write: the largest
 *   |i·z|; show: the largest |h|; forget: the largest part (1 − f)·c of the memory before that is not kept; keep: the
 *   longest stretch over which at least half of the memory at its beginning stays, of equally long ones that with
 *   most in memory; `value` is i·z, h, (1 − f)·c, or a number of steps. Deeds are compared by `size`, equal ones by
 *   `beside`
 */
export function deedsOf(one, u, mask) {
  const passages = passagesOf(one, u, mask);
  return {
    write: largestOf(passages.map(({ written }) => written)),
    show: largestOf(passages.map(({ isRead }, t) => (isRead ? one.h[t * one.H + u] : 0))),
    forget: largestOf(passages.map(({ before, kept }) => before - kept)),
    keep: longestStretch(passages, readingOrder(one, mask.length).filter((t) => mask[t])),
  };
}

function largestOf(values) {
  const t = argmax(values.map(Math.abs));
  return { from: t, to: t, value: values[t], size: Math.abs(values[t]), beside: 0 };
}

/** The longest stretch over which the forget gates together leave at least half: two ends that move alternately. */
function longestStretch(passages, order) {
  const best = { from: 0, to: 0, value: 0, size: 0, beside: 0 };
  const lost = new Float64Array(order.length); // −log2 of what the gates up to here leave
  for (let begin = 0, end = 1; end < order.length; end++) {
    lost[end] = lost[end - 1] - Math.log2(Math.min(Math.abs(passages[order[end]].opening), 1));
    if (lost[end] === Infinity) { // everything is lost: a new stretch begins here
      begin = end;
      lost[end] = 0;
    }
    while (lost[end] - lost[begin] > 1 + 1e-12) begin++;
    const { kept, written } = passages[order[begin]];
    const [size, beside] = [end - begin, Math.abs(kept + written)];
    if (size > best.size || (size > 0 && size === best.size && beside > best.beside)) {
      const [from, to] = [order[begin], order[end]].sort((a, b) => a - b);
      Object.assign(best, { from, to, value: size, size, beside });
    }
  }
  return best;
}

function differenceOver(a, b, H, u, from, to) {
  let sum = 0;
  for (let t = from; t <= to; t++) sum += (a[t * H + u] - b[t * H + u]) ** 2;
  return Math.sqrt(sum / (to - from + 1));
}
