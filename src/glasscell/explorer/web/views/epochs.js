/** Watch it learn: a slider over the epochs that the page has, and what the network answered after each. */

import { byId, html, put, wantsStillness } from "../kit/dom.js";
import { percent, word } from "../words/language.js";
import { rightFrom } from "../network/stages.js";
import { argmax } from "../network/runs.js";
import { answerInWords, rightAnswer } from "./answer.js";

const PLAY_MILLISECONDS = 1600; // at each epoch
const QUICK_MILLISECONDS = 4; // for the answers after all epochs: they are then part of the frame

/** @returns {string} which epoch is shown: “after epoch 5 of 100” */
export function epochInWords({ last }, epoch) {
  return word(epoch === 0 ? "epochs.before" : "epochs.after", { epoch, last });
}

/**
 * @param {object} app
 * @returns {{update: function(object)}} nothing where the page has the trained network only
 */
export function epochsView(app) {
  const { epochs } = app;
  const { stops, last } = epochs;
  const box = byId("epochs");
  put(box, { hidden: stops.length === 0 });
  if (stops.length === 0) return { update() {} };

  const play = html("button", { type: "button", id: "epochs-play", hidden: wantsStillness() });
  const slider = html("input", { type: "range", class: "scrub", id: "epoch", min: 0, max: stops.length - 1, step: 1 });
  const columns = stops.map((epoch, k) => {
    const answer = html("b", { class: "epoch-answer" });
    const share = html("span", { class: "epoch-share" });
    const column = html("div", { class: "epoch" }, html("span", { class: "epoch-number", text: epoch }), answer, share);
    column.addEventListener("click", () => choose(k));
    return { column, answer, share };
  });
  const row = html("div", { class: "epochs-row" }, ...columns.map(({ column }) => column));
  const title = html("h3", { "data-word": "epochs.title", "data-figure": "" });
  const words = html("p", { class: "note", id: "epochs-words", "data-figure": "" });
  const answers = html("p", { class: "note", id: "epochs-answers", "data-figure": "" });
  box.style.setProperty("--stops", stops.length);
  box.append(html("div", { class: "card-head" }, title, play), slider, row, words, answers);

  let playing = null; // the timer
  let known = null; // of the current input and clamps: what was answered after each epoch
  let waiting = null;

  function show(k) {
    app.set({ epoch: stops[k] === last ? null : stops[k] });
  }

  function choose(k) {
    stop();
    if (!slider.disabled) show(k);
  }

  function stop() {
    clearTimeout(playing);
    playing = null;
    app.redraw();
  }

  function playOn() {
    const k = Number(slider.value) + 1;
    playing = app.isShown && k < stops.length ? setTimeout(playOn, PLAY_MILLISECONDS) : null;
    if (app.isShown && k < stops.length) show(k);
    else app.redraw();
  }

  slider.addEventListener("input", () => choose(Number(slider.value)));
  play.addEventListener("click", () => {
    if (playing !== null) {
      stop();
      return;
    }
    playing = setTimeout(playOn, PLAY_MILLISECONDS);
    show(Number(slider.value) === stops.length - 1 ? 0 : Number(slider.value));
  });

  function ask(epoch) {
    return epochs.answerAt(epoch, known.input, known.clamps);
  }

  /** Ask one of the networks at a time, so that the page stays responsive. */
  function askOne() {
    waiting = null;
    const next = known.answers.length;
    if (!app.isShown || next === stops.length) return;
    known.answers.push(ask(stops[next]));
    waiting = setTimeout(askOne, 0);
    app.redraw();
  }

  return {
    update({ state, runs, look }) {
      const k = epochs.isEarlier(state.epoch) ? stops.indexOf(state.epoch) : stops.length - 1;
      const isTouring = state.tour > 0; // the tour speaks of the trained network
      if (known?.input !== runs.input || known.clamps !== runs.clamps) {
        known = { input: runs.input, clamps: runs.clamps, answers: [] };
        if (runs.cost * stops.length < QUICK_MILLISECONDS) known.answers = stops.map(ask);
        else waiting ??= setTimeout(askOne, 60);
      }
      slider.value = k;
      put(slider, {
        disabled: isTouring, "aria-label": word("epochs.label"), "aria-valuetext": epochInWords(epochs, stops[k]),
      });
      slider.style.setProperty("--done", `${(100 * k) / (stops.length - 1)}%`);
      put(play, { text: word(playing === null ? "epochs.play" : "epochs.stop"), disabled: isTouring });
      columns.forEach(({ column, answer, share }, n) => {
        const said = known.answers[n];
        put(column, { class: n === k ? "epoch is-now" : "epoch" });
        const isClass = said && app.payload.classes;
        const text = isClass ? app.payload.classes[argmax(said)] : said && answerInWords(app.payload, said);
        put(answer, { text: text ?? "…" });
        put(share, { text: isClass ? percent(Math.max(...said)) : "" });
      });
      const withHold = state.clamps.length > 0 ? ` ${word("epochs.held")}` : "";
      put(words, { text: stateInWords(stops[k]) + withHold });
      if (known.answers.length === stops.length || known.look !== look) put(answers, { text: answersInWords(state) });
      known.look = look;
    },
  };

  function stateInWords(epoch) {
    if (epoch === last) return word("epochs.now.last", { last });
    const where = word(epoch === 0 ? "epochs.now.before" : "epochs.now.after", { epoch, last });
    return app.payload.probes ? `${where} ${word("epochs.probes")}` : where;
  }

  function answersInWords({ input }) {
    const truth = rightAnswer(app, input);
    if (!app.payload.classes || truth === null || known.answers.length < stops.length) return "";
    return rightInWords(stops, known.answers.map((answer) => argmax(answer) === truth));
  }
}

/** @returns {string} after which of the epochs the answer was right, where that can be said in a sentence */
export function rightInWords(stops, right) {
  if (right.every(Boolean)) return word("epochs.right.all");
  if (!right.some(Boolean)) return word("epochs.right.none");
  const first = rightFrom(right);
  if (first === null) return "";
  return word(first === right.length - 1 ? "epochs.right.last" : "epochs.right.from", { epoch: stops[first] });
}
