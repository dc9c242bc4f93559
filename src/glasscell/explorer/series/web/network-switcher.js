/** The networks of this page: the reader's own, and those that come with it. One is shown, each keeps its state. */

import { byId, html } from "../../web/kit/dom.js";
import { App } from "./app.js";
import { restore } from "./address.js";
import { hasView } from "./exchange/fragment.js";
import { Lesson } from "./lesson.js";
import { eventOf } from "../../web/network/event.js";
import { closeMessage } from "./views/message.js";

const PARTS_OF_ONE = [".name", ".tools", "#main", "#tour"]; // rebuilt for each network; the rest of the page stays

/** All networks of a page, and the choice between them. */
export class NetworkSwitcher {
  apps = [];
  trained = null; // the network that the reader has trained last
  shown = null;
  home = null; // where the tour began
  lesson = new Lesson();
  empty = PARTS_OF_ONE.map((selector) => document.querySelector(selector).cloneNode(true));

  /**
   * @param {Payload} payload the page's data; throws an Error with a code if it cannot be used
   * @param {(app: App) => View[]} furnish builds the views of a network into the empty page
   */
  constructor(payload, furnish) {
    this.furnish = furnish;
    for (const one of [payload, ...(payload.also ?? [])]) {
      const app = this.begin(one);
      if (this.apps.length === 1) byId("networks-box").append(html("span", { class: "group-name", "data-word": "network.one" }));
      this.addRadio(app.state.network ?? "own", app.task && `task.${app.state.network}.title`, () => app);
      this.apps.push(app);
    }
    byId("networks").hidden = this.apps.length < 2;
  }

  /** Show what the address asks for; without a view in it, where a forget gate matters, read from the first step to there. */
  open() {
    byId("message-close").addEventListener("click", closeMessage);
    addEventListener("hashchange", () => restore(this, location.hash));
    restore(this, location.hash);
    const app = this.shown;
    if (hasView(location.hash)) return;
    app.event = eventOf(app); // the tour's, too
    if (app.event === null) return;
    const { example, unit, t } = app.event;
    app.openAt(t, { input: app.exampleInput(example), unit }, app.network.layers[0].directions[0].backwards ? Infinity : 0);
  }

  begin(payload) {
    return Object.assign(new App(payload, this.furnish), { networks: this });
  }

  /** Add the button of a network, which may be another one each time. */
  addRadio(name, label, appNow) {
    const radio = html("input", { type: "radio", name: "network", value: name, class: "hidden", "data-word-label": label });
    radio.addEventListener("change", () => this.choose(appNow()));
    byId("networks-box").append(html("label", {}, radio, html("span", { class: "segment", "data-word": `network.${name}` })));
  }

  /** Show a network that the reader has trained, in the place of the last such one. */
  adopt(payload) {
    if (!this.trained) this.addRadio("trained", null, () => this.trained);
    this.trained = this.begin(payload);
    this.choose(this.trained);
    this.radioOf(this.trained).focus();
  }

  /** @returns {HTMLInputElement} */
  radioOf(app) {
    const name = app === this.trained ? "trained" : app.state.network ?? "own";
    return byId("networks-box").querySelector(`[value=${name}]`);
  }

  /** @returns {App} the network of that name; without one, the reader's own */
  find(name) {
    return this.apps.find((app) => app.state.network === (name ?? null)) ?? this.apps[0];
  }

  /** Show a network that the reader has chosen: this ends a tour. */
  choose(app) {
    this.takeBack();
    this.show(app);
  }

  /** End the tour: put back what the reader had set. @returns {App} the network where it began */
  takeBack() {
    const home = this.home ?? this.shown;
    for (const app of this.apps) app.takeBack();
    this.home = null;
    return home;
  }

  /** Show a network in the state that it was left in, changed by `patch`. */
  show(app, patch = {}) {
    const before = this.shown;
    if (app !== before) {
      before?.leave();
      this.empty.forEach((part, k) => document.querySelector(PARTS_OF_ONE[k]).replaceWith(part.cloneNode(true)));
      this.shown = app;
      this.radioOf(app).checked = true;
      app.arrive();
      const { language, theme, speed } = (before ?? app).state;
      Object.assign(app.state, { language, theme, speed });
    }
    app.set(patch);
  }
}
