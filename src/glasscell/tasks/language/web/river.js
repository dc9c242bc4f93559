/** The river of the characters around the cursor: the view that other pages have, on a stretch of the text. */

import { byId, changeOfKey } from "../../../explorer/web/kit/dom.js";
import { clampOf } from "../../../explorer/web/network/clamps.js";
import { originInWords } from "../../../explorer/web/views/origin-words.js";
import { riverCard } from "../../../explorer/web/views/river.js";

const MOST = 30; // characters
const FEWEST = 8;
const PIXELS_OF_ONE = 30; // with all details
const AROUND = 120; // pixels around the river
const MILLISECONDS_BETWEEN = 300; // while it reads or writes: a river takes as long as many characters
const BEHIND = 0.25; // the fraction of the stretch after the cursor when it is chosen

/**
 * @param {TextApp} app
 * @returns {View}
 */
export function textRiver(app) {
  let from = 0;
  const view = riverCard(/** @type {any} */ ({
    set: ({ t, ...patch }) => app.set(t === undefined ? patch : { ...patch, t: from + t }),
    redraw: () => app.redraw(),
    get state() {
      return { ...app.state, t: app.state.t - from };
    },
  }));
  const isNew = changeOfKey();
  let drawn = { version: 0, held: null, free: null };
  let last = 0;

  return {
    update(frame) {
      const { t, steps, reading, readingFree, isHeld, layer, unit, state, look } = frame;
      if (frame.isHurrying && performance.now() - last < MILLISECONDS_BETWEEN) return;
      last = performance.now();
      const room = byId("river-box").clientWidth - AROUND;
      const most = Math.min(Math.max(Math.floor(room / PIXELS_OF_ONE), FEWEST), MOST);
      if (t <= from || t >= from + most - 1) from = Math.max(Math.min(t - Math.floor(most * (1 - BEHIND)), steps - most), 0);
      if (t < from) from = t;
      const to = Math.min(from + most, steps);
      if (isNew(from, to, reading.version, readingFree.version, layer, state.input, state.clamps)) {
        drawn = { version: drawn.version + 1, held: reading.result(from, to), free: readingFree.result(from, to) };
      }
      const { held, free, version } = drawn;
      const isMemoryHeld = clampOf(state.clamps, { gate: "c", layer, direction: 0, unit, t }); // it is not a sum of writes
      view.update(/** @type {any} */ ({
        state, look, unit, layer, isHeld, version, steps: to - from, t: t - from, result: held, first: from,
        one: held.layers[layer].directions[0], oneFree: free.layers[layer].directions[0],
        names: Array.from(state.input.x.slice(from, to), (symbol) => app.alphabet.signOf(symbol)),
        origin: () => (isMemoryHeld ? "" : originInWords(frame.one, unit, frame.result.mask, t, 0)),
      }));
    },
  };
}
