/** All units: their memories as a map, and the votes of the one that is chosen. */

import { html, put, svg, watchWidth } from "../../../src/glasscell/explorer/web/kit/dom.js";
import { d3 } from "../../../src/glasscell/explorer/web/d3/d3.js";
import { colourTable } from "../../../src/glasscell/explorer/web/kit/colours.js";
import { number } from "../../../src/glasscell/explorer/web/words/language.js";

const BAR = 22;

/** @returns {Float64Array} (C) what a unit adds to the sum of each class after the last step */
export function votesOf({ readOut: { kernel, C } }, { features }, unit) {
  return Float64Array.from({ length: C }, (_, k) => features[unit] * kernel[unit * C + k]);
}

/** @returns {number} the unit that votes most for what the network predicts */
export function loudestOf(network, result) {
  const predicted = result.answer.indexOf(Math.max(...result.answer));
  const votes = Array.from({ length: network.layers[0].directions[0].H }, (_, u) => votesOf(network, result, u)[predicted]);
  return votes.indexOf(Math.max(...votes));
}

/** @param {HTMLElement} box @param {object} stage of the digits */
export function manyFigure(box, stage) {
  const { classes } = stage.payload;
  const canvas = html("canvas", { class: "all", tabindex: 0, role: "slider", "aria-label": "Unit", "aria-valuemin": 1 });
  const chosen = html("div", { class: "chosen" });
  const votes = svg("svg", { class: "chart", role: "img", height: BAR * classes.length + 6 });
  const voteBox = html("div", {}, votes);
  const told = html("p", { class: "told", role: "status" });
  box.append(html("div", { class: "together" }, html("div", { class: "all-box" }, canvas, chosen), voteBox), told);
  const size = watchWidth(voteBox, () => stage.redraw());
  const H = stage.network.layers[0].directions[0].H;
  let largest = null; // of the votes of all units: one scale for all
  const choose = (unit) => stage.set({ unit: Math.min(Math.max(unit, 0), H - 1) });
  const at = (event) => {
    const area = canvas.getBoundingClientRect();
    choose(Math.floor((H * (event.clientY - area.top)) / area.height));
  };
  canvas.addEventListener("pointerdown", at);
  canvas.addEventListener("pointermove", (event) => {
    if (event.buttons & 1) at(event);
  });
  canvas.addEventListener("keydown", (event) => {
    const by = { ArrowUp: -1, ArrowDown: 1, PageUp: -10, PageDown: 10 }[event.key];
    if (!by) return;
    choose(stage.state.unit + by);
    event.preventDefault();
  });

  stage.views.push({
    update({ one, steps, unit, result, look }) {
      if (canvas.dataset.look !== look) paint(canvas, one, steps);
      canvas.dataset.look = look;
      const row = 100 / H;
      Object.assign(chosen.style, { top: `${row * unit}%`, height: `${row}%` });
      const values = votesOf(stage.network, result, unit);
      largest ??= Math.max(...Array.from({ length: H }, (_, u) => votesOf(stage.network, result, u)).flatMap((all) => [...all].map(Math.abs)));
      const X = d3.scaleLinear([-largest, largest], [70, size.width - 70]);
      put(votes, { viewBox: `0 0 ${size.width} ${BAR * classes.length + 6}`, "aria-label": `Votes of unit ${unit + 1}` });
      votes.replaceChildren(...classes.flatMap((name, k) => {
        const [y, end] = [k * BAR + 3, X(values[k])];
        const place = { x: Math.min(end, X(0)), width: Math.abs(end - X(0)), y, height: BAR - 6, rx: 3 };
        return [
          svg("text", { class: "tick", x: 0, y: y + 13, text: name }),
          svg("rect", { class: values[k] < 0 ? "bar against" : "bar best", ...place }),
          svg("text", { class: "tick", x: size.width, y: y + 13, "text-anchor": "end", text: number(values[k]) }),
        ];
      }));
      const [most, least] = [values.indexOf(Math.max(...values)), values.indexOf(Math.min(...values))];
      put(told, { text: `Unit ${unit + 1} votes most for ${classes[most]}, most against ${classes[least]}.` });
      put(canvas, { "aria-valuenow": unit + 1, "aria-valuemax": H, "aria-valuetext": told.textContent });
    },
  });
  stage.set({ unit: loudestOf(stage.network, stage.frame().result) });
}

function paint(canvas, { c, H }, steps) {
  const table = colourTable("c");
  const reach = c.reduce((most, v) => Math.max(most, Math.abs(v)), 0) || 1;
  put(canvas, { width: steps, height: H });
  const picture = new ImageData(steps, H);
  const pixels = new Uint32Array(picture.data.buffer);
  for (let t = 0; t < steps; t++) {
    for (let u = 0; u < H; u++) pixels[u * steps + t] = table[Math.round(127.5 * (1 + c[t * H + u] / reach))];
  }
  canvas.getContext("2d").putImageData(picture, 0, 0);
}
