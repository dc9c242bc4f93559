/**
 * What each past value gave to each step ahead: the median, less the one without that value, and as much of it as the
 * baseline gives by itself. As `remove_each` in tasks/forecasting/explanation.py; tests hold this file to it. No user
 * interface in here.
 */

import { forecastFrom } from "./forecaster.js";

/** Computed a few values at a time, the last ones first. */
export class Removals {
  /**
   * @param {Forecaster} forecaster
   * @param {ForecastSeries} series one of its series
   * @param {Float64Array} values of the series, NaN in gaps
   * @param {number} origin
   * @param {(m: number) => Clamp[]} clampsOf the clamps of a member
   */
  constructor(forecaster, series, values, origin, clampsOf = () => []) {
    const { horizon, reach } = forecaster.framing;
    this.values = values;
    this.horizon = horizon;
    this.first = Math.max(0, origin + 1 - reach); // earlier values give nothing
    this.last = origin;
    const steps = Array.from({ length: origin + 1 - this.first }, (_, k) => this.first + k);
    const there = steps.filter((t) => !Number.isNaN(values[t]));
    this.left = there.length > 1 ? there : []; // without the only value there is no forecast
    this.count = this.left.length;
    /** @type {Map<number, Effect[]>} from a step to what its value gave to each step ahead */
    this.found = new Map();
    /** @type {?Forecast} without any change */
    this.whole = null;
    this.forecast = (changed) => forecastFrom(forecaster, series, changed, origin, clampsOf);
    this.median = ({ fan }, h) => fan[h * forecaster.quantiles.length + forecaster.middle];
  }

  get isComplete() {
    return this.left.length === 0;
  }

  /** Compute for about so many milliseconds. */
  gather(milliseconds) {
    const end = performance.now() + milliseconds;
    while (!this.isComplete && performance.now() < end) this.remove(this.left.pop());
  }

  remove(t) {
    this.whole ??= this.forecast(this.values);
    const without = this.forecast(this.values.map((v, s) => (s === t ? NaN : v)));
    this.found.set(t, Array.from({ length: this.horizon }, (_, h) => {
      const gave = this.median(this.whole, h) - this.median(without, h);
      const ofBase = this.whole.base[h] - without.base[h];
      return { gave, ofBase, ofNetwork: gave - ofBase };
    }));
  }

  /** @returns {?Effect} of a step's value on step h ahead; null of a gap, or while not computed */
  at(t, h) {
    const one = this.found.get(t)?.[h];
    return one && !Number.isNaN(one.gave) ? one : null;
  }

  /** @returns {number} how large the largest part of any value in a step ahead is, of those computed */
  most(h) {
    return Math.max(0, ...[...this.found.keys()].flatMap((t) => {
      const { ofBase = 0, ofNetwork = 0 } = this.at(t, h) ?? {};
      return [Math.abs(ofBase), Math.abs(ofNetwork)];
    }));
  }

  /**
   * @param {number} h
   * @param {"gave"|"ofBase"} part
   * @returns {?number} the step whose value gave most to a step ahead; null if there is none
   */
  largest(h, part = "gave") {
    const sizeAt = (t) => Math.abs(this.at(t, h)?.[part] ?? 0);
    const best = [...this.found.keys()].reduce((most, t) => (sizeAt(t) > sizeAt(most) ? t : most), null);
    return sizeAt(best) > 0 ? best : null;
  }
}
