/** The page: one state, one frame at a time. Views show the frame; what people do changes the state. */

import { byId, put } from "./dom.js";
import { applyWords, number, preferredLanguage, speak, unitsInWords, word } from "./language.js";
import { decode, decodeArray } from "./forward.js";
import { Reading, QUANTITIES, argmax, momentOf, stepBefore } from "./reading.js";
import { readFragment, writeFragment } from "./fragment.js";
import { digitInput, digitThumbnail, examplePicker } from "./digit.js";
import { seriesInput, seriesThumbnail } from "./series.js";
import { transportBar } from "./transport.js";
import { cellView, momentInWords } from "./cell.js";
import { formulaView } from "./formula.js";
import { answerInWords, answerName, answerView } from "./answer.js";
import { mapsView } from "./maps.js";
import { linesView, originView } from "./unit.js";
import { evidenceView } from "./evidence.js";
import { clampSentence, clampView, directionKey } from "./clamps.js";
import { choosers } from "./choosers.js";
import { intake, mostRows } from "./intake.js";
import { tour } from "./tour.js";
import { answersCsv, gatesCsv, saveCsv, savePng, saveSvg } from "./export.js";

const MOST_UNDO = 50;
const CALM = 500; // milliseconds without a change before the address is written and a screen reader told

/** The page's state and what may be done to it; all views get it. */
class App {
  constructor(payload) {
    this.payload = payload;
    this.network = decode(payload);
    this.kind = payload.input === "digit" ? "digit" : "series";
    this.D = this.network.D;
    this.examples = payload.examples.map((example) => {
      const { shape, values } = decodeArray(example.x);
      return { ...example, x: values, T: shape[0] };
    });
    this.ranges = Array.from({ length: this.D }, (_, d) => rangeOf(this.examples, this.D, d));
    this.reading = new Reading(this.network);
    this.undone = [];
    this.trouble = null;
    this.state = {
      input: this.exampleInput(0), t: Infinity, layer: 0, direction: 0, unit: 0, sort: "index", clamps: [], tour: 0,
      language: preferredLanguage(), theme: "auto", playing: false, speed: 1, restored: false,
    };
  }

  /**
   * @returns {{x: Float64Array, T: number, example: ?number, edited: boolean}} an example as input; zeros if there is
   *   none
   */
  exampleInput(n) {
    if (this.examples.length === 0) {
      const T = this.kind === "digit" ? 8 : Math.min(Math.max(this.payload.longest, 1), mostRows(this.network));
      return { x: new Float64Array(T * this.D), T, example: null, edited: true };
    }
    this.lastExample = n;
    const { x, T } = this.examples[n];
    return { x, T, example: n, edited: false };
  }

  /** Change the state; what is shown follows with the next frame. */
  set(patch) {
    Object.assign(this.state, patch);
    this.isChanged = true;
    this.redraw();
  }

  /** Draw a frame soon: there is more to show, or the width is another. */
  redraw() {
    if (!this.pending) this.pending = requestAnimationFrame(() => this.show());
  }

  /** Keep the input as it is now, for undo. */
  remember() {
    this.undone.push(this.state.input);
    if (this.undone.length > MOST_UNDO) this.undone.shift();
  }

  /** Show another input; the reading stands at its end, or at the step that contains row `at`. */
  edit(x, T, at = null) {
    const t = at === null ? Infinity : Math.floor(at / this.network.stride);
    this.set({ input: { x, T, example: null, edited: true }, t, playing: false });
  }

  choose(n) {
    this.remember();
    this.set({ input: this.exampleInput(n), t: Infinity, playing: false });
  }

  undo() {
    if (this.undone.length > 0) this.set({ input: this.undone.pop(), playing: false });
  }

  /** @returns {{steps: number, isBackwards: boolean}} of what is shown */
  shape() {
    const { layer, direction } = this.state;
    const { steps, layers } = this.reading.held;
    return { steps, isBackwards: layers[layer].directions[direction].backwards };
  }

