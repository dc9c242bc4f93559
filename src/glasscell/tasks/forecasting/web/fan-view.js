/** The past as a curve to drag, and the forecast in two layers: the baseline, and what the network adds to it. */

import { d3 } from "../../../explorer/web/d3/d3.js";
import { byId, changeOfKey, html, put, svg, watchWidth } from "../../../explorer/web/kit/dom.js";
import { linePath, rulesOf, ticksOf } from "../../../explorer/web/kit/charts.js";
import { word } from "../../../explorer/web/words/language.js";
import { listenToFan } from "./fan-hand.js";
import { baselineInWords, pointInWords, shareBetween } from "./fan-words.js";
import { layersOf } from "./forecaster.js";
import { stepAheadInWords, valueAndEffect } from "./story.js";

const AROUND = 430; // pixels of a screen outside the plot
const [LOWEST, HIGHEST] = [270, 380]; // heights of the plot
const EDGE = { top: 12, right: 14, bottom: 28 };
const DIGIT = 7.6; // pixels of a digit at the axis
const TICKS = 7; // next to the plot,
const MAX_LETTERS = 9; // and of each
const ROOM = 0.07; // above and below the curves, of their range
const POINT_PIXELS = 5; // of a step, from which on points are shown
const DISC = { least: 2, smallest: 9, largest: 15 }; // radii: the least that is drawn, and bounds of the largest

/**
 * @param {ForecastApp} app
 * @returns {View}
 */
