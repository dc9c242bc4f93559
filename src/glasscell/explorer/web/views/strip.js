/** A strip: one channel as a curve over the steps, with the current step, a stretch, and a handle. */

import { d3 } from "../d3/d3.js";
import { html, put, svg } from "../kit/dom.js";
import { number, numberBeside, word } from "../words/language.js";
import { linePath, rulesOf, stepsBelow } from "../kit/charts.js";
import { tokenInWords } from "./tokens.js";

export const INSET = { left: 44, right: 10, top: 8, bottom: 8 };
const AXIS = 20;
const MAX_POINTS = 80; // of a curve that are shown as points, too
const SWITCH_HEIGHT = 44;
const FOLDED_HEIGHT = 30;

/**
 * @param {App} app
 * @param {number} d the channel
 * @param {{isSwitch?: boolean, left?: number}} kind a channel of zeros and ones is a switch: a click toggles it; `left`:
 *   where the curve begins, in all strips of a page alike, so that their steps stand below each other
 *
 * Tokens are points without a line between them, for their numbers have no order, and stay whole and known.
 */
export function makeStrip(app, d, { isSwitch = false, left = INSET.left } = {}) {
  const lastToken = app.kind === "tokens" ? app.network.embedding.V - 1 : null;
  const name = app.payload.channels[d];
  const offset = app.payload.offsets?.[d] ?? 0; // to be added where a value is read aloud; the axis is without it
  const shown = offset ? `${name} ${offset < 0 ? "+" : "−"} ${Math.abs(offset)}` : name;
  const plot = svg("svg", {
    class: isSwitch ? "strip switch" : "strip", tabindex: 0, role: "slider", "data-figure": "", "aria-orientation": "vertical",
  });
  const caption = html("figcaption", app.task ? { "data-word": `channel.${d + 1}` } : { text: shown });
  const figure = html("figure", { class: "strip-box" }, caption, plot);
  return {
    d, name, offset, lastToken, isSwitch, left, plot, caption, figure, shown,
    line: null, points: null, handle: null, span: null, shade: null, button: null, frame: "",
    isFolded: false, hasAxis: false, height: 0, width: 0, at: 0, low: 0, high: 1, X: null, Y: null, stretch: null, grip: null,
  };
}

/** Draw the curve of a strip; the rest only if the range, the length or the size has changed. */
export function drawStrip(app, strip, { width, height }) {
  const { d, isSwitch, lastToken } = strip;
  const { D, state: { input: { x, T } } } = app;
  let [low, high] = d3.extent([...app.ranges[d], ...Array.from({ length: T }, (_, t) => x[t * D + d])]);
  if (!(low < high)) [low, high] = low === undefined ? [-1, 1] : [low - 1, high + 1];
  Object.assign(strip, { low, high, width, height: isSwitch ? SWITCH_HEIGHT : strip.isFolded ? FOLDED_HEIGHT : height });
  const frame = [low, high, T, width, strip.height, strip.hasAxis].join();
  if (strip.frame !== frame) layOut(Object.assign(strip, { frame }), T);
  const { X, Y } = strip;
  if (isSwitch) {
    put(strip.line, { d: switchPath(x, d, D, T, strip) });
    return;
  }
  if (lastToken === null) put(strip.line, { d: linePath(x, d, D, T, X, Y, width - strip.left) });
  let points = "";
  const hasPoints = lastToken !== null || (T <= MAX_POINTS && !strip.isFolded);
  for (let t = 0; t < T && hasPoints; t++) {
    const v = x[t * D + d];
    if (!Number.isNaN(v)) points += `M${X(t).toFixed(1)} ${Y(v).toFixed(1)}h0`;
  }
  put(strip.points, { d: points });
}

