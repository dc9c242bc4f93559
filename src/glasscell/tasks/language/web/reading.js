/**
 * A language model reads a text, as far as it has come; of a changed text only what follows the change is read again.
 * Row 0 is the boundary before the text, row k the state after its character k. No user interface in here.
 *
 * H units of a layer · E of the embedding · C symbols
 */

import { addProduct, recurrenceOf, softmax } from "../../../explorer/web/network/forward.js";
import { QUANTITIES } from "../../../explorer/web/network/quantities.js";

const GROWTH = 1.5; // of the room for rows
const FEWEST_ROWS = 256;
const STEPS_BETWEEN_LOOKS = 4; // at the clock
const LN2 = Math.log(2);

/** A text as the network reads it, with gates held or without. The equations are those of `forward.js`. */
export class TextReading {
  /** @param {object} network from `decode`, with an embedding, read out at every step */
  constructor(network) {
    this.network = network;
    this.symbols = [];
    this.clamps = [];
    this.steps = 0; // rows that are read
    this.room = 0;
    this.version = 0; // another number: earlier rows may have changed
    this.entered = new Map(); // symbol → bias + its row·kernel of the first layer
    this.layers = network.layers.map(({ directions: [direction] }) => {
      return { direction, recurrence: recurrenceOf(direction, Float32Array), rows: {} };
    });
    this.logits = new Float32Array(0);
    this.bits = new Float64Array(0); // of the characters up to each row, together,
    this.counted = 1; // as far as they are known; the boundary costs none
    this.read = new Float32Array(0);
  }

  /** Have another text to read. @returns {number} how many rows are left of what was read */
  setText(symbols) {
    const common = lengthInCommon(this.symbols, symbols);
    this.symbols = symbols;
    return this.keep(Math.min(this.steps, common));
  }

  /** Hold other gates. @param {object[]} clamps as `run` takes them @returns {number} how many rows are left */
  hold(clamps) {
    if (clamps === this.clamps) return this.steps;
    const from = Math.min(...[...clamps, ...this.clamps].map((clamp) => clamp.from), Infinity);
    this.clamps = clamps;
    return this.keep(Math.min(this.steps, from));
  }

