/** The page for text: the position of the reading, with gates held and without, and the unit in view. */

import { Page } from "../../../explorer/web/page.js";
import { byId, changeOfKey } from "../../../explorer/web/kit/dom.js";
import { number, word } from "../../../explorer/web/words/language.js";
import { decode } from "../../../explorer/web/network/payload.js";
import { sizeInWords } from "../../../explorer/web/views/place.js";
import { TextReading } from "./reading.js";
import { rangeOf, stretchOn } from "./on-off.js";
import { Alphabet } from "./symbols.js";

export const LONGEST = 10_000; // characters, as in tasks/language/page_texts.py
const MILLISECONDS = 14; // of a frame, for reading
const PLAY_MILLISECONDS = 120; // from character to character

/** The page's state and what can be done to it; all views receive it. */
export class TextApp extends Page {
  edited = "text";
  subject = "text";
  kind = "tokens"; // for the views that other pages have, too
  sections = ["write", "named"];
  isWriting = false;
  isMoved = false; // the cursor or the unit, by the reader
  off = null; // the clamp by which a unit is switched off
  note = null; // the result of the last action, as [key, values]
  range = null; // where the memory of the unit in view is off, and on
  isNewRange = changeOfKey();

  /**
   * @param {Payload} payload the page's data; throws an Error with a code if it cannot be used
   * @param {(app: any) => View[]} furnish makes the views
   */
  constructor(payload, furnish) {
    const names = (payload.cells ?? []).filter(({ named }) => named); // the page opens on the first
    const { layer, unit } = names[0] ?? { layer: 0, unit: 0 };
    super(payload, furnish, { cursor: 0, layer, unit, cell: null, quantity: "c", isUnderlined: false });
    this.names = names;
    this.network = decode(payload);
    this.alphabet = new Alphabet(payload.characters);
    payload.words = Object.fromEntries(Array.from({ length: this.network.C }, (_, k) => [k, this.alphabet.signOf(k)]));
    this.free = this.held = new TextReading(this.network);
    this.clamped = new TextReading(this.network); // the reading with clamps, if there are any
    this.set({ text: payload.text.text });
  }

  open() {
    this.arrive();
    this.set({});
  }

  /** Change the state. `t` moves the cursor; of another `text`, what has changed is read again. */
  set(patch) {
    const { t, ...rest } = patch;
    super.set(rest);
    const { state } = this;
    if (rest.text !== undefined) {
      this.note = null;
      state.input = /** @type {any} */ ({ x: this.alphabet.encode(rest.text) });
      for (const reading of [this.free, this.clamped]) reading.setText(state.input.x);
    }
    if (rest.clamps) {
      this.held = rest.clamps.length > 0 ? this.clamped : this.free;
      this.clamped.hold(rest.clamps);
    }
    state.t = state.cursor = Math.min(Math.max(Math.round(t ?? state.cursor), 0), state.input.x.length - 1);
    if (rest.unit !== undefined || t !== undefined) this.isMoved = true;
  }

  /**
   * Show a unit under one of its names, in the middle of the first place of the text where it is on.
   * @param {{layer: number, unit: number, cell: any}} place
   */
  lookAt({ layer, unit, cell }) {
    const clamps = this.state.clamps.filter((clamp) => clamp !== this.off);
    this.set({ layer, unit, cell, quantity: "c", playing: false, clamps });
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
    if (!isHeld) this.off = { gate: "c", layer, direction: 0, units: [unit], from: 0, to: Infinity, value: this.range.off };
    this.set({ clamps: isHeld ? others : [...others, this.off] });
  }

  /** @returns {any} the name of the unit in view: the chosen one, or its first */
  cellInView() {
    const { layer, unit, cell } = this.state;
    const isOf = (one) => one?.layer === layer && one.unit === unit;
    return isOf(cell) ? cell : this.names.find(isOf) ?? null;
  }

  /** Read another text, up to the longest. @param {string} text @param {number} cursor */
  edit(text, cursor) {
    const characters = [...text];
    this.set({ text: characters.slice(0, LONGEST).join(""), t: cursor });
    if (characters.length > LONGEST) this.note = ["text.cut", { n: LONGEST }];
  }

  undo() {
    this.isWriting = false;
    super.undo();
  }

  /** Begin anew with an empty text. */
  clear() {
    this.isWriting = false;
    this.remember();
    this.edit("", 0);
    byId("text-area").focus();
  }

  /** Continue reading for some milliseconds, with clamps and without, and draw. */
  show() {
    const readings = [...new Set([this.held, this.free])];
    const [start, before] = [performance.now(), readings.map(({ steps }) => steps)];
    const isMore = readings.map((reading) => reading.advance(MILLISECONDS / readings.length)).includes(true);
    const detail = readings.reduce((sum, { steps }, n) => sum + steps - before[n], 0);
    if (detail > 0) performance.measure("reading", { start, end: performance.now(), detail });
    this.isHurrying = isMore || this.isWriting;
    super.show();
    if (isMore) this.set({}); // nothing has settled
  }

  /** @returns {TextFrame} */
  frame() {
    const { state, free, held, network, isHurrying } = this;
    const without = free.result();
    const result = held === free ? without : held.result();
    state.t = state.cursor;
    const frame = this.frameOf(network, result, without, Math.min(free.steps, held.steps));
    const { layer, unit, oneFree } = frame;
    const cell = this.cellInView();
    if (this.isNewRange(free.version, free.steps, layer, unit, cell)) this.range = rangeOf(oneFree, unit, cell);
    return { ...frame, reading: held, readingFree: free, cell, range: this.range, isHurrying };
  }

  story() {
    const { payload: { reads, run, bits }, network } = this;
    return {
      title: word("title", { name: reads }),
      lead: word("lead", { units: sizeInWords(network) }),
      foot: word("foot", { run }) + roundingInWords(bits),
    };
  }
}

/** What it costs that the page's weights have 16 bits. */
function roundingInWords(bits) {
  if (!bits) return "";
  const { exact, rounded, n, of } = bits;
  const ofOther = { written: "bits.page.written", given: "bits.page.given" }[of];
  const key = Math.abs(rounded - exact) < 0.0001 ? "bits.page.less" : ofOther ?? "bits.page";
  return ` ${word(key, { exact: number(exact, 4), rounded: number(rounded, 4), n })}`;
}
