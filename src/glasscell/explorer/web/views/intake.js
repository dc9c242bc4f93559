/** A series pasted, dropped or chosen as a file; errors are put into words. */

import { byId, html, put } from "../kit/dom.js";
import { MAX_ROWS, readSeriesText } from "../exchange/csv.js";
import { run } from "../network/forward.js";
import { word } from "../words/language.js";
import { answerInWords } from "./answer.js";
import { showMessage } from "./message.js";

const MAX_BYTES = 20e6;
const MAX_LETTERS_SHOWN = 20_000; // of a file, in the box
const MAX_CHOICES = 5000;
const MAX_STATES = 2e6; // steps × units of all layers: what a browser's memory allows for

/** @returns {number} how many rows this network can read here, at most */
export function maxRows(network) {
  const units = network.layers.flatMap(({ directions }) => directions).reduce((sum, { H }) => sum + H, 0);
  return Math.min(MAX_ROWS, Math.max(100, Math.floor(MAX_STATES / units) * network.stride));
}

/**
 * Read text as an input of the page.
 * @param {string} text
 * @param {App} app
 * @param {?string} wanted the series to read, of several
 * @returns {ReadSeries} the codes of csv.js and of `run`, and "digit-rows", "digit-range"; the channels' offsets are subtracted
 */
export function readInput(text, app, wanted = null) {
  const found = readSeriesText(text, app.payload.channels, maxRows(app.network), wanted);
  if (found.error) return found;
  const { x, T } = found;
  if (app.kind === "digit") {
    if (T !== 8) return { error: { code: "digit-rows", found: T } };
    const bad = x.find((v) => !(v >= 0 && v <= 16));
    if (bad !== undefined) return { error: { code: "digit-range", found: bad } };
    x.forEach((v, n) => {
      x[n] = Math.round(v);
    });
  }
  const offsets = app.payload.offsets ?? [];
  offsets.forEach((offset, d) => {
    for (let t = 0; t < T; t++) x[t * app.D + d] -= offset;
  });
  try {
    run(app.network, x, T);
  } catch (error) {
    if (!error.code) throw error;
    return { error };
  }
  return found;
}

/** @returns {string} an error of `readInput` or `run` in words */
export function troubleInWords(error, app) {
  const values = { D: app.D, channels: app.payload.channels.join(", ").slice(0, 200) };
  for (const name of ["line", "column", "found", "expected"]) values[name] = error[name] ?? "?";
  const known = word(`csv.${error.code}`, values);
  return known === `csv.${error.code}` ? word("csv.other", { code: error.code }) : known;
}

/** @returns {?number} the file's label as a class number or a target; null if it is neither */
function truthOf(label, { payload, network }) {
  if (label === null) return null;
  const v = Number(label.replace(",", "."));
  if (!payload.classes) return network.C === 1 && Number.isFinite(v) ? v : null;
  const k = payload.classes.indexOf(label);
  const found = k >= 0 ? k : payload.classes.findIndex((name) => name.trim() !== "" && Number(name) === v);
  return found >= 0 ? found : null;
}

/** @returns {string} how the file's columns were read, in words; "" if there is nothing to report */
function readingInWords({ all, series, label, aside, sortedBy, column }, app) {
  const parts = [];
  const k = all.indexOf(series);
  if (all.length > 1) parts.push(word(k === 0 ? "paste.first" : "paste.other", { n: all.length, k: k + 1, series }));
  if (column !== null) parts.push(word("paste.column", { column, channel: app.payload.channels[0] }));
  if (sortedBy !== null) parts.push(word("paste.sorted", { column: sortedBy }));
  if (label !== null && truthOf(label, app) === null) parts.push(word("paste.strange", { label }));
  if (aside.length > 0) {
    const names = aside.map((name) => name || word("paste.unnamed")).join(word("comma"));
    parts.push(word("paste.aside", { names: names.length > 200 ? `${names.slice(0, 199)}…` : names }));
  }
  return parts.join(" ");
}

