/** The answer: bars for the classes (or numbers), now and through the steps; the unclamped run as outlines. */

import { byId, html, put, svg, watchWidth } from "../kit/dom.js";
import { number, numberBeside, percent, word } from "../words/language.js";
import { lineChart, scale, scrubbing } from "../kit/charts.js";
import { colourTable } from "../kit/colours.js";
import { answersOf, meanError } from "../network/gate-task.js";
import { argmax } from "../network/runs.js";

const MAX_BARS = 12;
const BAR = 24;
const COURSE_GAP = 8; // between the probes and the network
const COURSE_WORDS = 18; // below the map: the probes and the network

/** @returns {string} the name of an answer: a class, or the name of a target */
export function answerName(payload, k) {
  if (payload.classes) return payload.classes[k];
  return payload.network.read_out.bias.shape[0] > 1 ? word("target", { n: k + 1 }) : word("target.only");
}

/** An answer in words: “7 (98 %)”, or a number. */
export function answerInWords(payload, answer) {
  if (!payload.classes) return Array.from(answer, (v, k) => target(payload, v, k)).join(", ");
  const best = argmax(answer);
  return word("answer.class", { name: payload.classes[best], share: percent(answer[best]) });
}

/** @returns {string} a number of target k */
function target({ network }, v, k) {
  return numberBeside(v, network.read_out.scale?.[k]);
}

/** @returns {string} how far the answers of a run are from the task's targets, on average */
export function errorInWords(app, result, targets) {
  const error = meanError(answersOf(app.network, result), targets);
  return number(error, error < 0.1 ? 3 : 2);
}

/** What clamps changed in the answer or, where targets are known at every step, in its error. */
export function changeInWords(app, freeRun, heldRun, targets = app.targets()) {
  const { payload } = app;
  if (targets) {
    const [before, after] = [freeRun, heldRun].map((run) => errorInWords(app, run, targets));
    return word("change.error", { before, after });
  }
  const [free, held] = [freeRun.answer, heldRun.answer];
  if (!payload.classes) {
    return word("change.number", { before: answerInWords(payload, free), after: answerInWords(payload, held) });
  }
  const [was, is] = [argmax(free), argmax(held)];
  const names = { before: payload.classes[was], after: payload.classes[is] };
  const shares = { was: percent(free[was]), is: percent(held[is]) };
  const key = was !== is ? "change.other" : shares.was === shares.is ? "change.none" : "change.same";
  return word(key, { ...names, ...shares });
}

/**
 * @param {object} app
 * @returns {{update: function(object)}}
 */
