/** The essay: its figures, each of parts that the explorer is made of too. */

import { followFrame } from "../../src/glasscell/explorer/web/frame.js";
import { byId } from "../../src/glasscell/explorer/web/kit/dom.js";
import { eventOf } from "../../src/glasscell/explorer/web/network/event.js";
import { decodeArray } from "../../src/glasscell/explorer/web/network/payload.js";
import { Epochs } from "../../src/glasscell/explorer/web/network/stages.js";
import { putOn } from "../../src/glasscell/explorer/web/views/look.js";
import { boxesFigure } from "./figures/boxes.js";
import { gatesOverEpochs, learnFigure } from "./figures/learn.js";
import { manyFigure } from "./figures/many.js";
import { plainFigure } from "./figures/plain.js";
import { Stage } from "./figures/stage.js";
import { textFigure } from "./figures/text.js";
import { throwFigure } from "./figures/throw.js";
import { trainFigure } from "./figures/train.js";
import { writeFigure } from "./figures/write.js";

/** Build all figures from the networks in the page. */
export function start() {
  const { digits, write, text } = JSON.parse(byId("data").textContent);
  let theme = "auto";
  const dress = () => putOn({ language: "en", theme }, "digit");
  dress();
  const box = (name) => /** @type {HTMLElement} */ (byId(`figure-${name}`).querySelector(".figure"));
  const epochs = new Epochs(digits);
  const examples = digits.examples.map(({ x }) => ({ x: decodeArray(x).values, T: 8 }));
  const event = eventOf({ network: epochs.trained, examples });
  const stages = {
    write: new Stage(write, {}), throw: new Stage(digits, event), boxes: new Stage(digits, event), many: new Stage(digits, event),
  };
  plainFigure(box("plain"));
  writeFigure(box("write"), stages.write);
  throwFigure(box("throw"), stages.throw, event);
  boxesFigure(box("boxes"), stages.boxes);
  manyFigure(box("many"), stages.many);
  learnFigure(box("learn"), gatesOverEpochs(epochs, examples[event.example], event), event);
  trainFigure(box("train"));
  textFigure(box("text"), text);
  dress(); // the words in the parts
  const redress = () => {
    dress();
    for (const stage of Object.values(stages)) stage.redraw();
  };
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redress);
  followFrame((ofSite) => {
    theme = ofSite;
    redress();
  });
}

if (typeof document !== "undefined") start();
