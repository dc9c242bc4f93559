/** What the page opens on: the event of the unit in view in one sentence, and a handle that holds the gate which makes it. */

import { byId, put } from "../kit/dom.js";
import { number, percent, percentAtLeast, signed, word } from "../words/language.js";
import { heldBy, releaseGate } from "../network/clamps.js";
import { eventOfUnit } from "../network/event.js";
import { hasGate } from "../network/quantities.js";
import { changeInWords } from "./answer.js";
import { clampSentence, oddsInWords } from "./clamp-words.js";
import { hasOneUnit } from "./place.js";

const HANDLES = { throw: ["f", 1], lose: ["f", 1], fade: ["f", 1], keep: ["f", 0], write: ["i", 0] }; // the gate, and what it is held at

/**
 * @param {Host} app
 * @returns {View}
 */
export function storyView(app) {
  const handle = byId("hold-event");
  let known = null; // the event, and of what it is
  let clamp = null; // what the handle puts in place

  handle.addEventListener("click", () => {
    const { clamps } = app.state;
    const place = { ...clamp, unit: clamp.units[0], t: clamp.from };
    if (isHeld(clamps)) app.set({ clamps: releaseGate(clamps, place) });
    else app.set({ clamps: [...clamps, clamp], t: known.event.t, playing: false });
  });

  function isHeld(clamps) {
    const by = clamp && heldBy(clamps, { ...clamp, unit: clamp.units[0], t: clamp.from });
    return by?.value === clamp?.value;
  }

  return {
    update(frame) {
      const { state, oneFree, free, layer, direction, unit, look } = frame;
      const key = [oneFree, unit, look];
      if (known === null || key.some((part, k) => part !== known.key[k])) {
        const { variant } = app.network.layers[layer].directions[direction];
        const event = eventOfUnit(oneFree, unit, free.mask, hasGate(variant, "f") && !variant.coupled);
        const [gate, value] = HANDLES[event.kind] ?? [];
        const isThere = gate !== undefined && hasGate(variant, gate);
        clamp = isThere ? { gate, value, layer, direction, units: [unit], from: firstOf(event), to: Infinity } : null;
        known = { key, event };
        put(handle, { hidden: clamp === null, text: word(`story.hold.${event.kind}`, { t: event.t + 1, gate }) });
      }
      const isPressed = isHeld(state.clamps);
      put(handle, { "aria-pressed": isPressed });
      put(byId("event"), { text: isPressed ? heldInWords(app, clamp, unit) : eventInWords(app, known.event, unit) });
      put(byId("consequence"), { "data-figure": state.clamps.length > 0, text: state.clamps.length > 0 ? consequenceInWords(app, frame) : clamp ? word("story.ask") : "" });
    },
  };
}

/** The first of its steps in time: a clamp holds from there on. */
function firstOf({ t, from = t, to = t }) {
  return Math.min(from, to);
}

/** @returns {string} what a unit does in this series */
export function eventInWords(app, { kind, t, share, written, from = t, to = t }, unit) {
  const part = kind === "keep" ? percentAtLeast(share) : percent(share);
  const values = { t: t + 1, from: from + 1, to: to + 1, unit: unit + 1, share: part, written: signed(written) };
  return word(hasOneUnit(app) ? `story.${kind}.only` : `story.${kind}`, values);
}

/** @returns {string} what a unit does while the handle holds its gate */
function heldInWords(app, { gate, value, from }, unit) {
  const key = gate === "i" ? "story.held.i" : value === 1 ? "story.held.open" : "story.held.shut";
  return word(hasOneUnit(app) ? `${key}.only` : key, { unit: unit + 1, t: from + 1 });
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
