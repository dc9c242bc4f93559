/** The text: every character on the colour of the chosen unit there, underlined as far as it was not expected. */

import { byId, html, put } from "../../../explorer/web/kit/dom.js";
import { number, word } from "../../../explorer/web/words/language.js";
import { shareOn } from "./on-off.js";
import { lengthInCommon } from "./reading.js";
import { RARE, characterAt, offsetOf } from "./symbols.js";
import { shadesOf } from "./shades.js";
import { TextLines } from "./lines.js";

const ABOVE = 0.4; // of the box, over the character that it is scrolled to
const BITS = [1, 2, 4, 6, 9]; // from which on the underline is thicker

/**
 * @param {object} app
 * @returns {{update: function(object)}}
 */
export function textView(app) {
  const [area, scroll] = [byId("text-area"), byId("text-scroll")];
  const lines = new TextLines(byId("text-shown"));
  const legend = colourLegend();
  const underlined = html("input", { type: "checkbox", id: "underlined" });
  const quantity = html("select", { id: "quantity" });
  for (const value of ["c", "h", "z", "i", "f", "o"]) quantity.append(html("option", { value }));
  byId("choosers").append(html("label", { class: "chooser" }, html("span", { "data-word": "text.colour" }), " ", quantity));
  byId("text-legend").append(html("label", { class: "check" }, underlined, html("span", { "data-word": "text.underline" })));
  quantity.addEventListener("change", () => app.set({ quantity: quantity.value }));
  underlined.addEventListener("change", () => app.set({ isUnderlined: underlined.checked }));
  const drawn = { rows: 0, key: [], bits: [] };
  let marked = [];

  area.addEventListener("input", () => {
    app.set({ playing: false });
    app.stopWriting();
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

  /** Show the text that the network reads, and where in it the cursor is. */
  function write(state) {
    const [text, { cursor }] = [app.alphabet.shown(state.text), state];
    const isNew = area.value !== text;
    if (drawn.text !== text) {
      lines.setText(text);
      if (isNew) area.value = text;
      drawn.text = text;
    }
    // the browser's own cursor may be further on already: only one that was moved elsewhere is put there
    if (drawn.cursor !== cursor || isNew) area.setSelectionRange(offsetOf(text, cursor), offsetOf(text, cursor));
    drawn.cursor = cursor;
  }

  /** Colour the characters that are read, and have another colour or underline now. */
  function paint({ state, steps, one, oneFree, unit, layer, look, reading, readingFree, result, isHeld, cell, range }) {
    const { quantity, isUnderlined, input: { x } } = state;
    const reach = "zh".includes(quantity) ? reachOf(oneFree, unit, quantity) : 1;
    const key = [look, quantity, isUnderlined, unit, layer, reach, range.off, range.on, reading, reading.version];
    const isSame = isAlike(key, drawn.key);
    let from = isSame ? drawn.rows : 0;
    // another character that is rare, too, is the same symbol, but has an element of its own
    if (isSame && drawn.x !== x) from = Math.min(from, 1 + lengthInCommon([...drawn.painted], [...state.text]));
    if (drawn.look !== look + quantity) drawn.shades = shadesOf(quantity);
    const values = result.layers[layer].directions[0][quantity];
    const { H } = one;
    const shareOf = quantity === "c" ? (v) => shareOn(v, range) : "zh".includes(quantity) ? (v) => 0.5 + v / reach / 2 : (v) => v;
    const bitsAt = (row) => (isUnderlined ? reading.surpriseAt(row) : isHeld ? reading.surpriseAt(row) - readingFree.surpriseAt(row) : 0);
    lines.each(Math.max(from - 1, 0), x.length - 1, (span, n) => {
      const row = n + 1;
      const isRead = row < steps;
      const shade = isRead ? Math.floor(shareOf(values[row * H + unit]) * 255.999) : 0;
      const colour = isRead ? drawn.shades[Math.min(Math.max(shade, 0), 255)] : "";
      if (span.style.backgroundColor !== colour) span.style.backgroundColor = colour;
      const bits = isRead ? bitsAt(row) : 0;
      const name = `s${BITS.filter((least) => bits >= least).length}${x[row] === RARE ? " rare" : ""}${isRead ? "" : " unread"}`;
      if (span.className !== name) span.className = name;
    });
    Object.assign(drawn, { key, x, rows: steps, painted: state.text, look: look + quantity });
    legend.update(quantity, reach, cell?.measure, drawn.shades, isUnderlined ? "text.underlined" : isHeld ? "text.underlined.held" : null);
    mark(state.t);
  }

  /** Frame the character that was read last, and the one that comes next. */
  function mark(t) {
    const now = [lines.spanAt(t - 1), lines.spanAt(t)];
    for (const [k, span] of marked.entries()) if (span !== now[k]) span?.removeAttribute("data-place");
    for (const [k, span] of now.entries()) if (span) put(span, { "data-place": k ? "next" : "now" });
    if (now[0] !== marked[0]) reveal(now[0]);
    marked = now;
  }

  /** Scroll the text, and not the page, so that a character is seen, and what is around it. */
  function reveal(span) {
    if (!span) return;
    const [box, one] = [scroll.getBoundingClientRect(), span.getBoundingClientRect()];
    if (one.top < box.top + 4 || one.bottom > box.bottom - 4) scroll.scrollTop += one.top - box.top - ABOVE * box.height;
  }

  return {
    update(frame) {
      const { state, reading, readingFree, isHeld, steps } = frame;
      write(state);
      paint(frame);
      put(byId("text-title"), { text: titleInWords(app) });
      if (document.activeElement !== quantity) quantity.value = state.quantity;
      for (const option of quantity.options) put(option, { text: word("text.quantity", { letter: option.value, name: word(`name.${option.value}`) }) });
      const key = [steps, state.input, reading, reading.version, frame.look];
      if (isAlike(key, drawn.bits) && reading.isDone) return;
      drawn.bits = key;
      put(byId("text-bits"), { text: bitsInWords(app, reading, readingFree, isHeld) });
      const strange = state.input.x.reduce((sum, symbol) => sum + (symbol === RARE), 0);
      const notes = [app.note ? word(...app.note) : "", strange ? word("text.rare", { n: strange }) : ""];
      put(byId("text-note"), { text: notes.filter(Boolean).join(" ") });
    },
  };
}

/** What the colours and the lines under the text mean. */
function colourLegend() {
  const [low, high, underline] = [html("span"), html("span"), html("span")];
  const ramp = html("canvas", { class: "ramp", width: 256, height: 1 });
  const keys = html("span", { class: "surprise-key" }, underline, " ");
  for (const [k, least] of BITS.entries()) keys.append(html("span", { class: `s${k + 1}`, text: `${least}+` }), " ");
  byId("text-legend").append(html("span", { class: "map-ends", "aria-hidden": "true" }, low, ramp, high), keys);
  let shown = null;
  return {
    update(quantity, reach, measure, shades, lines) {
      const [off, on] = "zh".includes(quantity) ? [reachInWords(-reach), reachInWords(reach)]
        : (quantity !== "c" ? ["text.closed", "text.open"] : measure === "R2" ? ["text.low", "text.high"] : ["text.off", "text.on"]).map((key) => word(key));
      put(low, { text: off });
      put(high, { text: on });
      put(keys, { hidden: lines === null });
      if (lines) put(underline, { text: word(lines) });
      if (shades === shown) return;
      shown = shades;
      const pen = ramp.getContext("2d");
      for (const [n, shade] of shades.entries()) {
        pen.fillStyle = shade;
        pen.fillRect(n, 0, 1, 1);
      }
    },
  };
}

/** What the text is, of which the reader may have changed something. */
function titleInWords({ payload: { text: { name, text, of } }, state }) {
  if (state.text !== text) return word("text.title.own");
  return word(of === "held out" ? "text.title.held" : of === "written" ? "text.title.written" : "text.title", { name });
}

/** @returns {number} the size of number that gets the full colour: two digits, so that it seldom changes */
function reachOf({ H, ...quantities }, unit, name) {
  const values = quantities[name];
  let reach = name === "z" ? 1 : 0;
  for (let at = unit; at < values.length; at += H) if (Math.abs(values[at]) > reach) reach = Math.abs(values[at]);
  if (reach === 0) return 1;
  const step = 10 ** (Math.floor(Math.log10(reach)) - 1);
  return Math.ceil(reach / step) * step;
}

/** @returns {string} an end of the colours, with its two digits: a memory may be small all the time */
export function reachInWords(reach) {
  return number(reach, Math.max(1 - Math.floor(Math.log10(Math.abs(reach))), 1));
}

function isAlike(key, other) {
  return key.every((part, k) => part === other[k]);
}

/** How surprised the network is by the text, as far as it has read it, and beside n-grams by all that was held out. */
function bitsInWords(app, reading, readingFree, isHeld) {
  const n = Math.min(reading.steps, readingFree.steps) - 1;
  if (n < 1) return word("bits.none");
  const mean = (of) => number(of.bitsUpTo(n) / n);
  const values = { n, bits: mean(reading), free: mean(readingFree) };
  return [word(isHeld ? "bits.held" : "bits", values), scoreOfRun(app.payload)].filter(Boolean).join(" ");
}

/** What the run's report has: the network beside the best n-gram. */
function scoreOfRun({ score }) {
  if (!score) return "";
  const { bits, n, ngram } = score;
  const [ours, theirs] = [bits, ngram?.bits ?? NaN].map((v) => number(v));
  const key = !ngram ? "bits.run" : ours === theirs ? "bits.run.same" : bits < ngram.bits ? "bits.run.better" : "bits.run.worse";
  return word(key, { n: n.toLocaleString("en-US"), ours, theirs, rival: ngram?.name });
}
