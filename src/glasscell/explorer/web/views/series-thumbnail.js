/** A small picture of a series: a few channels as lines, many as rows of light and dark. */

import { d3 } from "../d3/d3.js";
import { svg } from "../kit/dom.js";
import { linePath } from "../kit/charts.js";

const MAX_THIN_LINES = 3;
const [THUMB_WIDTH, THUMB_HEIGHT] = [60, 32];
const THUMB_COLUMNS = 30;
const THUMB_SHADES = 4;

/** @returns {SVGElement} all channels of a series (T, D) */
export function seriesThumbnail(x, T, D) {
  const picture = svg("svg", {
    viewBox: `0 0 ${THUMB_WIDTH} ${THUMB_HEIGHT}`, class: "thumbnail wide", "aria-hidden": "true", preserveAspectRatio: "none",
  });
  picture.append(svg("rect", { class: "pixel-paper", width: THUMB_WIDTH, height: THUMB_HEIGHT }));
  const draw = D <= MAX_THIN_LINES ? linesOf : rowsOf;
  picture.append(...draw(x, T, D));
  return picture;
}

function rangeOfChannel(x, T, D, d) {
  const [low, high] = d3.extent(Array.from({ length: T }, (_, t) => x[t * D + d]));
  return low === undefined ? null : [low, high > low ? high : low + 1];
}

function linesOf(x, T, D) {
  const X = d3.scaleLinear([0, Math.max(T - 1, 1)], [2, THUMB_WIDTH - 2]);
  return Array.from({ length: D }, (_, d) => {
    const range = rangeOfChannel(x, T, D, d);
    const path = range ? linePath(x, d, D, T, X, d3.scaleLinear(range, [THUMB_HEIGHT - 3, 3]), THUMB_WIDTH) : "";
    return svg("path", { class: `line stroke-x thin thin-${d}`, d: path });
  });
}

/** A row for each channel, dark where it is high beside its own range: one path for each shade, few elements in all. */
function rowsOf(x, T, D) {
  const columns = Math.min(T, THUMB_COLUMNS);
  const [width, height] = [THUMB_WIDTH / columns, THUMB_HEIGHT / D];
  const paths = Array.from({ length: THUMB_SHADES }, () => "");
  for (let d = 0; d < D; d++) {
    const range = rangeOfChannel(x, T, D, d);
    for (let column = 0; range && column < columns; column++) {
      const share = (x[Math.floor((column * T) / columns) * D + d] - range[0]) / (range[1] - range[0]);
      if (!(share > 0.15)) continue;
      const shade = Math.min(Math.floor(share * THUMB_SHADES), THUMB_SHADES - 1);
      paths[shade] += `M${(column * width).toFixed(1)} ${(d * height).toFixed(1)}h${width.toFixed(1)}v${height.toFixed(1)}h${(-width).toFixed(1)}z`;
    }
  }
  return paths.map((d, shade) => svg("path", { class: "shade", "fill-opacity": ((shade + 1) / THUMB_SHADES).toFixed(2), d }));
}
