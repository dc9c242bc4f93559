/** The forecast in numbers; and the inputs of the network at the current step. */

import { byId, html, put } from "../../../explorer/web/kit/dom.js";
import { number } from "../../../explorer/web/words/language.js";
import { spreadOf, valueInWords } from "./fan-words.js";

/**
 * @param {ForecastApp} app
 * @returns {View}
 */
export function forecastTable(app) {
  const { quantiles, framing: { horizon } } = app.forecaster;
  const Q = quantiles.length;
  const heads = [
    html("th", { scope: "col", "data-word": "fan.time" }), ...quantiles.map((text) => html("th", { scope: "col", text })),
    html("th", { scope: "col", "data-word": app.isFixed && !app.payload.reason ? "fan.candidate" : "fan.baseline" }), html("th", { scope: "col", "data-word": "fan.came.head" }),
  ];
  const rows = Array.from({ length: horizon }, () => {
    return html("tr", {}, html("th", { scope: "row" }), ...heads.slice(1).map(() => html("td")));
  });
  byId("fan-table").append(html("thead", {}, html("tr", {}, ...heads)), html("tbody", {}, ...rows));
  return {
    update(/** @type {ForecastFrame} */ { state: { origin }, shown: { fan, base }, layers }) {
      const { series } = app;
      rows.forEach(({ children: [time, ...cells] }, h) => {
        const t = origin + 1 + h;
        put(time, { text: series.times[t] });
        const other = app.isFixed && !app.payload.reason ? layers.median[h] : base[h];
        const values = [...fan.subarray(h * Q, (h + 1) * Q), other, series.values[t] ?? NaN];
        values.forEach((v, k) => put(cells[k], { text: valueInWords(v, spreadOf(series.values)), "data-value": v }));
      });
    },
  };
}

/**
 * @param {ForecastApp} app
 * @returns {View}
 */
export function featuresView(app) {
  const { channels } = app.payload;
  const values = channels.map(() => html("dd"));
  byId("features").append(...channels.flatMap((name, k) => [html("dt", { text: name }), values[k]]));
  return {
    update(/** @type {ForecastFrame} */ { window, t }) {
      values.forEach((value, k) => put(value, { text: number(window.x[t * channels.length + k]) }));
    },
  };
}
