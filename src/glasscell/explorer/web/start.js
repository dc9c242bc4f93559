/** The page: what the reader does changes the state; views show the frame computed from it. */

import { byId, mount, put } from "./kit/dom.js";
import { word } from "./words/language.js";
import { NetworkSwitcher } from "./network-switcher.js";
import { restore, writeAddress } from "./address.js";
import { listenToKeys } from "./keyboard.js";
import { applyMode } from "./mode.js";
import { openPage } from "./opening.js";
import { digitInput, digitThumbnail, examplePicker } from "./views/digit.js";
import { seriesInput, seriesThumbnail } from "./views/series.js";
import { tokenField, tokensThumbnail } from "./views/tokens.js";
import { transportBar } from "./views/transport.js";
import { choosers } from "./views/choosers.js";
import { cellView } from "./views/cell.js";
import { formulaView } from "./views/formula.js";
import { answerName, answerView } from "./views/answer.js";
import { chipsView } from "./views/chips.js";
import { folded, moreView } from "./views/more.js";
import { storyView } from "./views/story.js";
import { hasOneUnit } from "./views/place.js";
import { mapsView } from "./views/maps.js";
import { riverCard } from "./views/river.js";
import { epochsView } from "./views/epochs.js";
import { characterView } from "./views/character.js";
import { evidenceView } from "./views/evidence.js";
import { evidenceStrip } from "./views/evidence-strip.js";
import { oneUnitView } from "./views/one-unit.js";
import { trainerView } from "./views/trainer.js";
import { captionsView, frameInWords } from "./views/captions.js";
import { showBroken } from "./views/broken-page.js";
import { intake } from "./views/intake.js";
import { closeMessage } from "./views/message.js";
import { writeFragment } from "./exchange/fragment.js";
import { tour } from "./tour/tour.js";
import { answersCsv, evidenceCsv, gatesCsv, saveCsv, savePng, saveSvg } from "./exchange/export.js";

/** Listen to the controls that belong to no view. */
function listenToNetwork(app) {
  const { signal } = app.listening;
  byId("undo").addEventListener("click", () => app.undo());
  byId("clear").addEventListener("click", () => {
    app.remember();
    if (app.kind === "digit") app.edit(new Float64Array(8 * app.D), 8);
    else app.set({ input: app.exampleInput(app.lastExample ?? 0), t: Infinity });
  });
  byId("language").addEventListener("change", () => app.set({ language: byId("language").value }));
  byId("theme").addEventListener("change", () => app.set({ theme: byId("theme").value }));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => app.redraw(), { signal });
  byId("copy-link").addEventListener("click", async () => {
    writeAddress(app);
    const isDone = await navigator.clipboard?.writeText(location.href).then(() => true, () => false);
    const isWhole = writeFragment(app.state, app.kind).complete;
    const done = isDone ? (isWhole ? "share.copied" : "share.copied.part") : isWhole ? "share.address" : "share.part";
    put(byId("copy-link"), { text: word(done) });
    setTimeout(() => put(byId("copy-link"), { text: word("share.link") }), isWhole ? 4000 : 12000);
  });
  document.addEventListener("click", (event) => {
    const target = /** @type {Element} */ (event.target);
    const isSaved = target.id?.startsWith("save-");
    if (isSaved) byId("share").querySelector("summary").focus();
    for (const menu of document.querySelectorAll("details")) {
      if (menu.matches(".menu") && (isSaved || !menu.contains(target))) menu.open = false;
    }
  }, { signal });
}

function listenToExports(app) {
  const name = `glasscell-${app.payload.run.replace(/[^\w-]+/g, "-").slice(0, 40) || "run"}`;
  const saver = (save) => async () => {
    const summary = byId("share").querySelector("summary");
    put(summary, { text: word("share.wait") });
    try {
      await app.complete();
      await save(name, app.title());
    } finally {
      put(summary, { text: word("share") });
    }
  };
  byId("save-png").addEventListener("click", saver(savePng));
  byId("save-svg").addEventListener("click", saver(saveSvg));
  byId("save-gates").addEventListener("click", () => {
    saveCsv(`${name}-gates`, gatesCsv(app.network, app.runs.held));
  });
  const names = Array.from({ length: app.network.C }, (_, k) => answerName(app.payload, k));
  byId("save-evidence").addEventListener("click", saver(() => {
    saveCsv(`${name}-evidence`, evidenceCsv(names, app.runs.evidence));
  }));
  byId("save-answers").addEventListener("click", () => {
    const at = (t) => app.runs.answerAt("held", t);
    saveCsv(`${name}-answers`, answersCsv(names, app.runs.held.steps, at, app.task !== null));
  });
}

