/** The input as curves, a strip for each channel. Of many channels, chosen ones are in front; the others are folded. */

import { d3 } from "../../../web/d3/d3.js";
import { byId, changeOfKey, html, put, svg, watchWidth } from "../../../web/kit/dom.js";
import { linePath } from "../../../web/kit/charts.js";
import { word } from "../../../web/words/language.js";
import { SWITCH } from "../../../web/network/gate-task.js";
import { INSET, makeStrip } from "./strip.js";

const MAX_OPEN = 4; // channels that are shown in full without being chosen
const NAME_PIXELS = 112; // of the names next to folded strips
const MAX_THIN_LINES = 3;
const THUMB = { width: 60, height: 32 };

/** @returns {number} where the curves of all channels begin: the names of the folded ones are to their left */
export function beginOfStrips({ D }) {
  return D > MAX_OPEN ? NAME_PIXELS : INSET.left;
}

/**
 * @param {App} app
 * @param {?((width: number) => number)} heightOf a strip, if all are open above an axis that is not theirs
 * @returns {View}
 */
export function seriesInput(app, heightOf = null) {
  const isMany = app.D > MAX_OPEN && !heightOf;
  const box = byId("input-box");
  const size = watchWidth(box, () => app.redraw());
  const hand = { isChoosing: false };
  const strips = Array.from({ length: app.D }, (_, d) => {
    const left = isMany ? NAME_PIXELS : INSET.left;
    const strip = makeStrip(app, d, { isSwitch: Boolean(app.task) && d === SWITCH, left, hand });
    strip.isFolded = isMany && d > 0;
    if (isMany) strip.caption.replaceChildren(foldButton(strip));
    return strip;
  });
  arrange();
  const look = { type: "button", id: "stretch", class: "toggle", "aria-pressed": false };
  const stretch = html("button", { ...look, "data-word": "series.choose" });
  stretch.addEventListener("click", () => { // the next drag chooses a stretch, instead of painting
    hand.isChoosing = !hand.isChoosing;
    put(stretch, { "aria-pressed": hand.isChoosing });
    for (const strip of strips) strip.stretch = null;
    app.redraw();
  });
  if (app.kind === "series" && !app.task) byId("input-buttons").append(stretch);
  const isOther = changeOfKey();

  function foldButton(strip) {
    const button = html("button", { type: "button", class: "fold", text: strip.name });
    button.addEventListener("click", () => {
      strip.isFolded = !strip.isFolded;
      arrange();
      app.redraw();
      button.focus();
    });
    return button;
  }

  /** Open strips first, with the axis below the last of them. */
  function arrange() {
    const [open, folded] = [false, true].map((isFolded) => strips.filter((strip) => strip.isFolded === isFolded));
    box.append(...[...open, ...folded].map(({ figure }) => figure));
    for (const strip of strips) {
      strip.hasAxis = !heightOf && strip === (open.at(-1) ?? folded.at(-1));
      strip.figure.classList.toggle("folded", strip.isFolded);
    }
  }

  return {
    update({ state, t, look }) {
      const folded = strips.map(({ isFolded }) => isFolded);
      const open = folded.filter((is) => !is).length;
      const height = heightOf?.(size.width) ?? (open <= 2 ? 130 : open <= 4 ? 72 : 60);
      const isNew = isOther(state.input.x, size.width, look, folded.join());
      for (const strip of strips) {
        if (isNew) strip.draw(size.width, height);
        strip.mark(t);
        const button = strip.caption.querySelector("button");
        const title = word(strip.isFolded ? "series.unfold" : "series.fold");
        if (button) put(button, { "aria-expanded": !strip.isFolded, title });
      }
    },
  };
}

/** @returns {SVGElement} a small plot of a series (T, D): a few channels over each other, many below each other */
export function seriesThumbnail(x, T, D) {
  const { width, height } = THUMB;
  const X = d3.scaleLinear([0, Math.max(T - 1, 1)], [2, width - 2]);
  const isStacked = D > MAX_THIN_LINES;
  const lines = Array.from({ length: D }, (_, d) => {
    const [low = 0, high = 1] = d3.extent(Array.from({ length: T }, (_, t) => x[t * D + d]));
    const ends = isStacked ? [((d + 1) / D) * height, (d / D) * height] : [height - 3, 3];
    const Y = d3.scaleLinear([low, high > low ? high : low + 1], ends);
    const look = isStacked ? "fine" : `thin-${d}`;
    return svg("path", { class: `line stroke-x thin ${look}`, d: linePath(x, d, D, T, X, Y, width) });
  });
  const look = { class: "thumbnail wide", "aria-hidden": "true", preserveAspectRatio: "none" };
  const paper = svg("rect", { class: "pixel-paper", width, height });
  return svg("svg", { viewBox: `0 0 ${width} ${height}`, ...look }, paper, ...lines);
}
