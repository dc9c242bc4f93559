/** The chosen unit's memory as a river: valves f, streams i·z and taps o, in the colours of the steps that wrote it. */

import { d3 } from "../d3/d3.js";
import { byId, changeOfKey, html, put, svg, typeScale, watchWidth } from "../kit/dom.js";
import { number, signed, word } from "../words/language.js";
import { STEPS_OF_KEY, rulesOf, scrubbing, stepsBelow } from "../kit/charts.js";
import { bandColour } from "../kit/colours.js";
import { riverOf } from "../network/memory.js";
import { LIFT, shapeOf } from "./river-shape.js";
import { rowOf } from "./river-rows.js";
import { originInWords, spanName } from "./origin-words.js";

const MAX_DETAILED = 32; // steps with valves and streams; and each in a colour of its own
const MIN_SLOT_PIXELS = 22; // pixels of a step with valves and streams
const LABELLED_PIXELS = 44; // of a step whose stream has its number next to it
const LABEL_PIXELS = 14; // for that number
const LABEL_WIDTH = 36;
const OPEN = 0.95; // a valve more open than this has no wall to speak of
const WALL_PIXELS = 4; // from the middle of a valve to the side of its wall
const THIN_PIXELS = 6; // of a step, which is then marked by a line
const MAX_COLOURS = 12; // colours of a longer river
const BANK = { left: 58, get right() { return 54 * typeScale(); } };
/** @type {Object<string, [number, number]>} */
const RIVER_ROWS = { z: [4, 18], i: [26, 18], f: [48, 18], o: [284, 18], h: [308, 40] }; // top and height
const BED = { top: 72, bottom: 276 };
const CALENDAR = 354; // position of the colours of the steps
const RIVER_HEIGHT = 382;

/**
 * The river of a whole card of the page: its surroundings change with the frame.
 * @param {Host} app
 * @returns {View}
 */
export function riverCard(app) {
  const river = riverView(app, (what, text) => put(byId(`river-${what}`), { text }));
  byId("river-box").append(river.element);
  return {
    update(frame) {
      const { one, unit, t, result } = frame;
      put(byId("river-title"), { text: word("river.title", { unit }) });
      put(byId("river-words"), { text: frame.origin?.() ?? originInWords(one, unit, result.mask, t) });
      river.update(frame);
    },
  };
}

/**
 * @param {Host} app
 * @param {(what: string, text: string) => void} say takes "legend" or "reading", and its words
 * @returns {Part} of a stretch of something longer, a frame has `first`, the
 *   number of its first step, `names` of its steps, and `origin`, the source of the memory in words
 */
export function riverView(app, say = () => {}) {
  const plot = svg("svg", {
    class: "chart river", id: "river-control", role: "slider", tabindex: 0, "aria-orientation": "horizontal",
    height: RIVER_HEIGHT, "data-figure": "",
  });
  const box = html("div", { class: "river-box" }, plot);
  const size = watchWidth(box, () => app.redraw());
  const now = svg("rect", { y: 0, height: CALENDAR + 8 });
  const numbers = ["z", "i", "f", "c", "o", "h"].map((name) => {
    const [top, height] = RIVER_ROWS[name] ?? [BED.top, BED.bottom - BED.top];
    return svg("text", { class: "river-value", y: top + height / 2 + 5, "data-name": name });
  });
  const isOther = changeOfKey();
  let river = null;
  let axes = null;
  let last = 0;

  const go = (t) => app.set({ playing: false, t: Math.min(Math.max(t, 0), last) });
  scrubbing(plot, (share) => go(Math.floor(share * (last + 1))), BANK.left, BANK.right);
  plot.addEventListener("keydown", (event) => {
    const by = STEPS_OF_KEY[event.key];
    if (by === undefined) return;
    go(app.state.t + by); // keys may come faster than frames
    event.preventDefault();
  });

  function draw(/** @type {Frame} */ { one, oneFree, unit, steps, result, isHeld, first = 1, names }) {
    const { width } = size;
    const right = width - BANK.right;
    const slot = (right - BANK.left) / steps;
    const isDetailed = steps <= MAX_DETAILED && slot >= MIN_SLOT_PIXELS;
    const count = isDetailed ? MAX_DETAILED : MAX_COLOURS;
    river = { ...riverOf(one, unit, result.mask, count), first, names };
    const free = isHeld ? riverOf(oneFree, unit, result.mask, 1) : null;
    const [low, reach] = d3.extent([0, ...[river, ...(free ? [free] : [])].flatMap(({ up, down }) => [...up, ...down])]);
    const high = Math.max(reach, low + 0.05);
    const X = d3.scaleLinear([-0.5, steps - 0.5], [BANK.left, right]);
    const lift = isDetailed ? LIFT + LABEL_PIXELS : 4;
    const Y = d3.scaleLinear([low, high], [BED.bottom - (low < 0 ? lift : 0), BED.top + (high > 0 ? lift : 0)]);
    axes = { X, slot, Y };
    const letter = svg("text", { class: "letter river-letter", x: 4, y: (BED.top + BED.bottom) / 2 + 5, text: "c" });
    const place = ([top, height]) => ({ top, height, left: BANK.left, right });
    put(plot, { width, viewBox: `0 0 ${width} ${RIVER_HEIGHT}` });
    plot.replaceChildren(
      now,
      ...Object.entries(RIVER_ROWS).flatMap(([name, at]) => rowOf(name, place(at), river, free && oneFree, axes)),
      letter, ...rulesOf(Y, BANK.left, right), ...bedOf(river, axes, isDetailed),
      ...(free ? [svg("path", { class: "river-ghost ghost", d: shapeOf(free, axes, isDetailed).outline })] : []),
      ...calendarOf(river, axes, width), ...numbers,
    );
    for (const text of numbers) put(text, { x: right + 8 });
    const legend = [isDetailed ? "river.legend" : "river.legend.long"];
    if (one.backwards) legend.push("river.back");
    if (isHeld) legend.push("river.ghost");
    say("legend", legend.map((key) => word(key)).join(" "));
  }

  return {
    element: box,
    update(frame) {
      const { one, steps, t, unit, version, look, result } = frame;
      last = steps - 1;
      if (isOther(version, look, unit, one, size.width)) draw(frame);
      const { X, slot } = axes;
      const width = Math.max(slot, 2);
      put(now, { class: slot < THIN_PIXELS ? "now" : "span-now", x: X(t) - width / 2, width });
      for (const text of numbers) put(text, { text: number(one[text.dataset.name][t * one.H + unit]) });
      const reading = passageInWords(river, t, result.mask);
      put(plot, {
        "aria-label": word("river.label", { unit }), "aria-valuemin": 1, "aria-valuemax": steps,
        "aria-valuenow": t + 1, "aria-valuetext": reading,
      });
      say("reading", reading);
    },
  };
}

