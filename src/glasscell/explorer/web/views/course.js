/** How the prediction was formed: the probes' predictions step by step, and separately the network's own. */

import { d3 } from "../d3/d3.js";
import { byId, changeOfKey, html, put, svg, watchWidth } from "../kit/dom.js";
import { word } from "../words/language.js";
import { chartIn, levelsAt, linePath, rulesOf, scrubbing, stepAt, stepScale, stepsBelow } from "../kit/charts.js";
import { colourTable, paintPixels } from "../kit/colours.js";
import { isBounded } from "../network/ceiling.js";
import { directionOf } from "../network/direction.js";

const GAP = 8; // between the probes and the network
const WORDS = 18; // below the map: the probes and the network
const EDGES = { left: 40, right: 10, top: 8, bottom: 22 }; // of the lines
const MAX_STEPS_OF_BROAD_LINES = 200; // with more they are thin, or they would hide each other

/** A backward direction knows the later steps: its prediction is not formed step by step. */
function titleOf({ network }) {
  const key = directionOf(network) === "forth" ? "course.title" : "course.title.both";
  return html("h3", { "data-word": key, "data-figure": "" });
}

/**
 * Classes × steps as a small heat map of how the decision was formed. The network's own prediction is apart from the
 * probes': a jump between them is not a jump of the network. If its output layer is bounded, it is shown as
 * it would be without that: on the scale of the probes.
 */
export function courseMap(app) {
  const canvas = html("canvas", { class: "course", role: "img", "data-figure": "" });
  const over = svg("svg", { class: "over", "aria-hidden": "true", "data-figure": "" });
  const box = html("div", { class: "course-box" }, canvas, over);
  byId("answer-steps").append(titleOf(app), box);
  const now = svg("line", { class: "now", y1: 0 });
  const { activation } = app.network.readOut;
  const network = isBounded(app.network.readOut) ? ["course.unbounded", { activation }] : ["course.network"];
  const isOther = changeOfKey();
  const size = watchWidth(box, () => app.redraw());
  let [left, end, last] = [0, 0, 0]; // where the probes begin and end, and the last step
  const stepOf = (x) => (x > end + GAP / 2 ? last : Math.min(Math.max(Math.floor((x / end) * last), 0), last - 1));
  scrubbing(box, (share) => app.set({ playing: false, t: stepOf(share * size.width - left) }));

  return {
    update(frame, { shown, names, left: from }) {
      const { steps, t, version, look } = frame;
      const width = Math.round(size.width - from);
      const own = steps > 1 ? Math.min(Math.max(width / steps, 16), 40) : width + GAP; // of one step there are no probes
      [left, end, last] = [from, width - own - GAP, steps - 1];
      const row = Math.round(Math.min(Math.max(110 / shown.length, 13), 24));
      const height = shown.length * row;
      if (isOther(version, look, width, left, shown.join())) {
        const table = colourTable("p");
        paintPixels(canvas, width, shown.length, (x, n) => {
          const isGap = x >= end && x < end + GAP;
          return isGap ? 0 : table[Math.round(255 * (frame.answer("held", stepOf(x))?.[shown[n]] ?? 0))];
        });
        Object.assign(canvas.style, { left: `${left}px`, width: `${width}px`, height: `${height}px` });
        box.style.height = `${height + WORDS}px`;
        put(over, { width: size.width, height: height + WORDS });
        const text = (x, y, anchor, words) => svg("text", { class: "tick", x, y, "text-anchor": anchor, text: words });
        over.replaceChildren(
          now, ...names.map((name, n) => text(left - 8, (n + 0.5) * row + 4, "end", name)),
          text(left, height + 13, "start", steps > 1 ? word("course.probes") : ""),
          text(size.width, height + 13, "end", word(...network)),
        );
      }
      const x = left + (t === last ? end + GAP + own / 2 : ((t + 0.5) / last) * end);
      put(now, { x1: x, x2: x, y2: height });
      put(canvas, { "aria-label": word("course.label") });
    },
  };
}

/** Targets over the steps: the probes as a line, the network's prediction as a dot at the end, the truth as a level. */
export function courseLines(app) {
  const box = byId("answer-steps");
  box.append(titleOf(app));
  const chart = chartIn(box, { height: 150, edges: EDGES, redraw: () => app.redraw() });
  const legend = html("p", { class: "legend", "data-figure": "" });
  box.append(legend);
  const now = svg("line", { class: "now", y1: EDGES.top - 4, y2: 150 - EDGES.bottom });
  let X = stepScale(1, 0, 1);
  scrubbing(chart.plot, (share) => {
    app.set({ playing: false, t: stepAt(share, app.shape().steps) });
  }, EDGES.left, EDGES.right);

  /** A target's probes and the network's prediction, with clamps and, dashed, without. */
  function linesOf(frame, k, Y, width) {
    const last = frame.steps - 1;
    return (frame.isHeld ? ["free", "held"] : ["held"]).flatMap((which) => {
      const ghost = which === "free" ? " ghost" : "";
      const fine = last >= MAX_STEPS_OF_BROAD_LINES ? " fine" : "";
      const values = Array.from({ length: last }, (_, t) => frame.answer(which, t)?.[k] ?? NaN);
      return [
        svg("path", { class: `line stroke-probe${fine}${ghost}`, d: linePath(values, 0, 1, last, X, Y, width) }),
        svg("circle", { class: `dot${ghost}`, cx: X(last), cy: Y(frame.answer(which, last)[k]), r: 5 }),
      ];
    });
  }

  return {
    update(frame, { truth }) {
      const { steps, t, version, look } = frame;
      const levels = truth.filter(Number.isFinite);
      chart.draw([version, look], word("course.label"), ({ width, left, right, top, bottom }) => {
        legend.replaceChildren(...["probes", "network", ...(levels.length ? ["truth"] : [])].map((name) => {
          return html("span", { class: "key" }, html("span", { class: `swatch course-${name}` }), word(`course.${name}`));
        }));
        const targets = [...Array(app.network.C).keys()];
        X = stepScale(steps, left, right);
        const Y = d3.scaleLinear(d3.extent(targets.flatMap((k) => frame.range(k))), [bottom, top]);
        return [
          ...rulesOf(Y, left, right), ...stepsBelow(X, steps, width, bottom + 17), ...levelsAt(levels, Y, left, right),
          ...targets.flatMap((k) => linesOf(frame, k, Y, width)), now,
        ];
      });
      put(now, { x1: X(t), x2: X(t) });
    },
  };
}
