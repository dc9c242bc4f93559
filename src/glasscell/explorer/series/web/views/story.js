/** The opening of the page: the event of the unit in view in one sentence, and a handle that holds the gate behind it. */

import { byId, changeOfKey, put } from "../../../web/kit/dom.js";
import { number, percent, percentAtLeast, signed, word } from "../../../web/words/language.js";
import { heldBy, releaseGate } from "../../../web/network/clamps.js";
import { eventOfUnit } from "../../../web/network/event.js";
import { hasGate } from "../../../web/network/quantities.js";
import { changeInWords } from "../../../web/views/answer.js";
import { clampSentence, oddsInWords } from "../../../web/views/clamp-words.js";
import { hasOneUnit } from "../../../web/views/place.js";

// the gate that makes an event, and what it is held at
const HANDLES = { throw: ["f", 1], lose: ["f", 1], fade: ["f", 1], keep: ["f", 0], write: ["i", 0] };

/**
 * @param {Host} app
 * @returns {View}
 */
export function storyView(app) {
  const handle = byId("hold-event");
  const isNew = changeOfKey();
  let event = null;
  let clamp = null; // what the handle puts in place
  const placeOf = ({ gate, layer, direction, units: [unit], from }) => ({ gate, layer, direction, unit, t: from });
  const holderOf = (clamps) => clamp && heldBy(clamps, placeOf(clamp));
  const isHeld = (clamps) => clamp !== null && holderOf(clamps)?.value === clamp.value;

  handle.addEventListener("click", () => {
    const { clamps } = app.state;
    if (isHeld(clamps)) app.set({ clamps: releaseGate(clamps, placeOf(clamp)) });
    else app.set({ clamps: [...clamps, clamp], t: event.t, playing: false });
  });

  return {
    update(frame) {
      const { state: { clamps }, oneFree, free, layer, direction, unit, look } = frame;
      if (isNew(oneFree, unit, look)) {
        const { variant } = app.network.layers[layer].directions[direction];
        event = eventOfUnit(oneFree, unit, free.mask, hasGate(variant, "f") && !variant.coupled);
        const { kind, t, from = t, to = t } = event;
        const [gate, value] = HANDLES[kind] ?? [];
        const place = { layer, direction, units: [unit], from: Math.min(from, to), to: Infinity }; // its first step in time
        clamp = gate && hasGate(variant, gate) ? { gate, value, ...place } : null;
        put(handle, { hidden: clamp === null, text: word(`story.hold.${kind}`, { t: t + 1, gate }) });
      }
      put(handle, { "aria-pressed": isHeld(clamps) });
      put(byId("event"), { text: isHeld(clamps) ? heldInWords(app, clamp, holderOf(clamps)) : eventInWords(app, event, unit) });
      const text = clamps.length > 0 ? consequenceInWords(app, frame) : clamp ? word("story.ask") : "";
      put(byId("consequence"), { "data-figure": clamps.length > 0, text });
    },
  };
}

/** @returns {string} what a unit does in this series */
export function eventInWords(app, { kind, t, share, written, from = t, to = t }, unit) {
  const part = kind === "keep" ? percentAtLeast(share) : percent(share);
  const values = { t: t + 1, from: from + 1, to: to + 1, unit, share: part, written: signed(written) };
  return word(hasOneUnit(app) ? `story.${kind}.only` : `story.${kind}`, values);
}

/** @returns {string} the behaviour of a unit while the handle holds its gate */
function heldInWords(app, { gate, value, units: [unit] }, { from }) {
  const key = gate === "i" ? "story.held.i" : value === 1 ? "story.held.open" : "story.held.shut";
  return word(hasOneUnit(app) ? `${key}.only` : key, { unit, t: from + 1 });
}

/** What became of the unit's memory at the end, and of the prediction. */
function consequenceInWords(app, frame) {
  const { one, oneFree, unit, steps, free, result, state } = frame;
  const end = (one.backwards ? 0 : steps - 1) * one.H + unit;
  const [before, after] = [oneFree, one].map(({ c }) => number(c[end]));
  const isOwn = state.clamps.length === 1 && state.clamps[0].units?.[0] === unit;
  if (!isOwn || before === after) return clampSentence(app, frame);
  const change = changeInWords(app, free, result);
  return `${word("story.consequence", { before, after, change })} ${oddsInWords(app, free, result)}`.trim();
}
