/** All units: their memories as a map, and the votes of the one that is chosen. */

import { html, put, svg, watchWidth } from "../../../src/glasscell/explorer/web/kit/dom.js";
import { d3 } from "../../../src/glasscell/explorer/web/d3/d3.js";
import { colourTable } from "../../../src/glasscell/explorer/web/kit/colours.js";
import { argmax } from "../../../src/glasscell/explorer/web/network/runs.js";
import { number } from "../../../src/glasscell/explorer/web/words/language.js";

const BAR = 22;

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
  const height = BAR * classes.length + 6;
  const canvas = html("canvas", { class: "all", tabindex: 0, role: "slider", "aria-label": "Unit", "aria-valuemin": 1 });
  const chosen = html("div", { class: "chosen" });
  const plot = svg("svg", { class: "chart", role: "img", height });
  const plotBox = html("div", {}, plot);
  const told = html("p", { class: "told", role: "status" });
  box.append(html("div", { class: "together" }, html("div", { class: "all-box" }, canvas, chosen), plotBox), told);
  const size = watchWidth(plotBox, () => stage.redraw());
  const { network } = stage;
  const { free } = stage.frame();
  const votes = votesOf(network, free);
  const H = votes.length;
  const [, largest] = d3.extent(votes.flatMap((all) => [...all]), Math.abs); // one scale for all units
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
      if (canvas.dataset.look !== look) paint(canvas, one, steps);
      canvas.dataset.look = look;
      Object.assign(chosen.style, { top: `${(100 * unit) / H}%`, height: `${100 / H}%` });
      const X = d3.scaleLinear([-largest, largest], [70, size.width - 70]);
      put(plot, { viewBox: `0 0 ${size.width} ${height}`, "aria-label": `Votes of unit ${unit + 1}` });
      plot.replaceChildren(...classes.flatMap((name, k) => {
        const [y, v] = [k * BAR + 3, votes[unit][k]];
        const place = { x: Math.min(X(v), X(0)), width: Math.abs(X(v) - X(0)), y, height: BAR - 6, rx: 3 };
        return [
          svg("text", { class: "tick", x: 0, y: y + 13, text: name }),
          svg("rect", { class: v < 0 ? "bar against" : "bar best", ...place }),
          svg("text", { class: "tick", x: size.width, y: y + 13, "text-anchor": "end", text: number(v) }),
        ];
      }));
      const [most, least] = [votes[unit], votes[unit].map((v) => -v)].map((all) => classes[argmax(all)]);
      const said = `Unit ${unit + 1} votes most for ${most}, most against ${least}.`;
      put(told, { text: said });
      put(canvas, { "aria-valuenow": unit + 1, "aria-valuemax": H, "aria-valuetext": said });
    },
  });
  choose(loudestOf(network, free));
}

function paint(canvas, { c, H }, steps) {
  const table = colourTable("c");
  const [, reach] = d3.extent(c, Math.abs);
  put(canvas, { width: steps, height: H });
  const picture = new ImageData(steps, H);
  const pixels = new Uint32Array(picture.data.buffer);
  c.forEach((v, at) => {
    pixels[(at % H) * steps + Math.floor(at / H)] = table[Math.round(127.5 * (1 + v / reach))];
  });
  canvas.getContext("2d").putImageData(picture, 0, 0);
}
