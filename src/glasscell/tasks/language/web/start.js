/** The page for text: what the reader does changes the state; views show the frame computed from it. */

import { byId, mount } from "../../../explorer/web/kit/dom.js";
import { usesKey } from "../../../explorer/web/keyboard.js";
import { showBroken } from "../../../explorer/web/views/broken-page.js";
import { cellView } from "../../../explorer/web/views/cell.js";
import { choosers } from "../../../explorer/web/views/choosers.js";
import { foldSection, folded, moreView } from "../../../explorer/web/views/more.js";
import { formulaView } from "../../../explorer/web/views/formula.js";
import { listenToSettingsMenu } from "../../../explorer/web/views/settings-menu.js";
import { addWords } from "../../../explorer/web/words/language.js";
import { TextApp } from "./app.js";
import { textStory } from "./story.js";
import { nameChips } from "./chips.js";
import { textView } from "./text-view.js";
import { stepsBar } from "./steps.js";
import { expectedView } from "./expected.js";
import { writingView } from "./writing-view.js";
import { namedCells } from "./named-cells.js";
import { textHolding } from "./holding.js";
import { textRiver } from "./river.js";
import { textCaptions } from "./captions.js";
import en from "./words.en.json" with { type: "json" };
import ja from "./words.ja.json" with { type: "json" };

const MOVES = { ArrowLeft: -1, ArrowRight: 1, PageUp: -1, PageDown: 1 };

/** Keys that work wherever the focus is, as on the other pages; in the text the browser's own keys move the cursor. */
function listenToTextKeys(app) {
  document.addEventListener("keydown", (event) => {
    const { key, target } = event;
    if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || (event.repeat && key === " ")) return;
    const menu = byId("settings");
    if (key === "Escape" && menu.open) {
      menu.open = false;
      menu.querySelector("summary").focus();
    } else if (key === "Escape" && target.id === "text-area") byId("text-scroll").focus();
    else if (key === "Escape") {
      if (!foldSection()) return;
    } else if (usesKey(target, key)) return;
    else if (key === " ") app.togglePlaying();
    else if (Object.hasOwn(MOVES, key)) app.set({ playing: false, t: app.state.cursor + MOVES[key] });
    else if (key === "Home" || key === "End") app.set({ playing: false, t: key === "Home" ? 0 : Infinity });
    else return;
    event.preventDefault();
  });
}

/** Build the page from its data. */
export function start() {
  addWords(en, ja);
  let app;
  try {
    app = new TextApp(JSON.parse(byId("data").textContent));
  } catch (error) {
    showBroken(error, "text");
    return;
  }
  byId("main").hidden = false;
  byId("text-bytes").hidden = app.payload.symbols !== "bytes";
  app.stopWriting = () => {};
  app.views = [
    nameChips(app), textStory(app), choosers(app), textView(app), stepsBar(app), expectedView(app),
    mount("cell-diagram", cellView(app)), textHolding(app), mount("formula", formulaView(app)), textRiver(app), textCaptions(app),
    moreView(app, ["write", "named"]), writingView(app), folded("named", namedCells(app)),
  ];
  listenToTextKeys(app);
  listenToSettingsMenu(app, "text-area");
  app.set({});
}

if (typeof document !== "undefined") start();
