/**
 * The trained network's prediction for one series, computed in float64. No user interface in here.
 *
 * T time steps · D channels · H units · F inputs of the output layer · C classes, or targets
 *
 *     [i f z o] = x·kernel + h·recurrent_kernel + bias        (peepholes and full gate recurrence add to i, f, o)
 *     c' = f·c + i·z          h' = o·φ(c')
 *
 * The equations are those of cell.py; stride, mask and embedding those of preprocessing.py. Tests hold this file to both.
 */

import { ACTIVATIONS } from "./activations.js";
import { problem } from "./problem.js";
import { QUANTITIES } from "./quantities.js";

/**
 * Run the network over one series.
 * @param {Network} network from `decode`
 * @param {ArrayLike<number>} x (T, D) row by row, raw, NaN where missing
 * @param {number} T
 * @param {Clamp[]} clamps what to hold; of two for the same place the later one counts. Layers,
 *   directions and steps are counted from 0; steps after the stride, in the order of time, `to` included
 * @returns {Run} z to h are (steps, H) in the order of time, also for a direction
 *   that reads backwards. Where the mask is 0 there was no step: z, i, f, o are NaN; c and h keep their values.
 *   Errors have a code: "empty", "wrong-size", "not-finite", "missing-value" (no scaling to fill it in), "bad-clamp",
 *   "not-a-token" (`found`; and `expected`, the last of the tokens)
 */
export function run(network, x, T, clamps = []) {
  const { steps, read, mask } = enter(network, x, T);
  let input = read;
  const layers = network.layers.map((layer, n) => {
    const directions = layer.directions.map((direction, d) => {
      const mine = clamps.filter((clamp) => clamp.layer === n && clamp.direction === d);
      return readSeries(direction, input, steps, mask, hold(mine, steps, direction.H));
    });
    input = beside(directions, steps);
    return { directions };
  });
  return { read, mask, layers, ...outcomeAt(network, { steps, mask, layers }, steps - 1) };
}

/** Make of raw steps what the first LSTM reads, and mask those that are none. */
function enter(network, x, T) {
  const { D, embedding } = network;
  if (!(T >= 1)) throw problem("empty", "a series without a step");
  if (x.length !== T * D) throw problem("wrong-size", `${x.length} numbers: expected ${T} × ${D}`);
  const entered = embedding ? lookUp(network, x, T) : scaleSteps(network, x, T);
  if (!entered.mask.includes(1)) throw problem("empty", "a series in which nothing was measured");
  return entered;
}

/** Put a row of the embedding's table in the place of each token. */
function lookUp({ embedding: { V, E, table }, masking }, x, T) {
  const read = new Float64Array(T * E);
  const mask = new Uint8Array(T);
  for (let t = 0; t < T; t++) {
    const token = x[t];
    if (Number.isNaN(token) || token === masking) continue;
    if (!Number.isInteger(token) || token < 0 || token >= V) {
      throw problem("not-a-token", `step ${t}: ${token}`, { found: token, expected: V - 1 });
    }
    mask[t] = 1;
    read.set(table.subarray(token * E, (token + 1) * E), t * E);
  }
  return { steps: T, read, mask };
}

/** Join steps, and scale them. */
function scaleSteps({ D, stride, scaling, masking }, x, T) {
  const steps = Math.ceil(T / stride);
  const read = new Float64Array(steps * D);
  const mask = new Uint8Array(steps);
  for (let t = 0; t < steps; t++) {
    if (masking !== null && x.slice(t * D, (t + 1) * D).every((v) => v === masking)) continue; // no step, as in Keras
    for (let d = 0; d < D; d++) {
      let sum = 0;
      let there = 0;
      for (let s = t * stride; s < Math.min((t + 1) * stride, T); s++) {
        const v = x[s * D + d];
        if (v === Infinity || v === -Infinity) throw problem("not-finite", `step ${s}, channel ${d}: ${v}`);
        if (Number.isNaN(v)) continue;
        sum += v;
        there++;
      }
      if (there === 0 && !scaling) throw problem("missing-value", `step ${t}, channel ${d}: expected a number`);
      if (there === 0) continue; // counts as the channel's mean, 0
      mask[t] = 1;
      read[t * D + d] = scaling ? (sum / there - scaling.mean[d]) / scaling.deviation[d] : sum / there;
    }
  }
  return { steps, read, mask };
}

