/** Why the step in view has its label: a strip of what each step added, the steps that it rests on lit in the curves and bands. */

import { byId, html, put, svg, watchWidth } from "../../../explorer/web/kit/dom.js";
import { signed, word } from "../../../explorer/web/words/language.js";
import { d3 } from "../../../explorer/web/d3/d3.js";
import { barBelow } from "../../../explorer/web/views/evidence-strip.js";
import { INSET } from "../../../explorer/web/views/strip.js";
import { StepsEvidence } from "./step-evidence.js";
import { lightsOf, whyInWords } from "./why-words.js";

const WHY_HEIGHT = 60; // of the strip
const SLICE = 8; // milliseconds of reruns between two frames

/**
 * @param {object} app
 * @returns {{element: HTMLElement, update: function(object)}}
 */
export function whyView(app) {
  const plot = svg("svg", { class: "evidence-strip", role: "img", height: WHY_HEIGHT, "data-figure": "" });
  const over = svg("svg", { class: "steps-over", "aria-hidden": "true" });
  const lights = svg("g");
  const now = svg("line", { class: "now", y1: 0, y2: "100%" });
  over.append(lights, now);
  byId("stack").append(over);
  const element = html("div", { class: "why-box" }, plot);
  const size = watchWidth(byId("stack"), () => app.redraw());
  let all = { version: null, evidence: null };
  let current = null;
  let timer = null;
  let drawn = null;

  function gatherSome() {
    timer = null;
    current.gather(SLICE);
    app.redraw();
  }

  function draw(evidence, steps, X) {
    const done = evidence.pieces.filter(({ outputs }) => outputs !== null);
    const parts = done.map((piece) => evidence.partOf(piece, evidence.best));
    const reach = parts.reduce((most, v) => Math.max(most, Math.abs(v)), 1e-9);
    const paths = { "bar best": "", "bar against": "" };
    const place = { T: steps, stride: 1, width: size.width, left: INSET.left, height: WHY_HEIGHT };
    done.forEach((piece, n) => {
      paths[parts[n] < 0 ? "bar against" : "bar best"] += barBelow(piece, parts[n] / reach, place);
    });
    const isShown = reach >= 0.005;
    const ends = [[reach, 13], [-reach, WHY_HEIGHT - 3]].map(([v, y]) => {
      return svg("text", { class: "tick", x: INSET.left - 6, y, "text-anchor": "end", text: isShown ? signed(v) : "" });
    });
    const line = svg("line", { class: "axis", x1: INSET.left, x2: size.width - INSET.right, y1: WHY_HEIGHT / 2, y2: WHY_HEIGHT / 2 });
    plot.replaceChildren(line, ...(isShown ? Object.entries(paths).map(([name, d]) => svg("path", { class: name, d })) : []), ...ends);
    const half = Math.max((X(1) - X(0)) / 2, 0.5);
    const lit = evidence.complete ? lightsOf(evidence) : [];
    lights.replaceChildren(...lit.map(({ from, to }) => svg("rect", {
      class: "lit-steps", "data-from": from, "data-to": to, y: 0, height: "100%", x: (X(from) - half).toFixed(1), width: (X(to) - X(from) + 2 * half).toFixed(1),
    })));
  }

  return {
    element,
    update({ runs, version, look, steps, t, state, labels: { held: { best } } }) {
      if (all.version !== version) all = { version, evidence: new StepsEvidence(app.network, runs) };
      const { isWhole } = all.evidence;
      current = all.evidence.at(t);
      const isWaiting = state.playing && !isWhole; // reruns for one step alone would come too late
      if (!current.complete && !isWaiting) {
        if (isWhole && !current.complete) current.gather(SLICE);
        if (!current.complete && timer === null) timer = setTimeout(gatherSome, 0);
      }
      const X = d3.scaleLinear([0, Math.max(steps - 1, 1)], [INSET.left, size.width - INSET.right]);
      put(now, { x1: X(t), x2: X(t) });
      const key = [current, current.runs, current.complete, look, size.width, isWaiting];
      if (drawn !== null && key.every((part, n) => part === drawn[n])) return;
      drawn = key;
      put(plot, { width: size.width, viewBox: `0 0 ${size.width} ${WHY_HEIGHT}` });
      draw(current, steps, X);
      const name = app.payload.classes[best[t]];
      const text = current.complete ? whyInWords(app.payload, current, t) : word(isWaiting ? "why.playing" : "why.wait");
      put(byId("why-title"), { text: word("why.title", { name, t: t + 1 }) });
      put(byId("why-words"), { text });
      put(plot, { "aria-label": word("why.strip", { name, t: t + 1 }) });
    },
  };
}
