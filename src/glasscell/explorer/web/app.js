/** The page's state, and the frame computed from it: one for each of the browser's frames. */

import { byId, put } from "./kit/dom.js";
import { number, preferredLanguage, unitsInWords, word } from "./words/language.js";
import { lookOf, putOn } from "./views/look.js";
import { decodeArray } from "./network/payload.js";
import { targetsOf } from "./network/gate-task.js";
import { Epochs } from "./network/stages.js";
import { FIRST_SORT, Runs } from "./network/runs.js";
import { wayOf } from "./network/way.js";
import { momentOf, stepBefore } from "./network/moment.js";
import { maxRows } from "./views/intake.js";
import { cellInWords, outcomeInWords } from "./views/trainer.js";

const MAX_UNDO = 50;
const CALM_MILLISECONDS = 500; // without a change, before the address is written and the screen reader informed

/** The page's state and what can be done to it; all views receive it. */
export class App {
  /** @param {object} payload the page's data; throws an Error with a code if it cannot be used */
  constructor(payload) {
    this.payload = payload;
    this.task = payload.gate_task ?? null; // of a network of one unit: the right answer is known at every step
    this.epochs = new Epochs(payload);
    this.network = this.epochs.trained;
    this.kind = payload.input === "digit" ? "digit" : this.network.embedding ? "tokens" : "series";
    this.subject = this.kind; // what its words are about
    this.D = this.network.D;
    this.examples = payload.examples.map((example) => {
      const { shape, values } = decodeArray(example.x);
      return { ...example, x: values, T: shape[0] };
    });
    this.ranges = Array.from({ length: this.D }, (_, d) => rangeOf(this.examples, this.D, d));
    this.runs = new Runs(this.network);
    this.undone = [];
    this.views = [];
    this.onSettled = () => {}; // called when nothing has changed for a while
    this.trouble = null;
    this.isUntouched = false; // since the page opened by itself: then the address stays as it is
    this.isShown = false;
    this.asked = null; // the class or target under the pointer or in focus: the evidence is for it
    this.kept = null; // what the reader had set before the tour
    this.lent = null; // the input that the tour chose
    this.state = {
      network: payload.name ?? null,
      input: this.exampleInput(0), t: Infinity, layer: 0, direction: 0, unit: 0, sort: FIRST_SORT, clamps: [], tour: 0,
      epoch: null, // of its training, where an earlier one than the last is shown
      more: null, // the section that is unfolded below
      until: null, // the step at which playing stops, if not at the last
      language: preferredLanguage(), theme: "auto", playing: false, speed: 1, restored: false,
    };
  }

  /**
   * @returns {{x: Float64Array, T: number, example: ?number, edited: boolean}} an example as input; zeros if there is
   *   none
   */
  exampleInput(n) {
    if (this.examples.length === 0) {
      const T = this.kind === "digit" ? 8 : Math.min(Math.max(this.payload.longest, 1), maxRows(this.network));
      return { x: new Float64Array(T * this.D), T, example: null, edited: true };
    }
    this.lastExample = n;
    const { x, T } = this.examples[n];
    return { x, T, example: n, edited: false };
  }

  /** Begin to be what the page shows. Listeners on the whole document take `listening.signal`. */
  arrive() {
    this.isShown = true;
    this.network = this.epochs.trained; // for what views keep of it; the first frame shows the epoch of the state
    this.listening = new AbortController();
    this.look = null;
  }

  /** Stop being shown: the state stays, the views are gone. */
  leave() {
    this.isShown = false;
    this.listening.abort();
    cancelAnimationFrame(this.pending);
    clearTimeout(this.settling);
    this.pending = null;
    this.views = [];
    this.state.playing = false;
  }

  /** Keep what the reader has set, while the tour shows other things. */
  lend() {
    const { clamps, t, unit, sort, input } = this.state;
    this.kept ??= { clamps, t, unit, sort, input };
  }