  /** Compute and draw one frame. */
  show() {
    this.pending = null;
    const start = performance.now();
    const before = this.reading.version;
    const frame = this.frame();
    for (const view of this.views) view.update(frame);
    const name = frame.version === before ? "frame" : "frame with a run"; // for the browser's tools, and our tests
    performance.measure(name, { start, end: performance.now() });
    this.drawn = frame;
    if (this.isChanged) this.settle();
    this.isChanged = false;
  }

  /** Bring the state within its bounds and gather what the views show. */
  frame() {
    const { state, network, reading } = this;
    try {
      reading.update(state.input, state.clamps);
      this.trouble = null;
    } catch (error) {
      if (!error.code || !reading.input) throw error;
      this.trouble = error.code;
      Object.assign(state, { input: reading.input, clamps: reading.clamps });
    }
    const { held, free } = reading;
    const { steps } = held;
    const within = (v, n) => Math.min(Math.max(Math.floor(v) || 0, 0), n - 1);
    state.t = state.t === Infinity ? steps - 1 : within(state.t, steps);
    state.layer = within(state.layer, network.layers.length);
    state.direction = within(state.direction, network.layers[state.layer].directions.length);
    const { layer, direction, t } = state;
    const one = held.layers[layer].directions[direction];
    state.unit = within(state.unit, one.H);
    const look = this.dress();
    return {
      state, reading, result: held, free, steps, t, layer, direction, unit: state.unit, one, look,
      oneFree: free.layers[layer].directions[direction],
      isHeld: state.clamps.length > 0,
      version: reading.version,
      earlier: stepBefore(one, t),
      moment: momentOf(network, held, layer, direction, state.unit, t),
      order: reading.order(layer, direction, state.sort),
      answer: (which, s) => reading.answerAt(which, s),
      range: (k) => this.answerRange(k),
    };
  }

  /** The range of a regression's answers: those to the examples, and this one. */
  answerRange(k) {
    const { held, free, version } = this.reading;
    if (this.rangesOfAnswers?.version !== version) this.rangesOfAnswers = { version, of: [] };
    const known = this.rangesOfAnswers.of;
    if (known[k] === undefined) {
      const values = [held.answer[k], free.answer[k], ...this.examples.map(({ answer }) => answer[k])];
      const every = Math.max(1, Math.floor(held.steps / 200));
      for (let t = 0; t < held.steps; t += every) {
        for (const which of ["held", "free"]) {
          const answer = this.reading.answerAt(which, t);
          if (answer) values.push(answer[k]);
        }
      }
      const [low, high] = [Math.min(...values), Math.max(...values)];
      const edge = (high - low || Math.abs(high) || 1) * 0.05;
      known[k] = [low - edge, high + edge];
    }
    return known[k];
  }

