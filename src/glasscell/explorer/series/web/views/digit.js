/** The 8×8 grid for drawing a digit with mouse, pen, finger or keys. Beside each row is its colour. */

import { byId, dragging, html, put, svg, watchWidth } from "../../../web/kit/dom.js";
import { word } from "../../../web/words/language.js";
import { bandColour } from "../../../web/kit/colours.js";

const SIDE = 8;
const FULL = 16;
const CELL = 30;
const LEFT = 44;
const TOP = 4;
const REACH = 1.15; // of the brush, in pixels of the digit

/**
 * @param {App} app
 * @param {() => boolean} erases whether the brush takes ink away
 * @returns {Part}
 */
export function digitInput(app, erases = () => false) {
  const width = LEFT + SIDE * CELL + 6;
  const height = TOP + SIDE * CELL + 6;
  const board = svg("svg", { class: "board", viewBox: `0 0 ${width} ${height}`, role: "grid", "data-figure": "" });
  const pixels = [];
  let focused = 0; // the pixel that keys change
  for (let row = 0; row < SIDE; row++) {
    const line = svg("g", { role: "row" });
    const chip = svg("rect", { x: 2, y: TOP + row * CELL + 4, width: 8, height: CELL - 8, rx: 2 });
    chip.style.fill = bandColour(row, SIDE);
    board.append(chip, svg("text", {
      class: "tick", x: LEFT - 7, y: TOP + row * CELL + CELL / 2 + 4, "text-anchor": "end", text: row + 1,
    }));
    for (let column = 0; column < SIDE; column++) {
      const place = { x: LEFT + column * CELL, y: TOP + row * CELL, width: CELL, height: CELL };
      const ink = svg("rect", { class: "ink", ...place });
      const cell = svg("g", { role: "gridcell", class: "pixel" }, svg("rect", { class: "pixel-paper", ...place }), ink);
      cell.addEventListener("focus", () => (focused = row * SIDE + column));
      line.append(cell);
      pixels.push({ cell, ink });
    }
    board.append(line);
  }
  const veil = svg("rect", { class: "veil", x: LEFT - 1, width: SIDE * CELL + 2, "fill-opacity": 0.72 }); // not processed yet
  const reading = svg("rect", { class: "row-now", x: LEFT, width: SIDE * CELL, height: CELL, rx: 3 });
  board.append(veil, reading);
  const change = (edit) => {
    const x = Float64Array.from(app.state.input.x);
    edit(x);
    app.edit(x, SIDE);
  };

  let last = null;
  const stroke = (event) => {
    const box = board.getBoundingClientRect();
    const unit = width / box.width;
    /** @type {[number, number]} */
    const to = [((event.clientX - box.left) * unit - LEFT) / CELL, ((event.clientY - box.top) * unit - TOP) / CELL];
    const isFine = app.state.tour > 0; // there each pixel counts
    change((x) => paint(x, last ?? to, to, erases(), isFine));
    last = to;
  };
  dragging(board, (event) => {
    app.remember();
    last = null;
    stroke(event);
    event.preventDefault();
  }, stroke);
  board.addEventListener("keydown", (event) => {
    const move = { ArrowUp: -SIDE, ArrowDown: SIDE, ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const ink = app.state.input.x[focused];
    const turned = ink >= FULL / 2 ? 0 : FULL;
    const keys = { " ": turned, Enter: turned, "+": ink + 4, "=": ink + 4, "-": ink - 4, Backspace: 0, Delete: 0 };
    if (move) {
      pixels[focused + move]?.cell.focus();
      app.redraw();
    } else if (Object.hasOwn(keys, event.key)) {
      app.remember();
      change((x) => {
        x[focused] = Math.min(Math.max(keys[event.key], 0), FULL);
      });
    } else return;
    event.preventDefault();
  });

  const size = watchWidth(board, () => app.redraw());

  return {
    element: board,
    update({ state, t }) {
      board.style.setProperty("--px", String(Math.max(width / size.width, 0.5)));
      put(board, { "aria-label": word("digit.label") });
      state.input.x.forEach((value, n) => {
        const [row, column] = [Math.floor(n / SIDE), n % SIDE];
        put(pixels[n].ink, { "fill-opacity": (value / FULL).toFixed(3) });
        put(pixels[n].cell, {
          "aria-label": word("digit.pixel", { row: row + 1, column: column + 1, value: Math.round(value) }),
          tabindex: n === focused ? 0 : -1,
        });
      });
      put(veil, { y: TOP + (t + 1) * CELL, height: (SIDE - 1 - t) * CELL });
      put(reading, { y: TOP + t * CELL });
    },
  };
}

/**
 * Draw (or erase) a line from one place to another, given as columns and rows in pixels. A fine brush blackens, or clears,
 * each pixel on the way, and no other.
 */
function paint(x, [x0, y0], [x1, y1], isErasing, isFine) {
  const [dx, dy] = [x1 - x0, y1 - y0];
  const length = dx * dx + dy * dy || 1;
  x.forEach((ink, n) => {
    const [px, py] = [(n % SIDE) + 0.5 - x0, Math.floor(n / SIDE) + 0.5 - y0];
    const along = Math.min(Math.max((px * dx + py * dy) / length, 0), 1);
    const [across, down] = [Math.abs(px - along * dx), Math.abs(py - along * dy)];
    const distance = Math.hypot(across, down);
    const isOn = isFine ? Math.max(across, down) < 0.5 : distance < 0.6;
    const drawn = isFine ? FULL * Number(isOn) : Math.round(FULL * Math.min(Math.max((REACH - distance) / 0.75, 0), 1));
    x[n] = !isErasing ? Math.max(ink, drawn) : isOn ? 0 : ink;
  });
}

/** @returns {SVGSVGElement} a small image of a digit, or of some of its rows */
export function digitThumbnail(x) {
  const rows = x.length / SIDE;
  const look = { class: "thumbnail", "aria-hidden": "true", preserveAspectRatio: "none" };
  const paper = svg("rect", { class: "pixel-paper", width: SIDE, height: rows });
  const picture = svg("svg", { viewBox: `0 0 ${SIDE} ${rows}`, ...look }, paper);
  x.forEach((value, n) => {
    const place = { x: n % SIDE, y: Math.floor(n / SIDE), width: 1.03, height: 1.03 };
    if (value > 0) picture.append(svg("rect", { class: "ink", ...place, "fill-opacity": (value / FULL).toFixed(2) }));
  });
  return picture;
}

/** The examples, as radio buttons with small images. */
export function examplePicker(app, picture) {
  const box = byId("examples");
  const radios = app.examples.map((example, n) => {
    const radio = html("input", { type: "radio", name: "example", value: n, class: "hidden" });
    radio.addEventListener("change", () => app.choose(n));
    box.append(html("label", { class: "example" }, radio, picture(example), html("span", { class: "example-name" })));
    return radio;
  });
  let shown = null; // the example that was scrolled to
  return {
    update({ state }) {
      const { edited, example: chosen } = state.input;
      const label = radios[chosen]?.parentElement;
      if (!edited && chosen !== shown && label) { // scroll the list, and nothing else, so that one of it is seen
        box.scrollTop = label.offsetTop - box.offsetTop - (box.clientHeight - label.offsetHeight) / 2;
      }
      shown = chosen;
      radios.forEach((radio, n) => {
        radio.checked = !edited && chosen === n;
        const { name: own, truth } = app.examples[n];
        const name = app.payload.classes?.[truth] || own;
        put(radio, { "aria-label": word("example.label", { n: n + 1, name }) });
        put(radio.parentElement.lastChild, { text: name });
      });
    },
  };
}
