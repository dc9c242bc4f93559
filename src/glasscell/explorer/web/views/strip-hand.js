/** The reader's hand on a strip: it paints across the curve, drags a stretch of it, or moves a point by keys. */

import { lifted, painted } from "../kit/curves.js";
import { INSET } from "./strip.js";

const FINGER_PIXELS = 28; // how far a finger may miss the curve
const IS_DRAG = 3; // pixels

/**
 * Listen to a strip. With Shift held, or after *Move a stretch* was pressed, a drag chooses a stretch; a drag inside it
 * lifts or lowers it as a whole. Tokens and bits are changed one by one.
 * @param {App} app
 * @param {Strip} strip
 * @param {{isChoosing: boolean}} hand what a drag does, shared by all strips
 */
export function listenToStrip(app, strip, hand) {
  const { plot, d, isSwitch, lastToken } = strip;
  const { D } = app;
  const isWhole = isSwitch || lastToken !== null;
  const local = (event) => {
    const frame = plot.getBoundingClientRect();
    const zoom = plot.currentCSSZoom ?? 1;
    return [(event.clientX - frame.left) / zoom, (event.clientY - frame.top) / zoom];
  };
  const stepUnder = (event) => {
    const { T } = app.state.input;
    const share = (local(event)[0] - strip.left) / Math.max(strip.width - strip.left - INSET.right, 1);
    return Math.min(Math.max(Math.round(share * (T - 1)), 0), T - 1);
  };
  const valueAt = (t) => app.state.input.x[t * D + d];
  const change = (x, at) => {
    strip.at = at;
    app.edit(x, app.state.input.T, at);
  };
  const place = (value) => {
    const whole = Math.min(Math.max(Math.round(value), 0), lastToken);
    change(painted(app.state.input.x, D, d, point(strip.at, whole), point(strip.at, whole)), strip.at);
  };
  const one = (t) => ({ from: t, to: t });
  const turn = (isOn) => {
    app.remember();
    change(painted(app.state.input.x, D, d, point(strip.at, 0), point(strip.at, isOn ? 1 : 0)), strip.at);
  };

  plot.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    const t = stepUnder(event);
    const inverse = strip.Y.invert;
    const isInside = strip.stretch !== null && t >= strip.stretch.from && t <= strip.stretch.to;
    const isChoosing = !isWhole && !isInside && (event.shiftKey || hand.isChoosing);
    if (isChoosing || !isInside) strip.stretch = isChoosing ? one(t) : null;
    strip.grip = {
      t, v: inverse(local(event)[1]), inverse, y: event.clientY, x: app.state.input.x, isChoosing, hasMoved: false,
      last: null,
    };
    strip.at = t;
    plot.setPointerCapture(event.pointerId);
    app.set({ t: Math.floor(t / app.network.stride), marked: t });
  });
  plot.addEventListener("touchstart", (event) => {
    const [touch] = event.touches;
    const box = strip.handle.getBoundingClientRect();
    const away = Math.abs(touch.clientY - box.y - box.height / 2);
    if (strip.stretch || hand.isChoosing || away < FINGER_PIXELS) event.preventDefault(); // elsewhere it scrolls the page
  }, { passive: false });
  plot.addEventListener("pointermove", (event) => {
    const { grip } = strip;
    if (isSwitch || !grip || !(event.buttons & 1) || !plot.hasPointerCapture(event.pointerId)) return;
    const t = stepUnder(event);
    if (grip.isChoosing) {
      strip.stretch = { from: Math.min(grip.t, t), to: Math.max(grip.t, t) };
      strip.at = t;
      app.set({ t: Math.floor(t / app.network.stride), marked: t });
      return;
    }
    if (!grip.hasMoved && t === grip.t && Math.abs(event.clientY - grip.y) < IS_DRAG) return;
    if (!grip.hasMoved) app.remember();
    grip.hasMoved = true;
    const v = grip.inverse(local(event)[1]);
    const within = Math.min(Math.max(v, strip.low), strip.high);
    if (lastToken !== null) place(within);
    else if (strip.stretch) change(lifted(grip.x, D, d, strip.stretch, v - grip.v), strip.at);
    else {
      const now = point(t, within);
      change(painted(app.state.input.x, D, d, grip.last ?? now, now), t);
      grip.last = now;
    }
  });
  plot.addEventListener("lostpointercapture", () => {
    strip.grip = null;
  });
  plot.addEventListener("click", () => {
    if (isSwitch) turn(valueAt(strip.at) < 0.5);
  });
  plot.addEventListener("keydown", (event) => {
    const { T, x } = app.state.input;
    const side = { ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10, Home: -T, End: T }[event.key];
    const lift = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (side) {
      const before = strip.at;
      strip.at = Math.min(Math.max(strip.at + side, 0), T - 1);
      strip.stretch = event.shiftKey && !isWhole ? reachTo(strip, before) : null;
      app.set({ t: Math.floor(strip.at / app.network.stride), marked: strip.at });
    } else if (lift && isSwitch) {
      turn(lift > 0);
    } else if (lift) {
      app.remember();
      const middle = (strip.low + strip.high) / 2;
      if (lastToken !== null) place((Number.isNaN(valueAt(strip.at)) ? middle : valueAt(strip.at)) + lift);
      else if (!strip.stretch && Number.isNaN(valueAt(strip.at))) {
        change(painted(x, D, d, point(strip.at, middle), point(strip.at, middle)), strip.at);
      } else {
        const by = (lift * (strip.high - strip.low)) / 40;
        change(lifted(x, D, d, strip.stretch ?? one(strip.at), by), strip.at);
      }
    } else if (event.key === "Escape" && strip.stretch) {
      strip.stretch = null;
      app.redraw();
    } else return;
    event.preventDefault();
  });
}

function point(t, v) {
  return { t, v };
}

/** The stretch that reaches from its other end, or from the step before, to the current one. */
function reachTo({ stretch, at }, before) {
  const far = stretch === null ? before : stretch.from === before ? stretch.to : stretch.from;
  return { from: Math.min(far, at), to: Math.max(far, at) };
}
