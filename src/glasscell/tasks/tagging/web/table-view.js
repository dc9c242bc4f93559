/** How often each label is predicted for each true one, in the series that is shown. */

import { byId, html } from "../../../explorer/web/kit/dom.js";
import { word } from "../../../explorer/web/words/language.js";

/**
 * @param {StepsApp} app
 * @returns {View}
 */
export function tableView(app) {
  const { classes, labels } = app.payload;
  let drawn = null;
  return {
    update({ version, look, labels: { held: { best }, truth } }) {
      if (drawn === `${version} ${look}`) return;
      drawn = `${version} ${look}`;
      const name = (text, scope) => html("th", { scope, text });
      const rows = labels.flatMap((text, label) => { // of those that the series has
        const predicted = best.filter((_, t) => truth[t] === label);
        const cells = classes.map((_, k) => {
          return html("td", { text: predicted.filter((one) => one === k).length, class: k === label ? "is-right" : null });
        });
        return predicted.length > 0 ? [html("tr", {}, name(text, "row"), ...cells)] : [];
      });
      const heads = [word("table.corner"), ...classes].map((text) => name(text, "col"));
      const head = html("thead", {}, html("tr", {}, ...heads));
      const table = html("table", { class: "confusion" }, head, html("tbody", {}, ...rows));
      byId("table-box").replaceChildren(rows.length > 0 ? table : html("p", { class: "note", text: word("bands.unlabelled") }));
    },
  };
}
