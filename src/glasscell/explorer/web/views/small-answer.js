/** The prediction in the strip that stays on the screen: in words, and as small bars of the classes. */

import { html, put, svg } from "../kit/dom.js";
import { number, percent, word } from "../words/language.js";
import { hatch, hatches } from "../kit/hatch.js";
import { argmax } from "../network/runs.js";
import { MAX_BARS, answerInWords, classesShown } from "./answer.js";

const [WIDTH, HEIGHT] = [13, 24]; // of a bar
const NAMES_HEIGHT = 13;

/**
 * @param {Host} app
 * @returns {Part}
 */
export function smallAnswer(app) {
  const { classes } = app.payload;
  const says = html("span", { class: "says" });
  const element = html("div", { class: "small-answer", id: "small-answer" }, says);
  const bars = classes ? smallBars(element, classes) : null;
  return {
    element,
    update(frame) {
      const { t, steps, targets, result } = frame;
      const answer = frame.answer("held", t);
      const by = !answer ? "none" : targets ? "step" : t === steps - 1 ? "network" : "probe";
      const best = answer && classes ? argmax(answer) : -1;
      const values = {
        answer: !answer ? "" : classes ? word("says.class", { name: classes[best], share: percent(answer[best]) })
          : answerInWords(app.payload, answer),
        truth: targets && number(targets[t]),
      };
      put(says, { text: word(`says.${by}`, values) });
      const ghost = frame.isHeld ? frame.answer("free", t) : null;
      bars?.(classesShown(result.answer), { answer, best, ghost, isProbe: by === "probe" });
    },
  };
}

/** Draw into the strip a bar for each class, with its name where that is one letter. */
function smallBars(strip, classes) {
  const isNamed = classes.every((name) => [...name].length === 1);
  const count = Math.min(classes.length, MAX_BARS);
  const size = { width: count * WIDTH, height: HEIGHT + (isNamed ? NAMES_HEIGHT : 2) };
  const plot = svg("svg", { class: "small-bars", "aria-hidden": "true", ...size }, hatches("small"));
  strip.append(plot);
  const bars = Array.from({ length: count }, (_, n) => {
    const place = { x: n * WIDTH + 1, width: WIDTH - 3, rx: 2 };
    const bar = {
      track: svg("rect", { class: "track", ...place, height: HEIGHT }),
      fill: svg("rect", place),
      ghost: svg("rect", { class: "bar-ghost", ...place }),
      name: svg("text", { x: (n + 0.5) * WIDTH - 0.5, y: HEIGHT + 12, "text-anchor": "middle" }),
    };
    plot.append(...Object.values(bar));
    return bar;
  });
  return (shown, { answer, best, isProbe, ghost }) => bars.forEach(({ fill, ghost: outline, name }, n) => {
    const k = shown[n];
    const look = k === best ? " best" : "";
    for (const [shape, share] of [[fill, answer?.[k] ?? 0], [outline, ghost?.[k] ?? 0]]) {
      put(shape, { y: (HEIGHT * (1 - share)).toFixed(1), height: (HEIGHT * share).toFixed(1) });
    }
    put(fill, { class: `bar${look}` });
    put(outline, { visibility: ghost ? "visible" : "hidden" });
    hatch(fill, "small", isProbe, k === best);
    put(name, { text: isNamed ? classes[k] : "", class: `tick${look}` });
  });
}
