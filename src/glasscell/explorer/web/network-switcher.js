/** The networks of this page: the reader's own, and those that come with it. One is shown, each keeps its state. */

import { byId, html, put } from "./kit/dom.js";
import { App } from "./app.js";
import { mostMoving } from "./network/runs.js";
import { Lesson } from "./lesson.js";

const PARTS_OF_ONE = [".name", ".tools", "#main", "#tour"]; // rebuilt for each network; the rest of the page stays

/** All networks of a page, and the choice between them. */
export class NetworkSwitcher {
  /**
   * @param {Payload} payload the page's data; throws an Error with a code if it cannot be used
   * @param {(app: App) => void} furnish builds the views of a network into the empty page
   */
  constructor(payload, furnish) {
    this.apps = [payload, ...(payload.also ?? [])].map((one) => this.begin(one));
    this.lesson = new Lesson({ task: "erase", lacks: "f", H: 1, seed: 0 });
    this.trained = null; // the network that the reader has trained last
    this.furnish = furnish;
    this.shown = null;
    this.home = null; // where the tour began
    this.empty = PARTS_OF_ONE.map((selector) => document.querySelector(selector).cloneNode(true));
    this.addChooser();
  }

  begin(payload) {
    const app = new App(payload);
    app.networks = this;
    app.runs.update(app.state.input, app.state.clamps);
    app.interesting = app.state.unit = mostMoving(app.runs);
    return app;
  }

  addChooser() {
    const box = byId("networks-box");
    this.radios = this.apps.map((app, k) => {
      if (k === 1) box.append(html("span", { class: "group-name", "data-word": "network.one" }));
      const name = app.state.network ?? "own";
      const radio = this.addRadio(name, () => app);
      if (k > 0) put(radio, { "data-word-label": `task.${name}.title` });
      return radio;
    });
    put(byId("networks"), { hidden: this.apps.length < 2 });
  }

  addRadio(name, appNow) {
    const radio = html("input", { type: "radio", name: "network", value: name, class: "hidden" });
    radio.addEventListener("change", () => this.choose(appNow()));
    byId("networks-box").append(
      html("label", {}, radio, html("span", { class: "segment", "data-word": `network.${name}` })),
    );
    return radio;
  }

  /** Show a network that the reader has trained, in the place of the last such one. */
  adopt(payload) {
    if (!this.trained) this.radios.push(this.addRadio("trained", () => this.trained));
    this.trained = this.begin(payload);
    this.choose(this.trained);
    this.radios.at(-1).focus();
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
    if (app === this.shown) {
      app.set(patch);
      return;
    }
    const before = this.shown;
    if (before) {
      before.leave();
      PARTS_OF_ONE.forEach((selector, k) => {
        document.querySelector(selector).replaceWith(this.empty[k].cloneNode(true));
      });
    }
    this.shown = app;
    this.radios.forEach((radio, k) => {
      radio.checked = (this.apps[k] ?? this.trained) === app;
    });
    app.arrive();
    this.furnish(app);
    const { language, theme, speed } = (before ?? app).state;
    app.set({ language, theme, speed, ...patch });
  }
}
