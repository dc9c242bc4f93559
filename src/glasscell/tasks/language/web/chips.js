/** The names above the text: each colours it by its unit, and scrolls to where that is on. */

import { byId, html, put } from "../../../explorer/web/kit/dom.js";
import { word } from "../../../explorer/web/words/language.js";
import { mostLasting } from "./lasting.js";
import { markInWords, unitInWords } from "./names.js";

const CHIPS = 8;

/**
 * @param {object} app
 * @returns {{update: function(object)}}
 */
export function nameChips(app) {
  const isFirst = ({ layer, unit }, n) => n === app.names.findIndex((one) => one.layer === layer && one.unit === unit);
  const named = app.names.filter(isFirst).map((cell) => ({ layer: cell.layer, unit: cell.unit, cell }));
  const chips = Array.from({ length: CHIPS }, (_, n) => {
    const [mark, number] = [html("span"), html("span", { class: "name-unit" })];
    const button = html("button", { type: "button", class: "name-chip", hidden: true }, mark, " ", number);
    button.addEventListener("click", () => app.lookAt(chips[n].place));
    byId("names").append(html("li", {}, button));
    return { button, mark, number, place: null };
  });
  let shown = null; // the text and the layer whose units they are, where none has a name

  /** Which units there are, when all is read; the page opens on the first, unless the reader has begun. */
  function choose({ state: { input }, oneFree, layer, isHurrying, readingFree }) {
    if (isHurrying || !readingFree.isDone || (shown && (named.length > 0 || (shown.input === input && shown.layer === layer)))) return;
    const places = named.length > 0 ? named : mostLasting(oneFree).map((unit) => ({ layer, unit, cell: null }));
    chips.forEach((chip, n) => (chip.place = places[n] ?? null));
    if (!shown && !app.isMoved && places.length > 0) app.lookAt(places[0]);
    shown = { input, layer };
  }

  return {
    update(frame) {
      choose(frame);
      put(byId("names-title"), { text: word(named.length > 0 ? "names.title" : "names.lasting") });
      for (const { button, mark, number, place } of chips) {
        put(button, { hidden: place === null });
        if (place === null) continue;
        const { layer, unit, cell } = place;
        put(button, { "aria-pressed": layer === frame.layer && unit === frame.unit, title: cell?.words });
        put(mark, { text: cell ? markInWords(cell) : "" });
        put(number, { text: unitInWords(app, layer, unit) });
      }
    },
  };
}
