/** What a figure is about: a network, an input, a unit and a step, and what is held. Parts show the frame made of it. */

import { Host } from "../../../src/glasscell/explorer/web/host.js";
import { Runs } from "../../../src/glasscell/explorer/web/network/runs.js";
import { decode, decodeArray } from "../../../src/glasscell/explorer/web/network/payload.js";

/** A host of parts, as the explorer's `App` is one. */
export class Stage extends Host {
  /**
   * @param {Payload} payload of an explorer
   * @param {{example?: number, unit?: number, t?: number}} state where it begins
   */
  constructor(payload, { example = 0, ...state }) {
    const { shape, values } = decodeArray(payload.examples[example].x);
    super(payload, { ...state, input: { x: values, T: shape[0], example, edited: false } });
    this.kind = payload.input === "digit" ? "digit" : "series";
    this.network = decode(payload);
    this.runs = new Runs(this.network);
  }

  frame() {
    const { state, runs } = this;
    runs.update(state.input, state.clamps);
    return { ...this.frameOf(this.network, runs.held, runs.free), runs, version: runs.version };
  }
}
