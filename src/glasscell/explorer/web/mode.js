/** How the page is shown, as its address says: whole, presented to a room, or in a frame of another page. */

import { put } from "./kit/dom.js";

const PARTS = ["cell", "river", "maps", "answer"];
const SECTIONS = { river: "river", maps: "units", answer: "answer" }; // where a part is folded away

/**
 * @param {{search: string, hash: string}} address with `present`, `embed` or `embed=cell` after the "?" or the "#"
 * @param {boolean} isFramed
 * @returns {{isPresented: boolean, isEmbedded: boolean, part: ?string}} part: all that is shown, with the strip
 */
export function modeOf({ search, hash }, isFramed) {
  const said = new Map(`${search.slice(1)}&${hash.slice(1)}`.split("&").map((one) => /** @type {[string, string]} */ (one.split("="))));
  const part = PARTS.includes(said.get("embed")) ? said.get("embed") : null;
  return { isPresented: said.has("present"), isEmbedded: isFramed || said.has("embed"), part };
}

/** @returns {?string} the section in which the part is that is shown; null where all is */
export function sectionOfPart() {
  return SECTIONS[document.documentElement.dataset.part] ?? null;
}

/** @returns {string} the parts of a fragment that say how the page is shown: they stay when the state is written */
export function modeInFragment(hash) {
  const parts = hash.slice(1).split("&").filter((one) => /^(present|embed)(=|$)/.test(one));
  return parts.map((one) => `&${one}`).join("");
}

/** Show the page as its address says; the style sheet does it. */
export function applyMode() {
  const { isPresented, isEmbedded, part } = modeOf(location, window !== window.top);
  put(document.documentElement, { "data-present": isPresented, "data-embed": isEmbedded, "data-part": part });
}
