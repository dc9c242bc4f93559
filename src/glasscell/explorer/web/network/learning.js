/**
 * How a small network learns: backpropagation through time, and Adam, in float64. No user interface in here.
 *
 * B series · T time steps · D channels · H units; a linear output layer of h at every step, y = h·readOut + readOutBias
 *
 * A cell is {D, H, variant}; forward.js reads with it. All its weights are one array, those of gates that it lacks 0.
 */

import { addProduct, recurrenceOf } from "./forward.js";

const DECAY = [0.9, 0.999]; // of Adam's two means
const EPSILON = 1e-7; // Keras's

/**
 * A cell with its output layer; or, of the gradient of the same weights, its parts.
 * @param {Float64Array} weights of which all parts are views: they follow when it changes
 * @param {Cell} cell
 */
export function splitWeights(weights, { D, H, variant }) {
  let at = 0;
  const part = (size) => weights.subarray(at, (at += size));
  return {
    D, H, variant, backwards: false, peepholeKernel: null, gateKernel: null,
    kernel: part(D * 4 * H), recurrentKernel: part(H * 4 * H), bias: part(4 * H), // blocks in the order i, f, z, o
    readOut: part(H), readOutBias: part(1),
  };
}

/**
 * Draw weights as the lab does: Glorot and Bengio's, four blocks counting as one matrix; biases 0, the forget gate's 1.
 * Two cells of one size start from the same random weights where both have them.
 * @param {Cell} cell
 * @param {() => number} random
 */
export function drawWeights(cell, random) {
  const { D, H, variant } = cell;
  const weights = new Float64Array(4 * H * (D + H + 1) + H + 1);
  const { kernel, recurrentKernel, bias, readOut } = splitWeights(weights, cell);
  const draw = (part, fans) => {
    const limit = Math.sqrt(6 / fans);
    for (let k = 0; k < part.length; k++) part[k] = limit * (2 * random() - 1);
  };
  draw(kernel, D + 4 * H);
  draw(recurrentKernel, 5 * H);
  draw(readOut, H + 1);
  bias.fill(1, H, 2 * H);
  const blocks = [variant.input_gate, variant.forget_gate, true, variant.output_gate];
  for (const matrix of [kernel, recurrentKernel, bias]) {
    for (let k = 0; k < matrix.length; k++) if (!blocks[Math.floor(k / H) % 4]) matrix[k] = 0;
  }
  return weights;
}

/**
 * Read B series, one after the other.
 * @param {ReturnType<typeof splitWeights>} network
 * @param {Float64Array} x (B, T, D)
 * @param {Float64Array} y (B, T) the targets
 * @param {number} T
 * @returns {{one: DirectionRun, misses: Float64Array, error: number}} (B·T, H) of all series; (B·T) the errors; and
 *   the squared error, mean over series and steps
 */
export function watch(network, x, y, T) {
  const { D, H, kernel, readOut, readOutBias } = network;
  const steps = () => new Float64Array(y.length * H);
  const one = { H, backwards: false, z: steps(), i: steps(), f: steps(), o: steps(), c: steps(), h: steps() };
  const { a, state, enter, step } = recurrenceOf(network);
  let error = 0;
  const misses = y.map((target, t) => {
    if (t % T === 0) state.fill(0); // another series
    enter();
    addProduct(a, x, t * D, D, kernel);
    step(one, t * H, {});
    let answer = readOutBias[0];
    for (let u = 0; u < H; u++) {
      one.h[t * H + u] = state[u];
      one.c[t * H + u] = state[H + u];
      answer += state[u] * readOut[u];
    }
    error += (answer - target) ** 2;
    return answer - target;
  });
  return { one, misses, error: error / y.length };
}

/**
 * Look back through B series.
 * @returns {{error: number, gradient: Float64Array}} the gradient laid out as the weights; arguments as of `watch`
 */
export function gradientOf(cell, weights, x, y, T) {
  const { D, H, variant } = cell;
  const network = splitWeights(weights, cell);
  const { recurrentKernel, readOut } = network;
  const { one: { z, i, f, o, c, h }, misses, error } = watch(network, x, y, T);
  const gradient = new Float64Array(weights.length);
  const g = splitWeights(gradient, cell);
  const isTanh = variant.output_activation === "tanh"; // else h = o·c
  const a = new Float64Array(4 * H); // the gradient with respect to the sums of i, f, z, o
  const later = { h: new Float64Array(H), c: new Float64Array(H) }; // what later steps ask of h and c
  const add = (part, row, v) => {
    for (let k = 0; k < 4 * H; k++) part[row * 4 * H + k] += v * a[k];
  };
  for (let t = y.length - 1; t >= 0; t--) {
    if (t % T === T - 1) [later.h, later.c].map((one) => one.fill(0));
    const miss = (2 / y.length) * misses[t];
    for (let u = 0; u < H; u++) {
      const at = t * H + u;
      const before = t % T === 0 ? 0 : c[at - H];
      const shown = isTanh ? Math.tanh(c[at]) : c[at];
      const ofH = miss * readOut[u] + later.h[u];
      const ofC = later.c[u] + ofH * o[at] * (isTanh ? 1 - shown * shown : 1);
      a[u] = variant.input_gate ? ofC * z[at] * i[at] * (1 - i[at]) : 0;
      a[H + u] = variant.forget_gate ? ofC * before * f[at] * (1 - f[at]) : 0;
      a[2 * H + u] = ofC * i[at] * (1 - z[at] * z[at]);
      a[3 * H + u] = variant.output_gate ? ofH * shown * o[at] * (1 - o[at]) : 0;
      later.c[u] = ofC * f[at];
      g.readOut[u] += miss * h[at];
    }
    g.readOutBias[0] += miss;
    add(g.bias, 0, 1);
    for (let d = 0; d < D; d++) add(g.kernel, d, x[t * D + d]);
    for (let p = 0; p < H; p++) {
      if (t % T > 0) add(g.recurrentKernel, p, h[(t - 1) * H + p]);
      later.h[p] = 0;
      for (let k = 0; k < 4 * H; k++) later.h[p] += recurrentKernel[p * 4 * H + k] * a[k];
    }
  }
  return { error, gradient };
}

/** @returns {Float64Array} the gradient, made shorter where it is longer than `longest` */
export function clipGradient(gradient, longest) {
  const length = Math.hypot(...gradient);
  return length > longest ? gradient.map((v) => (v * longest) / length) : gradient;
}

/** @returns {{weights: Float64Array, mean: Float64Array, square: Float64Array, updates: number}} where Adam begins */
export function beginAdam(weights) {
  return { weights, mean: new Float64Array(weights.length), square: new Float64Array(weights.length), updates: 0 };
}

/** Make one update of Kingma and Ba's Adam, as Keras writes it. */
export function stepAdam(adam, gradient, rate) {
  const { weights, mean, square } = adam;
  const [keep, keepSquare] = DECAY;
  const n = ++adam.updates;
  const stride = (rate * Math.sqrt(1 - keepSquare ** n)) / (1 - keep ** n);
  gradient.forEach((v, k) => {
    mean[k] = keep * mean[k] + (1 - keep) * v;
    square[k] = keepSquare * square[k] + (1 - keepSquare) * v ** 2;
    weights[k] -= (stride * mean[k]) / (Math.sqrt(square[k]) + EPSILON);
  });
}
