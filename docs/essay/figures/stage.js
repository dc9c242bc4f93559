/** What a figure is about: a network, an input, a unit and a step, and what is held. Parts show the frame made of it. */

import { Runs } from "../../../src/glasscell/explorer/web/network/runs.js";
import { momentOf, stepBefore } from "../../../src/glasscell/explorer/web/network/moment.js";
import { decode, decodeArray } from "../../../src/glasscell/explorer/web/network/payload.js";
import { lookOf } from "../../../src/glasscell/explorer/web/views/look.js";

/** A host of parts, as the explorer's `App` is one. */
export class Stage {
  /**
   * @param {object} payload of an explorer
   * @param {object} state where it begins: example, unit, t
   */
  constructor(payload, { example = 0, ...state }) {
    this.payload = payload;
    this.kind = payload.input === "digit" ? "digit" : "series";
    this.network = decode(payload);
    const { shape, values } = decodeArray(payload.examples[example].x);
    this.runs = new Runs(this.network);
    this.views = [];
    this.state = {
      input: { x: values, T: shape[0] }, t: 0, layer: 0, direction: 0, unit: 0, clamps: [], playing: false,
      language: "en", theme: "auto", ...state,
    };
  }

  /** Change the state; what is shown follows with the browser's next frame. */
  set(patch) {
    Object.assign(this.state, patch);
    this.redraw();
  }

  redraw() {
    this.pending ??= requestAnimationFrame(() => {
      this.pending = null;
      const frame = this.frame();
      for (const view of this.views) view.update(frame);
    });
  }

  frame() {
    const { state, runs, network } = this;
    runs.update(state.input, state.clamps);
    const { held, free } = runs;
    const { layer, direction, unit } = state;
    const t = Math.min(Math.max(state.t, 0), held.steps - 1);
    const one = held.layers[layer].directions[direction];
    return {
      state, runs, result: held, free, steps: held.steps, t, layer, direction, unit, one,
      oneFree: free.layers[layer].directions[direction], isHeld: state.clamps.length > 0, version: runs.version,
      look: lookOf(state), earlier: stepBefore(one, t), moment: momentOf(network, held, layer, direction, unit, t),
    };
  }
}
