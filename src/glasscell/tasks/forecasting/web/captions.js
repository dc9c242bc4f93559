/** Headings, notes, the choice of series, origin, step ahead and member; and the clamps, in words. */

import { byId, html, put } from "../../../explorer/web/kit/dom.js";
import { word } from "../../../explorer/web/words/language.js";
import { clampsInWords } from "../../../explorer/web/views/clamp-words.js";
import { headCell } from "../../../explorer/web/views/cell.js";
import { spreadOf, valueInWords } from "./fan-words.js";

/**
 * @param {ForecastApp} app
 * @returns {View}
 */
export function forecastCaptions(app) {
  const { series: all, members, framing: { horizon } } = app.forecaster;
  const options = (texts) => texts.map((text, n) => html("option", { value: n, text }));
  const choice = byId("series-choice");
  choice.append(...options(all.map(({ name }) => name)));
  choice.addEventListener("change", () => app.choose(Number(choice.value)));
  const member = html("select", { id: "member" }, ...options(members.map((_, m) => m + 1)));
  const name = html("span", { "data-word": "forecast.member" });
  const field = html("label", { class: "chooser", id: "member-field" }, name, " ", member);
  byId("choosers").prepend(field);
  for (const id of /** @type {const} */ (["member", "origin", "ahead"])) {
    byId(id).addEventListener("input", () => app.set({ [id]: Number(byId(id).value) }));
  }
  put(byId("series-field"), { hidden: all.length < 2 });
  put(field, { hidden: members.length < 2 });
  put(byId("ahead-field"), { hidden: horizon < 2 });
  for (const id of ["origin-field", "undo", "clear"]) put(byId(id), { hidden: app.isFixed });
  // the views of a network are missing if only the baseline forecasts
  for (const id of ["transport", "inside"]) put(byId(id), { hidden: Boolean(app.payload.reason) });

  /** Show where a slider is: at a value, which is a time. */
  function slide(/** @type {"origin" | "ahead"} */ id, min, max, value, time) {
    put(byId(id), { min, max, "aria-valuetext": time });
    byId(id).value = value;
    put(byId(`${id}-time`), { text: time });
  }

  return {
    update(frame) {
      const { state: { n, member: m, origin, values }, t, chosen } = frame;
      const { series: { name, times, origins: [first, last], values: own } } = app;
      choice.value = String(n);
      member.value = String(m);
      slide("origin", first, last, origin, times[origin]);
      slide("ahead", 0, horizon - 1, chosen, times[origin + 1 + chosen]);
      const time = timeInWords(app, t);
      headCell(app, frame, { time });
      put(byId("fan-hint"), { text: word(app.isFixed ? "fan.hint.local" : "fan.hint", { local: app.payload.local }) });
      put(byId("ahead-word"), { text: word(app.isFixed ? "fan.ahead.local" : "fan.ahead") });
      put(byId("fan-title"), { text: word("fan.title", { name }) });
      put(byId("features-title"), { text: word("features.title", { t: t + 1, time }) });
      put(byId("clear"), { disabled: values === own });
      const missing = values.subarray(0, origin + 1).reduce((sum, v) => sum + Number(Number.isNaN(v)), 0);
      put(byId("fan-note"), { text: missing > 0 ? word("forecast.missing", { n: missing }) : "" });
    },
  };
}

/** The time of a step of the context. */
function timeInWords({ start, series }, t) {
  return start + t >= 0 ? series.times[start + t] : word("forecast.earlier");
}

/** @returns {string} the clamps, and the last median with them; "" if there are none */
export function heldInForecast(app, { state: { clamps }, forecast, forecastFree }) {
  if (clamps.length === 0) return "";
  const { series, forecaster: { quantiles, middle } } = app;
  const last = (fan) => valueInWords(fan[fan.length - quantiles.length + middle], spreadOf(series.values));
  const change = word(app.isFixed ? "forecast.change.local" : "forecast.change", {
    after: last(forecast.fan), before: last(forecastFree.fan), local: app.payload.local,
  });
  return word("clamps.sentence", { text: clampsInWords(app, clamps), change });
}

/**
 * The current step in the strip that stays on the screen: its time and its value.
 * @param {ForecastApp} app
 * @returns {Part}
 */
export function pointSays(app) {
  const says = html("span", { class: "says" });
  return {
    element: html("div", { class: "small-answer", id: "small-answer" }, says),
    update({ t, state: { values } }) {
      const at = app.start + t;
      const value = at >= 0 ? `: ${valueInWords(values[at], spreadOf(app.series.values))}` : "";
      put(says, { text: timeInWords(app, t) + value });
    },
  };
}
