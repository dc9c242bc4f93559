/** How the error falls while networks are trained: a line for each, powers of ten from bottom to top. */

import { d3 } from "../../../web/d3/d3.js";
import { svg } from "../../../web/kit/dom.js";
import { chartIn, linePath, rulesAt } from "../../../web/kit/charts.js";
import { number, word } from "../../../web/words/language.js";

const EDGES = { left: 52, right: 14, top: 10, bottom: 40 };
const LOWEST = 0.0003; // fraction of the targets' variance
const HIGHEST = 3;

/**
 * @param {HTMLElement} box
 * @param {() => void} redraw called where the width has changed
 * @param {{updates: number, solved: number}} bounds the number of updates, and the fraction that is a solution
 * @returns {{draw: (lines: {shares: number[], look: string}[], points: number, label: string) => void}} fractions at
 *   equal distances, from update 0; `points` when all updates are made
 */
export function errorChart(box, redraw, { updates, solved }) {
  const chart = chartIn(box, { height: 230, edges: EDGES, redraw });
  chart.plot.classList.add("still");
  const text = (x, y, anchor, words) => svg("text", { class: "tick", x, y, "text-anchor": anchor, text: words });
  return {
    draw(lines, points, label) {
      chart.draw([lines], label, ({ width, left, right, top, bottom }) => {
        const X = d3.scaleLinear([0, points - 1], [left, right]);
        const Y = d3.scaleLog([LOWEST, HIGHEST], [bottom, top]).clamp(true);
        const at = (share) => left + share * (right - left);
        return [
          svg("rect", { class: "solved", x: left, width: right - left, y: Y(solved), height: bottom - Y(solved) }),
          text(left + 8, bottom - 8, "start", word("learning.solved", { share: inPercent(solved) })),
          ...rulesAt(Y.ticks(3).map((v) => ({ v, text: inPercent(v) })), Y, left, right),
          ...[0, 0.25, 0.5, 0.75].map((share) => text(at(share), bottom + 17, "middle", share * updates)),
          text(right, bottom + 17, "end", updates),
          text(at(0.5), bottom + 34, "middle", word("learning.updates")),
          ...lines.flatMap(({ shares, look }) => [
            svg("path", { class: `line ${look}`, d: linePath(shares, 0, 1, shares.length, X, Y, width) }),
            svg("circle", { class: `${look} end`, cx: X(shares.length - 1), cy: Y(shares.at(-1)), r: 4 }),
          ]),
        ];
      });
    },
  };
}

function inPercent(share) {
  return word("percent", { n: number(100 * share, share < 0.01 ? 1 : 0) });
}
