/** The smallest LSTM: what it reads, its input gate, its memory, and its output beside the target. */

import { put, svg } from "../../../src/glasscell/explorer/web/kit/dom.js";
import { chartIn, linePath, stepScale } from "../../../src/glasscell/explorer/web/kit/charts.js";
import { d3 } from "../../../src/glasscell/explorer/web/d3/d3.js";
import { SWITCH, answersOf, targetsOf } from "../../../src/glasscell/explorer/web/network/gate-task.js";

const ROWS = [["x", "value"], ["i", "input gate"], ["c", "memory"], ["y", "output"]];
const ROW = 62;
const REACH = { x: 0.5, i: 1, c: 0.5, y: 1.5 }; // of the axes, which stay as they are while marks change
const GAP = 8;
const BOTTOM = ROWS.length * (ROW + GAP);

/** @param {HTMLElement} box @param {Stage} stage of the network of the task "write" */
export function writeFigure(box, stage) {
  const edges = { left: 92, right: 10, top: 0, bottom: 16 };
  const chart = chartIn(box, { height: BOTTOM + edges.bottom, edges, redraw: () => stage.redraw() });
  put(chart.plot, { role: "group" });
  const { x: values, T } = stage.state.input;
  const isOn = (x, t) => x[2 * t + SWITCH] > 0.5;
  const hits = Array.from({ length: T }, (_, t) => {
    const hit = svg("rect", { class: "bit-hit", role: "checkbox", tabindex: t === 0 ? 0 : -1, y: 0, height: BOTTOM });
    const flip = () => {
      const x = Float64Array.from(stage.state.input.x);
      x[2 * t + SWITCH] = isOn(x, t) ? 0 : 1;
      stage.set({ input: { x, T, example: null, edited: true } });
    };
    hit.addEventListener("click", flip);
    hit.addEventListener("keydown", (event) => {
      const next = hits[{ ArrowLeft: t - 1, ArrowRight: t + 1 }[event.key]];
      if (event.key === " " || event.key === "Enter") flip();
      else if (!next) return;
      hits.forEach((one) => put(one, { tabindex: one === (next ?? hit) ? 0 : -1 }));
      next?.focus();
      event.preventDefault();
    });
    return hit;
  });

  stage.views.push({
    update({ one, state: { input: { x } }, result }) {
      const lines = {
        x: values.filter((_, at) => at % 2 === 0), i: one.i, c: one.c, y: answersOf(stage.network, result),
      };
      chart.draw([x], "value, input gate, memory and output at every step", ({ width, left, right }) => {
        const X = stepScale(T, left, right);
        const slot = X(1) - X(0);
        hits.forEach((hit, t) => {
          put(hit, { x: X(t) - slot / 2, width: slot, "aria-checked": isOn(x, t), "aria-label": `mark of step ${t + 1}` });
        });
        const marked = [...hits.keys()].filter((t) => isOn(x, t));
        return [
          ...marked.map((t) => svg("rect", { class: "band", x: X(t) - slot / 2, width: slot, y: 0, height: BOTTOM })),
          ...ROWS.flatMap(([name, what], n) => {
            const top = n * (ROW + GAP);
            const Y = d3.scaleLinear([name === "i" ? 0 : -REACH[name], REACH[name]], [top + ROW, top + 4]);
            const path = (course) => linePath(course, 0, 1, T, X, Y, width);
            return [
              svg("line", { class: "axis", x1: left, x2: right, y1: Y(0), y2: Y(0) }),
              svg("text", { class: "row-name", x: 0, y: top + ROW / 2 + 4, text: what }),
              svg("text", { class: "tick", x: left - 6, y: top + 12, "text-anchor": "end", text: REACH[name].toFixed(1) }),
              ...(name === "y" ? [svg("path", { class: "broad", d: path(targetsOf("write", x)) })] : []),
              svg("path", { class: `line stroke-${name === "y" ? "x" : name}`, d: path(lines[name]) }),
            ];
          }),
          ...hits,
        ];
      });
    },
  });
  stage.redraw();
}