/** Expand clamps: for each gate null, or (steps, H) with the value to hold, NaN where the gate is free. */
export function hold(clamps, steps, H) {
  const held = { z: null, i: null, f: null, o: null, c: null, h: null };
  for (const { gate, units, from, to, value } of clamps) {
    if (!QUANTITIES.includes(gate) || !Number.isFinite(value)) throw problem("bad-clamp", `${gate} = ${value}`);
    held[gate] ??= new Float64Array(steps * H).fill(NaN);
    for (let t = Math.max(from, 0); t <= Math.min(to, steps - 1); t++) {
      for (let u = 0; u < H; u++) if (units === null || units.includes(u)) held[gate][t * H + u] = value;
    }
  }
  return held;
}

/**
 * Let an LSTM continue over x (steps, D) from the last state of another one.
 * @param {Direction} direction from `decodeDirection`
 * @param {DirectionRun} before what the other one did; with as many units
 * @returns {DirectionRun} what this one did
 */
export function continueFrom(direction, before, x, steps) {
  const last = (name) => before[name].subarray(-before.H);
  const start = { h: last("h"), c: last("c"), ifo: ["i", "f", "o"].map(last) };
  return readSeries(direction, x, steps, new Uint8Array(steps).fill(1), hold([], steps, direction.H), start);
}

/**
 * Run one direction of a layer over x (steps, D): the recurrence, from zeros or from a start.
 * @param {?{h: Numbers, c: Numbers, ifo: Numbers[]}} start
 */
function readSeries(direction, x, steps, mask, held, start = null) {
  const { H, D, backwards, kernel } = direction;
  const [z, i, f, o] = [0, 1, 2, 3].map(() => new Float64Array(steps * H).fill(NaN));
  const [c, h] = [0, 1].map(() => new Float64Array(steps * H));
  const { a, state, ifo, enter, step } = recurrenceOf(direction);
  if (start) {
    state.set(start.h);
    state.set(start.c, H);
    start.ifo.forEach((gate, k) => ifo.set(gate, k * H));
  }
  for (let n = 0; n < steps; n++) {
    const t = backwards ? steps - 1 - n : n;
    const row = t * H;
    if (mask[t]) {
      enter();
      addProduct(a, x, t * D, D, kernel);
      step({ z, i, f, o }, row, held);
    }
    h.set(state.subarray(0, H), row);
    c.set(state.subarray(H), row);
  }
  return { H, backwards, z, i, f, o, c, h };
}

/**
 * One direction of a layer, step by step.
 * @param {Direction} direction from `decode`
 * @param {Float64ArrayConstructor|Float32ArrayConstructor} Numbers of which kind its state is
 * @returns {{a: Float64Array, state: Numbers, ifo: Numbers, enter: () => void, step: (into: Gates, row: number,
 *   held: Partial<Record<Quantity, ?Numbers>>, from?: number) => void}}
 *   `a`: the sums of i, f, z, o, to which x·kernel is to be added between `enter`, which puts the bias there, and
 *   `step(into, row, held, from)`, which reads on and writes z, i, f, o from `row` on, with what `held` has from `from`
 *   on; `state`: h, then c; `ifo`: i, f, o of the step before, for full gate recurrence
 */
