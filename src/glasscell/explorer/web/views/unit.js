/** The chosen unit over all steps: its memory and output, its gates, and where its memory came from. */

import { byId, html, put } from "../kit/dom.js";
import { number, signed, word } from "../words/language.js";
import { MAX_SLOTS, lineChart } from "../kit/charts.js";
import { bandColour } from "../kit/colours.js";
import { memoryByGroup, originsAt, halfLife } from "../network/origin.js";

const MAX_GROUPS = 12;
const MAX_PARTS = 3; // of a memory, in words
const MAX_EQUAL_PARTS = 6; // that are named

/**
 * @param {object} app
 * @returns {{update: function(object)}}
 */
export function linesView(app) {
  const options = { redraw: () => app.redraw(), choose: (t) => app.set({ playing: false, t }) };
  const memory = lineChart(byId("lines-memory"), { height: 170, ...options });
  const gates = lineChart(byId("lines-gates"), { height: 150, ...options });
  let reach = [];

  return {
    update(frame) {
      const { one, oneFree, steps, t, unit, version, look, isHeld } = frame;
      const { H } = one;
      const line = (name, ghost = false) => {
        return { values: (ghost ? oneFree : one)[name], first: unit, stride: H, name, ghost };
      };
      const lines = (names) => {
        return [...(isHeld ? names.map((name) => line(name, true)) : []), ...names.map((name) => line(name))];
      };
      const key = [version, look, unit, one];
      if (reach[0] !== version || reach[1] !== unit || reach[2] !== one) {
        // where c is large and h is not, h would be a flat line beside it: it goes with the gates then
        const isApart = reachOf(lines(["c"]), 0).size > 5 * reachOf(lines(["h"]), 0).size;
        const names = isApart ? [["c"], ["z", "i", "f", "o", "h"]] : [["c", "h"], ["z", "i", "f", "o"]];
        reach = [version, unit, one, ...names.map((some) => ({ some, ...reachOf(lines(some), 0.05) }))];
      }
      memory.update({
        key, steps, t, lines: lines(reach[3].some), ...reach[3],
        label: word("lines.memory", { unit: unit + 1 }),
      });
      gates.update({
        key, steps, t, lines: lines(reach[4].some), ...reach[4],
        label: word("lines.gates", { unit: unit + 1 }),
      });
      put(byId("lines-title"), { text: word("lines.title", { unit: unit + 1 }) });
      legend(frame);
    },
  };

  function legend({ look, isHeld }) {
    const box = byId("lines-legend");
    const key = `${look} ${isHeld}`;
    if (box.dataset.key === key) return;
    box.dataset.key = key;
    box.replaceChildren(...["c", "h", "z", "i", "f", "o"].map(entry));
    if (isHeld) box.append(entry("ghost"));
  }
}

/**
 * @param {object} app
 * @returns {{update: function(object)}}
 */
export function originView(app) {
  const chart = lineChart(byId("origin-chart"), {
    height: 210, redraw: () => app.redraw(), choose: (t) => app.set({ playing: false, t }),
  });
  let known = null;

  return {
    update({ one, result, steps, t, unit, version, look }) {
      const key = [version, look, unit, one];
      if (known === null || key.some((part, k) => part !== known.key[k])) {
        known = { key, ...stack(one, unit, result.mask) };
        byId("origin-legend").replaceChildren(...known.groups.map(({ from, to }, g) => {
          const swatch = html("span", { class: "swatch" });
          swatch.style.background = bandColour(g, known.groups.length);
          return html("span", { class: "key" }, swatch, ` ${spanName(from, to)}`);
        }));
      }
      const { areas, low, high } = known;
      chart.update({
        key, steps, t, areas, low, high, label: word("origin.label", { unit: unit + 1 }),
        lines: [{ values: one.c, first: unit, stride: one.H, name: "c" }],
      });
      put(byId("origin-words"), { text: originInWords(one, unit, result.mask, t) });
    },
  };
}

/** @returns {string} where the memory of a unit at step t came from, and how long it keeps one */
export function originInWords(one, unit, mask, t) {
  const traces = originsAt(one, unit, mask, t).filter(({ share }) => Math.abs(share) >= 0.005);
  const values = { unit: unit + 1, t: t + 1, c: number(one.c[t * one.H + unit]), parts: partsInWords(traces) };
  if (traces.length === 0) return word("origin.empty", values);
  return `${word("origin.words", values)} ${lifeInWords(halfLife(one, unit), mask.length)}`;
}

