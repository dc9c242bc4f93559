/** What a forecast is made of, in sentences: each is there only where the numbers imply it. */

import { byId, html, put } from "../../../explorer/web/kit/dom.js";
import { word } from "../../../explorer/web/words/language.js";
import { argmax } from "../../../explorer/web/network/runs.js";
import { layersOf } from "./forecaster.js";
import { aheadInWords, baselineInWords, cameInWords, intervalInWords, numbersOf, pointInWords } from "./fan-words.js";

/**
 * What the page opens on: the sentence, and the handle that takes the network away.
 * @param {ForecastApp} app
 * @returns {View}
 */
export function storyView(app) {
  const [event, handle] = [byId("event"), byId("hold-event")];
  handle.addEventListener("click", () => app.set({ bare: !app.state.bare }));
  put(handle, { hidden: Boolean(app.payload.reason) || app.isFixed, "data-word": "story.bare" });
  return {
    update(/** @type {ForecastFrame} */ frame) {
      const text = eventInWords(app, frame);
      const time = app.series.times[frame.state.origin + 1 + frame.chosen];
      if (event.textContent !== text) event.replaceChildren(...unbroken(text, time));
      put(handle, { "aria-pressed": frame.state.bare });
      put(byId("consequence"), { text: consequenceInWords(app, frame) });
      put(byId("verdict"), { text: verdictInWords(app.payload) });
    },
  };
}

/** A sentence whose time does not break at its hyphens. */
function unbroken(text, time) {
  const at = text.indexOf(time);
  return at < 0 ? [text] : [text.slice(0, at), html("b", { text: time }), text.slice(at + time.length)];
}

/**
 * @param {ForecastApp} app
 * @param {ForecastFrame} frame
 * @returns {string} what the baseline expects at the chosen step ahead, and what the network makes of it
 */
export function eventInWords({ series, payload: { reason, weightless, local } }, frame) {
  const { state, layers, chosen, window: { scale }, median: shown } = frame;
  const { say, round, least } = numbersOf(series);
  const { bare, median, added } = layers;
  const t = series.times[state.origin + 1 + chosen];
  if (local) {
    const values = { local, t, median: say(shown[chosen]), network: say(median[chosen]) };
    return word(reason ? "event.local.only" : "event.local", values);
  }
  if (!Number.isFinite(bare[chosen])) return word("fan.nothing");
  const by = round(median[chosen]) - round(bare[chosen]); // so that the sum is right as it is written
  const isSame = (v, h) => round(v + bare[h]) === round(bare[h]);
  const key = weightless ? "weightless" : reason ? "alone" : scale === 0 ? "constant" : added.every(isSame) ? "same.all"
    : isSame(added[chosen], chosen) ? "same" : by > 0 ? "raises" : "lowers";
  return word(`event.${key}`, {
    base: say(bare[chosen]), t, median: say(median[chosen]), by: say(Math.abs(by)),
    reason, least,
  });
}

/** @returns {string} the effect of removing the network or changing values; else the interval and its contents */
export function consequenceInWords(app, frame) {
  const done = [frame.state.bare ? bareInWords(app, frame) : "", shiftInWords(app, frame)];
  const found = done.some(Boolean) ? done : [intervalInWords(app, frame, frame.chosen), cameInWords(app, frame)];
  return found.filter(Boolean).join(" ");
}

/** How good the forecast is without the network, where it is known what followed. */
function bareInWords({ series }, { state: { origin }, layers: { bare, median } }) {
  const came = (h) => series.values[origin + 1 + h] ?? NaN;
  const known = [...bare.keys()].filter((h) => Number.isFinite(came(h) - bare[h]));
  const n = known.length;
  const { say } = numbersOf(series);
  const errorOf = (forecast) => say(known.reduce((sum, h) => sum + Math.abs(came(h) - forecast[h]), 0) / n);
  const key = n === 0 ? "bare.shown" : n > 1 ? "bare.errors" : "bare.error";
  return word(key, { n, without: errorOf(bare), whole: errorOf(median) });
}

