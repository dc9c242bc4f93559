/** The input as lines, one strip for each channel; points can be dragged, and moved by keys. */

import { byId, html, put, svg, watchWidth } from "../kit/dom.js";
import { number, numberBeside, word } from "../words/language.js";
import { linePath, roundTicks, scale, stepTicks } from "../kit/charts.js";
import { SWITCH } from "../network/gate-task.js";
import { tokenInWords } from "./tokens.js";

const INSET = { left: 44, right: 10, top: 8, bottom: 8 };
const AXIS = 20;
const FINGER_PIXELS = 28; // how far a finger may miss a point
const MAX_POINTS = 80; // shown, and dragged one by one; a longer series bends

/**
 * Tokens are points without a line between them, for their numbers have no order, and stay whole and known.
 * @param {object} app
 * @returns {{update: function(object)}}
 */
export function seriesInput(app) {
  const { D } = app;
  const lastToken = app.kind === "tokens" ? app.network.embedding.V - 1 : null;
  const channelHeight = D <= 2 ? 130 : D <= 4 ? 90 : D <= 8 ? 60 : 44;
  const box = byId("input-box");
  const size = watchWidth(box, () => app.redraw());
  const strips = app.payload.channels.map((name, d) => {
    const isSwitch = app.task !== null && d === SWITCH; // 0 or 1: a click toggles it
    const height = isSwitch ? 44 : channelHeight;
    const offset = app.payload.offsets?.[d] ?? 0; // to be added where a value is read aloud; the axis is without it
    const plot = svg("svg", {
      class: isSwitch ? "strip switch" : "strip", height: height + (d === D - 1 ? AXIS : 0), tabindex: 0,
      role: "slider", "data-figure": "", "aria-orientation": "vertical",
    });
    const strip = { d, plot, name, offset, isSwitch, isToken: lastToken !== null, height, at: 0, low: 0, high: 1, X: null, Y: null };
    const shown = offset ? `${name} ${offset < 0 ? "+" : "−"} ${Math.abs(offset)}` : name;
    const words = app.task ? { "data-word": `channel.${d + 1}` } : { text: shown };
    const step = html("figure", { class: "strip-box" }, html("figcaption", words), plot);
    box.append(step);
    listen(strip);
    return strip;
  });
  let drawn = null;

  function spoken(value, strip) {
    if (lastToken !== null) return tokenInWords(value, app.payload);
    return strip.offset ? measured(value, strip) : number(value);
  }

  function listen(strip) {
    const { plot, d, isSwitch, height } = strip;
    const local = (event) => {
      const frame = plot.getBoundingClientRect();
      const zoom = plot.currentCSSZoom ?? 1;
      return [(event.clientX - frame.left) / zoom, (event.clientY - frame.top) / zoom];
    };
    const pull = (event) => {
      const [, y] = local(event);
      const inverse = scale(height - INSET.bottom, INSET.top, strip.low, strip.high);
      bend(strip.at, d, Math.min(Math.max(inverse(y), strip.low), strip.high));
    };
    plot.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      const { T } = app.state.input;
      const [x] = local(event);
      const share = (x - INSET.left) / Math.max(size.width - INSET.left - INSET.right, 1);
      strip.at = Math.min(Math.max(Math.round(share * (T - 1)), 0), T - 1);
      strip.moved = false;
      strip.down = event.clientY;
      plot.setPointerCapture(event.pointerId);
      app.set({ t: Math.floor(strip.at / app.network.stride), marked: strip.at });
    });
    plot.addEventListener("touchstart", (event) => {
      const [touch] = event.touches;
      const box = strip.handle.getBoundingClientRect();
      const away = Math.hypot(touch.clientX - box.x - box.width / 2, touch.clientY - box.y - box.height / 2);
      if (away < FINGER_PIXELS) event.preventDefault(); // the finger drags the point; elsewhere it scrolls the page
    }, { passive: false });
    plot.addEventListener("pointermove", (event) => {
      if (isSwitch || !(event.buttons & 1) || !plot.hasPointerCapture(event.pointerId)) return;
      if (!strip.moved && Math.abs(event.clientY - strip.down) < 3) return;
      if (!strip.moved) app.remember();
      strip.moved = true;
      pull(event);
    });
    plot.addEventListener("click", () => {
      if (isSwitch) turn(app.state.input.x[strip.at * D + d] < 0.5);
    });
    plot.addEventListener("keydown", (event) => {
      const { T } = app.state.input;
      const value = app.state.input.x[strip.at * D + d];
      const unit = lastToken === null ? (strip.high - strip.low) / 40 : 1;
      const side = { ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10, Home: -T, End: T }[event.key];
      const lift = { ArrowUp: 1, ArrowDown: -1 }[event.key];
      if (side) {
        strip.at = Math.min(Math.max(strip.at + side, 0), T - 1);
        app.set({ t: Math.floor(strip.at / app.network.stride), marked: strip.at });
      } else if (lift && isSwitch) {
        turn(lift > 0);
      } else if (lift) {
        app.remember();
        bend(strip.at, d, (Number.isNaN(value) ? (strip.low + strip.high) / 2 : value) + lift * unit, true);
      } else return;
      event.preventDefault();
    });
    const turn = (isOn) => {
      app.remember();
      bend(strip.at, d, isOn ? 1 : 0, true);
    };
  }

  /** Move one point of a short series; of a long one also its neighbours, so that the line bends. */
  function bend(at, d, value, alone = false) {
    const { x, T } = app.state.input;
    const reach = alone || T <= MAX_POINTS || lastToken !== null ? 0 : Math.round(T / 40);
    const changed = Float64Array.from(x);
    if (lastToken !== null) value = Math.min(Math.max(Math.round(value), 0), lastToken);
    const shift = value - (Number.isNaN(x[at * D + d]) ? value : x[at * D + d]);
    for (let t = Math.max(0, at - reach); t <= Math.min(T - 1, at + reach); t++) {
      if (t === at) changed[t * D + d] = value;
      else changed[t * D + d] += (shift * (1 + Math.cos((Math.PI * (t - at)) / (reach + 1)))) / 2;
    }
    app.edit(changed, T, at);
  }

  /** Draw what changes when a point moves; the rest only if the range, the length or the width has changed. */
  function drawStrip(strip, x, T) {
    const { d } = strip;
    let [low, high] = [Infinity, -Infinity];
    for (let t = 0; t < T; t++) {
      const v = x[t * D + d];
      if (v < low) low = v;
      if (v > high) high = v;
    }
    for (const v of app.ranges[d]) [low, high] = [Math.min(low, v), Math.max(high, v)];
    if (!(low < high)) [low, high] = Number.isFinite(low) ? [low - 1, high + 1] : [-1, 1];
    const frame = [low, high, T, size.width].join();
    if (strip.frame !== frame) layOut(Object.assign(strip, { frame, low, high }), T);
    const { X, Y } = strip;
    if (strip.isSwitch) {
      put(strip.line, { d: switchPath(x, d, D, T, X, Y) });
      return;
    }
    if (lastToken === null) put(strip.line, { d: linePath(x, d, D, T, X, Y, size.width - INSET.left) });
    let points = "";
    for (let t = 0; t < T && (T <= MAX_POINTS || lastToken !== null); t++) {
      const v = x[t * D + d];
      if (!Number.isNaN(v)) points += `M${X(t).toFixed(1)} ${Y(v).toFixed(1)}h0`;
    }
    put(strip.points, { d: points });
  }

  function layOut(strip, T) {
    const { plot, low, high, height, isSwitch } = strip;
    const { width } = size;
    const X = scale(0, Math.max(T - 1, 1), INSET.left, width - INSET.right);
    const Y = scale(low, high, height - INSET.bottom, INSET.top);
    put(plot, { width, viewBox: `0 0 ${width} ${plot.getAttribute("height")}` });
    const span = svg("rect", { class: "span-now", y: 0, height });
    const line = svg("path", { class: isSwitch ? "bit" : "line stroke-x" });
    const points = svg("path", { class: T <= MAX_POINTS ? "points" : "points small" });
    const handle = svg("circle", { class: "handle", r: 5.5 });
    Object.assign(strip, { X, Y, span, line, points, handle });
    plot.replaceChildren(span);
    for (const v of roundTicks(low, high, height > 80 ? 3 : 1)) {
      if (lastToken !== null && !Number.isInteger(v)) continue;
      const text = lastToken === null ? number(v, high - low < 5 && !isSwitch ? 1 : 0) : v;
      plot.append(
        svg("line", { class: "rule", x1: INSET.left, x2: width - INSET.right, y1: Y(v), y2: Y(v) }),
        svg("text", { class: "tick", x: INSET.left - 6, y: Y(v) + 4, "text-anchor": "end", text }),
      );
    }
    plot.append(line, points);
    if (strip.d === D - 1) {
      for (const t of stepTicks(T, Math.floor(width / 60))) {
        const anchor = X(t) > width - INSET.right - 12 ? "end" : "middle";
        plot.append(svg("text", { class: "tick", x: X(t), y: height + AXIS - 5, "text-anchor": anchor, text: t + 1 }));
      }
    }
    plot.append(handle);
  }

  return {
    update({ state, t }) {
      const { x, T } = state.input;
      const { stride } = app.network;
      const key = [x, size.width];
      const isNew = drawn === null || key.some((part, k) => part !== drawn[k]);
      drawn = key;
      for (const strip of strips) {
        if (isNew) drawStrip(strip, x, T);
        strip.at = Math.min(Math.floor(strip.at / stride) === t ? strip.at : t * stride, T - 1);
        const { at, X, Y, low, high, d, height } = strip;
        const value = x[at * D + d];
        const half = Math.max((X(1) - X(0)) / 2, 1);
        const from = X(t * stride) - half;
        put(strip.span, { x: from, width: X(Math.min((t + 1) * stride, T) - 1) + half - from });
        const place = { cx: X(at), cy: Number.isNaN(value) ? height / 2 : Y(value) };
        put(strip.handle, { ...place, "fill-opacity": Number.isNaN(value) ? 0.2 : 1 });
        put(strip.plot, {
          "aria-label": word(strip.isSwitch ? "series.switch" : "series.label", {
            channel: app.task ? word(`channel.${d + 1}`) : strip.name,
          }),
          "aria-valuemin": measured(low, strip),
          "aria-valuemax": measured(high, strip),
          "aria-valuenow": measured(Number.isNaN(value) ? low : value, strip),
          "aria-valuetext": word(Number.isNaN(value) ? "series.missing" : "series.value", {
            t: at + 1, value: spoken(value, strip),
          }),
        });
      }
    },
  };
}

