/** The payload's network and arrays, decoded and checked: bad data is found here, before anything runs. */

import { ACTIVATIONS } from "./activations.js";
import { problem } from "./problem.js";

/**
 * Decode {shape, float32: base64 of little-endian numbers}, or float16 in its place; NaN is allowed. What is decoded,
 * {shape, values}, stays as it is.
 * @returns {{shape: number[], values: Float64Array}} as many values as the shape requires; otherwise throws "bad-data"
 */
export function decodeArray(encoded) {
  if (encoded?.values) return encoded;
  const { shape, float32, float16 } = encoded ?? {};
  const coded = float16 ?? float32;
  if (!Array.isArray(shape) || !shape.every((n) => Number.isInteger(n) && n >= 0) || typeof coded !== "string") {
    throw problem("bad-data", "an array without shape or numbers");
  }
  let text;
  try {
    text = atob(coded);
  } catch {
    throw problem("bad-data", "an array that is not base64");
  }
  const size = shape.reduce((product, n) => product * n, 1);
  const each = coded === float16 ? 2 : 4;
  if (text.length !== each * size) {
    throw problem("bad-data", `${text.length} bytes of numbers: expected ${each * size} for the shape ${shape}`);
  }
  const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  const number = each === 2 ? (n) => fromHalf(view.getUint16(2 * n, true)) : (n) => view.getFloat32(4 * n, true);
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
 * @returns {Network} the network that `run` takes; throws an Error with the code "bad-data" where shapes disagree, a number is not finite or an activation is unknown
 */
export function decode(payload) {
  try {
    return decodeNetwork(payload);
  } catch (error) {
    throw error.code ? error : problem("bad-data", `not a network: ${error.message}`);
  }
}

function decodeNetwork(payload) {
  expect(payload.format === 1, `format ${payload.format}: expected 1`);
  const { network } = payload;
  const D = payload.channels.length;
  expect(Number.isInteger(network.stride) && network.stride >= 1, `stride ${network.stride}`);
  expect(network.layers.length > 0, "no layers");
  const embedding = network.embedding ? decodeEmbedding(network, D) : null;
  let width = embedding ? embedding.E : D;
  const layers = network.layers.map(({ directions }, n) => {
    expect([1, 2].includes(directions.length), `layer ${n + 1}: ${directions.length} directions`);
    const decoded = directions.map((direction) => decodeDirection(direction, width));
    width = decoded.reduce((sum, { H }) => sum + H, 0);
    return { directions: decoded };
  });
  const readOut = decodeReadOut(network.read_out, width);
  const probes = payload.probes ? decodeProbes(payload.probes, width, readOut.C) : null;
  const scaling = network.scaling && {
    mean: finite(Float64Array.from(network.scaling.mean), D, "scaling.mean"),
    deviation: finite(Float64Array.from(network.scaling.deviation), D, "scaling.deviation"),
  };
  expect(!scaling || scaling.deviation.every((v) => v !== 0), "a deviation of 0");
  const masking = network.masking ?? null;
  expect(masking === null || (Number.isFinite(masking) && network.stride === 1), `masking ${masking}`);
  return { D, C: readOut.C, stride: network.stride, embedding, scaling, masking, layers, readOut, probes };
}

/** The table of V rows of E numbers, of which each token, a whole number from 0 to V − 1, stands for one. */
function decodeEmbedding({ embedding, stride, scaling }, D) {
  const [V, E] = embedding.shape;
  expect(V > 0 && E > 0 && D === 1 && stride === 1 && !scaling, `an embedding of ${V} × ${E} in ${D} channels`);
  return { V, E, table: weights(embedding, [V, E], "embedding") };
}

/** One direction of a layer that reads D features. */
export function decodeDirection(direction, D) {
  const { name, backwards, units: H, variant } = direction;
  const fits = Number.isInteger(H) && H > 0 && direction.features === D;
  expect(fits, `${name}: ${H} units, ${direction.features} features`);
  for (const field of ["input_activation", "gate_activation", "output_activation"]) {
    expect(Object.hasOwn(ACTIVATIONS, variant[field]), `${name}: ${field} ${variant[field]}`);
  }
  expect(!variant.coupled || variant.input_gate === variant.forget_gate, `${name}: a gate coupled to none`);
  const array = (field, shape, required) => {
    expect(required === undefined || required === Boolean(direction[field]), `${name}: ${field}`);
    return direction[field] ? weights(direction[field], shape, `${name}: ${field}`) : null;
  };
  return {
    name,
    backwards: Boolean(backwards),
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
  const { from, activation, then } = readOut;
  expect(["last", "mean", "both", "every"].includes(from), `read-out from ${from}`);
  expect(Object.hasOwn(ACTIVATIONS, activation), `read-out ${activation}`);
  expect(["softmax", "linear"].includes(then), `read-out, then ${then}`);
  const C = readOut.bias.shape[0];
  const F = from === "both" ? 2 * width : width;
  let reads = F;
  const hidden = (readOut.hidden ?? []).map((layer, n) => {
    const name = `hidden layer ${n + 1}`;
    const units = layer.bias.shape[0];
    expect(Object.hasOwn(ACTIVATIONS, layer.activation), `${name}: ${layer.activation}`);
    const decoded = {
      activation: layer.activation,
      kernel: weights(layer.kernel, [reads, units], `${name}: kernel`),
      bias: weights(layer.bias, [units], `${name}: bias`),
    };
    reads = units;
    return decoded;
  });
  const numbers = (field) => readOut[field] && finite(Float64Array.from(readOut[field]), C, `read_out.${field}`);
  return {
    from,
    isSilentInGaps: Boolean(readOut.silent_in_gaps), // read out at every step, it hears zeros where there is none
    activation,
    then,
    F,
    C,
    hidden,
    kernel: weights(readOut.kernel, [reads, C], "read_out.kernel"),
    bias: weights(readOut.bias, [C], "read_out.bias"),
    scale: numbers("scale"),
    offset: numbers("offset"),
  };
}

function decodeProbes(probes, F, C) {
  const P = probes.steps.length;
  expect(
    probes.steps.every((t, p) => Number.isInteger(t) && t >= 0 && (p === 0 || t > probes.steps[p - 1])),
    "the probes' steps",
  );
  return {
    steps: probes.steps,
    F,
    coefficients: weights(probes.coefficients, [P, F, C], "probes.coefficients"),
    intercepts: weights(probes.intercepts, [P, C], "probes.intercepts"),
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

function expect(condition, message) {
  if (!condition) throw problem("bad-data", message);
}
