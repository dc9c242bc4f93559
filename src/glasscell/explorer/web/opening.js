/** How the page opens without a view in its address: where a forget gate matters, read once from the first step on. */

import { restore } from "./address.js";
import { hasView } from "./exchange/fragment.js";
import { wantsStillness } from "./kit/dom.js";
import { run } from "./network/forward.js";
import { mostForgotten } from "./network/telling.js";
import { stopWhenTouched } from "./untouched.js";

const MAX_SEARCH_MILLISECONDS = 80;

/** @returns {?{example: number, unit: number}} where most is forgotten by a gate that opens, too; null if nothing is */
export function eventOf({ network, examples }) {
  const end = performance.now() + MAX_SEARCH_MILLISECONDS;
  let best = { size: 0 };
  for (const [example, { x, T }] of examples.entries()) {
    if (performance.now() > end) break;
    try {
      const found = mostForgotten(run(network, x, T).layers[0].directions[0]);
      if (found.size > best.size) best = { ...found, example };
    } catch (error) {
      if (!error.code) throw error; // an example that the network cannot read
    }
  }
  return best.size > 0 ? best : null;
}

/** Show what the address asks for; without a view in it, the event, which plays until somebody does anything. */
export function openPage(networks) {
  restore(networks, location.hash);
  const app = networks.shown;
  const event = hasView(location.hash) ? null : eventOf(app);
  if (event === null) return;
  const { backwards } = app.network.layers[0].directions[0];
  const { example, unit } = event;
  app.set({ input: app.exampleInput(example), unit, t: backwards ? Infinity : 0, playing: !wantsStillness() });
  stopWhenTouched(app);
}
