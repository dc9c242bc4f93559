/** The past as a curve to drag, and the fan of what is to come: it follows at once. */

import { d3 } from "../../../explorer/web/d3/d3.js";
import { byId, html, put, svg, watchWidth } from "../../../explorer/web/kit/dom.js";
import { linePath, rulesOf, ticksOf } from "../../../explorer/web/kit/charts.js";
import { word } from "../../../explorer/web/words/language.js";
import { fanBands, lineAhead, rangeOfAll, timeTicks } from "./fan-shape.js";
import { listenToFan } from "./fan-hand.js";
import { aheadInWords, cameInWords, fanInWords, pointInWords, shareBetween } from "./fan-words.js";

const [TALL, LOW] = [380, 300]; // of the picture, on broad screens and narrow ones
const NARROW = 560;
const EDGE = { top: 12, right: 14, bottom: 28 };
const DIGIT = 7.2; // pixels of a digit beside the axis
const TICKS = 8; // beside the picture,
const MAX_LETTERS = 9; // and of each
const POINT_PIXELS = 5; // of a step, from which on points are shown

/**
 * @param {object} app
 * @returns {{update: function(object)}}
 */
export function fanView(app) {
  const { quantiles, middle, framing } = app.forecaster;
  const Q = quantiles.length;
  const box = byId("fan-box");
  const plot = svg("svg", {
    class: "fan", id: "fan", role: "slider", tabindex: 0, "aria-orientation": "vertical", "data-figure": "",
  });
  box.append(plot);
  const size = watchWidth(box, () => app.redraw());
  const clip = svg("rect", { y: 0 });
  const shape = (name) => svg("path", { class: name });
  const parts = {
    reads: svg("rect", { class: "fan-reads", y: EDGE.top }), rules: svg("g"),
    bands: Array.from({ length: Math.floor(Q / 2) }, (_, k) => shape(`fan-band fan-band-${Math.min(k, 2)}`)),
    base: shape("fan-base"), before: shape("line fan-before"), medianBefore: shape("fan-median ghost"), free: shape("fan-median held"),
    past: shape("line stroke-x"), points: shape("fan-points"), came: shape("fan-came"), cameLine: shape("fan-came-line"),
    median: shape("fan-median"), now: svg("line", { class: "fan-origin", y1: EDGE.top }),
    hover: svg("line", { class: "now", y1: EDGE.top }), handle: svg("circle", { class: "handle", id: "fan-handle", r: 7 }),
  };
  const clipped = svg("g", { "clip-path": "url(#fan-clip)" }, parts.reads, ...parts.bands, parts.base, parts.before,
    parts.medianBefore, parts.free, parts.cameLine, parts.came, parts.past, parts.points, parts.median, parts.now, parts.hover);
  plot.append(svg("defs", {}, svg("clipPath", { id: "fan-clip" }, clip)), parts.rules, clipped, parts.handle);
  const axes = { X: null, Y: null, left: 0, right: 0, bottom: 0, low: 0, high: 1 };
  listenToFan(app, plot, axes);
  const inLegend = legendOf(app);
  let drawn = { key: [] };

  /** Lay out axes: when the series, the width or the language are other ones, or the numbers have left the picture. */
  function layOut(frame) {
    const { series, state: { values } } = app;
    const { width } = size;
    const height = width < NARROW ? LOW : TALL;
    if (!app.isDragging) {
      const { forecast: { fan, base }, forecastBefore, forecastFree } = frame;
      const lists = [values, series.values, fan, base, forecastFree.fan, ...(forecastBefore ? [forecastBefore.fan] : [])];
      [axes.low, axes.high] = rangeOfAll(lists);
    }
    const { low, high } = axes;
    const key = [series, width, frame.look, low, high];
    if (key.every((part, k) => part === drawn.key[k])) return;
    const [right, bottom] = [width - EDGE.right, height - EDGE.bottom];
    const Y = d3.scaleLinear([low, high], [bottom, EDGE.top]);
    const left = 14 + DIGIT * Math.max(...ticksOf(Y, TICKS, MAX_LETTERS).map(({ text }) => text.length));
    const count = series.times.length;
    Object.assign(axes, { X: d3.scaleLinear([0, count - 1], [left, right]), Y, left, right, bottom });
    put(plot, { width, height, viewBox: `0 0 ${width} ${height}` });
    put(clip, { x: left - 4, width: right - left + 8, height: bottom });
    const letters = Math.max(...series.times.map((time) => time.length));
    const room = (right - left) / (DIGIT * letters + 18);
    const isWhole = (t) => axes.X(t) >= (DIGIT * letters) / 2 && axes.X(t) + (DIGIT * letters) / 2 <= width;
    parts.rules.replaceChildren(
      ...rulesOf(Y, left, right, TICKS, MAX_LETTERS),
      ...timeTicks(count, room, framing.season).filter((t) => isWhole(t)).map((t) => {
        return svg("text", { class: "tick", x: axes.X(t), y: bottom + 18, "text-anchor": "middle", text: series.times[t] });
      }),
    );
    drawn = { key };
  }

  function draw({ state: { values, origin }, forecast, forecastBefore, forecastFree, isHeld }) {
    const { X, Y, left, right, bottom } = axes;
    const { series } = app;
    const known = values.subarray(0, origin + 1);
    const last = values[origin];
    const columns = right - left;
    const own = (fan) => Array.from({ length: framing.horizon }, (_, h) => fan[h * Q + middle]);
    const from = Math.max(app.start, 0);
    const reads = app.payload.reason ? 0 : Math.max(X(origin) - X(from) + 6, 0);
    put(parts.reads, { x: X(from) - 3, width: reads, height: bottom - EDGE.top });
    fanBands(forecast.fan, Q, last, origin, X, Y).forEach(({ k, d }) => put(parts.bands[k], { d }));
    put(parts.base, { d: lineAhead(forecast.base, last, origin, X, Y) });
    put(parts.median, { d: lineAhead(own(forecast.fan), last, origin, X, Y) });
    put(parts.free, { d: isHeld ? lineAhead(own(forecastFree.fan), last, origin, X, Y) : "" });
    put(parts.medianBefore, { d: forecastBefore ? lineAhead(own(forecastBefore.fan), series.values[origin], origin, X, Y) : "" });
    put(parts.past, { d: linePath(known, 0, 1, known.length, X, Y, columns) });
    put(parts.before, { d: forecastBefore ? linePath(series.values, 0, 1, known.length, X, Y, columns) : "" });
    const dots = (list, first) => Array.from(list, (v, k) => {
      return Number.isNaN(v) ? "" : `M${X(first + k).toFixed(1)} ${Y(v).toFixed(1)}h0`;
    }).join("");
    const isRoomy = X(1) - X(0) >= POINT_PIXELS;
    put(parts.points, { d: isRoomy ? dots(known, 0) : "", class: X(1) - X(0) > 2 * POINT_PIXELS ? "fan-points" : "fan-points small" });
    const came = series.values.subarray(origin + 1);
    put(parts.came, { d: isRoomy ? dots(came, origin + 1) : "" });
    put(parts.cameLine, { d: linePath(series.values, origin + 1, 1, came.length, (t) => X(origin + 1 + t), Y, columns) });
    put(parts.now, { x1: X(origin), x2: X(origin), y2: bottom });
  }

  return {
    update(frame) {
      layOut(frame);
      draw(frame);
      put(inLegend.free, { hidden: !frame.isHeld });
      put(inLegend.before, { hidden: frame.forecastBefore === null });
      const { X, Y, bottom, low, high } = axes;
      const { series, state: { at, values, origin } } = app;
      const value = values[at];
      const isGap = Number.isNaN(value);
      put(parts.handle, {
        cx: X(at).toFixed(1), cy: isGap ? (EDGE.top + bottom) / 2 : Math.min(Math.max(Y(value), EDGE.top), bottom).toFixed(1),
        "fill-opacity": isGap ? 0.2 : 1, "data-at": at, "data-value": value,
      });
      const h = app.hovered;
      put(parts.hover, { visibility: h === null ? "hidden" : "visible" });
      if (h !== null) put(parts.hover, { x1: X(origin + 1 + h), x2: X(origin + 1 + h), y2: bottom });
      put(plot, {
        "aria-label": word("fan.label", { name: series.name }), "aria-valuemin": low.toPrecision(4),
        "aria-valuemax": high.toPrecision(4), "aria-valuenow": (isGap ? low : value).toPrecision(6),
        "aria-valuetext": pointInWords(app),
      });
      put(byId("fan-words"), { text: fanInWords(app, frame) });
      put(byId("fan-came"), { text: cameInWords(app, frame) });
      put(byId("fan-reading"), { text: h === null ? pointInWords(app) : aheadInWords(app, frame, h) });
    },
  };
}

