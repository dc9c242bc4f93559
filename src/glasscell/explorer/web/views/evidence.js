/** What each step's input changed in the answer: exact reruns without its write, made when the page is idle. */

import { byId, put, svg, watchWidth } from "../kit/dom.js";
import { number, signed, word } from "../words/language.js";
import { roundTicks, scale, scrubbing, stepTicks } from "../kit/charts.js";
import { answerInWords } from "./answer.js";
import { digitRow } from "./digit.js";
import { argmax } from "../network/runs.js";

const MAX_BAR_ROWS = 12; // with more steps the bars stand side by side
const ROW = 26;

/**
 * @param {object} app
 * @returns {{update: function(object)}}
 */
export function evidenceView(app) {
  const box = byId("evidence-box");
  const plot = svg("svg", { class: "bars", role: "img", "data-figure": "" });
  box.append(plot);
  const size = watchWidth(box, () => app.redraw());
  let drawn = null;
  let timer = null;
  let seen = null;
  const left = () => (app.kind === "digit" ? 104 : 40);
  scrubbing(box, (share) => {
    if (seen.steps > MAX_BAR_ROWS) {
      const across = (share * size.width - 40) / (size.width - 50);
      app.set({ playing: false, t: Math.round(Math.min(Math.max(across, 0), 1) * (seen.steps - 1)) });
    }
  });
  box.addEventListener("pointerdown", (event) => {
    const step = event.target.dataset?.step;
    if (step !== undefined) app.set({ playing: false, t: Number(step) });
  });

  /** Continue gathering, a little at a time, so that the page stays responsive. */
  function gatherSome() {
    timer = null;
    const more = app.runs.gatherEvidence(8);
    app.redraw();
    if (more) timer = setTimeout(gatherSome, 0);
  }

  function differences(runs) {
    const { answer } = runs.held;
    const k = app.payload.classes ? argmax(answer) : 0;
    return runs.evidence.answers.map((other) => answer[k] - other[k]);
  }

  function drawRows({ state, steps, evidence, values }) {
    const { width } = size;
    const reach = Math.max(0.02, ...values.map(Math.abs));
    const X = scale(-reach, reach, left() + 4, width - 62);
    put(plot, { width, height: steps * ROW + 4, viewBox: `0 0 ${width} ${steps * ROW + 4}` });
    plot.replaceChildren(svg("line", { class: "axis", x1: X(0), x2: X(0), y1: 0, y2: steps * ROW }));
    evidence.at.forEach((t, n) => {
      const y = t * ROW + 2;
      const v = values[n] ?? 0;
      plot.append(svg("text", { class: "bar-name", x: 20, y: y + 16, "text-anchor": "end", text: t + 1 }));
      if (app.kind === "digit") {
        const picture = digitRow(state.input.x, t, 72, 14);
        put(picture, { x: 28, y: y + 4 });
        plot.append(picture);
      }
      const [from, to] = [X(Math.min(v, 0)), X(Math.max(v, 0))];
      plot.append(
        svg("rect", {
          class: v < 0 ? "bar against" : "bar best", x: from, y: y + 3, width: Math.max(to - from, 1), height: 16,
          rx: 3,
        }),
        svg("text", {
          class: "bar-value", x: width - 56, y: y + 16,
          text: values[n] === undefined ? "…" : app.payload.classes ? signedPoints(v) : signed(v),
        }),
        svg("rect", { class: "hit", "data-step": t, x: 0, y, width, height: ROW }),
      );
    });
  }

  function drawColumns({ steps, evidence, values }) {
    const { width } = size;
    const height = 190;
    const reach = values.reduce((m, v) => Math.max(m, Math.abs(v)), 0.01);
    const X = scale(0, steps - 1, 40, width - 10);
    const Y = scale(-reach, reach, height - 24, 18);
    put(plot, { width, height, viewBox: `0 0 ${width} ${height}` });
    const unit = app.payload.classes ? word("evidence.points") : "";
    plot.replaceChildren(svg("text", { class: "tick", x: 40, y: 11, text: unit }));
    for (const v of roundTicks(-reach, reach, 4)) {
      plot.append(
        svg("line", { class: Math.abs(v) < 1e-12 ? "axis" : "rule", x1: 40, x2: width - 10, y1: Y(v), y2: Y(v) }),
        svg("text", { class: "tick", x: 34, y: Y(v) + 4, "text-anchor": "end",
          text: app.payload.classes ? number(100 * v, reach < 0.03 ? 1 : 0) : number(v, 2) }),
      );
    }
    for (const t of stepTicks(steps, Math.floor(width / 60))) {
      const anchor = X(t) > width - 22 ? "end" : "middle";
      plot.append(svg("text", { class: "tick", x: X(t), y: height - 6, "text-anchor": anchor, text: t + 1 }));
    }
    const each = Math.max(1, Math.min(8, ((width - 50) / evidence.at.length) * 0.7));
    const bars = { "bar best": "", "bar against": "" };
    values.forEach((v, n) => {
      const name = v < 0 ? "bar against" : "bar best";
      const x = X(evidence.at[n]) - each / 2;
      bars[name] += `M${x.toFixed(1)} ${Y(0).toFixed(1)}V${Y(v).toFixed(1)}h${each.toFixed(1)}V${Y(0).toFixed(1)}z`;
    });
    for (const [name, d] of Object.entries(bars)) plot.append(svg("path", { class: name, d }));
  }

  return {
    update(frame) {
      seen = frame;
      const { runs, steps, t, version, look, state } = frame;
      const { evidence } = runs;
      const key = [version, look, size.width, evidence.answers.length, state.input];
      if (drawn === null || key.some((part, k) => part !== drawn[k])) {
        if (timer === null && !evidence.complete) timer = setTimeout(gatherSome, 250);
        drawn = key;
        const values = differences(runs);
        if (evidence.at.length === 0) return; // what is drawn stays until there is more
        if (steps <= MAX_BAR_ROWS) drawRows({ state, steps, evidence, values });
        else drawColumns({ steps, evidence, values });
        describe(runs, values);
      }
      plot.querySelectorAll("[data-step]").forEach((hit) => {
        put(hit, { class: Number(hit.dataset.step) === t ? "hit is-now" : "hit" });
      });
    },
  };

  function describe({ evidence, held }, values) {
    const text = !evidence.complete
      ? word(evidence.every > 1 ? "evidence.wait.some" : "evidence.wait", {
        n: values.length, all: evidence.at.length, every: evidence.every, steps: held.steps,
      })
      : evidenceInWords(app.payload, evidence, held, values);
    put(byId("evidence-words"), { text });
    put(plot, { "aria-label": text });
  }
}

