/** The headings, notes and the choice of the series; and the clamps, in words. */

import { byId, html, put } from "../../../explorer/web/kit/dom.js";
import { percent, word } from "../../../explorer/web/words/language.js";
import { changesOf } from "./step-labels.js";
import { clampsInWords } from "../../../explorer/web/views/clamp-words.js";
import { headCell } from "../../../explorer/web/views/cell.js";
import { troubleInWords } from "../../../explorer/series/web/views/intake.js";

/**
 * @param {StepsApp} app
 * @returns {View}
 */
export function stepsCaptions(app) {
  const select = byId("series-choice");
  const options = app.examples.map((_, n) => html("option", { value: n }));
  select.append(...options);
  select.addEventListener("change", () => app.choose(Number(select.value)));
  put(byId("series-field"), { hidden: app.examples.length < 2 });

  return {
    update(/** @type {StepsFrame} */ frame) {
      const { state: { input: { x, edited, of } }, labels: { agreement: { n, right } } } = frame;
      headCell(app, frame);
      put(byId("unit-words"), { text: behindInWords(app, frame) });
      options.forEach((option, n) => put(option, { text: seriesName(app.examples[n]) }));
      select.value = String(of);
      const said = n ? word("bands.agreement", { n, right, share: percent(right / n) }) : word("bands.unlabelled");
      put(byId("bands-words"), { text: said });
      const missing = x.reduce((sum, v) => sum + Number(Number.isNaN(v)), 0);
      const notes = [
        app.trouble && troubleInWords(app.trouble, app), edited && word("steps.edited"),
        missing && word("note.missing", { n: missing }),
      ];
      put(byId("input-note"), { text: notes.filter(Boolean).join(" ") });
    },
  };
}

/** @returns {string} what a series is called, and which of its steps are shown where that is a part */
function seriesName({ name, begin, steps }) {
  return begin > 0 ? word("steps.part", { name, from: begin + 1, to: begin + steps }) : name;
}

/** @returns {string} why this unit was chosen, where it is the one behind the event and nothing is held */
function behindInWords({ payload, network }, { isHeld, layer, direction, unit, labels: { event, behind } }) {
  const isIt = !isHeld && behind !== null && behind.layer === layer && behind.direction === direction && behind.unit === unit;
  const { kind, t, before, label, late } = event;
  const from = t - (kind === "switch" ? Math.max(late, 0) : 0); // counted from 1, the step before the change
  const units = word(network.layers.at(-1).directions.length > 1 ? "unit.forth" : "unit.all");
  const values = { units, label: payload.labels[label], before: payload.labels[before], from, t: t + 1 };
  return isIt ? word(kind === "error" ? "unit.behind.error" : "unit.behind", values) : "";
}

/** @returns {string} the clamps, and the number of steps whose label they change; "" if there are none */
export function heldInWords(app, { state: { clamps }, steps, labels: { held, free } }) {
  if (clamps.length === 0) return "";
  const n = changesOf(held.best, free.best);
  const change = n === 0 ? word("steps.change.none") : word("steps.change", { n, steps });
  return word("clamps.sentence", { text: clampsInWords(app, clamps), change });
}
