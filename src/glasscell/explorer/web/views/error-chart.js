/** How the error falls while networks are trained: a line for each, powers of ten from bottom to top. */

import { d3 } from "../d3/d3.js";
import { put, svg, watchWidth } from "../kit/dom.js";
import { linePath } from "../kit/charts.js";
import { number, word } from "../words/language.js";

const CHART_HEIGHT = 230;
const CHART_EDGE = { left: 52, right: 14, top: 10, bottom: 40 };
const LOWEST = 0.0003; // share of the targets' variance
const HIGHEST = 3;

/**
 * @param {HTMLElement} box
 * @param {() => void} redraw called where the width has changed
 * @param {{updates: number, solved: number}} bounds how many updates there will be, and which share is a solution
 * @returns {{draw: (lines: {shares: number[], look: string}[], points: number, label: string) => void}} shares at equal distances,
 *   from update 0; `points` when all updates are made
 */
export function errorChart(box, redraw, { updates, solved }) {
  const size = watchWidth(box, redraw);
  const plot = svg("svg", { class: "chart still", role: "img", height: CHART_HEIGHT });
  box.append(plot);
  return {
    draw(lines, points, label) {
      const { width } = size;
      const { left, top } = CHART_EDGE;
      const [right, bottom] = [width - CHART_EDGE.right, CHART_HEIGHT - CHART_EDGE.bottom];
      const X = d3.scaleLinear([0, points - 1], [left, right]);
      const Y = d3.scaleLog([LOWEST, HIGHEST], [bottom, top]).clamp(true);
      put(plot, { width, viewBox: `0 0 ${width} ${CHART_HEIGHT}`, "aria-label": label });
      plot.replaceChildren(
        svg("rect", { class: "solved", x: left, width: right - left, y: Y(solved), height: bottom - Y(solved) }),
        svg("text", { class: "tick", x: left + 8, y: bottom - 8, text: word("learning.solved", { share: inPercent(solved) }) }),
      );
      for (const v of Y.ticks(3)) {
        plot.append(
          svg("line", { class: "rule", x1: left, x2: right, y1: Y(v), y2: Y(v) }),
          svg("text", { class: "tick", x: left - 6, y: Y(v) + 4, "text-anchor": "end", text: inPercent(v) }),
        );
      }
      for (const share of [0, 0.25, 0.5, 0.75, 1]) {
        const [x, anchor] = [left + share * (right - left), share === 1 ? "end" : "middle"];
        plot.append(svg("text", { class: "tick", x, y: bottom + 17, "text-anchor": anchor, text: share * updates }));
      }
      plot.append(svg("text", {
        class: "tick", x: (left + right) / 2, y: bottom + 34, "text-anchor": "middle", text: word("learning.updates"),
      }));
      for (const { shares, look } of lines) {
        plot.append(svg("path", { class: `line ${look}`, d: linePath(shares, 0, 1, shares.length, X, Y, width) }));
        const last = shares.length - 1;
        plot.append(svg("circle", { class: `${look} end`, cx: X(last), cy: Y(shares[last]), r: 4 }));
      }
    },
  };
}

function inPercent(share) {
  return word("percent", { n: number(100 * share, share < 0.01 ? 1 : 0) });
}
