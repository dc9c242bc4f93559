/** Keys that work wherever the focus is, for a reader without a mouse and for a presenter's clicker. */

import { byId } from "./kit/dom.js";
import { foldSection } from "./views/more.js";

const STEP_KEYS = { ArrowLeft: -1, ArrowRight: 1, PageUp: -1, PageDown: 1 };
const OWN_KEYS = [ // what keeps some keys to itself, or all
  ["textarea, select, [contenteditable], input:not([type=radio], [type=checkbox], [type=file])", null],
  ["input[type=radio]", [" ", "ArrowLeft", "ArrowRight"]],
  [".scrolls", [" ", "ArrowLeft", "ArrowRight", "PageUp", "PageDown", "Home", "End"]],
  ["button, summary, a, input[type=checkbox], input[type=file]", [" "]],
];

/** @returns {boolean} whether the element that has the focus uses this key itself */
function usesKey(element, key) {
  return OWN_KEYS.some(([selector, keys]) => element.matches?.(selector) && (keys === null || keys.includes(key)));
}

/**
 * Space plays and pauses; left, right, Page Up and Page Down go step by step (in the tour the latter turn its pages);
 * Home and End go to the first and the last step; Escape closes what lies open; Ctrl+Z undoes.
 * @param {Page} app
 */
export function listenToKeys(app) {
  document.addEventListener("keydown", (event) => {
    const { key } = event;
    const target = /** @type {Element} */ (event.target);
    if (event.defaultPrevented || event.altKey || (event.repeat && key === " ")) return; // a widget has used it
    if (event.ctrlKey || event.metaKey) {
      const isText = target.matches?.("textarea, input[type=number], input[type=text]");
      if (key.toLowerCase() !== "z" || event.shiftKey || isText) return;
      app.undo();
    } else if (key === "Escape") {
      if (!closeOne(target)) return;
    } else if (usesKey(target, key) || !turn(app, key)) return;
    event.preventDefault();
  }, { signal: app.listening.signal });
}

/** Do what a key does to the reading. @returns {boolean} whether it does anything */
function turn(app, key) {
  const isPage = key === "PageUp" || key === "PageDown";
  if (byId("transport").hidden) return false; // there is no network to read
  if (key === " ") /** @type {HTMLElement} */ (document.querySelector("#transport .primary")).click();
  else if (isPage && app.state.tour > 0) byId(key === "PageUp" ? "tour-back" : "tour-next").click();
  else if (Object.hasOwn(STEP_KEYS, key)) {
    const t = Math.min(app.state.t, app.shape().steps - 1); // Infinity, the last, until a frame is drawn
    app.set({ playing: false, t: t + STEP_KEYS[key] });
  } else if (key === "Home" || key === "End") app.set({ playing: false, t: key === "Home" ? 0 : Infinity });
  else return false;
  return true;
}

/** Close the uppermost of what lies open: a menu, a message, the tour, a section. @returns {boolean} whether anything did */
function closeOne(target) {
  const menu = /** @type {HTMLDetailsElement} */ (document.querySelector("details.menu[open]"));
  if (menu) {
    if (menu.contains(target)) menu.querySelector("summary").focus();
    menu.open = false;
  } else if (byId("message-close")?.hidden === false) byId("message-close").click();
  else if (byId("tour")?.hidden === false) byId("tour-close").click();
  else return foldSection();
  return true;
}
