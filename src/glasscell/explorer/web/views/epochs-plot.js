/** Lines over the epochs of a training: as far apart as the frames are, so that the early epochs have room. */

import { put, svg, watchWidth } from "../kit/dom.js";
import { scrubbing } from "../kit/charts.js";

const EDGES = { left: 46, right: 26, top: 8, bottom: 20 };
const BAND_HEIGHT = 22; // below the lines, with a gap above
const LETTER_GAP = 15; // pixels from one to the next, at the lines' ends
const AROUND = 11; // pixels: what is predicted after an epoch reaches so far to either side at most
const TICK_WIDTH = 12; // pixels of a digit and a half

/**
 * @param {HTMLElement} box where to draw
 * @param {{height: number, stops: number[], redraw: () => void, choose: (k: number) => void}} options
 * @returns {{update: (now: EpochLines) => void}} `update` draws again if `key` has changed; `beginning`: the place
 *   where a line begins to move; `k`: the place of the epoch that is shown
 */
export function epochsPlot(box, { height, stops, redraw, choose }) {
  const size = watchWidth(box, redraw);
  const plot = svg("svg", { class: "chart", role: "img", height, "data-figure": "" });
  const now = svg("line", { class: "now", y1: 2, y2: height - EDGES.bottom });
  box.append(plot);
  let drawn = null;
  const X = (k) => EDGES.left + (k * (size.width - EDGES.left - EDGES.right)) / (stops.length - 1);
  scrubbing(plot, (share) => choose(Math.round(share * (stops.length - 1))), EDGES.left, EDGES.right);

  /** The epochs below, as many as there is room for; the last always. */
  function axis() {
    const width = (k) => TICK_WIDTH + 8 * (String(stops[k]).length - 1);
    const texts = [];
    let free = size.width;
    for (let k = stops.length - 1; k >= 0; k--) {
      const isFree = X(k) + width(k) / 2 < free && (k === 0 || X(k) - width(k) / 2 > X(0) + TICK_WIDTH);
      if (!isFree && k < stops.length - 1) continue;
      free = X(k) - width(k) / 2 - 4;
      texts.push(svg("text", { class: "tick", x: X(k), y: height - 4, "text-anchor": "middle", text: stops[k] }));
    }
    return texts;
  }

  function drawAll({ low, high, ticks, levels = [], lines, band = [] }) {
    const [left, right] = [EDGES.left, size.width - EDGES.right];
    const bottom = height - EDGES.bottom - (band.length > 0 ? BAND_HEIGHT + 6 : 4);
    const inset = Math.min((right - left) / (stops.length - 1) / 2, AROUND);
    const Y = (v) => bottom - ((v - low) * (bottom - EDGES.top)) / (high - low || 1);
    put(plot, { width: size.width, viewBox: `0 0 ${size.width} ${height}` });
    plot.replaceChildren(...axis());
    for (const { v, text } of ticks) {
      plot.append(
        svg("line", { class: v === 0 ? "axis" : "rule", x1: left, x2: right, y1: Y(v), y2: Y(v) }),
        svg("text", { class: "tick", x: left - 6, y: Y(v) + 4, "text-anchor": "end", text }),
      );
    }
    for (const v of levels) plot.append(svg("line", { class: "level", x1: left, x2: right, y1: Y(v), y2: Y(v) }));
    plot.append(now);
    for (const { name, values } of lines) {
      const points = values.map((v, k) => (Number.isNaN(v) ? "" : `${k === 0 ? "M" : "L"}${X(k).toFixed(1)} ${Y(v).toFixed(1)}`));
      plot.append(svg("path", { class: `line stroke-${name}`, d: points.join("") }));
    }
    for (const { name, values, beginning } of lines.filter((line) => line.beginning !== undefined)) {
      plot.append(svg("circle", { class: `beginning fill-${name}`, cx: X(beginning), cy: Y(values[beginning]), r: 5 }));
    }
    const lettered = lines.filter(({ letter, values }) => letter && values.length === stops.length && values.at(-1) === values.at(-1));
    lettered.sort((a, b) => b.values.at(-1) - a.values.at(-1));
    let y = -Infinity;
    lettered.forEach(({ name, letter, values }, n) => {
      const most = bottom + 5 - LETTER_GAP * (lettered.length - 1 - n);
      y = Math.min(Math.max(Y(values.at(-1)) + 5, y + LETTER_GAP), most);
      plot.append(svg("text", { class: `letter ink-${name}`, x: right + 8, y, text: letter }));
    });
    for (const { from, to, text, isRight } of band) {
      const [x, end] = [X(from) - inset, X(to) + inset];
      const shown = [isRight ? `${text} ✓` : text, text].find((one) => 8 * one.length + 6 < end - x) ?? "";
      const y = bottom + 6;
      const look = isRight ? "predicted is-right" : "predicted";
      plot.append(
        svg("rect", { class: look, x: x + 1, width: end - x - 2, y, height: BAND_HEIGHT - 2, rx: 3 }),
        svg("text", { class: look, x: (x + end) / 2, y: y + 15, "text-anchor": "middle", text: shown }),
      );
    }
  }

  return {
    update(frame) {
      const key = [...frame.key, size.width];
      if (drawn === null || key.some((part, n) => part !== drawn[n])) drawAll(frame);
      drawn = key;
      put(plot, { "aria-label": frame.label });
      put(now, { x1: X(frame.k), x2: X(frame.k) });
    },
  };
}
