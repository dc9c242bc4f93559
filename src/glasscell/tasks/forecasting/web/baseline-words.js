/** What a baseline is called. As `Baseline.name` in tasks/forecasting/panels/baselines.py; a test holds the English to it. */

import { word } from "../../../explorer/web/words/language.js";

/**
 * @param {{steps: number, season: number, seasons: number, logs: boolean}} baseline
 * @returns {string}
 */
export function baselineInWords({ steps, season, seasons, logs }) {
  const over = word(steps === 1 ? "base.over.one" : "base.over", { steps }) + (logs ? word("base.logs") : "");
  if (season === 1) return steps > 0 ? word("base.drift", { over }) : word("base.last");
  const repeated = word(seasons === 1 ? "base.naive" : "base.mean", { seasons });
  return steps > 0 ? word("base.growth", { repeated, over }) : repeated;
}
