/** Find other examples in which the chosen unit does the same: over a range of steps that the reader chooses. */

import { d3 } from "../d3/d3.js";
import { byId, html, put, svg } from "../kit/dom.js";
import { number, word } from "../words/language.js";
import { linePath } from "../kit/charts.js";

const SHOWN_ALIKE = 5;
const [SPARK_WIDTH, SPARK_HEIGHT] = [110, 34];

/**
 * @param {(at: {n: number, from: number, to: number}, text: string, ...rest: SVGElement[]) => HTMLElement} exampleButton makes the button of an example
 * @param {() => void} redraw called when the reader has chosen something
 * @returns {{draw: (frame: Frame, survey: Survey) => void, choice: () => string}} `choice`: a key for what the reader has chosen
 */
export function alikeView(exampleButton, redraw) {
  const box = byId("character-alike");
  const name = html("select", { id: "alike-of" });
  for (const value of ["c", "h"]) name.append(html("option", { value, "data-word": `character.${value}` }));
  const [from, to] = ["from", "to"].map((key) => {
    return html("input", { type: "number", min: 1, step: 1, id: `alike-${key}` });
  });
  const field = (key, control) => html("label", { class: "chooser" }, html("span", { "data-word": key }), " ", control);
  const hint = html("p", { class: "hint" });
  const list = html("div", { class: "alike" });
  const note = html("p", { class: "note" });
  box.append(
    html("h3", { "data-word": "character.alike" }),
    html("div", { class: "row" },
      field("character.compare", name), field("character.from", from), field("character.to", to)),
    hint, list, note,
  );
  let range = null; // the whole series
  name.addEventListener("change", redraw);
  for (const control of [from, to]) {
    control.addEventListener("change", () => {
      const ends = [from, to].map(({ value }) => Math.max(Math.round(Number(value) || 1) - 1, 0)).sort((a, b) => a - b);
      range = ends[0] === 0 && ends[1] >= Number(to.max) - 1 ? null : ends;
      redraw();
    });
  }

  /** The range in a series of so many steps. */
  function rangeIn(steps) {
    return (range ?? [0, steps - 1]).map((t) => Math.min(t, steps - 1));
  }

  function draw(frame, survey) {
    const { oneFree, steps, unit, state: { input } } = frame;
    const { H } = oneFree;
    const [begin, end] = rangeIn(steps);
    for (const [control, t] of [[from, begin], [to, end]]) {
      put(control, { max: steps });
      if (control !== document.activeElement) control.value = t + 1; // not while it is being typed
    }
    const values = oneFree[name.value];
    const except = input.edited ? null : input.example;
    const { found, short } = survey.alike(frame, name.value, { values, from: begin, to: end, except });
    put(hint, { text: word("character.alike.hint", { name: name.value, from: begin + 1, to: end + 1 }) });
    const best = found.slice(0, SHOWN_ALIKE);
    const courses = best.map(({ n }) => survey.readings[n][frame.layer].directions[frame.direction][name.value]);
    const reach = [values, ...courses].reduce((most, course) => {
      for (let t = begin; t <= end; t++) most = Math.max(most, Math.abs(course[t * H + unit]));
      return most;
    }, 1e-9);
    list.replaceChildren(...best.map(({ n, distance }, k) => {
      const course = (v, look) => {
        const X = d3.scaleLinear([begin, Math.max(end, begin + 1)], [3, SPARK_WIDTH - 3]);
        const Y = d3.scaleLinear([-reach, reach], [SPARK_HEIGHT - 3, 3]);
        const d = linePath(v, begin * H + unit, H, end - begin + 1, (t) => X(begin + t), Y, SPARK_WIDTH);
        return svg("path", { class: `line ${look}`, d });
      };
      const viewBox = `0 0 ${SPARK_WIDTH} ${SPARK_HEIGHT}`;
      const sparkline = svg("svg", { class: "sparkline", viewBox, "aria-hidden": "true" },
        svg("line", { class: "rule", x1: 0, x2: SPARK_WIDTH, y1: SPARK_HEIGHT / 2, y2: SPARK_HEIGHT / 2 }),
        course(values, "beneath"), course(courses[k], `stroke-${name.value}`));
      const words = word("character.alike.by", { distance: number(distance, 3) });
      return exampleButton({ n, from: begin, to: end }, words, sparkline);
    }));
    const left = short > 0 ? word("character.alike.short", { n: short }) : "";
    put(note, { text: found.length ? left : word("character.alike.none") });
  }

  return { draw, choice: () => `${name.value} ${range}` };
}
