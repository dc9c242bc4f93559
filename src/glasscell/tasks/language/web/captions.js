/** The headings of the cell's card, and the settings' state. */

import { byId, put } from "../../../explorer/web/kit/dom.js";
import { number, word } from "../../../explorer/web/words/language.js";
import { heldBy } from "../../../explorer/web/network/clamps.js";
import { momentInWords } from "../../../explorer/web/views/cell.js";
import { markSettings } from "../../../explorer/web/views/settings-menu.js";

/**
 * @param {object} app
 * @returns {{update: function(object)}}
 */
export function textCaptions(app) {
  return {
    update({ state, moment, unit, layer, t }) {
      const where = app.network.layers.length > 1 ? word("clamps.layer", { layer: layer + 1 }) : "";
      const name = app.alphabet.nameOf(state.input.x[t]);
      put(byId("cell-title"), { text: word("cell.title", { unit: unit + 1, t }) + where });
      const isHeld = heldBy(state.clamps, { gate: "c", layer, direction: 0, unit, t });
      const said = isHeld ? word("cell.held", { c: number(moment.c) }) : momentInWords(moment, unit, t);
      put(byId("cell-words"), { text: `${word("cell.read", { name })} ${said}` });
      markSettings(state);
    },
  };
}
