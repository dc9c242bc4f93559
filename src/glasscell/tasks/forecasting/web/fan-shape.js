/** The shapes of a forecast's picture: bands between quantiles, lines ahead, discs on the past. No elements. */

/** @returns {{k: number, d: string}[]} bands from the widest to the narrowest: closed paths between quantiles k and Q − 1 − k */
export function fanBands(fan, Q, last, origin, X, Y) {
  const horizon = fan.length / Q;
  const point = (h, v) => `${X(origin + 1 + h).toFixed(1)} ${Y(v).toFixed(1)}`;
  const steps = Array.from({ length: horizon }, (_, h) => h).filter((h) => Number.isFinite(fan[h * Q]));
  const begin = Number.isFinite(last) ? [`${X(origin).toFixed(1)} ${Y(last).toFixed(1)}`] : [];
  return Array.from({ length: Math.floor(Q / 2) }, (_, k) => {
    const upper = steps.map((h) => point(h, fan[h * Q + Q - 1 - k]));
    const lower = steps.map((h) => point(h, fan[h * Q + k])).reverse();
    const all = [...begin, ...upper, ...lower];
    return { k, d: steps.length ? `M${all.join("L")}z` : "" };
  });
}

/** @returns {string} a line through a value of each step ahead, from the last value on where it is known */
export function lineAhead(values, last, origin, X, Y) {
  const parts = Number.isFinite(last) ? [`${X(origin).toFixed(1)} ${Y(last).toFixed(1)}`] : [];
  values.forEach((v, h) => {
    if (Number.isFinite(v)) parts.push(`${X(origin + 1 + h).toFixed(1)} ${Y(v).toFixed(1)}`);
  });
  return parts.length > 1 ? `M${parts.join("L")}` : "";
}

/** @returns {string} the area between two lines ahead, which begin together at the last value where it is known */
export function layerBetween(one, other, last, origin, X, Y) {
  const [there, back] = [one, other].map((values) => lineAhead(values, last, origin, X, Y).slice(1).split("L"));
  return there.length > 1 ? `M${[...there, ...back.reverse()].join("L")}z` : "";
}

/**
 * @param {[number, number, number][]} found x, y and radius of each
 * @returns {string} discs
 */
export function discs(found) {
  const half = (r, side) => `a${r} ${r} 0 0 1 ${2 * side * r} 0`;
  return found.map(([x, y, radius]) => {
    const r = Number(radius.toFixed(1));
    return `M${(x - r).toFixed(1)} ${y.toFixed(1)}${half(r, 1)}${half(r, -1)}z`;
  }).join("");
}

/** @returns {[number, number]} a range that holds all numbers of these lists, and some room */
export function rangeOfAll(lists) {
  let [low, high] = [Infinity, -Infinity];
  for (const list of lists) {
    for (const v of list) {
      if (v < low) low = v;
      if (v > high) high = v;
    }
  }
  if (!(low <= high)) return [0, 1];
  const room = 0.07 * (high - low || Math.abs(high) || 1);
  return [low - room, high + room];
}

/** @returns {number[]} the places of at most about n labels below an axis of `count` steps; whole seasons apart where many */
export function timeTicks(count, n, season) {
  const rough = count / Math.max(n, 1);
  const steps = season > 1 ? divisorsOf(season) : [1, 2, 5, 10, 20, 50, 100];
  const whole = season > 1 ? season : 100;
  const every = steps.find((step) => step >= rough) ?? whole * Math.ceil(rough / whole);
  return Array.from({ length: Math.ceil(count / every) }, (_, k) => k * every);
}

function divisorsOf(n) {
  return Array.from({ length: n }, (_, k) => k + 1).filter((k) => n % k === 0);
}
