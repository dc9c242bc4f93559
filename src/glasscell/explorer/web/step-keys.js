/** Keys that work wherever the focus is, on pages of one network that is followed step by step. */

import { byId } from "./kit/dom.js";
import { usesKey } from "./keyboard.js";
import { foldSection } from "./views/more.js";

const STEPS_OF_KEYS = { ArrowLeft: -1, ArrowRight: 1, PageUp: -1, PageDown: 1 };

/**
 * Space plays and pauses; left, right, Page Up and Page Down go step by step; Home and End go to the first and the last
 * step; Escape closes the menu, or what is unfolded; Ctrl+Z undoes.
 * @param {Host} app with `shape` and `undo`
 */
export function listenToStepKeys(app) {
  document.addEventListener("keydown", (event) => {
    const { key } = event;
    const target = /** @type {Element} */ (event.target);
    if (event.defaultPrevented || event.altKey || (event.repeat && key === " ")) return; // a widget has used it
    const menu = byId("settings");
    if (event.ctrlKey || event.metaKey) {
      if (key.toLowerCase() !== "z" || event.shiftKey || target.matches?.("input[type=number]")) return;
      app.undo();
    } else if (key === "Escape" && menu.open) {
      menu.open = false;
      menu.querySelector("summary").focus();
    } else if (key === "Escape") {
      if (!foldSection()) return;
    } else if (usesKey(target, key) || !moveBy(app, key)) return;
    event.preventDefault();
  });
}

/** Do what a key does to the reading. @returns {boolean} whether it does anything */
function moveBy(app, key) {
  const last = app.shape().steps - 1;
  const t = Math.min(app.state.t, last); // Infinity, the last, until a frame is drawn
  if (key === " ") /** @type {HTMLElement} */ (document.querySelector("#transport .primary")).click();
  else if (Object.hasOwn(STEPS_OF_KEYS, key)) app.set({ playing: false, t: t + STEPS_OF_KEYS[key] });
  else if (key === "Home" || key === "End") app.set({ playing: false, t: key === "Home" ? 0 : last });
  else return false;
  return true;
}
