/** What a page shows in place of itself when its data cannot be read. */

import { byId, put } from "../kit/dom.js";
import { applyWords, preferredLanguage, speak, word } from "../words/language.js";

/**
 * @param {Error & {code?: string}} error
 * @param {string} page whose words are spoken
 */
export function showBroken(error, page) {
  speak(preferredLanguage(), page);
  applyWords(document);
  for (const id of ["tools", "skip"]) byId(id).hidden = true;
  put(byId("notice"), { hidden: false });
  put(byId("notice"), { text: word(error.code === "bad-data" ? "broken.data" : "broken", { message: error.message }) });
}