/** The river itself: bands, streams, walls, and c as a line. */
function bedOf(river, axes, isDetailed) {
  const { groups, passages } = river;
  const { bands, outline, net, walls, posts, streams } = shapeOf(river, axes, isDetailed);
  const filled = (name, d, group) => {
    const { from, to } = groups[group];
    const shape = svg("path", { class: name, d, "data-group": group }, svg("title", { text: spanName(from, to, river.first) }));
    shape.style.fill = bandColour(group, groups.length);
    return shape;
  };
  return [
    ...bands.map(({ group, d }) => filled("river-band", d, group)),
    ...streams.map(({ t, d }) => filled("river-stream", d, groups.findIndex(({ to }) => t <= to))),
    svg("path", { class: "river-edge", d: outline }),
    svg("path", { class: "line stroke-c", d: net }),
    svg("path", { class: "river-post", d: posts }),
    svg("path", { class: "river-wall", d: walls }),
    ...streams.map(({ t, x, y }) => {
      const { written } = passages[t];
      const isWorthIt = axes.slot >= LABELLED_PIXELS && Math.abs(written) >= 0.005;
      const text = isWorthIt ? signed(written) : "";
      const isByWall = passages[t].opening < OPEN || x - LABEL_WIDTH / 2 < BANK.left;
      const [anchor, dx] = isByWall ? ["start", WALL_PIXELS] : ["middle", 0];
      return svg("text", { class: "tick", x: x + dx, y: y + (written > 0 ? -4 : 12), "text-anchor": anchor, text });
    }),
  ];
}

/** The colours of the steps, and their numbers, or names where they have any. */
function calendarOf({ groups, passages, first, names }, { X, slot }, room) {
  const colours = groups.map(({ from, to }, g) => {
    const width = Math.max(X(to) - X(from) + slot - 1, 0.5);
    const shape = svg("rect", { x: X(from) - slot / 2 + 0.5, y: CALENDAR, width, height: 7 });
    shape.style.fill = bandColour(g, groups.length);
    return shape;
  });
  const y = CALENDAR + 22;
  const labels = names?.map((text, t) => svg("text", { class: "tick named", x: X(t), y, "text-anchor": "middle", text }));
  return [...colours, ...(labels ?? stepsBelow(X, passages.length, room, y, first))];
}

/** @returns {string} what happens to a unit's memory at step t, with all its numbers */
function passageInWords({ one, u, passages, first = 1 }, t, mask) {
  const { before, kept, written, earlier, isHeld } = passages[t];
  const values = { t: t + first, before: number(before), kept: number(kept), written: signed(written) };
  for (const name of ["z", "i", "f", "o", "c", "h"]) values[name] = number(one[name][t * one.H + u]);
  return word(!mask[t] ? "river.skipped" : earlier < 0 ? "river.first" : isHeld ? "river.held" : "river.now", values);
}
