/** The past as a curve to drag, and the forecast in two layers: the baseline, and what the network adds to it. */

import { d3 } from "../../../explorer/web/d3/d3.js";
import { byId, put, svg, watchWidth } from "../../../explorer/web/kit/dom.js";
import { linePath, rulesOf, ticksOf } from "../../../explorer/web/kit/charts.js";
import { word } from "../../../explorer/web/words/language.js";
import { layerBetween, discs, fanBands, lineAhead, rangeOfAll, timeTicks } from "./fan-shape.js";
import { listenToFan } from "./fan-hand.js";
import { legendOf } from "./legend.js";
import { pointInWords } from "./fan-words.js";
import { stepAheadInWords, valueAndEffect } from "./story.js";

const AROUND = 430; // pixels of a screen that are not the picture's
const [LOWEST, HIGHEST] = [270, 380]; // heights of the picture
const EDGE = { top: 12, right: 14, bottom: 28 };
const DIGIT = 7.6; // pixels of a digit beside the axis
const TICKS = 7; // beside the picture,
const MAX_LETTERS = 9; // and of each
const POINT_PIXELS = 5; // of a step, from which on points are shown
const DISC = { least: 2, smallest: 9, largest: 15 }; // radii: the least that is drawn, and bounds of the largest

/**
 * @param {object} app
 * @returns {{update: function(object)}}
 */
