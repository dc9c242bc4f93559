/** What the steps wrote, and what that changed in the prediction at one of them: exact reruns, some for many steps at once. */

import { outcomeAt, runWithout } from "../../../explorer/web/network/forward.js";
import { Evidence, outputsOf } from "../../../explorer/web/network/reruns.js";
import { directionOf } from "../../../explorer/web/network/direction.js";

const MAX_KEPT = 2e6; // numbers: the outputs at all steps without each step
const MAX_MILLISECONDS = 2500; // for the reruns without each step; and for those of one step

/** The evidence for the predictions of one run. */
export class StepsEvidence {
  /**
   * @param {Network} network which is read out at every step
   * @param {{input: {x: Float64Array, T: number}, clamps: Clamp[], held: Run, cost: number}} runs cost: of a run
   */
  constructor(network, { input, clamps, held, cost }) {
    const { steps } = held;
    Object.assign(this, { input, clamps });
    this.network = network;
    this.held = held;
    this.isWhole = steps * steps * network.C <= MAX_KEPT && steps * cost <= MAX_MILLISECONDS; // a piece for each step
    this.maxRuns = MAX_MILLISECONDS / Math.max(cost, 1); // for the prediction at one step, where pieces have several
    /** @type {Map<number, Float64Array>} from a step to the outputs at all, without it */
    this.kept = new Map();
    /** @type {Map<number, StepEvidence>} */
    this.known = new Map();
  }

  /** @returns {StepEvidence} of step t: the same for the same step */
  at(t) {
    if (!this.known.has(t)) this.known.set(t, new StepEvidence(this, t));
    return this.known.get(t);
  }
}

/** The evidence for the prediction at one step: a rerun without each step, or, of a long series, pieces as of any evidence. */
class StepEvidence extends Evidence {
  constructor(/** @type {StepsEvidence} */ all, t) {
    const { network, held, isWhole } = all;
    const steps = directionOf(network) === "forth" ? t + 1 : held.steps; // later ones cannot matter
    super(network, /** @type {any} */ ({ ...all, held: { ...outcomeAt(network, held, t), steps } }), all.maxRuns);
    this.t = t;
    this.all = all;
    if (isWhole) this.pieces = Array.from({ length: steps }, (_, s) => ({ from: s, to: s, outputs: null }));
  }

  without({ from, to }) {
    const { network, input: { x, T }, clamps, t, all: { isWhole, kept, held: { steps } } } = this;
    const { C } = network;
    this.runs++;
    if (!kept.has(from) || !isWhole) {
      const result = runWithout(network, x, T, from, to, clamps);
      if (!isWhole) return outputsOf(network, outcomeAt(network, result, t));
      const outputs = Array.from({ length: steps }, (_, s) => [...outputsOf(network, outcomeAt(network, result, s))]);
      kept.set(from, Float64Array.from(outputs.flat()));
    }
    return kept.get(from).subarray(t * C, (t + 1) * C);
  }
}
