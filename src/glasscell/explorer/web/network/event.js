/** What a unit does with its memory in one series that is worth a headline. */

import { passagesOf, readingOrder } from "./memory.js";
import { run } from "./forward.js";
import { argmax } from "./runs.js";
import { mostForgotten } from "./highlights.js";

const MAX_PRODUCTS = 1e8; // of the search for an event: a tenth of a second
const MOST_OF_IT = 0.5; // of a memory that is thrown away at one step
const LARGE_MEMORY = 0.25; // of the unit's largest memory in this series: a smaller one is nothing to throw away
const LITTLE_LOSS = 0.1; // of a memory: where no step loses more, the unit keeps

/**
 * The rule, in this order: without anything in memory there is no event. Without a forget gate, or where it loses
 * nothing at all, it is the largest write. Else it is the step that loses most of the memory, (1 − f)·|c before|: a unit
 * throws away where that is at least half of a large memory, keeps where no step loses more than a tenth, lets go where
 * that step and those next to it, of which each loses more than a tenth, leave at most half of a large memory, and else
 * just loses most there.
 * @param {DirectionRun} one without clamps
 * @param {number} u
 * @param {Uint8Array} mask (steps)
 * @param {boolean} forgets whether the cell has a forget gate
 * @returns {{kind: "nothing"|"write"|"throw"|"keep"|"fade"|"lose", t: number, share: number, written: number, before: number,
 *   others?: ?number, from?: number, to?: number}} share: fraction of the memory before that is lost at t; for keep, the
 *   smallest that stays at any step; others: the smallest that stays at any other step than t, null where no other has
 *   any memory before; from, to: for fade, the steps, in reading order, which together lose the share
 */
export function eventOfUnit(one, u, mask, forgets) {
  const passages = passagesOf(one, u, mask);
  const lost = argmax(passages.map(({ before, kept }) => Math.abs(before - kept)));
  const isWrite = !forgets || passages[lost].before === 0;
  const t = isWrite ? argmax(passages.map(({ written }) => Math.abs(written))) : lost;
  const { before, opening, written } = passages[t];
  const event = { t, share: 1 - opening, written, before };
  const reach = passages.reduce((most, one) => Math.max(most, Math.abs(one.before), Math.abs(one.kept + one.written)), 0);
  if (reach === 0) return { ...event, kind: "nothing" };
  if (isWrite) return { ...event, kind: "write" };
  const leastKept = (all) => all.filter((one) => one.isRead && one.before !== 0)
    .reduce((least, one) => Math.min(least ?? Infinity, one.opening), null);
  const share = leastKept(passages);
  if (share >= 1 - LITTLE_LOSS) return { ...event, kind: "keep", share };
  const others = leastKept(passages.filter((_, s) => s !== t));
  const isLarge = (memory) => Math.abs(memory) >= LARGE_MEMORY * reach;
  if (1 - opening >= MOST_OF_IT && isLarge(before)) return { ...event, others, kind: "throw" };
  const { from, to, left } = stretchAround(one, passages, t);
  const isGone = from !== to && 1 - left >= MOST_OF_IT && isLarge(passages[from].before);
  return { ...event, others, ...(isGone ? { kind: "fade", from, to, share: 1 - left } : { kind: "lose" }) };
}

/** The steps around t, as they are read, that each lose more than a tenth; and what they leave together. */
function stretchAround(one, passages, t) {
  const read = readingOrder(one, passages.length).filter((s) => passages[s].isRead);
  const loses = (s) => s !== undefined && passages[s].before !== 0 && passages[s].opening < 1 - LITTLE_LOSS;
  let [first, last] = [read.indexOf(t), read.indexOf(t)];
  while (loses(read[first - 1])) first--;
  while (loses(read[last + 1])) last++;
  const left = read.slice(first, last + 1).reduce((product, s) => product * passages[s].opening, 1);
  return { from: read[first], to: read[last], left };
}

/**
 * @returns {?{example: number, unit: number, t: number}} where most is forgotten by a gate that opens, too; null if
 *   nothing is
 */
export function eventOf({ network, examples }) {
  let best = { size: 0, unit: 0, t: 0, example: 0 };
  let products = 0;
  const ofStep = network.layers.flatMap(({ directions }) => directions).reduce((sum, { D, H }) => sum + 4 * H * (D + H), 0);
  for (const [example, { x, T }] of examples.entries()) {
    products += T * ofStep;
    if (example > 0 && products > MAX_PRODUCTS) break; // not by the clock: every reader sees the same
    try {
      const found = mostForgotten(run(network, x, T).layers[0].directions[0]);
      if (found.size > best.size) best = { ...found, example };
    } catch (error) {
      if (!error.code) throw error; // an example that the network cannot read
    }
  }
  return best.size > 0 ? best : null;
}
