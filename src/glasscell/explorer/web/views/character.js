/** The character of the chosen unit: in which examples, and where, it writes, keeps, forgets and shows most. */

import { d3 } from "../d3/d3.js";
import { byId, html, put, svg } from "../kit/dom.js";
import { signed, word } from "../words/language.js";
import { Survey } from "../network/survey.js";
import { alikeView } from "./alike.js";

const UNIT_DEEDS = ["write", "keep", "forget", "show"];
const SHOWN_OF_EACH = 3; // examples of each
const CALM_BEFORE_DRAWING = 120; // milliseconds without a change, before it is drawn again
const BETWEEN_EXAMPLES = 20; // milliseconds that the page has for itself

/**
 * @param {App} app
 * @param {(example: any) => SVGElement} picture draws an example small
 * @returns {View}
 */
export function characterView(app, picture) {
  const all = app.examples.length;
  if (all === 0) return { update() {} };

  const surveys = new Map(); // of each network: of the trained one, and of those of earlier epochs
  const deeds = UNIT_DEEDS.map((deed) => {
    const [list, note] = [html("div", { class: "deeds" }), html("p", { class: "note" })];
    const title = html("h3", { "data-word": `character.${deed}` });
    byId("character-deeds").append(html("div", { class: `of-${deed}` }, title, list, note));
    return { deed, list, note };
  });
  /** A button that opens an example where something ends, as its direction reads; beside the picture come others. */
  const exampleButton = ({ n, from, to }, text, ...others) => {
    const words = html("span", {}, html("b", { text: exampleName(app, n) }), html("br"), text);
    const thumbnail = withSteps(app, picture(app.examples[n]), n, from, to);
    const button = html("button", { type: "button", class: "deed" }, thumbnail, ...others, words);
    button.addEventListener("click", () => {
      app.remember();
      app.set({ input: app.exampleInput(n), t: app.drawn.one.backwards ? from : to, playing: false });
    });
    return button;
  };
  const alike = alikeView(exampleButton, () => app.redraw());
  let reading = null;
  let drawing = null;
  let drawn = [];

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

  function draw(frame, survey) {
    const focused = Array.from(byId("more-character").querySelectorAll("button"), (one) => one === document.activeElement).indexOf(true);
    for (const { deed, list, note } of deeds) {
      const ranked = survey.most(frame, deed);
      const found = ranked.slice(0, SHOWN_OF_EACH);
      list.replaceChildren(...found.map((one) => {
        const value = deed === "keep" ? one.value : signed(one.value);
        const at = { t: one.from + 1, from: one.from + 1, to: one.to + 1, value };
        return exampleButton(one, word(`character.${deed}.at`, at));
      }));
      put(note, { text: found.length ? foundInWords(app, ranked, found) : word(`character.${deed}.none`) });
    }
    alike.draw(frame, survey);
    if (focused >= 0) byId("more-character").querySelectorAll("button")[focused]?.focus({ preventScroll: true });
  }

  return {
    update(frame) {
      const { unit, version, one, look } = frame;
      const survey = surveyOf(app.network);
      if (!survey.isDone) reading ??= setTimeout(readSome, 600);
      const n = survey.readings.length;
      const over = { unit: unit + 1, n, all };
      put(byId("character-title"), { text: word(n < all ? "character.title.some" : "character.title", over) });
      put(byId("character-wait"), { hidden: survey.isDone, text: word("character.wait", over) });
      put(byId("character-box"), { hidden: !survey.isDone });
      const key = [survey.isDone, unit, version, one, look, alike.choice()];
      if (!survey.isDone || key.every((part, k) => part === drawn[k])) return;
      drawn = key;
      clearTimeout(drawing);
      drawing = setTimeout(() => app.isShown && draw(app.drawn, surveyOf(app.network)), CALM_BEFORE_DRAWING);
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

/** Mark the steps from … to in a picture of an example. */
function withSteps({ kind, examples, network }, picture, n, from, to) {
  const { T } = examples[n];
  const [begin, end] = [from * network.stride, Math.min((to + 1) * network.stride, T)];
  if (kind === "digit") {
    picture.append(svg("rect", { class: "here", x: 0, y: begin, width: 8, height: end - begin }));
  } else {
    const X = d3.scaleLinear([0, T], [2, 58]);
    const width = Math.max(X(end) - X(begin), 1.5);
    picture.append(svg("rect", { class: "here", x: X(begin), y: 0.5, width, height: 31 }));
  }
  return picture;
}
