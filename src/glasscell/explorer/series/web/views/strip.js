/**
 * A strip: one channel as a curve over the steps, with the current step, a stretch, and a handle. The reader's hand paints
 * across the curve, drags a stretch of it, or moves a point by keys.
 */

import { d3 } from "../../../web/d3/d3.js";
import { changeOfKey, dragging, html, put, svg } from "../../../web/kit/dom.js";
import { number, numberBeside, word } from "../../../web/words/language.js";
import { linePath, rulesOf, shareAt, stepsBelow } from "../../../web/kit/charts.js";
import { tokenInWords } from "../../../web/views/tokens.js";

export const INSET = { left: 44, right: 10, top: 8, bottom: 8 };
const AXIS = 20;
const MAX_POINTS = 80; // of a curve that are shown as points, too
const SWITCH_HEIGHT = 44;
const FOLDED_HEIGHT = 30;
const FINGER_PIXELS = 28; // maximum distance of a finger from the curve
const IS_DRAG = 3; // pixels

/**
 * With Shift held, or after *Move a stretch* was pressed, a drag chooses a stretch; a drag inside it lifts or lowers it as
 * a whole. Tokens and bits are changed one by one; tokens are points without a line between them, for their numbers have
 * no order, and stay whole and known.
 * @param {App} app
 * @param {number} d the channel
 * @param {{isSwitch: boolean, left: number, hand: {isChoosing: boolean}}} kind a channel of zeros and ones is a switch: a
 *   click toggles it; `left`: where the curve begins, in all strips of a page alike, so that their steps are below each
 *   other; `hand`: what a drag does, shared by all strips
 */
