/** The state of the page for labelled steps: that of a series, and the labels of all steps. */

import { App } from "../../../explorer/web/app.js";
import { wantsStillness } from "../../../explorer/web/kit/dom.js";
import { readOutAt, run } from "../../../explorer/web/network/forward.js";
import { mostMoving } from "../../../explorer/web/network/runs.js";
import { stopWhenTouched } from "../../../explorer/web/untouched.js";
import { number, unitsInWords, word } from "../../../explorer/web/words/language.js";
import { wayOf } from "../../../explorer/web/network/way.js";
import { eventOf, unitBehind } from "./event.js";
import { agreementOf, labelSteps, spreadOut } from "./step-labels.js";

const MAX_SEARCH_MILLISECONDS = 80; // for a series in which the network follows a change

/** The page's state and what can be done to it; all views receive it. */
export class StepsApp extends App {
  /** @param {object} payload the page's data; throws an Error with a code if it cannot be used */
  constructor(payload) {
    super(payload);
    this.subject = "steps";
    this.sections = ["shares", "units", "table"];
    this.truths = payload.examples.map(({ tags }) => spreadOut(tags));
    this.hovered = null; // the step under the pointer, whose probabilities are shown meanwhile
  }

  exampleInput(n) {
    return { ...super.exampleInput(n), of: n };
  }

  /** @returns {object} the event of an example, and the unit behind it; throws an Error with a code if it cannot be read */
  eventIn(n) {
    const { x, T } = this.examples[n];
    const result = run(this.network, x, T);
    const event = eventOf(labelSteps((t) => readOutAt(this.network, result, t), T), this.truths[n]);
    return { n, event, behind: unitBehind(this.network, result, event) };
  }

  /** Open on the first series that has a switch, or else on the first one: played from its beginning to its event. */
  open() {
    const end = performance.now() + MAX_SEARCH_MILLISECONDS;
    const first = this.eventIn(0);
    let found = first;
    for (let n = 1; n < this.examples.length && found.event.kind !== "switch" && performance.now() < end; n++) found = this.eventIn(n);
    const { n, event, behind } = found.event.kind === "switch" ? found : first;
    const playing = !wantsStillness() && event.t > 0;
    const place = behind ?? { unit: mostMoving(this.runs) };
    this.set({ input: this.exampleInput(n), ...place, t: playing ? 0 : event.t, until: playing ? event.t : null, playing });
    stopWhenTouched(this);
  }

  /** Show another series, at its event. */
  choose(n) {
    super.choose(n);
    const { event, behind } = this.eventIn(n);
    this.set({ ...behind, t: event.t });
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
      const event = eventOf(free, truth);
      const behind = unitBehind(this.network, frame.free, event);
      this.known = { version, held, free, truth, event, behind, agreement: agreementOf(held.best, truth) };
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
