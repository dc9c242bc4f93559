/** What the shapes of the forecast's picture mean. */

import { byId, html, put } from "../../../explorer/web/kit/dom.js";
import { word } from "../../../explorer/web/words/language.js";
import { baselineInWords } from "./baseline-words.js";
import { shareBetween } from "./fan-words.js";

/**
 * @param {object} app
 * @returns {{update: function(object)}}
 */
export function legendOf(app) {
  const { payload, forecaster: { quantiles, framing } } = app;
  const Q = quantiles.length;
  const isAlone = Boolean(payload.reason);
  const always = () => true;
  const open = ({ state }) => !state.bare;
  const keys = [
    ["fan.past", "key-past", always],
    ["fan.base", "key-base", () => !isAlone],
    ["fan.added", "key-added", (frame) => !isAlone && open(frame)],
    ["fan.median", "key-median", open],
    ...Array.from({ length: Math.floor(Q / 2) }, (_, k) => {
      const share = () => shareBetween(quantiles[k], quantiles[Q - 1 - k]);
      return ["fan.band", `key-band key-band-${Math.min(k, 2)}`, open, share];
    }),
    ["fan.came.key", "key-came", ({ state }) => state.origin + 1 < app.series.values.length],
    ["fan.reads", "key-reads", () => !isAlone],
    ["fan.effect.base", "key-effect effect-base", always],
    ["fan.effect.network", "key-effect effect-network", (frame) => !isAlone && open(frame)],
    ["fan.effect.down", "key-effect key-down", always],
    ["fan.free", "key-free", ({ isHeld }) => isHeld],
    ["fan.before", "key-before", ({ forecastBefore }) => forecastBefore !== null],
  ].map(([key, kind, isThere, share = () => ""]) => {
    const text = html("span");
    return { key, isThere, share, text, item: html("li", { class: "key" }, html("span", { class: `fan-key ${kind}` }), text) };
  });
  byId("fan-legend").append(...keys.map(({ item }) => item));
  let look = null;
  return {
    update(frame) {
      const isNew = frame.look !== look;
      look = frame.look;
      for (const { key, isThere, share, text, item } of keys) {
        put(item, { hidden: !isThere(frame) });
        if (isNew) put(text, { text: word(key, { share: share(), name: baselineInWords(framing.baseline) }) });
      }
    },
  };
}