export function makeStrip(app, d, { isSwitch, left, hand }) {
  const { D, payload, network: { embedding, stride } } = app;
  const isToken = app.kind === "tokens";
  const isWhole = isSwitch || isToken;
  const offset = payload.offsets?.[d] ?? 0; // to be added where a value is read aloud; the axis is without it
  const own = payload.channels[d];
  const name = offset ? `${own} ${offset < 0 ? "+" : "−"} ${Math.abs(offset)}` : own;
  const span = svg("rect", { class: "span-now", y: 0 });
  const shade = svg("rect", { class: "stretch", y: 1 });
  const axes = svg("g");
  const line = svg("path", { class: isSwitch ? "bit" : "line stroke-x" });
  const points = svg("path");
  const handle = svg("circle", { class: "handle", r: 5.5 });
  const plot = svg("svg", {
    class: isSwitch ? "strip switch" : "strip", tabindex: 0, role: "slider", "data-figure": "", "aria-orientation": "vertical",
  }, span, shade, axes, line, points, handle);
  const caption = html("figcaption", app.task ? { "data-word": `channel.${d + 1}` } : { text: name });
  const isOther = changeOfKey();
  let [low, high, height] = [0, 1, 0];
  let X = d3.scaleLinear([0, 1], [0, 1]);
  let Y = X;
  let grip = null; // where the hand took hold

  const strip = {
    name, caption, figure: html("figure", { class: "strip-box" }, caption, plot), isFolded: false, hasAxis: false, at: 0,
    stretch: /** @type {?{from: number, to: number}} */ (null),

    /** Draw the curve; the axes only if the range, the length or the size has changed. */
    draw(width, open) {
      const { x, T } = app.state.input;
      const values = Array.from({ length: T }, (_, t) => x[t * D + d]);
      [low, high] = d3.extent([...app.ranges[d], ...values]);
      if (!(low < high)) [low, high] = low === undefined ? [-1, 1] : [low - 1, high + 1];
      height = isSwitch ? SWITCH_HEIGHT : strip.isFolded ? FOLDED_HEIGHT : open;
      if (isOther(low, high, T, width, height, strip.hasAxis)) layOut(T, width);
      const bar = (v, t) => {
        const [from, to] = [Math.max(X(t - 0.5), left).toFixed(1), X(t + 0.5).toFixed(1)];
        return `M${from} ${Y(0)}V${Y(v).toFixed(1)}H${to}V${Y(0)}z`;
      };
      const bars = () => values.map((v, t) => (v ? bar(v, t) : "")).join("");
      put(line, { d: isSwitch ? bars() : isToken ? "" : linePath(values, 0, 1, T, X, Y, width - left) });
      const hasPoints = isToken || (T <= MAX_POINTS && !strip.isFolded && !isSwitch);
      const point = (v, t) => (Number.isNaN(v) ? "" : `M${X(t).toFixed(1)} ${Y(v).toFixed(1)}h0`);
      put(points, { class: T <= MAX_POINTS ? "points" : "points small", d: hasPoints ? values.map(point).join("") : "" });
    },

    /** Mark the current step and the stretch, and describe the value at the handle. */
    mark(t) {
      const { x, T } = app.state.input;
      strip.at = Math.min(Math.floor(strip.at / stride) === t ? strip.at : t * stride, T - 1);
      const value = x[strip.at * D + d];
      const isGap = Number.isNaN(value);
      const half = Math.max((X(1) - X(0)) / 2, 1);
      const across = (from, to) => ({ x: X(from) - half, width: X(to) - X(from) + 2 * half });
      put(span, across(t * stride, Math.min((t + 1) * stride, T) - 1));
      const { from, to } = strip.stretch ?? { from: 0, to: 0 };
      put(shade, { ...across(from, Math.min(to, T - 1)), visibility: strip.stretch ? "visible" : "hidden" });
      put(handle, { cx: X(strip.at), cy: isGap ? height / 2 : Y(value), "fill-opacity": isGap ? 0.2 : 1 });
      const measured = (v) => isToken ? String(v) : offset ? numberBeside(v + offset, high - low) : v.toPrecision(4);
      const told = isToken ? tokenInWords(value, payload) : offset ? measured(value) : number(value);
      const spoken = word(isGap ? "series.missing" : "series.value", { t: strip.at + 1, value: told });
      put(plot, {
        "aria-label": word(isSwitch ? "series.switch" : "series.label", { channel: app.task ? word(`channel.${d + 1}`) : own }),
        "aria-valuemin": measured(low), "aria-valuemax": measured(high), "aria-valuenow": measured(isGap ? low : value),
        "aria-valuetext": strip.stretch ? word("series.stretch", { from: from + 1, to: to + 1, spoken }) : spoken,
      });
    },
  };

  function layOut(T, width) {
    const right = width - INSET.right;
    const whole = height + (strip.hasAxis ? AXIS : 0);
    X = d3.scaleLinear([0, Math.max(T - 1, 1)], [left, right]);
    Y = d3.scaleLinear([low, high], [height - INSET.bottom, INSET.top]);
    put(plot, { width, height: whole, viewBox: `0 0 ${width} ${whole}` });
    put(span, { height });
    put(shade, { height: height - 2 });
    const count = Math.min(height > 80 ? 3 : 1, isToken ? high - low : Infinity); // tokens are whole numbers
    const rules = strip.isFolded ? [] : rulesOf(Y, left, right, count);
    axes.replaceChildren(...rules, ...(strip.hasAxis ? stepsBelow(X, T, width, height + AXIS - 5) : []));
  }

  function choose(t) {
    strip.at = t;
    app.set({ t: Math.floor(t / stride), marked: t });
  }

  function change(x, at = strip.at) {
    strip.at = at;
    app.edit(x, app.state.input.T, at);
  }

  /** Give the current step another value. */
  function place(value) {
    const most = isToken ? embedding.V - 1 : 1;
    const point = { t: strip.at, v: isWhole ? Math.min(Math.max(Math.round(value), 0), most) : value };
    change(painted(app.state.input.x, D, d, point, point));
  }

  const stepUnder = (event) => Math.round(shareAt(event, plot, left, INSET.right) * (app.state.input.T - 1));
  const placeUnder = (event) => (event.clientY - plot.getBoundingClientRect().top) / (plot.currentCSSZoom ?? 1);

  dragging(plot, (event) => {
    const t = stepUnder(event);
    const isInside = strip.stretch !== null && t >= strip.stretch.from && t <= strip.stretch.to;
    const isChoosing = !isWhole && !isInside && (event.shiftKey || hand.isChoosing);
    if (!isInside) strip.stretch = isChoosing ? { from: t, to: t } : null;
    const { x } = app.state.input;
    grip = { t, y: event.clientY, v: Y.invert(placeUnder(event)), scale: Y, x, isChoosing, hasMoved: false, last: null };
    choose(t);
  }, (event) => {
    if (isSwitch) return;
    const t = stepUnder(event);
    if (grip.isChoosing) {
      strip.stretch = { from: Math.min(grip.t, t), to: Math.max(grip.t, t) };
      choose(t);
      return;
    }
    if (!grip.hasMoved && t === grip.t && Math.abs(event.clientY - grip.y) < IS_DRAG) return;
    if (!grip.hasMoved) app.remember();
    grip.hasMoved = true;
    const v = grip.scale.invert(placeUnder(event)); // the scale from before: it grows with the drawing
    const now = { t, v: Math.min(Math.max(v, low), high) };
    if (isToken) place(now.v);
    else if (strip.stretch) change(lifted(grip.x, D, d, strip.stretch, v - grip.v));
    else change(painted(app.state.input.x, D, d, grip.last ?? now, now), t);
    grip.last = now;
  });
  plot.addEventListener("touchstart", (event) => {
    const box = handle.getBoundingClientRect();
    const away = Math.abs(event.touches[0].clientY - box.y - box.height / 2);
    if (strip.stretch || hand.isChoosing || away < FINGER_PIXELS) event.preventDefault(); // elsewhere it scrolls the page
  }, { passive: false });
  plot.addEventListener("click", () => {
    if (!isSwitch) return;
    app.remember();
    place(1 - app.state.input.x[strip.at * D + d]);
  });
  plot.addEventListener("keydown", (event) => {
    const { T, x } = app.state.input;
    const side = { ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10, Home: -T, End: T }[event.key];
    const lift = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (side) {
      const to = Math.min(Math.max(strip.at + side, 0), T - 1);
      const known = strip.stretch ?? { from: strip.at, to: strip.at };
      const far = known.from === strip.at ? known.to : known.from; // the other end of the stretch
      strip.stretch = event.shiftKey && !isWhole ? { from: Math.min(far, to), to: Math.max(far, to) } : null;
      choose(to);
    } else if (lift) {
      const now = x[strip.at * D + d];
      const isGap = Number.isNaN(now) && !strip.stretch;
      app.remember();
      if (isWhole || isGap) place(isGap ? (low + high) / 2 : now + lift);
      else change(lifted(x, D, d, strip.stretch ?? { from: strip.at, to: strip.at }, (lift * (high - low)) / 40));
    } else if (event.key === "Escape" && strip.stretch) {
      strip.stretch = null;
      app.redraw();
    } else return;
    event.preventDefault();
  });
  return strip;
}

/** @returns {Float64Array} a copy of x (T, D) in which channel d goes in a straight line from one point to another */
function painted(x, D, d, from, to) {
  const [first, last] = [Math.min(from.t, to.t), Math.max(from.t, to.t)];
  const valueAt = (t) => (t === to.t ? to.v : from.v + ((to.v - from.v) * (t - from.t)) / (to.t - from.t));
  return x.map((v, at) => (at % D === d && at >= first * D && at < (last + 1) * D ? valueAt((at - d) / D) : v));
}

/** @returns {Float64Array} a copy in which a stretch of channel d, `to` included, is higher by `by`; gaps stay gaps */
function lifted(x, D, d, { from, to }, by) {
  return x.map((v, at) => (at % D === d && at >= from * D && at < (to + 1) * D ? v + by : v));
}
