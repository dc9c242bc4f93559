/** How the answer came together: the probes' answers step by step, and apart from them the network's own. */

import { byId, html, put, svg, watchWidth } from "../kit/dom.js";
import { word } from "../words/language.js";
import { lineChart, scrubbing } from "../kit/charts.js";
import { colourTable } from "../kit/colours.js";
import { isBounded } from "../network/ceiling.js";
import { wayOf } from "../network/way.js";

const COURSE_GAP = 8; // between the probes and the network
const COURSE_WORDS = 18; // below the map: the probes and the network

/** A direction that reads backwards knows what is still to come: there nothing comes together step by step. */
function titleOf({ network }) {
  const key = wayOf(network) === "forth" ? "course.title" : "course.title.both";
  return html("h3", { "data-word": key, "data-figure": "" });
}

/**
 * Classes × steps as a small heat map: how the decision came together. The network's own answer stands apart from the
 * probes': a jump between them is not a jump of the network. Where its read-out bounds what it can say, it is shown as
 * it would be without that: on the scale of the probes.
 */
export function courseMap(app) {
  const box = byId("answer-steps");
  const title = titleOf(app);
  const canvas = html("canvas", { class: "course", role: "img", "data-figure": "" });
  const last = html("canvas", { class: "course", "aria-hidden": "true", "data-figure": "", width: 1 });
  const over = svg("svg", { class: "over", "aria-hidden": "true", "data-figure": "" });
  const frameBox = html("div", { class: "course-box" }, canvas, last, over);
  box.append(title, frameBox);
  const now = svg("line", { class: "now" });
  const texts = [];
  const below = [svg("text", { class: "tick" }), svg("text", { class: "tick", "text-anchor": "end" })];
  over.append(now, ...below);
  const { activation } = app.network.readOut;
  const isBound = isBounded(app.network.readOut);
  let drawn = null;
  let table = null;
  let [left, width, steps] = [0, 0, 1];
  /** Where the probes' steps end, and where the network's answer begins. */
  const edges = () => {
    const own = Math.min(Math.max((width - left) / steps, 16), 40);
    return { end: Math.max(width - own - COURSE_GAP, left + 10), own };
  };
  scrubbing(frameBox, (share) => {
    const { end } = edges();
    const at = Math.floor(((share * width - left) / (end - left)) * (steps - 1));
    const isLast = share * width > end + COURSE_GAP / 2;
    app.set({ playing: false, t: isLast ? steps - 1 : Math.min(Math.max(at, 0), Math.max(steps - 2, 0)) });
  });
  const size = watchWidth(frameBox, () => app.redraw());
  return {
    update(frame, { shown, names, ...place }) {
      ({ steps } = frame);
      ({ left } = place);
      ({ width } = size);
      const row = Math.round(Math.min(Math.max(110 / shown.length, 13), 24));
      const height = shown.length * row;
      const key = [frame.version, frame.look, width, shown.join()];
      if (drawn === null || key.some((part, k) => part !== drawn[k])) {
        if (drawn === null || drawn[1] !== frame.look) table = colourTable("p");
        drawn = key;
        const { end, own } = edges();
        for (const { one, from, to } of [
          { one: canvas, from: left, to: end }, { one: last, from: end + COURSE_GAP, to: end + COURSE_GAP + own },
        ]) {
          one.style.left = `${from}px`;
          one.style.width = `${to - from}px`;
          one.style.height = `${height}px`;
        }
        frameBox.style.height = `${height + COURSE_WORDS}px`;
        const probed = Math.max(steps - 1, 0);
        const columns = Math.min(probed, 400);
        const at = Array.from({ length: columns }, (_, column) => Math.floor((column * probed) / columns));
        paint(canvas, at.map((t) => frame.answer("held", t)), shown);
        paint(last, [frame.result.shown], shown);
        put(over, { width, height: height + COURSE_WORDS, viewBox: `0 0 ${width} ${height + COURSE_WORDS}` });
        put(below[0], { x: left, y: height + 13, text: probed > 0 ? word("course.probes") : "" });
        const name = isBound ? word("course.unbounded", { activation }) : word("course.network");
        put(below[1], { x: width, y: height + 13, text: name });
        while (texts.length < shown.length) {
          texts.push(svg("text", { class: "tick", "text-anchor": "end" }));
          over.append(texts.at(-1));
        }
        texts.forEach((text, n) => put(text, { x: left - 8, y: (n + 0.5) * row + 4, text: names[n] ?? "" }));
      }
      const { end, own } = edges();
      const isLast = frame.t === steps - 1;
      const x = isLast ? end + COURSE_GAP + own / 2 : left + ((frame.t + 0.5) / (steps - 1)) * (end - left);
      put(now, { x1: x, x2: x, y1: 0, y2: height });
      put(canvas, { "aria-label": word("course.label") });
    },
  };

  /** A column for each answer, a row for each class. */
  function paint(where, answers, shown) {
    const columns = Math.max(answers.length, 1);
    put(where, { width: columns, height: shown.length });
    const picture = new ImageData(columns, shown.length);
    const pixels = new Uint32Array(picture.data.buffer);
    answers.forEach((answer, column) => shown.forEach((k, n) => {
      pixels[n * columns + column] = table[answer ? Math.round(255 * answer[k]) : 0];
    }));
    where.getContext("2d").putImageData(picture, 0, 0);
  }
}

/** Numbers over the steps: the probes as a line, the network's answer as a dot at the end, the truth as a level. */
export function courseLines(app) {
  const box = byId("answer-steps");
  box.append(titleOf(app));
  const chart = lineChart(box, {
    height: 150, redraw: () => app.redraw(), choose: (t) => app.set({ playing: false, t }),
  });
  const legend = html("p", { class: "legend", "data-figure": "" });
  box.append(legend);
  return {
    update(frame, { truth }) {
      const { steps, t, version, look } = frame;
      const last = steps - 1;
      const of = (which, k) => Float64Array.from({ length: steps }, (_, s) => {
        return s < last ? frame.answer(which, s)?.[k] ?? NaN : NaN;
      });
      const levels = truth.filter(Number.isFinite);
      const known = chart.known;
      if (!known || known.version !== version || known.look !== look) {
        const [lines, marks] = [[], []];
        for (let k = 0; k < app.network.C; k++) {
          for (const which of frame.isHeld ? ["free", "held"] : ["held"]) {
            const ghost = which === "free";
            lines.push({ values: of(which, k), first: 0, stride: 1, name: "probe", ghost });
            marks.push({ t: last, value: frame.answer(which, last)[k], ghost });
          }
        }
        const keys = ["probes", "network", ...(levels.length ? ["truth"] : [])];
        legend.replaceChildren(...keys.map((name) => {
          const swatch = html("span", { class: `swatch course-${name}` });
          return html("span", { class: "key" }, swatch, word(`course.${name}`));
        }));
        const ranges = Array.from({ length: app.network.C }, (_, k) => frame.range(k));
        const [low, high] = [Math.min(...ranges.map(([a]) => a)), Math.max(...ranges.map(([, b]) => b))];
        chart.known = { version, look, lines, marks, levels, low, high };
      }
      chart.update({ ...chart.known, key: [version, look], label: word("course.label"), steps, t });
    },
  };
}
