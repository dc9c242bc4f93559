/** The menu of the language and the theme, on pages of one network; and the link to what comes first. */

import { byId } from "../kit/dom.js";

/**
 * Listen to the menu, and to the skip link.
 * @param {Host} app
 * @param {string} first the id of the element that the skip link goes to
 */
export function listenToSettingsMenu(app, first) {
  byId("language").addEventListener("change", () => app.set({ language: byId("language").value }));
  byId("theme").addEventListener("change", () => app.set({ theme: byId("theme").value }));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => app.redraw());
  document.addEventListener("click", ({ target }) => {
    if (!byId("settings").contains(/** @type {Node} */ (target))) byId("settings").open = false;
  });
  byId("skip").addEventListener("click", (event) => {
    event.preventDefault();
    byId(first).focus();
  });
}

/** Show what the menu is set to. */
export function markSettings({ language, theme }) {
  byId("language").value = language;
  byId("theme").value = theme;
}
