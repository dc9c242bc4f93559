/** The parts of the cell's diagram: wires, valves, gauges, and strips of many numbers. */

import { put, svg } from "../kit/dom.js";

const TAU = 2 * Math.PI;

/**
 * A wire, with a casing around it that is seen while its equation is pointed at.
 * @param {number[][]} points x and y, from where it begins to where it ends
 * @param {string} quantity whose colour it has
 * @param {{of?: ?string, tip?: boolean}} options the letter of its equation, and whether it ends in an arrow
 * @returns {{group: SVGElement, set: (share: number) => void}} `set` takes a fraction of the largest width
 */
export function wire(points, quantity, { of = null, tip = true } = {}) {
  const d = `M${points.join("L")}`;
  const casing = svg("path", { class: "casing", d });
  const line = svg("path", { class: `wire stroke-${quantity}`, d });
  const beads = svg("path", { class: `beads stroke-${quantity}`, "stroke-width": 0, d }); // they move while it plays
  const group = svg("g", { "data-of": of }, casing, line, beads);
  if (tip) group.append(tipOf(points, `tip stroke-${quantity}`));
  const set = (share) => {
    const width = 1.4 + 6 * Math.min(Math.abs(share), 1);
    put(line, { "stroke-width": width.toFixed(2) });
    put(casing, { "stroke-width": (width + 5).toFixed(2) });
    put(beads, { "stroke-width": Math.abs(share) < 0.01 ? 0 : (width + 4).toFixed(2) });
  };
  return { group, set };
}

/** A peephole: a fine line from the memory to a gate. */
export function peephole(points) {
  return svg("g", {}, svg("path", { class: "peephole", d: `M${points.join("L")}` }), tipOf(points, "peephole-tip"));
}

/** An arrow's tip at the end of a line, in its direction. */
function tipOf(points, look) {
  const [[x0, y0], [x, y]] = points.slice(-2);
  const degrees = (Math.atan2(y - y0, x - x0) * 360) / TAU;
  return svg("path", { class: look, d: "M-7 -5L0 0L-7 5", transform: `translate(${x} ${y}) rotate(${degrees})` });
}

/** A circle with a cross in it, ⊗, and a ring that shows how open the gate is. */
export function valve(x, y, gate) {
  const radius = 17;
  const ring = svg("circle", { class: `ring stroke-${gate}`, cx: x, cy: y, r: radius, transform: `rotate(-90 ${x} ${y})` });
  const cross = `M${x - 6} ${y - 6}l12 12M${x + 6} ${y - 6}l-12 12`;
  const group = svg("g", {}, svg("circle", { class: "valve", cx: x, cy: y, r: radius }), ring,
    svg("path", { class: "sign", d: cross }));
  const set = (open) => {
    const share = Number.isNaN(open) ? 0 : Math.min(Math.max(open, 0), 1);
    put(ring, { "stroke-dasharray": `${(share * TAU * radius).toFixed(1)} 200` });
  };
  return { group, set };
}

/** A memory as a gauge: filled upwards from the middle if above 0, downwards if below; full at 1. */
export function gauge(x, y) {
  const [half, width] = [28, 40];
  const fill = svg("rect", { class: "gauge-fill", x: x - width / 2, width });
  const frame = svg("rect", { class: "gauge", x: x - width / 2, y: y - half, width, height: 2 * half, rx: 8 });
  const zero = svg("line", { class: "gauge-zero", x1: x - width / 2, x2: x + width / 2, y1: y, y2: y });
  const group = svg("g", {}, frame, fill, zero);
  const set = (value) => {
    const height = (half - 2) * Math.min(Math.abs(value), 1);
    put(fill, {
      y: (value > 0 ? y - height : y).toFixed(1), height: height.toFixed(1),
      class: `gauge-fill ${value < 0 ? "fill-negative" : "fill-c"}`,
    });
  };
  return { group, set };
}

/** Many numbers as small bars, up and down: what z and the gates read. */
export function strip(x, y) {
  const [width, half] = [130, 13];
  const bars = svg("path", { class: "strip-bars" });
  const name = svg("text", { class: "what", x, y: y - half - 4 });
  const frame = svg("rect", { class: "strip-frame", x, y: y - half, width, height: 2 * half, rx: 5 });
  const group = svg("g", {}, frame, bars, name);
  const set = (values, text, minReach) => {
    const reach = values.reduce((most, v) => Math.max(most, Math.abs(v)), minReach) || 1;
    const each = (width - 8) / values.length;
    const bar = (v, k) => {
      const height = (-(half - 2) * v) / reach;
      return `M${(x + 4 + k * each).toFixed(1)} ${y}v${height.toFixed(1)}h${(each * 0.8).toFixed(2)}v${(-height).toFixed(1)}z`;
    };
    put(bars, { d: Array.from(values, bar).join("") });
    put(name, { text });
  };
  return { group, set };
}
