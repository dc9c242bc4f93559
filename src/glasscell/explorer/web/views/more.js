/** What unfolds on request: a row of buttons, each of which opens a section below it, one at a time. */

import { byId, html, put } from "../kit/dom.js";

/**
 * @param {Host} app its state's `more` names the section that is open, or null
 * @param {string[]} names of sections, each an element with the id `more-` and the name
 * @returns {View}
 */
export function moreView(app, names) {
  const row = byId("more");
  let unfolded = null; // by a click: it is to be seen
  const buttons = names.map((name) => {
    const isOfOneUnit = name === "answer" && document.body.dataset.network === "one";
    const button = html("button", {
      type: "button", class: "more-button", id: `open-${name}`, "aria-controls": `more-${name}`,
      "data-word": isOfOneUnit ? "more.answer.only" : `more.${name}`,
    });
    button.addEventListener("click", () => {
      unfolded = app.state.more === name ? null : name;
      app.set({ more: unfolded });
    });
    row.append(button);
    return button;
  });
  return {
    update({ state }) {
      names.forEach((name, n) => {
        put(buttons[n], { "aria-expanded": state.more === name });
        put(byId(`more-${name}`), { hidden: state.more !== name });
      });
      if (unfolded !== null) byId(`more-${unfolded}`).scrollIntoView({ block: "nearest" });
      unfolded = null;
    },
  };
}

/** Close the section that is open, and go back to its button. @returns {boolean} whether one was */
export function foldSection() {
  const button = /** @type {?HTMLElement} */ (byId("more")?.querySelector("[aria-expanded=true]"));
  button?.focus();
  button?.click();
  return Boolean(button);
}

/** @returns {View} a view that is drawn only while its section is open */
export function folded(name, view) {
  return {
    update(frame) {
      if (frame.state.more === name) view.update(frame);
    },
  };
}
