/**
 * The types of the pages, for `tsc --checkJs`: what the modules hand to each other. Nothing of it reaches a page.
 *
 * A part of a page is made by a function of the app, `cellView(app)`. It takes data (the app, and a frame at each
 * update), hands out its element, and what the reader does with it goes through `app.set`; so the same part can stand in
 * a page, in the essay and in a notebook.
 */

/** What follows the frames. */
interface View {
  /** Show a frame. It is called for each; what is costly is drawn again only if something of it has changed. */
  update(frame: Frame): void;
}

/** A view that hands out its element, to be put into a page by `mount`. */
interface Part extends View {
  element: HTMLElement | SVGSVGElement;
}

/** What parts need of the page that they stand in. The apps of the pages are hosts. */
interface Host {
  payload: Payload;
  /** The network whose run is shown: of the epoch, or the member, that the reader chose. */
  network: Network;
  kind: string;
  state: State;
  views: View[];
  /** Change the state; what is shown follows with the next frame. */
  set(patch: Partial<State>): void;
  /** Draw a frame soon: there is more to show, or the width has changed. */
  redraw(): void;
  /** Keep the input as it is now, for undo. */
  remember?(): void;
  undo?(): void;
  /** `first`: the number of the first step, if not 1; `each`: for how many milliseconds one is shown, where all are played. */
  shape?(): { steps: number; isBackwards: boolean; first?: number; each?: number };
  /** Ends what the page listens to, where another network takes its place. */
  listening?: AbortController;
}

type Scale = import("./d3/d3.js").Scale;

/** What the reader has set. Pages of other tasks have more in it. */
interface State {
  network?: string | null;
  input: Input;
  /** Counted from 0; Infinity is the last. */
  t: number;
  layer: number;
  direction: number;
  unit: number;
  sort?: string;
  clamps: Clamp[];
  tour?: number;
  epoch?: number | null;
  more?: string | null;
  until?: number | null;
  language: string;
  theme: string;
  playing: boolean;
  speed?: number;
  restored?: boolean;
  marked?: number;
  [more: string]: any;
}

/** What all of them are. */
type Page = import("./page.js").Page;

/** A series as the reader has it now: (T, D) row by row. */
interface Input {
  x: Float64Array;
  T: number;
  /** The number of the example; null where the reader has changed it, or brought it. */
  example: number | null;
  edited: boolean;
  /** A class number, or targets. */
  truth?: any;
  /** Of a page for tags: the example whose labels count. */
  of?: number;
}

/** All that a part may show at one moment. */
interface Frame {
  state: State;
  /** What the network did, with what is held; `free`: without. They are the same where nothing is held. */
  result: Run;
  free: Run;
  steps: number;
  t: number;
  layer: number;
  direction: number;
  unit: number;
  /** The direction that is looked into, in `result`, and in `free`. */
  one: DirectionRun;
  oneFree: DirectionRun;
  isHeld: boolean;
  /** Another one where the language or the theme has changed. */
  look: string;
  /** The step that was read before t; −1 before the first. */
  earlier: number;
  moment: Moment;
  /** Another one after each new run. */
  version?: number | string;
  runs?: Runs;
  order?: number[];
  /** Of a task whose answer is known at every step. */
  targets?: Float64Array | null;
  answer?(which: "held" | "free", t: number): Float64Array | null;
  range?(k: number): number[];
  [more: string]: any;
}

/** Where a river is drawn: X of a step's middle, Y of c, and the width of a step. */
type Axes = { X: (t: number) => number; Y: (c: number) => number; slot: number };

/** Where a chart has room for what it shows. */
type Area = { width: number; left: number; right: number; top: number; bottom: number };

/** Elements of the pages that are more than an HTMLElement, by their ids. */
interface PageElements {
  ahead: HTMLInputElement;
  erase: HTMLInputElement;
  language: HTMLSelectElement;
  member: HTMLSelectElement;
  origin: HTMLInputElement;
  paste: HTMLDetailsElement;
  "paste-file": HTMLInputElement;
  "paste-series": HTMLSelectElement;
  "paste-text": HTMLTextAreaElement;
  "series-choice": HTMLSelectElement;
  settings: HTMLDetailsElement;
  share: HTMLDetailsElement;
  sort: HTMLSelectElement;
  "text-area": HTMLTextAreaElement;
  theme: HTMLSelectElement;
}
