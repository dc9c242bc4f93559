/** Which way a network reads: what it can know at a step depends on it. */

/** @returns {"forth"|"back"|"both"} from the first step, from the last, or in both directions */
export function wayOf({ layers }) {
  const backwards = layers.flatMap(({ directions }) => directions.map((direction) => direction.backwards));
  if (!backwards.includes(true)) return "forth";
  return backwards.includes(false) ? "both" : "back";
}
