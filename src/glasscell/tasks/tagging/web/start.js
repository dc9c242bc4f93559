/** The page for labelled steps: what the reader does changes the state; views show the frame computed from it. */

import { byId, mount, put } from "../../../explorer/web/kit/dom.js";
import { listenToKeys } from "../../../explorer/web/keyboard.js";
import { showBroken } from "../../../explorer/web/views/broken-page.js";
import { cellView, momentInWords } from "../../../explorer/web/views/cell.js";
import { chipsView } from "../../../explorer/web/views/chips.js";
import { choosers } from "../../../explorer/web/views/choosers.js";
import { formulaView } from "../../../explorer/web/views/formula.js";
import { mapsView } from "../../../explorer/web/views/maps.js";
import { folded, moreView } from "../../../explorer/web/views/more.js";
import { riverCard } from "../../../explorer/web/views/river.js";
import { listenToSettingsMenu } from "../../../explorer/web/views/settings-menu.js";
import { transportBar } from "../../../explorer/web/views/transport.js";
import { bandsView, stepInWords } from "./bands-view.js";
import { curvesView } from "./curves-view.js";
import { sharesView, stepSays } from "./shares-view.js";
import { storyView } from "./story-view.js";
import { tableView } from "./table-view.js";
import { whyView } from "./why-view.js";
import { heldInWords, stepsCaptions } from "./captions.js";
import { addWords } from "../../../explorer/web/words/language.js";
import { StepsApp } from "./app.js";
import en from "./words.en.json" with { type: "json" };
import ja from "./words.ja.json" with { type: "json" };

/** Build the page from its data. */
export function start() {
  addWords(en, ja);
  let app;
  try {
    app = new StepsApp(JSON.parse(byId("data").textContent));
    app.runs.update(app.state.input, app.state.clamps);
  } catch (error) {
    showBroken(error, "steps");
    return;
  }
  byId("main").hidden = false;
  app.arrive();
  app.views = [
    storyView(app), mount("transport", transportBar(app, stepSays(app))), curvesView(app), bandsView(app),
    mount("why-strip", whyView(app)), choosers(app), mount("cell-diagram", cellView(app)), mount("formula", formulaView(app)),
    chipsView(app, heldInWords), riverCard(app), stepsCaptions(app), moreView(app, app.sections),
    folded("shares", sharesView(app)), folded("units", mapsView(app)), folded("table", tableView(app)),
  ];
  app.onSettled = ({ state, t, unit, moment, labels: { held, truth } }) => {
    if (state.playing) return;
    const why = byId("why-words").textContent;
    const parts = [stepInWords(app, held, truth, t), why, momentInWords(moment, unit, t), byId("clamp-words").textContent];
    put(byId("live"), { text: parts.filter(Boolean).join(" ") });
  };
  byId("undo").addEventListener("click", () => app.undo());
  byId("clear").addEventListener("click", () => app.choose(app.state.input.of));
  listenToKeys(app);
  listenToSettingsMenu(app, "bands");
  app.open();
}

if (typeof document !== "undefined") start();
