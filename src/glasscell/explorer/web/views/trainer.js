/** Train a small network in the page, with gates or without, beside one that has them all; then look inside it. */

import { byId, html, put } from "../kit/dom.js";
import { number, word } from "../words/language.js";
import { EVERY, SOLVED, UPDATES, payloadOfTrained } from "../network/training.js";
import { errorChart } from "./error-chart.js";
import { tugOfWar } from "./tug-of-war.js";

const TASK_GATES = { write: "i", erase: "f", show: "o" };
const MAY_LACK = ["i", "f", "o"];

/**
 * @param {App} app
 * @returns {View}
 */
export function trainerView(app) {
  const { networks } = app;
  const { lesson } = networks;
  if (app.task) lesson.suggest({ task: app.state.network, lacks: TASK_GATES[app.state.network] });

  const tasks = segments("learn-task", Object.keys(TASK_GATES).map((name) => [name, `network.${name}`]), (task) => {
    const { task: before, lacks } = lesson.choice;
    lesson.choose({ task, lacks: lacks === TASK_GATES[before] ? TASK_GATES[task] : lacks });
  });
  const kinds = segments("learn-kind", [["lstm", "learning.lstm"], ["rnn", "learning.plain"]], (kind) => {
    lesson.choose({ lacks: kind === "rnn" ? "r" : TASK_GATES[lesson.choice.task] });
  });
  const units = segments("learn-units", [["1", "learning.one"], ["2", "learning.two"]], (H) => lesson.choose({ H: Number(H) }));
  const gates = MAY_LACK.map((gate) => {
    const box = html("input", { type: "checkbox", id: `learn-${gate}` });
    box.addEventListener("change", () => lesson.choose({ lacks: lacksOf(gates) }));
    const name = html("span", { "data-word": `six.${gate}` });
    return { gate, box, label: html("label", { class: "check" }, box, html("b", { class: `ink-${gate}`, text: gate }), name) };
  });
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
  byId("learn-form").append(
    field("learning.task", tasks.row), field("learning.cell", kinds.row),
    field("learning.gates", html("div", { class: "row" }, ...gates.map(({ label }) => label))),
    field("learning.units", units.row), html("div", { class: "row field" }, start, inside),
  );
  const tug = tugOfWar(draw);
  const chart = errorChart(byId("learn-chart"), draw, { updates: UPDATES, solved: SOLVED });

  function draw() {
    const { choice, comparison, isRunning } = lesson;
    const isPlain = choice.lacks === "r";
    tasks.check(choice.task);
    kinds.check(isPlain ? "rnn" : "lstm");
    units.check(String(choice.H));
    for (const { gate, box } of gates) {
      box.checked = !isPlain && !choice.lacks.includes(gate);
      box.disabled = isPlain;
    }
    const begun = comparison ? "learning.continue" : "learning.train";
    put(start, { text: word(isRunning ? "learning.stop" : comparison?.isDone ? "learning.again" : begun) });
    put(inside, { disabled: isRunning || !comparison });
    inside.classList.toggle("primary", comparison?.isDone === true);
    start.classList.toggle("primary", !comparison?.isDone);
    const lines = comparison
      ? [["learn-full", comparison.full], ["learn-own", comparison.own]].filter(([, one]) => one) : [];
    const named = lines.map(([look, { shares }]) => ({ look, shares, name: nameOf(look, choice), share: shares.at(-1) }));
    const label = [word("learning.chart"), ...named.map(({ name, share }) => `${name}: ${shareInWords(share)}`)];
    chart.draw(named, UPDATES / EVERY + 1, label.join(" "));
    byId("learn-legend").replaceChildren(...named.map(({ look, name, share }) => html("span", { class: "key" },
      html("span", { class: `swatch ${look}` }), `${name}: `, html("b", { text: shareInWords(share) }))));
    tug.draw(isRunning ? null : comparison, ["learn-own", "learn-full"].map((look) => nameOf(look, choice)));
    const progress = { n: comparison?.updates ?? 0, all: UPDATES, seed: choice.seed };
    put(byId("learn-progress"), { text: word("learning.progress", progress) });
    put(byId("learn-share"), { text: word("learning.chart") });
    put(byId("learn-words"), { text: isRunning || !comparison ? "" : outcomeInWords(comparison) });
  }

  lesson.changed = () => {
    if (app.isShown) draw();
  };
  let drawn = null;
  return {
    update({ look }) {
      if (look !== drawn) draw();
      drawn = look;
    },
  };
}

/** @returns {string} the letters of the gates that are not ticked */
function lacksOf(gates) {
  return gates.filter(({ box }) => !box.checked).map(({ gate }) => gate).join("");
}

function field(key, content) {
  return html("fieldset", { class: "field" }, html("legend", { class: "field-name", "data-word": key }), content);
}

/** Radios side by side. @returns {{row: HTMLElement, check: (name: string) => void}} */
function segments(name, options, changed) {
  const radios = options.map(([value, key]) => {
    const radio = html("input", { type: "radio", name, value, class: "hidden" });
    radio.addEventListener("change", () => changed(value));
    return { radio, label: html("label", {}, radio, html("span", { class: "segment", "data-word": key })) };
  });
  const check = (value) => radios.forEach(({ radio }) => {
    radio.checked = radio.value === value;
  });
  return { row: html("div", { class: "segments" }, ...radios.map(({ label }) => label)), check };
}

function nameOf(look, { lacks }) {
  return look === "learn-full" || lacks === "" ? word("learning.full") : cellInWords(lacks);
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
 * What came of a training: no more than its numbers say.
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
  const isSolved = shares.own < SOLVED;
  const say = (...keys) => keys.map((key) => word(key, values)).join(" ");
  if (!isDone) return say(lacks === "" ? "learning.stopped.full" : "learning.stopped");
  if (lacks === "") return say(isSolved ? "learning.full.solved" : "learning.full.stuck");
  const isFullSolved = shares.full < SOLVED;
  const isOwnGone = !isPlain && lacks.includes(TASK_GATES[task]);
  if (isSolved && isFullSolved) {
    if (isPlain) return say("learning.both");
    return isOwnGone ? say("learning.both", ...(H > 1 ? ["learning.around"] : [])) : say("learning.both", "learning.spare");
  }
  if (isSolved) return say("learning.only");
  if (!isFullSolved) return say("learning.neither");
  if (isPlain) return say("learning.needs", "learning.why.plain");
  return say("learning.needs", isOwnGone ? `learning.why.${TASK_GATES[task]}` : "learning.why.seed");
}