/** Axes, and the elements that move. */
function layOut(strip, T) {
  const { plot, low, high, left, width, height, isSwitch, lastToken } = strip;
  const whole = height + (strip.hasAxis ? AXIS : 0);
  const X = d3.scaleLinear([0, Math.max(T - 1, 1)], [left, width - INSET.right]);
  const Y = d3.scaleLinear([low, high], [height - INSET.bottom, INSET.top]);
  put(plot, { width, height: whole, viewBox: `0 0 ${width} ${whole}` });
  const span = svg("rect", { class: "span-now", y: 0, height });
  const stretch = svg("rect", { class: "stretch", y: 1, height: height - 2 });
  const line = svg("path", { class: isSwitch ? "bit" : "line stroke-x" });
  const points = svg("path", { class: T <= MAX_POINTS ? "points" : "points small" });
  const handle = svg("circle", { class: "handle", r: 5.5 });
  Object.assign(strip, { X, Y, span, shade: stretch, line, points, handle });
  const count = Math.min(height > 80 ? 3 : 1, lastToken === null ? Infinity : high - low); // tokens are whole numbers
  const rules = strip.isFolded ? [] : rulesOf(Y, left, width - INSET.right, count);
  const steps = strip.hasAxis ? stepsBelow(X, T, width, height + AXIS - 5) : [];
  plot.replaceChildren(span, stretch, ...rules, line, points, ...steps, handle);
}

/** Mark the current step and the stretch, and say what the handle stands at. */
export function markStrip(app, strip, t) {
  const { X, Y, low, high, d, height } = strip;
  const { network: { stride }, D, state: { input: { x, T } } } = app;
  strip.at = Math.min(Math.floor(strip.at / stride) === t ? strip.at : t * stride, T - 1);
  const value = x[strip.at * D + d];
  const half = Math.max((X(1) - X(0)) / 2, 1);
  const across = (from, to) => ({ x: X(from) - half, width: X(to) - X(from) + 2 * half });
  put(strip.span, across(t * stride, Math.min((t + 1) * stride, T) - 1));
  const { from, to } = strip.stretch ?? { from: 0, to: 0 };
  put(strip.shade, { ...across(from, Math.min(to, T - 1)), visibility: strip.stretch ? "visible" : "hidden" });
  const place = { cx: X(strip.at), cy: Number.isNaN(value) ? height / 2 : Y(value) };
  put(strip.handle, { ...place, "fill-opacity": Number.isNaN(value) ? 0.2 : 1 });
  const spoken = word(Number.isNaN(value) ? "series.missing" : "series.value", {
    t: strip.at + 1, value: spokenValue(app, strip, value),
  });
  put(strip.plot, {
    "aria-label": word(strip.isSwitch ? "series.switch" : "series.label", {
      channel: app.task ? word(`channel.${d + 1}`) : strip.name,
    }),
    "aria-valuemin": measured(low, strip),
    "aria-valuemax": measured(high, strip),
    "aria-valuenow": measured(Number.isNaN(value) ? low : value, strip),
    "aria-valuetext": strip.stretch ? word("series.stretch", { from: from + 1, to: to + 1, spoken }) : spoken,
  });
}

function spokenValue(app, strip, value) {
  if (strip.lastToken !== null) return tokenInWords(value, app.payload);
  return strip.offset ? measured(value, strip) : number(value);
}

/** @returns {string} a value as it was measured, with the offset of its channel */
function measured(value, { offset, low, high, lastToken }) {
  if (lastToken !== null) return String(value);
  return offset ? numberBeside(value + offset, high - low) : value.toPrecision(4);
}

/** Bars where a channel of zeros and ones is not 0. */
function switchPath(x, d, D, T, { left, X, Y }) {
  const half = Math.max((X(1) - X(0)) / 2, 0.5);
  const bar = (t) => {
    const [from, to] = [Math.max(X(t) - half, left), X(t) + half];
    return `M${from.toFixed(1)} ${Y(0)}V${Y(x[t * D + d]).toFixed(1)}H${to.toFixed(1)}V${Y(0)}z`;
  };
  return Array.from({ length: T }, (_, t) => (x[t * D + d] ? bar(t) : "")).join("");
}
