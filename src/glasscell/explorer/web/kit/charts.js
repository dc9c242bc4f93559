/** What charts are made of: ticks, steps, lines, and a hand that chooses a step. */

import { d3 } from "../d3/d3.js";
import { changeOfKey, dragging, put, svg, watchWidth } from "./dom.js";

const MAX_SLOTS = 40; // each as wide as a bar; with more steps they are points on a line
/** Keys that move along a row of steps, and the distance. @type {Object<string, number>} */
export const STEPS_OF_KEY = { ArrowLeft: -1, ArrowRight: 1, PageDown: -10, PageUp: 10, Home: -Infinity, End: Infinity };

/**
 * A scale's ticks, and the text of each: with the digits that tell it from the others; where those are too many, with
 * k, M, … or a power of ten.
 * @param {Scale} scale
 * @param {number} count about how many
 * @param {number} letters that have room
 * @returns {{v: number, text: string}[]}
 */
export function ticksOf(scale, count, letters) {
  const ticks = [...new Set(scale.ticks(count))]; // equal where the ends differ only by rounding
  const write = (type) => ticks.map((v) => ({ v, text: v === 0 ? "0" : scale.tickFormat(count, type)(v) }));
  const longest = (texts) => Math.max(...texts.map(({ text }) => text.length));
  const plain = write("f");
  if (longest(plain) <= letters) return plain;
  const isLarge = Math.max(...scale.domain().map(Math.abs)) >= 1000;
  const others = [write("~e"), ...(isLarge ? [write("~s")] : [])].filter((texts) => {
    return new Set(texts.map(({ text }) => text)).size === texts.length;
  });
  return others.reduce((a, b) => (longest(b) < longest(a) ? b : a), plain);
}

/** @returns {SVGElement[]} a line across for each tick of a scale, and its text before it; the axis is at 0 */
export function rulesOf(Y, left, right, count = 4, letters = 5) {
  return rulesAt(ticksOf(Y, count, letters), Y, left, right);
}

/** @returns {SVGElement[]} the same for ticks of the caller's */
export function rulesAt(ticks, Y, left, right) {
  return ticks.flatMap(({ v, text }) => [
    svg("line", { class: v === 0 ? "axis" : "rule", x1: left, x2: right, y1: Y(v), y2: Y(v) }),
    svg("text", { class: "tick", x: left - 6, y: Y(v) + 4, "text-anchor": "end", text }),
  ]);
}

/** @returns {SVGElement[]} broad lines across, at the targets */
export function levelsAt(levels, Y, left, right) {
  return levels.map((v) => svg("line", { class: "level", x1: left, x2: right, y1: Y(v), y2: Y(v) }));
}

/** @returns {(a: number) => number} X of a step: in a slot as wide as a bar, or, of many, a point on a line */
export function stepScale(steps, left, right) {
  const half = steps > MAX_SLOTS ? 0 : 0.5;
  return d3.scaleLinear([-half, steps - 1 + half], [left, right]);
}

/** @returns {number} the step at a fraction of the width of such a scale */
export function stepAt(share, steps) {
  return steps > MAX_SLOTS ? Math.round(share * (steps - 1)) : Math.min(Math.floor(share * steps), steps - 1);
}

/**
 * @param {(t: number) => number} X of a step, counted from 0
 * @param {number} first the number of the first step
 * @returns {SVGElement[]} numbers of steps below a chart of that width, as many as have room
 */
export function stepsBelow(X, steps, width, y, first = 1) {
  const count = Math.floor(width / 60);
  const shown = steps <= count ? [...Array(steps).keys()].map((t) => t + first)
    : d3.ticks(first, first + steps - 1, count).filter(Number.isInteger);
  return shown.map((n) => {
    const x = X(n - first);
    return svg("text", { class: "tick", x, y, "text-anchor": x > width - 22 ? "end" : "middle", text: n });
  });
}

/**
 * A path through values[first], values[first + stride] …; of several in one pixel, the lowest and the highest are kept.
 * A NaN is a gap.
 * @returns {string} for the attribute d
 */
export function linePath(values, first, stride, count, X, Y, columns) {
  const at = (t) => values[first + t * stride];
  const bucket = Math.max(1, Math.floor(count / Math.max(columns, 1)));
  const kept = new Set();
  for (let from = 0; from < count; from += bucket) {
    let [low, high] = [from, from];
    for (let t = from; t < Math.min(from + bucket, count); t++) {
      if (!(at(t) >= at(low))) low = t;
      if (at(t) > at(high)) high = t;
    }
    kept.add(Math.min(low, high)).add(Math.max(low, high));
  }
  return d3.line().digits(1).defined((t) => !Number.isNaN(at(t))).x(X).y((t) => Y(at(t)))(kept) ?? "";
}

/** @returns {number} the place of the pointer, as a fraction of an element's width without its margins, 0 to 1 */
export function shareAt(event, element, left = 0, right = 0) {
  const box = element.getBoundingClientRect();
  const zoom = element.currentCSSZoom ?? 1; // margins are in the element's own pixels
  const share = (event.clientX - box.left - left * zoom) / Math.max(box.width - (left + right) * zoom, 1);
  return Math.min(Math.max(share, 0), 1);
}

/** Let the pointer on an element choose a step: `choose` receives its fraction of the width, 0 to 1. */
export function scrubbing(element, choose, left = 0, right = 0) {
  const at = (event) => choose(shareAt(event, element, left, right));
  dragging(element, at, at);
}

/**
 * A chart as wide as its box.
 * @param {HTMLElement} box
 * @param {{height: number, edges: {left: number, right: number, top: number, bottom: number}, redraw: () => void}} options
 * @returns {{plot: SVGSVGElement, draw: (key: any[], label: string, shapesOf: (area: Area) => SVGElement[]) => void}} `draw`
 *   asks for the shapes where something of `key`, or the width, is another one
 */
export function chartIn(box, { height, edges, redraw }) {
  const size = watchWidth(box, redraw);
  const plot = svg("svg", { class: "chart", role: "img", height, "data-figure": "" });
  const isOther = changeOfKey();
  box.append(plot);
  return {
    plot,
    draw(key, label, shapesOf) {
      const { width } = size;
      put(plot, { "aria-label": label });
      if (!isOther(...key, width)) return;
      put(plot, { width, viewBox: `0 0 ${width} ${height}` });
      const [right, bottom] = [width - edges.right, height - edges.bottom];
      plot.replaceChildren(...shapesOf({ width, left: edges.left, right, top: edges.top, bottom }));
    },
  };
}
