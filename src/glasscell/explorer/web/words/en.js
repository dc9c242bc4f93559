/** Every word of the page, in English. "key.digit", "key.series", "key.tokens" and so on go before "key"; {names} are filled in. */

import { CHARACTER_EN } from "./character.en.js";
import { EPOCHS_EN } from "./epochs.en.js";
import { EVIDENCE_EN } from "./evidence.en.js";
import { FRAME_EN } from "./frame.en.js";
import { HOLDING_EN } from "./holding.en.js";
import { INSIDE_EN } from "./inside.en.js";
import { INTAKE_EN } from "./intake.en.js";
import { LEARNING_EN } from "./learning.en.js";
import { MORE_EN } from "./more.en.js";
import { PAGE_EN } from "./page.en.js";
import { RIVER_EN } from "./river.en.js";
import { TOUR_EN } from "./tour.en.js";

export const WORDS_EN = {
  ...CHARACTER_EN,
  ...EPOCHS_EN,
  ...EVIDENCE_EN,
  ...FRAME_EN,
  ...HOLDING_EN,
  ...INSIDE_EN,
  ...INTAKE_EN,
  ...LEARNING_EN,
  ...MORE_EN,
  ...PAGE_EN,
  ...RIVER_EN,
  ...TOUR_EN,
};
