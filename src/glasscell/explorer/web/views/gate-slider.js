/** A gate's box in the diagram: a slider that shows its value, and holds it at the value that it is dragged to. */

import { d3 } from "../d3/d3.js";
import { dragging, put, svg } from "../kit/dom.js";
import { number, word } from "../words/language.js";
import { heldBy, holdGate, releaseGate } from "../network/clamps.js";
import { hasGate } from "../network/quantities.js";
import { hasOneUnit } from "./place.js";

export const BOX = { width: 78, height: 88 };
const BOX_EDGE = 6; // of the box, beyond the ends of the scale
const MIN_DRAG_PIXELS = 3; // less is a click
const MIN_GHOST = 0.005; // less is not seen in two digits
const STEP_OF_KEY = {
  ArrowUp: 0.01, ArrowRight: 0.01, ArrowDown: -0.01, ArrowLeft: -0.01, PageUp: 0.1, PageDown: -0.1,
  Home: -Infinity, End: Infinity,
};

/**
 * @param {Host} app
 * @param {Quantity} gate z, i, f or o
 * @param {number} x its middle
 * @param {number} y its upper edge
 * @returns {{group: SVGElement, update: (frame: Frame) => void}}
 */
export function gateSlider(app, gate, x, y) {
  const lowest = gate === "z" ? -1 : 0;
  const [left, right, bottom] = [x - BOX.width / 2, x + BOX.width / 2, y + BOX.height];
  const Y = d3.scaleLinear([lowest, 1], [bottom - BOX_EDGE, y + BOX_EDGE]);
  const across = { x1: left + 1, x2: right - 1 };
  const frame = svg("rect", { class: `box fill-${gate}`, x: left, y, width: BOX.width, height: BOX.height, rx: 10 });
  const fill = svg("rect", { class: `box-fill fill-${gate}`, x: left + 1, width: BOX.width - 2 });
  const ghost = svg("line", { class: "box-ghost", ...across });
  const level = svg("line", { class: `box-level stroke-${gate}`, ...across });
  const knob = svg("circle", { class: `box-knob stroke-${gate}`, cx: right, r: 6 });
  const value = svg("text", { class: "value strong", x, y: y + 52, "text-anchor": "middle" });
  const mark = svg("text", { class: "held", x: right - 6, y: y + 23, "text-anchor": "end" });
  const below = svg("text", { x, y: bottom - 9, "text-anchor": "middle" });
  const group = svg("g", { class: "gate", id: `gate-${gate}`, "data-of": gate }, frame, fill, ghost, level, knob,
    svg("text", { class: "letter", x: left + 6, y: y + 24, text: gate }), mark, value, below);

  let isThere = true;
  let shown = 0; // the value in the frame drawn last
  const placeNow = () => {
    const { layer, direction, unit, t } = app.state;
    return { gate, layer, direction, unit, t };
  };
  const hold = (to) => {
    const rounded = Math.round(100 * Math.min(Math.max(to, lowest), 1)) / 100;
    app.set({ clamps: holdGate(app.state.clamps, placeNow(), rounded) });
  };
  const release = () => app.set({ clamps: releaseGate(app.state.clamps, placeNow()) });

  let press = { y: 0, isDrag: false }; // where the pointer went down and the box was then, and whether it has moved since
  dragging(group, (event) => {
    press = { y: event.clientY, box: frame.getBoundingClientRect(), isDrag: false };
    return isThere;
  }, (event) => {
    press.isDrag ||= Math.abs(event.clientY - press.y) >= MIN_DRAG_PIXELS;
    if (!press.isDrag) return;
    const { box } = press; // from before: the text on a held gate may move it
    hold(Y.invert(y + ((event.clientY - box.top) * BOX.height) / box.height));
  });
  group.addEventListener("touchmove", (event) => {
    if (isThere) event.preventDefault(); // the page does not scroll; touch-action does nothing inside a drawing
  }, { passive: false });
  group.addEventListener("dblclick", () => {
    if (isThere && !press.isDrag) release();
  });
  group.addEventListener("keydown", (event) => {
    if (!isThere || event.ctrlKey || event.metaKey || event.altKey) return;
    const now = heldBy(app.state.clamps, placeNow())?.value ?? shown; // keys may come faster than frames
    const step = STEP_OF_KEY[event.key];
    if (step) hold(now + step);
    else if (["Delete", "Backspace", "Escape"].includes(event.key)) release();
    else return;
    event.preventDefault();
  });

  return {
    group,
    update({ state, moment, oneFree, isHeld: isAnyHeld, t, layer, direction, unit }) {
      isThere = hasGate(app.network.layers[layer].directions[direction].variant, gate);
      const isHeld = heldBy(state.clamps, { gate, layer, direction, unit, t }) !== undefined;
      const now = moment[gate];
      const without = oneFree[gate][t * oneFree.H + unit];
      const freely = number(without);
      const isSeen = isThere && moment.read;
      const isGhost = isSeen && (isHeld || (isAnyHeld && Math.abs(without - now) >= MIN_GHOST));
      shown = moment.read ? now : Math.max(lowest, 0);
      put(frame, { class: `box fill-${gate}${isHeld ? " is-held" : ""}${isThere ? "" : " is-absent"}` });
      put(value, { text: moment.read ? number(now) : "–" });
      put(mark, { text: isHeld ? word("held") : isThere ? "" : word("absent") });
      for (const one of [fill, level, knob]) put(one, { visibility: isSeen ? null : "hidden" });
      const [top, foot] = [Y(Math.max(shown, 0)), gate === "z" ? Y(Math.min(shown, 0)) : bottom - 1];
      put(fill, { y: top.toFixed(1), height: (foot - top).toFixed(1) });
      put(level, { y1: Y(shown).toFixed(1), y2: Y(shown).toFixed(1) });
      put(knob, { cy: Y(shown).toFixed(1) });
      put(ghost, { visibility: isGhost ? null : "hidden" });
      if (isGhost) put(ghost, { y1: Y(without).toFixed(1), y2: Y(without).toFixed(1) });
      const isApart = isGhost && isHeld;
      put(below, { class: isApart ? "held free" : "what", text: isApart ? word("free", { value: freely }) : word(`box.${gate}`) });
      const label = word(hasOneUnit(app) ? "slider.only" : "slider.label", { name: word(`name.${gate}`), gate, unit });
      const slider = {
        role: "slider", tabindex: 0, "aria-orientation": "vertical", "aria-valuemin": lowest, "aria-valuemax": 1,
        "aria-valuenow": shown.toFixed(2), "aria-label": label,
        "aria-valuetext": isHeld ? word("slider.held", { value: number(shown), free: freely }) : number(shown),
      };
      for (const [name, content] of Object.entries(slider)) put(group, { [name]: isThere ? content : null });
    },
  };
}
