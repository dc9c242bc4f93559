/** The page's headings and notes, and the words for screen readers. */

import { byId, put } from "../../../web/kit/dom.js";
import { word } from "../../../web/words/language.js";
import { headCell, momentInWords } from "../../../web/views/cell.js";
import { answerInWords } from "../../../web/views/answer.js";
import { epochInWords } from "./epochs.js";
import { clampSentence } from "../../../web/views/clamp-words.js";
import { troubleInWords } from "./intake.js";
import { writeFragment } from "../exchange/fragment.js";

/** @returns {string[]} a frame for those who cannot see it */
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
  return parts;
}

/**
 * Headings, words and notes that change with the frame.
 * @param {App} app
 * @returns {View}
 */
export function captionsView(app) {
  return {
    update(frame) {
      const { epoch } = frame.state;
      const when = app.epochs.isEarlier(epoch) ? word("epochs.where", { when: epochInWords(app.epochs, epoch) }) : "";
      headCell(app, frame, {}, when);
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
