/** The types of the networks, and of what they do. */

type Runs = import("./runs.js").Runs;
type Evidence = import("./reruns.js").Evidence;
type Survey = import("./survey.js").Survey;
type Comparison = import("./training.js").Comparison;

/** What is held: a gate, z, c or h, in some units or in all (null), from a step to another, which is included. */
interface Clamp {
  layer: number;
  direction: number;
  gate: Quantity;
  units: number[] | null;
  from: number;
  to: number;
  value: number;
}

type Quantity = "z" | "i" | "f" | "o" | "c" | "h";
/** Where a gate is. */
type Place = { gate: Quantity; layer: number; direction: number; unit: number; t: number };

/** One unit at one step, as its numbers enter the equations. */
interface Moment {
  read: boolean;
  z: number;
  i: number;
  f: number;
  o: number;
  c: number;
  h: number;
  before: number;
  kept: number;
  written: number;
  shown: number;
}

/** A network as `decode` makes it of the payload's. */
interface Network {
  D: number;
  C: number;
  stride: number;
  embedding: { V: number; E: number; table: Float64Array } | null;
  scaling: { mean: Float64Array; deviation: Float64Array } | null;
  masking: number | null;
  layers: { directions: Direction[] }[];
  readOut: ReadOut;
  probes: { steps: number[]; F: number; coefficients: Float64Array; intercepts: Float64Array } | null;
}

/** The weights of one direction of a layer. Matrices are row by row; blocks of columns are i, f, z, o. */
interface Direction {
  name?: string;
  backwards: boolean;
  H: number;
  D: number;
  variant: Variant;
  kernel: Float64Array;
  recurrentKernel: Float64Array;
  bias: Float64Array | null;
  peepholeKernel: Float64Array | null;
  gateKernel: Float64Array | null;
}

/** What an LSTM has, as in variants.py. */
interface Variant {
  input_gate: boolean;
  forget_gate: boolean;
  output_gate: boolean;
  coupled: boolean;
  peepholes: boolean;
  full_gate_recurrence: boolean;
  input_activation: Activation;
  gate_activation: Activation;
  output_activation: Activation;
}

type Activation = keyof typeof import("./activations.js").ACTIVATIONS;
type Dense = { activation: Activation; kernel: Float64Array; bias: Float64Array };

/** The output layer, and the hidden ones before it. */
interface ReadOut extends Dense {
  from: "last" | "mean" | "both" | "every";
  isSilentInGaps: boolean;
  then: "softmax" | "linear";
  F: number;
  C: number;
  hidden: Dense[];
  scale: Float64Array | null;
  offset: Float64Array | null;
}

/** What a network's layers did with a series. */
interface Steps {
  steps: number;
  /** 0 where there was no step. */
  mask: Uint8Array;
  layers: { directions: DirectionRun[] }[];
}

/** What a network did with a series. */
interface Run extends Steps {
  /** (steps, features) what the first layer read. */
  read: Float64Array;
  /** What the output layer read. */
  features: Float64Array;
  answer: Float64Array;
  /** The answer as the page shows it. */
  shown?: Float64Array;
}

/** What one direction of a layer did: (steps, H) each, in the order of time. */
interface DirectionRun {
  H: number;
  backwards: boolean;
  z: Numbers;
  i: Numbers;
  f: Numbers;
  o: Numbers;
  c: Numbers;
  h: Numbers;
}

type Numbers = Float64Array | Float32Array;
type Gates = Pick<DirectionRun, "z" | "i" | "f" | "o">;

/** What happened to a memory at one step: c = kept + written; or, where c itself was held, all of it is written. */
interface Passage {
  isRead: boolean;
  earlier: number;
  before: number;
  kept: number;
  written: number;
  opening: number;
  isHeld?: boolean;
}

/** A small cell that is trained in the page (learning.js). */
type Cell = Pick<Direction, "D" | "H" | "variant">;

/** The tasks of the networks of one unit (gate-task.js). */
type GateTask = "write" | "erase" | "show";

/** What a reader may train; `lacks`: the letters of the gates that it is to lack, "r" for a plain RNN. */
type Choice = { task: GateTask; lacks: string; H: number; seed: number };

/** A unit's memory over all steps. */
type River = ReturnType<typeof import("./memory.js").riverOf>;


/** The page's data, as payload.py writes it, or a page of another task its own. */
interface Payload {
  format: number;
  title: string;
  run: string;
  channels: string[];
  classes: string[] | null;
  examples: any[];
  network: any;
  /** Of a network of tokens: their words, by number. */
  words: Record<string, any> | null;
  probes: any;
  [field: string]: any;
}

/** What a piece of a series changed: the outputs without it, once it has been run without. */
type Piece = { from: number; to: number; outputs: Float64Array | null };
