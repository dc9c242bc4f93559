/** The quantities of a unit at every step, by the letters of the equations: block input and gates, memory, output. */

export const GATE_NAMES = ["z", "i", "f", "o"];
export const QUANTITIES = ["z", "i", "f", "o", "c", "h"];
