/** The page for labelled steps: that of a series, with the labels of all steps. */

import { App } from "../../../explorer/series/web/app.js";
import { readOutAt, run } from "../../../explorer/web/network/forward.js";
import { number, word } from "../../../explorer/web/words/language.js";
import { eventOf, unitBehind } from "./event.js";
import { agreementOf, labelSteps, spreadOut } from "./step-labels.js";

const MAX_SEARCH_MILLISECONDS = 80; // for a series in which the network follows a change

/** The page's state and what can be done to it; all views receive it. */
export class StepsApp extends App {
  subject = "steps";
  sections = ["shares", "units", "table"];
  truths = this.payload.examples.map(({ tags }) => spreadOut(tags));
  hovered = null; // the step under the pointer, whose probabilities are shown meanwhile
  /** @type {?StepsFrame["labels"]} of the last run */
  known = null;

  /** The event of an example, and the unit behind it. @returns {Pick<StepsFrame["labels"], "event" | "behind">} */
  eventIn(n) {
    const { x, T } = this.examples[n];
    const result = run(this.network, x, T);
    const event = eventOf(labelSteps((t) => readOutAt(this.network, result, t), T), this.truths[n]);
    return { event, behind: unitBehind(this.network, result, event) };
  }

  /** Open on the first series that has a switch, or else on the first one: played from its beginning to its event. */
  open() {
    this.arrive();
    const end = performance.now() + MAX_SEARCH_MILLISECONDS;
    const found = this.examples.findIndex((_, n) => performance.now() < end && this.eventIn(n).event.kind === "switch");
    const n = Math.max(found, 0);
    const { event, behind } = this.eventIn(n);
    this.openAt(event.t, { input: this.exampleInput(n), ...behind });
  }

  /** Show another series, at its event. */
  choose(n) {
    super.choose(n);
    const { event, behind } = this.eventIn(n);
    this.set({ ...behind, t: event.t });
  }

  /** @returns {StepsFrame} */
  frame() {
    const frame = super.frame();
    const { version, steps, isHeld } = frame;
    if (this.known?.version !== version) {
      const held = labelSteps((t) => frame.answer("held", t), steps);
      const free = isHeld ? labelSteps((t) => frame.answer("free", t), steps) : held;
      const truth = this.truths[this.state.input.of];
      const event = eventOf(free, truth);
      const behind = unitBehind(this.network, frame.free, event);
      this.known = { version, held, free, truth, event, behind, agreement: agreementOf(held.best, truth) };
    }
    return { ...frame, labels: this.known };
  }

  story() {
    const story = super.story();
    return this.payload.rounded ? { ...story, foot: `${story.foot} ${word("steps.rounded")}` } : story;
  }

  scoreInWords() {
    const { n = 0, accuracy = NaN } = this.payload.steps_score ?? {};
    return n ? word("steps.score", { n, share: number(100 * accuracy, 1) }) : "";
  }
}
