/** Every word of the page, in Japanese. The keys are those of en.js. */

import { CHARACTER_JA } from "./character.ja.js";
import { EPOCHS_JA } from "./epochs.ja.js";
import { EVIDENCE_JA } from "./evidence.ja.js";
import { FRAME_JA } from "./frame.ja.js";
import { HOLDING_JA } from "./holding.ja.js";
import { INSIDE_JA } from "./inside.ja.js";
import { INTAKE_JA } from "./intake.ja.js";
import { LEARNING_JA } from "./learning.ja.js";
import { MORE_JA } from "./more.ja.js";
import { PAGE_JA } from "./page.ja.js";
import { RIVER_JA } from "./river.ja.js";
import { TOUR_JA } from "./tour.ja.js";

export const WORDS_JA = {
  ...CHARACTER_JA,
  ...EPOCHS_JA,
  ...EVIDENCE_JA,
  ...FRAME_JA,
  ...HOLDING_JA,
  ...INSIDE_JA,
  ...INTAKE_JA,
  ...LEARNING_JA,
  ...MORE_JA,
  ...PAGE_JA,
  ...RIVER_JA,
  ...TOUR_JA,
};
