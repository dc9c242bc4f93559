/** Every word of the page, in Japanese. The keys are those of en.js. */

import { INSIDE_JA } from "./ja/inside.js";
import { INTAKE_JA } from "./ja/intake.js";
import { PAGE_JA } from "./ja/page.js";
import { TOUR_JA } from "./ja/tour.js";

export const WORDS_JA = { ...PAGE_JA, ...INSIDE_JA, ...INTAKE_JA, ...TOUR_JA };