  /** Put back what the reader had set before the tour; an input that was made meanwhile stays. */
  takeBack() {
    if (this.kept) {
      const { input, ...rest } = this.kept;
      Object.assign(this.state, this.state.input === this.lent ? this.kept : rest);
    }
    Object.assign(this, { kept: null, lent: null });
    this.set({ tour: 0 });
  }

  /** Change the state; what is shown follows with the next frame. */
  set(patch) {
    Object.assign(this.state, patch);
    this.isChanged = true;
    this.redraw();
  }

  /** Draw a frame soon: there is more to show, or the width has changed. */
  redraw() {
    if (this.isShown && !this.pending) this.pending = requestAnimationFrame(() => this.show());
  }

  /** Keep the input as it is now, for undo. */
  remember() {
    this.undone.push(this.state.input);
    if (this.undone.length > MAX_UNDO) this.undone.shift();
  }

  /**
   * Show another input; the current step becomes the last, or the one that contains row `at`. `truth`: a class number
   * or a target, if known.
   */
  edit(x, T, at = null, truth = null) {
    const t = at === null ? Infinity : Math.floor(at / this.network.stride);
    this.set({ input: { x, T, example: null, edited: true, truth }, t, playing: false });
  }

  choose(n) {
    this.remember();
    this.set({ input: this.exampleInput(n), t: Infinity, playing: false });
  }

  undo() {
    if (this.undone.length > 0) this.set({ input: this.undone.pop(), playing: false });
  }

  /** @returns {{steps: number, isBackwards: boolean}} of what is shown */
  shape() {
    const { layer, direction } = this.state;
    const { steps, layers } = this.runs.held;
    return { steps, isBackwards: layers[layer].directions[direction].backwards };
  }

  /** Compute and draw one frame. */
  show() {
    this.pending = null;
    const start = performance.now();
    const before = this.runs.version;
    const frame = this.frame();
    for (const view of this.views) view.update(frame);
    const name = frame.version === before ? "frame" : "frame with a run"; // for the browser's tools, and our tests
    performance.measure(name, { start, end: performance.now() });
    this.drawn = frame;
    if (this.isChanged) this.settle();
    this.isChanged = false;
  }