  /** Put on the language and the theme of the state. @returns {string} a name of the look of the moment */
  dress() {
    const { language, theme } = this.state;
    const isDark = theme === "dark" || (theme === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
    const look = `${language} ${isDark}`;
    if (look === this.look) return look;
    this.look = look;
    const root = document.documentElement;
    root.lang = language;
    root.dataset.theme = isDark ? "dark" : "light";
    speak(language, this.kind);
    applyWords(document);
    put(byId("title"), { text: this.payload.title });
    const values = this.leadValues();
    put(byId("lead"), { text: word("lead", values) });
    put(byId("foot"), { text: word("foot", values) });
    return look;
  }

  leadValues() {
    const { payload, network } = this;
    const units = network.layers.map(({ directions }) => directions.map(({ H }) => H).join(" + ")).join(" → ");
    const share = payload.trained_accuracy;
    const accuracy = share === null ? "" : word("accuracy", { n: number(100 * share, 1) });
    return { units: unitsInWords(units), run: payload.run, accuracy };
  }

  /** When nothing changed for a while: write the address, tell a screen reader. */
  settle() {
    clearTimeout(this.settling);
    this.settling = setTimeout(() => {
      writeAddress(this);
      if (!this.state.playing) put(byId("live"), { text: frameInWords(this, this.drawn) });
      if (performance.getEntriesByType("measure").length > 500) performance.clearMeasures();
    }, CALM);
  }
}

function rangeOf(examples, D, d) {
  let [low, high] = [Infinity, -Infinity];
  for (const { x } of examples) {
    for (let at = d; at < x.length; at += D) {
      if (x[at] < low) low = x[at];
      if (x[at] > high) high = x[at];
    }
  }
  return low < high ? [low, high] : [];
}

/** What a frame shows, for those who do not see it. */
function frameInWords(app, frame) {
  const { state, t, steps, unit, moment, result, free } = frame;
  const answer = frame.answer("held", t);
  const parts = [
    word("place", { t: t + 1, steps }),
    momentInWords(moment, unit, t),
    answer ? word(t === steps - 1 ? "live.network" : "live.probe", { answer: answerInWords(app.payload, answer) }) : "",
  ];
  const sentence = clampSentence(app, state.clamps, free.answer, result.answer);
  if (sentence !== app.toldOfClamps) parts.push(sentence); // once is enough
  app.toldOfClamps = sentence;
  return parts.filter(Boolean).join(" ");
}

function writeAddress(app) {
  const { fragment } = writeFragment(app.state, app.kind);
  if (location.hash === `#${fragment}`) return;
  app.written = fragment;
  try {
    history.replaceState(null, "", `#${fragment}`);
  } catch {
    // a page inside a notebook has no address of its own
  }
}

/** Take over what a fragment tells; the rest of the state starts anew. */
function restore(app, text) {
  const told = readFragment(text, { kind: app.kind, D: app.D, examples: app.examples.length });
  const { example, x, T, ...rest } = told;
  const input = x && T <= mostRows(app.network)
    ? { x, T, example: null, edited: true }
    : app.exampleInput(example ?? 0);
  const clamps = rest.clamps ?? [];
  const isThere = ({ layer, direction, units }) => {
    const one = app.network.layers[layer]?.directions[direction];
    return one && (units === null || units[0] < one.H);
  };
  app.set({
    t: Infinity, layer: 0, direction: 0, unit: app.interesting ?? 0, sort: "index", tour: 0, ...rest, input,
    clamps: clamps.filter(isThere), playing: false, restored: rest.tour > 0 && rest.unit !== undefined,
  });
}

/** The small views that need no file of their own: headings, words, notes. */
function texts(app) {
  return {
    update(frame) {
      const { state, unit, t, moment, layer, direction } = frame;
      const { layers } = app.network;
      const many = layers.length > 1 || layers[0].directions.length > 1;
      const where = many
        ? word("cell.where", { layer: layer + 1, direction: word(directionKey(app, layer, direction)) }) : "";
      put(byId("cell-title"), { text: word("cell.title", { unit: unit + 1, t: t + 1 }) + where });
      put(byId("cell-words"), { text: momentInWords(moment, unit, t) });
      put(byId("undo"), { disabled: app.undone.length === 0 });
      byId("language").value = state.language;
      byId("theme").value = state.theme;
      put(byId("input-note"), { text: inputNotes(app, frame).join(" ") });
    },
  };
}

/** What there is to say of the input: nothing drawn, much longer than trained, values missing, too long for a link. */
function inputNotes(app, { state, result }) {
  const { x, T } = state.input;
  const notes = [];
  if (app.trouble) notes.push(word(`csv.${app.trouble}`));
  if (app.kind === "digit" && x.every((v) => v === 0)) notes.push(word("note.nothing"));
  const { longest } = app.payload;
  if (longest > 0 && T > 1.5 * longest) notes.push(word("note.long", { T, longest }));
  const missing = x.reduce((sum, v) => sum + Number.isNaN(v), 0);
  if (missing > 0) notes.push(word("note.missing", { n: missing }));
  if (app.network.stride > 1) notes.push(word("note.stride", { k: app.network.stride, steps: result.steps }));
  if (!writeFragment(state, app.kind).complete) notes.push(word("note.link"));
  return notes;
}

/** The unit to begin with: the one whose gates move most, for there is most to see. */
function mostMoving(reading) {
  const [one] = reading.held.layers[0].directions;
  const { H } = one;
  const movement = Array.from({ length: H }, (_, u) => {
    let sum = 0;
    for (const name of QUANTITIES.slice(1)) {
      for (let at = u + H; at < one[name].length; at += H) sum += Math.abs(one[name][at] - one[name][at - H]) || 0;
    }
    return sum;
  });
  return argmax(movement);
}

function listenToPage(app) {
  byId("undo").addEventListener("click", () => app.undo());
  byId("clear").addEventListener("click", () => {
    app.remember();
    if (app.kind === "digit") app.edit(new Float64Array(8 * app.D), 8);
    else app.set({ input: app.exampleInput(app.lastExample ?? 0), t: Infinity });
  });
  document.addEventListener("keydown", (event) => {
    const isText = event.target.matches?.("textarea, input[type=number]");
    if (event.key.toLowerCase() === "z" && (event.ctrlKey || event.metaKey) && !event.shiftKey && !isText) {
      app.undo();
      event.preventDefault();
    }
  });
  byId("language").addEventListener("change", (event) => app.set({ language: event.target.value }));
  byId("theme").addEventListener("change", (event) => app.set({ theme: event.target.value }));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => app.redraw());
  addEventListener("hashchange", () => {
    if (location.hash.slice(1) !== app.written) restore(app, location.hash);
  });
  const name = `glasscell-${app.payload.run.replace(/[^\w-]+/g, "-").slice(0, 40) || "run"}`;
  const save = { png: () => savePng(name, app.payload.title), svg: () => saveSvg(name, app.payload.title) };
  byId("save-png").addEventListener("click", save.png);
  byId("save-svg").addEventListener("click", save.svg);
  byId("save-gates").addEventListener("click", () => saveCsv(`${name}-gates`, gatesCsv(app.reading.held)));
  byId("save-answers").addEventListener("click", () => {
    const names = Array.from({ length: app.network.C }, (_, k) => answerName(app.payload, k));
    saveCsv(`${name}-answers`, answersCsv(names, app.reading.held.steps, (t) => app.reading.answerAt("held", t)));
  });
  byId("copy-link").addEventListener("click", async () => {
    writeAddress(app);
    const isDone = await navigator.clipboard?.writeText(location.href).then(() => true, () => false);
    put(byId("copy-link"), { text: word(isDone ? "share.copied" : "share.address") });
    setTimeout(() => put(byId("copy-link"), { text: word("share.link") }), 4000);
  });
  byId("skip").addEventListener("click", (event) => {
    event.preventDefault();
    byId("reading").focus();
  });
  document.addEventListener("click", (event) => {
    const isSaved = event.target.id?.startsWith("save-");
    if (isSaved) byId("share").querySelector("summary").focus();
    if (isSaved || !byId("share").contains(event.target)) byId("share").open = false;
  });
}

