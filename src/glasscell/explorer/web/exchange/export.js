/** The view as one SVG or PNG, and the numbers as CSV. */

import { byId, download, put, svg } from "../kit/dom.js";
import { QUANTITIES } from "../network/quantities.js";

const COPIED = [
  "fill", "fill-opacity", "stroke", "stroke-width", "stroke-opacity", "stroke-dasharray", "stroke-linejoin",
  "stroke-linecap", "opacity", "paint-order", "font-size", "font-weight", "font-family", "font-style", "visibility",
  "text-anchor",
];
const SHAPES = "path, rect, circle, line, text";
const EDGE = 24;
const GAP_BELOW = 12; // pixels left free between two pictures, at most

/**
 * Draw what the page shows as one self-contained SVG: the pictures and their headings as they lie on the page, without
 * the controls between them.
 * @param {string} title
 * @returns {SVGElement}
 */
export function figureOf(title) {
  const main = byId("main").getBoundingClientRect();
  const width = Math.ceil(main.width);
  const look = getComputedStyle(document.body);
  const figure = svg("svg", { xmlns: "http://www.w3.org/2000/svg" });
  const ground = svg("rect", { width, fill: look.backgroundColor });
  figure.append(svg("title", { text: title }), ground, svg("text", {
    x: EDGE, y: EDGE + 16, fill: look.color, "font-family": look.fontFamily, "font-size": 20, "font-weight": 700,
    text: title,
  }));
  let top = EDGE + 36;
  for (const part of document.querySelectorAll(".story [data-figure]")) {
    const { x, width: isSeen, height } = part.getBoundingClientRect();
    if (!isSeen) continue; // the tour is in its place
    figure.append(...copyOfText(part, { x: x - main.x, y: top }));
    top += height + 6;
  }
  for (const row of rowsOfCards()) {
    const drawn = row.map((card) => drawCard(card, main.x, top));
    const height = Math.max(...drawn.map((one) => one.height));
    for (const { frame, parts } of drawn) {
      put(frame, { height });
      figure.append(frame, ...parts);
    }
    top += height + 16;
  }
  const height = Math.ceil(top + 8);
  put(ground, { height });
  return put(figure, { width, height, viewBox: `0 0 ${width} ${height}` });
}

/** The cards that have something to show, in rows as on the page. */
function rowsOfCards() {
  const rows = [];
  for (const card of byId("main").querySelectorAll(".card")) {
    if (partsOf(card).length < 2) continue; // a heading alone
    const { top } = card.getBoundingClientRect();
    if (rows.length === 0 || Math.abs(rows.at(-1).top - top) > 20) rows.push({ top, cards: [] });
    rows.at(-1).cards.push(card);
  }
  return rows.map(({ cards }) => cards);
}

function partsOf(card) {
  return [...card.querySelectorAll("[data-figure]")].filter((part) => {
    return part.getBoundingClientRect().width > 0 && (!(part instanceof HTMLElement) || part.matches("canvas") ||
      part.textContent.trim() !== "");
  });
}

/** Draw one card with its upper edge at `top`, and close the gaps that its controls leave. */
function drawCard(card, left, top) {
  const outer = card.getBoundingClientRect();
  const style = getComputedStyle(card);
  const parts = [];
  let [bottom, shift] = [outer.top, top - outer.top];
  const sorted = partsOf(card).map((part) => [part, part.getBoundingClientRect()]);
  sorted.sort(([, a], [, b]) => a.top - b.top);
  for (const [part, box] of sorted) {
    if (box.top - bottom > GAP_BELOW) shift -= box.top - bottom - GAP_BELOW;
    bottom = Math.max(bottom, box.bottom);
    parts.push(...copyOf(part, { x: box.x - left, y: box.y + shift, width: box.width, height: box.height }));
  }
  const height = bottom + shift - top + 16;
  const frame = svg("rect", {
    x: outer.x - left, y: top, width: outer.width, rx: 12, fill: style.backgroundColor, stroke: style.borderTopColor,
  });
  return { frame, parts, height };
}

/** Copy a picture or a text to a place of the figure. */
function copyOf(element, box) {
  if (element instanceof HTMLCanvasElement) {
    const href = element.toDataURL();
    return [svg("image", { ...box, href, preserveAspectRatio: "none", "image-rendering": "pixelated" })];
  }
  if (!(element instanceof SVGSVGElement)) return copyOfText(element, box);
  const copy = copyWithStyle(element);
  for (const [name, value] of Object.entries(box)) copy.setAttribute(name, value);
  return [copy];
}

/** Copy an SVG with its look written into attributes, so that it needs no style sheet. */
function copyWithStyle(original) {
  const copy = original.cloneNode(true);
  const [from, to] = [original.querySelectorAll(SHAPES), copy.querySelectorAll(SHAPES)];
  from.forEach((element, n) => {
    const style = getComputedStyle(element);
    for (const name of COPIED) to[n].setAttribute(name, style.getPropertyValue(name));
    to[n].removeAttribute("class");
    to[n].removeAttribute("style");
  });
  for (const element of [copy, ...copy.querySelectorAll("*")]) {
    for (const name of ["class", "role", "tabindex", "data-figure", "data-step", "data-of"]) element.removeAttribute(name);
    for (const name of element.getAttributeNames()) if (name.startsWith("aria-")) element.removeAttribute(name);
  }
  return copy;
}

