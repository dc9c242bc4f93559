/** The bars of the answer can be asked: the one under the pointer or in focus is what the evidence is shown for. */

import { put, svg } from "../kit/dom.js";
import { argmax } from "../network/runs.js";

/** @returns {number} the class or target whose evidence is shown: the one asked for, else what the network says */
export function askedOf(app, answer) {
  return app.asked ?? (app.payload.classes ? argmax(answer) : 0);
}

/**
 * Let each row of the plot ask for its evidence. One of them is in the order of Tab; arrow keys go to the others.
 * @param {App} app
 * @param {SVGElement} plot
 * @param {{top: number, height: number}[]} rows
 * @returns {(now: {shown: number[], labels: string[], asked: number, width: number}) => void} update
 */
export function askable(app, plot, rows) {
  let shown = [];
  const ask = (k) => {
    app.asked = k;
    app.redraw();
  };
  const hits = rows.map(({ top, height }, n) => {
    const hit = svg("rect", { class: "hit asks", role: "radio", x: 0, y: top, height });
    put(hit, {
      on: {
        pointerenter: () => ask(shown[n]), pointerleave: () => ask(null),
        focus: () => ask(shown[n]), blur: () => ask(null),
        click: () => hit.focus(),
        keydown: (event) => {
          const by = { ArrowUp: -1, ArrowLeft: -1, ArrowDown: 1, ArrowRight: 1 }[event.key];
          if (!by) return;
          hits[(n + by + hits.length) % hits.length].focus();
          event.preventDefault();
        },
      },
    });
    return hit;
  });
  put(plot, { role: "radiogroup" });
  plot.append(...hits);
  return ({ shown: now, labels, asked, width }) => {
    shown = now;
    const chosen = Math.max(shown.indexOf(asked), 0);
    hits.forEach((hit, n) => put(hit, {
      width, "aria-label": labels[n], "aria-checked": shown[n] === asked, tabindex: n === chosen ? 0 : -1,
    }));
  };
}
