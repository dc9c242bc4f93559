/** The network as it was after earlier epochs of its training. */

import { decodeFrames } from "./frames.js";
import { decode } from "./payload.js";
import { shownAnswer } from "./ceiling.js";
import { run } from "./forward.js";
import { courseOf } from "./memory.js";
import { GATE_NAMES } from "./quantities.js";

/** The trained network and, if the page has them, those of earlier epochs, decoded on first use. */
export class Epochs {
  /** @param {Payload} payload the page's data; throws as `decode` does */
  constructor(payload) {
    this.payload = payload;
    this.trained = decode(payload);
    const { last = null, kept = [] } = payload.epochs ?? {};
    this.last = last;
    /** All epochs that can be shown, the last of which is the trained network's; none where there is no other. */
    this.stops = kept.length > 0 ? [...kept, last] : [];
    this.earlier = null; // by epoch
  }

  /** @returns {boolean} whether the page has the network after this epoch, and it is not the trained one */
  isEarlier(epoch) {
    return epoch !== this.last && this.stops.includes(epoch);
  }

  /** @returns {Network} the network after an epoch; the trained one for any other number, or null */
  networkAt(epoch) {
    if (!this.isEarlier(epoch)) return this.trained;
    const { payload } = this;
    this.earlier ??= new Map(decodeFrames(payload.network, payload.epochs).map((network, n) => {
      return [this.stops[n], decode({ ...payload, network, probes: null })]; // probes belong to the trained network
    }));
    return this.earlier.get(epoch);
  }

  /** @returns {Run} what the network after an epoch does with an input, with these clamps */
  runAt(epoch, { x, T }, clamps) {
    return run(this.networkAt(epoch), x, T, clamps);
  }
}

/** The networks after all epochs on one input, a little at a time: their predictions, and one unit's gates. */
export class Course {
  /**
   * @param {Epochs} epochs
   * @param {{input: {x: Float64Array, T: number}, clamps: Clamp[], layer: number, direction: number, unit: number}} about
   *   what it is of, compared by identity
   */
  constructor(epochs, about) {
    this.epochs = epochs;
    this.about = about;
    this.answers = []; // after each of the epochs, so far
    this.gates = []; // likewise: {z, i, f, o} at every step
  }

  /** @returns {boolean} whether this is what the course is of */
  isOf(about) {
    return Object.keys(about).every((name) => about[name] === this.about[name]);
  }

  /** @returns {boolean} whether all epochs are done */
  get isDone() {
    return this.answers.length === this.epochs.stops.length;
  }

  /** Go on for about so many milliseconds, one epoch at least. */
  goOn(milliseconds) {
    const { input, clamps, layer, direction, unit } = this.about;
    const end = performance.now() + milliseconds;
    for (const epoch of this.epochs.stops.slice(this.answers.length)) {
      const result = this.epochs.runAt(epoch, input, clamps);
      const one = result.layers[layer].directions[direction];
      this.answers.push(shownAnswer(this.epochs.networkAt(epoch), result));
      this.gates.push(Object.fromEntries(GATE_NAMES.map((name) => [name, courseOf(one, name, unit)])));
      if (performance.now() >= end) return;
    }
  }

  /** @returns {number[]} a gate of the unit at step t after each of the epochs; NaN where there is no step */
  gateOver(name, t) {
    return this.gates.map((one) => one[name][t]);
  }
}
