/**
 * How a small network learns: backpropagation through time, and Adam, in float64. No user interface in here.
 *
 * B series · T time steps · D channels · H units; one linear read-out of h at every step, y = h·readOut + readOutBias
 *
 * A cell is {D, H, inputGate, forgetGate, outputGate, plain}. A gate that it does not have is 1. A plain RNN has none and
 * no memory: f is 0, and h = c = z = tanh(x·W + h·U + b). All weights of a cell are one array, those it does not use 0.
 */

const DECAY = [0.9, 0.999]; // of Adam's two means
const EPSILON = 1e-7; // Keras's
const BLOCKS = 4; // i, f, z, o

/** @returns {number} how many weights a cell and its read-out have, used or not */
export function sizeOfWeights({ D, H }) {
  return BLOCKS * H * (D + H + 1) + H + 1;
}

/**
 * @returns {{kernel: Float64Array, recurrentKernel: Float64Array, bias: Float64Array, readOut: Float64Array,
 *   readOutBias: Float64Array}} views of (D, 4H), (H, 4H), (4H), (H) and (1) of one array of weights, or of their gradient
 */
export function splitWeights(weights, { D, H }) {
  let at = 0;
  const part = (size) => weights.subarray(at, (at += size));
  return {
    kernel: part(D * BLOCKS * H), recurrentKernel: part(H * BLOCKS * H), bias: part(BLOCKS * H),
    readOut: part(H), readOutBias: part(1),
  };
}

/**
 * Draw weights as the lab does: Glorot and Bengio's, four blocks counting as one matrix; biases 0, the forget gate's 1.
 * What two cells of one size share is drawn alike.
 * @param {Cell} cell
 * @param {() => number} random
 */
export function drawWeights(cell, random) {
  const { D, H } = cell;
  const weights = new Float64Array(sizeOfWeights(cell));
  const parts = splitWeights(weights, cell);
  const fill = (part, fans) => {
    const limit = Math.sqrt(6 / fans);
    for (let k = 0; k < part.length; k++) part[k] = limit * (2 * random() - 1);
  };
  fill(parts.kernel, D + BLOCKS * H);
  fill(parts.recurrentKernel, H + BLOCKS * H);
  fill(parts.readOut, H + 1);
  parts.bias.fill(1, H, 2 * H);
  const blocks = [cell.inputGate, cell.forgetGate, true, cell.outputGate];
  for (const matrix of [parts.kernel, parts.recurrentKernel, parts.bias]) {
    for (let k = 0; k < matrix.length; k++) if (!blocks[Math.floor(k / H) % BLOCKS]) matrix[k] = 0;
  }
  return weights;
}

/**
 * Read B series, and look back through them.
 * @param {Cell} cell
 * @param {Float64Array} weights
 * @param {Float64Array} x (B, T, D)
 * @param {Float64Array} y (B, T) the targets
 * @param {number} T
 * @returns {{error: number, gradient: Float64Array}} the squared error, mean over series and steps; its gradient, laid
 *   out as the weights
 */
export function gradientOf(cell, weights, x, y, T) {
  const gradient = new Float64Array(weights.length);
  const [w, g] = [splitWeights(weights, cell), splitWeights(gradient, cell)];
  const seen = emptyMemories(cell, T);
  let error = 0;
  for (let from = 0; from < y.length; from += T) {
    readOne(cell, w, x, from, T, seen);
    error += answerOne(cell, w, y, from, T, seen);
    lookBack(cell, w, g, x, from, T, seen, 2 / y.length);
  }
  return { error: error / y.length, gradient };
}

/** @returns {number} the squared error alone, mean over series and steps; arguments as of `gradientOf` */
export function errorOf(cell, weights, x, y, T) {
  const w = splitWeights(weights, cell);
  const seen = emptyMemories(cell, T);
  let error = 0;
  for (let from = 0; from < y.length; from += T) {
    readOne(cell, w, x, from, T, seen);
    error += answerOne(cell, w, y, from, T, seen);
  }
  return error / y.length;
}

/**
 * Read the series whose first step is row `from` of x.
 * @returns {{h: Float64Array, miss: Float64Array}} h (T + 1, H), before the first step and after each; (T) how far the
 *   answers are off
 */
export function watchOne(cell, weights, x, y, from, T) {
  const w = splitWeights(weights, cell);
  const seen = emptyMemories(cell, T);
  readOne(cell, w, x, from, T, seen);
  answerOne(cell, w, y, from, T, seen);
  return { h: seen.h, miss: seen.miss };
}

/** What one series leaves at each step; c and h begin with the 0 before the first. `shown` is φ(c). */
function emptyMemories({ H }, T) {
  const steps = () => new Float64Array(T * H);
  const states = () => new Float64Array((T + 1) * H);
  return { i: steps(), f: steps(), z: steps(), o: steps(), shown: steps(), c: states(), h: states(), miss: new Float64Array(T) };
}

function σ(a) {
  return 1 / (1 + Math.exp(-a));
}

