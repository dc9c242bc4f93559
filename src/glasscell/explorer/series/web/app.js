/** The page's state, and the frame computed from it: one for each of the browser's frames. */

import { d3 } from "../../web/d3/d3.js";
import { Page } from "../../web/page.js";
import { number, unitsInWords, word } from "../../web/words/language.js";
import { decodeArray } from "../../web/network/payload.js";
import { targetsOf } from "../../web/network/gate-task.js";
import { Epochs } from "../../web/network/stages.js";
import { Runs, mostMoving } from "../../web/network/runs.js";
import { directionOf } from "../../web/network/direction.js";
import { maxRows } from "./views/intake.js";
import { sizeInWords } from "../../web/views/place.js";
import { cellInWords, outcomeInWords } from "./views/trainer.js";

/** The page of a network that reads examples, one at a time. */
export class App extends Page {
  /** @type {Networks} */
  networks = null; // which sets it
  trouble = null; // why an input or a clamp could not be taken
  event = undefined; // of the tour: where most is forgotten, once it is known
  asked = null; // the class or target under the pointer or in focus: the evidence is for it
  kept = null; // what the reader had set before the tour
  lent = null; // the input that the tour chose

  /**
   * @param {Payload} payload the page's data; throws an Error with a code if it cannot be used
   * @param {(app: any) => View[]} furnish makes the views
   */
  constructor(payload, furnish) {
    // `epoch`: of its training, where an earlier one than the last is shown; `until`: the step at which playing stops
    super(payload, furnish, { network: payload.name ?? null, t: Infinity, tour: 0, epoch: null, restored: false });
    this.task = payload.gate_task ?? null; // of a network of one unit: the target is known at every step
    this.epochs = new Epochs(payload);
    this.network = this.epochs.trained;
    this.kind = payload.input === "digit" ? "digit" : this.network.embedding ? "tokens" : "series";
    this.subject = this.kind;
    this.D = this.network.D;
    this.examples = payload.examples.map((example) => {
      const { shape, values } = decodeArray(example.x);
      return { ...example, x: values, T: shape[0] };
    });
    this.ranges = Array.from({ length: this.D }, (_, d) => d3.extent(this.examples.flatMap(({ x, T }) => (
      Array.from({ length: T }, (_, t) => x[t * this.D + d])
    ))));
    this.state.input = this.exampleInput(0);
    this.runs = new Runs(this.network);
    this.runs.update(this.state.input, this.state.clamps);
    this.state.unit = this.interesting = mostMoving(this.runs);
  }

  /** @returns {Input} an example; zeros if there is none */
  exampleInput(n) {
    if (this.examples.length === 0) {
      const T = this.kind === "digit" ? 8 : Math.min(Math.max(this.payload.longest, 1), maxRows(this.network));
      return { x: new Float64Array(T * this.D), T, example: null, edited: true };
    }
    const { x, T } = this.examples[n];
    return { x, T, example: n, of: n, edited: false };
  }

  arrive() {
    this.network = this.epochs.trained; // for what views keep of it; the first frame shows the epoch of the state
    super.arrive();
  }

  /** Stop being shown: the state stays, the views are gone. */
  leave() {
    this.listening.abort();
    cancelAnimationFrame(this.pending);
    clearTimeout(this.settling);
    Object.assign(this, { views: [], pending: null });
    this.state.playing = false;
  }

  get isShown() {
    return this.views.length > 0;
  }

  /** Keep what the reader has set, while the tour shows other things. */
  lend() {
    const { clamps, t, layer, direction, unit, sort, more, input } = this.state;
    this.kept ??= { clamps, t, layer, direction, unit, sort, more, input };
  }

  /** Put back what the reader had set before the tour; an input that was made meanwhile stays. */
  takeBack() {
    const { kept, lent, state } = this;
    Object.assign(this, { kept: null, lent: null });
    this.set({ ...kept, input: kept && state.input === lent ? kept.input : state.input, tour: 0 });
  }

