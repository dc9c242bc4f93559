/** A series of tokens: what they are called, and a field to put another in the place of the current one. */

import { byId, changeOfKey, html, put } from "../kit/dom.js";
import { word } from "../words/language.js";

const MAX_WORDS = 2000; // of a series, as text

/** @returns {string} a token's word and number, as far as there is a word; "–" where there is no token */
export function tokenInWords(token, { words }) {
  if (Number.isNaN(token)) return "–";
  return words && Object.hasOwn(words, token) ? `${words[token]} (${token})` : String(token);
}

/** @returns {?number} the token that a reader means by a word or a number, from 0 to V − 1; null if there is none */
export function tokenOfText(text, { words }, V) {
  const wanted = text.trim();
  const named = Object.entries(words ?? {}).find(([, name]) => name === wanted);
  if (named) return Number(named[0]);
  return /^\d{1,9}$/.test(wanted) && Number(wanted) < V ? Number(wanted) : null;
}

/**
 * Below the chart: the series as text, where tokens have words, and a field for the token at the current step.
 * @param {App} app
 * @returns {View}
 */
export function tokenField(app) {
  const { V } = app.network.embedding;
  const { words } = app.payload;
  const label = html("span");
  const field = html("input", { type: "text", id: "token", autocomplete: "off", spellcheck: "false" });
  const note = html("p", { class: "trouble", role: "alert", hidden: true });
  const text = html("p", { class: "token-text", hidden: !words });
  byId("input-box").after(text, html("label", { class: "token" }, label, field), note);
  text.addEventListener("click", ({ target }) => {
    const t = [...text.children].indexOf(/** @type {Element} */ (target));
    if (t >= 0) app.set({ t });
  });
  const [isOtherInput, isOtherToken] = [changeOfKey(), changeOfKey()];
  field.addEventListener("change", () => {
    const { t, input: { x, T } } = app.state;
    const token = tokenOfText(field.value, app.payload, V);
    const isStrange = token === null;
    put(field, { "aria-invalid": isStrange });
    put(note, { hidden: !isStrange, text: isStrange ? word("csv.not-a-token", { found: field.value, expected: V - 1 }) : "" });
    if (isStrange || token === x[t]) return;
    app.remember();
    app.edit(x.map((was, s) => (s === t ? token : was)), T, t);
  });
  return {
    update({ state: { input }, t }) {
      const nameOf = (token) => (Number.isNaN(token) ? "–" : words?.[token] ?? token);
      if (isOtherToken(input, t)) {
        field.value = Number.isNaN(input.x[t]) ? "" : nameOf(input.x[t]);
        put(field, { "aria-invalid": false });
        put(note, { hidden: true, text: "" });
      }
      if (words && isOtherInput(input)) {
        text.replaceChildren(...Array.from(input.x.slice(0, MAX_WORDS), (token) => html("span", { text: nameOf(token) })));
      }
      [...text.children].forEach((span, s) => put(span, { class: s === t ? "is-now" : null }));
      put(label, { text: word("tokens.at", { t: t + 1, token: tokenInWords(input.x[t], app.payload) }) });
    },
  };
}
