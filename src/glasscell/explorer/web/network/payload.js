/** The payload's network and arrays, decoded and checked: bad data is found here, before anything runs. */

import { ACTIVATIONS } from "./activations.js";
import { problem } from "./problem.js";

/**
 * Decode {shape, float32: base64 of little-endian numbers}, or float16 instead of it; NaN is allowed. A decoded array,
 * {shape, values}, stays as it is.
 * @returns {{shape: number[], values: Float64Array}} as many values as the shape requires; otherwise throws "bad-data"
 */
export function decodeArray(encoded) {
  if (encoded.values) return encoded;
  const { shape, float32, float16 } = encoded;
  const text = atob(float16 ?? float32);
  const [each, name] = float16 ? [2, "float16"] : [4, "float32"];
  const size = shape.reduce((product, n) => product * n, 1);
  expect(text.length === each * size, `${text.length} bytes of ${name}: expected ${each * size} for the shape ${shape}`);
  const view = new DataView(Uint8Array.from(text, (character) => character.charCodeAt(0)).buffer);
  const number = float16 ? (n) => fromHalf(view.getUint16(2 * n, true)) : (n) => view.getFloat32(4 * n, true);
  return { shape, values: Float64Array.from({ length: size }, (_, n) => number(n)) };
}

/** @returns {number} the float16 of these 16 bits; by hand, since older browsers know none */
export function fromHalf(bits) {
  const sign = bits & 0x8000 ? -1 : 1;
  const [exponent, fraction] = [(bits >> 10) & 31, bits & 1023];
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (exponent ? (1 + fraction / 1024) * 2 ** (exponent - 15) : fraction * 2 ** -24);
}

/** Encode numbers as `decodeArray` reads them. */
export function encodeArray(values, shape) {
  const bytes = new Uint8Array(4 * values.length);
  const view = new DataView(bytes.buffer);
  values.forEach((v, n) => view.setFloat32(4 * n, v, true));
  return { shape, float32: btoa(String.fromCharCode(...bytes)) };
}

/**
 * Decode the payload's network and probes, and check that they are consistent.
 * @returns {Network} the network that `run` takes; throws an Error with the code "bad-data" where shapes disagree, a
 *   number is not finite or an activation is unknown
 */
export function decode(payload) {
  try {
    return decodeNetwork(payload);
  } catch (error) {
    throw problem("bad-data", `not a network: ${error.message}`);
  }
}

function decodeNetwork({ format, channels, network, probes }) {
  expect(format === 1, `format ${format}: expected 1`);
  const { stride, masking = null } = network;
  const D = channels.length;
  expect(Number.isInteger(stride) && stride >= 1, `stride ${stride}`);
  expect(masking === null || (Number.isFinite(masking) && stride === 1), `masking ${masking}`);
  const scaling = network.scaling && {
    mean: finite(Float64Array.from(network.scaling.mean), D, "scaling.mean"),
    deviation: finite(Float64Array.from(network.scaling.deviation), D, "scaling.deviation"),
  };
  expect(!scaling?.deviation.includes(0), "a deviation of 0");
  const embedding = network.embedding ? decodeEmbedding(network.embedding) : null;
  expect(!embedding || (D === 1 && stride === 1 && !scaling), `an embedding of ${D} channels`);
  let width = embedding ? embedding.E : D;
  const layers = network.layers.map(({ directions }) => {
    const decoded = directions.map((direction) => decodeDirection(direction, width));
    width = decoded.reduce((sum, { H }) => sum + H, 0);
    return { directions: decoded };
  });
  expect(layers.length > 0, "no layers");
  const readOut = decodeReadOut(network.read_out, width);
  return {
    D, C: readOut.C, stride, embedding, scaling, masking, layers, readOut,
    probes: probes ? decodeProbes(probes, width, readOut.C) : null,
  };
}

/** The table of V rows of E numbers, one for each token, an integer from 0 to V − 1. */
function decodeEmbedding(embedding) {
  const [V, E] = embedding.shape;
  return { V, E, table: weights(embedding, [V, E], "embedding") };
}

/** One direction of a layer that reads D features. */
export function decodeDirection(direction, D) {
  const { name, units: H, variant } = direction;
  expect(direction.features === D, `${name}: ${direction.features} features, expected ${D}`);
  for (const field of ["input_activation", "gate_activation", "output_activation"]) expectActivation(variant[field], name);
  const array = (field, shape, isThere = Boolean(direction[field])) => {
    return isThere ? weights(direction[field], shape, `${name}: ${field}`) : null;
  };
  return {
    name,
    backwards: Boolean(direction.backwards),
    H,
    D,
    variant,
    kernel: array("kernel", [D, 4 * H], true),
    recurrentKernel: array("recurrent_kernel", [H, 4 * H], true),
    bias: array("bias", [4 * H]),
    peepholeKernel: array("peephole_kernel", [3, H], variant.peepholes),
    gateKernel: array("gate_kernel", [3 * H, 3 * H], variant.full_gate_recurrence),
  };
}

function decodeReadOut(readOut, width) {
  const { from, then, silent_in_gaps: isSilentInGaps } = readOut;
  expect(["last", "mean", "both", "every"].includes(from), `read-out from ${from}`);
  expect(["softmax", "linear"].includes(then), `read-out, then ${then}`);
  const F = from === "both" ? 2 * width : width;
  let reads = F;
  const hidden = [...(readOut.hidden ?? []), readOut].map(({ activation, kernel, bias }, n) => {
    const name = `read-out ${n + 1}`;
    const [units] = bias.shape;
    expectActivation(activation, name);
    const dense = { activation, kernel: weights(kernel, [reads, units], name), bias: weights(bias, [units], name) };
    reads = units;
    return dense;
  });
  const last = /** @type {Dense} */ (hidden.pop());
  const numbers = (field) => readOut[field] && finite(Float64Array.from(readOut[field]), reads, `read_out.${field}`);
  return {
    ...last, hidden, from, then, F, C: reads, scale: numbers("scale"), offset: numbers("offset"),
    isSilentInGaps: Boolean(isSilentInGaps), // read out at every step, it hears zeros where there is none
  };
}

function decodeProbes({ steps, coefficients, intercepts }, F, C) {
  expect(steps.every((t, p) => p === 0 || t > steps[p - 1]), "the probes' steps");
  return {
    steps,
    F,
    coefficients: weights(coefficients, [steps.length, F, C], "probes.coefficients"),
    intercepts: weights(intercepts, [steps.length, C], "probes.intercepts"),
  };
}

/** @returns {Float64Array} the numbers of an array that must have this shape, and be finite */
export function weights(encoded, shape, name) {
  const array = decodeArray(encoded);
  expect(String(array.shape) === String(shape), `${name} has the shape ${array.shape}: expected ${shape}`);
  return finite(array.values, array.values.length, name);
}

function finite(values, size, name) {
  expect(values.length === size, `${name} has ${values.length} numbers: expected ${size}`);
  expect(values.every(Number.isFinite), `${name} has numbers that are not finite`);
  return values;
}

function expectActivation(activation, name) {
  expect(Object.hasOwn(ACTIVATIONS, activation), `${name}: ${activation}`);
}

function expect(condition, message) {
  if (!condition) throw problem("bad-data", message);
}
