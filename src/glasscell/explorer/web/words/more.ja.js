/** The words about what a page opens on, and what unfolds below it, in Japanese. */

export const MORE_JA = {
  "why": "説明",
  "more": "さらに見る",
};
