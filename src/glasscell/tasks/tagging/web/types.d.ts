/** The types of the page of labels for every step; it has more in its state and frames than other pages. */

type StepsApp = import("./app.js").StepsApp;

/** Of labels over the steps. `before`: the label that is given up, or wrongly not predicted; `late`: of a switch, by how many steps. */
interface LabelEvent {
  kind: "switch" | "error" | "change" | "same";
  t: number;
  before: number | null;
  label: number;
  late?: number;
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
