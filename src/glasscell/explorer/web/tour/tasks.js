/** The scenes of the networks of one unit: a number to remember, and the gate that each task needs. */

import { changeInWords, errorInWords } from "../views/answer.js";
import { gatesInWords } from "../views/one-unit.js";
import { run } from "../network/forward.js";
import { SWITCH, targetsOf } from "../network/gate-task.js";
import { widestOpen } from "../network/telling.js";
import { number, word } from "../words/language.js";
import { holdAll } from "./holding.js";

/** @returns {object} the unit, before any gate is spoken of */
export function sceneOfUnit(app, { state: { input } }) {
  return { input, set: { clamps: [], input, t: 0, more: null }, values: {}, numbers: () => "" };
}

/** @returns {object} a network without the gate, to be trained beside one that has it */
export function sceneOfTraining(app, { state: { input } }) {
  const { lesson } = app.networks;
  const { task, lacks, H } = lesson.choice;
  if (task !== "erase" || lacks !== "f" || H !== 1) lesson.choose({ task: "erase", lacks: "f", H: 1 });
  return { input, set: { clamps: [], input, t: 0, more: "train" }, values: {}, numbers: () => "" };
}

/** @returns {object} its gates where the bit is on and elsewhere, and its own gate held open: predicted, then seen */
export function sceneOfTask(app, { state: { input, network: name }, free }) {
  const { gate } = app.task;
  const [one] = free.layers[0].directions;
  const clamp = holdAll(gate, widestOpen(one[gate]), 0, 0);
  const held = run(app.network, input.x, input.T, [clamp]);
  const targets = targetsOf(name, input.x);
  const [before, after] = [free, held].map((result) => Number(errorInWords(app, result, targets)));
  const value = number(clamp.value);
  const marked = Array.from({ length: input.T }, (_, t) => t).find((t) => input.x[2 * t + SWITCH] > 0.5) ?? 0;
  return {
    input, clamp, gate,
    set: { clamps: [], input, t: marked, more: null },
    values: {},
    numbers: () => gatesInWords({ one, state: { input } }, [gate]),
    question: {
      ask: () => word("tour.ask.error", { gate, value }),
      answers: () => [word("tour.say.as-good"), word("tour.say.worse")],
      right: after > before ? 1 : 0,
      outcome: () => [
        word("task.held", { gate, value, change: changeInWords(app, free, held, targets) }),
        word("task.without", { gate, ...app.task }),
      ].join(" "),
    },
  };
}
