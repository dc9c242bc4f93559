/** What the reader trains: the choice, and the training, a little in each of the browser's frames. Outlives the views. */

import { Comparison } from "../../web/network/training.js";

const SLICE_MILLISECONDS = 8; // of each frame, so that the rest has its time

/** The one training of a page. */
export class Lesson {
  /** @type {Choice} */
  choice = { task: "erase", lacks: "f", H: 1, seed: 0 };
  comparison = null;
  isRunning = false;
  changed = () => {}; // called when there is more to show

  /** Choose something else: the training so far is discarded. */
  choose(patch) {
    this.choice = { ...this.choice, ...patch };
    this.comparison = null;
    this.stop();
  }

  /** Begin to train, or continue. */
  train() {
    this.comparison ??= new Comparison(this.choice);
    this.isRunning = true;
    this.changed();
    this.pending ??= requestAnimationFrame(() => this.work());
  }

  stop() {
    this.isRunning = false;
    this.changed();
  }

  work() {
    this.pending = null;
    if (!this.isRunning) return;
    this.comparison.advance(SLICE_MILLISECONDS);
    if (this.comparison.isDone) this.isRunning = false;
    else this.pending = requestAnimationFrame(() => this.work());
    this.changed();
  }
}
