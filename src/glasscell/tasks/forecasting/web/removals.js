/**
 * What each past value gave to each step ahead: the median, less the one without that value, and as much of it as the
 * baseline alone gives. As `remove_each` in tasks/forecasting/explanation.py; tests hold this file to it. No user
 * interface in here.
 */

import { forecastFrom } from "./forecaster.js";

/** Computed a few values at a time, the last ones first. */
export class Removals {
  /**
   * @param {object} forecaster from `decodeForecaster`
   * @param {object} series one of its series
   * @param {Float64Array} values of the series, NaN in gaps
   * @param {number} origin
   * @param {function(number): object[]} clampsOf what is held in a member
   */
  constructor(forecaster, series, values, origin, clampsOf = () => []) {
    const { horizon, reach } = forecaster.framing;
    this.first = Math.max(0, origin + 1 - reach); // earlier values give nothing
    this.last = origin;
    this.horizon = horizon;
    const size = (origin + 1 - this.first) * horizon;
    this.gave = new Float64Array(size).fill(NaN);
    this.ofBase = new Float64Array(size).fill(NaN);
    const steps = Array.from({ length: origin + 1 - this.first }, (_, k) => this.first + k);
    const there = steps.filter((t) => !Number.isNaN(values[t]));
    this.left = there.length > 1 ? there : []; // without the only value there is no forecast
    this.count = this.left.length;
    this.forecast = (without) => forecastFrom(forecaster, series, without, origin, clampsOf);
    const Q = forecaster.quantiles.length;
    this.median = ({ fan }, h) => fan[h * Q + forecaster.middle];
    this.values = values;
    this.largestParts = new Float64Array(horizon);
  }

  get isComplete() {
    return this.left.length === 0;
  }

  /** Compute for about so many milliseconds. */
  gather(milliseconds) {
    const end = performance.now() + milliseconds;
    if (!this.isComplete) this.whole ??= this.forecast(this.values);
    while (!this.isComplete && performance.now() < end) this.remove(this.left.pop());
  }

  remove(t) {
    const values = Float64Array.from(this.values);
    values[t] = NaN;
    const found = this.forecast(values);
    for (let h = 0; h < this.horizon; h++) {
      const at = (t - this.first) * this.horizon + h;
      this.gave[at] = this.median(this.whole, h) - this.median(found, h);
      this.ofBase[at] = this.whole.base[h] - found.base[h];
      for (const part of [this.ofBase[at], this.gave[at] - this.ofBase[at]]) {
        if (Math.abs(part) > this.largestParts[h]) this.largestParts[h] = Math.abs(part);
      }
    }
  }

  /** @returns {number} how large the largest part of any value in a step ahead is, of those computed */
  most(h) {
    return this.largestParts[h];
  }

  /** @returns {?{gave: number, ofBase: number, ofNetwork: number}} of a step; null of a gap, or while not computed */
  at(t, h) {
    const k = (t - this.first) * this.horizon + h;
    if (t < this.first || t > this.last || Number.isNaN(this.gave[k])) return null;
    return { gave: this.gave[k], ofBase: this.ofBase[k], ofNetwork: this.gave[k] - this.ofBase[k] };
  }

  /**
   * @param {number} h
   * @param {"gave"|"ofBase"} part
   * @returns {?number} the step whose value gave most to a step ahead; null if there is none
   */
  largest(h, part = "gave") {
    let [best, most] = [null, 0];
    for (let t = this.last; t >= this.first; t--) {
      const size = Math.abs(this.at(t, h)?.[part] ?? 0);
      if (size > most) [best, most] = [t, size];
    }
    return best;
  }
}
