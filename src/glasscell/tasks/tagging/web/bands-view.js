/** The time axis as bands: the predicted label at each step, and the true one, with the errors marked. */

import { d3 } from "../../../explorer/web/d3/d3.js";
import { byId, changeOfKey, html, put, svg, watchWidth } from "../../../explorer/web/kit/dom.js";
import { percent, word } from "../../../explorer/web/words/language.js";
import { scrubbing, stepsBelow } from "../../../explorer/web/kit/charts.js";
import { INSET } from "../../../explorer/series/web/views/strip.js";
import { NONE, stretchesOf } from "./step-labels.js";
import { labelSwatch, mark, patternsOf } from "./class-marks.js";

const BAND = 26; // heights: of a band,
const CAPTION = 18; // of the text above it,
const WRONG = 5; // and of a mark at an error
const BETWEEN_BANDS = 8;
const AXIS_BELOW = 22;
const NAMED_PIXELS = 32; // of a stretch from which on its name is in it, or the beginning of that

/**
 * @param {StepsApp} app
 * @returns {View}
 */
export function bandsView(app) {
  const { labels } = app.payload;
  const box = byId("bands-box");
  const plot = svg("svg", {
    class: "chart bands", id: "bands", role: "slider", tabindex: 0, "aria-orientation": "horizontal", "data-figure": "",
  });
  const patterns = patternsOf(labels.length);
  box.append(plot);
  const size = watchWidth(box, () => app.redraw());
  const keys = labels.map((text, k) => html("li", { class: "key" }, labelSwatch(k).element, html("span", { text })));
  byId("bands-legend").prepend(
    html("ul", { class: "legend", id: "legend", "data-word-label": "bands.legend" }, ...keys),
    html("span", { class: "key wrong-key" }, html("span", { "data-word": "bands.wrong" })),
  );
  const isNew = changeOfKey();
  let seen = null;

  const stepAt = (share) => Math.round(share * (seen.steps - 1));
  scrubbing(plot, (share) => app.set({ playing: false, t: stepAt(share) }), INSET.left, INSET.right);
  const hover = (t) => {
    if (app.hovered === t) return;
    app.hovered = t;
    app.redraw();
  };
  plot.addEventListener("pointermove", (event) => {
    const area = plot.getBoundingClientRect();
    const share = (event.clientX - area.left - INSET.left) / Math.max(area.width - INSET.left - INSET.right, 1);
    hover(share >= 0 && share <= 1 && event.pointerType !== "touch" ? stepAt(share) : null);
  });
  plot.addEventListener("pointerleave", () => hover(null));
  plot.addEventListener("keydown", (event) => {
    const { t } = app.state; // keys may come faster than frames
    const last = seen.steps - 1;
    const ends = stretchesOf(seen.labels.held.best);
    const to = {
      ArrowLeft: t - 1, ArrowRight: t + 1, Home: 0, End: last,
      PageDown: ends.find(({ from }) => from > t)?.from ?? last, PageUp: ends.findLast(({ from }) => from < t)?.from ?? 0,
    }[event.key];
    if (event.key === "Enter") byId("reading").focus();
    else if (to === undefined) return;
    else app.set({ playing: false, t: Math.min(Math.max(to, 0), last) });
    event.preventDefault();
  });
  byId("next-wrong").addEventListener("click", () => {
    const { wrong } = seen.labels.agreement;
    app.set({ playing: false, t: wrong.find((t) => t > app.state.t) ?? wrong[0] });
  });

  function draw({ labels: { held, free, truth, agreement }, isHeld, steps }) {
    const { width } = size;
    const X = d3.scaleLinear([0, Math.max(steps - 1, 1)], [INSET.left, width - INSET.right]);
    const half = (X(1) - X(0)) / 2;
    const across = (from, to, least) => {
      const x = Math.max(X(from) - half, INSET.left);
      return { x, width: Math.max(Math.min(X(to) + half, width - INSET.right) - x, least) };
    };
    /** A stretch of one label, with its name where that has room. */
    const pieceOf = ({ label, from, to }, row, y) => {
      const place = across(from, to, 0.8);
      if (label === NONE) return [svg("rect", { class: "band-none", ...place, y: y + BAND / 2 - 1, height: 2 })];
      const edge = svg("rect", { class: "label-edge", ...place, y, height: BAND, "data-row": row, "data-label": label });
      const name = html("div", { class: "band-label", text: labels[label] });
      const isNamed = place.width >= NAMED_PIXELS;
      return [mark(edge, label), ...(isNamed ? [svg("foreignObject", { ...place, y, height: BAND }, name)] : [])];
    };
    const rows = [["predicted", held.best], ...(isHeld ? [["free", free.best]] : []), ["truth", truth]];
    const shapes = [];
    let y = 0;
    for (const [row, of] of rows) {
      y += CAPTION;
      shapes.push(svg("text", { class: "band-name", x: 0, y: y - 6, "data-row": row, text: word(`bands.${row}`) }));
      const top = y;
      shapes.push(...stretchesOf(of).flatMap((stretch) => pieceOf(stretch, row, top)));
      y += BAND + BETWEEN_BANDS;
    }
    const below = CAPTION + BAND + 2;
    shapes.push(...agreement.wrong.map((t) => {
      return svg("rect", { class: "band-wrong", ...across(t, t, 1), y: below, height: WRONG });
    }));
    shapes.push(...stepsBelow(X, steps, width, y + 8));
    const height = y + AXIS_BELOW - 8;
    put(plot, { width, height, viewBox: `0 0 ${width} ${height}` });
    plot.replaceChildren(patterns, ...shapes);
  }

  return {
    update(frame) {
      const { steps, t, version, look, labels: { held, truth, agreement } } = frame;
      seen = frame;
      if (isNew(version, look, size.width)) draw(/** @type {any} */ (frame));
      put(plot, {
        "aria-label": word("bands.label"), "aria-valuemin": 1, "aria-valuemax": steps, "aria-valuenow": t + 1,
        "aria-valuetext": stepInWords(app, held, truth, t),
      });
      put(byId("next-wrong"), { disabled: agreement.wrong.length === 0 });
    },
  };
}

/**
 * @param {{payload: any}} app
 * @returns {string} the prediction at a step, its probability, and the true label
 */
export function stepInWords({ payload: { labels } }, { best, shares }, truth, t) {
  const k = best[t];
  const values = { t: t + 1, name: labels[k], share: percent(shares[t][k]), truth: labels[truth[t]] };
  if (truth[t] === NONE) return word("bands.step.unlabelled", values);
  return word(truth[t] === k ? "bands.step.right" : "bands.step.wrong", values);
}