/** What the shapes mean. @returns {{free: HTMLElement, before: HTMLElement}} of lines that are there at times alone */
function legendOf({ payload, forecaster: { quantiles, framing } }) {
  const key = (name, values, kind) => {
    const text = html("span", { "data-key": name });
    text.dataset.values = JSON.stringify(values);
    return html("li", { class: "key" }, html("span", { class: `fan-key ${kind}` }), text);
  };
  const Q = quantiles.length;
  const bands = Array.from({ length: Math.floor(Q / 2) }, (_, k) => {
    return key("fan.band", { share: shareBetween(quantiles[k], quantiles[Q - 1 - k]) }, `key-band key-band-${Math.min(k, 2)}`);
  });
  const [free, before] = [key("fan.free", {}, "key-free"), key("fan.before", {}, "key-before")];
  const { baseline: { name } } = framing;
  const base = payload.reason ? [] : [key("fan.base", { name }, "key-base")]; // alone, it is the median
  const reads = payload.reason ? [] : [key("fan.reads", {}, "key-reads")];
  byId("fan-legend").append(
    key("fan.past", {}, "key-past"), ...bands, key("fan.median", {}, "key-median"), ...base, key("fan.came.key", {}, "key-came"),
    ...reads, free, before,
  );
  return { free, before };
}
