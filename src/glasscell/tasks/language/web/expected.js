/** What the network expects next, as bars, and how much it expected what it has read last. */

import { byId, html, put } from "../../../explorer/web/kit/dom.js";
import { number, percent, word } from "../../../explorer/web/words/language.js";

const BARS = 8;

/**
 * @param {TextApp} app
 * @returns {View}
 */
export function expectedView(app) {
  const { alphabet } = app;
  const part = (kind) => html("span", { class: kind });
  const rows = Array.from({ length: BARS + 1 }, () => {
    const [sign, bar, ghost, share] = ["sign", "expected-bar", "expected-ghost", "share"].map(part);
    const row = html("li", {}, sign, html("span", { class: "expected-track" }, bar, ghost), share);
    byId("expected-bars").append(row);
    return { row, sign, bar, ghost, share };
  });
  return {
    update({ state: { input: { x } }, reading, readingFree, isHeld, t, steps, look }) {
      const p = reading.expectationAt(t);
      const free = isHeld ? readingFree.expectationAt(t) : null;
      const order = Array.from(p.keys()).sort((a, b) => p[b] - p[a] || a - b);
      const next = x[t + 1];
      const shown = order.slice(0, BARS);
      if (next !== undefined && !shown.includes(next)) shown.push(next);
      rows.forEach(({ row, sign, bar, ghost, share }, k) => {
        const symbol = shown[k];
        put(row, { hidden: symbol === undefined });
        if (symbol === undefined) return;
        put(row, { class: symbol === next ? "is-next" : null, title: symbol === next ? word("expected.next") : null });
        put(sign, { text: alphabet.signOf(symbol), "aria-label": alphabet.nameOf(symbol), role: "img" });
        put(share, { text: percent(p[symbol]) });
        bar.style.width = `${(100 * p[symbol]).toFixed(2)}%`;
        put(ghost, { hidden: free === null });
        if (free) ghost.style.width = `${(100 * free[symbol]).toFixed(2)}%`;
      });
      put(byId("expected-bars"), { "aria-label": word("expected.title"), "data-look": look });
      const name = alphabet.nameOf(x[t]);
      const values = { before: name, best: alphabet.nameOf(order[0]), share: percent(p[order[0]]) };
      put(byId("expected-words"), { text: word("expected.words", values) });
      const bits = t > 0 && t < steps ? reading.surpriseAt(t) : null; // of the character read last
      const surprise = () => word("expected.surprise", { name, share: percent(2 ** -bits), bits: number(bits, 1) });
      put(byId("expected-surprise"), { text: bits === null ? "" : surprise() });
    },
  };
}
