/** The smallest LSTM: what it reads, its input gate, its memory, and its output beside the target. */

import { put, svg, watchWidth } from "../../../src/glasscell/explorer/web/kit/dom.js";
import { d3 } from "../../../src/glasscell/explorer/web/d3/d3.js";
import { linePath } from "../../../src/glasscell/explorer/web/kit/charts.js";
import { SWITCH, answersOf, targetsOf } from "../../../src/glasscell/explorer/web/network/gate-task.js";

const ROWS = [["x", "value"], ["i", "input gate"], ["c", "memory"], ["y", "output"]];
const ROW = 62;
const REACH = { x: 0.5, i: 1, c: 0.5, y: 1.5 }; // of the axes, which stay as they are while marks change
const EDGE = { left: 92, right: 10, gap: 8 };
const HEIGHT = ROWS.length * (ROW + EDGE.gap) + 16;

/** @param {HTMLElement} box @param {object} stage of the network of the task "write" */
export function writeFigure(box, stage) {
  const plot = svg("svg", { class: "chart", height: HEIGHT });
  box.append(plot);
  const size = watchWidth(box, () => stage.redraw());
  const hits = Array.from({ length: stage.state.input.T }, (_, t) => {
    const hit = svg("rect", { class: "bit-hit", role: "checkbox", tabindex: t === 0 ? 0 : -1, y: 0, height: HEIGHT - 16 });
    const flip = () => {
      const { x, T } = stage.state.input;
      const changed = Float64Array.from(x);
      changed[2 * t + SWITCH] = changed[2 * t + SWITCH] > 0.5 ? 0 : 1;
      stage.set({ input: { x: changed, T } });
    };
    hit.addEventListener("click", flip);
    hit.addEventListener("keydown", (event) => {
      const to = { ArrowLeft: t - 1, ArrowRight: t + 1 }[event.key];
      if (event.key === " " || event.key === "Enter") flip();
      else if (to === undefined || !hits[to]) return;
      else {
        put(hit, { tabindex: -1 });
        put(hits[to], { tabindex: 0 });
        hits[to].focus();
      }
      event.preventDefault();
    });
    return hit;
  });

  stage.views.push({
    update({ one, state, result }) {
      const { x, T } = state.input;
      const { width } = size;
      const X = d3.scaleLinear([-0.5, T - 0.5], [EDGE.left, width - EDGE.right]);
      const slot = X(1) - X(0);
      const lines = {
        x: Float64Array.from({ length: T }, (_, t) => x[2 * t]), i: one.i, c: one.c,
        y: answersOf(stage.network, result), target: targetsOf("write", x),
      };
      const isOn = (t) => x[2 * t + SWITCH] > 0.5;
      put(plot, { viewBox: `0 0 ${width} ${HEIGHT}` });
      plot.replaceChildren(
        svg("path", { class: "band", d: [...hits.keys()].filter(isOn).map((t) => `M${X(t) - slot / 2} 0h${slot}V${HEIGHT - 16}h${-slot}z`).join("") }),
        ...ROWS.flatMap(([name, what], n) => {
          const top = n * (ROW + EDGE.gap);
          const reach = REACH[name];
          const Y = d3.scaleLinear([name === "i" ? 0 : -reach, reach], [top + ROW, top + 4]);
          const path = (values) => linePath(values, 0, 1, T, X, Y, width);
          const colour = name === "y" || name === "x" ? "x" : name;
          return [
            svg("line", { class: "axis", x1: EDGE.left, x2: width - EDGE.right, y1: Y(0), y2: Y(0) }),
            svg("text", { class: "row-name", x: 0, y: top + ROW / 2 + 4, text: what }),
            svg("text", { class: "tick", x: EDGE.left - 6, y: top + 12, "text-anchor": "end", text: reach.toFixed(1) }),
            ...(name === "y" ? [svg("path", { class: "broad", d: path(lines.target) })] : []),
            svg("path", { class: `line stroke-${colour}`, d: path(lines[name]) }),
          ];
        }),
        ...hits,
      );
      hits.forEach((hit, t) => put(hit, { x: X(t) - slot / 2, width: slot, "aria-checked": isOn(t), "aria-label": `mark of step ${t + 1}` }));
    },
  });
  stage.redraw();
}
