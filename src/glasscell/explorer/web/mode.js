/** How the page is shown, from its address: whole, presented to a room, or in a frame of another page. */

import { put } from "./kit/dom.js";

const SECTIONS = { cell: null, river: "river", maps: "units", answer: "answer" }; // the parts, and where they are folded away

/** @returns {?string} the section in which the part is that is all that is shown, with the strip; null where all is */
export function sectionOfPart() {
  return SECTIONS[document.documentElement.dataset.part] ?? null;
}

/** @returns {string} the parts of a fragment that say how the page is shown: they stay when the state is written */
export function modeInFragment(hash) {
  const parts = hash.slice(1).split("&").filter((one) => /^(present|embed)(=|$)/.test(one));
  return parts.map((one) => `&${one}`).join("");
}

/** Apply the mode in the address: `present`, `embed` or `embed=cell`, after the "?" or the "#"; the style sheet does it. */
export function applyMode() {
  const said = new URLSearchParams(`${location.search}&${location.hash.slice(1)}`);
  const part = Object.hasOwn(SECTIONS, said.get("embed")) && said.get("embed");
  put(document.documentElement, {
    "data-present": said.has("present"),
    "data-embed": window !== window.top || said.has("embed"),
    "data-part": document.querySelector(`.card[data-part="${part}"]`) ? part : null,
  });
}
