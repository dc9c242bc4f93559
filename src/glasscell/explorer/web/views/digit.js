/** The 8×8 grid for drawing a digit with mouse, pen, finger or keys. Beside each row is its colour. */

import { byId, html, put, svg, watchWidth } from "../kit/dom.js";
import { word } from "../words/language.js";
import { bandColour } from "../kit/colours.js";

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
  const veils = [];
  const focus = { row: 0, column: 0 };
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
      cell.addEventListener("focus", () => Object.assign(focus, { row, column }));
      line.append(cell);
      pixels.push({ cell, ink });
    }
    const veil = svg("rect", {
      class: "veil", x: LEFT - 1, y: TOP + row * CELL, width: SIDE * CELL + 2, height: CELL,
    });
    veils.push(veil);
    board.append(line);
  }
  const reading = svg("rect", { class: "row-now", x: LEFT, width: SIDE * CELL, height: CELL, rx: 3 });
  board.append(...veils, reading);
  const change = (edit) => {
    const x = Float64Array.from(app.state.input.x);
    edit(x);
    app.edit(x, SIDE);
  };

  let last = null;
  /** @returns {[number, number]} */
  const place = (event) => {
    const box = board.getBoundingClientRect();
    const unit = width / box.width;
    return [((event.clientX - box.left) * unit - LEFT) / CELL, ((event.clientY - box.top) * unit - TOP) / CELL];
  };
  const stroke = (event) => {
    const to = place(event);
    const from = last ?? to;
    const brush = app.state.tour > 0 ? paintPixels : paint; // in the tour each pixel counts
    change((x) => brush(x, from, to, erases() || event.buttons === 2));
    last = to;
  };
  board.addEventListener("pointerdown", (event) => {
    if (event.button === 1) return;
    app.remember();
    last = null;
    board.setPointerCapture(event.pointerId);
    stroke(event);
    event.preventDefault();
  });
  board.addEventListener("pointermove", (event) => {
    if (event.buttons && board.hasPointerCapture(event.pointerId)) stroke(event);
  });
  board.addEventListener("contextmenu", (event) => event.preventDefault());
  board.addEventListener("keydown", (event) => {
    const move = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
    const at = focus.row * SIDE + focus.column;
    const set = (value) => {
      app.remember();
      change((x) => {
        x[at] = Math.min(Math.max(value(x[at]), 0), FULL);
      });
    };
    if (move) {
      focus.row = Math.min(Math.max(focus.row + move[0], 0), SIDE - 1);
      focus.column = Math.min(Math.max(focus.column + move[1], 0), SIDE - 1);
      app.redraw();
      pixels[focus.row * SIDE + focus.column].cell.focus();
    } else if (event.key === " " || event.key === "Enter") set((v) => (v >= FULL / 2 ? 0 : FULL));
    else if (event.key === "+" || event.key === "=") set((v) => v + 4);
    else if (event.key === "-") set((v) => v - 4);
    else if (event.key === "Backspace" || event.key === "Delete") set(() => 0);
    else return;
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
          tabindex: row === focus.row && column === focus.column ? 0 : -1,
        });
      });
      veils.forEach((veil, row) => put(veil, { "fill-opacity": row > t ? 0.72 : 0 }));
      put(reading, { y: TOP + t * CELL });
    },
  };
}

/** Draw (or erase) a line from one place to another; places are (column, row) in pixels. */
function paint(x, [x0, y0], [x1, y1], erase) {
  const [dx, dy] = [x1 - x0, y1 - y0];
  const length = dx * dx + dy * dy;
  for (let row = 0; row < SIDE; row++) {
    for (let column = 0; column < SIDE; column++) {
      const [px, py] = [column + 0.5 - x0, row + 0.5 - y0];
      const along = length === 0 ? 0 : Math.min(Math.max((px * dx + py * dy) / length, 0), 1);
      const distance = Math.hypot(px - along * dx, py - along * dy);
      const n = row * SIDE + column;
      if (erase && distance < 0.6) x[n] = 0;
      if (!erase) x[n] = Math.max(x[n], Math.round(FULL * Math.min(Math.max((REACH - distance) / 0.75, 0), 1)));
    }
  }
}

/** Blacken, or clear, each pixel on the way from one place to another, and no other. */
function paintPixels(x, [x0, y0], [x1, y1], erase) {
  const count = Math.ceil(4 * Math.hypot(x1 - x0, y1 - y0)) + 1;
  for (let k = 0; k < count; k++) {
    const at = count === 1 ? 0 : k / (count - 1);
    const [column, row] = [x0 + at * (x1 - x0), y0 + at * (y1 - y0)].map(Math.floor);
    if (Math.min(column, row) >= 0 && Math.max(column, row) < SIDE) x[row * SIDE + column] = erase ? 0 : FULL;
  }
}

/** @returns {SVGElement} a small picture of a digit */
export function digitThumbnail(x) {
  const picture = svg("svg", { viewBox: "0 0 8 8", class: "thumbnail", "aria-hidden": "true" });
  picture.append(svg("rect", { class: "pixel-paper", width: 8, height: 8 }));
  x.forEach((value, n) => {
    if (value <= 0) return;
    const place = { x: n % SIDE, y: Math.floor(n / SIDE), width: 1.03, height: 1.03 };
    picture.append(svg("rect", { class: "ink", ...place, "fill-opacity": (value / FULL).toFixed(2) }));
  });
  return picture;
}

/** The examples, as radio buttons with small pictures. */
export function examplePicker(app, picture) {
  const box = byId("examples");
  const radios = app.examples.map((example, n) => {
    const radio = html("input", { type: "radio", name: "example", value: n, class: "hidden" });
    radio.addEventListener("change", () => app.choose(n));
    box.append(html("label", { class: "example" }, radio, picture(example), html("span", { class: "example-name" })));
    return radio;
  });
  let shown = null; // the example that was scrolled to

  /** Scroll the list, and nothing else, so that one of it is seen. */
  function show(label) {
    box.scrollTop = label.offsetTop - box.offsetTop - (box.clientHeight - label.offsetHeight) / 2;
  }

  return {
    update({ state }) {
      const { edited, example: chosen } = state.input;
      if (!edited && chosen !== shown && radios[chosen]) show(radios[chosen].parentElement);
      shown = chosen;
      radios.forEach((radio, n) => {
        radio.checked = !edited && chosen === n;
        const { name, truth } = app.examples[n];
        const class_ = app.payload.classes?.[truth] ?? "";
        put(radio, { "aria-label": word("example.label", { n: n + 1, name: class_ === "" ? name : class_ }) });
        put(radio.parentElement.lastChild, { text: class_ === "" ? name : class_ });
      });
    },
  };
}