export function answerView(app) {
  const { payload } = app;
  const isClass = payload.classes !== null;
  const box = byId("answer-bars");
  const count = isClass ? Math.min(payload.classes.length, MAX_BARS) : app.network.C;
  const size = watchWidth(box, () => app.redraw());
  const plot = svg("svg", { class: "bars", role: "img", height: count * BAR + 4, "data-figure": "" });
  box.append(plot);
  const bars = Array.from({ length: count }, (_, n) => {
    const y = n * BAR + 2;
    const bar = {
      name: svg("text", { class: "bar-name", y: y + 16, "text-anchor": "end" }),
      track: svg("rect", { class: "track", y: y + 3, height: BAR - 7, rx: 3 }),
      fill: svg("rect", { class: "bar", y: y + 3, height: BAR - 7, rx: 3 }),
      ghost: svg("rect", { class: "bar-ghost", y: y + 3, height: BAR - 7, rx: 3 }),
      value: svg("text", { class: "bar-value", y: y + 16 }),
    };
    plot.append(bar.name, bar.track, bar.fill, bar.ghost, bar.value);
    return bar;
  });
  const course = !payload.probes ? null : isClass ? courseMap(app) : courseLines(app);
  put(byId("probe"), { hidden: app.task !== null });
  const bound = surestAnswer(app.network.readOut);
  const truthOf = (n) => app.examples[n]?.truth ?? null;

  function words(frame) {
    const { state, result, steps, t } = frame;
    const answer = frame.answer("held", t);
    if (frame.targets) return word("answer.step", { answer: answerInWords(payload, answer), t: t + 1 });
    if (t === steps - 1) return word("answer.final", { answer: answerInWords(payload, result.answer), steps });
    if (!answer) return word("answer.none", { t: t + 1, steps });
    return word("answer.probe", { answer: answerInWords(payload, answer), t: t + 1, steps });
  }

  return {
    update(frame) {
      const { state, t, result } = frame;
      const now = frame.answer("held", t);
      const ghost = frame.isHeld ? frame.answer("free", t) : null;
      const shown = isClass && payload.classes.length > MAX_BARS
        ? [...result.answer.keys()].sort((a, b) => result.answer[b] - result.answer[a]).slice(0, MAX_BARS)
        : [...Array(count).keys()];
      const { width } = size;
      const full = shown.map((k) => answerName(payload, k));
      const left = Math.min(Math.max(...full.map((name) => textWidth(name))) + 12, width * 0.4);
      const names = full.map((name) => fit(name, left - 12));
      const right = width - 62;
      put(plot, { width, viewBox: `0 0 ${width} ${count * BAR + 4}`, "aria-label": words(frame) });
      const best = now && isClass ? argmax(now) : -1;
      bars.forEach((bar, n) => {
        const k = shown[n];
        const [low, high] = isClass ? [0, 1] : frame.range(k);
        const X = scale(low, high, left, right);
        const origin = X(isClass ? 0 : Math.min(Math.max(0, low), high));
        const set = (shape, v) => {
          const end = v === null ? origin : Math.min(Math.max(X(v), left), right);
          put(shape, { x: Math.min(origin, end).toFixed(1), width: Math.abs(end - origin).toFixed(1) });
        };
        put(bar.name, { x: left - 8, text: names[n], class: `bar-name${k === best ? " best" : ""}` });
        put(bar.track, { x: left, width: Math.max(right - left, 0) });
        put(bar.fill, { class: `bar${k === best || !isClass ? " best" : ""}` });
        set(bar.fill, now ? now[k] : null);
        put(bar.ghost, { visibility: ghost ? "visible" : "hidden" });
        set(bar.ghost, ghost ? ghost[k] : null);
        put(bar.value, {
          x: right + 8, class: `bar-value${k === best ? " best" : ""}`,
          text: now ? (isClass ? percent(now[k]) : target(payload, now[k], k)) : "–",
        });
      });
      put(byId("answer-words"), { text: words(frame) });
      const { edited, example } = state.input;
      const truth = state.input.truth ?? (edited || example === null ? null : truthOf(example));
      const name = isClass ? payload.classes[truth]
        : truth === null ? undefined : [truth].flat().map((v, k) => target(payload, v, k));
      const wrong = frame.isHeld ? "truth.held" : "truth.wrong";
      put(byId("answer-truth"), {
        text: frame.targets ? word("truth.step", { truth: number(frame.targets[t]) })
          : truth === null || name === undefined ? word("truth.unknown")
          : word(!isClass ? "truth.number" : argmax(result.answer) === truth ? "truth.right" : wrong, {
            truth: name,
          }),
      });
      put(byId("probe-words"), { text: word(payload.probes ? "probe.words" : "probe.none") });
      const isBound = t === frame.steps - 1 && bound < 0.9;
      put(byId("answer-bound"), { text: isBound ? word("answer.bound", { share: percent(bound) }) : "" });
      course?.update(frame, shown, names, left);
    },
  };
}

/** The largest probability that a read-out can give: less than 1 where tanh bounds the logits. */
function surestAnswer({ C, activation, then, scale }) {
  return then === "softmax" && activation === "tanh" && !scale ? Math.E / (Math.E + (C - 1) / Math.E) : 1;
}

/** Shorten a name at its end to at most so many pixels. */
function fit(text, maxWidth) {
  if (textWidth(text) <= maxWidth) return text;
  const letters = [...text.slice(0, 200)];
  while (letters.length > 1 && textWidth(`${letters.join("")}…`) > maxWidth) letters.pop();
  return `${letters.join("").trimEnd()}…`;
}

const widths = new Map();
let ruler = null;

