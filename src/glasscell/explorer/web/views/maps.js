/** Heat maps of z, i, f, o, c and h, units × time: an overview. */

import { byId, changeOfKey, html, put, svg, watchWidth } from "../kit/dom.js";
import { number, unitsInWords, word } from "../words/language.js";
import { colourTable, paintPixels } from "../kit/colours.js";
import { directionKey } from "./place.js";
import { QUANTITIES } from "../network/quantities.js";
import { SORT_KEYS } from "../network/runs.js";

const GAP = 22;

/**
 * @param {Host} app
 * @returns {View}
 */
export function mapsView(app) {
  const box = byId("maps-box");
  const frameBox = html("div", {
    class: "maps", tabindex: 0, role: "slider", "aria-orientation": "vertical", id: "maps-control",
  });
  const tip = html("div", { class: "tip-box", "aria-hidden": "true", hidden: true });
  box.append(frameBox, tip);
  const size = watchWidth(box, () => app.redraw());
  const maps = QUANTITIES.map(makeMap);
  const sort = byId("sort");
  for (const key of SORT_KEYS) sort.append(html("option", { value: key, "data-word": `sort.${key}` }));
  sort.addEventListener("change", () => app.set({ sort: sort.value }));
  const [isOther, isNewLook] = [changeOfKey(), changeOfKey()];
  let seen = null; // the frame drawn last, which the pointer refers to
  let hover = null;

  function makeMap(name) {
    const figure = { "data-figure": "" };
    const canvas = html("canvas", { class: "map", "aria-hidden": "true", ...figure });
    const [now, chosen] = ["map-now", "map-unit"].map((look) => svg("rect", { class: look }));
    const over = svg("svg", { class: "over", "aria-hidden": "true", ...figure }, now, chosen);
    const [low, high] = [html("span", figure), html("span", figure)];
    const ramp = html("canvas", { class: "ramp", ...figure });
    const stage = html("div", { class: "map-stage" }, canvas, over);
    frameBox.append(html("div", { class: "map-box" },
      html("h3", { class: "map-title" }, html("span", { class: `letter ink-${name}`, text: name, ...figure }), " ",
        html("span", { class: "map-what", "data-word": `name.${name}` })),
      stage, html("div", { class: "map-ends", "aria-hidden": "true" }, low, ramp, high)));
    const placeOf = (event) => {
      const area = stage.getBoundingClientRect();
      const at = (place, length, count) => Math.min(Math.max(Math.floor((place / Math.max(length, 1)) * count), 0), count - 1);
      const row = at(event.clientY - area.top, area.height, seen.one.H);
      return { t: at(event.clientX - area.left, area.width, seen.steps), unit: seen.order[row] };
    };
    stage.addEventListener("pointerdown", (event) => {
      if (event.button === 0) app.set({ playing: false, ...placeOf(event) });
    });
    stage.addEventListener("pointermove", (event) => {
      hover = { name, ...placeOf(event) };
      if (event.buttons & 1) app.set({ playing: false, t: hover.t, unit: hover.unit });
      showReading();
      const zoom = box.currentCSSZoom ?? 1;
      put(tip, { text: byId("maps-reading").textContent, hidden: event.pointerType === "touch" });
      tip.classList.toggle("is-before", event.clientX > innerWidth / 2);
      Object.assign(tip.style, { left: `${event.clientX / zoom}px`, top: `${event.clientY / zoom}px` });
    });
    stage.addEventListener("pointerleave", () => {
      hover = null;
      showReading();
      tip.hidden = true;
    });
    return { name, canvas, over, now, chosen, stage, low, high, ramp, table: null };
  }

  /** @returns {Object<string, string|number>} the numbers of a unit at a step, for a sentence */
  function valuesAt(t, unit) {
    const { one } = seen;
    const values = QUANTITIES.map((name) => [name, number(one[name][t * one.H + unit])]);
    return { t: t + 1, unit, ...Object.fromEntries(values) };
  }

  /** Show the number under the pointer, or those of the chosen unit. */
  function showReading() {
    const { t, unit, name } = hover ?? seen;
    const values = valuesAt(t, unit);
    const text = hover ? word("maps.hover", { ...values, name, value: values[name] }) : word("maps.chosen", values);
    put(byId("maps-reading"), { text });
  }

  frameBox.addEventListener("keydown", (event) => {
    const { order, one } = seen;
    const { unit, t } = app.state; // keys may come faster than frames
    const row = order.indexOf(unit);
    const to = { ArrowUp: row - 1, ArrowDown: row + 1, PageUp: row - 10, PageDown: row + 10, Home: 0, End: one.H - 1 };
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (Object.hasOwn(to, event.key)) app.set({ unit: order[Math.min(Math.max(to[event.key], 0), one.H - 1)] });
    else if (step) app.set({ playing: false, t: t + step });
    else return;
    event.preventDefault();
  });

  /** “64 units, reads forwards”: with the layer or the direction where there are several. */
  function shownUnits({ one, layer, direction }) {
    const { layers } = app.network;
    const parts = [unitsInWords(one.H)];
    if (layers.length > 1) parts.push(word("maps.layer", { layer: layer + 1 }));
    if (layers[layer].directions.length > 1) parts.push(word(directionKey(app, layer, direction)));
    return parts.join(word("comma"));
  }

  return {
    update(frame) {
      seen = frame;
      const { one: { H }, steps, t, unit, order, state, look } = frame;
      const wide = steps > 16;
      const available = size.width;
      const inRow = wide ? (available > 900 ? 3 : available > 560 ? 2 : 1) : available > 760 ? 6 : 3;
      const width = Math.floor((available - GAP * (inRow - 1)) / inRow);
      const height = Math.round(Math.min(Math.max(H * (wide ? 3 : 6), 30), wide ? 190 : 300));
      if (isNewLook(look)) for (const map of maps) map.table = colourTable(map.name);
      if (isOther(frame.version, look, width, height, order)) {
        frameBox.style.gridTemplateColumns = `repeat(${inRow}, minmax(0, 1fr))`;
        for (const map of maps) drawMap(map, frame, width, height);
      }
      const row = order.indexOf(unit);
      const [cellWidth, cellHeight] = [width / steps, height / H];
      for (const { now, chosen } of maps) {
        const thick = cellWidth < 3 ? 0 : cellWidth; // of no width: a line
        put(now, { x: (t + 0.5) * cellWidth - thick / 2, y: 0.5, width: thick, height: height - 1 });
        const high = Math.max(cellHeight, 3);
        put(chosen, { x: 0.5, y: (row + 0.5) * cellHeight - high / 2, width: width - 1, height: high });
      }
      put(frameBox, {
        "aria-label": word("maps.label"), "aria-valuemin": 1, "aria-valuemax": H, "aria-valuenow": row + 1,
        "aria-valuetext": word("maps.value", valuesAt(t, unit)),
      });
      sort.value = state.sort;
      put(byId("maps-title"), { text: word("maps.title", { units: shownUnits(frame), steps }) });
      showReading();
    },
  };
}

