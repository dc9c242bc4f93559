/** The parts of the cell's diagram: wires, valves, gauges, and strips of many numbers. */

import { put, svg } from "../kit/dom.js";

const TAU = 2 * Math.PI;

/**
 * A wire, with a casing around it that is seen while its equation is pointed at.
 * @param {string} d
 * @param {string} quantity whose colour it has
 * @param {{of?: ?string, tip?: boolean}} options the letter of its equation, and whether it ends in an arrow
 * @returns {{group: SVGElement, set: (share: number) => void}} `set` takes a share of the largest width
 */
export function wire(d, quantity, { of = null, tip = true } = {}) {
  const casing = svg("path", { class: "casing", d });
  const line = svg("path", { class: `wire stroke-${quantity}`, d });
  const beads = svg("path", { class: `beads stroke-${quantity}`, "stroke-width": 0, d }); // they move while it plays
  const group = svg("g", { "data-of": of }, casing, line, beads);
  if (tip) group.append(svg("path", { class: `tip stroke-${quantity}`, d: tipOf(d) }));
  const set = (share) => {
    const width = 1.4 + 6 * Math.min(Math.abs(share), 1);
    put(line, { "stroke-width": width.toFixed(2) });
    put(casing, { "stroke-width": (width + 5).toFixed(2) });
    put(beads, { "stroke-width": Math.abs(share) < 0.01 ? 0 : (width + 4).toFixed(2) });
  };
  return { group, set };
}

/** A peephole: a fine line from the memory to a gate. */
export function peephole(d) {
  return svg("g", {}, svg("path", { class: "peephole", d }), svg("path", { class: "peephole-tip", d: tipOf(d) }));
}

function tipOf(d) {
  const [x, y, direction] = endOf(d);
  return {
    V: `M${x - 5} ${y + 7}L${x} ${y}L${x + 5} ${y + 7}`,
    H: `M${x - 7} ${y - 5}L${x} ${y}L${x - 7} ${y + 5}`,
    B: `M${x + 7} ${y - 5}L${x} ${y}L${x + 7} ${y + 5}`,
    D: `M${x - 5} ${y - 7}L${x} ${y}L${x + 5} ${y - 7}`,
  }[direction];
}

/** @returns {[number, number, string]} where a path of M, H, V and Q ends; its direction there: H right, B left, V up, D down */
function endOf(d) {
  let [x, y] = [0, 0];
  let way = "H";
  for (const [, letter, rest] of d.matchAll(/([MHVQ])([^MHVQ]*)/g)) {
    const numbers = rest.trim().split(/[ ,]+/).map(Number);
    if (letter === "H") [way, x] = [numbers[0] < x ? "B" : "H", numbers[0]];
    else if (letter === "V") [way, y] = [numbers[0] > y ? "D" : "V", numbers[0]];
    else [x, y] = numbers.slice(-2);
  }
  return [x, y, way];
}

/** A circle with a cross in it, ⊗, and a ring that shows how far the gate is open. */
export function valve(x, y, gate) {
  const radius = 17;
  const ring = svg("circle", {
    class: `ring stroke-${gate}`, cx: x, cy: y, r: radius, transform: `rotate(-90 ${x} ${y})`,
  });
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
  const group = svg("g", {}, svg("rect", {
    class: "gauge", x: x - width / 2, y: y - half, width, height: 2 * half, rx: 8,
  }), fill, svg("line", { class: "gauge-zero", x1: x - width / 2, x2: x + width / 2, y1: y, y2: y }));
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
  const group = svg("g", {}, svg("rect", {
    class: "strip-frame", x, y: y - half, width, height: 2 * half, rx: 5,
  }), bars, name);
  const set = (values, text, minReach) => {
    let reach = minReach;
    for (const v of values) if (Math.abs(v) > reach) reach = Math.abs(v);
    const each = (width - 8) / values.length;
    let d = "";
    for (let k = 0; k < values.length; k++) {
      const height = (-(half - 2) * values[k]) / (reach || 1);
      const left = x + 4 + k * each;
      d += `M${left.toFixed(1)} ${y}v${height.toFixed(1)}h${(each * 0.8).toFixed(2)}v${(-height).toFixed(1)}z`;
    }
    put(bars, { d });
    put(name, { text });
  };
  return { group, set };
}