export function recurrenceOf(direction, Numbers = Float64Array) {
  const { H, variant, recurrentKernel, bias, peepholeKernel, gateKernel } = direction;
  const φIn = ACTIVATIONS[variant.input_activation];
  const σ = ACTIVATIONS[variant.gate_activation];
  const φOut = ACTIVATIONS[variant.output_activation];
  const a = new Float64Array(4 * H); // blocks in the order i, f, z, o
  const recurrent = new Float64Array(3 * H); // what the last step's i, f, o add, with full gate recurrence
  const ifo = new Numbers(3 * H);
  const state = new Numbers(2 * H); // h, c
  const enter = () => {
    if (bias) a.set(bias);
    else a.fill(0);
  };
  const step = ({ z, i, f, o }, row, held, from = row) => {
    addProduct(a, state, 0, H, recurrentKernel);
    if (gateKernel) {
      recurrent.fill(0);
      addProduct(recurrent, ifo, 0, 3 * H, gateKernel);
    }
    for (let u = 0; u < H; u++) {
      const before = state[H + u];
      let aI = a[u];
      let aF = a[H + u];
      let aO = a[3 * H + u];
      if (gateKernel) {
        aI += recurrent[u];
        aF += recurrent[H + u];
        aO += recurrent[2 * H + u];
      }
      if (peepholeKernel) {
        aI += peepholeKernel[u] * before;
        aF += peepholeKernel[H + u] * before;
      }
      const zNow = heldOr(held.z, from + u, φIn(a[2 * H + u]));
      const iNow = heldOr(held.i, from + u, variant.input_gate ? σ(aI) : 1);
      const fNow = heldOr(held.f, from + u, variant.coupled ? 1 - iNow : variant.forget_gate ? σ(aF) : 1);
      const cNow = heldOr(held.c, from + u, fNow * before + iNow * zNow);
      if (peepholeKernel) aO += peepholeKernel[2 * H + u] * cNow;
      const oNow = heldOr(held.o, from + u, variant.output_gate ? σ(aO) : 1);
      const hNow = heldOr(held.h, from + u, oNow * φOut(cNow));
      z[row + u] = zNow;
      i[row + u] = ifo[u] = iNow;
      f[row + u] = ifo[H + u] = fNow;
      o[row + u] = ifo[2 * H + u] = oNow;
      state[H + u] = cNow;
      state[u] = hNow;
    }
  };
  return { a, state, ifo, enter, step };
}

function heldOr(held, at, value) {
  if (!held) return value;
  const there = held[at];
  return there === there ? there : value; // NaN: free
}

/** Add v·matrix to out, for n numbers of v from `start`: row by row, in the order of memory, eight rows at a time. */
export function addProduct(out, v, start, n, matrix) {
  const m = out.length;
  let k = 0;
  for (; k + 8 <= n; k += 8) {
    const s = start + k;
    const [v0, v1, v2, v3] = [v[s], v[s + 1], v[s + 2], v[s + 3]];
    const [v4, v5, v6, v7] = [v[s + 4], v[s + 5], v[s + 6], v[s + 7]];
    let r = k * m;
    for (let j = 0; j < m; j++, r++) {
      const upper = v0 * matrix[r] + v1 * matrix[r + m] + (v2 * matrix[r + 2 * m] + v3 * matrix[r + 3 * m]);
      const lower = v4 * matrix[r + 4 * m] + v5 * matrix[r + 5 * m] + (v6 * matrix[r + 6 * m] + v7 * matrix[r + 7 * m]);
      out[j] += upper + lower;
    }
  }
  for (; k < n; k++) {
    const one = v[start + k];
    const r = k * m;
    for (let j = 0; j < m; j++) out[j] += one * matrix[r + j];
  }
}

/** Put the h of all directions side by side: (steps, sum of H). */
function beside(directions, steps) {
  if (directions.length === 1) return directions[0].h;
  const width = directions.reduce((sum, { H }) => sum + H, 0);
  const out = new Float64Array(steps * width);
  let left = 0; // columns of the directions before
  for (const { H, h } of directions) {
    for (let t = 0; t < steps; t++) out.set(h.subarray(t * H, (t + 1) * H), t * width + left);
    left += H;
  }
  return out;
}

