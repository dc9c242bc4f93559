/** Take a gate away: two networks learn in the page, one with all gates, one without its forget gate. */

import { html, put } from "../../../src/glasscell/explorer/web/kit/dom.js";
import { Lesson } from "../../../src/glasscell/explorer/series/web/lesson.js";
import { EVERY, SOLVED, UPDATES } from "../../../src/glasscell/explorer/web/network/training.js";
import { errorChart } from "../../../src/glasscell/explorer/series/web/views/error-chart.js";

/** @param {HTMLElement} box */
export function trainFigure(box) {
  const button = html("button", { type: "button", class: "primary" });
  const told = html("p", { class: "told", role: "status" });
  const chartBox = html("div");
  const lesson = new Lesson(); // of the task "erase", without the forget gate
  box.append(html("div", { class: "touch" }, button), chartBox, told);
  const chart = errorChart(chartBox, draw, { updates: UPDATES, solved: SOLVED });

  button.addEventListener("click", () => {
    if (lesson.comparison?.isDone) lesson.choose({ seed: lesson.choice.seed + 1 });
    if (lesson.isRunning) lesson.stop();
    else lesson.train();
  });

  function draw() {
    const { comparison, isRunning } = lesson;
    const lines = comparison ? [["learn-full", comparison.full], ["learn-own", comparison.own]] : [];
    const percent = (share) => `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;
    const [full, own] = lines.map(([, one]) => percent(one.shares.at(-1)));
    const said = comparison ? `Blue, with all gates: ${full}. Black, without the forget gate: ${own}.` : "";
    chart.draw(lines.map(([look, { shares }]) => ({ look, shares })), UPDATES / EVERY + 1, said || "No training so far");
    put(told, { text: said });
    const more = comparison?.isDone ? "Again, from another start" : comparison ? "Continue" : "Train";
    put(button, { text: isRunning ? "Pause" : more });
  }
  lesson.changed = draw;
  draw();
}
