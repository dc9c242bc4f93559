/** The state of the page for forecasts, and the frame computed from it: one for each of the browser's frames. */

import { byId, put } from "../../../explorer/web/kit/dom.js";
import { percent, preferredLanguage, unitsInWords, word } from "../../../explorer/web/words/language.js";
import { lookOf, putOn } from "../../../explorer/web/views/look.js";
import { baselineInWords } from "./fan-words.js";
import { decodeForecaster, forecastFrom, forecastOf, layersOf, memberAnswer } from "./forecaster.js";
import { Removals } from "./removals.js";
import { windowAt } from "./window.js";
import { FIRST_SORT, Runs, mostMoving } from "../../../explorer/web/network/runs.js";
import { momentOf, stepBefore } from "../../../explorer/web/network/moment.js";

const MAX_UNDO = 100;
const CALM_MILLISECONDS = 500; // without a change, before a screen reader is informed
const NOTHING = []; // is held: always the same one, or all would run again
const REMOVING_MILLISECONDS = 8; // of each of the browser's frames, while values are removed one by one
const LEAST = 0.01; // of the smallest value of a series in logarithms: so far down it can be dragged

const within = (v, low, high) => Math.min(Math.max(Math.floor(v) || 0, low), high);

/** The page's state and what can be done to it; all views receive it. */
export class ForecastApp {
  /** @param {object} payload the page's data; throws an Error with a code if it cannot be used */
  constructor(payload) {
    this.payload = payload;
    this.forecaster = decodeForecaster(payload);
    this.kind = "series"; // for the views that other pages have, too
    this.runs = this.forecaster.members.map(({ network }) => new Runs(network));
    this.views = [];
    this.undone = [];
    this.hovered = null; // the step ahead under the pointer, from 0
    this.pointed = null; // the step of the past under the pointer
    this.opened = 1; // how far the fan is open: less only while the page plays by itself
    this.isDragging = false; // then the scale of the picture stays as it is
    this.onSettled = () => {};
    this.state = {
      n: 0, values: null, origin: 0, at: 0, t: 0, member: 0, layer: 0, direction: 0, unit: 0, sort: FIRST_SORT,
      clamps: [], input: null, language: preferredLanguage(), theme: "auto", playing: false, speed: 1,
      ahead: null, bare: false, more: null, // `ahead`: which step ahead is looked at, from 0; null leaves it to the page
    };
    this.choose(0);
    this.state.unit = mostMoving(this.frame().runs);
  }

  /** The network of the member that is looked into. */
  get network() {
    return this.forecaster.members[this.state.member].network;
  }

  get series() {
    return this.forecaster.series[this.state.n];
  }

  /** The step of the series that the network reads first; below 0 where the series begins later. */
  get start() {
    return this.state.origin - this.forecaster.framing.context + 1;
  }

  /** How far down a value can go: those whose logarithms are taken stay above 0. */
  get floor() {
    if (!this.forecaster.framing.baseline.logs) return -Infinity;
    return LEAST * this.series.values.reduce((least, v) => (v < least ? v : least), Infinity);
  }

  /** Change the state; what is shown follows with the next frame. `t` is a step that the network reads, `at` one of the series. */
  set(patch) {
    const { state } = this;
    const { context } = this.forecaster.framing;
    Object.assign(state, patch);
    if (patch.member !== undefined) state.clamps = []; // they were the other's
    if (patch.t !== undefined) state.t = within(state.t === Infinity ? context : state.t, 0, context - 1);
    if (patch.t !== undefined) state.at = within(this.start + state.t, 0, state.origin);
    else if (patch.at !== undefined || patch.origin !== undefined) {
      state.at = within(patch.at ?? state.origin, 0, state.origin);
      state.t = within(state.at - this.start, 0, context - 1);
    }
    this.isChanged = true;
    this.redraw();
  }

  /** Show another series, from the step up to which the network was trained on it. */
  choose(n) {
    const { values, origins: [first, last], trained } = this.forecaster.series[n];
    this.undone = [];
    this.set({ n, values, origin: trained >= first && trained < last ? trained : last, ahead: null, playing: false });
  }

  /** Give a step of the series another value; NaN makes it a gap, and its own value takes it back. */
  edit(at, value) {
    const values = Float64Array.from(this.state.values);
    values[at] = Math.max(value, this.floor);
    const { values: own } = this.series; // all taken back, nothing is changed
    this.set({ values: values.every((v, t) => Object.is(v, own[t])) ? own : values, at, playing: false });
  }

  /** Keep the values as they are now, for undo. */
  remember() {
    this.undone.push(this.state.values);
    if (this.undone.length > MAX_UNDO) this.undone.shift();
  }

  undo() {
    if (this.undone.length > 0) this.set({ values: this.undone.pop(), playing: false });
  }

  /** Take back all that was changed in the values. */
  reset() {
    if (this.state.values === this.series.values) return;
    this.remember();
    this.set({ values: this.series.values, playing: false });
  }

