/** Heat maps of z, i, f, o, c and h, units × time: the whole picture. */

import { byId, html, put, svg, watchWidth } from "../kit/dom.js";
import { number, unitsInWords, word } from "../words/language.js";
import { colourTable } from "../kit/colours.js";
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
  const maps = QUANTITIES.map((name) => {
    const canvas = html("canvas", { class: "map", "data-figure": "", "aria-hidden": "true" });
    const over = svg("svg", { class: "over", "aria-hidden": "true", "data-figure": "" });
    const now = svg("rect", { class: "map-now" });
    const chosen = svg("rect", { class: "map-unit" });
    over.append(now, chosen);
    const title = html("h3", { class: "map-title" });
    const letter = html("span", { class: `letter ink-${name}`, text: name, "data-figure": "" });
    const what = html("span", { class: "map-what", "data-word": `name.${name}` });
    title.append(letter, " ", what);
    const ends = html("div", { class: "map-ends", "aria-hidden": "true" });
    const [low, high] = [html("span", { "data-figure": "" }), html("span", { "data-figure": "" })];
    const ramp = html("canvas", { class: "ramp", width: 256, height: 1, "data-figure": "" });
    ends.append(low, ramp, high);
    const stage = html("div", { class: "map-stage" }, canvas, over);
    const one = html("div", { class: "map-box" }, title, stage, ends);
    frameBox.append(one);
    const map = { name, canvas, over, now, chosen, stage, low, high, ramp };
    listen(map);
    return map;
  });
  const sort = byId("sort");
  for (const key of SORT_KEYS) sort.append(html("option", { value: key, "data-word": `sort.${key}` }));
  sort.addEventListener("change", () => app.set({ sort: sort.value }));
  let drawn = null;
  let seen = null; // the frame drawn last, which the pointer refers to
  let hover = null;

  function placeOf(map, event) {
    const area = map.stage.getBoundingClientRect();
    const across = (event.clientX - area.left) / Math.max(area.width, 1);
    const down = (event.clientY - area.top) / Math.max(area.height, 1);
    const t = Math.min(Math.max(Math.floor(across * seen.steps), 0), seen.steps - 1);
    const row = Math.min(Math.max(Math.floor(down * seen.one.H), 0), seen.one.H - 1);
    return { t, unit: seen.order[row] };
  }

  function listen(map) {
    map.stage.addEventListener("pointerdown", (event) => {
      if (event.button === 0) app.set({ playing: false, ...placeOf(map, event) });
    });
    map.stage.addEventListener("pointermove", (event) => {
      if (event.buttons & 1) app.set({ playing: false, ...placeOf(map, event) });
      hover = { map: map.name, ...placeOf(map, event) };
      showReading();
      showTip(event);
    });
    map.stage.addEventListener("pointerleave", () => {
      hover = null;
      showReading();
      tip.hidden = true;
    });
  }

  /** Put the number beside the pointer. */
  function showTip(event) {
    const area = box.getBoundingClientRect();
    const zoom = box.currentCSSZoom ?? 1;
    const [x, y] = [(event.clientX - area.left) / zoom, (event.clientY - area.top) / zoom];
    tip.hidden = event.pointerType === "touch";
    put(tip, { text: byId("maps-reading").textContent });
    const isRight = x > size.width / 2;
    tip.style.left = isRight ? "auto" : `${x + 14}px`;
    tip.style.right = isRight ? `${size.width - x + 14}px` : "auto";
    tip.style.top = `${y + 16}px`;
  }

  /** Show the number under the pointer, or those of the chosen unit. */
  function showReading() {
    if (!seen) return;
    const { t, unit } = hover ?? seen;
    const at = t * seen.one.H + unit;
    const values = { t: t + 1, unit: unit + 1 };
    for (const name of QUANTITIES) values[name] = number(seen.one[name][at]);
    const text = hover
      ? word("maps.hover", { ...values, name: hover.map, value: values[hover.map] })
      : word("maps.chosen", values);
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
      const { one, steps, t, unit, order, state } = frame;
      const { H } = one;
      const wide = steps > 16;
      const available = size.width;
      const inRow = wide ? (available > 900 ? 3 : available > 560 ? 2 : 1) : available > 760 ? 6 : 3;
      const width = Math.floor((available - GAP * (inRow - 1)) / inRow);
      const height = Math.round(Math.min(Math.max(H * (wide ? 3 : 6), 30), wide ? 190 : 300));
      const key = [frame.version, frame.look, width, height, order];
      if (drawn === null || key.some((part, k) => part !== drawn[k])) {
        const isNewLook = drawn === null || drawn[1] !== frame.look;
        drawn = key;
        frameBox.style.gridTemplateColumns = `repeat(${inRow}, minmax(0, 1fr))`;
        for (const map of maps) drawMap(map, frame, width, height, isNewLook);
      }
      const row = order.indexOf(unit);
      const [cellWidth, cellHeight] = [width / steps, height / H];
      for (const { now, chosen } of maps) {
        const thick = cellWidth < 3 ? 0 : cellWidth; // of no width: a line
        put(now, { x: (t + 0.5) * cellWidth - thick / 2, y: 0.5, width: thick, height: height - 1 });
        const high = Math.max(cellHeight, 3);
        put(chosen, { x: 0.5, y: (row + 0.5) * cellHeight - high / 2, width: width - 1, height: high });
      }
      const at = t * H + unit;
      put(frameBox, {
        "aria-label": word("maps.label"),
        "aria-valuemin": 1, "aria-valuemax": H, "aria-valuenow": row + 1,
        "aria-valuetext": word("maps.value", {
          unit: unit + 1, t: t + 1, ...Object.fromEntries(QUANTITIES.map((name) => [name, number(one[name][at])])),
        }),
      });
      sort.value = state.sort;
      put(byId("maps-title"), { text: word("maps.title", { units: shownUnits(frame), steps }) });
      showReading();
    },
  };
}

