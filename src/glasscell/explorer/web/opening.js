/** How the page opens without a view in its address: where a forget gate matters, read from the first step to there. */

import { restore } from "./address.js";
import { hasView } from "./exchange/fragment.js";
import { wantsStillness } from "./kit/dom.js";
import { eventOf } from "./network/event.js";
import { stopWhenTouched } from "./untouched.js";

/** Show what the address asks for; without a view in it, the event, which plays until somebody does anything. */
export function openPage(networks) {
  restore(networks, location.hash);
  const app = networks.shown;
  if (hasView(location.hash)) return;
  app.event = eventOf(app); // the tour's, too
  if (app.event === null) return;
  const { backwards } = app.network.layers[0].directions[0];
  const { example, unit, t } = app.event;
  const playing = !wantsStillness();
  const first = backwards ? Infinity : 0;
  app.set({ input: app.exampleInput(example), unit, t: playing ? first : t, until: playing ? t : null, playing });
  stopWhenTouched(app);
}
