/** Step through the text: back, on, and playing. */

import { byId, html, put, svg } from "../../../explorer/web/kit/dom.js";
import { word } from "../../../explorer/web/words/language.js";

const ICONS = { back: "M14 4L6 10l8 6z", play: "M6 3.5L16.5 10 6 16.5z", pause: "M6 4v12M13 4v12", on: "M6 4l8 6-8 6z" };
const PLAY_MILLISECONDS = 120; // from character to character

/**
 * @param {object} app
 * @returns {{update: function(object)}}
 */
export function stepsBar(app) {
  const buttons = {};
  const button = (name, act) => {
    const icon = svg("path", { d: ICONS[name] });
    const picture = svg("svg", { viewBox: "0 0 20 20", class: "icon", "aria-hidden": "true" }, icon);
    const one = html("button", { type: "button", class: name === "play" ? "round primary" : "round", id: `go-${name}` }, picture);
    one.addEventListener("click", act);
    buttons[name] = { one, icon };
    return one;
  };
  const place = html("span", { class: "place", id: "place" });
  const undo = html("button", { type: "button", id: "undo", "data-word": "undo" });
  const clear = html("button", { type: "button", id: "clear", "data-word": "clear" });
  byId("transport").append(
    button("back", () => app.step(-1)), button("play", toggle), button("on", () => app.step(1)), place, undo, clear,
  );
  function toggle() {
    const { playing, cursor, input: { x } } = app.state;
    app.stopWriting();
    app.set({ playing: !playing, ...(!playing && cursor >= x.length - 1 ? { t: 0 } : {}) });
  }
  let timer = null;
  const tick = () => {
    timer = null;
    const { playing, cursor, input: { x } } = app.state;
    if (playing) app.set({ t: cursor + 1, playing: cursor + 1 < x.length - 1 });
  };
  return {
    update({ state, t }) {
      const name = state.playing ? "pause" : "play";
      put(buttons.play.icon, { d: ICONS[name] });
      for (const key of Object.keys(buttons)) {
        const label = word(key === "play" ? name : `go.${key}`);
        put(buttons[key].one, { "aria-label": label, title: label });
      }
      const symbol = state.input.x[t];
      const values = { t, steps: state.input.x.length - 1, name: app.alphabet.nameOf(symbol) };
      put(place, { text: word(t === 0 ? "place.beginning" : "place.character", values) });
      if (state.playing) timer ??= setTimeout(tick, PLAY_MILLISECONDS);
    },
  };
}
