/**
 * The effect of pieces of a series on the prediction: exact reruns without their writes. Coarse pieces come first; the
 * one that changed most is halved, again and again. No user interface.
 */

import { readOut, runWithout } from "./forward.js";
import { ceilingOf } from "./ceiling.js";

export const MAX_SINGLE_STEPS = 12; // of a series whose every step is a piece
const COARSE_PIECES = 8;
const MAX_PIECES = 24;

/** @returns {boolean} whether the outputs are probabilities, so that evidence is in log-odds */
export function isInLogOdds({ readOut: head }) {
  return head.then === "softmax";
}

/**
 * @returns {Float64Array} (C) what evidence is about: logits, before the activation where that bounds them; or numbers
 *   in the unit of the targets
 */
export function outputsOf(network, { features, answer }) {
  const head = network.readOut;
  if (!isInLogOdds(network)) return answer;
  const activation = ceilingOf(head) < 1 ? "linear" : head.activation;
  return readOut({ ...head, activation, then: "linear" }, features);
}

/** @returns {number} the lead of class k over the best other one; 0 where there is no other */
export function logOdds(logits, k) {
  const others = logits.filter((_, other) => other !== k);
  return others.length === 0 ? 0 : logits[k] - Math.max(...others);
}

/** The evidence for the outputs of one run. */
export class Evidence {
  /**
   * @param {Network} network
   * @param {{input: {x: ArrayLike<number>, T: number}, clamps: Clamp[], held: Run}} runs `held`: the whole run
   * @param {number} maxRuns about how many reruns there is time for
   */
  constructor(network, { input, clamps, held }, maxRuns) {
    this.network = network;
    this.input = input;
    this.clamps = clamps;
    this.whole = outputsOf(network, held);
    this.best = held.answer.indexOf(Math.max(...held.answer));
    const { steps } = held;
    const count = steps <= MAX_SINGLE_STEPS ? steps : COARSE_PIECES;
    /** @type {Piece[]} */
    this.pieces = Array.from({ length: count }, (_, n) => ({
      from: Math.floor((n * steps) / count), to: Math.floor(((n + 1) * steps) / count) - 1, outputs: null,
    }));
    const more = Math.floor(Math.max(maxRuns - count, 2 * COARSE_PIECES) / 2); // a half costs a rerun
    this.maxPieces = steps <= MAX_SINGLE_STEPS ? steps : Math.min(MAX_PIECES, count + more);
    this.runs = 0; // made so far
    this.complete = false;
  }

  /** @returns {number} what a piece, which has been run without, added for class (or target) k, or took from it */
  partOf({ outputs }, k) {
    const { whole } = this;
    return isInLogOdds(this.network) ? logOdds(whole, k) - logOdds(outputs, k) : whole[k] - outputs[k];
  }

  /**
   * Run again for about so many milliseconds.
   * @returns {boolean} whether there is more to do
   */
  gather(milliseconds) {
    const end = performance.now() + milliseconds;
    while (!this.complete && performance.now() < end) this.advance();
    return !this.complete;
  }

  /** Run again without a piece; or, where all have been, without each half of the one that changed most. */
  advance() {
    const { pieces } = this;
    const waiting = pieces.find(({ outputs }) => outputs === null);
    const largest = waiting || pieces.length >= this.maxPieces ? null : this.largestToHalve();
    if (waiting) waiting.outputs = this.without(waiting);
    else if (largest) pieces.splice(pieces.indexOf(largest), 1, ...this.halvesOf(largest));
    else this.complete = true;
  }

  without({ from, to }) {
    const { network, input, clamps } = this;
    this.runs++;
    return outputsOf(network, runWithout(network, input.x, input.T, from, to, clamps));
  }

  /** @returns {Piece[]} */
  halvesOf({ from, to }) {
    const middle = Math.floor((from + to) / 2);
    return [{ from, to: middle }, { from: middle + 1, to }].map((half) => ({ ...half, outputs: this.without(half) }));
  }

  /** The piece of several steps with the largest effect on the prediction; null if none has any. */
  largestToHalve() {
    const sizes = this.pieces.map((piece) => (piece.from < piece.to ? Math.abs(this.changeOf(piece)) : 0));
    const size = Math.max(...sizes);
    return size > 0 ? this.pieces[sizes.indexOf(size)] : null;
  }

  /** The effect of a piece: on the predicted class, or on the target that changed most relative to its spread. */
  changeOf(piece) {
    if (isInLogOdds(this.network)) return this.partOf(piece, this.best);
    const { scale } = this.network.readOut;
    return Math.max(...this.whole.map((_, k) => Math.abs(this.partOf(piece, k)) / (scale?.[k] ?? 1)));
  }
}
