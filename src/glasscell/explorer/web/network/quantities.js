/** The quantities of a unit at every step, by the letters of the equations: block input and gates, memory, output. */

/** @type {Quantity[]} */
export const GATE_NAMES = ["z", "i", "f", "o"];
/** @type {Quantity[]} */
export const QUANTITIES = ["z", "i", "f", "o", "c", "h"];

/** @returns {boolean} whether a cell of this variant has the gate; the block input z is always there */
export function hasGate({ input_gate: i, forget_gate: f, output_gate: o }, gate) {
  return { z: true, i, f, o }[gate];
}
