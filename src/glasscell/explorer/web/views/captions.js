/** The page's headings and notes, and the words for screen readers. */

import { byId, put } from "../kit/dom.js";
import { word } from "../words/language.js";
import { momentInWords } from "./cell.js";
import { answerInWords } from "./answer.js";
import { epochInWords } from "./epochs.js";
import { clampSentence } from "./clamp-words.js";
import { troubleInWords } from "./intake.js";
import { directionKey, isDeep } from "./place.js";
import { markSettings } from "./settings-menu.js";
import { writeFragment } from "../exchange/fragment.js";

/** Describe a frame for those who cannot see it. */
export function frameInWords(app, frame) {
  const { t, steps, unit, moment } = frame;
  const answer = frame.answer("held", t);
  const by = t === steps - 1 || frame.targets ? "live.network" : "live.probe";
  const parts = [
    word("place", { t: t + 1, steps }),
    momentInWords(moment, unit, t),
    answer ? word(by, { answer: answerInWords(app.payload, answer) }) : "",
  ];
  const sentence = clampSentence(app, frame);
  if (sentence !== app.lastClampSentence) parts.push(sentence); // once is enough
  app.lastClampSentence = sentence;
  return parts.filter(Boolean).join(" ");
}

/**
 * Headings, words and notes that change with the frame.
 * @param {App} app
 * @returns {View}
 */
export function captionsView(app) {
  return {
    update(frame) {
      const { state, unit, t, moment, layer, direction } = frame;
      const where = isDeep(app)
        ? word("cell.where", { layer: layer + 1, direction: word(directionKey(app, layer, direction)) }) : "";
      const when = app.epochs.isEarlier(state.epoch)
        ? word("epochs.where", { when: epochInWords(app.epochs, state.epoch) }) : "";
      put(byId("cell-title"), { text: word("cell.title", { unit: unit + 1, t: t + 1 }) + where + when });
      put(byId("cell-words"), { text: momentInWords(moment, unit, t) });
      put(byId("undo"), { disabled: app.undone.length === 0 });
      markSettings(state);
      put(byId("input-note"), { text: inputNotes(app, frame).join(" ") });
    },
  };
}

/** Notes on the input: nothing drawn, much longer than in training, values missing, too long for a link. */
function inputNotes(app, { state, result }) {
  const { x, T } = state.input;
  const notes = [];
  if (app.trouble) notes.push(troubleInWords(app.trouble, app));
  if (app.kind === "digit" && x.every((v) => v === 0)) notes.push(word("note.nothing"));
  const { longest } = app.payload;
  if (longest > 0 && T > 1.5 * longest) notes.push(word("note.long", { T, longest }));
  const missing = x.reduce((sum, v) => sum + Number.isNaN(v), 0);
  if (missing > 0) notes.push(word("note.missing", { n: missing }));
  if (app.network.stride > 1) notes.push(word("note.stride", { k: app.network.stride, steps: result.steps }));
  if (!writeFragment(state, app.kind).complete) notes.push(word("note.link"));
  return notes;
}
