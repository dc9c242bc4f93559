/** One training of a small network at a task of gate-task.js, update by update; the same again for the same seed. */

import { beginAdam, clipGradient, drawWeights, errorOf, gradientOf, stepAdam } from "./learning.js";
import { pushesOn } from "./conflict.js";
import { makeSeries } from "./gate-task.js";
import { randomNumbers } from "./random.js";

export const UPDATES = 2000; // and below: as in `glasscell lab gates`
export const SOLVED = 0.02; // of the targets' variance
const BATCH = 32;
const STEPS = 20;
const RATE = 0.1; // until half of the updates, then falling to 0
const LONGEST_GRADIENT = 1;
export const EVERY = 20; // updates the error is measured on other series
const HELD_OUT = 200;

/**
 * @param {string} lacks the letters of the gates that it is to lack; "r" for a plain RNN
 * @param {number} H
 * @returns {Cell} of learning.js
 */
export function cellWithout(lacks, H) {
  const plain = lacks === "r";
  const has = (gate) => !plain && !lacks.includes(gate);
  return { D: 2, H, inputGate: has("i"), forgetGate: has("f"), outputGate: has("o"), plain };
}

/** A training, with what came of it so far. */
export class Training {
  /**
   * @param {GateTask} task
   * @param {Cell} cell of learning.js
   * @param {number} seed of the weights to begin with, and of all series
   */
  constructor(task, cell, seed) {
    this.task = task;
    this.cell = cell;
    this.random = randomNumbers(2 * seed);
    this.adam = beginAdam(drawWeights(cell, this.random));
    this.others = makeSeries(task, HELD_OUT, STEPS, randomNumbers(2 * seed + 1));
    const { y } = this.others;
    this.variance = y.reduce((sum, v) => sum + v * v, 0) / y.length; // the error of always answering 0
    this.shares = [this.measure()]; // of that, before the first update and after every EVERY
  }

  get isDone() {
    return this.adam.updates >= UPDATES;
  }

  /** @returns {number} the error on series that it does not learn from, as a share of the targets' variance */
  measure() {
    return errorOf(this.cell, this.adam.weights, this.others.x, this.others.y, STEPS) / this.variance;
  }

  /** Make one update. */
  update() {
    const { x, y } = makeSeries(this.task, BATCH, STEPS, this.random);
    const { gradient } = gradientOf(this.cell, this.adam.weights, x, y, STEPS);
    const rate = RATE * Math.min(1, 2 - (2 * this.adam.updates) / UPDATES);
    this.adam = stepAdam(this.adam, clipGradient(gradient, LONGEST_GRADIENT), rate);
    if (this.adam.updates % EVERY === 0) this.shares.push(this.measure());
  }
}

/** A training and, where its cell lacks something, that of the cell with all gates; update by update in turn. */
export class Comparison {
  /** @param {Choice} choice */
  constructor(choice) {
    const { task, lacks, H, seed } = choice;
    this.choice = choice;
    this.own = new Training(task, cellWithout(lacks, H), seed);
    this.full = lacks === "" ? null : new Training(task, cellWithout("", H), seed);
  }

  get isDone() {
    return this.own.isDone;
  }

  get updates() {
    return this.own.adam.updates;
  }

  /** Train for about so many milliseconds. */
  advance(milliseconds) {
    const end = performance.now() + milliseconds;
    while (!this.isDone && performance.now() < end) {
      this.own.update();
      this.full?.update();
    }
  }

  /** @returns {?Object<"own"|"full", {marked: number, unmarked: number}>} of both, as in conflict.js; null where there are none: all gates, *erase*, several units */
  pushes() {
    if (!this.full || this.choice.H > 1 || this.choice.task === "erase") return null;
    const of = ({ task, cell, adam, others }) => pushesOn(task, cell, adam.weights, others, STEPS);
    return { own: of(this.own), full: of(this.full) };
  }

  /** @returns {{own: number, full: ?number}} the errors by now, as shares of the targets' variance */
  get shares() {
    const last = (/** @type {Training} */ { shares }) => shares[shares.length - 1];
    return { own: last(this.own), full: this.full && last(this.full) };
  }
}
