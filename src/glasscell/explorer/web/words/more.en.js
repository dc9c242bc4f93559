/** The words about what a page opens on, and what unfolds below it, in English. */

export const MORE_EN = {
  "why": "Explain",
  "more": "More",
};
