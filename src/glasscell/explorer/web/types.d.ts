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

/** What parts need of the page that they stand in. App, StepsApp, ForecastApp and TextApp are hosts. */
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

type App = import("../series/web/app.js").App;
type Telling = ReturnType<ReturnType<typeof import("../series/web/tour/scenes.js").mostChanged>>;
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

/** The pages of the tasks; their states and frames have more than those of an explorer. */
type StepsApp = import("../../tasks/tagging/web/app.js").StepsApp;
type ForecastApp = import("../../tasks/forecasting/web/app.js").ForecastApp;
type TextApp = import("../../tasks/language/web/app.js").TextApp;

/** What all of them are. */
type Page = import("./page.js").Page;

/** How a forecaster sees a series. `reach`: how many values up to the origin count. `median`: its place, where others may be NaN. */
interface Framing {
  horizon: number;
  context: number;
  season: number;
  reach: number;
  baseline: Baseline;
  bounds: [number | null, number | null];
  median: number | null;
}

/** See `Baseline` in tasks/forecasting/panels/baselines.py. */
type Baseline = { steps: number; season: number; seasons: number; logs: boolean };

/** `before`: values before the first, without gaps; `beside` (T, ·) and `later` (T + H, ·): what stands beside the values. */
interface ForecastSeries {
  name: string;
  times: string[];
  values: Float64Array;
  before: Float64Array;
  beside: { width: number; values: Float64Array };
  later: { width: number; values: Float64Array };
  first: number;
  origins: [number, number];
  trained: number;
  /** (H, Q) of ETS or Theta, if they forecast instead of the network. */
  fan: Float64Array | null;
}

/** What a forecaster sees at an origin: x (C, F), ahead (H, G), base (H); whether no width follows from it. */
type ForecastWindow = { x: Float64Array; ahead: Float64Array; base: Float64Array; scale: number; isUnknown: boolean };

interface Member {
  network: Network;
  ahead: Float64Array;
  G: number;
  Q: number;
  continued: { direction: Direction; kernel: Numbers } | null;
}

/** From `decodeForecaster`. */
interface Forecaster {
  framing: Framing;
  quantiles: number[];
  /** Which of the quantiles is the median. */
  middle: number;
  trust: number;
  widening: Float64Array;
  unlearnt: Numbers;
  members: Member[];
  series: ForecastSeries[];
}

/** (H, Q), (H) and (H), in the series' own units; `bare`: without the network, which is the baseline within the bounds. */
type Forecast = { fan: Float64Array; base: Float64Array; bare: Float64Array };

/** (H) each; `most`: the step ahead, from 0, to which the network adds most; the last where it adds nothing anywhere. */
type Layers = { bare: Float64Array; median: Float64Array; added: Float64Array; most: number };

/** What a past value gave to a step ahead: to its median, and of that to the baseline, and to what the network adds. */
type Effect = { gave: number; ofBase: number; ofNetwork: number };

/** Of a forecast's picture: X of a step, Y of a value, and the edges and the range that they lead to. */
type FanAxes = { X: Scale; Y: Scale; left: number; right: number; bottom: number; low: number; high: number };

/** Of labels over the steps. `before`: the label that is given up, or wrongly not predicted; `late`: of a switch, by how many steps. */
interface LabelEvent {
  kind: "switch" | "error" | "change" | "same";
  t: number;
  before: number | null;
  label: number;
  late?: number;
}

/** A network of an explorer of several: `networks` is all of them. */
type Networks = import("../series/web/network-switcher.js").NetworkSwitcher;

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

/** Of a page for forecasts: with what is held, without, and from the series as it was, where the reader has changed it. */
interface ForecastFrame extends Frame {
  forecast: Forecast;
  forecastFree: Forecast;
  forecastBefore: Forecast | null;
  layers: Layers;
  /** What the page calls the forecast, and its medians: those of the network, or of ETS or Theta, where they forecast. */
  shown: Forecast;
  median: Float64Array;
  window: ForecastWindow;
  removals: import("../../tasks/forecasting/web/removals.js").Removals;
  /** The step ahead, from 0, that the page looks at; `ahead`: that one, or the one under the pointer. */
  chosen: number;
  ahead: number;
}

/** What is predicted at each step, and the probabilities there. */
type StepLabels = { best: Int32Array; shares: Float64Array[] };

/** Of a page for labels per step: with what is held, and without; the event of the series, and the unit behind it. */
interface StepsFrame extends Frame {
  labels: {
    version: number | string;
    held: StepLabels;
    free: StepLabels;
    truth: Int32Array;
    event: LabelEvent;
    behind: { layer: number; direction: number; unit: number } | null;
    agreement: { n: number; right: number };
  };
}

/** Of a page for text: how far it is read, with what is held and without; where the unit in view is off, and on. */
interface TextFrame extends Frame {
  reading: import("../../tasks/language/web/reading.js").TextReading;
  readingFree: TextFrame["reading"];
  cell: any;
  range: any;
  isHurrying: boolean;
}

/** Where a river is drawn: X of a step's middle, Y of c, and the width of a step. */
type Axes = { X: (t: number) => number; Y: (c: number) => number; slot: number };

/** Where a chart has room for what it shows. */
type Area = { width: number; left: number; right: number; top: number; bottom: number };

/** What is drawn over the epochs of a training. */
interface EpochLines {
  low: number;
  high: number;
  ticks: { v: number; text: string }[];
  levels?: number[];
  lines: { name: string; values: number[]; letter?: string | number; beginning?: number }[];
  band?: { from: number; to: number; text: string; isRight: boolean }[];
}

/** What is wrong with a file, as a code with values. */
type Trouble = { code: string; line?: number; column?: number; found?: number | string; expected?: number | string };

/** What was read of a file: all but the error where that is null. */
interface ReadSeries {
  error: Trouble | null;
  x?: Float64Array;
  T?: number;
  separator?: string;
  decimal?: string;
  named?: boolean;
  missing?: number;
  series?: string | null;
  all?: string[];
  label?: string | null;
  aside?: string[];
  sortedBy?: string | null;
  column?: string | null;
}
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
