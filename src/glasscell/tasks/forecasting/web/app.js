/** The page for forecasts: of the series as it is now, from an origin, by all members together. */

import { d3 } from "../../../explorer/web/d3/d3.js";
import { Page } from "../../../explorer/web/page.js";
import { changeOfKey, wantsStillness } from "../../../explorer/web/kit/dom.js";
import { percent, word } from "../../../explorer/web/words/language.js";
import { Runs, argmax, mostMoving } from "../../../explorer/web/network/runs.js";
import { sizeInWords } from "../../../explorer/web/views/place.js";
import { baselineInWords } from "./fan-words.js";
import { decodeForecaster, forecastFrom, forecastOf, layersOf, mediansOf, memberAnswer } from "./forecaster.js";
import { Removals } from "./removals.js";
import { windowAt } from "./window.js";

const NOTHING = []; // is held: always the same one, or all would run again
const REMOVING_MILLISECONDS = 8; // of each of the browser's frames, while values are removed one by one
const LEAST = 0.01; // of the smallest value of a series in logarithms: so far down it can be dragged
const READING_SECONDS = 3.5; // for the whole window, as the page opens
const TRANSPORT_SECONDS = 9; // that the transport takes for one
const OPENING_FRAMES = 54; // for the fan, then

/** The page's state and what can be done to it; all views receive it. */
export class ForecastApp extends Page {
  edited = "values";
  subject = "forecast";
  kind = "series"; // for the views that other pages have, too
  hovered = null; // the step ahead under the pointer, from 0
  pointed = null; // the step of the past under the pointer
  opened = 1; // how open the fan is: below 1 only while the page plays by itself
  isDragging = false; // then the scale of the plot stays as it is
  isNewWindow = changeOfKey();
  isNewRun = changeOfKey();
  isNewOrigin = changeOfKey();

  /**
   * @param {Payload} payload the page's data; throws an Error with a code if it cannot be used
   * @param {(app: any) => View[]} furnish makes the views
   */
  constructor(payload, furnish) {
    // `at`: a step of the series; `ahead`: the step ahead in view, from 0, or null for the page's choice
    super(payload, furnish, { n: 0, values: null, origin: 0, at: 0, member: 0, input: null, ahead: null, bare: false });
    this.forecaster = decodeForecaster(payload);
    this.runs = this.forecaster.members.map(({ network }) => new Runs(network));
    this.sections = payload.reason ? ["numbers"] : ["reads", "units", "numbers"];
    this.choose(0);
    this.state.unit = mostMoving(this.run());
  }

  /** Whether ETS or Theta forecasts: they are not fitted again here, so neither the past nor the origin can be changed. */
  get isFixed() {
    return Boolean(this.payload.local);
  }

  /** The network of the member in view. */
  get network() {
    return this.forecaster.members[this.state.member].network;
  }

  get series() {
    return this.forecaster.series[this.state.n];
  }

  /** The first step of the series in the context; below 0 if the series begins later. */
  get start() {
    return this.state.origin - this.forecaster.framing.context + 1;
  }

  /** Read the window step by step, then let the fan open from the baseline; until anybody does anything. */
  open() {
    this.arrive();
    this.set({});
    if (this.payload.reason || this.isFixed || wantsStillness()) return;
    this.opened = 0;
    this.set({ t: 0, playing: true, speed: TRANSPORT_SECONDS / READING_SECONDS });
    this.stopWhenTouched(() => this.openTo(1));
  }

  /** Open the fan so far, at the usual speed from then on. */
  openTo(share) {
    this.opened = Math.min(share, 1);
    this.set({ speed: 1 });
  }

  /** Change the state. `t` is a step of the context, `at` one of the series: the one follows the other. */
  set(patch) {
    super.set(patch);
    const { state, start, forecaster: { framing: { context } } } = this;
    const within = (v, last) => Math.min(Math.max(Math.floor(v) || 0, 0), last);
    if (patch.member !== undefined) state.clamps = []; // they were the other's
    if (patch.t !== undefined) {
      state.t = within(state.t, context - 1);
      state.at = within(start + state.t, state.origin);
    } else if (patch.at !== undefined || patch.origin !== undefined) {
      state.at = within(patch.at ?? state.origin, state.origin);
      state.t = within(state.at - start, context - 1);
    }
  }

