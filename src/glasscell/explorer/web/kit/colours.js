/** Colours as numbers, for canvases; the style sheet defines them. */

import { put } from "./dom.js";

const BANDS = ["#14396b", "#1c5f6b", "#3c7a5c", "#7d8433", "#b78a30", "#e2965f", "#f6a7a0", "#e6b3de"];

/** @returns {number[]} [r, g, b] of the style sheet's colour --name */
export function styleColour(name) {
  const pen = document.createElement("canvas").getContext("2d"); // which knows the system's colours, such as CanvasText, too
  pen.fillStyle = getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  return fromHex(pen.fillStyle);
}

function fromHex(hex) {
  return [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
}

/** @returns {number[]} the colour at a fraction of the way from one to the other */
export function mix(from, to, share) {
  return from.map((value, k) => Math.round(value + (to[k] - value) * share));
}

/**
 * 256 colours for a canvas, little-endian RGBA. Gates (0 to 1) run from paper to their colour: open is visible.
 * z, c and h (below 0 to above) run from the colour of negative numbers through paper to theirs.
 * @param {"z"|"i"|"f"|"o"|"c"|"h"|"p"} quantity p: probabilities, in ink
 * @returns {Uint32Array} (256)
 */
export function colourTable(quantity) {
  const paper = styleColour("paper");
  const full = styleColour(quantity === "p" || quantity === "c" ? "ink" : quantity);
  const negative = styleColour("negative");
  const both = "zch".includes(quantity);
  return Uint32Array.from({ length: 256 }, (_, n) => {
    const share = both ? (n - 127.5) / 127.5 : n / 255;
    const [r, g, b] = share < 0 ? mix(paper, negative, -share) : mix(paper, full, share);
    return (255 << 24) | (b << 16) | (g << 8) | r;
  });
}

/** Paint a canvas of so many pixels, each in the colour that `colourOf` returns; transparent for none. */
export function paintPixels(canvas, columns, rows, colourOf) {
  put(canvas, { width: columns, height: rows });
  const picture = new ImageData(columns, rows);
  const pixels = new Uint32Array(picture.data.buffer);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) pixels[row * columns + column] = colourOf(column, row);
  }
  canvas.getContext("2d").putImageData(picture, 0, 0);
}

/** @returns {string} the colour of part n of `count`, from first to last: when something was written */
export function bandColour(n, count) {
  const at = count < 2 ? 0 : (n / (count - 1)) * (BANDS.length - 1);
  const k = Math.min(Math.floor(at), BANDS.length - 2);
  return `rgb(${mix(fromHex(BANDS[k]), fromHex(BANDS[k + 1]), at - k).join(" ")})`;
}
