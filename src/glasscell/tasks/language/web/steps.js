/** Step through the text as through any series, with what there is to do to it. */

import { html, mount, put } from "../../../explorer/web/kit/dom.js";
import { transportBar } from "../../../explorer/web/views/transport.js";

/**
 * @param {TextApp} app
 * @returns {Part}
 */
export function stepsBar(app) {
  const sign = html("span", { class: "says" });
  const undo = html("button", { type: "button", id: "undo", "data-word": "undo" });
  const clear = html("button", { type: "button", id: "clear", "data-word": "clear" });
  return mount("transport", transportBar(app, {
    element: html("div", { class: "small-answer" }, sign, undo, clear),
    update({ state, t }) {
      put(sign, { text: app.alphabet.nameOf(state.input.x[t]) });
    },
  }));
}
