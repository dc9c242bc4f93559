/** The reader's hand on the curve: it drags a point of the past up and down, by pointer or by keys; ahead it chooses a step. */

const FINGER_REACH = 30; // pixels that a finger may miss a point by
const DRAG_BEGINS = 3; // pixels
const PART_OF_RANGE = 50; // of the plot's height: the change by a key

/**
 * Listen to the plot. Points after the origin are not in the past, and cannot be moved.
 * @param {ForecastApp} app
 * @param {SVGSVGElement} plot
 * @param {FanAxes} axes as they are now
 */
export function listenToFan(app, plot, axes) {
  let grip = null;
  const stepAt = ({ clientX }) => Math.round(axes.X.invert(clientX - plot.getBoundingClientRect().left));
  const heightAt = ({ clientY }) => clientY - plot.getBoundingClientRect().top;
  /** The step of the past, or else the step ahead, from 0, at a step of the plot. */
  const placeOf = (t) => {
    const { state: { origin }, forecaster: { framing: { horizon } } } = app;
    if (t <= origin) return { pointed: Math.max(t, 0), hovered: null };
    return { pointed: null, hovered: t <= origin + horizon ? t - origin - 1 : null };
  };
  const point = ({ pointed, hovered }) => {
    if (hovered === app.hovered && pointed === app.pointed) return;
    Object.assign(app, { hovered, pointed });
    app.redraw();
  };

  plot.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    const { pointed: at, hovered: ahead } = placeOf(stepAt(event));
    if (ahead !== null) app.set({ ahead });
    if (at === null) return;
    if (app.isFixed) {
      app.set({ at, playing: false });
      return;
    }
    grip = { at, y: heightAt(event), value: app.state.values[at], hasMoved: false };
    plot.setPointerCapture(event.pointerId);
    app.set({ at, playing: false });
  });
  plot.addEventListener("touchstart", (event) => {
    const [touch] = event.touches;
    const { pointed } = placeOf(stepAt(touch));
    const isFar = pointed === null || Math.abs(axes.Y(app.state.values[pointed]) - heightAt(touch)) > FINGER_REACH;
    if (!isFar && !app.isFixed) event.preventDefault(); // elsewhere the page scrolls
  }, { passive: false });
  plot.addEventListener("pointermove", (event) => {
    if (!grip) point(event.pointerType === "touch" ? { pointed: null, hovered: null } : placeOf(stepAt(event)));
    if (!grip || !(event.buttons & 1)) return;
    const y = heightAt(event);
    if (!grip.hasMoved && Math.abs(y - grip.y) < DRAG_BEGINS) return;
    if (!grip.hasMoved) app.remember();
    grip.hasMoved = app.isDragging = true;
    const { low, high, Y: { invert } } = axes;
    const value = Number.isNaN(grip.value) ? invert(y) : grip.value + invert(y) - invert(grip.y);
    app.edit(grip.at, Math.min(Math.max(value, low), high));
  });
  plot.addEventListener("lostpointercapture", () => {
    grip = null;
    app.isDragging = false;
    app.redraw();
  });
  plot.addEventListener("pointerleave", () => point({ pointed: null, hovered: null }));
  plot.addEventListener("keydown", (event) => {
    const { key, shiftKey } = event;
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const { at, values, origin } = app.state;
    const { low, high } = axes;
    const season = app.forecaster.framing.season > 1 ? app.forecaster.framing.season : 10;
    const steps = { ArrowLeft: at - 1, ArrowRight: at + 1, PageUp: at - season, PageDown: at + season, Home: 0, End: origin };
    const by = ((shiftKey ? 5 : 1) * (high - low)) / PART_OF_RANGE;
    const lifted = (change) => (Number.isNaN(values[at]) ? (low + high) / 2 : values[at] + change);
    const others = { ArrowUp: lifted(by), ArrowDown: lifted(-by), Delete: NaN, Backspace: NaN };
    const own = app.series.values[at];
    if (!Object.is(values[at], own)) others.Escape = own;
    if (Object.hasOwn(steps, key)) app.set({ at: steps[key], playing: false });
    else if (Object.hasOwn(others, key) && !app.isFixed) {
      app.remember();
      app.edit(at, others[key]);
    } else return;
    event.preventDefault();
  });
}
