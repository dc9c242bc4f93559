/** What the page opens on: the event of the series in one sentence, and a handle that shuts all forget gates. */

import { byId, put } from "../../../explorer/web/kit/dom.js";
import { percent, word } from "../../../explorer/web/words/language.js";
import { hasGate } from "../../../explorer/web/network/quantities.js";
import { agreementOf, changesOf } from "./step-labels.js";

/**
 * @param {StepsApp} app
 * @returns {View}
 */
export function storyView(app) {
  const handle = byId("hold-event");
  const shut = forgetGatesShut(app.network);
  const isShut = (clamps) => shut.every((one) => clamps.includes(one));
  handle.addEventListener("click", () => {
    const { clamps } = app.state;
    const others = clamps.filter((one) => !shut.includes(one));
    app.set({ clamps: isShut(clamps) ? others : [...others, ...shut], playing: false });
  });
  put(handle, { hidden: shut.length === 0 });

  return {
    update(/** @type {StepsFrame} */ { state: { clamps }, steps, labels }) {
      const isPressed = shut.length > 0 && isShut(clamps);
      const isAlone = isPressed && clamps.length === shut.length;
      put(byId("event"), { text: eventInWords(app.payload, labels.event, labels.free.shares) });
      put(handle, { "aria-pressed": isPressed, text: word("story.shut") });
      const invites = shut.length > 0 && clamps.length === 0 ? word("story.shut.ask") : "";
      put(byId("consequence"), { text: isAlone ? shutInWords(labels, steps) : invites });
    },
  };
}

/** @returns {Clamp[]} every forget gate of a network, at 0 from the first step on */
function forgetGatesShut({ layers }) {
  return layers.flatMap(({ directions }, layer) => directions.flatMap(({ variant }, direction) => {
    return hasGate(variant, "f") ? [{ gate: "f", value: 0, layer, direction, units: null, from: 0, to: Infinity }] : [];
  }));
}

/** @returns {string} what the network does in a series */
export function eventInWords(/** @type {any} */ { labels }, /** @type {LabelEvent} */ { kind, t, before, label, late }, shares) {
  const values = { t: t + 1, before: labels[before], label: labels[label], share: percent(shares[t][label]), n: Math.abs(late) };
  const when = late === 0 ? "same" : `${late > 0 ? "after" : "before"}${Math.abs(late) === 1 ? ".one" : ""}`;
  return word(kind === "switch" ? `event.switch.${when}` : `event.${kind}`, values);
}

/** @returns {string} the effect of closing all forget gates: the numbers of changed and of correct predictions */
export function shutInWords({ held, free, truth }, steps) {
  const n = changesOf(held.best, free.best);
  if (n === 0) return word("story.shut.none");
  const [before, after] = [free, held].map(({ best }) => agreementOf(best, truth));
  const change = word("story.shut.change", { n, steps });
  if (before.n === 0) return change;
  const right = after.right === before.right ? "story.shut.equal" : "story.shut.right";
  return `${change} ${word(right, { before: before.right, after: after.right, n: before.n })}`;
}
