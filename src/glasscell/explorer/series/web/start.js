/** The page: what the reader does changes the state; views show the frame computed from it. */

import { byId, mount, put } from "../../web/kit/dom.js";
import { addWords, word } from "../../web/words/language.js";
import { NetworkSwitcher } from "./network-switcher.js";
import { writeAddress } from "./address.js";
import { openPage } from "../../web/page.js";
import { digitInput, examplePicker } from "./views/digit.js";
import { seriesInput } from "./views/series.js";
import { tokenField } from "../../web/views/tokens.js";
import { transportBar } from "../../web/views/transport.js";
import { answerName, answerView } from "../../web/views/answer.js";
import { chipsView } from "../../web/views/chips.js";
import { folded } from "../../web/views/more.js";
import { storyView } from "./views/story.js";
import { hasOneUnit } from "../../web/views/place.js";
import { mapsView } from "../../web/views/maps.js";
import { forgettersView } from "./views/forgetters.js";
import { riverCard } from "../../web/views/river.js";
import { epochsView } from "./views/epochs.js";
import { characterView, thumbnailOf } from "./views/character.js";
import { evidenceView } from "./views/evidence.js";
import { oneUnitView } from "./views/one-unit.js";
import { trainerView } from "./views/trainer.js";
import { captionsView, frameInWords } from "./views/captions.js";
import { intake } from "./views/intake.js";
import { tour } from "./tour/tour.js";
import { rowsOfAnswers, rowsOfEvidence, rowsOfGates, saveCsv, savePng, saveSvg } from "./exchange/export.js";
import en from "./words.en.json" with { type: "json" };
import ja from "./words.ja.json" with { type: "json" };
import tourEn from "./tour/words.en.json" with { type: "json" };
import tourJa from "./tour/words.ja.json" with { type: "json" };

/** Listen to the menu that shares the view, saves figures, and exports numbers. */
function listenToSharing(app) {
  const [menu, link, summary] = [byId("share"), byId("copy-link"), byId("share").querySelector("summary")];
  link.addEventListener("click", async () => {
    writeAddress(app);
    const isDone = await navigator.clipboard?.writeText(location.href).then(() => true, () => false);
    put(link, { text: word(isDone ? "share.copied" : "share.address") });
    setTimeout(() => put(link, { text: word("share.link") }), 4000);
  });
  const run = `glasscell-${app.payload.run.replace(/[^\w-]+/g, "-").slice(0, 40) || "run"}`;
  const names = Array.from({ length: app.network.C }, (_, k) => answerName(app.payload, k));
  const answerAt = (t) => app.runs.answerAt("held", t);
  const savers = {
    png: () => savePng(run, app.story().title),
    svg: () => saveSvg(run, app.story().title),
    gates: () => saveCsv(`${run}-gates`, rowsOfGates(app.network, app.runs.held)),
    evidence: () => saveCsv(`${run}-evidence`, rowsOfEvidence(names, app.runs.evidence)),
    answers: () => saveCsv(`${run}-answers`, rowsOfAnswers(names, app.runs.held.steps, answerAt, app.task !== null)),
  };
  for (const [what, save] of Object.entries(savers)) {
    byId(`save-${what}`).addEventListener("click", async () => {
      summary.focus();
      menu.open = false;
      put(summary, { text: word("share.wait") });
      while (app.runs.gatherEvidence(50)) await new Promise((go) => setTimeout(go, 0)); // a saved page is to be complete
      app.show();
      await save();
      put(summary, { text: word("share") });
    });
  }
}

/** Build the views of a network. @returns {View[]} */
function furnish(/** @type {App} */ app) {
  const { task, epochs, examples, networks, payload } = app;
  const [isDigit, isTrained] = [app.kind === "digit", Boolean(payload.trained)];
  Object.assign(document.body.dataset, {
    input: isDigit ? "digit" : "series", network: task ? "one" : "own", channels: !isDigit && app.D > 3 ? "many" : "few",
    trained: isTrained, // then it is in no tour, and in no link
  });
  if (task) put(byId("input-hint"), { "data-word": "input.hint.one" });
  put(byId("examples-note"), { "data-word": payload.examples_trained_on ? "examples.trained" : null });
  put(byId("choosers"), { hidden: hasOneUnit(app) && task !== null });
  const input = isDigit ? digitInput(app, () => byId("erase").checked) : seriesInput(app);
  if ("element" in input) byId("input-box").append(/** @type {Part} */ (input).element);
  // the values at hand, but for a network of one unit, whose six lines show more
  const atHand = [input, examplePicker(app, (example) => thumbnailOf(app, example)), riverCard(app)];
  if (task) for (const id of ["input", "river"]) byId(`more-${id}`).append(byId(id));
  const unfolding = task
    ? { train: [trainerView], river: [() => atHand[2]], input: [() => atHand[0], () => atHand[1]], answer: [answerView] }
    : {
      units: [forgettersView, mapsView], answer: [answerView, evidenceView],
      learning: epochs.stops.length > 0 && [() => mount("epochs", epochsView(app))],
      character: examples.length > 0 && [characterView], train: networks.apps.length > 1 && [trainerView],
    };
  app.sections = Object.keys(unfolding).filter((name) => unfolding[name]);
  app.describe = (frame) => frameInWords(app, frame);
  app.onSettled = () => {
    if (!isTrained && !app.isUntouched) writeAddress(app);
  };
  listenToSharing(app);
  return [
    storyView(app), ...(task ? [oneUnitView(app)] : atHand), ...(app.kind === "tokens" ? [tokenField(app)] : []),
    mount("transport", transportBar(app)), chipsView(app), intake(app), captionsView(app),
    ...app.sections.flatMap((name) => unfolding[name].map((make) => folded(name, make(app)))),
    ...(isTrained ? [] : [tour(app)]),
  ];
}

addWords(en, ja);
addWords(tourEn, tourJa);
openPage("series", (payload) => new NetworkSwitcher(payload, furnish));