  /** @returns {{steps: number, isBackwards: boolean}} of what the network reads */
  shape() {
    return { steps: this.forecaster.framing.context, isBackwards: false };
  }

  /** Draw a frame soon. */
  redraw() {
    if (this.views.length > 0) this.pending ??= requestAnimationFrame(() => this.show());
  }

  show() {
    this.pending = null;
    const start = performance.now();
    const frame = this.frame();
    for (const view of this.views) view.update(frame);
    performance.measure("frame", { start, end: performance.now() }); // for the browser's tools, and our tests
    if (!frame.removals.isComplete) {
      frame.removals.gather(REMOVING_MILLISECONDS);
      this.redraw();
    }
    if (this.isChanged) this.settle(frame);
    this.isChanged = false;
  }

  /** Forecast, and collect what the views show. */
  frame() {
    const { state, forecaster } = this;
    const { values, origin, clamps, member, t } = state;
    if (this.seen?.values !== values || this.seen.origin !== origin || this.seen.n !== state.n) {
      const window = windowAt(forecaster.framing, this.series, values, origin);
      this.seen = { values, origin, n: state.n, window, input: { x: window.x, T: forecaster.framing.context } };
    }
    const { window, input } = this.seen;
    state.input = input;
    this.runs.forEach((one, m) => one.update(input, m === member ? clamps : NOTHING));
    const runs = this.runs[member];
    const { held, free, network } = runs;
    state.layer = within(state.layer, 0, network.layers.length - 1);
    const one = held.layers[state.layer].directions[0];
    state.unit = within(state.unit, 0, one.H - 1);
    const { layer, unit } = state;
    const isHeld = clamps.length > 0;
    const forecast = this.forecastBy("held", window);
    const layers = layersOf(forecast, forecaster.quantiles.length, forecaster.middle);
    const chosen = state.ahead ?? layers.most;
    return {
      layers, chosen, ahead: this.hovered ?? chosen, removals: this.removalsNow(),
      state, runs, result: held, free, steps: held.steps, t, layer, direction: 0, unit, one, isHeld, window, forecast,
      forecastFree: isHeld ? this.forecastBy("free", window) : forecast,
      forecastBefore: values === this.series.values ? null : this.untouched(),
      look: this.dress(),
      oneFree: free.layers[layer].directions[0],
      version: `${member} ${runs.version}`,
      earlier: stepBefore(one, t),
      moment: momentOf(network, held, layer, 0, unit, t),
      order: runs.order(layer, 0, state.sort),
    };
  }

  /** The forecast with what is held, or without. */
  forecastBy(which, window) {
    const answers = this.forecaster.members.map((member, m) => {
      return memberAnswer(this.forecaster, member, this.runs[m][which], window.ahead);
    });
    return forecastOf(this.forecaster, window, answers);
  }

  /** The forecast from the series as it was. */
  untouched() {
    const { n, origin } = this.state;
    if (this.first?.n !== n || this.first.origin !== origin) {
      this.first = { n, origin, forecast: forecastFrom(this.forecaster, this.series, this.series.values, origin) };
    }
    return this.first.forecast;
  }

  /** What each value gave, as far as it is computed; begun anew where the forecast has changed. */
  removalsNow() {
    const { values, origin, member, clamps } = this.state;
    const key = this.runs.map(({ version }) => version).join(" ");
    if (this.removed?.key !== key) {
      const clampsOf = (m) => (m === member ? clamps : NOTHING);
      this.removed = { key, removals: new Removals(this.forecaster, this.series, values, origin, clampsOf) };
    }
    return this.removed.removals;
  }

  /** Put on the language and the theme where they have changed. @returns {string} what is on */
  dress() {
    const look = lookOf(this.state);
    if (this.views.length === 0 || look === this.look) return look;
    this.look = look;
    putOn(this.state, "forecast");
    const { payload, network } = this;
    const title = word("title", { name: payload.reads });
    put(byId("title"), { text: title });
    document.title = word("page.title", { title });
    const units = unitsInWords(network.layers.map(({ directions }) => directions[0].H).join(" → "));
    const M = this.runs.length;
    const who = word(M > 1 ? "forecast.members" : "forecast.network", { M, units });
    const { trust, framing: { baseline } } = this.forecaster;
    const weight = trust < 1 ? word("forecast.weight", { share: percent(trust) }) : "";
    put(byId("lead"), { text: word(payload.reason ? "lead.alone" : "lead", { base: baselineInWords(baseline), who, weight }) });
    const foot = word("foot", { run: payload.run }) + (payload.rounded ? ` ${word("forecast.rounded")}` : "");
    put(byId("foot"), { text: foot });
    return look;
  }

  settle(frame) {
    clearTimeout(this.settling);
    this.settling = setTimeout(() => {
      this.onSettled(frame);
      if (performance.getEntriesByType("measure").length > 500) performance.clearMeasures();
    }, CALM_MILLISECONDS);
  }
}