/** Draw one map: a pixel for each unit at each step, stretched; of several steps in one pixel, one is drawn. */
function drawMap(map, /** @type {Frame} */ { one, steps, order }, width, height, isNewLook) {
  const { name, canvas, over, low, high, ramp } = map;
  if (isNewLook || !map.table) {
    map.table = colourTable(name);
    const colours = new ImageData(256, 1);
    new Uint32Array(colours.data.buffer).set(map.table);
    ramp.getContext("2d").putImageData(colours, 0, 0);
  }
  const values = one[name];
  const { H } = one;
  const isGate = "ifo".includes(name);
  const { reach, isCut } = isGate ? { reach: 1, isCut: false } : reachOfMap(values, name === "z" ? 1 : 0);
  const columns = Math.min(steps, 2 * width);
  put(canvas, { width: columns, height: H });
  canvas.style.height = `${height}px`;
  map.stage.style.height = `${height}px`;
  put(over, { width, height, viewBox: `0 0 ${width} ${height}` });
  const picture = new ImageData(columns, H);
  const pixels = new Uint32Array(picture.data.buffer);
  const factor = isGate ? 255 : 127.5 / reach;
  const shift = isGate ? 0.5 : 128;
  for (let column = 0; column < columns; column++) {
    const from = (columns === steps ? column : Math.floor((column * steps) / columns)) * H;
    for (let row = 0; row < H; row++) {
      const v = values[from + order[row]];
      if (v !== v) continue; // no step: nothing drawn
      const n = v * factor + shift;
      pixels[row * columns + column] = map.table[n < 0 ? 0 : n > 255 ? 255 : n | 0];
    }
  }
  canvas.getContext("2d").putImageData(picture, 0, 0);
  put(low, { text: isGate ? word("maps.closed") : `${isCut ? "≤ " : ""}${number(-reach, 1)}` });
  put(high, { text: isGate ? word("maps.open") : `${isCut ? "≥ " : ""}${number(reach, 1)}` });
}

/** Return the size of number that gets the full colour: the largest, or a smaller one if a few are much larger. */
function reachOfMap(values, minReach) {
  let largest = minReach;
  for (const v of values) {
    const size = v < 0 ? -v : v;
    if (size > largest) largest = size; // never for NaN
  }
  const every = Math.max(1, Math.floor(values.length / 4000));
  const sample = [];
  for (let at = 0; at < values.length; at += every) if (values[at] === values[at]) sample.push(Math.abs(values[at]));
  sample.sort((a, b) => a - b);
  const usual = sample[Math.floor(0.97 * sample.length)] ?? 0;
  const isCut = largest > 2.5 * usual && usual > 0 && largest > 1;
  return { reach: isCut ? usual : largest || 1, isCut };
}
