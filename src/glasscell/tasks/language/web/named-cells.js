/** The cells that have a name: what `glasscell cells` has found that a unit knows, to choose from. */

import { byId, html, put } from "../../../explorer/web/kit/dom.js";
import { number, signed, word } from "../../../explorer/web/words/language.js";
import { mostLasting } from "./lasting.js";

const LASTING = 12; // units shown

/**
 * @param {object} app
 * @returns {{update: function(object)}}
 */
export function namedCells(app) {
  const { cells, run } = app.payload;
  const isDeep = app.network.layers.length > 1;
  const buttons = (cells ?? []).map((cell) => {
    const { name, words, layer, unit } = cell;
    const [title, place, value, said] = ["name", "place", "score", "verdict"].map((kind) => {
      return html("span", { class: `named-${kind}` });
    });
    const button = html("button", { type: "button", title: words }, title, place, value, said);
    put(title, { text: name });
    button.addEventListener("click", () => app.set({ layer, unit, quantity: "c" }));
    byId("named-list").append(html("li", {}, button));
    return { button, place, value, said, cell };
  });
  const lasting = Array.from({ length: LASTING }, () => {
    const button = html("button", { type: "button" });
    button.addEventListener("click", () => app.set({ unit: Number(button.dataset.unit) }));
    byId("lasting-list").append(html("li", {}, button));
    return button;
  });
  let ranked = { input: null };

  /** Show the units of a layer that hold on to something, when all is read; the first is shown where none was chosen. */
  function rank({ state: { input }, readingFree, oneFree, layer, isHurrying }) {
    if (isHurrying || !readingFree.isDone || (ranked.input === input && ranked.layer === layer)) return;
    const units = mostLasting(oneFree).slice(0, LASTING);
    if (ranked.input === null && !buttons.length && !app.isChosen && units.length) app.set({ unit: units[0] });
    ranked = { input, layer, units };
    for (const [k, button] of lasting.entries()) {
      put(button, { hidden: k >= units.length, "data-unit": units[k], text: units[k] + 1 });
    }
  }

  return {
    update(frame) {
      const { layer: shownLayer, unit: shownUnit } = frame;
      rank(frame);
      for (const button of lasting) put(button, { "aria-pressed": Number(button.dataset.unit) === shownUnit });
      const hint = cells === null ? "named.none" : cells.length ? "named.hint" : "named.empty";
      put(byId("named-hint"), { text: word(hint, { run }) });
      for (const { button, place, value, said, cell } of buttons) {
        const { layer, unit, sign, measure, score } = cell;
        put(button, { "aria-pressed": layer === shownLayer && unit === shownUnit });
        const where = { unit: unit + 1, layer: layer + 1 };
        put(place, { text: word(isDeep ? "named.place.deep" : "named.place", where) });
        const values = { measure: measure === "R2" ? "R²" : measure, score: number(score) };
        const lower = measure === "R2" ? "named.score.falling" : "named.score.lower";
        put(value, { text: word(sign < 0 ? lower : "named.score", values) });
        put(said, { text: verdictInWords(cell) });
      }
    },
  };
}

/** Whether the unit is the cause of what the network does there, and what holding it costs. */
function verdictInWords({ verdict, bits }) {
  if (bits === null) return word("named.unmeasured");
  return word(verdict === "cause" ? "named.cause" : "named.innocent", { bits: signed(bits, 3) });
}