/** @returns {string[]} what unfolds below a network of the reader's own, as far as the page has it */
function sectionsOf({ epochs, examples, networks }) {
  const isThere = { learning: epochs.stops.length > 0, character: examples.length > 0, train: networks.apps.length > 1 };
  return ["units", "answer", "learning", "character", "train"].filter((name) => isThere[name] ?? true);
}

/** Build the views of a network. */
function furnish(app) {
  byId("main").hidden = false;
  document.body.dataset.input = app.kind === "digit" ? "digit" : "series";
  document.body.dataset.network = app.task ? "one" : "own";
  document.body.dataset.channels = app.kind !== "digit" && app.D > 3 ? "many" : "few";
  put(byId("erase-label"), { hidden: app.kind !== "digit" });
  put(byId("clear"), { "data-word": app.kind === "digit" ? "clear" : "reset" });
  if (app.task) put(byId("input-hint"), { "data-word": "input.hint.one" });
  const isTrained = Boolean(app.payload.trained); // then it is in no tour, and in no link
  for (const id of ["tour-start", "copy-link"]) put(byId(id), { hidden: isTrained });
  put(byId("choosers"), { hidden: hasOneUnit(app) && app.task !== null });
  const input = app.kind === "digit" ? digitInput(app, () => byId("erase").checked) : seriesInput(app);
  if ("element" in input) byId("input-box").append(/** @type {Part} */ (input).element);
  const picture = ({ x, T }) => ({
    digit: () => digitThumbnail(x), series: () => seriesThumbnail(x, T, app.D),
    tokens: () => tokensThumbnail(x, T, app.network.embedding.V),
  })[app.kind]();
  for (const id of ["evidence", "save-evidence"]) put(byId(id), { hidden: app.task !== null });
  put(byId("six"), { hidden: app.task === null });
  if (app.task) for (const id of ["input", "river"]) byId(`more-${id}`).append(byId(id));
  const inFold = (name, view) => (app.task ? folded(name, view) : view);
  app.sections = app.task ? ["train", "river", "input", "answer"] : sectionsOf(app);
  const unfolding = {
    train: () => [trainerView(app)],
    units: () => [mapsView(app)],
    answer: () => [answerView(app), ...(app.task ? [] : [evidenceView(app)])],
    learning: () => [mount("epochs", epochsView(app))],
    character: () => [characterView(app, picture)],
  };
  app.views = [
    moreView(app, app.sections), storyView(app), inFold("input", input),
    ...(app.kind === "tokens" ? [tokenField(app)] : []), inFold("input", examplePicker(app, picture)), choosers(app),
    mount("transport", transportBar(app)), mount("cell-diagram", cellView(app)), mount("formula", formulaView(app)),
    inFold("river", riverCard(app)), chipsView(app), intake(app), captionsView(app),
    app.task ? oneUnitView(app) : evidenceStrip(app),
    ...app.sections.flatMap((name) => (unfolding[name]?.() ?? []).map((view) => folded(name, view))),
    ...(isTrained ? [] : [tour(app)]),
  ];
  app.onSettled = (frame) => {
    if (!isTrained && !app.isUntouched) writeAddress(app);
    if (!frame.state.playing) put(byId("live"), { text: frameInWords(app, frame) });
  };
  listenToNetwork(app);
  listenToKeys(app);
  listenToExports(app);
}

/** Build the page from its data. */
export function start() {
  let networks;
  try {
    networks = new NetworkSwitcher(JSON.parse(byId("data").textContent), furnish);
  } catch (error) {
    showBroken(error, "series");
    return;
  }
  byId("skip").addEventListener("click", (event) => {
    event.preventDefault();
    byId("reading").focus();
  });
  byId("message-close").addEventListener("click", closeMessage);
  applyMode();
  addEventListener("hashchange", () => {
    applyMode();
    if (location.hash.slice(1) !== networks.shown.written) restore(networks, location.hash);
  });
  openPage(networks);
}

if (typeof document !== "undefined") start();
