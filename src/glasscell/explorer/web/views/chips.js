/** Clamps as chips below the diagram: their units and first steps, and a way to release them. */

import { byId, changeOfKey, html, put, svg } from "../kit/dom.js";
import { number, word } from "../words/language.js";
import { changeClamp } from "../network/clamps.js";
import { clampInWords } from "./clamp-words.js";
import { directionKey, isDeep } from "./place.js";

/**
 * @param {Host} app
 * @param {?((app: any, frame: any) => string)} sentence on the clamps and their effect, if the card has room for it
 * @returns {View}
 */
export function chipsView(app, sentence = null) {
  const list = html("ul", { class: "chips", "data-word-label": "clamps.list" });
  const releaseAll = html("button", { type: "button", id: "release-all", "data-word": "clamps.free" });
  const hint = html("p", { class: "hint", "data-word": "holding.ghost" });
  byId("holding").append(list, releaseAll, hint);
  const chips = [];
  const focusBox = (gate) => byId(`gate-${gate}`).focus({ preventScroll: true });
  releaseAll.addEventListener("click", () => {
    focusBox(app.state.clamps.at(-1).gate);
    app.set({ clamps: [] });
  });

  /** Release the clamp of chip n; the focus goes to the chip that takes its place, or to the box. */
  function release(n) {
    const { clamps } = app.state;
    if (clamps.length > 1) chips[Math.min(n, clamps.length - 2)].away.focus();
    else focusBox(clamps[n].gate);
    app.set({ clamps: clamps.filter((_, k) => k !== n) });
  }

  const isOther = changeOfKey();
  return {
    update(frame) {
      const { state: { clamps }, look, result, unit, steps } = frame;
      if (!isOther(clamps, look, result, unit, steps)) return;
      while (chips.length < clamps.length) chips.push(chip(app, chips.length, release));
      chips.forEach(({ element }, n) => {
        if (n >= clamps.length) element.remove();
        else if (!element.isConnected) list.append(element); // one that is there keeps the focus
      });
      clamps.forEach((clamp, n) => chips[n].update(clamp));
      put(list, { hidden: clamps.length === 0 });
      put(releaseAll, { hidden: clamps.length < 2 });
      put(hint, { hidden: clamps.length === 0 });
      if (sentence) put(byId("clamp-words"), { text: sentence(app, frame) });
    },
  };
}

/** The chip of the clamp that is number n in the state. */
function chip(app, n, release) {
  const what = html("span");
  const unit = html("span");
  const all = html("input", { type: "checkbox", name: `chip-${n}` });
  const [allName, fromName] = [html("span"), html("span")];
  const allUnits = html("label", { class: "check" }, all, allName);
  const from = html("input", { type: "number", step: 1 });
  const cross = svg("svg", { viewBox: "0 0 12 12", class: "icon small", "aria-hidden": "true" },
    svg("path", { d: "M2 2l8 8M10 2l-8 8" }));
  const away = html("button", { type: "button", class: "chip-away" }, cross);
  const element = html("li", { class: "chip" }, what, unit, allUnits, html("label", {}, fromName, from), away);

  const change = (patch) => {
    const { clamps } = app.state;
    app.set({ clamps: changeClamp(clamps, clamps[n], patch) });
  };
  const unitOf = ({ units: held, layer, direction }) => {
    return held?.[0] ?? Math.min(app.state.unit, app.network.layers[layer].directions[direction].H - 1);
  };
  all.addEventListener("change", () => change({ units: all.checked ? null : [unitOf(app.state.clamps[n])] }));
  from.addEventListener("change", () => {
    const { steps, first = 1 } = app.shape();
    const start = Math.min(Math.max((Math.round(Number(from.value)) || first) - first, 0), steps - 1);
    from.value = String(start + first);
    change({ from: start });
  });
  away.addEventListener("click", () => release(n));
  let start = null; // as it was written last: what the reader is typing stays

  return {
    element,
    away,
    update(clamp) {
      const { steps, first = 1 } = app.shape();
      const { gate, value, layer, direction } = clamp;
      const where = word("chip.where", { layer: layer + 1, direction: word(directionKey(app, layer, direction)) });
      put(element, { class: `chip edge-${gate}` });
      put(what, { text: [`${gate} = ${number(value)}`, ...(isDeep(app) ? [where] : [])].join(" · ") });
      const isOnly = app.network.layers[layer].directions[direction].H === 1;
      all.checked = clamp.units === null;
      put(unit, { hidden: isOnly || all.checked, text: word("chip.unit", { unit: unitOf(clamp) }) });
      put(allUnits, { hidden: isOnly });
      put(allName, { text: word("chip.all") });
      put(fromName, { text: word("chip.from") });
      put(from, { min: first, max: steps - 1 + first });
      if (start !== clamp.from) from.value = String(clamp.from + first);
      start = clamp.from;
      put(away, { "aria-label": word("clamps.release", { text: clampInWords(clamp, app) }) });
    },
  };
}