/** Text as SVG, broken as the page breaks it; with the small colours of a legend. */
function copyOfText(element, { x, y }) {
  const style = getComputedStyle(element);
  const size = parseFloat(style.fontSize);
  const home = element.getBoundingClientRect();
  const runs = [];
  let end = null;
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = /** @type {Text} */ (walker.currentNode);
    for (let at = 0; at < node.length; at++) {
      const range = document.createRange();
      range.setStart(node, at);
      range.setEnd(node, at + 1);
      const box = range.getBoundingClientRect();
      if (box.width === 0) continue;
      if (end === null || Math.abs(end.top - box.top) > size / 2 || box.left - end.right > 4) {
        runs.push({ x: x + box.left - home.left, y: y + box.bottom - home.top - 0.28 * size, text: "" });
      }
      runs.at(-1).text += node.data[at];
      end = box;
    }
  }
  const swatches = [...element.querySelectorAll(".swatch")].map((swatch) => {
    const [box, look] = [swatch.getBoundingClientRect(), getComputedStyle(swatch)];
    const fill = box.height > 2 && look.borderTopWidth === "0px" ? look.backgroundColor : look.borderTopColor;
    const place = { x: x + box.left - home.left, y: y + box.top - home.top, width: box.width, height: box.height };
    return svg("rect", { ...place, fill });
  });
  return [...swatches, ...runs.map((run) => svg("text", {
    x: run.x, y: run.y, fill: style.color, "font-family": style.fontFamily, "font-size": size,
    "font-weight": style.fontWeight, text: run.text.trim(),
  }))];
}

/** @returns {string} the figure as text of an SVG file */
export function figureText(title) {
  return new XMLSerializer().serializeToString(figureOf(title));
}

/** Save the view as SVG. */
export function saveSvg(name, title) {
  download(`${name}.svg`, new Blob([figureText(title)], { type: "image/svg+xml" }));
}

/** Save the view as PNG, twice as fine as the screen's CSS pixels. */
export async function savePng(name, title) {
  const address = URL.createObjectURL(new Blob([figureText(title)], { type: "image/svg+xml" }));
  try {
    const picture = new Image();
    picture.src = address;
    await picture.decode();
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [2 * picture.width, 2 * picture.height];
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise((done) => canvas.toBlob(done, "image/png"));
    download(`${name}.png`, blob);
  } finally {
    URL.revokeObjectURL(address);
  }
}

/**
 * z, i, f, o, c, h of every layer, step and unit as CSV, in rows like those of `glasscell trace`: layers by name (each
 * direction is one), counted from 0, without skipped steps.
 * @returns {string[]} parts of the text
 */
export function gatesCsv(network, result) {
  const parts = [`layer,step,unit,${QUANTITIES.join(",")}\r\n`];
  result.layers.forEach(({ directions }, layer) => {
    directions.forEach((one, direction) => {
      const name = csvCell(network.layers[layer].directions[direction].name);
      for (let t = 0; t < result.steps; t++) {
        if (!result.mask[t]) continue;
        let rows = "";
        for (let u = 0; u < one.H; u++) {
          const numbers = QUANTITIES.map((quantity) => plainNumber(one[quantity][t * one.H + u]));
          rows += `${name},${t},${u},${numbers.join(",")}\r\n`;
        }
        parts.push(rows);
      }
    });
  });
  return parts;
}

/**
 * The answer step by step as CSV, counted from 0: the probes' answers, and in the last row the network's.
 * @param {string[]} names of the answers
 * @param {number} steps
 * @param {(t: number) => ?Float64Array} answerAt
 * @param {boolean} always whether the network itself answers at every step
 * @returns {string[]} parts of the text
 */
export function answersCsv(names, steps, answerAt, always = false) {
  const parts = [`step,by,${names.map(csvCell).join(",")}\r\n`];
  for (let t = 0; t < steps; t++) {
    const answer = answerAt(t);
    const by = always || t === steps - 1 ? "network" : "probe";
    if (answer) parts.push(`${t},${by},${Array.from(answer, plainNumber).join(",")}\r\n`);
  }
  return parts;
}

/**
 * The evidence as CSV: of each piece of the series, what it added for every class or target; steps counted from 0.
 * @param {string[]} names of the classes or targets
 * @param {Evidence} evidence in which all pieces have been run without
 * @returns {string[]} parts of the text
 */
export function evidenceCsv(names, evidence) {
  const parts = [`from,to,${names.map(csvCell).join(",")}\r\n`];
  for (const piece of evidence.pieces) {
    const numbers = names.map((_, k) => plainNumber(evidence.partOf(piece, k)));
    parts.push(`${piece.from},${piece.to},${numbers.join(",")}\r\n`);
  }
  return parts;
}

/** Save parts of a CSV file. */
export function saveCsv(name, parts) {
  download(`${name}.csv`, new Blob(parts, { type: "text/csv;charset=utf-8" }));
}

function plainNumber(v) {
  return Number.isNaN(v) ? "" : String(Number(v.toPrecision(9)));
}

function csvCell(text) {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
