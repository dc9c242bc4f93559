/** The page for forecasts: what the reader does changes the state; views show the frame computed from it. */

import { byId, mount } from "../../../explorer/web/kit/dom.js";
import { openPage } from "../../../explorer/web/page.js";
import { chipsView } from "../../../explorer/web/views/chips.js";
import { folded } from "../../../explorer/web/views/more.js";
import { mapsView } from "../../../explorer/web/views/maps.js";
import { riverCard } from "../../../explorer/web/views/river.js";
import { transportBar } from "../../../explorer/web/views/transport.js";
import { fanView } from "./fan-view.js";
import { pointInWords } from "./fan-words.js";
import { storyView } from "./story.js";
import { addWords } from "../../../explorer/web/words/language.js";
import { ForecastApp } from "./app.js";
import { forecastCaptions, heldInForecast, pointSays } from "./captions.js";
import { featuresView, forecastTable } from "./table.js";
import en from "./words.en.json" with { type: "json" };
import ja from "./words.ja.json" with { type: "json" };

/** Build the views. @returns {View[]} */
function furnish(/** @type {ForecastApp} */ app) {
  app.describe = () => [pointInWords(app), byId("clamp-words").textContent];
  return [
    storyView(app), fanView(app), mount("transport", transportBar(app, pointSays(app))), chipsView(app, heldInForecast),
    riverCard(app), folded("reads", featuresView(app)), folded("units", mapsView(app)), folded("numbers", forecastTable(app)),
    forecastCaptions(app),
  ];
}

addWords(en, ja);
openPage("forecast", (payload) => new ForecastApp(payload, furnish));
