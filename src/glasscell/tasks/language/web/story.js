/** The opening of the page: the name of the unit in view, and a handle that switches it off. */

import { byId, put } from "../../../explorer/web/kit/dom.js";
import { number, percent, word } from "../../../explorer/web/words/language.js";
import { effectInWords, fitInWords, markInWords, unitInWords } from "./names.js";

/**
 * @param {TextApp} app
 * @returns {View}
 */
export function textStory(app) {
  const handle = byId("hold-event");
  handle.addEventListener("click", () => app.switchOff());
  return {
    update(/** @type {TextFrame} */ frame) {
      const { unit, layer, isHurrying } = frame;
      if (!isHurrying) put(byId("event"), { text: eventInWords(app, frame) }); // a sentence of the whole text
      put(handle, { text: word("switch", { unit: unitInWords(app, layer, unit) }), "aria-pressed": app.isSwitchedOff() });
      put(byId("consequence"), { text: consequenceInWords(app, frame) });
    },
  };
}

/** What the unit encodes; where no unit has a name, how well the network predicts. */
function eventInWords(app, { cell, layer, unit, readingFree }) {
  const name = capitalized(unitInWords(app, layer, unit));
  if (cell) return word(cell.measure === "R2" ? "event.follows" : "event.on", { unit: name, mark: markInWords(cell) });
  if (app.names.length > 0) return word("event.nameless", { unit: name });
  const n = readingFree.steps - 1;
  return n < 1 ? word("event.empty") : word("event.guesses", { share: percent(readingFree.countHits() / n), n });
}

function capitalized(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** What the handle has changed; before that, how well the name fits. */
function consequenceInWords(app, { cell, layer, unit, reading, readingFree }) {
  if (app.isSwitchedOff()) return cell ? effectInWords(cell) : costInWords(app, reading, readingFree, layer, unit);
  if (cell) return [fitInWords(cell), cell.effect && word("event.ask")].filter(Boolean).join(" ");
  if (app.names.length > 0) return "";
  return word(app.payload.cells ? "named.empty" : "named.none", { run: app.payload.run });
}

/** What this text costs without a unit of which nobody has measured it. */
function costInWords(app, reading, readingFree, layer, unit) {
  const n = Math.min(reading.steps, readingFree.steps) - 1;
  if (n < 1) return "";
  const [held, free] = [reading, readingFree].map((one) => number(one.bitsUpTo(n) / n));
  return word(held === free ? "effect.same" : "effect.here", { unit: unitInWords(app, layer, unit), held, free });
}
