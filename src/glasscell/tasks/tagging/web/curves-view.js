/** The channels as curves, one below the other, to be dragged; the bands are below them on the same steps. */

import { byId } from "../../../explorer/web/kit/dom.js";
import { seriesInput } from "../../../explorer/series/web/views/series.js";

const MOST_NAMED = 2; // channels with names above their curves; with more channels, names are inside
const HEIGHTS = [26, 84]; // of a strip, at least and at most: all of them, the bands and what they rest on share a screen
const AROUND = { wide: 530, narrow: 600 }; // pixels of the screen for everything else
const NARROW = 600; // pixels of width

/**
 * @param {StepsApp} app
 * @returns {View}
 */
export function curvesView(app) {
  byId("input-box").classList.toggle("is-dense", app.D > MOST_NAMED);
  return seriesInput(app, (width) => {
    const room = innerHeight - AROUND[width < NARROW ? "narrow" : "wide"];
    return Math.round(Math.min(Math.max(room / app.D, HEIGHTS[0]), HEIGHTS[1]));
  });
}
