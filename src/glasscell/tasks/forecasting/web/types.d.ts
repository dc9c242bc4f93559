/** The types of the page of forecasts; it has more in its state and frames than other pages. */

type ForecastApp = import("./app.js").ForecastApp;

/** How a forecaster sees a series. `reach`: how many values up to the origin count. `median`: its place, where others may be NaN. */
interface Framing {
  horizon: number;
  context: number;
  season: number;
  reach: number;
  baseline: Baseline;
  bounds: [number | null, number | null];
  median: number | null;
}

/** See `Baseline` in tasks/forecasting/baselines/naive.py. */
type Baseline = { steps: number; season: number; seasons: number; logs: boolean };

/** `before`: values before the first, without gaps; `beside` (T, ·) and `later` (T + H, ·): what stands beside the values. */
interface ForecastSeries {
  name: string;
  times: string[];
  values: Float64Array;
  before: Float64Array;
  beside: { width: number; values: Float64Array };
  later: { width: number; values: Float64Array };
  first: number;
  origins: [number, number];
  trained: number;
  /** (H, Q) of ETS or Theta, if they forecast instead of the network. */
  fan: Float64Array | null;
}

/** What a forecaster sees at an origin: x (C, F), ahead (H, G), base (H); whether no width follows from it. */
type ForecastWindow = { x: Float64Array; ahead: Float64Array; base: Float64Array; scale: number; isUnknown: boolean };

interface Member {
  network: Network;
  ahead: Float64Array;
  G: number;
  Q: number;
  continued: { direction: Direction; kernel: Numbers } | null;
}

/** From `decodeForecaster`. */
interface Forecaster {
  framing: Framing;
  quantiles: number[];
  /** Which of the quantiles is the median. */
  middle: number;
  trust: number;
  widening: Float64Array;
  unlearnt: Numbers;
  members: Member[];
  series: ForecastSeries[];
}

/** (H, Q), (H) and (H), in the series' own units; `bare`: without the network, which is the baseline within the bounds. */
type Forecast = { fan: Float64Array; base: Float64Array; bare: Float64Array };

/** (H) each; `most`: the step ahead, from 0, to which the network adds most; the last where it adds nothing anywhere. */
type Layers = { bare: Float64Array; median: Float64Array; added: Float64Array; most: number };

/** What a past value gave to a step ahead: to its median, and of that to the baseline, and to what the network adds. */
type Effect = { gave: number; ofBase: number; ofNetwork: number };

/** Of a forecast's picture: X of a step, Y of a value, and the edges and the range that they lead to. */
type FanAxes = { X: Scale; Y: Scale; left: number; right: number; bottom: number; low: number; high: number };

/** Of a page for forecasts: with what is held, without, and from the series as it was, where the reader has changed it. */
interface ForecastFrame extends Frame {
  forecast: Forecast;
  forecastFree: Forecast;
  forecastBefore: Forecast | null;
  layers: Layers;
  /** What the page calls the forecast, and its medians: those of the network, or of ETS or Theta, where they forecast. */
  shown: Forecast;
  median: Float64Array;
  window: ForecastWindow;
  removals: import("./removals.js").Removals;
  /** The step ahead, from 0, that the page looks at; `ahead`: that one, or the one under the pointer. */
  chosen: number;
  ahead: number;
}