/** Where the reader's change moves the forecast most, and which of the two layers carries it there. */
function shiftInWords({ series, payload, forecaster: { quantiles, middle } }, { state: { origin }, layers, forecastBefore }) {
  if (forecastBefore === null) return "";
  const before = layersOf(forecastBefore, quantiles.length, middle);
  const { signed, round, least } = numbersOf(series);
  const h = argmax(layers.median.map((v, k) => Math.abs(v - before.median[k]) || 0));
  const [by, base] = [round(layers.median[h]) - round(before.median[h]), round(layers.bare[h]) - round(before.bare[h])];
  if (!Number.isFinite(by)) return "";
  const values = { t: series.times[origin + 1 + h], by: signed(by), base: signed(base), network: signed(by - base), least };
  return word(by === 0 ? "change.nothing" : payload.reason ? "change.alone" : "change.most", values);
}

/** @returns {string} the step ahead under the pointer, if any, and the value with the largest effect on the one in view */
export function stepAheadInWords(app, frame) {
  if (app.isFixed) return `${aheadInWords(app, frame, frame.ahead)}.`;
  const ahead = app.hovered === null ? "" : `${aheadInWords(app, frame, app.hovered)}.`;
  return [ahead, gaveInWords(app, frame)].filter(Boolean).join(" ");
}

function gaveInWords({ series, payload }, { state: { origin, bare }, removals, ahead }) {
  if (!removals.isComplete) return word("gave.wait");
  if (removals.count === 0) return "";
  const isBare = payload.reason || bare;
  const part = isBare ? "ofBase" : "gave";
  const t = removals.largest(ahead, part);
  const most = t === null ? null : removals.at(t, ahead);
  const { round, least } = numbersOf(series);
  const values = { to: series.times[origin + 1 + ahead], from: series.times[t], least };
  if (most === null || round(most[part]) === 0) return word("gave.none", values);
  return word("gave.most", { ...values, effect: effectInWords(most, series, isBare) });
}

/**
 * @param {ForecastApp} app
 * @param {ForecastFrame} frame
 * @returns {string} a past value, and what a step ahead would be without it, where that is known
 */
export function valueAndEffect({ series, payload, isFixed }, { state, removals, ahead }, t) {
  const { origin, values, bare } = state;
  const point = pointInWords({ series, state }, t);
  const found = removals.at(t, ahead);
  if (isFixed || found === null || Number.isNaN(values[t])) return point;
  const effect = effectInWords(found, series, payload.reason || bare);
  return word("gave.point", { point, to: series.times[origin + 1 + ahead], effect });
}

/** "4.0 lower (baseline 5.0 lower, LSTM 1.0 higher)": what becomes of a median without a value that gave so much. */
function effectInWords({ gave, ofBase }, series, isBare) {
  const { say, round } = numbersOf(series);
  const effect = (v) => word(v > 0 ? "effect.lower" : v < 0 ? "effect.higher" : "effect.none", { by: say(Math.abs(v)) });
  const [whole, base] = [round(gave), round(ofBase)];
  if (isBare) return effect(base);
  return word("effect.parts", { whole: effect(whole), base: effect(base), network: effect(round(whole - base)) });
}

/**
 * @param {Payload} payload
 * @returns {string} whether the network won: in validation, which chose who forecasts, and in the backtest; with both scores
 */
export function verdictInWords({ verdict = null, contest = null }) {
  return [contest ? contestInWords(contest) : "", verdict ? backtestInWords(verdict) : word("verdict.none")]
    .filter(Boolean).join(" ");
}

function contestInWords({ chosen, model, mase: [network, theirs], digits, series, origins, weight }) {
  const values = { model, network: network.toFixed(digits), theirs: theirs.toFixed(digits), series, origins };
  if (weight === 0) return chosen ? word("contest.base", values) : ""; // its base was compared
  if (!chosen) return word("contest.won", values);
  return word(network < theirs ? "contest.few" : "contest.lost", values);
}

function backtestInWords({ outcome, forecaster, rival, mase, digits, few }) {
  const [ours, theirs] = mase.map((v) => v.toFixed(digits));
  const unsure = few ? word("verdict.few") : "";
  return word(`verdict.${outcome}`, { who: nameInWords(forecaster), rival: rival && nameInWords(rival), ours, theirs, unsure });
}

/** The name of a forecaster in a sentence; some have an article. */
function nameInWords({ name, baseline }) {
  if (!baseline) return { LSTM: word("verdict.lstm"), zero: word("verdict.zero"), mean: word("verdict.mean") }[name] ?? name;
  const isDrift = baseline.season === 1 && baseline.steps > 0;
  return isDrift ? baselineInWords(baseline) : word("verdict.the", { name: baselineInWords(baseline) });
}
