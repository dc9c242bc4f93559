/** A series pasted, dropped or chosen as a file; what is wrong with it is told in words. */

import { byId, put } from "./dom.js";
import { MOST_ROWS, readSeriesText } from "./csv.js";
import { run } from "./forward.js";
import { word } from "./language.js";

const MOST_BYTES = 20e6;
const MOST_STATES = 2e6; // steps × units of all layers: more would need too much of a browser's memory

/** @returns {number} the most rows that this network can read here */
export function mostRows(network) {
  const units = network.layers.flatMap(({ directions }) => directions).reduce((sum, { H }) => sum + H, 0);
  return Math.min(MOST_ROWS, Math.max(100, Math.floor(MOST_STATES / units) * network.stride));
}

/**
 * Read text as an input of the page.
 * @param {string} text
 * @param {object} app
 * @returns {{error: null, x: Float64Array, T: number, missing: number} | {error: {code: string}}} the codes of csv.js
 *   and of `run`, and "digit-rows", "digit-range"
 */
export function readInput(text, app) {
  const found = readSeriesText(text, app.payload.channels, mostRows(app.network));
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
  try {
    run(app.network, x, T);
  } catch (error) {
    if (!error.code) throw error;
    return { error: { code: error.code } };
  }
  return found;
}

/** @returns {string} an error of `readInput` in words */
export function troubleInWords(error, app) {
  const values = { D: app.D, channels: app.payload.channels.join(", ").slice(0, 200) };
  for (const name of ["line", "column", "found", "expected"]) values[name] = error[name] ?? "?";
  const known = word(`csv.${error.code}`, values);
  return known === `csv.${error.code}` ? word("csv.other", { code: error.code }) : known;
}

/**
 * Listen to the box for pasting, to the file chooser and to drops anywhere on the page.
 * @param {object} app
 * @returns {{update: function()}}
 */
export function intake(app) {
  const [text, file, trouble] = [byId("paste-text"), byId("paste-file"), byId("paste-error")];
  let error = null;

  function take(content) {
    const found = readInput(content, app);
    ({ error } = found);
    if (!error) {
      app.remember();
      app.edit(found.x, found.T);
    }
    byId("paste").open = true;
    app.redraw();
  }

  async function takeFile(blob) {
    if (!blob) return;
    if (blob.size > MOST_BYTES) {
      error = { code: "too-big", found: Math.round(blob.size / 1e6) };
      byId("paste").open = true;
      app.redraw();
      return;
    }
    const content = await blob.text();
    text.value = content.slice(0, 20_000);
    take(content);
  }

  byId("paste-read").addEventListener("click", () => take(text.value));
  file.addEventListener("change", () => {
    takeFile(file.files[0]);
    file.value = "";
  });
  for (const event of ["dragover", "dragenter"]) {
    document.addEventListener(event, (drag) => {
      drag.preventDefault();
      document.body.classList.add("dropping");
    });
  }
  document.addEventListener("dragleave", (drag) => {
    if (drag.relatedTarget === null) document.body.classList.remove("dropping");
  });
  document.addEventListener("drop", (drop) => {
    drop.preventDefault();
    document.body.classList.remove("dropping");
    const [first] = drop.dataTransfer.files;
    if (first) takeFile(first);
    else take(drop.dataTransfer.getData("text/plain"));
  });

  return {
    update() {
      put(trouble, { hidden: error === null });
      put(trouble, { text: error === null ? "" : troubleInWords(error, app) });
      put(byId("paste-hint"), {
        text: word("paste.hint", { D: app.D, channels: app.payload.channels.join(", ").slice(0, 200) }),
      });
    },
  };
}
