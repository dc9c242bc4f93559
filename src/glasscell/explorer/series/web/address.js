/** The page's address: written when nothing has changed for a while, read at the start and when it changes. */

import { hasView, networkOfFragment, readFragment, writeFragment } from "./exchange/fragment.js";
import { FIRST_SORT } from "../../web/network/runs.js";
import { modeInFragment, sectionOfPart } from "../../web/mode.js";
import { maxRows } from "./views/intake.js";
import { stepsOfTour } from "./tour/tour.js";

/** Write the state into the address. */
export function writeAddress(app) {
  const fragment = writeFragment(app.state, app.kind).fragment + modeInFragment(location.hash);
  try {
    history.replaceState(null, "", `#${fragment}`);
  } catch {
    // a page inside a notebook has no address of its own
  }
}

/** Show the network that a fragment names, in the state that it describes; the rest of the state is reset. */
export function restore(networks, text) {
  const app = networks.find(networkOfFragment(text));
  const mine = stepsOfTour(app);
  const page = { kind: app.kind, D: app.D, examples: app.examples.length, tour: mine.last };
  const { example, x, T, ...rest } = readFragment(text, page);
  if (rest.tour < mine.first) delete rest.tour;
  const input = x && T <= maxRows(app.network) ? { x, T, example: null, edited: true } : app.exampleInput(example ?? 0);
  const steps = Math.ceil(input.T / app.network.stride);
  const isThere = ({ layer, direction, units, from }) => {
    const one = app.network.layers[layer]?.directions[direction];
    return one && from < steps && (units === null || units[0] < one.H);
  };
  networks.takeBack();
  networks.show(app, {
    t: Infinity, layer: 0, direction: 0, unit: app.interesting, tour: 0,
    sort: hasView(text) ? "index" : FIRST_SORT, // links from before the order was always in them
    ...rest, input, more: sectionOfPart() ?? rest.more ?? null,
    epoch: app.epochs.isEarlier(rest.epoch) && !rest.tour ? rest.epoch : null,
    clamps: (rest.clamps ?? []).filter(isThere), playing: false, restored: rest.tour > 0 && rest.unit !== undefined,
  });
}
