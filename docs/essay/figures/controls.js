/** The one thing to touch in a figure: a slider, a button that stays pressed, or a choice. */

import { html, put } from "../../../src/glasscell/explorer/web/kit/dom.js";

/** A slider with its name and its value. */
export function slider(name, { min, max, step, value, text = String }, changed) {
  const range = html("input", { type: "range", class: "scrub", min, max, step, "aria-label": name });
  const shown = html("output", { text: text(value) });
  range.value = value;
  const mark = () => range.style.setProperty("--done", `${(100 * (range.value - min)) / (max - min)}%`);
  mark();
  range.addEventListener("input", () => {
    put(shown, { text: text(Number(range.value)) });
    put(range, { "aria-valuetext": text(Number(range.value)) });
    mark();
    changed(Number(range.value));
  });
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

/** A choice among a few, by click or by arrow keys. */
export function choice(name, options, changed) {
  const buttons = options.map(({ value, text, look }) => {
    const button = html("button", { type: "button", role: "radio", class: look ?? "", text });
    button.addEventListener("click", () => choose(value));
    return button;
  });
  const choose = (chosen) => {
    options.forEach(({ value }, n) => put(buttons[n], { "aria-checked": value === chosen, tabindex: value === chosen ? 0 : -1 }));
    changed(chosen);
  };
  const row = html("div", { class: "touch", role: "radiogroup", "aria-label": name }, ...buttons);
  row.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[event.key];
    if (!by) return;
    const n = (buttons.indexOf(document.activeElement) + by + buttons.length) % buttons.length;
    buttons[n].focus();
    choose(options[n].value);
    event.preventDefault();
  });
  choose(options[0].value);
  return row;
}
