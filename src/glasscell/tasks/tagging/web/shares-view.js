/** The probabilities of all labels at one step, as bars: at the current one, or the one under the pointer. */

import { byId, html, put } from "../../../explorer/web/kit/dom.js";
import { percent, word } from "../../../explorer/web/words/language.js";
import { stepInWords } from "./bands-view.js";
import { labelSwatch } from "./class-marks.js";

/**
 * @param {StepsApp} app
 * @returns {View}
 */
export function sharesView(app) {
  const { classes } = app.payload;
  const part = (kind) => html("span", { class: kind });
  const rows = classes.map((_, k) => {
    const [name, bar, ghost, share] = ["share-name", "share-bar", "share-ghost", "share"].map(part);
    const row = html("li", {}, labelSwatch(k).element, name, html("span", { class: "share-track" }, bar, ghost), share);
    byId("shares").append(row);
    return { row, name, bar, ghost, share };
  });

  return {
    update({ t: current, steps, isHeld, labels: { held, free, truth } }) {
      const t = app.hovered !== null && app.hovered < steps ? app.hovered : current;
      const p = held.shares[t];
      rows.forEach(({ row, name, bar, ghost, share }, k) => {
        put(row, { class: k === held.best[t] ? "is-best" : null, "data-share": p[k] });
        put(name, { text: k === truth[t] ? word("shares.labelled", { name: classes[k] }) : classes[k], title: classes[k] });
        put(share, { text: percent(p[k]) });
        bar.style.width = `${(100 * p[k]).toFixed(2)}%`;
        put(ghost, { hidden: !isHeld });
        if (isHeld) ghost.style.width = `${(100 * free.shares[t][k]).toFixed(2)}%`;
      });
      put(byId("answer-title"), { text: word("shares.title", { t: t + 1 }) });
      put(byId("answer-words"), { text: stepInWords(app, held, truth, t) });
    },
  };
}

/** The prediction in the strip that stays on the screen. */
export function stepSays(app) {
  const swatch = labelSwatch();
  const says = html("span", { class: "says" });
  return {
    element: html("div", { class: "small-answer", id: "small-answer" }, swatch.element, says),
    update(/** @type {StepsFrame} */ { t, labels: { held: { best, shares } } }) {
      const k = best[t];
      swatch.set(k);
      put(says, { text: word("says.class", { name: app.payload.classes[k], share: percent(shares[t][k]) }) });
    },
  };
}
