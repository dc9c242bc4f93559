/** The conflict at the weight that a task needs: two arrows for each network, and what they say. */

import { byId, put, svg, watchWidth } from "../kit/dom.js";
import { signed, word } from "../words/language.js";
import { SOLVED } from "../network/training.js";

const HEAD_OF_ARROWS = 18;
const ROW_OF_ARROWS = 46;
const MARGIN_OF_ARROWS = 16;
const FEWEST_PIXELS = 3;
const BALANCE = 0.25; // the weaker push, as a share of the stronger one

/**
 * @param {() => void} redraw called where the width has changed
 * @returns {{draw: (comparison: ?Comparison, names: string[]) => void}} of the networks; null
 *   for nothing
 */
export function tugOfWar(redraw) {
  const plot = svg("svg", { class: "chart still", role: "img" });
  const size = watchWidth(byId("learn-course"), redraw);
  byId("tug-chart").append(plot);
  return {
    draw(comparison, names) {
      const pushes = comparison?.pushes() ?? null;
      put(byId("tug"), { hidden: pushes === null });
      if (pushes === null) return;
      const rows = [pushes.own, pushes.full];
      const { width } = size;
      const middle = width / 2;
      const strongest = Math.max(...rows.flatMap(({ marked, unmarked }) => [Math.abs(marked), Math.abs(unmarked)]), 1e-12);
      const reach = (middle - MARGIN_OF_ARROWS) / strongest;
      const height = HEAD_OF_ARROWS + rows.length * ROW_OF_ARROWS;
      const text = pushesInWords(comparison, pushes);
      put(plot, { width, height, viewBox: `0 0 ${width} ${height}`, "aria-label": text });
      plot.replaceChildren(svg("line", { class: "axis", x1: middle, x2: middle, y1: 4, y2: height }),
        svg("text", { class: "tick", x: middle - 10, y: 12, "text-anchor": "end", text: word("tug.less") }),
        svg("text", { class: "tick", x: middle + 10, y: 12, text: word("tug.more") }));
      rows.forEach(({ marked, unmarked }, k) => {
        const top = HEAD_OF_ARROWS + k * ROW_OF_ARROWS;
        plot.append(svg("text", { class: "tick", x: 0, y: top + 12, text: names[k] }));
        for (const [push, look, y] of [[marked, "marked", top + 18], [unmarked, "unmarked", top + 32]]) {
          const x = middle + Math.sign(push) * Math.max(Math.abs(push) * reach, FEWEST_PIXELS);
          plot.append(svg("path", { class: `push ${look}`, d: arrow(middle, x, y) }));
        }
      });
      put(byId("tug-words"), { text });
    },
  };
}

function arrow(from, to, y) {
  const tip = Math.min(Math.abs(to - from), 9) * Math.sign(to - from);
  const neck = to - tip;
  return `M${from} ${y - 2}L${neck} ${y - 2}L${neck} ${y - 6}L${to} ${y}L${neck} ${y + 6}L${neck} ${y + 2}L${from} ${y + 2}z`;
}

/** What the pushes are, and that they are a conflict only where they are one. */
export function pushesInWords({ choice, shares }, { own, full }) {
  const { task, lacks } = choice;
  const inNumbers = ({ marked, unmarked }) => ({ marked: signed(marked, 4), unmarked: signed(unmarked, 4) });
  const isOwnGateGone = lacks.includes(task === "write" ? "i" : "o");
  const [weaker, stronger] = [own.marked, own.unmarked].map(Math.abs).sort((a, b) => a - b);
  const isAgainst = own.marked * own.unmarked < 0 && weaker > BALANCE * stronger;
  return [
    word(`tug.${task}`, inNumbers(own)),
    isAgainst && isOwnGateGone && shares.own >= SOLVED ? word(`tug.against.${task}`) : "",
    word("tug.full", inNumbers(full)),
  ].filter(Boolean).join(" ");
}
