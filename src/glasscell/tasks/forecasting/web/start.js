/** The page for forecasts: what the reader does changes the state; views show the frame computed from it. */

import { byId, mount, put } from "../../../explorer/web/kit/dom.js";
import { listenToKeys } from "../../../explorer/web/keyboard.js";
import { showBroken } from "../../../explorer/web/views/broken-page.js";
import { cellView } from "../../../explorer/web/views/cell.js";
import { chipsView } from "../../../explorer/web/views/chips.js";
import { choosers } from "../../../explorer/web/views/choosers.js";
import { formulaView } from "../../../explorer/web/views/formula.js";
import { folded, moreView } from "../../../explorer/web/views/more.js";
import { mapsView } from "../../../explorer/web/views/maps.js";
import { riverCard } from "../../../explorer/web/views/river.js";
import { listenToSettingsMenu } from "../../../explorer/web/views/settings-menu.js";
import { transportBar } from "../../../explorer/web/views/transport.js";
import { fanView } from "./fan-view.js";
import { pointInWords } from "./fan-words.js";
import { playOpening } from "./opening.js";
import { consequenceInWords, eventInWords, storyView } from "./story.js";
import { addWords } from "../../../explorer/web/words/language.js";
import { ForecastApp } from "./app.js";
import { forecastCaptions, heldInForecast, pointSays } from "./captions.js";
import { featuresView, forecastTable } from "./table.js";
import en from "./words.en.json" with { type: "json" };
import ja from "./words.ja.json" with { type: "json" };

/** Build the page from its data. */
export function start() {
  addWords(en, ja);
  let app;
  try {
    app = new ForecastApp(JSON.parse(byId("data").textContent));
  } catch (error) {
    showBroken(error, "forecast");
    return;
  }
  byId("main").hidden = false;
  const hasNetwork = !app.payload.reason; // else there is nothing to go through step by step
  app.views = [
    mount("story", storyView(app)), fanView(app), mount("transport", transportBar(app, pointSays(app))), choosers(app),
    mount("cell-diagram", cellView(app)), mount("formula", formulaView(app)), chipsView(app, heldInForecast), riverCard(app),
    folded("reads", featuresView(app)), folded("units", mapsView(app)), folded("numbers", forecastTable(app)),
    moreView(app, hasNetwork ? ["reads", "units", "numbers"] : ["numbers"]), forecastCaptions(app),
  ];
  app.onSettled = (frame) => {
    if (frame.state.playing) return;
    const parts = [pointInWords(app), eventInWords(app, frame), consequenceInWords(app, frame), byId("clamp-words").textContent];
    put(byId("live"), { text: parts.filter(Boolean).join(" ") });
  };
  if (hasNetwork) listenToKeys(app);
  listenToSettingsMenu(app, "fan");
  app.set({});
  if (hasNetwork) playOpening(app);
}

if (typeof document !== "undefined") start();