  /** Bring the state within its bounds and collect what the views show. */
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
    const { held, free, network } = runs;
    this.network = network;
    const { steps } = held;
    const within = (v, n) => Math.min(Math.max(Math.floor(v) || 0, 0), n - 1);
    state.t = state.t === Infinity ? steps - 1 : within(state.t, steps);
    state.layer = within(state.layer, network.layers.length);
    state.direction = within(state.direction, network.layers[state.layer].directions.length);
    const { layer, direction, t } = state;
    const one = held.layers[layer].directions[direction];
    state.unit = within(state.unit, one.H);
    const look = this.dress();
    return {
      state, runs, result: held, free, steps, t, layer, direction, unit: state.unit, one, look,
      oneFree: free.layers[layer].directions[direction],
      isHeld: state.clamps.length > 0,
      targets: this.targets(),
      version: runs.version,
      earlier: stepBefore(one, t),
      moment: momentOf(network, held, layer, direction, state.unit, t),
      order: runs.order(layer, direction, state.sort),
      answer: (which, s) => runs.answerAt(which, s),
      range: (k) => this.answerRange(k),
    };
  }

  /** @returns {?Float64Array} the task's targets at every step of the current input; null without a task */
  targets() {
    const { input } = this.runs;
    if (this.task && this.knownTargets?.input !== input) {
      this.knownTargets = { input, targets: targetsOf(this.state.network, input.x) };
    }
    return this.task && this.knownTargets.targets;
  }

  /** The range of a regression's answers and of what is true: for the examples, and this input. */
  answerRange(k) {
    const { held, free, version } = this.runs;
    if (this.rangesOfAnswers?.version !== version) this.rangesOfAnswers = { version, of: [] };
    const ranges = this.rangesOfAnswers.of;
    if (ranges[k] === undefined) {
      const known = [this.state.input, ...this.examples].flatMap(({ answer, truth }) => [answer?.[k], [truth].flat()[k]]);
      const values = [held.answer[k], free.answer[k], ...known.filter(Number.isFinite), ...(this.targets() ?? [])];
      const every = Math.max(1, Math.floor(held.steps / 200));
      for (let t = 0; t < held.steps; t += every) {
        for (const which of ["held", "free"]) {
          const answer = this.runs.answerAt(which, t);
          if (answer) values.push(answer[k]);
        }
      }
      const [low, high] = [Math.min(...values), Math.max(...values)];
      const edge = (high - low || Math.abs(high) || 1) * 0.05;
      ranges[k] = [low - edge, high + edge];
    }
    return ranges[k];
  }

  /** Apply the language and the theme of the state. @returns {string} a key for the current look */
  dress() {
    const look = lookOf(this.state);
    if (look === this.look) return look;
    this.look = look;
    putOn(this.state, this.subject);
    const title = this.title();
    put(byId("title"), { text: title });
    document.title = word("page.title", { title });
    put(byId("examples-note"), { text: this.payload.examples_trained_on ? word("examples.trained") : "" });
    const { lead, foot } = this.story();
    put(byId("lead"), { text: lead });
    put(byId("foot"), { text: foot });
    return look;
  }

  /** @returns {{lead: string, foot: string}} what the network is for, and where it comes from */
  story() {
    const { task, payload: { trained } } = this;
    if (trained) {
      const values = { outcome: outcomeInWords(trained), seed: trained.choice.seed, n: trained.updates };
      return { lead: word("learning.lead", values), foot: word("learning.foot", values) };
    }
    if (task) {
      const lead = word(`task.${this.state.network}.lead`);
      return { lead, foot: word("foot.one", { ...task, error: task.error.toPrecision(2) }) };
    }
    return { lead: word("lead", this.leadValues()), foot: word("foot", this.leadValues()) };
  }

  /** @returns {string} what the page shows, in the reader's language where the page knows it */
  title() {
    const { network } = this.state;
    const { title, reads, trained } = this.payload;
    if (trained) {
      const cell = cellInWords(trained.choice.lacks);
      return word("learning.trained.title", { units: unitsInWords(trained.choice.H), task: word(`network.${network}`), cell });
    }
    if (this.task) return word(`task.${network}.title`);
    return reads ? word("title", { name: reads }) : title;
  }

  leadValues() {
    const { payload, network } = this;
    const units = network.layers.map(({ directions }) => directions.map(({ H }) => H).join(" + ")).join(" → ");
    return { units: unitsInWords(units), way: word(`way.${wayOf(network)}`), run: payload.run, score: scoreInWords(payload.score ?? null) };
  }

  /** Wait until everything that is computed little by little is complete and drawn. */
  async complete() {
    while (this.runs.gatherEvidence(50)) await new Promise((go) => setTimeout(go, 0));
    this.show();
  }

  settle() {
    clearTimeout(this.settling);
    this.settling = setTimeout(() => {
      this.onSettled(this.drawn);
      if (performance.getEntriesByType("measure").length > 500) performance.clearMeasures();
    }, CALM_MILLISECONDS);
  }
}

/** @returns {string} how often the network is right, and on what; "" where that is unknown */
function scoreInWords(score) {
  const { accuracy, n, on } = score ?? {};
  if (!Number.isFinite(accuracy) || !["test", "aside", "twin", "folds", "training"].includes(on)) return "";
  return word(`score.${on}`, { n, k: Math.round(accuracy * n), share: number(100 * accuracy, 1) });
}

function rangeOf(examples, D, d) {
  let [low, high] = [Infinity, -Infinity];
  for (const { x } of examples) {
    for (let at = d; at < x.length; at += D) {
      if (x[at] < low) low = x[at];
      if (x[at] > high) high = x[at];
    }
  }
  return low < high ? [low, high] : [];
}
