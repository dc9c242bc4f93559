/** The text: every character on the colour of the chosen unit there, underlined as far as it was not expected. */

import { mix, styleColour } from "../../../explorer/web/kit/colours.js";
import { byId, changeOfKey, html, put } from "../../../explorer/web/kit/dom.js";
import { number, word } from "../../../explorer/web/words/language.js";
import { shareOn, valuesOf } from "./on-off.js";
import { RARE, characterAt, offsetOf } from "./symbols.js";

const ABOVE = 0.4; // of the box, over the character that it is scrolled to
const BITS = [1, 2, 4, 6, 9]; // from which on the underline is thicker
const KINDS = { "\n": "newline", "\t": "tab" };

/**
 * @param {TextApp} app
 * @returns {View}
 */
export function textView(app) {
  const [area, scroll, shown] = [byId("text-area"), byId("text-scroll"), byId("text-shown")];
  const updateLegend = colourLegend();
  const underlined = html("input", { type: "checkbox", id: "underlined" });
  const options = ["c", "h", "z", "i", "f", "o"].map((value) => html("option", { value }));
  const quantity = html("select", { id: "quantity" }, ...options);
  byId("choosers").append(html("label", { class: "chooser" }, html("span", { "data-word": "text.colour" }), " ", quantity));
  byId("text-legend").append(html("label", { class: "check" }, underlined, html("span", { "data-word": "text.underline" })));
  quantity.addEventListener("change", () => app.set({ quantity: quantity.value }));
  underlined.addEventListener("change", () => app.set({ isUnderlined: underlined.checked }));
  const drawn = { text: "", cursor: null, painted: "", rows: 0, shadeOf: null };
  let spans = []; // one for each character
  const isNew = changeOfKey();
  let marked = [];

  area.addEventListener("input", () => {
    app.set({ playing: false });
    app.isWriting = false;
    drawn.cursor = characterAt(area.value, area.selectionEnd);
    app.edit(app.alphabet.typed(area.value), drawn.cursor);
  });
  area.addEventListener("beforeinput", () => app.remember());
  document.addEventListener("selectionchange", () => {
    if (document.activeElement !== area || area.value !== app.alphabet.shown(app.state.text)) return;
    const t = characterAt(area.value, area.selectionEnd);
    drawn.cursor = t;
    if (t !== app.state.cursor) app.set({ t, playing: false });
  });

  /** Show the text of the network, and the cursor in it. */
  function write(state) {
    const [text, { cursor }] = [app.alphabet.shown(state.text), state];
    const isNew = area.value !== text;
    if (drawn.text !== text) {
      showLines(shown, text);
      spans = [...shown.querySelectorAll("span")];
      if (isNew) area.value = text;
      drawn.text = text;
    }
    // the browser's own cursor may be further on already: only one that was moved elsewhere is put there
    if (drawn.cursor !== cursor || isNew) area.setSelectionRange(offsetOf(text, cursor), offsetOf(text, cursor));
    drawn.cursor = cursor;
  }

  /** Colour the characters that are read, and have another colour or underline now. */
  function paint({ state, look, steps, one, oneFree, unit, layer, reading, readingFree, isHeld, cell, range }) {
    const { quantity: name, isUnderlined, text, input: { x } } = state;
    const isSigned = "zh".includes(name);
    const reach = isSigned ? reachOf(valuesOf(oneFree, unit, name), name) : 1;
    const isOther = isNew(look, name, isUnderlined, unit, layer, reach, range.off, range.on, reading, reading.version);
    if (isOther) drawn.shadeOf = shadesOf(name);
    const shareOf = name === "c" ? (v) => shareOn(v, range) : isSigned ? (v) => v / reach : (v) => v;
    const bitsAt = (row) => {
      if (isUnderlined) return reading.surpriseAt(row);
      return isHeld ? reading.surpriseAt(row) - readingFree.surpriseAt(row) : 0;
    };
    for (let row = !isOther && text.startsWith(drawn.painted) ? drawn.rows : 1; row < x.length; row++) {
      const span = spans[row - 1];
      const isRead = row < steps;
      const colour = isRead ? drawn.shadeOf(shareOf(one[name][row * one.H + unit])) : "";
      if (span.style.backgroundColor !== colour) span.style.backgroundColor = colour;
      const bits = isRead ? bitsAt(row) : 0;
      const kind = `s${BITS.filter((least) => bits >= least).length}${x[row] === RARE ? " rare" : ""}${isRead ? "" : " unread"}`;
      if (span.className !== kind) span.className = kind;
    }
    Object.assign(drawn, { painted: text, rows: Math.max(steps, 1) });
    const lines = isUnderlined ? "text.underlined" : isHeld ? "text.underlined.held" : null;
    updateLegend(name, reach, cell?.measure, lines, drawn.shadeOf);
  }

  /** Frame the character that was read last, and the one that comes next; scroll the text, not the page, to the former. */
  function mark(t) {
    const now = [spans[t - 1], spans[t]];
    for (const span of marked) if (!now.includes(span)) span?.removeAttribute("data-place");
    for (const [k, span] of now.entries()) if (span) put(span, { "data-place": k ? "next" : "now" });
    if (now[0] && now[0] !== marked[0]) {
      const [box, one] = [scroll.getBoundingClientRect(), now[0].getBoundingClientRect()];
      if (one.top < box.top + 4 || one.bottom > box.bottom - 4) scroll.scrollTop += one.top - box.top - ABOVE * box.height;
    }
    marked = now;
  }

  return {
    update(frame) {
      const { state, reading, readingFree, isHeld } = frame;
      write(state);
      paint(/** @type {any} */ (frame));
      mark(state.t);
      put(byId("text-title"), { text: titleInWords(app) });
      if (document.activeElement !== quantity) quantity.value = state.quantity;
      for (const option of options) {
        put(option, { text: word("text.quantity", { letter: option.value, name: word(`name.${option.value}`) }) });
      }
      put(byId("text-bits"), { text: bitsInWords(app, reading, readingFree, isHeld) });
      const strange = state.input.x.filter((symbol) => symbol === RARE).length;
      const notes = [app.note ? word(...app.note) : "", strange ? word("text.rare", { n: strange }) : ""];
      put(byId("text-note"), { text: notes.filter(Boolean).join(" ") });
    },
  };
}

