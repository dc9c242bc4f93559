/** The reader's hand on the curve: it drags a point of the past up and down, by pointer or by keys; ahead it chooses a step. */

const FINGER_REACH = 30; // pixels that a finger may miss a point by
const DRAG_BEGINS = 3; // pixels
const PART_OF_RANGE = 50; // of the picture's height: what a key changes

/**
 * Listen to the picture. Points after the origin are not the past's, and cannot be moved.
 * @param {object} app
 * @param {SVGElement} plot
 * @param {{X: Function, Y: Function, left: number, right: number, bottom: number, low: number, high: number}} axes as
 *   they are now
 */
export function listenToFan(app, plot, axes) {
  let grip = null;
  const local = ({ clientX, clientY }) => {
    const frame = plot.getBoundingClientRect();
    return [clientX - frame.left, clientY - frame.top];
  };
  const stepAt = (x) => {
    const count = app.series.times.length;
    return Math.round(((x - axes.left) / Math.max(axes.right - axes.left, 1)) * (count - 1));
  };
  /** The step ahead, from 0, that a step of the picture is; null if it is none. */
  const aheadOf = (t) => {
    const h = t - app.state.origin - 1;
    return h >= 0 && h < app.forecaster.framing.horizon ? h : null;
  };
  const point = (hovered, pointed) => {
    if (hovered === app.hovered && pointed === app.pointed) return;
    Object.assign(app, { hovered, pointed });
    app.redraw();
  };
  const bounded = (v) => Math.min(Math.max(v, axes.low), axes.high);

  plot.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    const [x, y] = local(event);
    const t = stepAt(x);
    const ahead = aheadOf(t);
    if (ahead !== null) app.set({ ahead });
    if (t > app.state.origin) return;
    const at = Math.max(t, 0);
    grip = { at, y, value: app.state.values[at], hasMoved: false };
    plot.setPointerCapture(event.pointerId);
    app.set({ at, playing: false });
  });
  plot.addEventListener("touchstart", (event) => {
    const [x, y] = local(event.touches[0]);
    const v = app.state.values[Math.min(Math.max(stepAt(x), 0), app.state.origin)];
    if (stepAt(x) <= app.state.origin && !(Math.abs(axes.Y(v) - y) > FINGER_REACH)) event.preventDefault(); // else the page scrolls
  }, { passive: false });
  plot.addEventListener("pointermove", (event) => {
    const [x, y] = local(event);
    if (!grip) {
      const t = stepAt(x);
      const isPointing = event.pointerType !== "touch";
      point(isPointing ? aheadOf(t) : null, isPointing && t <= app.state.origin ? Math.max(t, 0) : null);
      return;
    }
    if (!(event.buttons & 1)) return;
    if (!grip.hasMoved && Math.abs(y - grip.y) < DRAG_BEGINS) return;
    if (!grip.hasMoved) app.remember();
    grip.hasMoved = app.isDragging = true;
    const isGap = Number.isNaN(grip.value);
    app.edit(grip.at, bounded(isGap ? axes.Y.invert(y) : grip.value + axes.Y.invert(y) - axes.Y.invert(grip.y)));
  });
  plot.addEventListener("lostpointercapture", () => {
    grip = null;
    app.isDragging = false;
    app.redraw();
  });
  plot.addEventListener("pointerleave", () => point(null, null));
  plot.addEventListener("keydown", (event) => {
    const { key, shiftKey } = event;
    const { at, values, origin } = app.state;
    const season = app.forecaster.framing.season > 1 ? app.forecaster.framing.season : 10;
    const side = { ArrowLeft: -1, ArrowRight: 1, PageUp: -season, PageDown: season, Home: -origin, End: origin }[key];
    const lift = { ArrowUp: 1, ArrowDown: -1 }[key];
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (side) app.set({ at: Math.min(Math.max(at + side, 0), origin), playing: false });
    else if (lift) {
      app.remember();
      const by = (lift * (shiftKey ? 5 : 1) * (axes.high - axes.low)) / PART_OF_RANGE;
      app.edit(at, Number.isNaN(values[at]) ? (axes.low + axes.high) / 2 : values[at] + by);
    } else if (key === "Delete" || key === "Backspace") {
      app.remember();
      app.edit(at, NaN);
    } else if (key === "Escape" && !Object.is(values[at], app.series.values[at])) {
      app.remember();
      app.edit(at, app.series.values[at]);
    } else return;
    event.preventDefault();
  });
}
