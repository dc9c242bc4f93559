/** The common part of a page and a figure: a state, and the frames drawn from it. */

import { momentOf, stepBefore } from "./network/moment.js";
import { lookOf } from "./views/look.js";

/** The state, and what can be done to it; `frame` of a subclass collects what the views show. */
export class Host {
  /** @type {View[]} */
  views = [];
  /** @type {?Frame} the last one */
  drawn = null;
  /** @type {?number} */
  pending = null;

  /**
   * @param {Payload} payload
   * @param {Partial<State>} state where it begins
   */
  constructor(payload, state) {
    this.payload = payload;
    const first = { t: 0, layer: 0, direction: 0, unit: 0, clamps: [], playing: false, language: "en", theme: "auto" };
    this.state = /** @type {State} */ ({ ...first, ...state });
  }

  /** @returns {Frame} */
  frame() {
    throw new Error("a host draws frames of its own");
  }

  /** Change the state; the page follows with the next frame. */
  set(patch) {
    Object.assign(this.state, patch);
    this.redraw();
  }

  /** Draw a frame soon: there is more to show, or the width has changed. */
  redraw() {
    if (this.views.length > 0) this.pending ??= requestAnimationFrame(() => this.show());
  }

  /** Draw one frame. */
  show() {
    this.pending = null;
    this.drawn = this.frame();
    for (const view of this.views) view.update(this.drawn);
  }

  /** @returns {string} a key for the current look */
  dress() {
    return lookOf(this.state);
  }

  /** Clip the place in view to the bounds of the data. @returns {Frame} the common part of every frame */
  frameOf(network, result, free, steps = result.steps) {
    const { state } = this;
    const within = (v, n) => Math.min(Math.max(Math.floor(v) || 0, 0), n - 1);
    const t = (state.t = within(state.t, steps));
    const layer = (state.layer = within(state.layer, result.layers.length));
    const direction = (state.direction = within(state.direction, result.layers[layer].directions.length));
    const [one, oneFree] = [result, free].map(({ layers }) => layers[layer].directions[direction]);
    const unit = (state.unit = within(state.unit, one.H));
    return {
      state, result, free, steps, t, layer, direction, unit, one, oneFree, isHeld: result !== free,
      look: this.dress(), earlier: stepBefore(one, t), moment: momentOf(network, result, layer, direction, unit, t),
    };
  }
}
