/** The rows above and below the river: z and i, which flow in, the valve f, the tap o, and h. A gauge for each step. */

import { d3 } from "../d3/d3.js";
import { svg, typeScale } from "../kit/dom.js";
import { number } from "../words/language.js";
import { linePath } from "../kit/charts.js";
import { PLACE, placeIn } from "./river-shape.js";

const NUMBERED_PIXELS = 54; // minimum width of a step for numbers in the row
const GAUGE_PIXELS = 12; // then the gauge leaves room for them
const ROOMY_PIXELS = 66; // for numbers of two digits
const MIN_GAUGE_PIXELS = 3; // narrower ones become a line
const AT = { z: PLACE.source, i: PLACE.source, f: PLACE.valve, o: PLACE.tap, h: PLACE.tap };

/**
 * Draw one row.
 * @param {string} name z, i, f, o or h
 * @param {{top: number, height: number, left: number, right: number}} place its position
 * @param {River} river
 * @param {?DirectionRun} free the direction without clamps, as outlines; null without any
 * @param {Axes} axes
 * @returns {SVGElement[]} its shapes
 */
export function rowOf(name, { top, height, left, right }, river, free, axes) {
  const { one, u, passages } = river;
  const { slot } = axes;
  const steps = passages.length;
  const valuesOf = (of) => Float64Array.from({ length: steps }, (_, t) => of[name][t * of.H + u]);
  const [values, ghosts] = [valuesOf(one), free && valuesOf(free)];
  const least = "ifo".includes(name) ? [0, 1] : name === "z" ? [-1, 1] : [0]; // what the scale has in any case
  const [low, reach] = d3.extent("ifo".includes(name) ? least : [...least, ...values, ...(ghosts ?? [])]);
  const high = reach > low ? reach : low + 1;
  const Y = d3.scaleLinear([low, high], [top + height, top]);
  const isNumbered = slot >= NUMBERED_PIXELS * typeScale();
  const width = isNumbered ? GAUGE_PIXELS : Math.min(slot * 0.8, 26);
  const from = (t) => (isNumbered ? placeIn(one, t, AT[name], axes) : axes.X(t)) - width / 2;
  const letter = { class: `letter river-letter text-${name}`, x: 4, y: top + height / 2 + 5, text: name };
  const shapes = /** @type {SVGElement[]} */ ([svg("text", letter)]);
  if (width < MIN_GAUGE_PIXELS) {
    shapes.push(svg("line", { class: "rule", x1: left, x2: right, y1: Y(0), y2: Y(0) }));
    const path = (of) => linePath(of, 0, 1, steps, axes.X, Y, right - left);
    if (ghosts) shapes.push(svg("path", { class: `line stroke-${name} ghost`, d: path(ghosts) }));
    shapes.push(svg("path", { class: `line stroke-${name} fine`, d: path(values) }));
    return shapes;
  }
  const there = [...values.keys()].filter((t) => !Number.isNaN(values[t]));
  const y = (v) => Y(v).toFixed(1);
  const bar = (t, a, b) => `M${from(t).toFixed(1)} ${y(a)}V${y(b)}h${width.toFixed(1)}V${y(a)}z`;
  const tick = (t, v) => `M${from(t).toFixed(1)} ${y(v)}h${width.toFixed(1)}`;
  shapes.push(
    svg("path", { class: "track", d: there.map((t) => bar(t, low, high)).join("") }),
    svg("path", { class: `fill-${name}`, d: there.map((t) => bar(t, 0, values[t])).join("") }),
    svg("path", { class: "axis", d: there.map((t) => tick(t, 0)).join("") }),
  );
  if (ghosts) {
    const d = [...ghosts.keys()].filter((t) => !Number.isNaN(ghosts[t])).map((t) => tick(t, ghosts[t])).join("");
    shapes.push(svg("path", { class: "river-ghost ghost", d }));
  }
  for (const t of isNumbered ? there : []) {
    const isLeft = AT[name] > 0.5 !== one.backwards; // of its gauge, so that it stays in the step's space
    const x = isLeft ? from(t) - 5 : from(t) + width + 5;
    const place = { x, y: top + height / 2 + 4, "text-anchor": isLeft ? "end" : "start" };
    shapes.push(svg("text", { class: "tick", ...place, text: number(values[t], slot < ROOMY_PIXELS ? 1 : 2) }));
  }
  return shapes;
}
