/** What each piece of the series changed in the answer: exact reruns without its write, made when the page is idle. */

import { d3 } from "../d3/d3.js";
import { byId, put, svg, watchWidth } from "../kit/dom.js";
import { number, signed, word } from "../words/language.js";
import { rulesOf, scrubbing, stepsBelow } from "../kit/charts.js";
import { answerInWords, answerName } from "./answer.js";
import { askedOf } from "./asking.js";
import { digitThumbnail } from "./digit.js";
import { spanName } from "./origin-words.js";
import { ceilingOf } from "../network/ceiling.js";
import { MAX_SINGLE_STEPS, isInLogOdds, logOdds } from "../network/reruns.js";
import { argmax } from "../network/runs.js";

const ROW = 26;
const COLUMNS_HEIGHT = 190;
const COLUMNS_EDGE = { left: 44, right: 10 };

/**
 * @param {App} app
 * @returns {View}
 */
export function evidenceView(app) {
  const box = byId("evidence-box");
  const plot = svg("svg", { class: "bars", role: "img", "data-figure": "" });
  box.append(plot);
  const size = watchWidth(box, () => app.redraw());
  let drawn = null;
  let timer = null;
  let seen = null;
  const left = app.kind === "digit" ? 104 : 40;
  const { activation } = app.network.readOut;
  const isOdds = isInLogOdds(app.network);
  scrubbing(box, (share) => {
    if (seen.steps <= MAX_SINGLE_STEPS) return;
    const { left: from, right } = COLUMNS_EDGE;
    const across = (share * size.width - from) / (size.width - from - right);
    app.set({ playing: false, t: Math.min(Math.max(Math.floor(across * seen.steps), 0), seen.steps - 1) });
  });
  box.addEventListener("pointerdown", (event) => {
    const { step } = /** @type {SVGElement} */ (event.target).dataset;
    if (step !== undefined) app.set({ playing: false, t: Number(step) });
  });

  /** Continue gathering, a little at a time, so that the page stays responsive. */
  function gatherSome() {
    timer = null;
    const more = app.runs.gatherEvidence(8);
    app.redraw();
    if (more) timer = setTimeout(gatherSome, 0);
  }

  function drawRows(state, known, parts) {
    const { width } = size;
    const height = known.length * ROW + 4;
    const X = d3.scaleLinear(reachOfParts(parts), [left + 4, width - 62]);
    put(plot, { width, height, viewBox: `0 0 ${width} ${height}` });
    plot.replaceChildren(svg("line", { class: "axis", x1: X(0), x2: X(0), y1: 0, y2: height - 4 }));
    known.forEach(({ from: t }, n) => {
      const y = n * ROW + 2;
      const v = parts[n];
      plot.append(svg("text", { class: "bar-name", x: 20, y: y + 16, "text-anchor": "end", text: t + 1 }));
      if (app.kind === "digit") {
        const row = digitThumbnail(state.input.x.subarray(8 * t, 8 * t + 8));
        plot.append(put(row, { class: null, x: 28, y: y + 4, width: 72, height: 14 }));
      }
      const [from, to] = [X(Math.min(v, 0)), X(Math.max(v, 0))];
      plot.append(
        svg("rect", {
          class: v < 0 ? "bar against" : "bar best", x: from, y: y + 3, width: Math.max(to - from, 1), height: 16,
          rx: 3,
        }),
        svg("text", { class: "bar-value", x: width - 56, y: y + 16, text: signed(v) }),
        svg("rect", { class: "hit", "data-step": t, x: 0, y, width, height: ROW }),
      );
    });
  }

  function drawColumns(steps, known, parts) {
    const { width } = size;
    const height = COLUMNS_HEIGHT;
    const right = width - COLUMNS_EDGE.right;
    const X = d3.scaleLinear([0, steps], [COLUMNS_EDGE.left, right]); // of where a step begins
    const Y = d3.scaleLinear(reachOfParts(parts), [height - 24, 18]);
    put(plot, { width, height, viewBox: `0 0 ${width} ${height}` });
    const unit = isOdds ? word("evidence.odds") : "";
    plot.replaceChildren(
      svg("text", { class: "tick", x: COLUMNS_EDGE.left, y: 11, text: unit }), ...rulesOf(Y, COLUMNS_EDGE.left, right),
      ...stepsBelow((t) => X(t + 0.5), steps, width, height - 6),
    );
    known.forEach(({ from, to }, n) => {
      const v = parts[n];
      const ends = [X(from), X(to + 1)];
      const gap = Math.min((ends[1] - ends[0]) / 6, 1.5);
      const [top, bottom] = [Y(Math.max(v, 0)), Y(Math.min(v, 0))];
      const place = { x: ends[0] + gap, y: top, width: ends[1] - ends[0] - 2 * gap, height: Math.max(bottom - top, 1) };
      const title = svg("title", { text: word("evidence.piece", { span: spanName(from, to), part: signed(v) }) });
      plot.append(svg("rect", { class: v < 0 ? "bar against" : "bar best", ...place }, title));
    });
  }

  return {
    update(frame) {
      seen = frame;
      const { runs, steps, t, version, look, state, result } = frame;
      const { evidence } = runs;
      const k = askedOf(app, result.answer);
      const key = [version, look, size.width, evidence.runs, k, state.input];
      if (drawn === null || key.some((part, n) => part !== drawn[n])) {
        if (timer === null && !evidence.complete) timer = setTimeout(gatherSome, 250);
        drawn = key;
        const known = evidence.pieces.filter(({ outputs }) => outputs !== null);
        if (known.length === 0) return; // what is drawn stays until there is more
        const parts = known.map((piece) => evidence.partOf(piece, k));
        if (steps <= MAX_SINGLE_STEPS) drawRows(state, known, parts);
        else drawColumns(steps, known, parts);
        describe(evidence, steps, k, known.length);
      }
      for (const hit of plot.querySelectorAll("rect")) {
        if (hit.dataset.step) put(hit, { class: Number(hit.dataset.step) === t ? "hit is-now" : "hit" });
      }
    },
  };

  function describe(evidence, steps, k, n) {
    const all = evidence.pieces.length;
    const text = n === all ? evidenceInWords(app.payload, evidence, k) : word("evidence.wait", { n, all });
    const name = answerName(app.payload, k);
    const heading = isOdds
      ? word("evidence.for", { name, whole: signed(logOdds(evidence.whole, k)) })
      : word("evidence.of", { name, whole: number(evidence.whole[k]) });
    const title = word(steps <= MAX_SINGLE_STEPS ? "evidence.title" : "evidence.title.pieces");
    put(byId("evidence-title"), { text: title });
    put(byId("evidence-hint"), { text: hintInWords(steps) });
    put(byId("evidence-for"), { text: heading });
    put(byId("evidence-words"), { text });
    put(plot, { "aria-label": `${heading} ${text}` });
  }

  function hintInWords(steps) {
    const parts = [word(steps <= MAX_SINGLE_STEPS ? "evidence.hint" : "evidence.hint.pieces")];
    if (isOdds) parts.push(word("evidence.explained"));
    if (isOdds && ceilingOf(app.network.readOut) < 1) parts.push(word("evidence.unbounded", { activation }));
    if (app.network.C > 1) parts.push(word("evidence.ask"));
    return parts.join(" ");
  }
}

