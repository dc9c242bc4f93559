/** One training of a small network at a task of gate-task.js, update by update; the same again for the same seed. */

import { beginAdam, clipGradient, drawWeights, gradientOf, splitWeights, stepAdam, watch } from "./learning.js";
import { makeSeries } from "./gate-task.js";
import { encodeArray } from "./payload.js";
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
 * @param {string} lacks the letters of the gates that it is to lack; "r" for a plain RNN, h = tanh(x·W + h·U + b)
 * @param {number} H
 * @returns {Cell} of a plain RNN: i is 1 and f is 1 − i, so that c = z, and h is c itself
 */
export function cellWithout(lacks, H) {
  const isPlain = lacks === "r";
  const has = (gate) => !isPlain && !lacks.includes(gate);
  const variant = /** @type {Variant} */ ({
    input_gate: has("i"), forget_gate: has("f"), output_gate: has("o"), coupled: isPlain,
    peepholes: false, full_gate_recurrence: false,
    input_activation: "tanh", gate_activation: "sigmoid", output_activation: isPlain ? "linear" : "tanh",
  });
  return { D: 2, H, variant };
}

/** A training, with its results so far. */
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
    this.network = splitWeights(this.adam.weights, cell);
    this.others = makeSeries(task, HELD_OUT, STEPS, randomNumbers(2 * seed + 1));
    const { y } = this.others;
    this.variance = y.reduce((sum, v) => sum + v * v, 0) / y.length; // the error of always predicting 0
    this.shares = [this.measure()]; // of that, before the first update and after every EVERY
  }

  get isDone() {
    return this.adam.updates >= UPDATES;
  }

  /** @returns {number} the error on series that it does not learn from, as a fraction of the targets' variance */
  measure() {
    return watch(this.network, this.others.x, this.others.y, STEPS).error / this.variance;
  }

  /** Make one update. */
  update() {
    const { cell, adam } = this;
    const { x, y } = makeSeries(this.task, BATCH, STEPS, this.random);
    const { gradient } = gradientOf(cell, adam.weights, x, y, STEPS);
    stepAdam(adam, clipGradient(gradient, LONGEST_GRADIENT), RATE * Math.min(1, 2 - (2 * adam.updates) / UPDATES));
    if (adam.updates % EVERY === 0) this.shares.push(this.measure());
  }
}

/** A training and, if its cell lacks something, that of the cell with all gates; update by update, alternately. */
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

  /** @returns {{own: number, full: ?number}} the errors by now, as fractions of the targets' variance */
  get shares() {
    return { own: this.own.shares[this.own.shares.length - 1], full: this.full?.shares.at(-1) ?? null };
  }
}

/**
 * The network that was trained, as data of the page, so that all its views can show it.
 * @param {Payload} like the page's data of the network of one unit for the same task: its examples, its channels
 * @param {Comparison} comparison
 * @returns {Payload} data as payload.py writes it; `trained` has the choices and the results
 */
export function payloadOfTrained(like, { choice, own, shares, updates, isDone }) {
  const { D, H, variant, kernel, recurrentKernel, bias, readOut, readOutBias } = own.network;
  const direction = {
    name: "lstm", backwards: false, units: H, features: D, variant,
    kernel: encodeArray(kernel, [D, 4 * H]), recurrent_kernel: encodeArray(recurrentKernel, [H, 4 * H]),
    bias: encodeArray(bias, [4 * H]),
  };
  const ownReadOut = { kernel: encodeArray(readOut, [H, 1]), bias: encodeArray(readOutBias, [1]) };
  return {
    ...like,
    title: `${like.name}, trained in the page`,
    run: ["trained", like.name, ...(choice.lacks ? ["without", choice.lacks] : ["full"]), choice.seed].join("-"),
    network: { ...like.network, layers: [{ directions: [direction] }], read_out: { ...like.network.read_out, ...ownReadOut } },
    gate_task: { gate: like.gate_task.gate },
    trained: { choice, shares, updates, isDone },
  };
}
