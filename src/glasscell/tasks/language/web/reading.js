/**
 * A language model reads a text step by step; after a change of the text only the part after it is read again.
 * Row 0 is the boundary before the text, row k the state after its character k. No user interface in here.
 *
 * H units of a layer · E of the embedding · C symbols
 */

import { addProduct, hold, recurrenceOf, softmax } from "../../../explorer/web/network/forward.js";
import { QUANTITIES } from "../../../explorer/web/network/quantities.js";
import { argmax } from "../../../explorer/web/network/runs.js";

const GROWTH = 1.5; // of the room for rows
const FEWEST_ROWS = 256;
const STEPS_BETWEEN_LOOKS = 4; // at the clock

/** A text as read by the network, with gates held or without. The equations are those of `forward.js`. */
export class TextReading {
  /** @param {Network} network with an embedding, read out at every step */
  constructor(network) {
    this.network = network;
    this.symbols = [];
    /** @type {Clamp[]} */
    this.clamps = [];
    this.steps = 0; // rows that are read
    this.room = 0;
    this.version = 0; // another number: earlier rows may have changed
    this.layers = network.layers.map(({ directions: [direction] }) => {
      const rows = Object.fromEntries(QUANTITIES.map((name) => [name, new Float32Array(0)]));
      return { direction, recurrence: recurrenceOf(direction, Float32Array), rows };
    });
    this.read = new Float32Array(0);
    this.logits = new Float32Array(0);
    this.bits = [0]; // cumulative, of the characters up to each row, as far as computed; the boundary costs none
  }

  /** Set another text to read. @returns {number} how many rows of the reading remain */
  setText(symbols) {
    const common = this.symbols.findIndex((symbol, n) => symbol !== symbols[n]);
    const left = common < 0 ? this.symbols.length : common;
    this.symbols = symbols;
    return this.keep(left);
  }

  /** Hold other gates. @param {Clamp[]} clamps as `run` takes them @returns {number} how many rows are left */
  hold(clamps) {
    if (clamps === this.clamps) return this.steps;
    const from = Math.min(...[...clamps, ...this.clamps].map((clamp) => clamp.from), Infinity);
    this.clamps = clamps;
    return this.keep(from);
  }

  /** Forget the reading after so many rows. @returns {number} how many remain */
  keep(rows) {
    if (rows < this.steps) this.version++;
    this.steps = Math.min(this.steps, rows);
    this.bits.length = Math.max(Math.min(this.bits.length, this.steps), 1);
    return this.steps;
  }

  /** @returns {boolean} whether all is read */
  get isDone() {
    return this.steps >= this.symbols.length;
  }

  /** Read on until the end, or for about so many milliseconds. @returns {boolean} whether there is more to read */
  advance(milliseconds = Infinity) {
    if (this.isDone) return false;
    const end = performance.now() + milliseconds;
    this.makeRoom(this.symbols.length);
    this.restore(this.steps - 1);
    for (let n = 1; !this.isDone; n++) {
      this.step();
      if (n % STEPS_BETWEEN_LOOKS === 0 && performance.now() >= end) break;
    }
    return !this.isDone;
  }

  /** Put the state after a row back into the recurrences; before the first one it is 0. */
  restore(row) {
    for (const { direction: { H }, recurrence: { state, ifo }, rows } of this.layers) {
      const put = (into, names) => names.forEach((name, k) => {
        if (row < 0) into.fill(0);
        else into.set(rows[name].subarray(row * H, (row + 1) * H), k * H);
      });
      put(state, ["h", "c"]);
      put(ifo, ["i", "f", "o"]);
    }
  }

  step() {
    const row = this.steps;
    const { embedding: { E, table }, readOut, C } = this.network;
    const symbol = this.symbols[row];
    this.read.set(table.subarray(symbol * E, (symbol + 1) * E), row * E);
    let below = this.read;
    for (const [layer, { direction: { H, D, kernel }, recurrence, rows }] of this.layers.entries()) {
      const now = this.clamps.filter((clamp) => clamp.layer === layer && row >= clamp.from && row <= clamp.to);
      const held = hold(now.map((clamp) => ({ ...clamp, from: 0, to: 0 })), 1, H);
      recurrence.enter();
      addProduct(recurrence.a, below, row * D, D, kernel);
      recurrence.step(/** @type {any} */ (rows), row * H, held, 0);
      rows.h.set(recurrence.state.subarray(0, H), row * H);
      rows.c.set(recurrence.state.subarray(H), row * H);
      below = rows.h;
    }
    const answer = Float64Array.from(readOut.bias);
    addProduct(answer, below, row * readOut.F, readOut.F, readOut.kernel);
    this.logits.set(answer, row * C);
    this.steps++;
  }

  makeRoom(rows) {
    if (rows <= this.room) return;
    this.room = Math.max(FEWEST_ROWS, rows, Math.ceil(GROWTH * this.room));
    const grown = (was, width) => {
      const larger = new Float32Array(this.room * width);
      larger.set(was);
      return larger;
    };
    for (const { direction: { H }, rows: mine } of this.layers) {
      for (const name of QUANTITIES) mine[name] = grown(mine[name], H);
    }
    this.logits = grown(this.logits, this.network.C);
    this.read = grown(this.read, this.network.embedding.E);
  }

  /** The logits (C) after a row that is read. */
  logitsAt(row) {
    const { C } = this.network;
    return this.logits.subarray(row * C, (row + 1) * C);
  }

  /** @returns {Float64Array} (C) how likely each symbol is after a row that is read */
  expectationAt(row) {
    return softmax(this.logitsAt(row));
  }

  /** @returns {number} the bits that the character at a row cost: −log2 of its probability; NaN where it is not read */
  surpriseAt(row) {
    return row < 1 || row > this.steps || row >= this.symbols.length ? NaN : this.bitsUpTo(row) - this.bitsUpTo(row - 1);
  }

  /** @returns {number} the bits of all characters up to a row, of which the one before is read */
  bitsUpTo(row) {
    const { bits, symbols } = this;
    for (let k = bits.length; k <= row; k++) bits.push(bits[k - 1] - Math.log2(this.expectationAt(k - 1)[symbols[k]]));
    return bits[row];
  }

  /** @returns {number} how many characters were the likeliest before they were read */
  countHits() {
    return this.symbols.slice(1, this.steps).filter((symbol, n) => argmax(this.logitsAt(n)) === symbol).length;
  }

  /**
   * What `run` would return of the rows from `from` to before `to`: views of this reading's own arrays.
   * @returns {Run}
   */
  result(from = 0, to = this.steps) {
    const steps = to - from;
    const { E } = this.network.embedding;
    const layers = this.layers.map(({ direction: { H }, rows }) => {
      const views = QUANTITIES.map((name) => [name, rows[name].subarray(from * H, to * H)]);
      return { directions: [{ H, backwards: false, ...Object.fromEntries(views) }] };
    });
    const read = this.read.subarray(from * E, to * E);
    return /** @type {any} */ ({ steps, read, mask: new Uint8Array(steps).fill(1), layers });
  }
}
