/** The effect of each piece of the series on the prediction: exact reruns without its write, in idle time. */

import { d3 } from "../../../web/d3/d3.js";
import { byId, changeOfKey, put, svg, watchWidth } from "../../../web/kit/dom.js";
import { number, signed, word } from "../../../web/words/language.js";
import { answerInWords, answerName, askedOf } from "../../../web/views/answer.js";
import { evidenceStrip } from "./evidence-strip.js";
import { spanName } from "../../../web/views/origin-words.js";
import { ceilingOf } from "../../../web/network/ceiling.js";
import { MAX_SINGLE_STEPS, isInLogOdds, logOdds } from "../../../web/network/reruns.js";
import { argmax } from "../../../web/network/runs.js";

const ROW = 26;
const [NAMES_WIDTH, NUMBERS_WIDTH] = [84, 62];

/**
 * @param {App} app
 * @returns {View}
 */
export function evidenceView(app) {
  const box = byId("evidence-box");
  const plot = svg("svg", { class: "bars", role: "img", "data-figure": "" });
  box.append(plot);
  const size = watchWidth(box, () => app.redraw());
  const strip = evidenceStrip(app);
  const isNew = changeOfKey();
  let timer = null;
  let hits = []; // of each piece, with its steps
  const isOdds = isInLogOdds(app.network);

  /** Continue gathering, a little at a time, so that the page stays responsive. */
  function gatherSome() {
    timer = null;
    const more = app.runs.gatherEvidence(8);
    app.redraw();
    if (more) timer = setTimeout(gatherSome, 0);
  }

  /** A row for each piece that has been run without. */
  function draw(known, parts) {
    const { width } = size;
    const height = known.length * ROW + 4;
    const X = d3.scaleLinear([Math.min(0, ...parts), Math.max(0, ...parts)], [NAMES_WIDTH + 4, width - NUMBERS_WIDTH]);
    put(plot, { width, height, viewBox: `0 0 ${width} ${height}` });
    plot.replaceChildren(svg("line", { class: "axis", x1: X(0), x2: X(0), y1: 0, y2: height - 4 }));
    hits = known.map(({ from, to }, n) => {
      const y = n * ROW + 2;
      const [begin, end] = [X(Math.min(parts[n], 0)), X(Math.max(parts[n], 0))];
      const place = { x: begin, y: y + 3, width: Math.max(end - begin, 1), height: 16, rx: 3 };
      const hit = svg("rect", { x: 0, y, width, height: ROW, on: { click: () => app.set({ playing: false, t: from }) } });
      const name = from === to ? from + 1 : `${from + 1}–${to + 1}`;
      plot.append(
        svg("text", { class: "bar-name", x: NAMES_WIDTH - 8, y: y + 16, "text-anchor": "end", text: name }),
        svg("rect", { class: parts[n] < 0 ? "bar against" : "bar best", ...place }),
        svg("text", { class: "bar-value", x: width - NUMBERS_WIDTH + 6, y: y + 16, text: signed(parts[n]) }), hit,
      );
      return { hit, from, to };
    });
  }

  return {
    update({ runs, steps, t, version, look, state, result }) {
      const { evidence } = runs;
      const k = askedOf(app, result.answer);
      put(strip.key, { text: word("evidence.key", { name: answerName(app.payload, k) }) }); // at once, or the page would move
      if (isNew(version, look, size.width, strip.size.width, evidence.runs, k)) {
        if (timer === null && !evidence.complete) timer = setTimeout(gatherSome, 250);
        const known = evidence.pieces.filter(({ outputs }) => outputs !== null);
        if (known.length === 0) return; // the drawing stays until there is more
        const parts = known.map((piece) => evidence.partOf(piece, k));
        draw(known, parts);
        strip.draw(known, parts, state.input.T);
        describe(evidence, steps, k, known.length);
      }
      for (const { hit, from, to } of hits) put(hit, { class: from <= t && t <= to ? "hit is-now" : "hit" });
    },
  };

  function describe(evidence, steps, k, n) {
    const all = evidence.pieces.length;
    const text = n === all ? evidenceInWords(app.payload, evidence, k) : word("evidence.wait", { n, all });
    const name = answerName(app.payload, k);
    const heading = isOdds
      ? word("evidence.for", { name, whole: signed(logOdds(evidence.whole, k)) })
      : word("evidence.of", { name, whole: number(evidence.whole[k]) });
    const [title, first] = steps <= MAX_SINGLE_STEPS
      ? ["evidence.title", "evidence.hint"] : ["evidence.title.pieces", "evidence.hint.pieces"];
    const hint = [
      word(first),
      isOdds ? word("evidence.explained") : "",
      isOdds && ceilingOf(app.network.readOut) < 1 ? word("evidence.unbounded", app.network.readOut) : "",
      app.network.C > 1 ? word("evidence.ask") : "",
    ];
    put(byId("evidence-title"), { text: word(title) });
    put(byId("evidence-hint"), { text: hint.filter(Boolean).join(" ") });
    put(byId("evidence-for"), { text: heading });
    put(byId("evidence-words"), { text });
    put(plot, { "aria-label": `${heading} ${text}` });
  }
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