/**
 * Which step matters most, where one does: the answer as it is shown, or its class, has to change without it.
 * @param {number[]} values how much of the answer each step's write made
 */
export function evidenceInWords(payload, evidence, { answer, steps }, values) {
  const n = argmax(values.map(Math.abs));
  const largest = Math.abs(values[n]);
  const [whole, without] = [answer, evidence.answers[n]].map((one) => answerInWords(payload, one));
  const isOther = payload.classes ? (other) => argmax(other) !== argmax(answer) : () => false;
  const isSmall = payload.classes && largest < 0.01 && !evidence.answers.some(isOther);
  if (isSmall) return word("evidence.none", { answer: whole });
  if (without === whole && !evidence.answers.some(isOther)) return word("evidence.little", { answer: whole });
  const isAlone = values.every((v, other) => other === n || Math.abs(v) < largest * (1 - 1e-9));
  const words = word(isAlone ? "evidence.words" : "evidence.equal", { t: evidence.at[n] + 1, answer: whole, without });
  const some = evidence.every > 1 ? word("evidence.some", { every: evidence.every, steps }) : "";
  return `${words} ${some}`.trim();
}

function signedPoints(v) {
  return word("percent", { n: signed(100 * v, Math.abs(v) < 0.0995 ? 1 : 0) });
}
