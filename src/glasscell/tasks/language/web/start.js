/** The page for text: what the reader does changes the state; views show the frame computed from it. */

import { byId, html, mount, put } from "../../../explorer/web/kit/dom.js";
import { openPage } from "../../../explorer/web/page.js";
import { headCell } from "../../../explorer/web/views/cell.js";
import { heldBy } from "../../../explorer/web/network/clamps.js";
import { folded } from "../../../explorer/web/views/more.js";
import { transportBar } from "../../../explorer/web/views/transport.js";
import { addWords, number, word } from "../../../explorer/web/words/language.js";
import { TextApp } from "./app.js";
import { textStory } from "./story.js";
import { nameChips } from "./chips.js";
import { textView } from "./text-view.js";
import { expectedView } from "./expected.js";
import { writingView } from "./writing-view.js";
import { namedCells } from "./named-cells.js";
import { textHolding } from "./holding.js";
import { textRiver } from "./river.js";
import en from "./words.en.json" with { type: "json" };
import ja from "./words.ja.json" with { type: "json" };

/** The heading of the cell's card. @returns {View} */
function textCaptions(/** @type {TextApp} */ app) {
  return {
    update(frame) {
      const { state: { clamps, input }, moment: { c }, unit, layer, t } = frame;
      headCell(app, frame, { t });
      const said = heldBy(clamps, { gate: "c", layer, direction: 0, unit, t })
        ? word("cell.held", { c: number(c) }) : byId("cell-words").textContent;
      put(byId("cell-words"), { text: `${word("cell.read", { name: app.alphabet.nameOf(input.x[t]) })} ${said}` });
    },
  };
}

/** What the character in view is, and what there is to do to the text. @returns {Part} */
function endOfBar(/** @type {TextApp} */ app) {
  const sign = html("span", { class: "says" });
  const [undo, clear] = ["undo", "clear"].map((id) => html("button", { type: "button", id, "data-word": id }));
  return {
    element: html("div", { class: "small-answer" }, sign, undo, clear),
    update({ state: { input }, t }) {
      put(sign, { text: app.alphabet.nameOf(input.x[t]) });
    },
  };
}

/** Build the views. @returns {View[]} */
function furnish(/** @type {TextApp} */ app) {
  byId("text-bytes").hidden = app.payload.symbols !== "bytes";
  app.describe = () => [byId("expected-words").textContent];
  byId("text-area").addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    byId("text-scroll").focus();
    event.preventDefault(); // nothing else is closed
  });
  return [
    nameChips(app), textStory(app), textView(app), mount("transport", transportBar(app, endOfBar(app))),
    expectedView(app),
    textHolding(app), textRiver(app), textCaptions(app), writingView(app), folded("named", namedCells(app)),
  ];
}

addWords(en, ja);
openPage("text", (payload) => new TextApp(payload, furnish));
