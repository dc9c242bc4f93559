/** Every word of the page, in English. "key.digit", "key.series" and "key.tokens" go before "key"; {names} are filled in. */

import { INSIDE_EN } from "./en/inside.js";
import { INTAKE_EN } from "./en/intake.js";
import { PAGE_EN } from "./en/page.js";
import { TOUR_EN } from "./en/tour.js";

export const WORDS_EN = { ...PAGE_EN, ...INSIDE_EN, ...INTAKE_EN, ...TOUR_EN };