/** Have an element for each character of a text, in a block for each line; those that are there already stay. */
function showLines(box, text) {
  const lines = text.split(/(?<=\n)/);
  if (text.endsWith("\n")) lines.push(""); // the line of the cursor
  renew(box, lines, () => html("div"), (line, characters) => {
    renew(line, [...characters], () => html("span"), (span, text) => put(span, { text, "data-kind": KINDS[text] }));
  });
}

/** Let the children of a box have these texts, of which those at the beginning and the end may be there already. */
function renew(box, texts, make, show) {
  const old = [...box.children];
  const most = Math.min(old.length, texts.length);
  let first = 0;
  while (first < most && old[first].textContent === texts[first]) first++;
  let last = 0;
  while (last < most - first && old.at(-1 - last).textContent === texts.at(-1 - last)) last++;
  const after = old[old.length - last] ?? null;
  const changed = old.slice(first, old.length - last);
  const wanted = texts.slice(first, texts.length - last);
  for (const one of changed.splice(wanted.length)) one.remove();
  wanted.forEach((text, n) => show(changed[n] ?? box.insertBefore(make(), after), text));
}

/** @returns {(share: number) => string} colours, of a memory from off to on, a gate from closed to open, z and h around 0 */
function shadesOf(name) {
  const [paper, full, negative] = ["card", `full-${name}`, "full-negative"].map(styleColour);
  return (share) => `rgb(${mix(paper, share < 0 ? negative : full, Math.min(Math.abs(share), 1)).join(", ")})`;
}

/** What the colours and the lines under the text mean. */
function colourLegend() {
  const [low, high, underline] = [html("span"), html("span"), html("span")];
  const ramp = html("span", { class: "ramp" });
  const keys = html("span", { class: "surprise-key" }, underline, " ");
  for (const [k, least] of BITS.entries()) keys.append(html("span", { class: `s${k + 1}`, text: `${least}+` }), " ");
  byId("text-legend").append(html("span", { class: "map-ends", "aria-hidden": "true" }, low, ramp, high), keys);
  return (name, reach, measure, lines, shadeOf) => {
    const isSigned = "zh".includes(name);
    const [least, most] = name !== "c" ? ["closed", "open"] : measure === "R2" ? ["low", "high"] : ["off", "on"];
    put(low, { text: isSigned ? reachInWords(-reach) : word(`text.${least}`) });
    put(high, { text: isSigned ? reachInWords(reach) : word(`text.${most}`) });
    const colours = (isSigned ? [-1, 0, 1] : [0, 1]).map(shadeOf);
    ramp.style.background = `linear-gradient(to right, ${colours.join(", ")})`;
    put(keys, { hidden: lines === null });
    put(underline, { text: word(lines ?? "text.underlined") });
  };
}

/** What the text is, of which the reader may have changed something. */
function titleInWords(/** @type {TextApp} */ { payload: { text: { name, text, of } }, state }) {
  if (state.text !== text) return word("text.title.own");
  return word(of === "held out" ? "text.title.held" : of === "written" ? "text.title.written" : "text.title", { name });
}

/** @returns {number} the size of number that gets the full colour: two digits, so that it seldom changes */
function reachOf(values, name) {
  const reach = Math.max(name === "z" ? 1 : 0, ...values.map(Math.abs)) || 1;
  const step = 10 ** (Math.floor(Math.log10(reach)) - 1);
  return Math.ceil(reach / step) * step;
}

/** @returns {string} an end of the colours, with its two digits: a memory may be small all the time */
export function reachInWords(reach) {
  return number(reach, Math.max(1 - Math.floor(Math.log10(Math.abs(reach))), 1));
}

/** The surprise of the network at the text so far, and of n-grams at the held-out text. */
function bitsInWords(app, reading, readingFree, isHeld) {
  const n = Math.min(reading.steps, readingFree.steps) - 1;
  if (n < 1) return word("bits.none");
  const mean = (of) => number(of.bitsUpTo(n) / n);
  const values = { n, bits: mean(reading), free: mean(readingFree) };
  return [word(isHeld ? "bits.held" : "bits", values), scoreOfRun(app.payload)].filter(Boolean).join(" ");
}

/** The scores in the run's report: the network next to the best n-gram. */
function scoreOfRun({ score }) {
  if (!score) return "";
  const { bits, n, ngram } = score;
  const [ours, theirs] = [bits, ngram?.bits ?? NaN].map((v) => number(v));
  const key = !ngram ? "bits.run" : ours === theirs ? "bits.run.same" : bits < ngram.bits ? "bits.run.better" : "bits.run.worse";
  return word(key, { n: n.toLocaleString("en-US"), ours, theirs, rival: ngram?.name });
}
