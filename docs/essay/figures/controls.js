/** The one thing to touch in a figure: a slider, a button that stays pressed, or a choice. */

import { html, put } from "../../../src/glasscell/explorer/web/kit/dom.js";

/**
 * A slider with its name and its value.
 * @param {string} name
 * @param {{min: number, max: number, step: number, value: number, text: (v: number) => string}} options
 * @param {(v: number) => void} changed
 */
export function slider(name, { min, max, step, value, text }, changed) {
  const range = html("input", { type: "range", class: "scrub", min, max, step, value, "aria-label": name });
  const shown = html("output");
  const show = () => {
    const now = Number(range.value);
    put(shown, { text: text(now) });
    put(range, { "aria-valuetext": text(now) });
    range.style.setProperty("--done", `${(100 * (now - min)) / (max - min)}%`);
    return now;
  };
  show();
  range.addEventListener("input", () => changed(show()));
  return html("label", { class: "touch" }, name, range, shown);
}

/** A button that is pressed, or not. */
export function toggle(name, changed) {
  const button = html("button", { type: "button", "aria-pressed": false, text: name });
  button.addEventListener("click", () => {
    const isPressed = button.getAttribute("aria-pressed") !== "true";
    put(button, { "aria-pressed": isPressed });
    changed(isPressed);
  });
  return html("div", { class: "touch" }, button);
}

/** A choice among a few; the first is chosen. */
export function choice(name, options, changed) {
  const labels = options.map(({ value, text }, n) => {
    const on = { change: () => changed(value) };
    const radio = html("input", { type: "radio", class: "hidden", name, checked: n === 0, on });
    return html("label", {}, radio, html("span", { class: "segment", text }));
  });
  const row = html("div", { class: "segments", role: "radiogroup", "aria-label": name }, ...labels);
  return html("div", { class: "touch" }, row);
}