/** From the smallest part to the largest, with 0. */
function reachOfParts(parts) {
  const [low, high] = [Math.min(0, ...parts), Math.max(0, ...parts)];
  return low < high ? [low, high] : [0, 1];
}

/**
 * Which piece makes the largest part of the evidence for k, and without which the network would say something else.
 * @param {Evidence} evidence in which all pieces have been run without
 */
export function evidenceInWords(payload, evidence, k) {
  const { pieces, whole } = evidence;
  const parts = pieces.map((piece) => evidence.partOf(piece, k));
  const n = argmax(parts.map(Math.abs));
  const largest = Math.abs(parts[n]);
  const isShown = /[1-9]/.test(signed(parts[n]));
  const isAlone = parts.every((v, other) => other === n || Math.abs(v) < largest * (1 - 1e-9));
  const isOdds = isInLogOdds(evidence.network);
  const { from, to } = pieces[n];
  const part = isOdds ? word("evidence.in.odds", { part: signed(parts[n]) }) : signed(parts[n]);
  const size = isAlone ? "largest" : "equal";
  const words = !isShown ? word("evidence.none")
    : from === to ? word(`evidence.one.${size}`, { t: from + 1, part })
    : word(`evidence.several.${size}`, { from: from + 1, to: to + 1, part });
  if (!payload.classes) {
    const [with_, without] = [whole, pieces[n].outputs].map((one) => answerInWords(payload, one));
    return isShown && with_ !== without ? `${words} ${word("evidence.without", { without, answer: with_ })}` : words;
  }
  const said = argmax(whole);
  const turned = pieces.filter(({ outputs }) => argmax(outputs) !== said);
  const name = payload.classes[said];
  if (turned.length === 0) return `${words} ${word("evidence.stays", { name })}`;
  const turns = turned.map(({ from: a, to: b, outputs }) => {
    return word("evidence.turn", { span: spanName(a, b), other: payload.classes[argmax(outputs)] });
  });
  return `${words} ${word("evidence.turns", { name, turns: turns.join(word("comma")) })}`;
}
