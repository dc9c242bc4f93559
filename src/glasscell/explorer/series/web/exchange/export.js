/** The view as one SVG or PNG, and the numbers as CSV. */

import { byId, download, put, svg } from "../../../web/kit/dom.js";
import { QUANTITIES } from "../../../web/network/quantities.js";

const COPIED = [
  "fill", "fill-opacity", "stroke", "stroke-width", "stroke-opacity", "stroke-dasharray", "stroke-linejoin",
  "stroke-linecap", "opacity", "paint-order", "font-size", "font-weight", "font-family", "font-style", "visibility",
  "text-anchor",
];
const EDGE = 24;
const PADDING = 12; // of a card's frame around its plots
const GAP = 2 * PADDING + 16; // left free where controls are: two frames have room

/**
 * Draw the page as one self-contained SVG: the plots, their headings and sentences as they lie on the
 * page, without the controls between them.
 * @param {string} title
 * @returns {Blob}
 */
function figureOf(title) {
  const main = byId("main").getBoundingClientRect();
  const look = getComputedStyle(document.body);
  const parts = [...document.querySelectorAll("#main [data-figure]")]
    .map((part) => ({ part, box: part.getBoundingClientRect() }))
    .filter(({ part }) => part.checkVisibility() && (part.matches("canvas, svg") || part.textContent.trim() !== ""))
    .sort((a, b) => a.box.top - b.box.top);
  const frames = new Map();
  const drawn = [];
  let [bottom, shift] = [main.top, EDGE + 36 - main.top];
  for (const { part, box } of parts) {
    shift -= Math.max(box.top - bottom - GAP, 0);
    bottom = Math.max(bottom, box.bottom);
    const y = box.y + shift;
    drawn.push(...copyOf(part, { x: box.x - main.x, y, width: box.width, height: box.height }));
    const card = part.closest(".card");
    const from = frames.get(card)?.from ?? y;
    if (card) frames.set(card, { from, to: Math.max(frames.get(card)?.to ?? 0, y + box.height) });
  }
  const size = { width: Math.ceil(main.width), height: Math.ceil(bottom + shift + EDGE) };
  const rects = [...frames].map(([card, { from, to }]) => {
    const { x, width } = card.getBoundingClientRect();
    const { backgroundColor: fill, borderTopColor: stroke } = getComputedStyle(card);
    return svg("rect", { x: x - main.x, width, y: from - PADDING, height: to - from + 2 * PADDING, rx: 12, fill, stroke });
  });
  const figure = svg("svg", { xmlns: "http://www.w3.org/2000/svg", ...size, viewBox: `0 0 ${size.width} ${size.height}` },
    svg("title", { text: title }), svg("rect", { ...size, fill: look.backgroundColor }), ...rects, svg("text", {
      x: EDGE, y: EDGE + 16, fill: look.color, "font-family": look.fontFamily, "font-size": 20, "font-weight": 700,
      text: title,
    }), ...drawn);
  return new Blob([new XMLSerializer().serializeToString(figure)], { type: "image/svg+xml" });
}

/** Copy a plot or a text to a place of the figure. */
function copyOf(element, box) {
  if (element.matches("svg")) return [put(copyWithStyle(element), box)];
  if (!element.matches("canvas")) return copyOfText(element, box);
  const href = element.toDataURL();
  return [svg("image", { ...box, href, preserveAspectRatio: "none", "image-rendering": "pixelated" })];
}

/** Copy an SVG with its look written into attributes, so that it needs no style sheet. */
function copyWithStyle(original) {
  const copy = original.cloneNode(true);
  const copies = copy.querySelectorAll("*");
  original.querySelectorAll("*").forEach((element, n) => {
    const style = getComputedStyle(element);
    for (const name of COPIED) copies[n].setAttribute(name, style.getPropertyValue(name));
  });
  for (const element of [copy, ...copies]) {
    const isOfPage = (name) => /^(class|style|role|tabindex|aria-.*|data-.*)$/.test(name);
    for (const name of element.getAttributeNames().filter(isOfPage)) element.removeAttribute(name);
  }
  return copy;
}