  /** Show another series, from the step up to which the network was trained on it. */
  choose(n) {
    const { values, origins: [first, last], trained } = this.forecaster.series[n];
    this.undone = [];
    this.set({ n, values, origin: trained >= first && trained < last ? trained : last, ahead: null, playing: false });
  }

  /** Give a step of the series another value; NaN makes it a gap, and its own value takes it back. */
  edit(at, value) {
    const { values: own } = this.series;
    const least = this.forecaster.framing.baseline.logs ? LEAST * d3.extent(own)[0] : -Infinity; // of logarithms
    const values = Float64Array.from(this.state.values);
    values[at] = Math.max(value, least);
    this.set({ values: values.every((v, t) => Object.is(v, own[t])) ? own : values, at, playing: false });
  }

  /** Take back all that was changed in the values. */
  clear() {
    this.remember();
    this.set({ values: this.series.values, playing: false });
  }

  show() {
    super.show();
    const { opened, removals } = this;
    if (opened < 1 && !this.state.playing) this.openTo(opened + 1 / OPENING_FRAMES);
    if (removals.isComplete || this.isFixed) return; // what a value gave to another forecast is not shown
    removals.gather(REMOVING_MILLISECONDS);
    this.redraw();
  }

  /** Run the networks if something has changed. @returns {Runs} of the member in view */
  run() {
    const { state, forecaster, series } = this;
    const { values, origin, clamps, member } = state;
    if (this.isNewWindow(series, values, origin)) {
      this.window = windowAt(forecaster.framing, series, values, origin);
      state.input = { x: this.window.x, T: forecaster.framing.context, example: null, edited: false };
    }
    const clampsOf = (m) => (m === member ? clamps : NOTHING);
    this.runs.forEach((one, m) => one.update(state.input, clampsOf(m)));
    const versions = this.runs.map(({ version }) => version);
    if (this.isNewRun(...versions)) this.removals = new Removals(forecaster, series, values, origin, clampsOf);
    return this.runs[member];
  }

  /** Forecast, and collect what the views show. @returns {ForecastFrame} */
  frame() {
    const { state, forecaster, series } = this;
    const runs = this.run();
    const frame = this.frameOf(runs.network, runs.held, runs.free);
    const forecast = this.forecastBy("held");
    const layers = layersOf(forecast, forecaster.quantiles.length, forecaster.middle);
    const shown = series.fan ? { ...forecast, fan: series.fan } : forecast;
    const median = mediansOf(shown.fan, forecaster.quantiles.length, forecaster.middle);
    const apart = argmax(median.map((v, h) => Math.abs(v - layers.median[h]) || 0));
    const chosen = state.ahead ?? (this.isFixed ? apart : layers.most);
    const isEdited = state.values !== series.values;
    if (isEdited && this.isNewOrigin(series, state.origin)) {
      this.before = forecastFrom(forecaster, series, series.values, state.origin);
    }
    return {
      ...frame, runs, layers, chosen, forecast, shown, median, ahead: this.hovered ?? chosen, removals: this.removals, window: this.window,
      forecastFree: frame.isHeld ? this.forecastBy("free") : forecast,
      forecastBefore: isEdited ? this.before : null,
      version: `${state.member} ${runs.version}`, order: runs.order(frame.layer, 0, state.sort),
    };
  }

  /** The forecast with clamps, or without. */
  forecastBy(/** @type {"held" | "free"} */ which) {
    const { forecaster, window, runs } = this;
    return forecastOf(forecaster, window, forecaster.members.map((member, m) => (
      memberAnswer(forecaster, member, runs[m][which], window.ahead)
    )));
  }

  story() {
    const { payload: { reads, reason, run, rounded, local }, forecaster: { trust, framing: { baseline } } } = this;
    const M = this.runs.length;
    const who = word(M > 1 ? "forecast.members" : "forecast.network", { M, units: sizeInWords(this.network) });
    const weight = trust < 1 ? word("forecast.weight", { share: percent(trust) }) : "";
    return {
      title: word("title", { name: reads }),
      lead: word(leadOf(local, reason), { base: baselineInWords(baseline), who, weight, local }),
      foot: word("foot", { run }) + (rounded ? ` ${word("forecast.rounded")}` : ""),
    };
  }
}

/** @returns {string} the key of the line above the headline: by whom the forecast is */
function leadOf(local, reason) {
  if (local) return reason ? "lead.local.only" : "lead.local";
  return reason ? "lead.alone" : "lead";
}
