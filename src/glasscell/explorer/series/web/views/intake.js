/** A series pasted, dropped or chosen as a file; errors are put into words. */

import { byId, html, put } from "../../../web/kit/dom.js";
import { MAX_ROWS, readSeriesText } from "../exchange/csv.js";
import { run } from "../../../web/network/forward.js";
import { word } from "../../../web/words/language.js";
import { answerInWords } from "../../../web/views/answer.js";
import { showMessage } from "./message.js";

const MAX_BYTES = 20e6;
const MAX_LETTERS_SHOWN = 20_000; // of a file that is put into the box, where it can be changed
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
  const { payload: { channels, offsets }, network, kind, D } = app;
  const found = readSeriesText(text, channels, maxRows(network), wanted);
  if (found.error) return found;
  const isDigit = kind === "digit";
  if (isDigit && found.T !== 8) return { error: { code: "digit-rows", found: found.T } };
  const bad = isDigit ? found.x.find((v) => !(v >= 0 && v <= 16)) : undefined;
  if (bad !== undefined) return { error: { code: "digit-range", found: bad } };
  const x = found.x.map((v, n) => (isDigit ? Math.round(v) : v - (offsets?.[n % D] ?? 0)));
  try {
    run(network, x, found.T);
  } catch (error) {
    if (!error.code) throw error;
    return { error };
  }
  return { ...found, x };
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
  const [text, file, choice] = [byId("paste-text"), byId("paste-file"), byId("paste-series")];
  let error = null;
  let read = null; // the last file or text: {content, found, input}
  let isNew = false; // no message yet on the last one

  function take(content, wanted = null) {
    const found = readInput(content, app, wanted);
    if (!found.error) {
      app.remember();
      app.edit(found.x, found.T, null, truthOf(found.label, app));
      read = { content, found, input: app.state.input };
      choice.replaceChildren(...found.all.slice(0, MAX_CHOICES).map((name) => html("option", { text: name })));
      choice.selectedIndex = found.all.indexOf(found.series);
    }
    report(found.error);
  }

  function report(trouble) {
    [error, isNew] = [trouble, true];
    byId("paste").open = true;
    app.redraw();
  }

  async function takeFile(blob) {
    if (blob.size > MAX_BYTES) return report({ code: "too-big", found: Math.round(blob.size / 1e6) });
    const content = await blob.text();
    text.value = content.length > MAX_LETTERS_SHOWN ? "" : content;
    return take(content);
  }

  byId("paste-read").addEventListener("click", () => take(text.value));
  choice.addEventListener("change", () => take(read.content, read.found.all[choice.selectedIndex]));
  file.addEventListener("change", () => {
    if (file.files[0]) takeFile(file.files[0]);
    file.value = "";
  });
  const { signal } = app.listening;
  const isOver = (isDragged) => document.body.classList.toggle("dropping", isDragged);
  for (const event of ["dragover", "dragenter"]) {
    document.addEventListener(event, (drag) => {
      drag.preventDefault();
      isOver(true);
    }, { signal });
  }
  document.addEventListener("dragleave", (drag) => isOver(drag.relatedTarget !== null), { signal });
  document.addEventListener("drop", (drop) => {
    drop.preventDefault();
    isOver(false);
    const [first] = drop.dataTransfer.files;
    if (first) takeFile(first);
    else take(drop.dataTransfer.getData("text/plain"));
  }, { signal });

  return {
    update({ state, result }) {
      const note = error === null && read?.input === state.input ? readingInWords(read.found, app) : "";
      const trouble = error === null ? "" : troubleInWords(error, app);
      put(byId("paste-choice"), { hidden: !(read?.found.all.length > 1) });
      put(byId("paste-note"), { text: note });
      put(byId("paste-error"), { hidden: error === null, text: trouble });
      const channels = app.payload.channels.join(", ").slice(0, 200);
      put(byId("paste-hint"), { text: word("paste.hint", { D: app.D, channels, last: app.network.embedding?.V - 1 }) });
      const values = { trouble, steps: result.steps, answer: answerInWords(app.payload, result.shown) };
      if (isNew && error) showMessage(word("message.not", values), "bad");
      else if (isNew) showMessage(`${word("message.read", values)} ${note}`.trim(), "good");
      isNew = false;
    },
  };
}
