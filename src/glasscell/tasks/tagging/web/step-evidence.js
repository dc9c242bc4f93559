/** What the steps wrote, and what that changed in the prediction at one of them: exact reruns, some for many steps at once. */

import { outcomeAt, runWithout } from "../../../explorer/web/network/forward.js";
import { Evidence, outputsOf } from "../../../explorer/web/network/reruns.js";
import { wayOf } from "../../../explorer/web/network/way.js";

const MAX_KEPT = 2e6; // numbers: the outputs at all steps without each step
const MAX_MILLISECONDS = 2500; // for the reruns without each step; and for those of one step
const LEAST_PIECES = 9;
const MOST_PIECES = 33;

/** The evidence for the predictions of one run. */
export class StepsEvidence {
  /**
   * @param {object} network which is read out at every step
   * @param {{input: {x: ArrayLike<number>, T: number}, clamps: object[], held: object, cost: number}} runs cost: of a run
   */
  constructor(network, { input, clamps, held, cost }) {
    const { steps } = held;
    Object.assign(this, { network, input, clamps, held });
    this.isWhole = steps * steps * network.C <= MAX_KEPT && steps * cost <= MAX_MILLISECONDS; // a piece for each step
    this.maxPieces = Math.min(Math.max(Math.floor(MAX_MILLISECONDS / Math.max(cost, 1)), LEAST_PIECES), MOST_PIECES);
    this.kept = new Map(); // from a step to the outputs at all, without it
    this.known = new Map(); // from a step to its evidence
  }

  /** @returns {StepEvidence} of step t: the same for the same step */
  at(t) {
    if (!this.known.has(t)) this.known.set(t, new StepEvidence(this, t));
    return this.known.get(t);
  }

  /** @returns {ArrayLike<number>} (C) the outputs at step t without what a piece wrote */
  without({ from, to }, t) {
    const { network, input: { x, T }, clamps, held: { steps }, kept } = this;
    const { C } = network;
    if (!kept.has(from) || !this.isWhole) {
      const result = runWithout(network, x, T, from, to, clamps);
      if (!this.isWhole) return outputsOf(network, outcomeAt(network, result, t));
      const all = new Float64Array(steps * C);
      for (let s = 0; s < steps; s++) all.set(outputsOf(network, outcomeAt(network, result, s)), s * C);
      kept.set(from, all);
    }
    return kept.get(from).subarray(t * C, (t + 1) * C);
  }
}

/** The evidence for the prediction at one step: pieces as of any evidence, the nearest of them run without first. */
class StepEvidence extends Evidence {
  constructor(all, t) {
    super(all.network, { ...all, held: outcomeAt(all.network, all.held, t) }, 0);
    const { held: { steps }, isWhole, maxPieces } = all;
    Object.assign(this, { all, t });
    const sides = { forth: [-1], back: [1], both: [-1, 1] }[wayOf(all.network)];
    const most = isWhole ? steps : Math.floor((maxPieces - 1) / sides.length);
    this.pieces = [{ from: t, to: t, outputs: null }, ...sides.flatMap((side) => piecesBeside(t, side, steps, most, !isWhole))]
      .sort((a, b) => distance(a, t) - distance(b, t));
    this.maxPieces = this.pieces.length; // so none is halved
  }

  without(piece) {
    this.runs++;
    return this.all.without(piece, this.t);
  }
}

/** Pieces from a step to one end of the series: single steps, or each twice as long as the one before it; the last has the rest. */
function piecesBeside(t, side, steps, most, isWidening) {
  const pieces = [];
  const there = side < 0 ? t : steps - 1 - t; // steps on this side
  for (let near = 1; near <= there;) {
    const size = isWidening ? 2 ** Math.max(pieces.length - 1, 0) : 1;
    const far = pieces.length + 1 === most ? there : Math.min(near + size - 1, there);
    const [from, to] = side < 0 ? [t - far, t - near] : [t + near, t + far];
    pieces.push({ from, to, outputs: null });
    near = far + 1;
  }
  return pieces;
}

function distance({ from, to }, t) {
  return Math.max(from - t, t - to, 0);
}
