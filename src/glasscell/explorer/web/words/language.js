/** The words of the page in the current language, and numbers as people write them. */

import en from "./en.json" with { type: "json" };
import ja from "./ja.json" with { type: "json" };

/** @type {Record<string, Record<string, string>>} */
const LANGUAGES = { en: { ...en }, ja: { ...ja } };
let speaking = "en";
let subject = "series";

/** Add the words of a task's own page. */
export function addWords(en, ja) {
  Object.assign(LANGUAGES.en, en);
  Object.assign(LANGUAGES.ja, ja);
}

/** @returns {"en"|"ja"} the reader's language, as the browser reports it */
export function preferredLanguage() {
  return (navigator.language ?? "en").toLowerCase().startsWith("ja") ? "ja" : "en";
}

/**
 * @param {string} language "en" or "ja"
 * @param {string} about "digit", "series", "tokens", "text", "steps" or "forecast": a digit is read row by row, a series step by step:
 *   some words differ; the others have words of their own where those of a series do not fit
 */
export function speak(language, about) {
  speaking = Object.hasOwn(LANGUAGES, language) ? language : "en";
  subject = about;
}

/** @returns {string} the words of `key`: {t} is a value, {row} the word `this.row`, {nth t} the word `this.nth` for that value */
export function word(key, values = {}) {
  const words = LANGUAGES[speaking];
  const ofSeries = subject === "digit" ? undefined : words[`${key}.series`];
  const text = words[`${key}.${subject}`] ?? ofSeries ?? words[key] ?? key;
  return text.replace(/\{(\w+)(?: (\w+))?\}/g, (whole, name, n) => {
    if (Object.hasOwn(values, name)) return String(values[name]);
    return Object.hasOwn(words, `this.${name}`) ? word(`this.${name}`, { n: values[n] }) : whole;
  });
}

/** Fill in the words of all elements below `root` with data-word, data-word-label or data-word-title. */
export function applyWords(root) {
  for (const element of root.querySelectorAll("[data-word]")) element.textContent = word(element.dataset.word);
  for (const element of root.querySelectorAll("[data-word-label]")) {
    element.setAttribute("aria-label", word(element.dataset.wordLabel));
  }
  for (const element of root.querySelectorAll("[data-word-title]")) element.title = word(element.dataset.wordTitle);
}

/** @returns {string} a number with a true minus sign, and no minus before a zero */
export function number(value, digits = 2) {
  if (!Number.isFinite(value)) return "–";
  const big = Math.abs(value) >= 1e5;
  const text = big ? value.toExponential(2) : value.toFixed(Math.abs(value) >= 100 ? Math.min(digits, 1) : digits);
  return (/[1-9]/.test(text) ? text : text.replace("-", "")).replace("-", "−");
}

/** @returns {string} a number that may be far from zero relative to its spread, with enough digits to distinguish it */
export function numberBeside(value, spread) {
  if (!(spread > 0 && Math.abs(value) > 1e4 * spread)) return number(value);
  return value.toFixed(Math.min(Math.max(2 - Math.floor(Math.log10(spread)), 0), 12)).replace("-", "−");
}

/** @returns {string} the same, always with a sign */
export function signed(value, digits = 2) {
  const text = number(value, digits);
  return value > 0 && /[1-9]/.test(text) ? `+${text}` : text;
}

/** @returns {string} the number of units, singular or plural */
export function unitsInWords(H) {
  return word(String(H) === "1" ? "units.one" : "units.many", { H });
}

/** @returns {string} a share as a percentage */
export function percent(share) {
  if (!Number.isFinite(share)) return "–";
  if (share > 0 && share < 0.005) return word("percent", { n: "<1" });
  if (share < 1 && share > 0.995) return word("percent", { n: ">99" });
  return word("percent", { n: number(100 * share, 0) });
}

/** @returns {string} the largest whole percentage that is not above a fraction, for “at least” */
export function percentAtLeast(share) {
  return percent(Math.floor(100 * share) / 100);
}
