/** Train a small network in the page, with gates or without, next to one that has them all; then inspect it. */

import { byId, changeOfKey, html, put } from "../../../web/kit/dom.js";
import { number, word } from "../../../web/words/language.js";
import { EVERY, SOLVED, UPDATES, payloadOfTrained } from "../../../web/network/training.js";
import { errorChart } from "./error-chart.js";

/** @type {Object<string, string>} */
const TASK_GATES = { write: "i", erase: "f", show: "o" };
const MAY_LACK = ["i", "f", "o"];

/**
 * @param {App} app
 * @returns {View}
 */
export function trainerView(app) {
  const { networks } = app;
  const { lesson } = networks;
  if (app.task && !lesson.comparison) lesson.choose({ task: app.state.network, lacks: TASK_GATES[app.state.network] });

  const start = html("button", { type: "button", class: "primary", id: "learn-train" });
  const inside = html("button", { type: "button", id: "learn-inside", "data-word": "learning.inside" });
  start.addEventListener("click", () => {
    if (lesson.isRunning) return lesson.stop();
    if (lesson.comparison?.isDone) lesson.choose({ seed: lesson.choice.seed + 1 });
    return lesson.train();
  });
  inside.addEventListener("click", () => {
    const { task } = lesson.choice;
    networks.adopt(payloadOfTrained(networks.find(task).payload, lesson.comparison));
  });
  const form = byId("learn-form");
  form.append(
    field("learning.task", radios("task", { write: "network.write", erase: "network.erase", show: "network.show" })),
    field("learning.cell", radios("cell", { lstm: "learning.lstm", rnn: "learning.plain" })),
    field("learning.gates", html("div", { class: "row" }, ...MAY_LACK.map((gate) => html("label", { class: "check" },
      html("input", { type: "checkbox", id: `learn-${gate}`, name: "gate", value: gate }),
      html("b", { class: `ink-${gate}`, text: gate }), html("span", { "data-word": `six.${gate}` }))))),
    field("learning.units", radios("units", { 1: "learning.one", 2: "learning.two" })),
    html("div", { class: "row field" }, start, inside),
  );
  const inputs = [...form.querySelectorAll("input")];
  form.addEventListener("change", ({ target }) => {
    const { name, value } = /** @type {HTMLInputElement} */ (target);
    const { task, lacks } = lesson.choice;
    lesson.choose({
      task: { task: value, lacks: lacks === TASK_GATES[task] ? TASK_GATES[value] : lacks },
      cell: { lacks: value === "rnn" ? "r" : TASK_GATES[task] },
      gate: { lacks: inputs.filter((one) => one.name === "gate" && !one.checked).map((one) => one.value).join("") },
      units: { H: Number(value) },
    }[name]);
  });
  const chart = errorChart(byId("learn-chart"), draw, { updates: UPDATES, solved: SOLVED });

  function draw() {
    const { choice, comparison, isRunning } = lesson;
    const isPlain = choice.lacks === "r";
    const chosen = { task: choice.task, cell: isPlain ? "rnn" : "lstm", units: String(choice.H) };
    for (const one of inputs) {
      one.checked = one.name === "gate" ? !isPlain && !choice.lacks.includes(one.value) : one.value === chosen[one.name];
      one.disabled = isPlain && one.name === "gate";
    }
    const begun = comparison ? "learning.continue" : "learning.train";
    put(start, { text: word(isRunning ? "learning.stop" : comparison?.isDone ? "learning.again" : begun) });
    put(inside, { disabled: isRunning || !comparison });
    inside.classList.toggle("primary", comparison?.isDone === true);
    start.classList.toggle("primary", !comparison?.isDone);
    const named = [["learn-full", "", comparison?.full], ["learn-own", choice.lacks, comparison?.own]]
      .filter(([, , one]) => one)
      .map(([look, lacks, { shares }]) => ({ look, shares, name: cellInWords(lacks), share: shares.at(-1) }));
    const label = [word("learning.chart"), ...named.map(({ name, share }) => `${name}: ${shareInWords(share)}`)];
    chart.draw(named, UPDATES / EVERY + 1, label.join(" "));
    byId("learn-legend").replaceChildren(...named.map(({ look, name, share }) => html("span", { class: "key" },
      html("span", { class: `swatch ${look}` }), `${name}: `, html("b", { text: shareInWords(share) }))));
    const progress = { n: comparison?.updates ?? 0, all: UPDATES, seed: choice.seed };
    put(byId("learn-progress"), { text: word("learning.progress", progress) });
    put(byId("learn-words"), { text: isRunning || !comparison ? "" : outcomeInWords(comparison) });
  }

  lesson.changed = () => {
    if (app.isShown) draw();
  };
  const isNew = changeOfKey();
  return {
    update({ look }) {
      if (isNew(look)) draw();
    },
  };
}

function field(key, content) {
  return html("fieldset", { class: "field" }, html("legend", { class: "field-name", "data-word": key }), content);
}

/** Radios side by side: a word for each value. */
function radios(name, words) {
  return html("div", { class: "segments" }, ...Object.entries(words).map(([value, key]) => html("label", {},
    html("input", { type: "radio", name, value, class: "hidden" }), html("span", { class: "segment", "data-word": key }))));
}

/** @returns {string} “without i, f”, “plain RNN” or “all gates” */
export function cellInWords(lacks) {
  if (lacks === "") return word("learning.full");
  return lacks === "r" ? word("learning.plain") : word("learning.without", { gates: [...lacks].join(word("comma")) });
}

function shareInWords(share) {
  return word("percent", { n: number(100 * share, share < 0.1 ? 1 : 0) });
}

/**
 * The result of a training, as far as its numbers support it.
 * @param {{choice: Choice, shares: {own: number, full: ?number}, updates: number, isDone: boolean}} comparison
 */
export function outcomeInWords({ choice, shares, updates, isDone }) {
  const { task, lacks, H } = choice;
  const isPlain = lacks === "r";
  const gates = isPlain ? "" : [...lacks].join(word("comma"));
  const values = {
    own: shareInWords(shares.own), full: shares.full === null ? "" : shareInWords(shares.full), n: updates, all: UPDATES,
    gates, cell: isPlain ? word("learning.as.plain") : word("learning.as.without", { gates }),
  };
  const say = (...keys) => keys.filter(Boolean).map((key) => word(key, values)).join(" ");
  const [isSolved, isFullSolved] = [shares.own < SOLVED, shares.full < SOLVED];
  const isOwnGone = lacks.includes(TASK_GATES[task]);
  if (!isDone) return say(lacks === "" ? "learning.stopped.full" : "learning.stopped");
  if (lacks === "") return say(isSolved ? "learning.full.solved" : "learning.full.stuck");
  if (isSolved && isFullSolved) {
    return say("learning.both", isPlain ? "" : !isOwnGone ? "learning.spare" : H > 1 ? "learning.around" : "");
  }
  if (isSolved) return say("learning.only");
  if (!isFullSolved) return say("learning.neither");
  const why = isPlain ? "learning.why.plain" : "learning.why.seed";
  return say("learning.needs", isOwnGone ? `learning.why.${TASK_GATES[task]}` : why);
}
