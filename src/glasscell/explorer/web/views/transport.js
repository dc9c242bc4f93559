/** Play, pause, step and scrub through the reading. */

import { html, put, svg } from "../kit/dom.js";
import { word } from "../words/language.js";
import { smallAnswer } from "./small-answer.js";

const ICONS = {
  first: "M5 4v12M16 4L8 10l8 6z",
  back: "M14 4L6 10l8 6z",
  play: "M6 3.5L16.5 10 6 16.5z",
  pause: "M6 4v12M13 4v12",
  on: "M6 4l8 6-8 6z",
  last: "M15 4v12M4 4l8 6-8 6z",
};
const SPEEDS = [0.5, 1, 2, 4];

/**
 * @param {Host} app
 * @param {Part} answer the part at its end
 * @returns {Part}
 */
export function transportBar(app, answer = smallAnswer(app)) {
  const bar = html("section", { class: "transport", "data-word-label": "transport" });
  const buttons = {};
  const button = (name, act) => {
    const picture = svg("svg", { viewBox: "0 0 20 20", class: "icon", "aria-hidden": "true" }, svg("path", { d: ICONS[name] }));
    const look = name === "play" ? "round primary" : `round go-${name}`;
    buttons[name] = html("button", { type: "button", class: look, on: { click: act } }, picture);
    return buttons[name];
  };
  const place = html("span", { class: "place" });
  const slider = html("input", { type: "range", min: 1, step: 1, class: "scrub", id: "scrub" });
  const speed = html("select", { id: "speed" });
  for (const value of SPEEDS) speed.append(html("option", { value, text: `${value}×` }));
  speed.value = "1";
  const move = (by) => app.set({ playing: false, t: app.state.t + by });
  bar.append(
    button("first", () => app.set({ playing: false, t: 0 })),
    button("back", () => move(-1)),
    button("play", () => toggle()),
    button("on", () => move(1)),
    button("last", () => app.set({ playing: false, t: Infinity })),
    slider,
    place,
    html("label", { class: "quiet" }, html("span", { class: "hidden", "data-word": "speed" }), speed),
    answer.element,
  );
  slider.addEventListener("input", () => app.set({ playing: false, t: Number(slider.value) - 1 }));
  speed.addEventListener("change", () => app.set({ speed: Number(speed.value) }));

  let timer = null;
  /** The steps at which the reading begins and ends. */
  function ends() {
    const { steps, isBackwards } = app.shape();
    return isBackwards ? [steps - 1, 0] : [0, steps - 1];
  }
  function toggle() {
    const { playing, t } = app.state;
    const [first, last] = ends();
    app.set(playing ? { playing: false } : { playing: true, until: null, t: t === last ? first : t });
  }
  /** Move to the next step; stop at the last. */
  function tick() {
    timer = null;
    if (!app.state.playing) return;
    const [first, end] = ends();
    const last = app.state.until ?? end;
    const way = Math.sign(end - first);
    const t = app.state.t + way * (app.shape().each ? 1 : Math.max(1, Math.round(Math.abs(end - first) / 600)));
    app.set(way * (last - t) <= 0 ? { t: last, playing: false, until: null } : { t });
  }

  return {
    element: bar,
    update(frame) {
      const { state, t } = frame;
      answer.update(frame);
      const name = state.playing ? "pause" : "play";
      put(buttons.play.querySelector("path"), { d: ICONS[name] });
      for (const [key, one] of Object.entries(buttons)) {
        const label = word(key === "play" ? name : `go.${key}`);
        put(one, { "aria-label": label, title: label });
      }
      const { steps, first = 1, each = Math.min(Math.max(9000 / steps, 30), 900) } = app.shape();
      const text = word("place", { t: t + first, steps: steps - 1 + first });
      put(slider, { max: steps, "aria-label": word("scrub"), "aria-valuetext": text });
      slider.value = String(t + 1);
      slider.style.setProperty("--done", `${steps > 1 ? (100 * t) / (steps - 1) : 100}%`);
      put(place, { text });
      if (state.playing && timer === null) {
        timer = setTimeout(tick, each / state.speed);
      } else if (!state.playing && timer !== null) {
        clearTimeout(timer);
        timer = null;
      }
    },
  };
}