/** Say in words that the page's data is of no use; nothing else is shown. */
function giveUp(error) {
  const code = error.code === "bad-data" ? "broken.data" : "broken";
  speak(preferredLanguage(), "series");
  applyWords(document);
  put(byId("notice"), { hidden: false });
  put(byId("notice"), { text: word(code, { message: error.message }) });
}

/** Build the page from its data. */
export function start() {
  let app;
  try {
    app = new App(JSON.parse(byId("data").textContent));
    app.reading.update(app.state.input, app.state.clamps);
  } catch (error) {
    giveUp(error);
    return;
  }
  byId("main").hidden = false;
  document.body.dataset.input = app.kind;
  put(byId("erase-label"), { hidden: app.kind !== "digit" });
  put(byId("clear"), { "data-word": app.kind === "digit" ? "clear" : "reset" });
  const input = app.kind === "digit" ? digitInput(app) : seriesInput(app);
  const picture = ({ x, T }) => (app.kind === "digit" ? digitThumbnail(x) : seriesThumbnail(x, T, app.D));
  app.views = [
    input, examplePicker(app, picture), choosers(app), transportBar(app), cellView(app), formulaView(app),
    answerView(app), clampView(app), mapsView(app), linesView(app), originView(app), evidenceView(app), intake(app),
    texts(app), tour(app),
  ];
  app.interesting = mostMoving(app.reading);
  listenToPage(app);
  restore(app, location.hash);
}

if (typeof document !== "undefined") start();
