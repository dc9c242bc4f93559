/** The channels as curves, one below the other, to be dragged; the bands stand below them on the same steps. */

import { byId, html, put, watchWidth } from "../../../explorer/web/kit/dom.js";
import { drawStrip, makeStrip, markStrip } from "../../../explorer/web/views/strip.js";
import { listenToStrip } from "../../../explorer/web/views/strip-hand.js";

const HEIGHTS = [[2, 78], [4, 58], [8, 38], [Infinity, 32]]; // of a strip, for at most so many channels

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
  const [, height] = HEIGHTS.find(([most]) => D <= most);
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
        if (isNew) drawStrip(app, strip, { width: size.width, height });
        markStrip(app, strip, t);
      }
    },
  };
}