/** How wide a name is as the bars write it, bold. */
function textWidth(text) {
  if (!widths.has(text)) {
    ruler ??= document.createElement("canvas").getContext("2d");
    ruler.font = `bold 14px ${getComputedStyle(document.body).fontFamily}`;
    if (widths.size > 5000) widths.clear();
    widths.set(text, ruler.measureText(text).width);
  }
  return widths.get(text);
}

/**
 * Classes × steps as a small heat map: how the decision came together. The network's own answer stands apart from the
 * probes': a jump between them is not a jump of the network.
 */
function courseMap(app) {
  const box = byId("answer-steps");
  const title = html("h3", { "data-word": "course.title", "data-figure": "" });
  const canvas = html("canvas", { class: "course", role: "img", "data-figure": "" });
  const last = html("canvas", { class: "course", "aria-hidden": "true", "data-figure": "", width: 1 });
  const over = svg("svg", { class: "over", "aria-hidden": "true", "data-figure": "" });
  const frameBox = html("div", { class: "course-box" }, canvas, last, over);
  box.append(title, frameBox);
  const now = svg("line", { class: "now" });
  const texts = [];
  const below = [svg("text", { class: "tick" }), svg("text", { class: "tick", "text-anchor": "end" })];
  over.append(now, ...below);
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
    update(frame, shown, names, labelWidth) {
      ({ steps } = frame);
      left = labelWidth;
      ({ width } = size);
      const row = Math.round(Math.min(Math.max(110 / shown.length, 13), 24));
      const height = shown.length * row;
      const key = [frame.version, frame.look, width, shown.join()];
      if (drawn === null || key.some((part, k) => part !== drawn[k])) {
        if (drawn === null || drawn[1] !== frame.look) table = colourTable("p");
        drawn = key;
        const { end, own } = edges();
        for (const [one, from, to] of [[canvas, left, end], [last, end + COURSE_GAP, end + COURSE_GAP + own]]) {
          one.style.left = `${from}px`;
          one.style.width = `${to - from}px`;
          one.style.height = `${height}px`;
        }
        frameBox.style.height = `${height + COURSE_WORDS}px`;
        const probed = Math.max(steps - 1, 0);
        const columns = Math.min(probed, 400);
        const at = Array.from({ length: columns }, (_, column) => Math.floor((column * probed) / columns));
        paint(canvas, at.map((t) => frame.answer("held", t)), shown);
        paint(last, [frame.answer("held", steps - 1)], shown);
        put(over, { width, height: height + COURSE_WORDS, viewBox: `0 0 ${width} ${height + COURSE_WORDS}` });
        put(below[0], { x: left, y: height + 13, text: probed > 0 ? word("course.probes") : "" });
        put(below[1], { x: width, y: height + 13, text: word("course.network") });
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

/** Numbers over the steps: how a regression's answer came together. */
function courseLines(app) {
  const box = byId("answer-steps");
  box.append(html("h3", { "data-word": "course.title", "data-figure": "" }));
  const chart = lineChart(box, {
    height: 150, redraw: () => app.redraw(), choose: (t) => app.set({ playing: false, t }),
  });
  return {
    update(frame) {
      const { steps, t, version, look } = frame;
      const of = (which, k) => Float64Array.from({ length: steps }, (_, s) => frame.answer(which, s)?.[k] ?? NaN);
      const known = chart.known;
      if (!known || known.version !== version || known.look !== look) {
        const lines = [];
        for (let k = 0; k < app.network.C; k++) {
          if (frame.isHeld) lines.push({ values: of("free", k), first: 0, stride: 1, name: "c", ghost: true });
          lines.push({ values: of("held", k), first: 0, stride: 1, name: "c" });
        }
        const ranges = Array.from({ length: app.network.C }, (_, k) => frame.range(k));
        const [low, high] = [Math.min(...ranges.map(([a]) => a)), Math.max(...ranges.map(([, b]) => b))];
        chart.known = { version, look, lines, low, high };
      }
      const { lines, low, high } = chart.known;
      chart.update({ key: [version, look], label: word("course.label"), steps, t, lines, low, high });
    },
  };
}
