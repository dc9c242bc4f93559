/** The state of the page for text, and the frame computed from it: one for each of the browser's frames. */

import { byId, put } from "../../../explorer/web/kit/dom.js";
import { number, preferredLanguage, unitsInWords, word } from "../../../explorer/web/words/language.js";
import { lookOf, putOn } from "../../../explorer/web/views/look.js";
import { decode } from "../../../explorer/web/network/payload.js";
import { TextReading } from "./reading.js";
import { momentOf, stepBefore } from "../../../explorer/web/network/moment.js";
import { rangeOf, stretchOn } from "./on-off.js";
import { Alphabet } from "./symbols.js";

export const LONGEST = 10_000; // characters, as in tasks/language/page_texts.py
const MILLISECONDS = 14; // of a frame, for reading
const CALM_MILLISECONDS = 500; // without a change, before a screen reader is informed
const MAX_UNDO = 30;
const PLAY_MILLISECONDS = 120; // from character to character

/** The page's state and what can be done to it; all views receive it. */
export class TextApp {
  /** @param {object} payload the page's data; throws an Error with a code if it cannot be used */
  constructor(payload) {
    this.network = decode(payload);
    this.alphabet = new Alphabet(payload.characters);
    const signs = Array.from({ length: this.network.C }, (_, k) => [k, this.alphabet.signOf(k)]);
    this.payload = { ...payload, words: Object.fromEntries(signs) };
    this.kind = "tokens"; // for the views that other pages have, too
    this.free = new TextReading(this.network);
    this.held = this.free;
    this.views = [];
    this.undone = [];
    this.isWriting = false;
    this.names = (payload.cells ?? []).filter(({ named }) => named); // the page opens on the first
    this.isMoved = false; // the cursor or the unit, by the reader
    this.off = null; // the clamp by which a unit is switched off
    this.note = null; // what came of the last thing that was done, as [key, values]
    const { text } = payload.text;
    this.state = {
      text, input: { x: this.alphabet.encode(text) }, cursor: 0, t: 0, layer: this.names[0]?.layer ?? 0, direction: 0,
      unit: this.names[0]?.unit ?? 0, cell: null, quantity: "c", isUnderlined: false, clamps: [], more: null,
      language: preferredLanguage(), theme: "auto", playing: false, speed: 1, until: null,
    };
    this.free.setText(this.state.input.x);
  }

  /** Change the state; what is shown follows with the next frame. `t` moves the cursor. */
  set(patch) {
    const { t, ...rest } = patch;
    Object.assign(this.state, rest);
    if (t !== undefined) this.state.cursor = Math.min(Math.max(Math.round(t), 0), this.state.input.x.length - 1);
    if (patch.clamps) this.hold(patch.clamps);
    if (patch.unit !== undefined || t !== undefined) this.isMoved = true;
    this.isChanged = true;
    this.redraw();
  }

  /** Look at a unit, as what it is named after, in the middle of where the text first has it on. @param {{layer, unit, cell: ?object}} */
  lookAt({ layer, unit, cell }) {
    this.set({ layer, unit, cell, quantity: "c", playing: false, clamps: this.state.clamps.filter((clamp) => clamp !== this.off) });
    const one = this.free.result().layers[layer].directions[0];
    const stretch = stretchOn(one, unit, rangeOf(one, unit, cell));
    if (stretch) this.set({ t: (stretch.from + stretch.to) >> 1 });
  }

  /** @returns {{steps: number, isBackwards: boolean, first: number, each: number}} of the text, which is played by character */
  shape() {
    return { steps: this.state.input.x.length, isBackwards: false, first: 0, each: PLAY_MILLISECONDS };
  }

  isSwitchedOff() {
    const { layer, unit, clamps } = this.state;
    return clamps.includes(this.off) && this.off.layer === layer && this.off.units[0] === unit;
  }

  /** Hold the memory of the unit in view at its usual value where it is off; or let go of it. */
  switchOff() {
    const { layer, unit, clamps } = this.state;
    const others = clamps.filter((clamp) => clamp !== this.off);
    const isHeld = this.isSwitchedOff();
    if (!isHeld) this.off = { gate: "c", layer, direction: 0, units: [unit], from: 0, to: Infinity, value: this.frame().range.off };
    this.set({ clamps: isHeld ? others : [...others, this.off] });
  }

  /** @returns {?object} what the unit in view is named after: what was chosen, or the first that it has */
  cellInView() {
    const { layer, unit, cell } = this.state;
    const isOf = (one) => one?.layer === layer && one.unit === unit;
    return isOf(cell) ? cell : this.names.find(isOf) ?? null;
  }

