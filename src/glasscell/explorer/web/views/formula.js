/** The cell's equations, with the current numbers filled in. */

import { html, put } from "../kit/dom.js";
import { number, word } from "../words/language.js";
import { functionName } from "./cell.js";
import { heldBy } from "../network/clamps.js";
import { sumsOf } from "../network/moment.js";
import { GATE_NAMES, QUANTITIES, hasGate } from "../network/quantities.js";

/**
 * @param {Host} app
 * @returns {Part}
 */
export function formulaView(app) {
  const box = html("div", { class: "formula", role: "list" });
  const rows = QUANTITIES.map((name) => {
    const [general, numbers, result] = ["general", "numbers", "result"].map((kind) => html("span", { class: kind }));
    const letter = html("span", { class: `letter ink-${name}`, text: name });
    const look = { class: "equation", role: "listitem", "data-of": name, tabindex: 0 };
    box.append(html("div", look, letter, general, numbers, result));
    return { name, general, numbers, result };
  });

  /** @returns {string[]} how a quantity comes about at this moment: in letters, and in numbers */
  function equationOf(name, { state, moment, oneFree, result, t, layer, direction, unit }) {
    const { variant, bias } = app.network.layers[layer].directions[direction];
    const isGate = GATE_NAMES.includes(name);
    if ((isGate || moment.read) && heldBy(state.clamps, { gate: name, layer, direction, unit, t })) {
      const free = number(oneFree[name][t * oneFree.H + unit]);
      return [word("formula.held"), moment.read ? word("formula.free", { free }) : ""];
    }
    if (!moment.read) return [word("formula.nothing"), ""];
    const [z, i, f, o, c] = ["z", "i", "f", "o", "c"].map((letter) => number(moment[letter]));
    if (name === "c") return [word("formula.c"), `= ${f}·${around(number(moment.before))} + ${i}·${around(z)}`];
    if (name === "h") {
      if (variant.output_activation === "linear") return ["= o·c", `= ${o}·${around(c)}`];
      const φ = functionName(variant.output_activation);
      return [`= o·${φ}(c)`, `= ${o}·${φ}(${c})`];
    }
    if (!hasGate(variant, name)) return [word("formula.absent"), ""];
    if (name === "f" && variant.coupled) return ["= 1 − i", `= 1 − ${i}`];
    const sums = sumsOf(app.network, result, layer, direction, unit, t)[name];
    const φ = functionName(name === "z" ? variant.input_activation : variant.gate_activation);
    const terms = [[sums.x, `x·W_${name}`], [sums.h, `(${word("diagram.h")})·U_${name}`]];
    if (variant.peepholes && name !== "z") terms.push([sums.c, `c·p_${name}`]);
    if (variant.full_gate_recurrence && name !== "z") terms.push([sums.g, `ifo·R_${name}`]);
    if (bias) terms.push([sums.b, `b_${name}`]);
    const numbers = terms.map(([v]) => number(v)).join(" + ").replaceAll("+ −", "− ");
    return [`= ${φ}(${terms.map(([, text]) => text).join(" + ")})`, `= ${φ}(${numbers})`];
  }

  return {
    element: box,
    update(frame) {
      for (const { name, general, numbers, result } of rows) {
        const [letters, values] = equationOf(name, frame);
        const [first, ...others] = letters.split("_"); // an index follows each
        general.replaceChildren(first, ...others.flatMap((part) => [html("sub", { text: part[0] }), part.slice(1)]));
        put(numbers, { text: values });
        const isKnown = frame.moment.read || !GATE_NAMES.includes(name);
        put(result, { text: isKnown ? `= ${number(frame.moment[name])}` : "" });
      }
    },
  };
}

/** A number in a product: brackets where it is below 0. */
function around(text) {
  return text.startsWith("−") ? `(${text})` : text;
}
