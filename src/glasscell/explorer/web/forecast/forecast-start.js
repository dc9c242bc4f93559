/** The page for forecasts: what the reader does changes the state; views show the frame computed from it. */

import { byId, put } from "../kit/dom.js";
import { listenToStepKeys } from "../step-keys.js";
import { showBroken } from "../views/broken-page.js";
import { cellView } from "../views/cell.js";
import { chipsView } from "../views/chips.js";
import { choosers } from "../views/choosers.js";
import { formulaView } from "../views/formula.js";
import { mapsView } from "../views/maps.js";
import { riverView } from "../views/river.js";
import { listenToSettingsMenu } from "../views/settings-menu.js";
import { transportBar } from "../views/transport.js";
import { fanView } from "./fan-view.js";
import { fanInWords, pointInWords } from "./fan-words.js";
import { ForecastApp } from "./forecast-app.js";
import { forecastCaptions, heldInForecast, pointSays } from "./forecast-captions.js";
import { featuresView, forecastTable } from "./forecast-table.js";

/** Build the page from its data. */
export function start() {
  let app;
  try {
    app = new ForecastApp(JSON.parse(byId("data").textContent));
  } catch (error) {
    showBroken(error, "forecast");
    return;
  }
  byId("main").hidden = false;
  app.views = [
    fanView(app), forecastTable(app), featuresView(app), transportBar(app, pointSays(app)), choosers(app), cellView(app),
    formulaView(app), chipsView(app, heldInForecast), riverView(app), mapsView(app), forecastCaptions(app),
  ];
  app.onSettled = (frame) => {
    if (frame.state.playing) return;
    const parts = [pointInWords(app), fanInWords(app, frame), byId("clamp-words").textContent];
    put(byId("live"), { text: parts.filter(Boolean).join(" ") });
  };
  if (!app.payload.reason) listenToStepKeys(app); // else there is no network to go through step by step
  listenToSettingsMenu(app, "fan");
  app.set({});
}

if (typeof document !== "undefined") start();