function readOne({ D, H, inputGate, forgetGate, outputGate, plain }, w, x, from, T, seen) {
  const { kernel, recurrentKernel, bias } = w;
  const width = BLOCKS * H;
  for (let t = 0; t < T; t++) {
    for (let u = 0; u < H; u++) {
      let [aI, aF, aZ, aO] = [bias[u], bias[H + u], bias[2 * H + u], bias[3 * H + u]];
      for (let d = 0, k = u; d < D; d++, k += width) {
        const v = x[(from + t) * D + d];
        aI += v * kernel[k];
        aF += v * kernel[k + H];
        aZ += v * kernel[k + 2 * H];
        aO += v * kernel[k + 3 * H];
      }
      for (let p = 0, k = u; p < H; p++, k += width) {
        const v = seen.h[t * H + p];
        aI += v * recurrentKernel[k];
        aF += v * recurrentKernel[k + H];
        aZ += v * recurrentKernel[k + 2 * H];
        aO += v * recurrentKernel[k + 3 * H];
      }
      const at = t * H + u;
      const i = inputGate ? σ(aI) : 1;
      const f = forgetGate ? σ(aF) : plain ? 0 : 1;
      const z = Math.tanh(aZ);
      const o = outputGate ? σ(aO) : 1;
      const c = f * seen.c[at] + i * z;
      const shown = plain ? c : Math.tanh(c);
      seen.i[at] = i;
      seen.f[at] = f;
      seen.z[at] = z;
      seen.o[at] = o;
      seen.shown[at] = shown;
      seen.c[at + H] = c;
      seen.h[at + H] = o * shown;
    }
  }
}

/** Keep how far the answers are off. @returns {number} the sum of their squares */
function answerOne({ H }, { readOut, readOutBias }, y, from, T, seen) {
  let sum = 0;
  for (let t = 0; t < T; t++) {
    let answer = readOutBias[0];
    for (let u = 0; u < H; u++) answer += seen.h[(t + 1) * H + u] * readOut[u];
    const miss = answer - y[from + t];
    seen.miss[t] = miss;
    sum += miss * miss;
  }
  return sum;
}

/** Add one series's share of the gradient to g. */
function lookBack(cell, w, g, x, from, T, seen, factor) {
  const { D, H, inputGate, forgetGate, outputGate, plain } = cell;
  const width = BLOCKS * H;
  const later = { h: new Float64Array(H), c: new Float64Array(H) }; // what later steps ask of h and c
  const a = new Float64Array(width);
  for (let t = T - 1; t >= 0; t--) {
    const asked = factor * seen.miss[t];
    g.readOutBias[0] += asked;
    for (let u = 0; u < H; u++) {
      const at = t * H + u;
      const [i, f, z, o, shown] = [seen.i[at], seen.f[at], seen.z[at], seen.o[at], seen.shown[at]];
      g.readOut[u] += asked * seen.h[at + H];
      const h = asked * w.readOut[u] + later.h[u];
      const c = later.c[u] + h * o * (plain ? 1 : 1 - shown * shown);
      a[u] = inputGate ? c * z * i * (1 - i) : 0;
      a[H + u] = forgetGate ? c * seen.c[at] * f * (1 - f) : 0;
      a[2 * H + u] = c * i * (1 - z * z);
      a[3 * H + u] = outputGate ? h * shown * o * (1 - o) : 0;
      later.c[u] = c * f;
    }
    for (let k = 0; k < width; k++) g.bias[k] += a[k];
    for (let d = 0; d < D; d++) {
      const v = x[(from + t) * D + d];
      for (let k = 0, row = d * width; k < width; k++) g.kernel[row + k] += v * a[k];
    }
    for (let p = 0; p < H; p++) {
      const before = seen.h[t * H + p];
      let sum = 0;
      for (let k = 0, row = p * width; k < width; k++) {
        g.recurrentKernel[row + k] += before * a[k];
        sum += w.recurrentKernel[row + k] * a[k];
      }
      later.h[p] = sum;
    }
  }
}

/** @returns {Float64Array} the gradient, made shorter where it is longer than `longest` */
export function clipGradient(gradient, longest) {
  const length = Math.sqrt(gradient.reduce((sum, v) => sum + v * v, 0));
  return length > longest ? gradient.map((v) => (v * longest) / length) : gradient;
}

/** @returns {{weights: Float64Array, mean: Float64Array, square: Float64Array, updates: number}} where Adam begins */
export function beginAdam(weights) {
  return { weights, mean: new Float64Array(weights.length), square: new Float64Array(weights.length), updates: 0 };
}

/** Kingma and Ba's Adam, as Keras writes it. @returns {ReturnType<typeof beginAdam>} the state after one more update */
export function stepAdam({ weights, mean, square, updates }, gradient, rate) {
  const [keep, keepSquare] = DECAY;
  const n = updates + 1;
  const stride = (rate * Math.sqrt(1 - keepSquare ** n)) / (1 - keep ** n);
  const newMean = mean.map((v, k) => keep * v + (1 - keep) * gradient[k]);
  const newSquare = square.map((v, k) => keepSquare * v + (1 - keepSquare) * gradient[k] ** 2);
  return {
    weights: weights.map((v, k) => v - (stride * newMean[k]) / (Math.sqrt(newSquare[k]) + EPSILON)),
    mean: newMean,
    square: newSquare,
    updates: n,
  };
}
