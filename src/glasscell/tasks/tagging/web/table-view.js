/** How often each label is predicted for each true one, in the series that is shown. */

import { byId, html } from "../../../explorer/web/kit/dom.js";
import { word } from "../../../explorer/web/words/language.js";
import { NONE } from "./step-labels.js";

/** @returns {number[][]} (true labels, classes) steps; a row for each label that the series has */
export function confusionOf(best, truth, labels, classes) {
  const counts = Array.from({ length: labels }, () => Array(classes).fill(0));
  truth.forEach((label, t) => {
    if (label !== NONE) counts[label][best[t]]++;
  });
  return counts;
}

/**
 * @param {object} app
 * @returns {{update: function(object)}}
 */
export function tableView(app) {
  const { classes, labels } = app.payload;
  let drawn = null;
  return {
    update({ version, look, labels: { held, truth } }) {
      if (drawn?.version === version && drawn.look === look) return;
      drawn = { version, look };
      const counts = confusionOf(held.best, truth, labels.length, classes.length);
      const cell = (tag, text, more = {}) => html(tag, { ...more, text });
      const head = html("tr", {}, cell("th", word("table.corner"), { scope: "col" }), ...classes.map((name) => cell("th", name, { scope: "col" })));
      const rows = counts.flatMap((row, k) => (row.some((n) => n > 0) ? [html("tr", {}, cell("th", labels[k], { scope: "row" }),
        ...row.map((n, other) => cell("td", n, { class: other === k ? "is-right" : null })))] : []));
      const table = html("table", { class: "confusion" }, html("thead", {}, head), html("tbody", {}, ...rows));
      byId("table-box").replaceChildren(rows.length > 0 ? table : html("p", { class: "note", text: word("bands.unlabelled") }));
    },
  };
}
