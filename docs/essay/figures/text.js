/** What a unit knows: held-out code in the color of one unit's memory, and what it costs to take the memory away. */

import { html, put } from "../../../src/glasscell/explorer/web/kit/dom.js";
import { decode } from "../../../src/glasscell/explorer/web/network/payload.js";
import { TextReading } from "../../../src/glasscell/tasks/language/web/reading.js";
import { Alphabet } from "../../../src/glasscell/tasks/language/web/symbols.js";
import { signed } from "../../../src/glasscell/explorer/web/words/language.js";
import { choice, toggle } from "./controls.js";

const MILLISECONDS = 12; // of a frame, for reading

/**
 * @param {TextReading[]} readings free, and with a unit's memory held
 * @param {{inside: number[]}} cell where the unit is on, as its name says
 * @returns {{inside: number, elsewhere: number}} how many bits more a character costs there, and elsewhere
 */
export function costsOf([free, held], { inside }) {
  const more = inside.map((_, n) => held.surpriseAt(n + 1) - free.surpriseAt(n + 1));
  const meanOf = (isInside) => {
    const those = more.filter((_, n) => inside[n - 1] > 0 === isInside); // what is known before it is read
    return those.reduce((sum, v) => sum + v, 0) / those.length;
  };
  return { inside: meanOf(true), elsewhere: meanOf(false) };
}

/** @param {HTMLElement} box @param {Payload} payload of a language model, with `cells` */
export function textFigure(box, payload) {
  const network = decode(payload);
  const { text } = payload.text;
  const symbols = new Alphabet(payload.characters).encode(text);
  const readings = [new TextReading(network), new TextReading(network)]; // free, and without the unit's memory
  for (const reading of readings) reading.setText(symbols);
  const letters = [...text].map((letter) => html("span", { text: letter }));
  const told = html("p", { class: "told", role: "status" });
  let [cell, isHeld] = [payload.cells[0], false];

  const nameOf = ({ words }) => words[0].toLowerCase() + words.slice(1);
  const options = payload.cells.map((one) => ({ value: one, text: `Unit ${one.unit}: ${nameOf(one).replace(/,.*/, "")}` }));
  box.append(
    choice("Unit", options, (one) => {
      cell = one;
      hold();
    }),
    toggle("Take its memory away", (isPressed) => {
      isHeld = isPressed;
      hold();
    }),
    html("pre", { class: "code", tabindex: 0, role: "group", "aria-label": "The text" }, ...letters), told,
  );

  function hold() {
    const place = { layer: 0, direction: 0, units: [cell.unit], from: 0, to: Infinity };
    readings[1].hold(isHeld ? [{ gate: "c", value: cell.off, ...place }] : []);
    requestAnimationFrame(work);
  }

  function work() {
    const isMore = readings.map((reading) => reading.advance(MILLISECONDS)).includes(true);
    if (isMore) requestAnimationFrame(work);
    else draw();
  }

  function draw() {
    const { H } = network.layers[0].directions[0];
    const { c } = readings[0].layers[0].rows; // also while its memory is away: gray then
    const colour = isHeld ? "var(--edge)" : "var(--f)";
    letters.forEach((span, n) => {
      span.classList.toggle("is-inside", cell.inside[n] > 0);
      const on = (c[(n + 1) * H + cell.unit] - cell.off) / (cell.on - cell.off);
      const share = Math.round(70 * Math.min(Math.max(on, 0), 1));
      span.style.background = share > 4 ? `color-mix(in srgb, ${colour} ${share}%, transparent)` : "";
    });
    const { inside, elsewhere } = costsOf(readings, cell);
    const said = `${nameOf(cell)} ${signed(inside)}, elsewhere ${signed(elsewhere)}`;
    put(told, { text: isHeld ? `Bits a character, without unit ${cell.unit}: ${said}.` : "" });
  }
  hold();
}
