/** The answer in the strip that stays on the screen: in words, and as small bars, or a dot on a number's scale. */

import { d3 } from "../d3/d3.js";
import { html, put, svg } from "../kit/dom.js";
import { number, percent, word } from "../words/language.js";
import { hatch, hatches } from "../kit/hatch.js";
import { argmax } from "../network/runs.js";
import { answerInWords, answerName, rightAnswer } from "./answer.js";

const SMALL_BAR = { width: 13, height: 24, names: 13 };
const MAX_SMALL_BARS = 12;
const SMALL_SCALE = 90;

/**
 * @param {Host} app
 * @returns {Part}
 */
export function smallAnswer(app) {
  const { payload } = app;
  const says = html("span", { class: "says" });
  const picture = payload.classes ? smallBars(app) : smallScale(app);
  return {
    element: html("div", { class: "small-answer", id: "small-answer" }, says, picture.plot),
    update(frame) {
      const { t, steps, targets } = frame;
      const answer = frame.answer("held", t);
      const by = targets ? "step" : t === steps - 1 ? "network" : "probe";
      const values = { answer: answer && inShort(payload, answer), truth: targets && number(targets[t]) };
      put(says, { text: word(answer ? `says.${by}` : "says.none", values) });
      picture.update(frame, answer, frame.isHeld ? frame.answer("free", t) : null, by === "probe");
    },
  };
}

/** “7 · 98 %”, or a number. */
function inShort(payload, answer) {
  if (!payload.classes) return answerInWords(payload, answer);
  const best = argmax(answer);
  return word("says.class", { name: payload.classes[best], share: percent(answer[best]) });
}

/** A bar for each class, with its name where that is one letter; of many classes, those of the largest answers. */
function smallBars(app) {
  const { width, height, names } = SMALL_BAR;
  const { classes } = app.payload;
  const count = Math.min(classes.length, MAX_SMALL_BARS);
  const isNamed = classes.every((name) => [...name].length === 1);
  const plot = svg("svg", {
    class: "small-bars", "aria-hidden": "true", width: count * width, height: height + (isNamed ? names : 2),
  });
  plot.append(hatches("small"));
  const bars = Array.from({ length: count }, (_, n) => {
    const place = { x: n * width + 1, width: width - 3 };
    const bar = {
      track: svg("rect", { class: "track", ...place, y: 0, height, rx: 2 }, svg("title")),
      fill: svg("rect", { class: "bar", ...place, rx: 2 }),
      ghost: svg("rect", { class: "bar-ghost", ...place, rx: 2 }),
      name: svg("text", { class: "tick", x: (n + 0.5) * width - 0.5, y: height + 12, "text-anchor": "middle" }),
    };
    plot.append(bar.track, bar.fill, bar.ghost, ...(isNamed ? [bar.name] : []));
    return bar;
  });
  const rise = (shape, share) => {
    put(shape, { y: (height * (1 - share)).toFixed(1), height: (height * share).toFixed(1) });
  };
  return {
    plot,
    update({ result }, answer, ghost, isProbe) {
      const all = [...classes.keys()];
      const shown = classes.length > count
        ? all.sort((a, b) => result.answer[b] - result.answer[a]).slice(0, count) : all;
      const best = answer ? argmax(answer) : -1;
      bars.forEach((bar, n) => {
        const k = shown[n];
        put(bar.track.firstElementChild, { text: answer ? `${classes[k]}: ${percent(answer[k])}` : classes[k] });
        put(bar.fill, { class: `bar${k === best ? " best" : ""}` });
        hatch(bar.fill, "small", isProbe, k === best);
        rise(bar.fill, answer ? answer[k] : 0);
        put(bar.ghost, { visibility: ghost ? "visible" : "hidden" });
        rise(bar.ghost, ghost ? ghost[k] : 0);
        put(bar.name, { text: classes[k], class: `tick${k === best ? " best" : ""}` });
      });
    },
  };
}

/** The first of the numbers as a dot on its scale; what is asked as a broad mark. */
function smallScale(app) {
  const [left, right, middle] = [4, SMALL_SCALE - 4, 14];
  const plot = svg("svg", { class: "small-bars", "aria-hidden": "true", width: SMALL_SCALE, height: 2 * middle });
  const track = svg("rect", { class: "track", x: 0, y: middle - 4, width: SMALL_SCALE, height: 8, rx: 4 });
  const truth = svg("line", { class: "level", y1: middle - 11, y2: middle + 11 });
  const dot = (look) => svg("circle", { class: look, cy: middle, r: 6 });
  const dots = { free: dot("dot ghost"), held: dot("dot") };
  const name = svg("title");
  plot.append(name, track, truth, dots.free, dots.held);
  return {
    plot,
    update(frame, answer, ghost) {
      const X = d3.scaleLinear(frame.range(0), [left, right]).clamp(true);
      const mark = (shape, v, names) => {
        const isThere = Number.isFinite(v);
        put(shape, { visibility: isThere ? "visible" : "hidden" });
        if (isThere) for (const one of names) put(shape, { [one]: X(v).toFixed(1) });
      };
      put(name, { text: answerName(app.payload, 0) });
      mark(truth, frame.targets ? frame.targets[frame.t] : [rightAnswer(app, frame.state.input)].flat()[0], ["x1", "x2"]);
      mark(dots.held, answer?.[0] ?? NaN, ["cx"]);
      mark(dots.free, ghost?.[0] ?? NaN, ["cx"]);
    },
  };
}
