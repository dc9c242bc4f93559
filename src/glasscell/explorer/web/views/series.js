/** The input as curves, a strip for each channel. Of many channels, chosen ones stand in front; the others are folded. */

import { byId, html, put, watchWidth } from "../kit/dom.js";
import { word } from "../words/language.js";
import { SWITCH } from "../network/gate-task.js";
import { INSET, drawStrip, makeStrip, markStrip } from "./strip.js";
import { listenToStrip } from "./strip-hand.js";

const MAX_OPEN = 4; // channels that are shown in full without being chosen
const NAME_PIXELS = 112; // of the names beside folded strips

/** @returns {number} where the curves of all channels begin: beside the folded ones stand their names */
export function beginOfStrips({ D }) {
  return D > MAX_OPEN ? NAME_PIXELS : INSET.left;
}

/**
 * @param {App} app
 * @param {?((width: number) => number)} heightOf a strip, where all stand open above an axis that is not theirs
 * @returns {View}
 */
export function seriesInput(app, heightOf = null) {
  const { D } = app;
  const isMany = D > MAX_OPEN && !heightOf;
  const box = byId("input-box");
  const size = watchWidth(box, () => app.redraw());
  const hand = { isChoosing: false };
  const strips = Array.from({ length: D }, (_, d) => {
    return makeStrip(app, d, { isSwitch: app.task !== null && d === SWITCH, left: isMany ? NAME_PIXELS : INSET.left });
  });
  for (const strip of strips) {
    strip.isFolded = isMany && strip.d > 0;
    listenToStrip(app, strip, hand);
    if (isMany) strip.caption.replaceChildren(foldButton(strip));
  }
  arrange();
  if (app.kind === "series" && !app.task) byId("input-buttons").append(stretchButton());
  let drawn = null;

  /** Press to choose a stretch by the next drag, in place of painting. */
  function stretchButton() {
    const button = html("button", { type: "button", id: "stretch", class: "toggle", "aria-pressed": false, "data-word": "series.choose" });
    button.addEventListener("click", () => {
      hand.isChoosing = !hand.isChoosing;
      put(button, { "aria-pressed": hand.isChoosing });
      for (const strip of strips) strip.stretch = null;
      app.redraw();
    });
    return button;
  }

  function foldButton(strip) {
    const button = html("button", { type: "button", class: "fold", text: strip.shown });
    button.addEventListener("click", () => {
      strip.isFolded = !strip.isFolded;
      arrange();
      drawn = null;
      app.redraw();
      button.focus();
    });
    strip.button = button;
    return button;
  }

  /** Open strips first, with the axis below the last of them. */
  function arrange() {
    const open = strips.filter(({ isFolded }) => !isFolded);
    const folded = strips.filter(({ isFolded }) => isFolded);
    box.append(...[...open, ...folded].map(({ figure }) => figure));
    for (const strip of strips) {
      strip.hasAxis = !heightOf && strip === (open.at(-1) ?? folded.at(-1));
      strip.figure.classList.toggle("folded", strip.isFolded);
      if (strip.button) put(strip.button, { "aria-expanded": !strip.isFolded });
    }
  }

  return {
    update({ state, t, look }) {
      const key = [state.input.x, size.width, look];
      const isNew = drawn === null || key.some((part, k) => part !== drawn[k]);
      drawn = key;
      const open = strips.filter(({ isFolded }) => !isFolded).length;
      const height = heightOf?.(size.width) ?? (open <= 2 ? 130 : open <= 4 ? 72 : 60);
      for (const strip of strips) {
        if (isNew) drawStrip(app, strip, { width: size.width, height });
        markStrip(app, strip, t);
        if (strip.button) put(strip.button, { title: word(strip.isFolded ? "series.unfold" : "series.fold") });
      }
    },
  };
}