  /** Read another text, of which what has changed is read again. @param {string} text @param {number} cursor */
  edit(text, cursor) {
    let characters = [...text];
    this.note = characters.length > LONGEST ? ["text.cut", { n: LONGEST }] : null;
    if (characters.length > LONGEST) characters = characters.slice(0, LONGEST);
    const whole = characters.join("");
    this.state.input = { x: this.alphabet.encode(whole) };
    for (const reading of new Set([this.free, this.held])) reading.setText(this.state.input.x);
    this.set({ text: whole, t: cursor });
  }

  /** Keep the text as it is now, for undo. */
  remember() {
    this.undone.push(this.state.text);
    if (this.undone.length > MAX_UNDO) this.undone.shift();
  }

  undo() {
    if (this.undone.length > 0) this.edit(this.undone.pop(), Infinity);
  }

  /** Hold gates: then the text is read twice, with them and without. */
  hold(clamps) {
    if (clamps.length === 0) {
      this.held = this.free;
      return;
    }
    if (this.held === this.free) {
      this.held = new TextReading(this.network);
      this.held.setText(this.state.input.x);
    }
    this.held.hold(clamps);
  }

  /** Draw a frame soon. */
  redraw() {
    this.pending ??= requestAnimationFrame(() => this.show());
  }

  /** Read on for some milliseconds, and draw. */
  show() {
    this.pending = null;
    const start = performance.now();
    const isMore = this.read();
    const frame = { ...this.frame(), isHurrying: isMore || this.isWriting };
    for (const view of this.views) view.update(frame);
    this.drawn = frame;
    performance.measure("frame", { start, end: performance.now() }); // for the browser's tools, and our tests
    if (isMore) this.redraw();
    else if (this.isChanged) this.settle();
    if (!isMore) this.isChanged = false;
  }

  /** Read on, with what is held and without. @returns {boolean} whether there is more */
  read() {
    const readings = [...new Set([this.held, this.free])];
    const start = performance.now();
    const before = readings.map(({ steps }) => steps);
    const isMore = readings.map((reading) => reading.advance(MILLISECONDS / readings.length)).includes(true);
    const detail = readings.reduce((sum, { steps }, n) => sum + steps - before[n], 0);
    if (detail > 0) performance.measure("reading", { start, end: performance.now(), detail });
    return isMore;
  }

  frame() {
    const { state, free, held, network } = this;
    const within = (v, n) => Math.min(Math.max(Math.floor(v) || 0, 0), n - 1);
    state.layer = within(state.layer, network.layers.length);
    state.unit = within(state.unit, network.layers[state.layer].directions[0].H);
    const steps = Math.min(free.steps, held.steps);
    const t = state.t = Math.min(state.cursor, steps - 1);
    const { layer, unit } = state;
    const [result, without] = [held.result(), free.result()];
    const [one, oneFree] = [result, without].map(({ layers }) => layers[layer].directions[0]);
    const cell = this.cellInView();
    const key = [free.version, free.steps, layer, unit, cell];
    if (key.some((part, k) => part !== this.ranged?.key[k])) this.ranged = { key, range: rangeOf(oneFree, unit, cell) };
    return {
      state, result, free: without, reading: held, readingFree: free, steps, t, layer, direction: 0, unit, one, oneFree,
      look: this.dress(), isHeld: held !== free, cell, range: this.ranged.range,
      earlier: stepBefore(one, t), moment: momentOf(network, result, layer, 0, unit, t),
    };
  }

  /** Put on the language and the theme where they have changed. @returns {string} what is on */
  dress() {
    const look = lookOf(this.state);
    if (look === this.look) return look;
    this.look = look;
    putOn(this.state, "text");
    const { payload, network } = this;
    const title = word("title", { name: payload.reads });
    put(byId("title"), { text: title });
    document.title = word("page.title", { title });
    const units = network.layers.map(({ directions }) => directions[0].H).join(" → ");
    put(byId("lead"), { text: word("lead", { units: unitsInWords(units), way: "", score: "" }) });
    put(byId("foot"), { text: word("foot", { run: payload.run }) + roundingInWords(payload.bits) });
    return look;
  }

  settle() {
    clearTimeout(this.settling);
    this.settling = setTimeout(() => {
      if (!this.state.playing) put(byId("live"), { text: byId("expected-words").textContent });
      if (performance.getEntriesByType("measure").length > 500) performance.clearMeasures();
    }, CALM_MILLISECONDS);
  }
}

/** What it costs that the page's weights have 16 bits. */
function roundingInWords(bits) {
  if (!bits) return "";
  if (Math.abs(bits.rounded - bits.exact) < 0.0001) return ` ${word("bits.page.less")}`;
  const { exact, rounded, n, of } = bits;
  const values = { exact: number(exact, 4), rounded: number(rounded, 4), n };
  return ` ${word({ written: "bits.page.written", given: "bits.page.given" }[of] ?? "bits.page", values)}`;
}
