/** Take a gate away: two networks learn in the page, one with all gates, one without its forget gate. */

import { html, put } from "../../../src/glasscell/explorer/web/kit/dom.js";
import { Comparison, EVERY, SOLVED, UPDATES } from "../../../src/glasscell/explorer/web/network/training.js";
import { errorChart } from "../../../src/glasscell/explorer/web/views/error-chart.js";

const SLICE_MILLISECONDS = 8; // of each of the browser's frames

/** @param {HTMLElement} box */
export function trainFigure(box) {
  const button = html("button", { type: "button", class: "primary", text: "Train" });
  const told = html("p", { class: "told", role: "status" });
  const chartBox = html("div");
  let [comparison, seed, isRunning] = [null, 0, false];
  box.append(html("div", { class: "touch" }, button), chartBox, told);
  const chart = errorChart(chartBox, draw, { updates: UPDATES, solved: SOLVED });

  button.addEventListener("click", () => {
    if (comparison?.isDone) [comparison, seed] = [null, seed + 1];
    comparison ??= new Comparison({ task: "erase", lacks: "f", H: 1, seed });
    isRunning = !isRunning;
    draw();
    if (isRunning) requestAnimationFrame(work);
  });

  function work() {
    if (!isRunning) return;
    comparison.advance(SLICE_MILLISECONDS);
    if (comparison.isDone) isRunning = false;
    else requestAnimationFrame(work);
    draw();
  }

  function draw() {
    const lines = comparison ? [["learn-full", comparison.full], ["learn-own", comparison.own]] : [];
    const percent = (share) => `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;
    const [full, own] = lines.map(([, one]) => percent(one.shares.at(-1)));
    const said = comparison ? `Blue, with all gates: ${full}. Black, without the forget gate: ${own}.` : "";
    chart.draw(lines.map(([look, { shares }]) => ({ look, shares })), UPDATES / EVERY + 1, said || "No training so far");
    put(told, { text: said });
    put(button, { text: isRunning ? "Pause" : comparison?.isDone ? "Again, from another start" : comparison ? "Continue" : "Train" });
  }
  draw();
}
