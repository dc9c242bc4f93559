/** What is held: chips for gates, a slider for the memory itself, and what it costs the text. */

import { byId, html, put } from "../../../explorer/web/kit/dom.js";
import { number, word } from "../../../explorer/web/words/language.js";
import { changeClamp, heldBy, holdGate } from "../../../explorer/web/network/clamps.js";

const STEPS_OF_RANGE = 200;

/**
 * @param {object} app
 * @returns {{update: function(object)}}
 */
export function textHolding(app) {
  const check = html("input", { type: "checkbox", id: "hold-c" });
  const slider = html("input", { type: "range", id: "held-c" });
  const value = html("output", { for: "held-c" });
  const memory = html("div", { class: "hold-memory" },
    html("label", { class: "check" }, check, html("span", { "data-word": "holding.memory" })), slider, value);
  const list = html("ul", { class: "chips", "data-word-label": "clamps.list" });
  const all = html("button", { type: "button", id: "release-all", "data-word": "clamps.free" });
  byId("holding").append(memory, list, all);
  const place = () => ({ gate: "c", layer: app.state.layer, direction: 0, unit: app.state.unit, t: app.state.t });
  const isMine = (clamp) => clamp.gate === "c" && clamp.layer === app.state.layer && clamp.units[0] === app.state.unit;
  const holdMemory = () => app.set({ clamps: holdGate(app.state.clamps, place(), Number(slider.value)) });
  check.addEventListener("change", () => {
    if (check.checked) holdMemory();
    else app.set({ clamps: app.state.clamps.filter((clamp) => !isMine(clamp)) });
  });
  slider.addEventListener("input", holdMemory);
  all.addEventListener("click", () => {
    app.set({ clamps: [] });
    check.focus();
  });
  const chips = [];
  let drawn = [];

  function chip(n) {
    const what = html("span");
    const from = html("input", { type: "number", min: 0, step: 1 });
    const away = html("button", { type: "button", class: "chip-away", text: "×" });
    const mine = () => app.state.clamps[n];
    from.addEventListener("change", () => {
      const start = Math.max(Math.round(Number(from.value)) || 0, 0);
      app.set({ clamps: changeClamp(app.state.clamps, mine(), { from: start }) });
    });
    away.addEventListener("click", () => {
      const left = app.state.clamps.filter((clamp) => clamp !== mine());
      (chips[Math.min(n, left.length - 1)]?.away ?? check).focus();
      app.set({ clamps: left });
    });
    const label = html("label", {}, html("span", { "data-word": "holding.from", text: word("holding.from") }), " ", from);
    return { element: html("li", { class: "chip" }, what, label, away), what, from, away };
  }

  return {
    update({ state, one, oneFree, unit, layer, t, isHeld, look }) {
      const { clamps } = state;
      const held = heldBy(clamps, place()) ?? clamps.findLast(isMine);
      const reach = reachOfMemory(oneFree, unit);
      put(slider, { min: -reach, max: reach, step: reach / STEPS_OF_RANGE, "aria-label": word("holding.memory.value", { unit: unit + 1 }) });
      check.checked = held !== undefined;
      if (document.activeElement !== slider || held === undefined) slider.value = held?.value ?? one.c[t * one.H + unit];
      put(value, { text: number(held?.value ?? Number(slider.value)) });
      const key = [clamps, look, layer];
      if (key.some((part, k) => part !== drawn[k])) {
        drawn = key;
        while (chips.length < clamps.length) chips.push(chip(chips.length));
        chips.forEach(({ element }, n) => {
          if (n >= clamps.length) element.remove();
          else if (!element.isConnected) list.append(element);
        });
        clamps.forEach((clamp, n) => {
          const { element, what, from, away } = chips[n];
          const where = app.network.layers.length > 1 ? word("clamps.layer", { layer: clamp.layer + 1 }) : "";
          const text = word("clamps.chip", { gate: clamp.gate, value: number(clamp.value), unit: clamp.units[0] + 1, where });
          put(element, { class: `chip edge-${clamp.gate}` });
          put(what, { text });
          if (document.activeElement !== from) from.value = clamp.from;
          put(away, { "aria-label": word("clamps.release", { text }), title: word("clamps.release", { text }) });
        });
        put(list, { hidden: clamps.length === 0 });
        put(all, { hidden: clamps.length < 2 });
      }
      put(byId("clamp-words"), { text: isHeld ? word("holding.ghost") : "" });
    },
  };
}

/** @returns {number} how far a memory's slider goes: somewhat beyond what it ever is in this text */
function reachOfMemory({ H, c }, unit) {
  let reach = 0.5;
  for (let at = unit; at < c.length; at += H) reach = Math.max(reach, Math.abs(c[at]));
  return Number((1.25 * reach).toPrecision(2));
}
