/** All that units encode, with the numbers of `glasscell cells`: those with a name, then those without. */

import { byId, html, put } from "../../../explorer/web/kit/dom.js";
import { word } from "../../../explorer/web/words/language.js";
import { effectInWords, markInWords, scoreInWords, unitInWords } from "./names.js";

/**
 * @param {TextApp} app
 * @returns {View}
 */
export function namedCells(app) {
  const { cells, run } = app.payload;
  const hint = app.names.length > 0 ? "named.hint" : cells ? "named.empty" : "named.none";
  const rows = (cells ?? []).map((cell) => {
    const { layer, unit, named } = cell;
    const [title, place, effect, score] = ["title", "place", "effect", "score"].map((kind) => {
      return html("span", { class: `named-${kind}` });
    });
    const button = html("button", { type: "button", title: cell.words }, title, place, effect, score);
    button.addEventListener("click", () => app.lookAt({ layer, unit, cell: named ? cell : null }));
    byId(named ? "named-list" : "weak-list").append(html("li", {}, button));
    return { button, title, place, score, effect, cell };
  });
  put(byId("weak"), { hidden: rows.every(({ cell }) => cell.named) });
  return {
    update({ layer, unit, cell: shown }) {
      put(byId("named-hint"), { text: word(hint, { run }) });
      for (const { button, title, place, score, effect, cell } of rows) {
        const isIn = cell.layer === layer && cell.unit === unit;
        put(button, { "aria-pressed": cell.named ? cell === shown : isIn && shown === null });
        put(title, { text: markInWords(cell) });
        put(place, { text: unitInWords(app, cell.layer, cell.unit) });
        put(score, { text: scoreInWords(cell) });
        put(effect, { text: cell.named ? effectInWords(cell) : "" });
      }
    },
  };
}
