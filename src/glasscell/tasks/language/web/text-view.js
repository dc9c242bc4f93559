/** The text: every character on the colour of the chosen unit there, underlined as far as it was not expected. */

import { byId, html, put } from "../../../explorer/web/kit/dom.js";
import { number, word } from "../../../explorer/web/words/language.js";
import { QUANTITIES } from "../../../explorer/web/network/quantities.js";
import { lengthInCommon } from "./reading.js";
import { RARE, characterAt, offsetOf } from "./symbols.js";
import { shadesOf } from "./shades.js";
import { TextLines } from "./lines.js";

const BITS = [1, 2, 4, 6, 9]; // from which on the underline is thicker

/**
 * @param {object} app
 * @returns {{update: function(object)}}
 */
export function textView(app) {
  const [area, scroll] = [byId("text-area"), byId("text-scroll")];
  const lines = new TextLines(byId("text-shown"));
  const legend = colourChoice(app);
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

  /** Colour the characters that are read, and have another colour now. */
  function paint({ state, steps, one, unit, layer, look, reading, result }) {
    const { quantity, input: { x } } = state;
    const reach = reachOf(one, unit, quantity);
    const key = [look, quantity, unit, layer, reach, reading, reading.version];
    const isSame = isAlike(key, drawn.key);
    let from = isSame ? drawn.rows : 0;
    // another character that is rare, too, is the same symbol, but has an element of its own
    if (isSame && drawn.x !== x) from = Math.min(from, 1 + lengthInCommon([...drawn.painted], [...state.text]));
    if (drawn.look !== look + quantity) drawn.shades = shadesOf(quantity);
    const values = result.layers[layer].directions[0][quantity];
    const { H } = one;
    const isGate = "ifo".includes(quantity);
    lines.each(Math.max(from - 1, 0), x.length - 1, (span, n) => {
      const row = n + 1;
      const isRead = row < steps;
      const v = isRead ? values[row * H + unit] : 0;
      const shade = isGate ? v * 255.999 : (v / reach) * 127.5 + 128;
      const colour = isRead ? drawn.shades[Math.min(Math.max(Math.floor(shade), 0), 255)] : "";
      if (span.style.backgroundColor !== colour) span.style.backgroundColor = colour;
      const bits = isRead ? reading.surpriseAt(row) : 0;
      const name = `s${BITS.filter((least) => bits >= least).length}${x[row] === RARE ? " rare" : ""}${isRead ? "" : " unread"}`;
      if (span.className !== name) span.className = name;
    });
    Object.assign(drawn, { key, x, rows: steps, painted: state.text, look: look + quantity });
    legend.update(quantity, isGate, reach, drawn.shades);
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

  /** Scroll the text, and not the page, so that a character is seen. */
  function reveal(span) {
    if (!span) return;
    const [box, one] = [scroll.getBoundingClientRect(), span.getBoundingClientRect()];
    if (one.top < box.top + 4) scroll.scrollTop += one.top - box.top - 30;
    else if (one.bottom > box.bottom - 4) scroll.scrollTop += one.bottom - box.bottom + 30;
  }

  return {
    update(frame) {
      const { state, reading, readingFree, isHeld, steps } = frame;
      write(state);
      paint(frame);
      const { name, text } = app.payload.text;
      put(byId("text-title"), { text: state.text === text ? word("text.title", { name }) : word("text.title.own") });
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

/** The choice of what the colours show, with what they mean. */
function colourChoice(app) {
  const segments = html("div", { class: "segments", role: "radiogroup", "data-word-label": "text.colour" });
  for (const value of ["c", "h", "z", "i", "f", "o"]) {
    const radio = html("input", { type: "radio", name: "quantity", value, class: "hidden" });
    radio.checked = value === app.state.quantity;
    radio.addEventListener("change", () => app.set({ quantity: value }));
    const letter = html("b", { class: `ink-${value}`, text: value });
    segments.append(html("label", {}, radio, html("span", { class: "segment", "data-word-title": `name.${value}` }, letter)));
  }
  const [low, high] = [html("span"), html("span")];
  const ramp = html("canvas", { class: "ramp", width: 256, height: 1 });
  const surprise = html("span", { class: "surprise-key" });
  for (const [k, least] of BITS.entries()) surprise.append(html("span", { class: `s${k + 1}`, text: `${least}+` }), " ");
  byId("text-colours").append(
    segments, html("span", { class: "map-ends", "aria-hidden": "true" }, low, ramp, high),
    html("span", { class: "hint" }, html("span", { "data-word": "text.underline" }), " ", surprise),
  );
  let shown = null;
  return {
    update(quantity, isGate, reach, shades) {
      for (const radio of segments.querySelectorAll("input")) radio.checked = radio.value === quantity;
      put(low, { text: isGate ? word("maps.closed") : reachInWords(-reach) });
      put(high, { text: isGate ? word("maps.open") : reachInWords(reach) });
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

/** @returns {number} the size of number that gets the full colour: two digits, so that it seldom changes */
function reachOf({ H, ...quantities }, unit, name) {
  if (!QUANTITIES.includes(name) || "ifo".includes(name)) return 1;
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

/** How surprised the network is by the text, as far as it has read it. */
function bitsInWords(app, reading, readingFree, isHeld) {
  const n = Math.min(reading.steps, readingFree.steps) - 1;
  if (n < 1) return word("bits.none");
  const mean = (of) => number(of.bitsUpTo(n) / n);
  const values = { n, bits: mean(reading), all: number(Math.log2(app.network.C), 1), C: app.network.C };
  return isHeld ? word("bits.held", { ...values, free: mean(readingFree) }) : word("bits", values);
}