/**
 * Listen to the box for pasting, to the file chooser and to drops anywhere on the page.
 * @param {App} app
 * @returns {{update: () => void}}
 */
export function intake(app) {
  const [text, file, trouble] = [byId("paste-text"), byId("paste-file"), byId("paste-error")];
  const choice = byId("paste-series");
  let error = null;
  let whole = ""; // of a file; the box shows its beginning only
  let taken = null; // what was read last: {content, found, input}
  let isNew = false; // what was brought last: nothing has been said of it yet

  function take(content, wanted = null) {
    const found = readInput(content, app, wanted);
    ({ error } = found);
    if (!error) {
      app.remember();
      app.edit(found.x, found.T, null, truthOf(found.label, app));
      const isSame = taken?.content === content;
      taken = { content, found, input: app.state.input };
      if (!isSame) {
        choice.replaceChildren(...found.all.slice(0, MAX_CHOICES).map((name) => html("option", { text: name })));
      }
    } else if (wanted === null) {
      taken = null;
    }
    isNew = wanted === null;
    byId("paste").open = true;
    app.redraw();
  }

  async function takeFile(blob) {
    if (!blob) return;
    if (blob.size > MAX_BYTES) {
      error = { code: "too-big", found: Math.round(blob.size / 1e6) };
      isNew = true;
      byId("paste").open = true;
      app.redraw();
      return;
    }
    const content = await blob.text();
    whole = content;
    text.value = content.slice(0, MAX_LETTERS_SHOWN);
    take(content);
  }

  /** Say what came of what was brought, and what it lacks. */
  function say({ answer, steps }) {
    const trouble = error ?? app.trouble;
    if (trouble) showMessage(word("message.not", { trouble: troubleInWords(trouble, app) }), false);
    else {
      const read = word("message.read", { steps, answer: answerInWords(app.payload, answer) });
      showMessage(`${read} ${readingInWords(taken.found, app)}`.trim(), true);
    }
  }

  text.addEventListener("input", () => {
    whole = "";
  });
  byId("paste-read").addEventListener("click", () => take(whole.startsWith(text.value) && whole ? whole : text.value));
  choice.addEventListener("change", () => take(taken.content, taken.found.all[choice.selectedIndex]));
  file.addEventListener("change", () => {
    takeFile(file.files[0]);
    file.value = "";
  });
  const { signal } = app.listening;
  for (const event of ["dragover", "dragenter"]) {
    document.addEventListener(event, (drag) => {
      drag.preventDefault();
      document.body.classList.add("dropping");
    }, { signal });
  }
  document.addEventListener("dragleave", (drag) => {
    if (drag.relatedTarget === null) document.body.classList.remove("dropping");
  }, { signal });
  document.addEventListener("drop", (drop) => {
    drop.preventDefault();
    document.body.classList.remove("dropping");
    const [first] = drop.dataTransfer.files;
    if (first) takeFile(first);
    else take(drop.dataTransfer.getData("text/plain"));
  }, { signal });

  return {
    update({ state, result }) {
      const isShown = taken !== null && taken.input === state.input;
      put(byId("paste-choice"), { hidden: taken === null || taken.found.all.length < 2 });
      if (taken !== null) choice.selectedIndex = isShown ? taken.found.all.indexOf(taken.found.series) : -1;
      put(byId("paste-note"), { text: isShown && error === null ? readingInWords(taken.found, app) : "" });
      put(trouble, { hidden: error === null });
      put(trouble, { text: error === null ? "" : troubleInWords(error, app) });
      if (isNew) say(result);
      isNew = false;
      put(byId("paste-hint"), {
        text: word("paste.hint", {
          D: app.D, channels: app.payload.channels.join(", ").slice(0, 200), last: app.network.embedding?.V - 1,
        }),
      });
    },
  };
}