/** Draw one map: a pixel for each unit at each step, stretched; of several steps in one pixel, one is drawn. */
function drawMap(map, /** @type {Frame} */ { one, steps, order }, width, height) {
  const { name, canvas, over, stage, low, high, ramp, table } = map;
  const values = one[name];
  const isGate = "ifo".includes(name);
  const { reach, isCut } = isGate ? { reach: 1, isCut: false } : reachOfMap(values, name === "z" ? 1 : 0);
  const columns = Math.min(steps, 2 * width);
  for (const { style } of [canvas, stage]) style.height = `${height}px`;
  put(over, { width, height });
  const [factor, shift] = isGate ? [255, 0.5] : [127.5 / reach, 128];
  paintPixels(canvas, columns, one.H, (column, row) => {
    const n = values[Math.floor((column * steps) / columns) * one.H + order[row]] * factor + shift;
    return table[n < 0 ? 0 : n > 255 ? 255 : Math.floor(n)]; // no step: nothing
  });
  paintPixels(ramp, 256, 1, (n) => table[n]);
  put(low, { text: isGate ? word("maps.closed") : `${isCut ? "≤ " : ""}${number(-reach, 1)}` });
  put(high, { text: isGate ? word("maps.open") : `${isCut ? "≥ " : ""}${number(reach, 1)}` });
}

/** Return the size of number that gets the full colour: the largest, or a smaller one if a few are much larger. */
function reachOfMap(values, least) {
  const sizes = values.filter((v) => !Number.isNaN(v)).map(Math.abs);
  const largest = sizes.reduce((most, v) => Math.max(most, v), least);
  const every = 2 * Math.ceil(sizes.length / 8000) + 1; // odd, or of 128 units it would miss every second
  const sample = sizes.filter((_, n) => n % every === 0).sort();
  const usual = sample[Math.floor(0.97 * sample.length)] ?? 0;
  const isCut = largest > 2.5 * usual && usual > 0 && largest > 1;
  return { reach: isCut ? usual : largest || 1, isCut };
}
