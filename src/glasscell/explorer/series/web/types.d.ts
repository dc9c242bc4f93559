/** The types of the page of any network of series; those of all pages are in explorer/web/types.d.ts. */

type App = import("./app.js").App;
type Telling = ReturnType<ReturnType<typeof import("./tour/scenes.js").mostChanged>>;

/** A network of an explorer of several: `networks` is all of them. */
type Networks = import("./network-switcher.js").NetworkSwitcher;

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