export function fanView(app) {
  const { quantiles, framing } = app.forecaster;
  const Q = quantiles.length;
  const box = byId("fan-box");
  const plot = svg("svg", {
    class: "fan", id: "fan", role: "slider", tabindex: 0, "aria-orientation": "vertical", "data-figure": "",
  });
  put(byId("input"), { "data-alone": Boolean(app.payload.reason) });
  box.append(plot);
  const size = watchWidth(box, () => app.redraw());
  const clip = svg("rect", { y: 0 });
  const shape = (name) => svg("path", { class: name });
  const parts = {
    reads: svg("rect", { class: "fan-reads", y: EDGE.top }), done: svg("rect", { class: "fan-done", y: EDGE.top }), rules: svg("g"),
    bands: Array.from({ length: Math.floor(Q / 2) }, (_, k) => shape(`fan-band fan-band-${Math.min(k, 2)}`)),
    added: shape("fan-added"), base: shape("fan-base"), before: shape("line fan-before"), medianBefore: shape("fan-median ghost"),
    free: shape("fan-median held"), past: shape("line stroke-x"), points: shape("fan-points"), came: shape("fan-came"),
    cameLine: shape("fan-came-line"), median: shape("fan-median"), now: svg("line", { class: "fan-origin", y1: EDGE.top }),
    ahead: svg("line", { class: "fan-ahead", y1: EDGE.top }), arc: shape("fan-arc"), bareDot: svg("circle", { class: "fan-dot bare", r: 4 }),
    dot: svg("circle", { class: "fan-dot", r: 4.5 }),
    handle: svg("circle", { class: "handle", id: "fan-handle", r: 7 }),
  };
  const effects = ["base", "network"].flatMap((part) => ["up", "down"].map((way) => {
    return { part, way, path: svg("path", { class: `effect effect-${part} ${way}` }) };
  }));
  const clipped = svg("g", { "clip-path": "url(#fan-clip)" }, parts.reads, parts.done, ...parts.bands, parts.added, parts.base,
    parts.before, parts.medianBefore, parts.free, parts.cameLine, parts.came, ...effects.map(({ path }) => path), parts.past,
    parts.points, parts.now, parts.ahead, parts.median, parts.arc, parts.bareDot, parts.dot);
  plot.append(svg("defs", {}, svg("clipPath", { id: "fan-clip" }, clip)), parts.rules, clipped, parts.handle);
  const axes = { X: null, Y: null, left: 0, right: 0, bottom: 0, low: 0, high: 1 };
  listenToFan(app, plot, axes);
  const legend = legendOf(app);
  let drawn = { key: [] };

  /** Lay out axes: when the series, the width or the language are other ones, or the numbers have left the picture. */
  function layOut(frame) {
    const { series, state: { values } } = app;
    const { width } = size;
    const height = Math.min(Math.max(innerHeight - AROUND, LOWEST), HIGHEST);
    if (!app.isDragging) {
      const { forecast: { fan, bare }, forecastBefore, forecastFree } = frame;
      const lists = [values, series.values, fan, bare, forecastFree.fan, ...(forecastBefore ? [forecastBefore.fan] : [])];
      [axes.low, axes.high] = rangeOfAll(lists);
    }
    const { low, high } = axes;
    const key = [series, width, height, frame.look, low, high];
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

  /** The forecast: while the page plays by itself, the fan opens from the baseline. */
  function drawAhead({ state: { values, origin, bare }, forecast, layers, forecastBefore, forecastFree, isHeld, ahead, removals }) {
    const { X, Y, bottom } = axes;
    const last = values[origin];
    const opened = bare ? 0 : app.opened;
    const open = (v, h) => layers.bare[h] + opened * (v - layers.bare[h]);
    const middles = ({ fan }) => layers.bare.map((_, h) => fan[h * Q + app.forecaster.middle]);
    const median = layers.median.map(open);
    const isOpen = opened > 0;
    const fan = forecast.fan.map((v, n) => open(v, Math.floor(n / Q)));
    fanBands(fan, Q, last, origin, X, Y).forEach(({ k, d }) => put(parts.bands[k], { d: isOpen ? d : "" }));
    const isAlone = Boolean(app.payload.reason);
    put(parts.added, { d: isOpen && !isAlone ? layerBetween(layers.bare, median, last, origin, X, Y) : "" });
    put(parts.base, { d: isAlone ? "" : lineAhead(layers.bare, last, origin, X, Y), class: bare ? "fan-base only" : "fan-base" });
    put(parts.median, { d: isOpen ? lineAhead(median, last, origin, X, Y) : "" });
    put(parts.free, { d: isHeld && isOpen ? lineAhead(middles(forecastFree), last, origin, X, Y) : "" });
    const earlier = forecastBefore && (bare ? forecastBefore.bare : middles(forecastBefore));
    put(parts.medianBefore, { d: earlier ? lineAhead(earlier, app.series.values[origin], origin, X, Y) : "" });
    put(parts.now, { x1: X(origin), x2: X(origin), y2: bottom });
    const x = X(origin + 1 + ahead);
    put(parts.ahead, { x1: x, x2: x, y2: bottom });
    const dot = (v, isShown) => ({ cx: x, cy: Y(v) || 0, visibility: isShown && Number.isFinite(v) ? null : "hidden" });
    put(parts.bareDot, dot(layers.bare[ahead], !isAlone));
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
    const d = `M${x0.toFixed(1)} ${y0.toFixed(1)}Q${((x0 + x) / 2).toFixed(1)} ${top.toFixed(1)} ${x.toFixed(1)} ${y.toFixed(1)}`;
    return { d, class: isBare || Math.abs(ofBase) >= Math.abs(ofNetwork) ? "fan-arc" : "fan-arc of-network" };
  }

  function drawPast({ state: { values, origin, playing }, forecastBefore, t, ahead, removals, isBare }) {
    const { X, Y, left, right, bottom } = axes;
    const { series } = app;
    const known = values.subarray(0, origin + 1);
    const columns = right - left;
    const from = Math.max(app.start, 0);
    const span = (to) => (app.payload.reason ? 0 : Math.max(X(to) - X(from) + 6, 0));
    put(parts.reads, { x: X(from) - 3, width: span(origin), height: bottom - EDGE.top });
    put(parts.done, { x: X(from) - 3, width: playing ? span(app.start + t) : 0, height: bottom - EDGE.top });
    put(parts.past, { d: linePath(known, 0, 1, known.length, X, Y, columns) });
    put(parts.before, { d: forecastBefore ? linePath(series.values, 0, 1, known.length, X, Y, columns) : "" });
    const dots = (list, first) => Array.from(list, (v, k) => {
      return Number.isNaN(v) ? "" : `M${X(first + k).toFixed(1)} ${Y(v).toFixed(1)}h0`;
    }).join("");
    const slot = X(1) - X(0);
    const isRoomy = slot >= POINT_PIXELS;
    put(parts.points, { d: isRoomy ? dots(known, 0) : "" });
    const came = series.values.subarray(origin + 1);
    put(parts.came, { d: isRoomy ? dots(came, origin + 1) : "" });
    put(parts.cameLine, { d: linePath(series.values, origin + 1, 1, came.length, (k) => X(origin + 1 + k), Y, columns) });
    const largest = Math.min(Math.max(slot, DISC.smallest), DISC.largest);
    const found = { base: { up: [], down: [] }, network: { up: [], down: [] } };
    const most = removals.most(ahead);
    for (let at = removals.first; app.opened === 1 && at <= origin; at++) {
      const gave = removals.at(at, ahead);
      if (gave === null) continue;
      for (const [part, v] of [["base", gave.ofBase], ["network", isBare ? 0 : gave.ofNetwork]]) {
        const radius = largest * Math.sqrt(Math.abs(v) / most);
        if (radius >= DISC.least) found[part][v > 0 ? "up" : "down"].push([X(at), Y(values[at]), radius]);
      }
    }
    for (const { part, way, path } of effects) put(path, { d: discs(found[part][way]) });
  }

  return {
    update(frame) {
      layOut(frame);
      drawAhead(frame);
      drawPast({ ...frame, isBare: frame.state.bare || Boolean(app.payload.reason) });
      legend.update(frame);
      const { Y, X, bottom, low, high } = axes;
      const { series, hovered, pointed, state: { at, values } } = app;
      const value = values[at];
      const isGap = Number.isNaN(value);
      put(parts.handle, {
        cx: X(at).toFixed(1), cy: isGap ? (EDGE.top + bottom) / 2 : Math.min(Math.max(Y(value), EDGE.top), bottom).toFixed(1),
        "fill-opacity": isGap ? 0.2 : 1, "data-at": at, "data-value": value,
      });
      put(plot, {
        "aria-label": word("fan.label", { name: series.name }), "aria-valuemin": low.toPrecision(4),
        "aria-valuemax": high.toPrecision(4), "aria-valuenow": (isGap ? low : value).toPrecision(6),
        "aria-valuetext": pointInWords(app),
      });
      const isOnPast = hovered === null && (pointed !== null || at !== app.state.origin);
      put(byId("fan-reading"), { text: isOnPast ? valueAndEffect(app, frame, pointed ?? at) : stepAheadInWords(app, frame) });
    },
  };
}