/** The h of all directions at a step. */
function rowsAt(directions, t) {
  return directions.flatMap(({ H, h }) => [...h.subarray(t * H, (t + 1) * H)]);
}

/** Collect the inputs of the output layer from the last layer; if it runs at every step, those of step t. */
function gather({ from, isSilentInGaps }, directions, mask, t) {
  if (from === "every") return Float64Array.from(rowsAt(directions, t), (v) => (isSilentInGaps && !mask[t] ? 0 : v));
  const last = directions.flatMap((one) => rowsAt([one], one.backwards ? 0 : mask.length - 1)); // the last one read
  if (from === "last") return Float64Array.from(last);
  const real = [...mask.keys()].filter((step) => mask[step]);
  const mean = new Float64Array(last.length);
  for (const step of real) {
    const row = rowsAt(directions, step);
    for (let u = 0; u < mean.length; u++) mean[u] += row[u] / real.length;
  }
  return from === "mean" ? mean : Float64Array.from([...last, ...mean]);
}

/** @returns {Float64Array} (C) the outputs of an output layer for its inputs */
export function readOut(head, read) {
  const answer = [...head.hidden, head].reduce((features, { kernel, bias, activation }) => {
    const sums = Float64Array.from(bias);
    addProduct(sums, features, 0, features.length, kernel);
    return sums.map(ACTIVATIONS[activation]);
  }, read);
  return inItsUnit(head, answer);
}

/** Make probabilities of logits, or bring numbers to the unit of the targets. */
function inItsUnit({ then, scale, offset }, answer) {
  for (let k = 0; k < answer.length; k++) {
    if (scale) answer[k] *= scale[k];
    if (offset) answer[k] += offset[k];
  }
  return then === "softmax" ? softmax(answer) : answer;
}

/** @returns {?Float64Array} (C) the prediction at step t of a network with outputs at every step; null for any other */
export function readOutAt(network, result, t) {
  return network.readOut.from === "every" ? outcomeAt(network, result, t).answer : null;
}

/** @returns {{steps: number, features: Float64Array, answer: Float64Array}} a run as if step t were the one that counts */
export function outcomeAt({ readOut: head }, { steps, mask, layers }, t) {
  const features = gather(head, layers.at(-1).directions, mask, t);
  return { steps, features, answer: readOut(head, features) };
}

/** Turn logits into probabilities. */
export function softmax(logits) {
  const largest = Math.max(...logits);
  const e = Float64Array.from(logits, (v) => Math.exp(v - largest));
  const sum = e.reduce((total, v) => total + v, 0);
  return e.map((v) => v / sum);
}

/**
 * Apply the probe fitted for step t, or for the nearest step before.
 * @returns {?Float64Array} (C) probabilities or numbers; null where there is no such probe
 */
export function probeAnswer(network, result, t) {
  const { probes, C, readOut } = network;
  const p = probes === null ? -1 : probes.steps.findLastIndex((step) => step <= t);
  if (p < 0) return null;
  const answer = probes.intercepts.slice(p * C, (p + 1) * C);
  let at = p * probes.F * C;
  for (const { H, h } of result.layers.at(-1).directions) {
    addProduct(answer, h, t * H, H, probes.coefficients.subarray(at, at + H * C));
    at += H * C;
  }
  return inItsUnit(readOut, answer);
}

/**
 * Run as if steps `from` to `to` had written nothing into the memories of layer 1: with z held at 0 there.
 * @returns {Run}
 */
export function runWithout(network, x, T, from, to, clamps = []) {
  const removed = network.layers[0].directions.map((_, direction) => {
    return { layer: 0, direction, gate: "z", units: null, from, to, value: 0 };
  });
  return run(network, x, T, [...clamps, ...removed]);
}
