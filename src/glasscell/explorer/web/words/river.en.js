/** The words about the memory as a river, in English. */

export const RIVER_EN = {
  "river.title": "The memory of unit {unit} as a river",
  "river.label": "The memory of unit {unit} over the steps, as broad as it is large, in the colors of the steps that wrote it",
  "river.legend.digit": "The memory c (the line) is a sum: each row adds i·z (a stream), in the row's color. At each valve a wall holds back what the forget gate f does not let through. Through the taps o it shows as h.",
  "river.legend.series": "The memory c (the line) is a sum: each step adds i·z (a stream), in the step's color. At each valve a wall holds back what the forget gate f does not let through. Through the taps o it shows as h.",
  "river.legend.long": "The memory c (the line) is a sum, in the colors of the steps that wrote it: z and i flow in, f keeps, through o it shows as h.",
  "river.back": "It flows from right to left: this direction reads backwards.",
  "river.ghost": "Dashed: without what you hold.",
  "river.now.digit": "Row {t}: f {f} keeps {kept} of {before}; i·z = {i} · {z} = {written} flows in; that makes c {c}, and o {o} shows h {h}.",
  "river.now.series": "Step {t}: f {f} keeps {kept} of {before}; i·z = {i} · {z} = {written} flows in; that makes c {c}, and o {o} shows h {h}.",
  "river.first.digit": "Row {t}: no memory yet; i·z = {i} · {z} = {written} flows in; that makes c {c}, and o {o} shows h {h}. (f is {f}.)",
  "river.first.series": "Step {t}: no memory yet; i·z = {i} · {z} = {written} flows in; that makes c {c}, and o {o} shows h {h}. (f is {f}.)",
  "river.skipped.series": "Step {t}: nothing was measured, so the river flows on: c {c}, h {h}.",
  "river.skipped.tokens": "Step {t}: no token, so the river flows on: c {c}, h {h}.",
};