  /**
   * Show another input; the current step becomes the last, or the one that contains row `at`. `truth`: a class number
   * or a target, if known.
   */
  edit(x, T, at = null, truth = null) {
    const t = at === null ? Infinity : Math.floor(at / this.network.stride);
    this.set({ input: { x, T, example: null, of: this.state.input.of, edited: true, truth }, t, playing: false });
  }

  choose(n) {
    this.remember();
    this.set({ input: this.exampleInput(n), t: Infinity, playing: false });
  }

  /** Begin anew: with a blank digit, or with the example as it was. */
  clear() {
    if (this.kind !== "digit") return this.choose(this.state.input.of ?? 0);
    this.remember();
    this.edit(new Float64Array(8 * this.D), 8);
  }

  /** Run the network where something has changed, and collect what the views show. @returns {Frame} */
  frame() {
    const { state, runs } = this;
    try {
      runs.update(state.input, state.clamps, this.epochs.networkAt(state.epoch));
      this.trouble = null;
    } catch (error) {
      if (!error.code || !runs.input) throw error;
      this.trouble = error;
      Object.assign(state, { input: runs.input, clamps: runs.clamps });
    }
    const { held, free, network, version } = runs;
    this.network = network;
    const frame = this.frameOf(network, held, free);
    return {
      ...frame, runs, version, targets: this.targets(),
      order: runs.order(frame.layer, frame.direction, state.sort),
      answer: (which, s) => (s === frame.steps - 1 ? runs[which].shown : runs.answerAt(which, s)),
      range: (k) => this.answerRange(k),
    };
  }

  /** @returns {?Float64Array} the task's targets at every step of the current input; null without a task */
  targets() {
    return this.task && targetsOf(/** @type {GateTask} */ (this.state.network), this.runs.input.x);
  }

  /** The range of a regression's predictions and targets: over the examples and this input. */
  answerRange(k) {
    const { held, free } = this.runs;
    const known = [this.state.input, ...this.examples].flatMap(({ answer, truth }) => [answer?.[k], [truth].flat()[k]]);
    const every = Math.max(1, Math.floor(held.steps / 200));
    const steps = Array.from({ length: Math.ceil(held.steps / every) }, (_, n) => n * every);
    const onTheWay = steps.flatMap((t) => [this.runs.answerAt("held", t)?.[k], this.runs.answerAt("free", t)?.[k]]);
    const [low, high] = d3.extent([held.shown[k], free.shown[k], ...known, ...(this.targets() ?? []), ...onTheWay]);
    const edge = (high - low || Math.abs(high) || 1) * 0.05;
    return [low - edge, high + edge];
  }

  story() {
    const { task, network, payload: { title, reads, run, trained } } = this;
    const { network: name } = this.state;
    if (trained) {
      const { choice: { lacks, H, seed }, updates } = trained;
      const values = { units: unitsInWords(H), task: word(`network.${name}`), cell: cellInWords(lacks) };
      return {
        title: word("learning.trained.title", values),
        lead: word("learning.lead", { outcome: outcomeInWords(trained) }),
        foot: word("learning.foot", { seed, n: updates }),
      };
    }
    if (task) {
      const foot = word("foot.one", { ...task, error: task.error.toPrecision(2) });
      return { title: word(`task.${name}.title`), lead: word(`task.${name}.lead`), foot };
    }
    const values = { units: sizeInWords(network), way: word(`way.${directionOf(network)}`), run, score: this.scoreInWords() };
    return { title: reads ? word("title", { name: reads }) : title, lead: word("lead", values), foot: word("foot", values) };
  }

  /** @returns {string} how often the network is right, and on what; "" where that is unknown */
  scoreInWords() {
    const { accuracy, n, on } = this.payload.score ?? {};
    if (!Number.isFinite(accuracy) || !["test", "aside", "twin", "folds", "training"].includes(on)) return "";
    return word(`score.${on}`, { n, k: Math.round(accuracy * n), share: number(100 * accuracy, 1) });
  }
}
