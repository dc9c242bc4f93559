/** The channels as curves, one below the other, to be dragged; the bands stand below them on the same steps. */

import { byId, html, put, watchWidth } from "../../../explorer/web/kit/dom.js";
import { drawStrip, makeStrip, markStrip } from "../../../explorer/web/views/strip.js";
import { listenToStrip } from "../../../explorer/web/views/strip-hand.js";

const MOST_NAMED = 2; // channels whose names stand above their curves; those of more stand in them
const HEIGHTS = [26, 84]; // of a strip, at least and at most: all of them, the bands and what they rest on share a screen
const AROUND = { wide: 530, narrow: 600 }; // pixels of the screen for all else
const NARROW = 600; // pixels of width

/**
 * @param {object} app
 * @returns {{update: function(object)}}
 */
export function curvesView(app) {
  const { D } = app;
  const box = byId("input-box");
  const size = watchWidth(box, () => app.redraw());
  const hand = { isChoosing: false };
  const strips = Array.from({ length: D }, (_, d) => makeStrip(app, d, { isSwitch: false }));
  for (const strip of strips) {
    listenToStrip(app, strip, hand);
    box.append(strip.figure);
  }
  box.classList.toggle("is-dense", D > MOST_NAMED);
  const heightOf = (width) => {
    const room = innerHeight - AROUND[width < NARROW ? "narrow" : "wide"];
    return Math.round(Math.min(Math.max(room / D, HEIGHTS[0]), HEIGHTS[1]));
  };
  const stretch = html("button", { type: "button", id: "stretch", class: "toggle", "aria-pressed": false, "data-word": "series.choose" });
  stretch.addEventListener("click", () => {
    hand.isChoosing = !hand.isChoosing;
    put(stretch, { "aria-pressed": hand.isChoosing });
    for (const strip of strips) strip.stretch = null;
    app.redraw();
  });
  byId("input-buttons").append(stretch);
  let drawn = [];

  return {
    update({ state, t, look }) {
      const key = [state.input.x, size.width, look];
      const isNew = key.some((part, k) => part !== drawn[k]);
      drawn = key;
      for (const strip of strips) {
        if (isNew) drawStrip(app, strip, { width: size.width, height: heightOf(size.width) });
        markStrip(app, strip, t);
      }
    },
  };
}
