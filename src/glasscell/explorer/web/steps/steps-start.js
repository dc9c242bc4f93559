/** The page for labelled steps: what the reader does changes the state; views show the frame computed from it. */

import { byId, put } from "../kit/dom.js";
import { listenToStepKeys } from "../step-keys.js";
import { mostMoving } from "../network/runs.js";
import { showBroken } from "../views/broken-page.js";
import { cellView, momentInWords } from "../views/cell.js";
import { chipsView } from "../views/chips.js";
import { choosers } from "../views/choosers.js";
import { formulaView } from "../views/formula.js";
import { mapsView } from "../views/maps.js";
import { riverView } from "../views/river.js";
import { listenToSettingsMenu } from "../views/settings-menu.js";
import { transportBar } from "../views/transport.js";
import { bandsView, stepInWords } from "./bands-view.js";
import { curvesView } from "./curves-view.js";
import { sharesView, stepSays } from "./shares-view.js";
import { heldInWords, stepsCaptions } from "./steps-captions.js";
import { StepsApp } from "./steps-app.js";

/** Build the page from its data. */
export function start() {
  let app;
  try {
    app = new StepsApp(JSON.parse(byId("data").textContent));
    app.runs.update(app.state.input, app.state.clamps);
  } catch (error) {
    showBroken(error, "steps");
    return;
  }
  app.state.unit = mostMoving(app.runs);
  byId("main").hidden = false;
  app.arrive();
  app.views = [
    curvesView(app), bandsView(app), sharesView(app), transportBar(app, stepSays(app)), choosers(app), cellView(app),
    formulaView(app), chipsView(app, heldInWords), riverView(app), mapsView(app), stepsCaptions(app),
  ];
  app.onSettled = ({ state, t, unit, moment, labels: { held, truth } }) => {
    if (state.playing) return;
    const parts = [stepInWords(app, held, truth, t), momentInWords(moment, unit, t), byId("clamp-words").textContent];
    put(byId("live"), { text: parts.filter(Boolean).join(" ") });
  };
  byId("undo").addEventListener("click", () => app.undo());
  byId("clear").addEventListener("click", () => app.choose(app.state.input.of));
  listenToStepKeys(app);
  listenToSettingsMenu(app, "bands");
  app.set({ t: Math.floor(app.state.input.T / 2) });
}

if (typeof document !== "undefined") start();
