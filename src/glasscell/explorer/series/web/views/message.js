/** The result for a dropped, chosen or pasted file: near the top, wherever the reader is on the page. */

import { byId, put } from "../../../web/kit/dom.js";

const GOOD_NEWS_MILLISECONDS = 8000; // bad news stays until it is dismissed
let closing = null;

/** Show a message in the place of the last. Both live regions are always there, or screen readers would miss them. */
export function showMessage(text, kind) {
  clearTimeout(closing);
  put(byId("message"), { "data-kind": kind });
  for (const one of ["good", "bad"]) put(byId(`message-${one}`), { text: one === kind ? text : "" });
  put(byId("message-close"), { hidden: kind === null });
  if (kind === "good") closing = setTimeout(closeMessage, GOOD_NEWS_MILLISECONDS);
}

/** Take the message away. */
export function closeMessage() {
  showMessage("", null);
}
