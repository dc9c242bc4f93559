/** The character of the chosen unit: in which examples, and where, it does most of what it does, and in which the same. */

import { d3 } from "../../../web/d3/d3.js";
import { byId, changeOfKey, html, put, svg } from "../../../web/kit/dom.js";
import { number, signed, word } from "../../../web/words/language.js";
import { linePath } from "../../../web/kit/charts.js";
import { digitThumbnail } from "./digit.js";
import { seriesThumbnail } from "./series.js";
import { Survey } from "../../../web/network/survey.js";

const UNIT_DEEDS = ["write", "keep", "forget", "show"];
const SHOWN_OF_EACH = 3; // examples of each
const SHOWN_ALIKE = 5;
const [SPARK_WIDTH, SPARK_HEIGHT] = [110, 34];
const BETWEEN_EXAMPLES = 20; // milliseconds that the page has for itself

/**
 * @param {App} app
 * @returns {View}
 */
export function characterView(app) {
  const all = app.examples.length;
  if (all === 0) return { update() {} };

  const surveys = new Map(); // of each network: of the trained one, and of those of earlier epochs
  const deeds = UNIT_DEEDS.map((deed) => {
    const [list, note] = [html("div", { class: "deeds" }), html("p", { class: "note" })];
    const title = html("h3", { "data-word": `character.${deed}` });
    byId("character-deeds").append(html("div", { class: `of-${deed}` }, title, list, note));
    return { deed, list, note };
  });
  const quantity = html("select", { id: "alike-of" });
  for (const value of ["c", "h"]) quantity.append(html("option", { value, "data-word": `character.${value}` }));
  const [from, to] = ["from", "to"].map((key) => html("input", { type: "number", min: 1, step: 1, id: `alike-${key}` }));
  const field = (key, control) => html("label", { class: "chooser" }, html("span", { "data-word": key }), " ", control);
  const hint = html("p", { class: "hint" });
  const alike = html("div", { class: "alike" });
  const note = html("p", { class: "note" });
  byId("character-alike").append(
    html("h3", { "data-word": "character.alike" }),
    html("div", { class: "row" },
      field("character.compare", quantity), field("character.from", from), field("character.to", to)),
    hint, alike, note,
  );
  for (const control of [quantity, from, to]) control.addEventListener("change", () => app.redraw());
  const isNew = changeOfKey();
  let reading = null;

  /** A button that opens an example where something ends, in reading order; other buttons come next to the plot. */
  function exampleButton({ n, from: begin, to: end }, text, ...others) {
    const words = html("span", {}, html("b", { text: exampleName(app, n) }), html("br"), text);
    const thumbnail = withSteps(app, app.examples[n], begin, end);
    const button = html("button", { type: "button", class: "deed" }, thumbnail, ...others, words);
    button.addEventListener("click", () => {
      app.remember();
      app.set({ input: app.exampleInput(n), t: app.drawn.one.backwards ? begin : end, playing: false });
    });
    return button;
  }

  function readSome() {
    reading = null;
    const survey = surveyOf(app.network);
    if (!app.isShown || survey.isDone) return;
    if (!app.state.playing) survey.readNext();
    app.redraw();
    reading = setTimeout(readSome, BETWEEN_EXAMPLES);
  }

  function surveyOf(network) {
    if (!surveys.has(network)) surveys.set(network, new Survey(network, app.examples));
    return surveys.get(network);
  }

  function drawDeeds(frame, survey) {
    for (const { deed, list, note: common } of deeds) {
      const ranked = survey.most(frame, deed);
      const found = ranked.slice(0, SHOWN_OF_EACH);
      list.replaceChildren(...found.map((one) => {
        const value = deed === "keep" ? one.value : signed(one.value);
        const at = { t: one.from + 1, from: one.from + 1, to: one.to + 1, value };
        return exampleButton(one, word(`character.${deed}.at`, at));
      }));
      put(common, { text: found.length ? foundInWords(app, ranked, found) : word(`character.${deed}.none`) });
    }
  }

  /** The examples in which the unit does the same, over the steps that the reader chooses: at first all of them. */
  function drawAlike(frame, survey) {
    const { oneFree, steps, unit, state: { input } } = frame;
    const { H } = oneFree;
    const name = quantity.value;
    const [begin, end] = [[from, 1], [to, steps]].map(([control, first]) => {
      put(control, { placeholder: first, max: steps });
      return Math.min(Math.max(Math.round(Number(control.value || first)), 1), steps) - 1;
    }).sort((a, b) => a - b);
    const except = input.edited ? null : input.example;
    const { found, short } = survey.alike(frame, name, { values: oneFree[name], from: begin, to: end, except });
    put(hint, { text: word("character.alike.hint", { name, from: begin + 1, to: end + 1 }) });
    const best = found.slice(0, SHOWN_ALIKE);
    const readings = best.map(({ n }) => survey.readings[n][frame.layer].directions[frame.direction]);
    const courses = [oneFree, ...readings].map((one) => {
      return Float64Array.from({ length: end - begin + 1 }, (_, t) => one[name][(begin + t) * H + unit]);
    });
    const [, reach] = d3.extent([1e-9, ...courses.flatMap((course) => Array.from(course, Math.abs))]);
    const X = d3.scaleLinear([0, Math.max(end - begin, 1)], [3, SPARK_WIDTH - 3]);
    const Y = d3.scaleLinear([-reach, reach], [SPARK_HEIGHT - 3, 3]);
    const line = (course, look) => {
      return svg("path", { class: `line ${look}`, d: linePath(course, 0, 1, course.length, X, Y, SPARK_WIDTH) });
    };
    alike.replaceChildren(...best.map(({ n, distance }, k) => {
      const sparkline = svg("svg", { class: "sparkline", viewBox: `0 0 ${SPARK_WIDTH} ${SPARK_HEIGHT}`, "aria-hidden": "true" },
        svg("path", { class: "rule", d: `M0 ${Y(0)}H${SPARK_WIDTH}` }), line(courses[0], "beneath"),
        line(courses[k + 1], `stroke-${name}`));
      return exampleButton({ n, from: begin, to: end }, word("character.alike.by", { distance: number(distance, 3) }), sparkline);
    }));
    const left = short > 0 ? word("character.alike.short", { n: short }) : "";
    put(note, { text: found.length ? left : word("character.alike.none") });
  }

  return {
    update(frame) {
      const { unit, version, one, look } = frame;
      const survey = surveyOf(app.network);
      if (!survey.isDone) reading ??= setTimeout(readSome, 600);
      const n = survey.readings.length;
      const over = { unit, n, all };
      put(byId("character-title"), { text: word(n < all ? "character.title.some" : "character.title", over) });
      put(byId("character-wait"), { hidden: survey.isDone, text: word("character.wait", over) });
      put(byId("character-box"), { hidden: !survey.isDone });
      if (!survey.isDone || !isNew(unit, version, one, look, quantity.value, from.value, to.value)) return;
      const buttons = () => [...byId("more-character").querySelectorAll("button")];
      const focused = buttons().findIndex((button) => button === document.activeElement);
      drawDeeds(frame, survey);
      drawAlike(frame, survey);
      buttons()[focused]?.focus({ preventScroll: true });
    },
  };
}

