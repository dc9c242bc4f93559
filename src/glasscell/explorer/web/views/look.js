/** What the page has on: a language and a theme. */

import { applyWords, speak } from "../words/language.js";

/** @returns {string} a key for a language and a theme, as these are on this machine now */
export function lookOf({ language, theme }) {
  return `${language} ${isDark(theme)}`;
}

/** Put a language and a theme on the page; `kind` is the subject of its words. */
export function putOn({ language, theme }, kind) {
  const root = document.documentElement;
  root.lang = language;
  root.dataset.theme = isDark(theme) ? "dark" : "light";
  speak(language, kind);
  applyWords(document);
}

function isDark(theme) {
  return theme === "dark" || (theme === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
}
