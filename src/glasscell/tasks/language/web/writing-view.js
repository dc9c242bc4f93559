/** Let it write: the network goes on with the text, one character after the other, with what is held in it. */

import { byId, html, put } from "../../../explorer/web/kit/dom.js";
import { number, word } from "../../../explorer/web/words/language.js";
import { randomNumbers } from "../../../explorer/web/network/random.js";
import { drawSymbol } from "./writing.js";
import { LONGEST } from "./app.js";

const WRITING_MILLISECONDS = 14; // of a frame, for writing as fast as it can
const PACES = [10, 40, Infinity]; // characters a second
const MOST_AT_ONCE = 0.2; // seconds to catch up with where the browser draws seldom

/**
 * @param {object} app
 * @returns {{update: function(object)}}
 */
export function writingView(app) {
  const go = html("button", { type: "button", class: "primary", id: "write" });
  const temperature = html("input", { type: "range", id: "temperature", min: 0, max: 1.5, step: 0.05 });
  const warm = html("output", { for: "temperature" });
  const seed = html("input", { type: "number", id: "seed", min: 0, step: 1, value: 0 });
  const pace = html("select", { id: "pace" });
  for (const one of PACES) pace.append(html("option", { value: one }));
  const here = html("input", { type: "checkbox", id: "from-cursor" });
  temperature.value = 0.8;
  pace.value = PACES[1];
  const field = (key, ...controls) => html("label", { class: "setting" }, html("span", { "data-word": key }), ...controls);
  byId("writing-form").append(
    html("div", { class: "row" }, go), field("writing.temperature", temperature, warm), field("writing.seed", seed),
    field("writing.pace", pace), html("label", { class: "check" }, here, html("span", { "data-word": "writing.here" })),
  );
  let now = null; // while it writes: {random, then, due, began, count}
  let done = null;

  app.stopWriting = () => {
    if (now) done = { count: now.count, seconds: (performance.now() - now.began) / 1000 };
    now = null;
    app.isWriting = false;
  };
  go.addEventListener("click", () => {
    if (now) app.stopWriting();
    else {
      app.remember();
      if (here.checked) app.edit([...app.state.text].slice(0, app.state.cursor).join(""), Infinity);
      const start = performance.now();
      now = { random: randomNumbers(Math.floor(Number(seed.value)) || 0), then: start, began: start, due: 0, count: 0 };
    }
    app.isWriting = now !== null;
    app.set({ playing: false, t: Infinity });
  });
  temperature.addEventListener("input", () => app.redraw());

  /** Write what is due since the last frame. */
  function writeOn() {
    const time = performance.now();
    const each = Number(pace.value);
    now.due = each === Infinity ? each : Math.min(now.due + ((time - now.then) / 1000) * each, MOST_AT_ONCE * each + 1);
    now.then = time;
    const { held, state, alphabet } = app;
    const symbols = state.input.x.slice();
    let text = "";
    while (now.due >= 1 && symbols.length <= LONGEST) {
      if (held.advance(WRITING_MILLISECONDS)) break; // of a long text there is more to read first
      const row = symbols.length - 1;
      const { C } = app.network;
      const symbol = drawSymbol(held.logits.subarray(row * C, (row + 1) * C), Number(temperature.value), now.random);
      symbols.push(symbol);
      held.setText(symbols.slice());
      text += alphabet.characterOf(symbol);
      now.due--;
      now.count++;
      if (performance.now() - time > WRITING_MILLISECONDS) break;
    }
    if (symbols.length > LONGEST) app.stopWriting();
    if (text) app.edit(state.text + text, Infinity);
    else app.redraw();
  }

  return {
    update({ steps, state }) {
      put(go, { text: word(now ? "writing.stop" : "writing.go") });
      put(warm, { text: number(Number(temperature.value)) });
      for (const [k, option] of [...pace.options].entries()) {
        put(option, { text: word(PACES[k] === Infinity ? "writing.fastest" : "writing.each", { n: PACES[k] }) });
      }
      const shown = now ? { count: now.count, seconds: (performance.now() - now.began) / 1000 } : done;
      const values = shown && { n: shown.count, each: number(shown.count / Math.max(shown.seconds, 0.001), 0) };
      put(byId("writing-note"), { "aria-live": now ? "off" : null, text: shown?.count ? word("writing.done", values) : "" });
      if (now && steps === state.input.x.length) setTimeout(() => now && writeOn(), 0);
      else if (now) app.redraw();
    },
  };
}
