/** Gates held at a value, in one unit or in all, from a step on: lists of clamps, and what a reader changes in them. */

/** @returns {boolean} whether a clamp is for this gate of this unit, at any steps */
function isFor(clamp, { gate, layer, direction, unit }) {
  return clamp.gate === gate && clamp.layer === layer && clamp.direction === direction &&
    (clamp.units === null || clamp.units.includes(unit));
}

/**
 * @param {Clamp[]} clamps as `run` takes them: of two for the same place the later one counts
 * @param {Place} place
 * @returns {Clamp|undefined} the clamp that holds this gate of this unit at step t
 */
export function heldBy(clamps, place) {
  return clamps.findLast((clamp) => isFor(clamp, place) && place.t >= clamp.from && place.t <= clamp.to);
}

/** @returns {Clamp|undefined} the clamp that the box moves: the one of the gate, or one at other steps */
export function clampOf(clamps, place) {
  return heldBy(clamps, place) ?? clamps.findLast((clamp) => isFor(clamp, place));
}

/** @returns {Clamp[]} the clamps with the gate held at `value`: as far as it is held already, or in this unit */
export function holdGate(clamps, place, value) {
  const known = clampOf(clamps, place);
  if (known) return changeClamp(clamps, known, { value, from: Math.min(known.from, place.t) });
  const { gate, layer, direction, unit } = place;
  return [...clamps, { gate, value, layer, direction, units: [unit], from: 0, to: Infinity }];
}

/** @returns {Clamp[]} the clamps without the one that the gate's box moves */
export function releaseGate(clamps, place) {
  const known = clampOf(clamps, place);
  return clamps.filter((clamp) => clamp !== known);
}

/** @returns {Clamp[]} the clamps with one of them changed; another of the same gate and units gives way to it */
export function changeClamp(clamps, clamp, patch) {
  const changed = { ...clamp, ...patch };
  const isSame = (other) => ["gate", "layer", "direction"].every((name) => other[name] === changed[name]) &&
    String(other.units) === String(changed.units);
  return clamps.filter((one) => one === clamp || !isSame(one)).map((one) => (one === clamp ? changed : one));
}
