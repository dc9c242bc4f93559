/** The page for labelled steps: what the reader does changes the state; views show the frame computed from it. */

import { byId, mount } from "../../../explorer/web/kit/dom.js";
import { openPage } from "../../../explorer/web/page.js";
import { chipsView } from "../../../explorer/web/views/chips.js";
import { mapsView } from "../../../explorer/web/views/maps.js";
import { folded } from "../../../explorer/web/views/more.js";
import { riverCard } from "../../../explorer/web/views/river.js";
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

/** Build the views. @returns {View[]} */
function furnish(/** @type {StepsApp} */ app) {
  app.describe = ({ t, labels: { held, truth } }) => (
    [stepInWords(app, held, truth, t), ...["why-words", "cell-words", "clamp-words"].map((id) => byId(id).textContent)]
  );
  return [
    storyView(app), mount("transport", transportBar(app, stepSays(app))), curvesView(app), bandsView(app),
    mount("why-strip", whyView(app)), chipsView(app, heldInWords), riverCard(app), stepsCaptions(app),
    folded("shares", sharesView(app)), folded("units", mapsView(app)), folded("table", tableView(app)),
  ];
}

addWords(en, ja);
openPage("steps", (payload) => new StepsApp(payload, furnish));