  /** Forget what was read after so many rows. */
  keep(rows) {
    if (rows < this.steps) this.version++;
    this.steps = rows;
    this.counted = Math.max(Math.min(this.counted, rows), 1);
    return rows;
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
      if (row < 0) {
        state.fill(0);
        ifo.fill(0);
        continue;
      }
      const at = (name) => rows[name].subarray(row * H, (row + 1) * H);
      for (const [k, name] of ["h", "c"].entries()) state.set(at(name), k * H);
      for (const [k, name] of ["i", "f", "o"].entries()) ifo.set(at(name), k * H);
    }
  }

  step() {
    const row = this.steps;
    const { embedding: { E, table }, readOut, C } = this.network;
    const symbol = this.symbols[row];
    this.read.set(table.subarray(symbol * E, (symbol + 1) * E), row * E);
    let below = null;
    for (const [n, { direction, recurrence, rows }] of this.layers.entries()) {
      const { H, D, kernel } = direction;
      const { a, state, enter, step } = recurrence;
      if (below === null) a.set(this.enteredRow(symbol));
      else {
        enter();
        addProduct(a, below, row * D, D, kernel);
      }
      step(rows, row * H, heldAt(this.clamps, n, row, H), 0);
      rows.h.set(state.subarray(0, H), row * H);
      rows.c.set(state.subarray(H), row * H);
      below = rows.h;
    }
    const answer = Float64Array.from(readOut.bias);
    addProduct(answer, below, row * readOut.F, readOut.F, readOut.kernel);
    this.logits.set(answer, row * C);
    this.steps++;
  }

  /** What the first layer reads of a symbol: the same wherever it stands. */
  enteredRow(symbol) {
    if (!this.entered.has(symbol)) {
      const { direction: { D, H, bias, kernel } } = this.layers[0];
      const a = bias ? Float64Array.from(bias) : new Float64Array(4 * H);
      addProduct(a, this.network.embedding.table, symbol * D, D, kernel);
      this.entered.set(symbol, a);
    }
    return this.entered.get(symbol);
  }

  makeRoom(rows) {
    if (rows <= this.room) return;
    this.room = Math.max(FEWEST_ROWS, rows, Math.ceil(GROWTH * this.room));
    const grown = (was, width, Numbers = Float32Array) => {
      const larger = new Numbers(this.room * width);
      if (was) larger.set(was);
      return larger;
    };
    for (const { direction: { H }, rows: mine } of this.layers) {
      for (const name of QUANTITIES) mine[name] = grown(mine[name], H);
    }
    this.logits = grown(this.logits, this.network.C);
    this.read = grown(this.read, this.network.embedding.E);
    this.bits = grown(this.bits, 1, Float64Array);
  }

  /** @returns {Float64Array} (C) how likely each symbol is after a row that is read */
  expectationAt(row) {
    const { C } = this.network;
    return softmax(this.logits.subarray(row * C, (row + 1) * C));
  }

  /** @returns {number} the bits that the character at a row cost: −log2 of its probability; NaN where it is not read */
  surpriseAt(row) {
    return row < 1 || row > this.steps || row >= this.symbols.length ? NaN : this.bitsUpTo(row) - this.bitsUpTo(row - 1);
  }

  /** @returns {number} the bits of all characters up to a row, of which the one before is read */
  bitsUpTo(row) {
    for (; this.counted <= row; this.counted++) this.bits[this.counted] = this.bits[this.counted - 1] + this.cost(this.counted);
    return this.bits[row];
  }

  /** @returns {number} how many characters were the likeliest before they were read */
  countHits() {
    const { C } = this.network;
    let hits = 0;
    for (let row = 1; row < this.steps; row++) {
      const start = (row - 1) * C;
      let best = 0;
      for (let k = 1; k < C; k++) if (this.logits[start + k] > this.logits[start + best]) best = k;
      hits += best === this.symbols[row];
    }
    return hits;
  }

  cost(row) {
    const { C } = this.network;
    const start = (row - 1) * C;
    let largest = -Infinity;
    for (let k = start; k < start + C; k++) if (this.logits[k] > largest) largest = this.logits[k];
    let sum = 0;
    for (let k = start; k < start + C; k++) sum += Math.exp(this.logits[k] - largest);
    return (largest + Math.log(sum) - this.logits[start + this.symbols[row]]) / LN2;
  }

  /**
   * What `run` would return of the rows from `from` to before `to`: views of this reading's own arrays.
   * @returns {{steps: number, read: Float32Array, mask: Uint8Array, layers: object[]}}
   */
  result(from = 0, to = this.steps) {
    const steps = to - from;
    const { E } = this.network.embedding;
    const layers = this.layers.map(({ direction: { H }, rows }) => {
      const views = QUANTITIES.map((name) => [name, rows[name].subarray(from * H, to * H)]);
      return { directions: [{ H, backwards: false, ...Object.fromEntries(views) }] };
    });
    return { steps, read: this.read.subarray(from * E, to * E), mask: new Uint8Array(steps).fill(1), layers };
  }
}

/** @returns {number} how many symbols two texts have in common at their beginning */
export function lengthInCommon(one, other) {
  const most = Math.min(one.length, other.length);
  let n = 0;
  while (n < most && one[n] === other[n]) n++;
  return n;
}

/** What is held in one layer at one row, as the recurrence takes it: for each gate null, or (H), NaN where it is free. */
function heldAt(clamps, layer, row, H) {
  const held = { z: null, i: null, f: null, o: null, c: null, h: null };
  for (const { gate, units, from, to, value, layer: of } of clamps) {
    if (of !== layer || row < from || row > to) continue;
    held[gate] ??= new Float64Array(H).fill(NaN);
    if (units === null) held[gate].fill(value);
    else for (const u of units) held[gate][u] = value;
  }
  return held;
}
