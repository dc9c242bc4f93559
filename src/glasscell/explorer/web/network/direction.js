/** The direction in which a network runs: it determines the known inputs at a step. */

/** @returns {"forth"|"back"|"both"} from the first step, from the last, or bidirectional */
export function directionOf({ layers }) {
  const backwards = layers.flatMap(({ directions }) => directions.map((direction) => direction.backwards));
  if (!backwards.includes(true)) return "forth";
  return backwards.includes(false) ? "both" : "back";
}