/** Text as SVG, broken as the page breaks it; with the small colours of a legend. */
function copyOfText(element, { x, y }) {
  const style = getComputedStyle(element);
  const size = parseFloat(style.fontSize);
  const home = element.getBoundingClientRect();
  const placeOf = (box) => ({ x: x + box.left - home.left, y: y + box.top - home.top });
  const lines = [];
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  let end = null; // of the letter before
  while (walker.nextNode()) {
    const node = /** @type {Text} */ (walker.currentNode);
    for (let at = 0; at < node.length; at++) {
      range.setStart(node, at);
      range.setEnd(node, at + 1);
      const box = range.getBoundingClientRect();
      if (box.width === 0) continue;
      const isNext = end !== null && Math.abs(end.top - box.top) <= size / 2 && box.left - end.right <= 4;
      if (!isNext) lines.push({ ...placeOf(box), height: box.height, text: "" });
      lines.at(-1).text += node.data[at];
      end = box;
    }
  }
  const swatches = [...element.querySelectorAll(".swatch")].map((swatch) => {
    const [box, look] = [swatch.getBoundingClientRect(), getComputedStyle(swatch)];
    const fill = box.height > 2 && look.borderTopWidth === "0px" ? look.backgroundColor : look.borderTopColor;
    return svg("rect", { ...placeOf(box), width: box.width, height: box.height, fill });
  });
  return [...swatches, ...lines.map((line) => svg("text", {
    x: line.x, y: line.y + line.height - 0.28 * size, fill: style.color, "font-family": style.fontFamily,
    "font-size": size, "font-weight": style.fontWeight, text: line.text.trim(),
  }))];
}

/** Save the view as SVG. */
export function saveSvg(name, title) {
  download(`${name}.svg`, figureOf(title));
}

/** Save the view as PNG, twice as fine as the screen's CSS pixels. */
export async function savePng(name, title) {
  const picture = new Image();
  picture.src = URL.createObjectURL(figureOf(title));
  await picture.decode();
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [2 * picture.width, 2 * picture.height];
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  URL.revokeObjectURL(picture.src);
  download(`${name}.png`, await new Promise((done) => canvas.toBlob(done, "image/png")));
}

/** Save rows of texts and numbers as CSV, under a row of names. */
export function saveCsv(name, rows) {
  download(`${name}.csv`, new Blob(csvOf(rows), { type: "text/csv;charset=utf-8" }));
}

/** @returns {string[]} the lines of a CSV file; NaN is an empty cell */
export function csvOf(rows) {
  return Array.from(rows, (row) => `${row.map(cellOf).join(",")}\r\n`);
}

function cellOf(v) {
  if (typeof v === "number") return Number.isNaN(v) ? "" : String(Number(v.toPrecision(9)));
  return /[",\r\n]/.test(v) ? `"${v.replaceAll('"', '""')}"` : v;
}

/** Steps in files count from 0; those on the page from 1. */
const STEP = "step (from 0)";

/**
 * z, i, f, o, c, h of every layer, step and unit, in rows like those of `glasscell trace`: layer names (each
 * direction is one), without skipped steps.
 */
export function* rowsOfGates(network, { layers, steps, mask }) {
  yield ["layer", STEP, "unit", ...QUANTITIES];
  for (const [layer, { directions }] of layers.entries()) {
    for (const [direction, one] of directions.entries()) {
      const { name } = network.layers[layer].directions[direction];
      for (let at = 0; at < steps * one.H; at++) {
        const t = Math.floor(at / one.H);
        if (mask[t]) yield [name, t, at % one.H, ...QUANTITIES.map((quantity) => one[quantity][at])];
      }
    }
  }
}

/**
 * The predictions step by step: the probes', and in the last row the network's.
 * @param {string[]} names of the outputs
 * @param {number} steps
 * @param {(t: number) => ?Float64Array} answerAt
 * @param {boolean} always whether the network itself predicts at every step
 */
export function rowsOfAnswers(names, steps, answerAt, always) {
  const byOf = (t) => (always || t === steps - 1 ? "network" : "probe");
  const rows = Array.from({ length: steps }, (_, t) => answerAt(t) && [t, byOf(t), ...answerAt(t)]);
  return [[STEP, "by", ...names], ...rows.filter(Boolean)];
}

/**
 * The evidence: of each piece of the series, what it added for every class or target; steps counted from 0.
 * @param {string[]} names of the classes or targets
 * @param {Evidence} evidence in which all pieces have been run without
 */
export function rowsOfEvidence(names, evidence) {
  const rows = evidence.pieces.map((piece) => [piece.from, piece.to, ...names.map((_, k) => evidence.partOf(piece, k))]);
  return [["first step (from 0)", "last step (from 0)", ...names], ...rows];
}
