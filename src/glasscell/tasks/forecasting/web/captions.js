/** Headings, notes, the choice of series, origin, step ahead and member; and what is held, in words. */

import { byId, html, put } from "../../../explorer/web/kit/dom.js";
import { word } from "../../../explorer/web/words/language.js";
import { clampsInWords } from "../../../explorer/web/views/clamp-words.js";
import { isDeep } from "../../../explorer/web/views/place.js";
import { momentInWords } from "../../../explorer/web/views/cell.js";
import { markSettings } from "../../../explorer/web/views/settings-menu.js";
import { spreadOf, valueInWords } from "./fan-words.js";

// What there is to see of a network, which is not there where the baseline forecasts alone.
const OF_NETWORK = ["transport", "inside"];

/**
 * @param {object} app
 * @returns {{update: function(object)}}
 */
export function forecastCaptions(app) {
  const { series: all, members } = app.forecaster;
  const choice = byId("series-choice");
  choice.append(...all.map(({ name }, n) => html("option", { value: n, text: name })));
  choice.addEventListener("change", () => app.choose(Number(choice.value)));
  put(byId("series-field"), { hidden: all.length < 2 });
  const member = byId("member");
  member.append(...members.map((_, m) => html("option", { value: m, text: m + 1 })));
  member.addEventListener("change", () => app.set({ member: Number(member.value) }));
  put(byId("member-field"), { hidden: members.length < 2 });
  const origin = byId("origin");
  origin.addEventListener("input", () => app.set({ origin: Number(origin.value), playing: false }));
  const ahead = byId("ahead");
  const { horizon } = app.forecaster.framing;
  put(ahead, { max: horizon - 1 });
  put(byId("ahead-field"), { hidden: horizon < 2 });
  ahead.addEventListener("input", () => app.set({ ahead: Number(ahead.value) }));
  byId("undo").addEventListener("click", () => app.undo());
  byId("clear").addEventListener("click", () => app.reset());
  for (const id of app.payload.reason ? OF_NETWORK : []) put(byId(id), { hidden: true });

  return {
    update(frame) {
      const { state, unit, t, moment, layer, chosen } = frame;
      const { series } = app;
      choice.value = state.n;
      member.value = state.member;
      const [first, last] = series.origins;
      put(origin, { min: first, max: last, "aria-valuetext": series.times[state.origin] });
      origin.value = state.origin;
      put(byId("origin-time"), { text: series.times[state.origin] });
      const to = series.times[state.origin + 1 + chosen];
      put(ahead, { "aria-valuetext": to });
      ahead.value = chosen;
      put(byId("ahead-time"), { text: to });
      put(byId("fan-title"), { text: word("fan.title", { name: series.name }) });
      const where = isDeep(app) ? word("cell.where.layer", { layer: layer + 1 }) : "";
      const at = app.start + t;
      const time = at >= 0 ? series.times[at] : word("forecast.earlier");
      put(byId("cell-title"), { text: word("cell.title", { unit: unit + 1, t: t + 1, time }) + where });
      put(byId("cell-words"), { text: momentInWords(moment, unit, t) });
      put(byId("features-title"), { text: word("features.title", { t: t + 1, time }) });
      put(byId("undo"), { disabled: app.undone.length === 0 });
      put(byId("clear"), { disabled: state.values === series.values });
      markSettings(state);
      put(byId("fan-note"), { text: missingInWords(frame) });
    },
  };
}

/** How many values are missing, and what is in their place; "" if none are. */
function missingInWords({ state: { values, origin } }) {
  const n = values.subarray(0, origin + 1).reduce((sum, v) => sum + Number.isNaN(v), 0);
  return n > 0 ? word("forecast.missing", { n }) : "";
}

/** @returns {string} what is held, and what the last median is for it; "" if nothing is */
export function heldInForecast(app, { state: { clamps }, forecast, forecastFree }) {
  if (clamps.length === 0) return "";
  const { series, forecaster: { quantiles, middle } } = app;
  const last = (fan) => valueInWords(fan[fan.length - quantiles.length + middle], spreadOf(series.values));
  const change = word("forecast.change", { after: last(forecast.fan), before: last(forecastFree.fan) });
  return word("clamps.sentence", { text: clampsInWords(app, clamps), change });
}

/** The current step in the strip that stays on the screen: its time and its value. */
export function pointSays(app) {
  const says = html("span", { class: "says" });
  return {
    element: html("div", { class: "small-answer", id: "small-answer" }, says),
    update({ t, state: { values } }) {
      const at = app.start + t;
      const value = at >= 0 ? valueInWords(values[at], spreadOf(app.series.values)) : "–";
      put(says, { text: at >= 0 ? `${app.series.times[at]}: ${value}` : word("forecast.earlier") });
    },
  };
}
