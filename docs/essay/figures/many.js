/** All units: their memories as a map, and the votes of the one that is chosen. */

import { changeOfKey, html, put, svg } from "../../../src/glasscell/explorer/web/kit/dom.js";
import { d3 } from "../../../src/glasscell/explorer/web/d3/d3.js";
import { chartIn } from "../../../src/glasscell/explorer/web/kit/charts.js";
import { colourTable, paintPixels } from "../../../src/glasscell/explorer/web/kit/colours.js";
import { argmax } from "../../../src/glasscell/explorer/web/network/runs.js";
import { number } from "../../../src/glasscell/explorer/web/words/language.js";

const BAR = 22;
const EDGES = { left: 70, right: 70, top: 0, bottom: 0 }; // names before the bars, numbers after them

/** @returns {Float64Array[]} of each unit: (C) what it adds to the sum of each class after the last step */
export function votesOf({ readOut: { kernel, C } }, { features }) {
  return Array.from(features, (h, unit) => kernel.slice(unit * C, (unit + 1) * C).map((weight) => h * weight));
}

/** @returns {number} the unit that votes most for what the network predicts */
export function loudestOf(network, result) {
  const predicted = argmax(result.answer);
  return argmax(votesOf(network, result).map((votes) => votes[predicted]));
}

/** @param {HTMLElement} box @param {Stage} stage of the digits */
export function manyFigure(box, stage) {
  const { classes } = stage.payload;
  const canvas = html("canvas", { class: "all", tabindex: 0, role: "slider", "aria-label": "Unit", "aria-valuemin": 0 });
  const chosen = html("div", { class: "chosen" });
  const plotBox = html("div");
  const told = html("p", { class: "told", role: "status" });
  box.append(html("div", { class: "together" }, html("div", { class: "all-box" }, canvas, chosen), plotBox), told);
  const chart = chartIn(plotBox, { height: BAR * classes.length, edges: EDGES, redraw: () => stage.redraw() });
  const { network } = stage;
  const { free } = stage.frame();
  const votes = votesOf(network, free);
  const H = votes.length;
  const [, largest] = d3.extent(votes.flatMap((all) => [...all]), Math.abs); // one scale for all units
  const [, reach] = d3.extent(free.layers[0].directions[0].c, Math.abs);
  const isOther = changeOfKey();
  const choose = (unit) => stage.set({ unit });
  const at = (event) => {
    if (event.buttons & 1) choose(Math.floor((H * event.offsetY) / canvas.clientHeight));
  };
  canvas.addEventListener("pointerdown", at);
  canvas.addEventListener("pointermove", at);
  canvas.addEventListener("keydown", (event) => {
    const by = { ArrowUp: -1, ArrowDown: 1, PageUp: -10, PageDown: 10 }[event.key];
    if (!by) return;
    choose(stage.state.unit + by);
    event.preventDefault();
  });

  stage.views.push({
    update({ one, steps, unit, look }) {
      if (isOther(look)) {
        const table = colourTable("c");
        paintPixels(canvas, steps, H, (t, u) => table[Math.round(127.5 * (1 + one.c[t * H + u] / reach))]);
      }
      Object.assign(chosen.style, { top: `${(100 * unit) / H}%`, height: `${100 / H}%` });
      chart.draw([unit], `Votes of unit ${unit}`, ({ width, left, right }) => {
        const X = d3.scaleLinear([-largest, largest], [left, right]);
        return classes.flatMap((name, k) => {
          const [y, v] = [k * BAR, votes[unit][k]];
          const place = { x: Math.min(X(v), X(0)), width: Math.abs(X(v) - X(0)), y, height: BAR - 6, rx: 3 };
          return [
            svg("text", { class: "tick", x: 0, y: y + 13, text: name }),
            svg("rect", { class: v < 0 ? "bar against" : "bar best", ...place }),
            svg("text", { class: "tick", x: width, y: y + 13, "text-anchor": "end", text: number(v) }),
          ];
        });
      });
      const [most, least] = [votes[unit], votes[unit].map((v) => -v)].map((all) => classes[argmax(all)]);
      const said = `Unit ${unit} votes most for ${most}, most against ${least}.`;
      put(told, { text: said });
      put(canvas, { "aria-valuenow": unit, "aria-valuemax": H - 1, "aria-valuetext": said });
    },
  });
  choose(loudestOf(network, free));
}
