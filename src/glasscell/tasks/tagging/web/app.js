/** The state of the page for labelled steps: that of a series, and the labels of all steps. */

import { App } from "../../../explorer/web/app.js";
import { number, unitsInWords, word } from "../../../explorer/web/words/language.js";
import { wayOf } from "../../../explorer/web/network/way.js";
import { agreementOf, labelSteps, spreadOut } from "./step-labels.js";

/** The page's state and what can be done to it; all views receive it. */
export class StepsApp extends App {
  /** @param {object} payload the page's data; throws an Error with a code if it cannot be used */
  constructor(payload) {
    super(payload);
    this.subject = "steps";
    this.truths = payload.examples.map(({ tags }) => spreadOut(tags));
    this.hovered = null; // the step under the pointer, whose probabilities are shown meanwhile
  }

  exampleInput(n) {
    return { ...super.exampleInput(n), of: n };
  }

  /** Read a changed series: its labels stay what they were. */
  edit(x, T, at = null) {
    const { of } = this.state.input;
    super.edit(x, T, at);
    this.state.input.of = of;
  }

  frame() {
    const frame = super.frame();
    const { version, steps, isHeld } = frame;
    if (this.known?.version !== version) {
      const held = labelSteps((t) => frame.answer("held", t), steps);
      const free = isHeld ? labelSteps((t) => frame.answer("free", t), steps) : held;
      const truth = this.truths[this.state.input.of];
      this.known = { version, held, free, truth, agreement: agreementOf(held.best, truth) };
    }
    return { ...frame, labels: this.known };
  }

  title() {
    return word("title", { name: this.payload.reads });
  }

  story() {
    const { payload, network } = this;
    const units = network.layers.map(({ directions }) => directions.map(({ H }) => H).join(" + ")).join(" → ");
    const { n = 0, accuracy = NaN } = payload.steps_score ?? {};
    const score = n ? word("steps.score", { n, share: number(100 * accuracy, 1) }) : "";
    const foot = word("foot", { run: payload.run }) + (payload.rounded ? ` ${word("steps.rounded")}` : "");
    return { lead: word("lead", { units: unitsInWords(units), way: word(`way.${wayOf(network)}`), score }), foot };
  }
}
