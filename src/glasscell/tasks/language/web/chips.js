/** The names above the text: each colours it by its unit, and scrolls to where that is on. */

import { byId, html, put } from "../../../explorer/web/kit/dom.js";
import { word } from "../../../explorer/web/words/language.js";
import { markInWords, unitInWords } from "./names.js";
import { valuesOf } from "./on-off.js";

const CHIPS = 8;
const APART = 10; // characters; in a text shorter than twice that, half of it

/**
 * @param {TextApp} app
 * @returns {View}
 */
export function nameChips(app) {
  const isFirst = ({ layer, unit }, n) => n === app.names.findIndex((one) => one.layer === layer && one.unit === unit);
  const named = app.names.filter(isFirst).map((cell) => ({ layer: cell.layer, unit: cell.unit, cell }));
  let places = [];
  let chosen = null; // the text and the layer of which they are
  const chips = Array.from({ length: CHIPS }, (_, n) => {
    const [mark, number] = [html("span"), html("span", { class: "name-unit" })];
    const button = html("button", { type: "button", class: "name-chip" }, mark, " ", number);
    button.addEventListener("click", () => app.lookAt(places[n]));
    byId("names").append(html("li", {}, button));
    return { button, mark, number };
  });

  /** Which units there are, when all is read; the page opens on the first, unless the reader has begun. */
  function choose({ state: { input }, oneFree, layer, isHurrying, readingFree }) {
    if (isHurrying || !readingFree.isDone || (chosen?.input === input && chosen.layer === layer)) return;
    const lasting = () => mostLasting(oneFree).slice(0, CHIPS).map((unit) => ({ layer, unit, cell: null }));
    places = named.length > 0 ? named.slice(0, CHIPS) : lasting();
    if (!chosen && !app.isMoved && places.length > 0) app.lookAt(places[0]);
    chosen = { input, layer };
  }

  return {
    update(frame) {
      choose(/** @type {any} */ (frame));
      put(byId("names-title"), { text: word(named.length > 0 ? "names.title" : "names.lasting") });
      chips.forEach(({ button, mark, number }, n) => {
        put(button, { hidden: n >= places.length });
        if (n >= places.length) return;
        const { layer, unit, cell } = places[n];
        put(button, { "aria-pressed": layer === frame.layer && unit === frame.unit, title: cell?.words });
        put(mark, { text: cell ? markInWords(cell) : "" });
        put(number, { text: unitInWords(app, layer, unit) });
      });
    },
  };
}

/**
 * @param {DirectionRun} one
 * @returns {number[]} the units that hold on to something over many characters: those first whose memory is most like what
 *   it is some characters later; without those whose memory never changes
 */
export function mostLasting(one) {
  const alike = Array.from({ length: one.H }, (_, u) => likeness(valuesOf(one, u)));
  return [...alike.keys()].filter((u) => !Number.isNaN(alike[u])).sort((a, b) => alike[b] - alike[a] || a - b);
}

/** The correlation of a memory with itself some steps later; NaN where it never changes. */
function likeness(c) {
  const apart = Math.max(Math.min(APART, Math.floor(c.length / 2)), 1);
  const sum = (values) => values.reduce((total, v) => total + v, 0);
  const mean = sum(c) / c.length;
  const away = c.map((v) => v - mean);
  const all = sum(away.map((v) => v * v));
  return all > 0 ? sum(away.slice(apart).map((v, t) => v * away[t])) / all : NaN;
}
