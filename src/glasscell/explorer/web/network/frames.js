/** Networks after earlier epochs, each coded by how it differs from the next: see explorer/frames.py, which writes it. */

import { decodeArray } from "./payload.js";
import { problem } from "./problem.js";

/**
 * @param {object} network the payload's, trained
 * @param {{kept: number[], steps: number[], coded: string}} epochs
 * @returns {object[]} the payload's network after each of the kept epochs, its arrays decoded
 */
export function decodeFrames(network, { kept, steps, coded }) {
  const trained = arraysIn(network);
  if (trained.length !== steps.length) throw problem("bad-data", `steps of ${steps.length} arrays: expected ${trained.length}`);
  const read = readerOf(coded);
  let next = trained.map((array, a) => {
    return Int32Array.from(decodeArray(array).values, (v) => Math.floor(v / steps[a] + 0.5));
  });
  let later = next;
  return kept.map(() => {
    const now = next.map((one, a) => {
      const low = read.bits(4);
      return one.map((v, n) => v + ((v - later[a][n]) >> 1) + read.code(low));
    });
    [later, next] = [next, now];
    return withArrays(network, now.map((one, a) => Float64Array.from(one, (v) => v * steps[a])));
  }).reverse();
}

const isArray = (value) => typeof value?.float32 === "string";

/** All encoded arrays in a network, in their order. */
function arraysIn(value) {
  if (value === null || typeof value !== "object") return [];
  return isArray(value) ? [value] : Object.values(value).flatMap(arraysIn);
}

/** The same network with other numbers in its arrays, in their order. */
function withArrays(network, numbers) {
  const left = [...numbers];
  return JSON.parse(JSON.stringify(network), (_, value) => {
    return isArray(value) ? { shape: value.shape, values: left.shift() } : value;
  });
}

/** Read numbers of at most 15 bits, and Golomb and Rice's codes: zeros and a one, then low bits, the lowest the sign. */
function readerOf(coded) {
  const text = `${atob(coded)}\0\0\0\0`; // zeros beyond its end
  const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
  let at = 0;
  const bits = (count) => {
    if (count === 0) return 0;
    const n = at >> 3;
    if (n >= text.length - 4) throw problem("bad-data", "earlier epochs that end too soon");
    const ahead = ((bytes[n] << 24) | (bytes[n + 1] << 16) | (bytes[n + 2] << 8) | bytes[n + 3]) << (at & 7);
    at += count;
    return ahead >>> (32 - count);
  };
  const code = (low) => {
    let high = 0;
    while (bits(1) === 0) high++;
    const folded = high * 2 ** low + bits(low);
    return folded & 1 ? -(folded + 1) / 2 : folded / 2;
  };
  return { bits, code };
}