export function fanView(app) {
  const { quantiles, middle, framing } = app.forecaster;
  const Q = quantiles.length;
  const isAlone = Boolean(app.payload.reason);
  const box = byId("fan-box");
  const plot = svg("svg", {
    class: "fan", id: "fan", role: "slider", tabindex: 0, "aria-orientation": "vertical", "data-figure": "",
  });
  const { isFixed } = app; // then the network's is another forecast
  put(byId("input"), { "data-alone": isAlone || isFixed, "data-fixed": isFixed });
  box.append(plot);
  const size = watchWidth(box, () => app.redraw());
  const clip = svg("rect", { y: 0 });
  const rules = svg("g");
  const shape = (name) => svg("path", { class: name });
  const effects = ["base", "network"].flatMap((part) => ["up", "down"].map((way) => {
    const path = shape(`effect effect-${part} ${way}`);
    return { part: part === "base" ? "ofBase" : "ofNetwork", sign: way === "up" ? 1 : -1, path };
  }));
  const parts = { // from the lowest to the uppermost
    reads: svg("rect", { class: "fan-reads", y: EDGE.top }), done: svg("rect", { class: "fan-done", y: EDGE.top }),
    bands: Array.from({ length: Math.floor(Q / 2) }, (_, k) => shape(`fan-band fan-band-${Math.min(k, 2)}`)),
    added: shape("fan-added"), candidate: shape("fan-candidate"), base: shape("fan-base"), before: shape("line fan-before"),
    medianBefore: shape("fan-median ghost"), free: shape("fan-median held"), cameLine: shape("fan-came-line"),
    came: shape("fan-came"), effects: effects.map(({ path }) => path), past: shape("line stroke-x"), points: shape("fan-points"),
    now: svg("line", { class: "fan-origin", y1: EDGE.top }), ahead: svg("line", { class: "fan-ahead", y1: EDGE.top }),
    median: shape("fan-median"), arc: shape("fan-arc"),
    bareDot: svg("circle", { class: "fan-dot bare", r: 4 }), dot: svg("circle", { class: "fan-dot", r: 4.5 }),
  };
  const handle = svg("circle", { class: "handle", id: "fan-handle", r: 7 });
  const clipped = svg("g", { "clip-path": "url(#fan-clip)" }, ...Object.values(parts).flat());
  plot.append(svg("defs", {}, svg("clipPath", { id: "fan-clip" }, clip)), rules, clipped, handle);
  /** @type {FanAxes} */
  const axes = { X: null, Y: null, left: 0, right: 0, bottom: 0, low: 0, high: 1 }; // until it is laid out
  listenToFan(app, plot, axes);
  const updateLegend = legendOf(app);
  const isNew = changeOfKey();

  /** Lay out axes if the series, the width or the language has changed, or the values have left the plot. */
  function layOut(/** @type {ForecastFrame} */ { look, forecast, forecastBefore, forecastFree, shown, layers }) {
    const { series, state: { values } } = app;
    const { width } = size;
    const height = Math.min(Math.max(innerHeight - AROUND, LOWEST), HIGHEST);
    if (!app.isDragging) {
      const others = isFixed ? [layers.median] : [forecast.bare, forecastFree.fan];
      const lists = [values, series.values, shown.fan, ...others, forecastBefore?.fan ?? []];
      const [low = 0, high = 1] = d3.extent(lists.flatMap((list) => [...list]));
      const room = ROOM * (high - low || Math.abs(high) || 1);
      Object.assign(axes, { low: low - room, high: high + room });
    }
    const { low, high } = axes;
    if (!isNew(series, width, height, look, low, high)) return;
    const [right, bottom] = [width - EDGE.right, height - EDGE.bottom];
    const Y = d3.scaleLinear([low, high], [bottom, EDGE.top]);
    const left = 14 + DIGIT * Math.max(...ticksOf(Y, TICKS, MAX_LETTERS).map(({ text }) => text.length));
    const count = series.times.length;
    const X = d3.scaleLinear([0, count - 1], [left, right]);
    Object.assign(axes, { X, Y, left, right, bottom });
    put(plot, { width, height, viewBox: `0 0 ${width} ${height}` });
    put(clip, { x: left - 4, width: right - left + 8, height: bottom });
    const label = DIGIT * Math.max(...series.times.map((time) => time.length)); // its width
    const isWhole = (t) => X(t) >= label / 2 && X(t) + label / 2 <= width;
    rules.replaceChildren(
      ...rulesOf(Y, left, right, TICKS, MAX_LETTERS),
      ...timeTicks(count, (right - left) / (label + 18), framing.season).filter(isWhole).map((t) => {
        return svg("text", { class: "tick", x: X(t), y: bottom + 18, "text-anchor": "middle", text: series.times[t] });
      }),
    );
  }

  /** The forecast: while the page plays by itself, the fan opens from the baseline. */
  function drawAhead(/** @type {ForecastFrame} */ frame) {
    const { state: { values, origin, bare }, forecastBefore, forecastFree, layers, isHeld, ahead, removals, shown } = frame;
    const { X, Y, bottom } = axes;
    const last = values[origin];
    const opened = bare ? 0 : app.opened;
    const isOpen = opened > 0;
    const open = (v, h) => layers.bare[h] + opened * (v - layers.bare[h]);
    const median = frame.median.map(open);
    const xAt = (_, n) => X(origin + n); // lines and areas ahead begin at the last value, where it is known
    const line = (list, from = last) => d3.line().digits(1).x(xAt).y((v) => Y(v)).defined(Number.isFinite)([from, ...list]) ?? "";
    const between = (lower, upper) => {
      const pairs = [[last, last], ...Array.from(lower, (v, h) => [v, upper[h]])];
      const area = d3.area().digits(1).x(xAt).y0(([v]) => Y(v)).y1(([, v]) => Y(v));
      return area.defined(([v]) => Number.isFinite(v))(pairs) ?? "";
    };
    const quantile = (k) => layers.bare.map((_, h) => open(shown.fan[h * Q + k], h));
    const middles = (other) => layersOf(other, Q, middle).median;
    parts.bands.forEach((band, k) => put(band, { d: isOpen ? between(quantile(k), quantile(Q - 1 - k)) : "" }));
    put(parts.added, { d: isOpen && !isAlone && !isFixed ? between(layers.bare, median) : "" });
    put(parts.candidate, { d: isFixed && !isAlone ? line(layers.median) : "" });
    put(parts.base, { d: isAlone || isFixed ? "" : line(layers.bare), class: bare ? "fan-base only" : "fan-base" });
    put(parts.median, { d: isOpen ? line(median) : "" });
    put(parts.free, { d: isHeld && isOpen ? line(middles(forecastFree)) : "" });
    const earlier = forecastBefore && (bare ? forecastBefore.bare : middles(forecastBefore));
    put(parts.medianBefore, { d: earlier ? line(earlier, app.series.values[origin]) : "" });
    put(parts.now, { x1: X(origin), x2: X(origin), y2: bottom });
    const x = X(origin + 1 + ahead);
    put(parts.ahead, { x1: x, x2: x, y2: bottom });
    const dot = (v, isShown) => ({ cx: x, cy: Y(v) || 0, visibility: isShown && Number.isFinite(v) ? null : "hidden" });
    put(parts.bareDot, dot((isFixed ? layers.median : layers.bare)[ahead], !isAlone));
    put(parts.dot, dot(median[ahead], isOpen));
    put(parts.arc, arcTo(x, Y((bare ? layers.bare : median)[ahead]), ahead, removals, values, bare || isAlone));
  }

  /** From the value on which a step ahead depends most; of the layer through which it does. */
  function arcTo(x, y, ahead, removals, values, isBare) {
    const from = app.opened === 1 && removals.isComplete ? removals.largest(ahead, isBare ? "ofBase" : "gave") : null;
    if (from === null) return { d: "" };
    const { ofBase, ofNetwork } = removals.at(from, ahead);
    const [x0, y0] = [axes.X(from), axes.Y(values[from])];
    const top = Math.max(Math.min(y0, y) - 0.22 * (x - x0), EDGE.top - 40);
    const isOfBase = isBare || Math.abs(ofBase) >= Math.abs(ofNetwork);
    return { d: `M${x0} ${y0}Q${(x0 + x) / 2} ${top} ${x} ${y}`, class: isOfBase ? "fan-arc" : "fan-arc of-network" };
  }

  function drawPast(/** @type {ForecastFrame} */ { state, forecastBefore, t, ahead, removals }) {
    const { values, origin, playing, bare } = state;
    const { X, Y, left, right, bottom } = axes;
    const { series } = app;
    const known = values.subarray(0, origin + 1);
    const from = Math.max(app.start, 0);
    const span = (to) => (isAlone ? 0 : Math.max(X(to) - X(from) + 6, 0));
    put(parts.reads, { x: X(from) - 3, width: span(origin), height: bottom - EDGE.top });
    put(parts.done, { x: X(from) - 3, width: playing ? span(app.start + t) : 0, height: bottom - EDGE.top });
    const line = (list, first, count) => linePath(list, first, 1, count, (k) => X(first + k), Y, right - left);
    put(parts.past, { d: line(known, 0, known.length) });
    put(parts.before, { d: forecastBefore ? line(series.values, 0, known.length) : "" });
    const slot = X(1) - X(0);
    const dots = (list, first) => Array.from(list, (v, k) => {
      return Number.isNaN(v) || slot < POINT_PIXELS ? "" : `M${X(first + k).toFixed(1)} ${Y(v).toFixed(1)}h0`;
    }).join("");
    put(parts.points, { d: dots(known, 0) });
    const came = series.values.subarray(origin + 1);
    put(parts.came, { d: dots(came, origin + 1) });
    put(parts.cameLine, { d: line(series.values, origin + 1, came.length) });
    const perRadius = removals.most(ahead) / Math.min(Math.max(slot, DISC.smallest), DISC.largest) ** 2;
    for (const { part, sign, path } of effects) {
      const isShown = app.opened === 1 && (part === "ofBase" || !(bare || isAlone));
      const discs = Array.from(isShown ? known : [], (v, at) => {
        const gave = removals.at(at, ahead)?.[part] ?? 0;
        const radius = Math.sqrt(Math.abs(gave) / perRadius);
        return gave * sign > 0 && radius >= DISC.least ? discAt(X(at), Y(v), radius) : "";
      });
      put(path, { d: discs.join("") });
    }
  }

  return {
    update(/** @type {ForecastFrame} */ frame) {
      layOut(frame);
      drawAhead(frame);
      drawPast(frame);
      updateLegend(frame);
      const { Y, X, bottom, low, high } = axes;
      const { series, hovered, pointed, state: { at, values } } = app;
      const value = values[at];
      const isGap = Number.isNaN(value);
      put(handle, {
        cx: X(at).toFixed(1), cy: isGap ? (EDGE.top + bottom) / 2 : Math.min(Math.max(Y(value), EDGE.top), bottom).toFixed(1),
        "fill-opacity": isGap ? 0.2 : 1, "data-at": at, "data-value": value,
      });
      put(plot, {
        "aria-label": word(isFixed ? "fan.label.local" : "fan.label", { name: series.name }), "aria-valuemin": low.toPrecision(4),
        "aria-valuemax": high.toPrecision(4), "aria-valuenow": (isGap ? low : value).toPrecision(6),
        "aria-valuetext": pointInWords(app),
      });
      const isOnPast = hovered === null && (pointed !== null || at !== app.state.origin);
      put(byId("fan-reading"), { text: isOnPast ? valueAndEffect(app, frame, pointed ?? at) : stepAheadInWords(app, frame) });
    },
  };
}

