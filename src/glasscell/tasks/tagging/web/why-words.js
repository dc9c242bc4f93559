/** Why a step has its label, in words that the reruns imply; and which steps light up for it. */

import { signed, word } from "../../../explorer/web/words/language.js";
import { argmax } from "../../../explorer/web/network/runs.js";
import { spanName } from "../../../explorer/web/views/origin-words.js";

const MAX_SPANS = 3; // that are listed one by one
const SHOWN = 0.005; // of log-odds: less is written as 0.00

/** The pieces without each of which the label would be another. */
function turningOf({ pieces, best }) {
  return pieces.filter(({ outputs }) => argmax(outputs) !== best);
}

/**
 * @param {Evidence} evidence of a step, in which all pieces have been run without
 * @returns {Piece[]} those that light up: the few that turn the label; else those with half of the largest part, or more
 */
export function lightsOf(evidence) {
  const turning = turningOf(evidence);
  if (turning.length > 0 && spansOf(turning).length <= MAX_SPANS) return turning;
  const partOf = (piece) => evidence.partOf(piece, evidence.best);
  const largest = Math.max(...evidence.pieces.map(partOf));
  return largest < SHOWN ? [] : evidence.pieces.filter((piece) => partOf(piece) >= largest / 2);
}

/** Single steps next to each other as one, and the label without them. */
function spansOf(turning) {
  const isSingle = turning.every(({ from, to }) => from === to);
  const spans = [];
  for (const { from, to, outputs } of turning) {
    const other = argmax(outputs);
    const last = spans.at(-1);
    if (isSingle && last?.to + 1 === from && last.other === other) last.to = to;
    else spans.push({ from, to, other });
  }
  return spans;
}

/** @returns {string} what the label of step t rests on, and what it would be without that */
export function whyInWords({ classes }, evidence, t) {
  const { pieces, best } = evidence;
  const turning = turningOf(evidence);
  const spans = spansOf(turning);
  if (turning.length > 0 && spans.length <= MAX_SPANS) return turnsInWords(classes, turning, spans);
  const name = classes[best];
  const parts = pieces.map((piece) => evidence.partOf(piece, best));
  const n = argmax(parts); // one that turns the label, if any does: it takes at least the lead away
  if (parts[n] < SHOWN) return word("why.none", { name });
  const isAlone = parts.every((v, other) => other === n || v < parts[n] * (1 - 1e-9));
  const { from, to } = pieces[n];
  const far = from > t ? from - t : Math.max(t - to, 0); // 0 for the step itself
  const where = word(far === 0 ? "why.here" : `why.${from > t ? "later" : "earlier"}${far === 1 ? ".one" : ""}`, { n: far });
  const most = word(isAlone ? "why.most" : "why.most.equal", { span: spanName(from, to), where, part: signed(parts[n]) });
  const values = { name, n: turning.length - 1, what: whatOf(turning) };
  return `${most} ${word(turning.length > 0 ? "why.most.turns" : "why.most.stays", values)}`;
}

/** What the few pieces are without any one of which the label would be another, and that label. */
function turnsInWords(classes, turning, spans) {
  const [{ other }] = spans;
  const isSame = spans.every((span) => span.other === other);
  const named = spans.map((span) => (isSame ? spanName(span.from, span.to)
    : word("why.turn", { span: spanName(span.from, span.to), other: classes[span.other] }))).join(word("comma"));
  const [{ from, to }] = turning;
  const key = !isSame ? "why.turns.other" : turning.length > 1 ? "why.turns" : from === to ? "why.turns.one" : "why.turns.piece";
  return word(key, { other: classes[other], spans: named, what: whatOf(turning) });
}

function whatOf(turning) {
  return word(turning.every(({ from, to }) => from === to) ? "why.steps" : "why.pieces");
}
