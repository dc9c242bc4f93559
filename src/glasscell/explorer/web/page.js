/** What all pages do: they open, draw frames, undo, listen, and report to a screen reader. */

import { followFrame } from "./frame.js";
import { Host } from "./host.js";
import { listenToKeys } from "./keyboard.js";
import { applyMode, sectionOfPart } from "./mode.js";
import { byId, mount, put, wantsStillness } from "./kit/dom.js";
import { FIRST_SORT } from "./network/runs.js";
import { cellView } from "./views/cell.js";
import { choosers } from "./views/choosers.js";
import { formulaView } from "./views/formula.js";
import { moreView } from "./views/more.js";
import { lookOf, putOn } from "./views/look.js";
import { preferredLanguage, word } from "./words/language.js";

const MAX_UNDO = 100;
const CALM_MILLISECONDS = 500; // without a change, before the address is written and the screen reader informed

/**
 * A page's state and what can be done to it; all views receive it. A subclass has `frame`, `story`, `clear` and `open`; what
 * furnishes it makes the views, and may set `describe` and `onSettled`.
 */
export class Page extends Host {
  undone = [];
  edited = "input"; // the part of the state that the reader edits
  subject = "series"; // what its words are about
  sections = []; // the names of those that unfold below
  isChanged = false;
  isUntouched = false; // since it has opened by itself
  describe = /** @type {(frame: Frame) => string[]} */ (() => []); // for a screen reader
  onSettled = () => {}; // called when nothing has changed for a while

  /**
   * @param {Payload} payload
   * @param {(page: any) => View[]} furnish makes its own views
   * @param {Partial<State>} state
   */
  constructor(payload, furnish, state) {
    super(payload, { sort: FIRST_SORT, more: sectionOfPart(), until: null, speed: 1, language: preferredLanguage(), ...state });
    this.furnish = furnish;
  }

  /** Become the current page. Listeners on the whole document take `listening.signal`. */
  arrive() {
    byId("main").hidden = false;
    this.look = null;
    this.listening = new AbortController();
    const host = /** @type {any} */ (this);
    const inside = [choosers(host), mount("cell-diagram", cellView(host)), mount("formula", formulaView(host))];
    const own = this.furnish(this); // which may choose the sections
    this.views = [...inside, ...own, moreView(host, this.sections)];
    this.listen();
  }

  listen() {
    const { signal } = this.listening;
    for (const id of /** @type {const} */ (["language", "theme"])) {
      byId(id).addEventListener("change", () => this.set({ [id]: byId(id).value }));
    }
    byId("undo").addEventListener("click", () => this.undo());
    byId("clear").addEventListener("click", () => this.clear());
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.redraw(), { signal });
    followFrame((theme) => this.set({ theme }), signal);
    document.addEventListener("click", ({ target }) => {
      const open = /** @type {NodeListOf<HTMLDetailsElement>} */ (document.querySelectorAll("details.menu[open]"));
      for (const menu of open) menu.open = menu.contains(/** @type {Node} */ (target));
    }, { signal });
    listenToKeys(this);
  }

  set(patch) {
    this.isChanged = true;
    super.set(patch);
  }

  show() {
    const { version } = this.drawn ?? {};
    if (!this.sections.includes(this.state.more)) this.state.more = null;
    const start = performance.now();
    super.show();
    const name = this.drawn.version === version ? "frame" : "frame with a run"; // for the browser's tools, and our tests
    performance.measure(name, { start, end: performance.now() });
    put(byId("undo"), { disabled: this.undone.length === 0 });
    if (this.isChanged) this.settle();
    this.isChanged = false;
  }

  settle() {
    clearTimeout(this.settling);
    this.settling = setTimeout(() => {
      this.onSettled();
      const { drawn } = this;
      if (!drawn.state.playing) put(byId("live"), { text: this.describe(drawn).filter(Boolean).join(" ") });
      if (performance.getEntriesByType("measure").length > 500) performance.clearMeasures();
    }, CALM_MILLISECONDS);
  }

  /** Apply the language and the theme if they have changed. @returns {string} a key of the current ones */
  dress() {
    const { state } = this;
    const look = lookOf(state);
    if (look === this.look) return look;
    this.look = look;
    putOn(state, this.subject);
    const story = this.story();
    document.title = word("page.title", story);
    for (const [id, text] of Object.entries(story)) put(byId(id), { text });
    for (const id of /** @type {const} */ (["language", "theme"])) byId(id).value = state[id];
    return look;
  }

  /** @returns {{title: string, lead: string, foot: string}} what the page is called, what it is about, and where that is from */
  story() {
    return { title: "", lead: "", foot: "" };
  }

  /** Begin anew with what the reader edits. */
  clear() {}

  /** Keep what the reader edits as it is now, for undo. */
  remember() {
    this.undone = [...this.undone, this.state[this.edited]].slice(-MAX_UNDO);
  }

  undo() {
    if (this.undone.length > 0) this.set({ [this.edited]: this.undone.pop(), playing: false });
  }

  /** @returns {{steps: number, isBackwards: boolean, first?: number, each?: number}} of the data in view */
  shape() {
    const { steps, one } = this.drawn ?? this.frame();
    return { steps, isBackwards: one.backwards };
  }

  /** Show a step: read up to it from the first, until somebody does anything; at once to a reader who prefers stillness. */
  openAt(t, patch, first = 0) {
    const playing = !wantsStillness() && t !== first;
    this.set({ ...patch, t: playing ? first : t, until: playing ? t : null, playing });
    this.stopWhenTouched();
  }

  /** Let what plays stop, and `end` be called, with the first key, press, turn of the wheel or file. */
  stopWhenTouched(end = () => {}) {
    this.isUntouched = true;
    const begun = new AbortController();
    const stop = (/** @type {any} */ { target, key }) => {
      begun.abort();
      this.isUntouched = false;
      const isPlay = key === " " || target.closest?.("#transport .primary"); // stops it by itself
      // a click or a scroll is to refer to the step in the headline
      const isChosen = key !== undefined || target.closest?.("#transport, #river, #maps");
      if (!isPlay) this.set({ playing: false, ...(isChosen ? {} : { t: this.state.until ?? this.state.t }) });
      end();
    };
    for (const name of ["pointerdown", "keydown", "wheel", "drop"]) {
      addEventListener(name, stop, { signal: begun.signal, capture: true, passive: true });
    }
  }
}

/**
 * Open a page, or report the errors of its data.
 * @param {string} subject of its words
 * @param {(payload: Payload) => {open: () => void}} make throws an Error with a code if the data cannot be used
 */
export function openPage(subject, make) {
  applyMode();
  addEventListener("hashchange", applyMode);
  let page;
  try {
    page = make(JSON.parse(byId("data").textContent));
  } catch (error) {
    putOn({ language: preferredLanguage(), theme: "auto" }, subject);
    for (const id of ["tools", "skip"]) byId(id).hidden = true;
    put(byId("notice"), { hidden: false });
    put(byId("notice"), { text: word(error.code === "bad-data" ? "broken.data" : "broken", { message: error.message }) });
    return;
  }
  byId("skip").addEventListener("click", (event) => {
    event.preventDefault(); // the address is the view's
    /** @type {HTMLElement} */ (document.querySelector(byId("skip").getAttribute("href"))).focus();
  });
  page.open();
}
