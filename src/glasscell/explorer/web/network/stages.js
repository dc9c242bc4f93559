/** The network as it was after earlier epochs of its training. */

import { decode } from "./payload.js";
import { run } from "./forward.js";

/** The trained network and, where the page has them, those of earlier epochs, whose weights are rounded to 16 bits. */
export class Epochs {
  /** @param {object} payload the page's data; throws as `decode` does */
  constructor(payload) {
    const { last = null, kept = [] } = payload.epochs ?? {};
    this.last = last;
    this.trained = decode(payload);
    // probes belong to the trained network
    this.earlier = new Map(kept.map(({ epoch, network }) => [epoch, decode({ ...payload, network, probes: null })]));
  }

  /** @returns {number[]} all epochs that can be shown, the last of which is the trained network's */
  get stops() {
    return [...this.earlier.keys(), ...(this.earlier.size > 0 ? [this.last] : [])];
  }

  /** @returns {boolean} whether the page has the network after this epoch, and it is not the trained one */
  isEarlier(epoch) {
    return this.earlier.has(epoch);
  }

  /** @returns {object} the network after an epoch; the trained one for any other number, or null */
  networkAt(epoch) {
    return this.earlier.get(epoch) ?? this.trained;
  }

  /** @returns {Float64Array} (C) what the network answered to an input after an epoch, with these clamps */
  answerAt(epoch, { x, T }, clamps) {
    return run(this.networkAt(epoch), x, T, clamps).answer;
  }
}

/**
 * From which of some epochs on all answers were right.
 * @param {boolean[]} right after each of the epochs, in their order
 * @returns {?number} its place; null where the last is wrong, or one is wrong between two that are right
 */
export function rightFrom(right) {
  const first = right.indexOf(true);
  return first >= 0 && right.slice(first).every(Boolean) ? first : null;
}
