/** Let it write: the network continues the text, one character after the other, with its clamps. */

import { byId, html, put } from "../../../explorer/web/kit/dom.js";
import { number, word } from "../../../explorer/web/words/language.js";
import { softmax } from "../../../explorer/web/network/forward.js";
import { randomNumbers } from "../../../explorer/web/network/random.js";
import { argmax } from "../../../explorer/web/network/runs.js";
import { LONGEST } from "./app.js";

const WRITING_MILLISECONDS = 14; // of a frame, for writing as fast as it can
const PACES = [10, 40, Infinity]; // characters a second
const MOST_AT_ONCE = 0.2; // seconds to catch up with where the browser draws seldom
const NEVER = 2; // symbols, the first ones, that are not written: the boundary, and rare characters

/**
 * @param {TextApp} app
 * @returns {View}
 */
export function writingView(app) {
  const go = html("button", { type: "button", class: "primary", id: "write" });
  const temperature = html("input", { type: "range", id: "temperature", min: 0, max: 1.5, step: 0.05 });
  const warm = html("output", { for: "temperature" });
  const seed = html("input", { type: "number", id: "seed", min: 0, step: 1, value: 0 });
  const pace = html("select", { id: "pace" }, ...PACES.map((value) => html("option", { value })));
  const here = html("input", { type: "checkbox", id: "from-cursor" });
  temperature.value = "0.8";
  pace.value = String(PACES[1]);
  const field = (key, ...controls) => html("label", { class: "setting" }, html("span", { "data-word": key }), ...controls);
  byId("writing-form").append(
    html("div", { class: "row" }, go), field("writing.temperature", temperature, warm), field("writing.seed", seed),
    field("writing.pace", pace), html("label", { class: "check" }, here, html("span", { "data-word": "writing.here" })),
  );
  let run = null; // the last one, which goes on while `app.isWriting`: {random, began, then, due, count}

  go.addEventListener("click", () => {
    app.isWriting = !app.isWriting;
    if (app.isWriting) {
      app.remember();
      if (here.checked) app.edit([...app.state.text].slice(0, app.state.cursor).join(""), Infinity);
      const began = performance.now();
      run = { random: randomNumbers(Math.floor(Number(seed.value)) || 0), began, then: began, due: 0, count: 0 };
    }
    app.set({ playing: false, t: Infinity });
  });
  temperature.addEventListener("input", () => app.redraw());

  /** Write the characters that are due since the last frame. */
  function writeOn() {
    if (!app.isWriting) return;
    const time = performance.now();
    const each = Number(pace.value);
    run.due = each === Infinity ? each : Math.min(run.due + ((time - run.then) / 1000) * each, MOST_AT_ONCE * each + 1);
    run.then = time;
    const { held, state, alphabet } = app;
    let [symbols, text] = [Array.from(state.input.x), ""];
    while (run.due >= 1 && symbols.length <= LONGEST) {
      if (held.advance(WRITING_MILLISECONDS)) break; // of a long text there is more to read first
      const symbol = drawSymbol(held.logitsAt(symbols.length - 1), Number(temperature.value), run.random);
      symbols = [...symbols, symbol];
      held.setText(symbols);
      text += alphabet.characterOf(symbol);
      run.due--;
      run.count++;
      if (performance.now() - time > WRITING_MILLISECONDS) break;
    }
    if (symbols.length > LONGEST) app.isWriting = false;
    if (text) app.edit(state.text + text, Infinity);
    else app.redraw();
  }

  return {
    update({ steps, state }) {
      const { isWriting } = app;
      put(go, { text: word(isWriting ? "writing.stop" : "writing.go") });
      put(warm, { text: number(Number(temperature.value)) });
      for (const [k, option] of [...pace.options].entries()) {
        put(option, { text: word(PACES[k] === Infinity ? "writing.fastest" : "writing.each", { n: PACES[k] }) });
      }
      const each = run && number((1000 * run.count) / Math.max(run.then - run.began, 1), 0);
      const text = run?.count ? word("writing.done", { n: run.count, each }) : "";
      put(byId("writing-note"), { "aria-live": isWriting ? "off" : null, text });
      if (state.playing) app.isWriting = false;
      else if (isWriting && steps === state.input.x.length) setTimeout(writeOn, 0);
      else if (isWriting) app.redraw();
    },
  };
}

/**
 * Draw which character comes next, as tasks/language/writing.py does.
 * @param {ArrayLike<number>} logits (C)
 * @param {number} temperature below 1, likely ones become likelier; at 0 the likeliest is taken
 * @param {() => number} random from 0 to below 1
 * @returns {number} a symbol
 */
export function drawSymbol(logits, temperature, random) {
  const written = Float64Array.from(logits).subarray(NEVER);
  const best = NEVER + argmax(written);
  if (temperature === 0) return best;
  let left = random();
  const drawn = softmax(written.map((v) => v / temperature)).findIndex((share) => (left -= share) < 0);
  return drawn < 0 ? best : NEVER + drawn;
}
