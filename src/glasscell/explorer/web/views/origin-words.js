/** Where a unit's memory came from, in words that its numbers imply. */

import { number, percent, percentAtLeast, signed, word } from "../words/language.js";
import { eventOfUnit } from "../network/event.js";
import { originsAt } from "../network/memory.js";

const MAX_PARTS = 3; // of a memory, in words
const MAX_EQUAL_PARTS = 6; // that are listed

/**
 * @param {number} first number of the first step; with 0 it is the boundary before a text
 * @returns {string} where the memory of a unit at step t came from, and where it loses one
 */
export function originInWords(one, unit, mask, t, first = 1) {
  const traces = originsAt(one, unit, mask, t).filter(({ share }) => Math.abs(share) >= 0.005);
  const values = { unit, t: t + first, c: number(one.c[t * one.H + unit]), parts: partsInWords(traces, first) };
  if (traces.length === 0) return word("origin.empty", values);
  return `${word("origin.words", values)} ${lossInWords(one, unit, mask, first)}`.trim();
}

/** The three largest parts; if others equal the third, they are included; and the rest. */
function partsInWords(traces, first) {
  const size = ({ share }) => number(Math.abs(share));
  const isCutApart = traces.length <= MAX_PARTS || size(traces[MAX_PARTS - 1]) !== size(traces[MAX_PARTS]);
  const equal = isCutApart ? [] : traces.filter((trace) => size(trace) === size(traces[MAX_PARTS]));
  const parts = traces.slice(0, MAX_PARTS).filter((trace) => !equal.includes(trace))
    .map(({ step, share }) => partInWords(step + first, signed(share)));
  if (equal.length > 0) {
    const isOneSign = equal.every(({ share }) => share > 0 === equal[0].share > 0);
    const share = isOneSign ? signed(equal[0].share) : `±${size(equal[0])}`;
    const all = equal.map(({ step }) => step + first).sort((a, b) => a - b).join(word("comma"));
    parts.push(word(equal.length > MAX_EQUAL_PARTS ? "origin.many" : "origin.equal", { share, all, n: equal.length }));
  }
  const named = new Set([...traces.slice(0, MAX_PARTS), ...equal]);
  const others = traces.filter((trace) => !named.has(trace));
  const share = signed(others.reduce((sum, trace) => sum + trace.share, 0));
  if (others.length === 1) parts.push(partInWords(others[0].step + first, share));
  if (others.length > 1) parts.push(word("origin.rest", { n: others.length, share }));
  return parts.join(word("comma"));
}

function partInWords(t, share) {
  return word(t === 0 ? "origin.part.boundary" : "origin.part", { t, share });
}

/** @returns {string} where a unit's memory is lost; "" where it never has one that could be */
export function lossInWords(one, unit, mask, first = 1) {
  const event = eventOfUnit(one, unit, mask, true);
  if (event.kind === "keep") return word("origin.kept", { share: percentAtLeast(event.share) });
  if ((event.from ?? event.t) + first === 0) return ""; // before a text there is no character
  if (event.kind === "fade") {
    return word("origin.faded", { from: event.from + first, to: event.to + first, share: percent(event.share) });
  }
  if (event.kind !== "throw" && event.kind !== "lose") return "";
  const lost = { t: event.t + first, share: percent(event.share), before: number(event.before) };
  const isRest = event.others !== null && Math.floor(100 * event.others) > 100 * (1 - event.share);
  const rest = isRest ? word("origin.rest.kept", { share: percentAtLeast(event.others) }) : "";
  return `${word("origin.lost", lost)} ${rest}`.trim();
}

/** @returns {string} the steps of a group: “row 3”, or “4–7” */
export function spanName(from, to, first = 1) {
  if (from === to && from + first === 0) return word("symbol.boundary");
  return from === to ? word("span.one", { t: from + first }) : word("span.many", { from: from + first, to: to + first });
}