/** A disc as a part of a path. */
function discAt(x, y, radius) {
  const r = Number(radius.toFixed(1));
  return `M${(x - r).toFixed(1)} ${y.toFixed(1)}a${r} ${r} 0 0 1 ${2 * r} 0a${r} ${r} 0 0 1 ${-2 * r} 0z`;
}

/** @returns {number[]} the places of at most about n labels below an axis of `count` steps; whole seasons apart where many */
function timeTicks(count, n, season) {
  const rough = count / Math.max(n, 1);
  const whole = season > 1 ? season : 100;
  const part = Array.from({ length: whole }, (_, k) => k + 1).find((step) => step >= rough && whole % step === 0);
  const every = part ?? whole * Math.ceil(rough / whole);
  return Array.from({ length: Math.ceil(count / every) }, (_, k) => k * every);
}

/** What the shapes mean, as far as they are there. @returns {(frame: Frame) => void} */
function legendOf({ payload, isFixed, forecaster: { quantiles, framing } }) {
  const hasNetwork = () => !payload.reason;
  const isCorrected = () => hasNetwork() && !isFixed;
  const isOpen = ({ state }) => !state.bare;
  const bands = quantiles.slice(0, Math.floor(quantiles.length / 2)).map((low, k) => {
    return ["fan.band", `key-band key-band-${Math.min(k, 2)}`, isOpen, () => shareBetween(low, quantiles.at(-1 - k))];
  });
  const keys = [
    ["fan.past", "key-past"],
    ["fan.base", "key-base", isCorrected],
    ["fan.added", "key-added", (frame) => isCorrected() && isOpen(frame)],
    [isFixed ? "fan.median.local" : "fan.median", "key-median", isOpen],
    ["fan.candidate", "key-candidate", () => hasNetwork() && isFixed],
    ...bands,
    ["fan.came.key", "key-came", ({ state }) => state.origin + 1 < state.values.length],
    ["fan.reads", "key-reads", hasNetwork],
    ["fan.effect.base", "key-effect effect-base", () => !isFixed],
    ["fan.effect.network", "key-effect effect-network", (frame) => isCorrected() && isOpen(frame)],
    ["fan.effect.down", "key-effect key-down", () => !isFixed],
    ["fan.free", "key-free", ({ isHeld }) => isHeld],
    ["fan.before", "key-before", ({ forecastBefore }) => forecastBefore !== null],
  ].map(([key, kind, isThere = () => true, share = () => ""]) => {
    const text = html("span");
    return { key, isThere, share, text, item: html("li", { class: "key" }, html("span", { class: `fan-key ${kind}` }), text) };
  });
  byId("fan-legend").append(...keys.map(({ item }) => item));
  return (frame) => {
    for (const { key, isThere, share, text, item } of keys) {
      put(item, { hidden: !isThere(frame) });
      put(text, { text: word(key, { share: share(), name: baselineInWords(framing.baseline), local: payload.local }) });
    }
  };
}
