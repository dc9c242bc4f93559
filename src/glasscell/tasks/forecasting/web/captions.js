/** Headings, notes, the choice of series, origin and member; and what is held, in words. */

import { byId, html, put } from "../../../explorer/web/kit/dom.js";
import { word } from "../../../explorer/web/words/language.js";
import { clampsInWords } from "../../../explorer/web/views/clamp-words.js";
import { isDeep } from "../../../explorer/web/views/place.js";
import { momentInWords } from "../../../explorer/web/views/cell.js";
import { markSettings } from "../../../explorer/web/views/settings-menu.js";
import { spreadOf, valueInWords } from "./fan-words.js";

// What there is to see of a network, which is not there where the baseline forecasts alone.
const OF_NETWORK = ["transport", "reading", "features-title", "features-hint", "features-box", "river", "maps"];

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
  byId("undo").addEventListener("click", () => app.undo());
  byId("clear").addEventListener("click", () => app.reset());
  for (const id of app.payload.reason ? OF_NETWORK : []) put(byId(id), { hidden: true });
  let look = null;

  return {
    update(frame) {
      const { state, unit, t, moment, layer } = frame;
      const { series } = app;
      if (frame.look !== look) {
        for (const one of document.querySelectorAll("[data-key]")) {
          put(one, { text: word(one.dataset.key, JSON.parse(one.dataset.values)) });
        }
        look = frame.look;
      }
      choice.value = state.n;
      member.value = state.member;
      const [first, last] = series.origins;
      put(origin, { min: first, max: last, "aria-valuetext": series.times[state.origin] });
      origin.value = state.origin;
      put(byId("origin-time"), { text: series.times[state.origin] });
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
      put(byId("fan-note"), { text: notesOfForecast(app, frame).join(" ") });
    },
  };
}

function notesOfForecast(app, { window: { scale }, state: { values, origin } }) {
  const missing = values.subarray(0, origin + 1).reduce((sum, v) => sum + Number.isNaN(v), 0);
  return [
    ...(app.payload.reason ? [word("forecast.reason", { reason: app.payload.reason })] : []),
    ...(missing > 0 ? [word("forecast.missing", { n: missing })] : []),
    ...(scale === 0 ? [word("forecast.constant")] : []),
  ];
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
