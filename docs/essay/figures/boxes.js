/** Four boxes, one formula: the cell at one row, and the sum inside the box that is chosen. */

import { html, put } from "../../../src/glasscell/explorer/web/kit/dom.js";
import { sumsOf } from "../../../src/glasscell/explorer/web/network/moment.js";
import { cellView } from "../../../src/glasscell/explorer/web/views/cell.js";
import { number } from "../../../src/glasscell/explorer/web/words/language.js";
import { choice } from "./controls.js";

const NAMES = { f: "forget gate", i: "input gate", z: "block input", o: "output gate" };

/** @param {HTMLElement} box @param {Stage} stage of the digits */
export function boxesFigure(box, stage) {
  const cell = cellView(stage);
  const told = html("p", { class: "told", role: "status" });
  let chosen = "f";
  const options = Object.entries(NAMES).map(([value, text]) => ({ value, text: `${value} · ${text}` }));
  const row = choice("Box", options, (gate) => {
    chosen = gate;
    stage.redraw();
  });
  cell.element.addEventListener("pointerdown", (event) => {
    const gate = /** @type {Element} */ (event.target).closest(".gate")?.getAttribute("data-of");
    if (gate) row.querySelectorAll("input")[Object.keys(NAMES).indexOf(gate)].click();
    event.stopPropagation();
  }, { capture: true });
  box.append(row, cell.element, told);
  stage.views.push(cell, {
    update({ result, unit, t, moment }) {
      const { x, h, b } = sumsOf(stage.network, result, 0, 0, unit, t)[chosen];
      const squash = chosen === "z" ? "tanh" : "σ";
      const sum = [x, h, b].map((v) => number(v)).join(" + ").replaceAll("+ −", "− ");
      const formula = `${squash}(row + outputs of the row before + bias) = ${squash}(${sum})`;
      put(told, { text: `${chosen} at row ${t + 1} = ${formula} = ${number(moment[chosen])}` });
      for (const gate of Object.keys(NAMES)) {
        const group = cell.element.querySelector(`#gate-${gate}`);
        group.classList.toggle("is-lit", gate === chosen);
        for (const name of group.getAttributeNames()) { // here a box is chosen, not held
          if (name === "role" || name === "tabindex" || name.startsWith("aria-")) group.removeAttribute(name);
        }
      }
    },
  });
  stage.redraw();
}