/** The three largest parts; where the third is no larger than others, all that are equal to it. */
function partsInWords(traces) {
  const size = ({ share }) => number(Math.abs(share));
  const isCutApart = traces.length <= MAX_PARTS || size(traces[MAX_PARTS - 1]) !== size(traces[MAX_PARTS]);
  const equal = isCutApart ? [] : traces.filter((trace) => size(trace) === size(traces[MAX_PARTS]));
  const parts = traces.slice(0, MAX_PARTS).filter((trace) => !equal.includes(trace))
    .map(({ step, share }) => word("origin.part", { t: step + 1, share: signed(share) }));
  if (equal.length > 0) {
    const isOneSign = equal.every(({ share }) => share > 0 === equal[0].share > 0);
    const share = isOneSign ? signed(equal[0].share) : `±${size(equal[0])}`;
    const all = equal.map(({ step }) => step + 1).sort((a, b) => a - b).join(word("comma"));
    parts.push(word(equal.length > MAX_EQUAL_PARTS ? "origin.many" : "origin.equal", { share, all, n: equal.length }));
  }
  return parts.join(word("comma"));
}

function lifeInWords(half, steps) {
  if (half === Infinity) return word("origin.forever");
  if (half < 0.2) return word("origin.never");
  return half > steps ? word("origin.long", { steps }) : word("origin.half", { n: number(half, half < 10 ? 1 : 0) });
}

/** A line of the legend. */
function entry(name) {
  return html("span", { class: "key" }, html("span", { class: `swatch line-${name}` }), ` ${word(`legend.${name}`)}`);
}

/** What an axis must reach: 0, all values, and at least a little to both sides. */
function reachOf(lines, minReach) {
  let [low, high] = [-minReach, minReach];
  for (const { values, first, stride } of lines) {
    for (let at = first; at < values.length; at += stride) {
      if (values[at] < low) low = values[at];
      if (values[at] > high) high = values[at];
    }
  }
  return { low: low * 1.05, high: high * 1.05, size: Math.max(-low, high) };
}

function spanName(from, to) {
  return from === to ? word("span.one", { t: from + 1 }) : word("span.many", { from: from + 1, to: to + 1 });
}

/** Stack the groups' shares: positive ones upwards, negative ones downwards, the oldest nearest to 0. */
function stack(one, unit, mask) {
  const { groups } = memoryByGroup(one, unit, mask, MAX_GROUPS);
  const steps = mask.length;
  const [up, down] = [new Float64Array(steps), new Float64Array(steps)];
  const every = Math.max(1, Math.floor(steps / 500)); // steps per drawn point
  const at = [];
  for (let t = 0; t < steps; t += every) at.push(t);
  if (at.at(-1) !== steps - 1) at.push(steps - 1);
  const order = one.backwards ? [...groups.keys()].reverse() : [...groups.keys()];
  const areas = order.map((g) => {
    const { share, from, to } = groups[g];
    const [inner, outer] = [up.slice(), up.slice()];
    const [innerDown, outerDown] = [down.slice(), down.slice()];
    for (let t = 0; t < steps; t++) {
      if (share[t] > 0) outer[t] = up[t] += share[t];
      if (share[t] < 0) outerDown[t] = down[t] += share[t];
    }
    const d = (X, Y) => outline(at, inner, outer, X, Y) + outline(at, innerDown, outerDown, X, Y);
    return { d, fill: bandColour(g, groups.length), title: spanName(from, to) };
  });
  const low = at.reduce((lowest, t) => Math.min(lowest, down[t]), -0.05);
  const high = at.reduce((highest, t) => Math.max(highest, up[t]), 0.05);
  return { groups, areas, low: low * 1.05, high: high * 1.05 };
}

function outline(at, inner, outer, X, Y) {
  if (at.every((t) => inner[t] === outer[t])) return "";
  const point = (values) => (t) => `${X(t).toFixed(1)} ${Y(values[t]).toFixed(1)}`;
  if (inner.length <= MAX_SLOTS) {
    const width = (X(1) - X(0)) * 0.84;
    const bar = (t) => `M${(X(t) - width / 2).toFixed(1)} ${Y(inner[t]).toFixed(1)}V${Y(outer[t]).toFixed(1)}` +
      `h${width.toFixed(1)}V${Y(inner[t]).toFixed(1)}z`;
    return at.filter((t) => inner[t] !== outer[t]).map(bar).join("");
  }
  return `M${at.map(point(outer)).join("L")}L${[...at].reverse().map(point(inner)).join("L")}z`;
}
