/** Why the step in view has its label: a strip of what each step added, what it rests on lit in the curves and bands. */

import { byId, changeOfKey, html, put, svg, watchWidth } from "../../../explorer/web/kit/dom.js";
import { signed, word } from "../../../explorer/web/words/language.js";
import { d3 } from "../../../explorer/web/d3/d3.js";
import { barBelow } from "../../../explorer/series/web/views/evidence-strip.js";
import { INSET } from "../../../explorer/series/web/views/strip.js";
import { StepsEvidence } from "./step-evidence.js";
import { lightsOf, whyInWords } from "./why-words.js";

const WHY_HEIGHT = 60; // of the strip
const SLICE = 8; // milliseconds of reruns between two frames

/**
 * @param {StepsApp} app
 * @returns {Part}
 */
export function whyView(app) {
  const plot = svg("svg", { class: "evidence-strip", role: "img", height: WHY_HEIGHT, "data-figure": "" });
  const lights = svg("g");
  const now = svg("line", { class: "now", y1: 0, y2: "100%" });
  byId("stack").append(svg("svg", { class: "steps-over", "aria-hidden": "true" }, lights, now));
  const size = watchWidth(byId("stack"), () => app.redraw());
  let all = null; // the evidence of one run, and its version
  let current = null;
  let timer = null;
  const isNew = changeOfKey();

  function gatherSome() {
    timer = null;
    current.gather(SLICE);
    app.redraw();
  }

  function draw(evidence, steps, X) {
    const { width } = size;
    const done = evidence.pieces.filter(({ outputs }) => outputs !== null);
    const parts = done.map((piece) => evidence.partOf(piece, evidence.best));
    const reach = Math.max(...parts.map(Math.abs));
    const isShown = reach >= 0.005;
    const place = { T: steps, stride: 1, width, left: INSET.left, height: WHY_HEIGHT };
    const barsOf = (name, isOf) => { // one path, for there may be hundreds
      const bars = done.map((piece, n) => (isShown && isOf(parts[n]) ? barBelow(piece, parts[n] / reach, place) : ""));
      return svg("path", { class: name, d: bars.join("") });
    };
    const end = (v, y) => {
      return svg("text", { class: "tick", x: INSET.left - 6, y, "text-anchor": "end", text: isShown ? signed(v) : "" });
    };
    const middle = WHY_HEIGHT / 2;
    put(plot, { width, viewBox: `0 0 ${width} ${WHY_HEIGHT}` });
    plot.replaceChildren(
      svg("line", { class: "axis", x1: INSET.left, x2: width - INSET.right, y1: middle, y2: middle }),
      barsOf("bar best", (v) => v >= 0), barsOf("bar against", (v) => v < 0), end(reach, 13), end(-reach, WHY_HEIGHT - 3),
    );
    const half = Math.max((X(1) - X(0)) / 2, 0.5);
    lights.replaceChildren(...(evidence.complete ? lightsOf(evidence) : []).map(({ from, to }) => {
      const place = { x: X(from) - half, width: X(to) - X(from) + 2 * half, y: 0, height: "100%" };
      return svg("rect", { class: "lit-steps", "data-from": from, "data-to": to, ...place });
    }));
  }

  return {
    element: html("div", { class: "why-box" }, plot),
    update({ runs, version, look, steps, t, state, labels: { held: { best } } }) {
      if (all?.version !== version) all = { version, evidence: new StepsEvidence(app.network, runs) };
      const { isWhole } = all.evidence;
      current = all.evidence.at(t);
      const isWaiting = state.playing && !isWhole; // reruns for a single step would come too late
      if (isWhole) current.gather(SLICE);
      if (!current.complete && !isWaiting) timer ??= setTimeout(gatherSome, 0);
      const X = d3.scaleLinear([0, Math.max(steps - 1, 1)], [INSET.left, size.width - INSET.right]);
      put(now, { x1: X(t), x2: X(t) });
      if (!isNew(current, current.runs, current.complete, look, size.width, isWaiting)) return;
      draw(current, steps, X);
      const values = { name: app.payload.classes[best[t]], t: t + 1 };
      const text = current.complete ? whyInWords(app.payload, current, t) : word(isWaiting ? "why.playing" : "why.wait");
      put(byId("why-title"), { text: word("why.title", values) });
      put(byId("why-words"), { text });
      put(plot, { "aria-label": word("why.strip", values) });
    },
  };
}
