/** The river's outlines, as paths: bands, walls, streams, edges. Pure functions; the view puts them on the page. */

import { d3 } from "../d3/d3.js";

/** Positions in the space of a step, as fractions of it, in the direction of reading. */
export const PLACE = { valve: 0.2, source: 0.26, landing: 0.58, tap: 0.8 };
export const LIFT = 18; // start of a stream above the band (or below it), in pixels
const MIN_STREAM = 0.2; // pixels; narrower streams are not drawn
const MAX_STATIONS = 500; // of a river without details

/** @returns {number} x at a fraction of the space of step t, which is `slot` pixels wide around X(t) */
export function placeIn({ backwards }, t, share, { X, slot }) {
  return X(t) + slot * (backwards ? 0.5 - share : share - 0.5);
}

/**
 * The places between which a band is drawn, in the order of reading: x, the step and factor of the shares there, and
 * whether a stream has just landed, so that a line along the edge begins again.
 * With details: the inflow, the part that passes the valve, and the memory after all has flowed in.
 */
function stationsOf({ passages, one }, axes, isDetailed) {
  const steps = [...passages.keys()];
  if (one.backwards) steps.reverse();
  if (!isDetailed) {
    const every = Math.ceil(steps.length / MAX_STATIONS);
    const shown = steps.filter((_, n) => n % every === 0 || n === steps.length - 1);
    return shown.map((t) => ({ x: axes.X(t), step: t, factor: 1, begins: false }));
  }
  return steps.flatMap((t) => {
    const { isRead, earlier, opening } = passages[t];
    const at = (share, step, factor, begins = false) => ({ x: placeIn(one, t, share, axes), step, factor, begins });
    const { valve, landing } = PLACE;
    const before = isRead && earlier >= 0
      ? [at(0, earlier, 1), at(valve, earlier, 1), at(valve, earlier, opening), at(landing, earlier, opening)] : [];
    return [...before, at(isRead ? landing : 0, t, 1, isRead), at(1, t, 1)];
  });
}

/**
 * Draw the river.
 * @param {River} river
 * @param {Axes} axes
 * @param {boolean} isDetailed with valves and streams; else a band through the steps
 * @returns {{bands: {group: number, d: string}[], outline: string, net: string, walls: string, posts: string,
 *   streams: {t: number, d: string, x: number, y: number}[]}} streams begin at x, y
 */
export function shapeOf(river, axes, isDetailed) {
  const { up, down } = river;
  const stations = stationsOf(river, axes, isDetailed);
  const through = (value) => stations.map((one, k) => {
    return `${k === 0 || one.begins ? "M" : "L"}${one.x.toFixed(1)} ${axes.Y(value(one)).toFixed(1)}`;
  }).join("");
  const edge = (values, other) => through(({ step, factor }) => factor * (factor < 0 ? other : values)[step]);
  return {
    bands: bandsOf(river, stations, axes.Y),
    outline: edge(up, down) + edge(down, up),
    net: through(({ step, factor }) => factor * (up[step] + down[step])),
    ...(isDetailed ? worksOf(river, axes) : { walls: "", posts: "", streams: [] }),
  };
}

/** A band for each group, stacked from 0 on: positive parts upwards, negative ones downwards, old ones first. */
function bandsOf({ groups, order }, stations, Y) {
  const [up, down] = [new Float64Array(stations.length), new Float64Array(stations.length)];
  return order.map((group) => {
    const { share } = groups[group];
    const sides = [up, down].map((edge) => {
      const sign = edge === up ? 1 : -1;
      const inner = edge.slice();
      stations.forEach(({ step, factor }, k) => {
        const part = factor * share[step];
        if (part * sign > 0) edge[k] += part;
      });
      const parts = [...stations.keys()].filter((k) => [k - 1, k, k + 1].some((one) => inner[one] !== edge[one]));
      return d3.area().digits(1).x((k) => stations[k].x).y0((k) => Y(inner[k])).y1((k) => Y(edge[k]))(parts) ?? "";
    });
    return { group, d: sides.join("") };
  });
}

/** Walls that hold back what a forget gate does not let through, and streams of i·z. */
function worksOf(river, axes) {
  const { passages, up, down } = river;
  const { Y } = axes;
  const [walls, posts, streams] = [[], [], []];
  passages.forEach(({ isRead, earlier, opening, written }, t) => {
    if (!isRead) return;
    if (earlier >= 0 && up[earlier] !== down[earlier]) {
      const x = placeIn(river.one, t, PLACE.valve, axes).toFixed(1);
      const left = Math.min(Math.max(opening, 0), 1);
      const sides = [[up[earlier], -5], [down[earlier], 5]];
      posts.push(`M${x} ${sides.map(([edge, beyond]) => (Y(edge) + beyond).toFixed(1)).join("V")}`);
      for (const [edge] of sides) {
        if (edge !== 0 && left < 1) walls.push(`M${x} ${Y(edge).toFixed(1)}V${Y(left * edge).toFixed(1)}`);
      }
    }
    if (Math.abs(Y(written) - Y(0)) > MIN_STREAM) {
      const edges = earlier < 0 ? [0, 0] : [up[earlier] * opening, down[earlier] * opening];
      const bed = written > 0 ? Math.max(...edges) : Math.min(...edges);
      streams.push({ t, ...streamOf(river, t, bed, written, axes) });
    }
  });
  return { walls: walls.join(""), posts: posts.join(""), streams };
}

/** A stream that lands upon the bed, as broad from its source to its landing as what it brings. */
function streamOf(river, t, bed, written, axes) {
  const [inner, outer] = [axes.Y(bed), axes.Y(bed + written)];
  const [from, to] = [PLACE.source, PLACE.landing].map((share) => placeIn(river.one, t, share, axes));
  const lift = written > 0 ? -LIFT : LIFT;
  const rounded = (...all) => all.map((v) => v.toFixed(1));
  const [x0, middle, x1] = rounded(from, (from + to) / 2, to);
  const [a, b, c, e] = rounded(outer + lift, outer, inner, inner + lift);
  const d = `M${x0} ${a}C${middle} ${a} ${middle} ${b} ${x1} ${b}L${x1} ${c}C${middle} ${c} ${middle} ${e} ${x0} ${e}z`;
  return { d, x: from, y: outer + lift };
}
