/** Lines over the epochs of a training: as far apart as the frames are, so that the early epochs have room. */

import { d3 } from "../../../web/d3/d3.js";
import { put, svg } from "../../../web/kit/dom.js";
import { chartIn, levelsAt, linePath, rulesAt, scrubbing } from "../../../web/kit/charts.js";

const EDGES = { left: 46, right: 26, top: 8, bottom: 20 };
const BAND_HEIGHT = 22; // below the lines, with a gap above
const LETTER_GAP = 15; // pixels from one to the next, at the lines' ends
const AROUND = 11; // pixels: maximum extent of the predictions after an epoch to either side
const TICK_GAP = 12; // pixels between two of them

/**
 * @param {HTMLElement} box where to draw
 * @param {{height: number, stops: number[], redraw: () => void, choose: (k: number) => void}} options
 * @returns {{draw: (key: any[], label: string, lines: EpochLines) => void, mark: (k: number) => void}} `draw` draws again
 *   where something of `key` has changed; `mark` is for the place of the epoch that is shown
 */
export function epochsPlot(box, { height, stops, redraw, choose }) {
  const chart = chartIn(box, { height, edges: EDGES, redraw });
  const now = svg("line", { class: "now", y1: 2, y2: height - EDGES.bottom });
  const last = stops.length - 1;
  let X = d3.scaleLinear([0, last], [0, 1]);
  scrubbing(chart.plot, (share) => choose(Math.round(share * last)), EDGES.left, EDGES.right);

  /** The epochs below, as many as there is room for; the last always. */
  function axis() {
    const every = Math.ceil((TICK_GAP + 8 * String(stops[last]).length) / (X(1) - X(0)));
    return stops.map((text, k) => ({ k, text })).filter(({ k }) => (last - k) % every === 0).map(({ k, text }) => {
      return svg("text", { class: "tick", x: X(k), y: height - 4, "text-anchor": "middle", text });
    });
  }

  /** The letters of lines at their ends, one below the other. */
  function lettersOf(lines, Y, x, bottom) {
    const lettered = lines.filter(({ letter, values }) => letter && Number.isFinite(values[last]));
    lettered.sort((a, b) => b.values[last] - a.values[last]);
    let y = -Infinity;
    return lettered.map(({ name, letter, values }, n) => {
      const most = bottom + 5 - LETTER_GAP * (lettered.length - 1 - n);
      y = Math.min(Math.max(Y(values[last]) + 5, y + LETTER_GAP), most);
      return svg("text", { class: `letter ink-${name}`, x, y, text: letter });
    });
  }

  /** The predictions after the epochs. */
  function bandOf(band, inset, y) {
    return band.flatMap(({ from, to, text, isRight }) => {
      const [x, end] = [X(from) - inset, X(to) + inset];
      const shown = [isRight ? `${text} ✓` : text, text].find((one) => 8 * one.length + 6 < end - x) ?? "";
      const look = isRight ? "predicted is-right" : "predicted";
      return [
        svg("rect", { class: look, x: x + 1, width: end - x - 2, y, height: BAND_HEIGHT - 2, rx: 3 }),
        svg("text", { class: look, x: (x + end) / 2, y: y + 15, "text-anchor": "middle", text: shown }),
      ];
    });
  }

  return {
    draw(key, label, { low, high, ticks, levels = [], lines, band = [] }) {
      chart.draw(key, label, ({ width, left, right, top, bottom: foot }) => {
        const bottom = foot - (band.length > 0 ? BAND_HEIGHT + 6 : 4);
        X = d3.scaleLinear([0, last], [left, right]);
        const Y = d3.scaleLinear([low, high], [bottom, top]);
        const moving = lines.filter(({ beginning }) => beginning !== undefined);
        return [
          ...axis(), ...rulesAt(ticks, Y, left, right), ...levelsAt(levels, Y, left, right), now,
          ...lines.map(({ name, values }) => {
            return svg("path", { class: `line stroke-${name}`, d: linePath(values, 0, 1, values.length, X, Y, width) });
          }),
          ...moving.map(({ name, values, beginning: k }) => {
            return svg("circle", { class: `beginning fill-${name}`, cx: X(k), cy: Y(values[k]), r: 5 });
          }),
          ...lettersOf(lines, Y, right + 8, bottom), ...bandOf(band, Math.min((X(1) - X(0)) / 2, AROUND), bottom + 6),
        ];
      });
    },
    mark(k) {
      put(now, { x1: X(k), x2: X(k) });
    },
  };
}
