/** The forecast in numbers; and what the network reads at the current step. */

import { byId, html, put } from "../../../explorer/web/kit/dom.js";
import { number, word } from "../../../explorer/web/words/language.js";
import { spreadOf, valueInWords } from "./fan-words.js";

/**
 * @param {object} app
 * @returns {{update: function(object)}}
 */
export function forecastTable(app) {
  const { quantiles, framing: { horizon } } = app.forecaster;
  const Q = quantiles.length;
  const head = html("tr");
  const cell = (tag, attributes) => html(tag, attributes);
  const heads = [...quantiles, "base", "came"].map(() => cell("th", { scope: "col" }));
  head.append(cell("th", { scope: "col", "data-word": "fan.time" }), ...heads);
  const rows = Array.from({ length: horizon }, () => {
    const time = cell("th", { scope: "row" });
    const cells = heads.map(() => cell("td"));
    return { row: html("tr", {}, time, ...cells), time, cells };
  });
  byId("fan-table").append(html("thead", {}, head), html("tbody", {}, ...rows.map(({ row }) => row)));

  return {
    update({ state: { origin }, forecast: { fan, base } }) {
      const { series } = app;
      const spread = spreadOf(series.values);
      heads.forEach((one, k) => put(one, { text: k < Q ? quantiles[k] : word(k === Q ? "fan.baseline" : "fan.came.head") }));
      rows.forEach(({ time, cells }, h) => {
        put(time, { text: series.times[origin + 1 + h] });
        cells.forEach((one, k) => {
          const value = k < Q ? fan[h * Q + k] : k === Q ? base[h] : series.values[origin + 1 + h] ?? NaN;
          put(one, { text: valueInWords(value, spread), "data-value": value });
        });
      });
    },
  };
}

/**
 * @param {object} app
 * @returns {{update: function(object)}}
 */
export function featuresView(app) {
  const rows = app.payload.channels.map((name) => {
    const value = html("dd");
    byId("features").append(html("dt", { text: name }), value);
    return value;
  });
  const F = rows.length;
  return {
    update({ window, t }) {
      rows.forEach((value, k) => put(value, { text: number(window.x[t * F + k]) }));
    },
  };
}
