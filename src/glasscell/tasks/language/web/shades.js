/** Colours behind characters, on which these can still be read: each end as far from the paper as that allows. */

import { mix, styleColour } from "../../../explorer/web/kit/colours.js";

const CONTRAST = 4.6; // of the ink on every shade
const STEPS = 40;

/** @returns {string[]} 256 colours: of a memory from off to on, of a gate from closed to open, of z and h around 0 */
export function shadesOf(quantity) {
  const [paper, ink, negative] = ["card", "ink", "negative"].map(styleColour);
  const full = styleColour(quantity === "c" ? "on" : quantity);
  const ends = { up: palest(paper, full, ink), down: palest(paper, negative, ink) };
  return Array.from({ length: 256 }, (_, n) => {
    const share = "zh".includes(quantity) ? (n - 127.5) / 127.5 : n / 255;
    return `rgb(${mix(paper, share < 0 ? ends.down : ends.up, Math.abs(share)).join(" ")})`;
  });
}

/** @returns {number[]} how far the way from paper to a colour can be gone with the ink still readable on it */
function palest(paper, colour, ink) {
  let best = paper;
  for (let n = 1; n <= STEPS; n++) {
    const there = mix(paper, colour, n / STEPS);
    if (contrast(there, ink) < CONTRAST) break;
    best = there;
  }
  return best;
}

function contrast(one, other) {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour) {
  const [r, g, b] = colour.map((v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