/** @returns {string} what an example is called: its class, and its number; without a class its own name */
function exampleName(app, n) {
  const { name, truth } = app.examples[n];
  const class_ = app.payload.classes?.[truth];
  return word("character.example", { n: n + 1, name: class_ ?? name });
}

/** What the first of some ranked examples have in common, their class or the step; or that others do as much. */
export function foundInWords({ examples, payload }, ranked, found) {
  const { size } = found.at(-1);
  if (ranked[found.length]?.size === size) {
    return word("character.equal", { n: ranked.filter((one) => one.size === size).length });
  }
  const parts = [];
  const first = examples[found[0].n].truth;
  const isKnown = payload.classes && first !== null && first !== undefined;
  if (found.length > 1 && isKnown && found.every(({ n }) => examples[n].truth === first)) {
    parts.push(word("character.common.class", { n: found.length, name: payload.classes[first] }));
  }
  const { from, to } = found[0];
  if (found.length > 1 && from === to && found.every((one) => one.from === from && one.to === to)) {
    parts.push(word("character.common.step", { n: found.length, t: from + 1 }));
  }
  return parts.join(" ");
}

/** @returns {SVGElement} a small plot of an input */
export function thumbnailOf({ kind, D }, { x, T }) {
  return kind === "digit" ? digitThumbnail(x) : seriesThumbnail(x, T, D);
}

/** @returns {SVGElement} the same, with the steps from … to marked in it */
export function withSteps(app, { x, T }, from, to) {
  const { stride } = app.network;
  const [begin, end] = [from * stride, Math.min((to + 1) * stride, T)];
  const X = d3.scaleLinear([0, T], [2, 58]);
  const place = app.kind === "digit" ? { x: 0, y: begin, width: 8, height: end - begin }
    : { x: X(begin), y: 0.5, width: Math.max(X(end) - X(begin), 1.5), height: 31 };
  const picture = thumbnailOf(app, { x, T });
  picture.append(svg("rect", { class: "here", ...place }));
  return picture;
}