/** @returns {string} a value as it was measured, with the offset of its channel */
function measured(value, { offset, low, high, isToken }) {
  if (isToken) return String(value);
  return offset ? numberBeside(value + offset, high - low) : value.toPrecision(4);
}

/** Bars where a channel of zeros and ones is not 0. */
function switchPath(x, d, D, T, X, Y) {
  const half = Math.max((X(1) - X(0)) / 2, 0.5);
  const bar = (t) => {
    const [from, to] = [Math.max(X(t) - half, INSET.left), X(t) + half];
    return `M${from.toFixed(1)} ${Y(0)}V${Y(x[t * D + d]).toFixed(1)}H${to.toFixed(1)}V${Y(0)}z`;
  };
  return Array.from({ length: T }, (_, t) => (x[t * D + d] ? bar(t) : "")).join("");
}

/** @returns {SVGElement} a small picture of a series: its first channels as lines */
export function seriesThumbnail(x, T, D) {
  const picture = svg("svg", {
    viewBox: "0 0 60 32", class: "thumbnail wide", "aria-hidden": "true", preserveAspectRatio: "none",
  });
  picture.append(svg("rect", { class: "pixel-paper", width: 60, height: 32 }));
  for (let d = 0; d < Math.min(D, 3); d++) {
    const values = Array.from({ length: T }, (_, t) => x[t * D + d]);
    const there = values.filter((v) => !Number.isNaN(v));
    if (there.length === 0) continue;
    const low = there.reduce((a, b) => Math.min(a, b));
    const high = there.reduce((a, b) => Math.max(a, b));
    const X = scale(0, Math.max(T - 1, 1), 2, 58);
    const Y = scale(low, high > low ? high : low + 1, 29, 3);
    picture.append(svg("path", { class: `line stroke-x thin thin-${d}`, d: linePath(values, 0, 1, T, X, Y, 60) }));
  }
  return picture;
}
