/** The units that forget most in this series, and where: by the most that any one step takes from their memory. */

import { byId, changeOfKey, html, put } from "../../../web/kit/dom.js";
import { number, percent, word } from "../../../web/words/language.js";
import { stepBefore } from "../../../web/network/moment.js";
import { hasGate } from "../../../web/network/quantities.js";
import { deedsOf } from "../../../web/network/survey.js";

const SHOWN_FORGETTERS = 6;

/**
 * @param {App} app
 * @returns {View}
 */
export function forgettersView(app) {
  const isNew = changeOfKey();
  return {
    update({ oneFree, free, layer, direction, look }) {
      if (!isNew(oneFree, look)) return;
      const { variant } = app.network.layers[layer].directions[direction];
      const ranked = hasGate(variant, "f") && !variant.coupled ? forgettersOf(oneFree, free.mask) : [];
      put(byId("forgetters"), { hidden: ranked.length === 0 });
      byId("forgetters-list").replaceChildren(...ranked.slice(0, SHOWN_FORGETTERS).map(({ unit, t, share, before }) => {
        const text = word("forgetters.one", { unit, t: t + 1, share: percent(share), before: number(before) });
        const open = () => app.set({ unit, t, playing: false });
        return html("button", { type: "button", class: "deed", text, on: { click: open } });
      }));
    },
  };
}

/** @returns {{unit: number, t: number, share: number, before: number, lost: number}[]} units that lose anything to speak of */
export function forgettersOf(one, mask) {
  const { H, f, c } = one;
  return Array.from({ length: H }, (_, unit) => {
    const { from: t, size: lost } = deedsOf(one, unit, mask).forget;
    return { unit, t, lost, share: 1 - f[t * H + unit], before: c[stepBefore(one, t) * H + unit] };
  }).filter(({ lost }) => /[1-9]/.test(number(lost))).sort((a, b) => b.lost - a.lost);
}
