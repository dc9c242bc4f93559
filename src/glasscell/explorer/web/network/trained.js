/** A network that was trained in the page, as data of the page, so that all its views can show it. */

import { splitWeights } from "./learning.js";
import { encodeArray } from "./payload.js";

/**
 * @param {Payload} like the page's data of the network of one unit for the same task: its examples, its channels
 * @param {Comparison} comparison
 * @returns {Payload} data as payload.py writes it; `trained` has what was chosen, and what came of it
 */
export function payloadOfTrained(like, { choice, own, shares, updates, isDone }) {
  const { cell, adam } = own;
  const { D, H } = cell;
  const parts = splitWeights(adam.weights, cell);
  const direction = {
    name: "lstm", backwards: false, units: H, features: D, variant: variantOf(cell),
    kernel: encodeArray(parts.kernel, [D, 4 * H]),
    recurrent_kernel: encodeArray(parts.recurrentKernel, [H, 4 * H]),
    bias: encodeArray(parts.bias, [4 * H]),
    peephole_kernel: null, gate_kernel: null,
  };
  const readOut = {
    ...like.network.read_out, kernel: encodeArray(parts.readOut, [H, 1]), bias: encodeArray(parts.readOutBias, [1]),
  };
  return {
    ...like,
    title: `${like.name}, trained in the page`,
    run: ["trained", like.name, ...(choice.lacks ? ["without", choice.lacks] : ["full"]), choice.seed].join("-"),
    network: { ...like.network, layers: [{ directions: [direction] }], read_out: readOut },
    gate_task: { gate: like.gate_task.gate },
    trained: { choice, shares, updates, isDone },
  };
}

/** A plain RNN's f is 1 − i, and its i is 1, so that c = z; and what it shows is c itself. */
function variantOf({ inputGate, forgetGate, outputGate, plain }) {
  return {
    input_gate: inputGate, forget_gate: forgetGate, output_gate: outputGate, coupled: plain,
    peepholes: false, full_gate_recurrence: false,
    input_activation: "tanh", gate_activation: "sigmoid", output_activation: plain ? "linear" : "tanh",
  };
}
