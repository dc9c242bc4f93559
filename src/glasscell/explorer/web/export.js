/** The view as one SVG or PNG, and the numbers as CSV. */

import { byId, download, svg } from "./dom.js";
import { QUANTITIES } from "./reading.js";

const COPIED = [
  "fill", "fill-opacity", "stroke", "stroke-width", "stroke-opacity", "stroke-dasharray", "stroke-linejoin",
  "stroke-linecap", "opacity", "font-size", "font-weight", "font-family", "font-style", "visibility", "text-anchor",
];
const SHAPES = "path, rect, circle, line, text";
const EDGE = 24;

/**
 * Draw what the page shows as one SVG that stands on its own: every picture where it is on the page, and the headings.
 * @param {string} title
 * @returns {SVGElement}
 */
export function figureOf(title) {
  const main = byId("main").getBoundingClientRect();
  const [width, height] = [Math.ceil(main.width + 2 * EDGE), Math.ceil(main.height + 2 * EDGE + 30)];
  const figure = svg("svg", { width, height, viewBox: `0 0 ${width} ${height}`, xmlns: "http://www.w3.org/2000/svg" });
  const look = getComputedStyle(document.body);
  figure.append(svg("title", { text: title }), svg("rect", { width, height, fill: look.backgroundColor }), svg("text", {
    x: EDGE, y: EDGE + 8, fill: look.color, "font-family": look.fontFamily, "font-size": 20, "font-weight": 700, text: title,
  }));
  const place = (element) => {
    const box = element.getBoundingClientRect();
    return { x: box.x - main.x + EDGE, y: box.y - main.y + EDGE + 30, width: box.width, height: box.height };
  };
  for (const card of byId("main").querySelectorAll(".card")) {
    if (!card.querySelector("[data-figure]")) continue;
    const style = getComputedStyle(card);
    figure.append(svg("rect", { ...place(card), rx: 12, fill: style.backgroundColor, stroke: style.borderTopColor }));
  }
  for (const element of byId("main").querySelectorAll("[data-figure]")) {
    const box = place(element);
    if (box.width === 0) continue;
    if (element instanceof HTMLCanvasElement) {
      const href = element.toDataURL();
      figure.append(svg("image", { ...box, href, preserveAspectRatio: "none", "image-rendering": "pixelated" }));
    } else if (element instanceof SVGSVGElement) {
      const copy = copyWithStyle(element);
      for (const [name, value] of Object.entries(box)) copy.setAttribute(name, value);
      figure.append(copy);
    } else {
      figure.append(...copyOfText(element, box));
    }
  }
  return figure;
}

/** A copy of an SVG whose look is written into attributes, so that it needs no style sheet. */
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
    for (const name of ["class", "role", "tabindex", "data-figure", "data-step"]) element.removeAttribute(name);
    for (const name of element.getAttributeNames()) if (name.startsWith("aria-")) element.removeAttribute(name);
  }
  return copy;
}

/** Text as lines of SVG, broken as the page breaks them. */
function copyOfText(element, box) {
  const style = getComputedStyle(element);
  const size = parseFloat(style.fontSize);
  const lines = [];
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    for (let at = 0; at < node.length; at++) {
      const range = document.createRange();
      range.setStart(node, at);
      range.setEnd(node, at + 1);
      const { top } = range.getBoundingClientRect();
      if (lines.length === 0 || Math.abs(lines.at(-1).top - top) > size / 2) lines.push({ top, text: "" });
      lines.at(-1).text += node.data[at];
    }
  }
  const first = lines[0]?.top ?? 0;
  return lines.map(({ top, text }) => svg("text", {
    x: box.x, y: box.y + top - first + size, fill: style.color, "font-family": style.fontFamily, "font-size": size,
    "font-weight": style.fontWeight, text: text.trim(),
  }));
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
 * z, i, f, o, c, h of every layer, direction, step and unit as CSV, a row each; counted from 1.
 * @returns {string[]} parts of the text
 */
export function gatesCsv(result) {
  const parts = [`layer,direction,step,unit,${QUANTITIES.join(",")}\r\n`];
  result.layers.forEach(({ directions }, layer) => {
    for (const one of directions) {
      for (let t = 0; t < result.steps; t++) {
        let rows = "";
        for (let u = 0; u < one.H; u++) {
          const numbers = QUANTITIES.map((name) => plainNumber(one[name][t * one.H + u]));
          rows += `${layer + 1},${one.backwards ? "backward" : "forward"},${t + 1},${u + 1},${numbers.join(",")}\r\n`;
        }
        parts.push(rows);
      }
    }
  });
  return parts;
}

/**
 * The answer step by step as CSV: what the probes say, and in the last row the network.
 * @param {string[]} names of the answers
 * @param {number} steps
 * @param {function(number): ?Float64Array} answerAt
 * @returns {string[]} parts of the text
 */
export function answersCsv(names, steps, answerAt) {
  const parts = [`step,by,${names.map(csvCell).join(",")}\r\n`];
  for (let t = 0; t < steps; t++) {
    const answer = answerAt(t);
    if (answer) parts.push(`${t + 1},${t === steps - 1 ? "network" : "probe"},${Array.from(answer, plainNumber).join(",")}\r\n`);
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
