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
  const rows = {};
  for (const name of QUANTITIES) {
    const parts = ["letter", "general", "numbers", "result"].map((kind) => html("span", { class: kind }));
    parts[0].classList.add(`ink-${name}`);
    put(parts[0], { text: name });
    const tabindex = name === "z" ? 0 : -1;
    const row = html("div", { class: "equation", role: "listitem", "data-of": name, tabindex }, ...parts);
    box.append(row);
    rows[name] = { row, general: parts[1], numbers: parts[2], result: parts[3] };
  }
  box.addEventListener("keydown", (event) => {
    const side = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    const row = /** @type {HTMLElement} */ (event.target);
    const next = rows[QUANTITIES[QUANTITIES.findIndex((name) => name === row.dataset.of) + side]]?.row;
    if (!next) return;
    put(row, { tabindex: -1 });
    put(next, { tabindex: 0 });
    next.focus();
    event.preventDefault();
  });
  const fill = (name, general, numbers, result) => {
    if (rows[name].general.dataset.text !== general) { // an index follows each "_"
      const [first, ...others] = general.split("_");
      rows[name].general.replaceChildren(first, ...others.flatMap((part) => [html("sub", { text: part[0] }), part.slice(1)]));
    }
    rows[name].general.dataset.text = general;
    put(rows[name].numbers, { text: numbers });
    put(rows[name].result, { text: result });
  };

  return {
    element: box,
    update({ state, moment, oneFree, result, t, layer, direction, unit }) {
      const { variant, bias } = app.network.layers[layer].directions[direction];
      const [φIn, σ, φOut] = ["input_activation", "gate_activation", "output_activation"].map((field) => {
        return functionName(variant[field]);
      });
      const sums = sumsOf(app.network, result, layer, direction, unit, t);
      for (const gate of GATE_NAMES) {
        const φ = gate === "z" ? φIn : σ;
        const value = `= ${number(moment[gate])}`;
        if (heldBy(state.clamps, { gate, layer, direction, unit, t })) {
          const free = number(oneFree[gate][t * oneFree.H + unit]);
          fill(gate, word("formula.held"), moment.read ? word("formula.free", { free }) : "", value);
        } else if (!moment.read) fill(gate, word("formula.nothing"), "", "");
        else if (!hasGate(variant, gate)) fill(gate, word("formula.absent"), "", value);
        else if (gate === "f" && variant.coupled) fill(gate, "= 1 − i", `= 1 − ${number(moment.i)}`, value);
        else {
          const { x, h, c, g, b } = sums[gate];
          const more = [
            [x, `x·W_${gate}`], [h, `h·U_${gate}`], ...(variant.peepholes && gate !== "z" ? [[c, `c·p_${gate}`]] : []),
            ...(variant.full_gate_recurrence && gate !== "z" ? [[g, `ifo·R_${gate}`]] : []), ...(bias ? [[b, `b_${gate}`]] : []),
          ];
          const general = `= ${φ}(${more.map(([, text]) => text).join(" + ")})`;
          fill(gate, general, `= ${φ}(${chain(more.map(([v]) => v))})`, value);
        }
      }
      if (!moment.read) {
        fill("c", word("formula.nothing"), "", `= ${number(moment.c)}`);
        fill("h", word("formula.nothing"), "", `= ${number(moment.h)}`);
        return;
      }
      if (heldBy(state.clamps, { gate: "c", layer, direction, unit, t })) {
        const free = number(oneFree.c[t * oneFree.H + unit]);
        fill("c", word("formula.held"), word("formula.free", { free }), `= ${number(moment.c)}`);
      } else fill("c", word("formula.c"), `= ${number(moment.f)}·${around(moment.before)} + ${number(moment.i)}·` +
        around(moment.z), `= ${number(moment.c)}`);
      const isPlain = variant.output_activation === "linear";
      const outer = isPlain ? around(moment.c) : `${φOut}(${number(moment.c)})`;
      fill("h", isPlain ? "= o·c" : `= o·${φOut}(c)`, `= ${number(moment.o)}·${outer}`, `= ${number(moment.h)}`);
    },
  };
}

/** Numbers as a sum: 0.31 − 0.52 + 0.10. */
function chain(values) {
  return values.map((v, k) => {
    const text = number(v);
    if (k === 0) return text;
    return text.startsWith("−") ? ` − ${text.slice(1)}` : ` + ${text}`;
  }).join("");
}

/** A number in a product: brackets where it is below 0. */
function around(value) {
  const text = number(value);
  return text.startsWith("−") ? `(${text})` : text;
}
