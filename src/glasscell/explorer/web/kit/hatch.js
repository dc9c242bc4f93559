/** Hatched bars: a probe's predictions. The network's own are solid. */

import { svg } from "./dom.js";

const APART = 5; // from stripe to stripe

/** @returns {SVGElement} the stripes that fill the bars of one plot; to be put into it */
export function hatches(name) {
  const defs = svg("defs");
  for (const strength of ["quiet", "best"]) {
    const size = { width: APART, height: APART, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" };
    const stripe = svg("rect", { class: `stripe ${strength}`, width: 0.56 * APART, height: APART });
    defs.append(svg("pattern", { id: `hatch-${name}-${strength}`, ...size }, stripe));
  }
  return defs;
}

/** Fill a bar with stripes, or with its own colour again. */
export function hatch(bar, name, isHatched, isBest) {
  const fill = isHatched ? `url("#hatch-${name}-${isBest ? "best" : "quiet"}")` : "";
  if (bar.style.fill !== fill) bar.style.fill = fill;
}
