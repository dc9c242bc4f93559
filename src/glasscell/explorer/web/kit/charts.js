/** A line chart over the steps: the probes' answers. SVG, redrawn only when something changed. */

import { put, svg, watchWidth } from "./dom.js";
import { number } from "../words/language.js";

export const MAX_SLOTS = 40; // each as wide as a bar; with more steps they are points on a line
const MAX_STEPS_OF_BROAD_LINES = 200; // with more they are thin, or they would hide each other
const MARGIN = { left: 40, right: 10, top: 8, bottom: 22 };

/** @returns {function(number): number} the straight line through (a0, b0) and (a1, b1) */
export function scale(a0, a1, b0, b1) {
  const slope = a1 === a0 ? 0 : (b1 - b0) / (a1 - a0);
  return (a) => b0 + (a - a0) * slope;
}

/** @returns {number[]} at most about n round numbers between low and high */
export function roundTicks(low, high, n = 4) {
  const rough = (high - low) / Math.max(n, 1);
  if (!(rough > 0) || !Number.isFinite(rough)) return [low];
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].find((k) => k * power >= rough) * power;
  if (!(low + step / 2 > low && high + step / 2 > high)) return [low]; // apart by rounding alone: no step leads on
  const ticks = [];
  for (let v = Math.ceil(low / step - 1e-9) * step; v <= high + 1e-9 * step; v += step) ticks.push(v);
  return ticks;
}

/** @returns {number[]} at most about n whole steps to write below an axis, counted from 0 */
export function stepTicks(steps, n = 8) {
  if (steps <= n) return Array.from({ length: steps }, (_, t) => t);
  return roundTicks(1, steps, n).filter((v) => Number.isInteger(v) && v >= 1).map((v) => v - 1);
}

/**
 * A path through values[first], values[first + stride] …; of several in one pixel, the lowest and the highest are kept.
 * A NaN is a gap.
 * @returns {string} for the attribute d
 */
export function linePath(values, first, stride, count, X, Y, columns) {
  const parts = [];
  let gap = true;
  const add = (t) => {
    const v = values[first + t * stride];
    if (Number.isNaN(v)) {
      gap = true;
      return;
    }
    parts.push(`${gap ? "M" : "L"}${X(t).toFixed(1)} ${Y(v).toFixed(1)}`);
    gap = false;
  };
  const bucket = Math.max(1, Math.floor(count / Math.max(columns, 1)));
  if (bucket < 3) {
    for (let t = 0; t < count; t++) add(t);
    return joined(parts);
  }
  for (let from = 0; from < count; from += bucket) {
    let low = from;
    let high = from;
    for (let t = from; t < Math.min(from + bucket, count); t++) {
      if (!(values[first + t * stride] >= values[first + low * stride])) low = t;
      if (values[first + t * stride] > values[first + high * stride]) high = t;
    }
    add(Math.min(low, high));
    if (low !== high) add(Math.max(low, high));
  }
  return joined(parts);
}

/** A path of its points; one that stands alone becomes a dot. */
function joined(parts) {
  const isAlone = (n) => parts[n][0] === "M" && (parts[n + 1] ?? "M")[0] === "M";
  return parts.map((part, n) => (isAlone(n) ? `${part}h0.1` : part)).join("");
}

/** Let the pointer on an element choose a step: `choose` receives its share of the width, 0 to 1. */
export function scrubbing(element, choose, left = 0, right = 0) {
  const at = (event) => {
    const box = element.getBoundingClientRect();
    const zoom = element.currentCSSZoom ?? 1; // margins are in the element's own pixels
    const share = (event.clientX - box.left - left * zoom) / Math.max(box.width - (left + right) * zoom, 1);
    choose(Math.min(Math.max(share, 0), 1));
  };
  element.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    element.setPointerCapture(event.pointerId);
    at(event);
  });
  element.addEventListener("pointermove", (event) => {
    if (event.buttons & 1) at(event);
  });
}

/**
 * @param {HTMLElement} box where to draw
 * @param {{height: number, redraw: function(), choose: function(number)}} options `choose` takes a step, counted from 0
 * @returns {{update: function(object)}} update({key, label, steps, t, lines: [{values, first, stride, name, ghost}],
 *   low, high, levels: [value], marks: [{t, value, ghost}]}): draws again if `key` has
 *   changed; else only moves the mark of the step
 */
export function lineChart(box, { height, redraw, choose }) {
  const size = watchWidth(box, redraw);
  const plot = svg("svg", { class: "chart", role: "img", height, "data-figure": "" });
  box.append(plot);
  let steps = 1;
  let drawn = null;
  let mark = null;
  let X = () => 0;
  scrubbing(plot, (share) => {
    choose(steps > MAX_SLOTS ? Math.round(share * (steps - 1)) : Math.min(Math.floor(share * steps), steps - 1));
  }, MARGIN.left, MARGIN.right);

  const drawAll = (now) => {
    const { width } = size;
    const right = width - MARGIN.right;
    const bottom = height - MARGIN.bottom;
    X = steps > MAX_SLOTS ? scale(0, steps - 1, MARGIN.left, right) : scale(-0.5, steps - 0.5, MARGIN.left, right);
    const Y = scale(now.low, now.high, bottom, MARGIN.top);
    put(plot, { width, viewBox: `0 0 ${width} ${height}` });
    plot.replaceChildren();
    for (const v of roundTicks(now.low, now.high, 4)) {
      const digits = now.high - now.low < 0.3 ? 2 : now.high - now.low < 30 ? 1 : 0;
      const isZero = Math.abs(v) < 1e-9;
      plot.append(
        svg("line", { class: isZero ? "axis" : "rule", x1: MARGIN.left, x2: right, y1: Y(v), y2: Y(v) }),
        svg("text", { class: "tick", x: MARGIN.left - 6, y: Y(v) + 4, "text-anchor": "end", text: number(v, digits) }),
      );
    }
    for (const t of stepTicks(steps, Math.floor(width / 60))) {
      const anchor = X(t) > right - 12 ? "end" : "middle";
      plot.append(svg("text", { class: "tick", x: X(t), y: height - 5, "text-anchor": anchor, text: t + 1 }));
    }
    for (const v of now.levels ?? []) {
      plot.append(svg("line", { class: "level", x1: MARGIN.left, x2: right, y1: Y(v), y2: Y(v) }));
    }
    for (const { values, first, stride, name, ghost } of now.lines) {
      const d = linePath(values, first, stride, steps, X, Y, width - MARGIN.left);
      const fine = steps > MAX_STEPS_OF_BROAD_LINES ? " fine" : "";
      plot.append(svg("path", { class: `line stroke-${name}${fine}${ghost ? " ghost" : ""}`, d }));
    }
    mark = svg("line", { class: "now", y1: MARGIN.top - 4, y2: bottom });
    plot.append(mark);
    for (const { t, value, ghost } of now.marks ?? []) {
      plot.append(svg("circle", { class: ghost ? "dot ghost" : "dot", cx: X(t), cy: Y(value), r: 5 }));
    }
  };

  return {
    update(now) {
      steps = now.steps;
      const key = [...now.key, size.width];
      if (drawn === null || key.some((part, k) => part !== drawn[k])) {
        drawAll(now);
        drawn = key;
      }
      put(plot, { "aria-label": now.label });
      put(mark, { x1: X(now.t), x2: X(now.t) });
    },
  };
}
