/** The steps of the tour: the networks of one unit first, a gate each; then the reader's own, from many units to a challenge. */

import { sceneOfTask, sceneOfUnit } from "./tasks.js";
import {
  sceneOfBoxes, sceneOfGate, sceneOfLimits, sceneOfMany, sceneOfMemory, sceneOfReadOut, sceneOfTalk,
} from "./own-network.js";
import { sceneOfChallenge } from "./challenge.js";

/** What each step is called, the network it is about (null: the reader's own), what it lights up, and its scene. */
export const COURSE = [
  { name: "unit", network: "write", shows: "six", sceneOf: sceneOfUnit },
  { name: "write", network: "write", shows: "six", sceneOf: sceneOfTask },
  { name: "erase", network: "erase", shows: "six", sceneOf: sceneOfTask },
  { name: "show", network: "show", shows: "six", sceneOf: sceneOfTask },
  { name: "many", network: null, shows: "maps", sceneOf: sceneOfMany },
  { name: "boxes", network: null, shows: "reading", sceneOf: sceneOfBoxes },
  { name: "talk", network: null, shows: "reading", sceneOf: sceneOfTalk },
  { name: "readout", network: null, shows: "answer", sceneOf: sceneOfReadOut },
  { name: "memory", network: null, shows: "river", sceneOf: sceneOfMemory },
  { name: "gate", network: null, shows: "reading", sceneOf: sceneOfGate },
  { name: "limits", network: null, shows: "maps", sceneOf: sceneOfLimits },
  { name: "challenge", network: null, shows: "input", sceneOf: sceneOfChallenge },
];

/** @returns {object[]} the steps for which this page has the network */
export function stepsOf({ apps }) {
  return COURSE.filter(({ network }) => apps.some(({ state }) => state.network === network));
}

/** @returns {{first: number, last: number}} the steps that are about this network, counted from 1 */
export function stepsOfTour(app) {
  const mine = stepsOf(app.networks).map(({ network }) => network === app.state.network);
  return { first: mine.indexOf(true) + 1, last: mine.lastIndexOf(true) + 1 };
}
