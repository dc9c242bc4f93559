/** A series of tokens: what they are called, and a field to put another in the place of the current one. */

import { d3 } from "../d3/d3.js";
import { byId, html, put, svg } from "../kit/dom.js";
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
  const label = html("span");
  const field = html("input", { type: "text", id: "token", autocomplete: "off", spellcheck: "false" });
  const note = html("p", { class: "trouble", role: "alert", hidden: true });
  const text = html("p", { class: "token-text", hidden: !app.payload.words });
  byId("input-box").after(text, html("label", { class: "token" }, label, field), note);
  text.addEventListener("click", ({ target }) => {
    const t = [...text.children].indexOf(/** @type {Element} */ (target));
    if (t >= 0) app.set({ t });
  });
  let shown = null;
  let written = null; // the input that stands there as text
  let strange = null; // what was typed and is no token
  field.addEventListener("change", () => {
    const { x, T } = app.state.input;
    const { t } = app.state;
    const token = tokenOfText(field.value, app.payload, V);
    strange = token === null ? field.value : null;
    if (token !== null && token !== x[t]) {
      app.remember();
      app.edit(x.map((was, s) => (s === t ? token : was)), T, t);
    } else app.redraw();
  });
  return {
    update({ state, t }) {
      const key = [state.input, t];
      if (shown === null || key.some((part, k) => part !== shown[k])) {
        const token = state.input.x[t];
        field.value = Number.isNaN(token) ? "" : app.payload.words?.[token] ?? token;
        if (shown !== null) strange = null;
        shown = key;
      }
      if (app.payload.words && written !== state.input) {
        written = state.input;
        text.replaceChildren(...Array.from(written.x.slice(0, MAX_WORDS), (token) => {
          return html("span", { text: Number.isNaN(token) ? "–" : app.payload.words[token] ?? token });
        }));
      }
      [...text.children].forEach((span, s) => put(span, { class: s === t ? "is-now" : null }));
      put(label, { text: word("tokens.at", { t: t + 1, token: tokenInWords(state.input.x[t], app.payload) }) });
      put(field, { "aria-invalid": strange !== null });
      put(note, { hidden: strange === null });
      put(note, { text: strange === null ? "" : word("csv.not-a-token", { found: strange, expected: V - 1 }) });
    },
  };
}

/** @returns {SVGElement} a small picture of a series of tokens: a point for each */
export function tokensThumbnail(x, T, V) {
  const picture = svg("svg", {
    viewBox: "0 0 60 32", class: "thumbnail wide", "aria-hidden": "true", preserveAspectRatio: "none",
  });
  const X = d3.scaleLinear([0, Math.max(T - 1, 1)], [3, 57]);
  const Y = d3.scaleLinear([0, Math.max(V - 1, 1)], [29, 3]);
  const every = Math.ceil(T / 60);
  let d = "";
  for (let t = 0; t < T; t += every) if (!Number.isNaN(x[t])) d += `M${X(t).toFixed(1)} ${Y(x[t]).toFixed(1)}h0`;
  picture.append(svg("rect", { class: "pixel-paper", width: 60, height: 32 }), svg("path", { class: "points small", d }));
  return picture;
}
