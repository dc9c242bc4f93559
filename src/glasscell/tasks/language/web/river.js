/** The river of the characters around the cursor: the view that other pages have, on a stretch of the text. */

import { byId } from "../../../explorer/web/kit/dom.js";
import { originInWords } from "../../../explorer/web/views/origin-words.js";
import { riverCard } from "../../../explorer/web/views/river.js";

const MOST = 30; // characters
const FEWEST = 8;
const PIXELS_OF_ONE = 30; // with all details
const AROUND = 120; // pixels beside the river
const MILLISECONDS_BETWEEN = 300; // while it reads or writes: a river takes as long as many characters
const BEHIND = 0.25; // the share of the stretch that lies after the cursor when it is chosen

/**
 * @param {object} app
 * @returns {{update: function(object)}}
 */
export function textRiver(app) {
  let from = 0;
  const view = riverCard({
    set: ({ t, ...patch }) => app.set(t === undefined ? patch : { ...patch, t: from + t }),
    redraw: () => app.redraw(),
    get state() {
      return { ...app.state, t: app.state.t - from };
    },
  });
  let drawn = { key: "" };
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
      const versions = [from, to, reading.version, readingFree.version, layer, isHeld, state.clamps.length];
      const key = versions.join(" ");
      if (key !== drawn.key || drawn.input !== state.input || drawn.clamps !== state.clamps) {
        const [held, free] = [reading.result(from, to), readingFree.result(from, to)];
        drawn = { key, input: state.input, clamps: state.clamps, held, free, version: (drawn.version ?? 0) + 1 };
      }
      const { held, free, version } = drawn;
      // then it is no sum of what was written
      const isMemoryHeld = state.clamps.some((clamp) => clamp.gate === "c" && clamp.layer === layer && clamp.units.includes(unit));
      view.update({
        state, look, unit, layer, isHeld, version, steps: to - from, t: t - from, result: held, first: from,
        one: held.layers[layer].directions[0], oneFree: free.layers[layer].directions[0],
        names: Array.from(state.input.x.slice(from, to), (symbol) => app.alphabet.signOf(symbol)),
        origin: () => (isMemoryHeld ? "" : originInWords(frame.one, unit, frame.result.mask, t, 0)),
      });
    },
  };
}
