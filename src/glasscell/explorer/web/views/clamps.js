/** Hold a gate at a value, in one unit or in all, from a step on, and see what this network relies on. */

import { byId, html, put, svg } from "../kit/dom.js";
import { number, word } from "../words/language.js";
import { changeInWords } from "./answer.js";
import { GATE_NAMES } from "../network/quantities.js";
import { widestOpen } from "../network/telling.js";

/**
 * @param {object} app
 * @returns {{update: function(object)}}
 */
export function clampView(app) {
  const form = byId("clamp-form");
  const choice = { gate: app.task?.gate ?? "f", value: 0, all: true };
  if (app.task) choice.value = widestOpen(app.runs.free.layers[0].directions[0][choice.gate]);

  const gates = radios("clamp-gate", GATE_NAMES.map((name) => [name, `name.${name}`]), choice.gate, (value) => {
    choice.gate = value;
    refresh();
  });
  const units = radios("clamp-units", [["all", "clamps.all"], ["one", "clamps.one"]], "all", (value) => {
    choice.all = value === "all";
    refresh();
  });
  const slider = html("input", {
    type: "range", min: 0, max: 1, step: 0.01, value: 0, class: "scrub", id: "clamp-value",
  });
  const shown = html("span", { class: "place", text: "0.00" });
  const at0 = html("button", { type: "button", text: "0" });
  const at1 = html("button", { type: "button", text: "1" });
  const from = html("input", { type: "number", min: 1, value: 1, step: 1, id: "clamp-from" });
  const add = html("button", { type: "button", class: "primary", id: "clamp-hold", "data-word": "clamps.hold" });
  const free = html("button", { type: "button", id: "clamp-free", "data-word": "clamps.free" });
  const chips = html("ul", { class: "chips", "data-word-label": "clamps.list" });
  form.append(
    group("clamps.gate", gates),
    group("clamps.value", html("div", { class: "row" }, at0, slider, at1, shown)),
    ...(hasOneUnit(app) ? [] : [group("clamps.units", units)]),
    html("label", { class: "field" }, html("span", { class: "field-name", "data-word": "clamps.from" }), from),
    html("div", { class: "row field" }, add, free),
    chips,
  );

  function group(key, content) {
    return html("fieldset", { class: "field" }, html("legend", { class: "field-name", "data-word": key }), content);
  }

  function radios(name, options, chosen, changed) {
    const row = html("div", { class: "segments" });
    for (const [value, key] of options) {
      const radio = html("input", { type: "radio", name, value, class: "hidden" });
      radio.checked = value === chosen;
      radio.addEventListener("change", () => changed(value));
      const face = html("span", { class: "segment" });
      if (name === "clamp-gate") {
        face.append(html("b", { class: `ink-${value}`, text: value }));
        radio.setAttribute("data-word-label", key);
      } else {
        put(face, { "data-word": key });
      }
      row.append(html("label", {}, radio, face));
    }
    return row;
  }

  /** While a clamp like the chosen one is held, moving the slider moves it. */
  function refresh(isSlide = false) {
    const lowest = choice.gate === "z" ? -1 : 0;
    put(slider, { min: lowest, "aria-valuetext": number(choice.value) });
    put(at0, { text: number(lowest, 0) });
    choice.value = Math.min(Math.max(choice.value, lowest), 1);
    slider.value = choice.value;
    slider.style.setProperty("--done", `${(100 * (choice.value - lowest)) / (1 - lowest)}%`);
    put(shown, { text: number(choice.value) });
    if (isSlide && app.state.clamps.some(same)) holdIt();
  }

  function same(clamp) {
    const { layer, direction, unit } = app.state;
    const isSameUnits = choice.all ? clamp.units === null : clamp.units?.[0] === unit;
    return clamp.gate === choice.gate && clamp.layer === layer && clamp.direction === direction && isSameUnits;
  }

  function holdIt() {
    const { layer, direction, unit, clamps } = app.state;
    const { steps } = app.shape();
    const start = Math.min(Math.max(Math.round(Number(from.value)) || 1, 1), steps);
    from.value = start;
    const clamp = {
      gate: choice.gate, value: choice.value, layer, direction, units: choice.all ? null : [unit], from: start - 1,
      to: Infinity,
    };
    app.set({ clamps: [...clamps.filter((other) => !same(other)), clamp] });
  }

  const setValue = (value) => {
    choice.value = value;
    refresh(true);
  };
  slider.addEventListener("input", () => setValue(Number(slider.value)));
  at0.addEventListener("click", () => setValue(choice.gate === "z" ? -1 : 0));
  at1.addEventListener("click", () => setValue(1));
  add.addEventListener("click", holdIt);
  free.addEventListener("click", () => app.set({ clamps: [] }));
  let drawn = null;
  refresh();

  return {
    update(frame) {
      const { state, steps, result, look } = frame;
      put(from, { max: steps });
      put(free, { disabled: state.clamps.length === 0 });
      const key = [state.clamps, look, result];
      if (drawn !== null && key.every((part, k) => part === drawn[k])) return;
      drawn = key;
      chips.replaceChildren(...state.clamps.map((clamp) => {
        const text = clampInWords(clamp, app);
        const cross = svg("svg", { viewBox: "0 0 12 12", class: "icon small", "aria-hidden": "true" },
          svg("path", { d: "M2 2l8 8M10 2l-8 8" }));
        const label = word("clamps.release", { text });
        const away = html("button", { type: "button", class: "chip-away", "aria-label": label }, cross);
        away.addEventListener("click", () => {
          app.set({ clamps: app.state.clamps.filter((other) => other !== clamp) });
          add.focus();
        });
        return html("li", { class: `chip edge-${clamp.gate}` }, text, away);
      }));
      put(byId("clamp-words"), { text: clampSentence(app, frame) });
      at0.setAttribute("aria-label", word("clamps.to", { value: choice.gate === "z" ? "−1" : 0 }));
      at1.setAttribute("aria-label", word("clamps.to", { value: 1 }));
      put(slider, { "aria-label": word("clamps.value") });
    },
  };
}

/** @returns {string} “f held at 0.00 in all units from row 1 on” */
export function clampInWords({ gate, value, units, from, layer, direction }, app) {
  const isDeep = app.network.layers.length > 1 || app.network.layers[0].directions.length > 1;
  const values = { layer: layer + 1, direction: word(directionKey(app, layer, direction)) };
  return word(hasOneUnit(app) ? "clamp.only" : units === null ? "clamp.all" : "clamp.one", {
    gate, value: number(value), unit: units === null ? "" : units[0] + 1, from: from + 1,
    where: isDeep ? word("clamps.where", values) : "",
  });
}

/** @returns {boolean} whether the network is a single unit, which then needs no number */
export function hasOneUnit({ network: { layers } }) {
  return layers.length === 1 && layers[0].directions.length === 1 && layers[0].directions[0].H === 1;
}

/** @returns {string} the key of the words for a direction */
export function directionKey(app, layer, direction) {
  return app.network.layers[layer].directions[direction].backwards ? "direction.back" : "direction.forth";
}

/** @returns {string} what the clamps changed in the answer; "" if there are none */
export function clampSentence(app, { state, free, result }) {
  const { clamps } = state;
  if (clamps.length === 0) return "";
  const texts = clamps.map((clamp) => clampInWords(clamp, app));
  const last = texts.pop();
  const text = texts.length > 0 ? texts.join(word("clamps.then")) + word("clamps.and") + last : last;
  return word("clamps.sentence", { text, change: changeInWords(app, free, result) });
}
