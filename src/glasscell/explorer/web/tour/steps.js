/** The steps of the tour: the networks of one unit first, a gate each; then the reader's own, from many units to a challenge. */

import { sceneOfTask, sceneOfTraining, sceneOfUnit } from "./tasks.js";
import { sceneOfBoxes, sceneOfGate, sceneOfMany, sceneOfMemory, sceneOfReadOut, sceneOfTalk } from "./own-network.js";
import { sceneOfChallenge } from "./challenge.js";

/**
 * What each step is called, the network it is about (null: the reader's own), the card it speaks of, what it marks in
 * there, and its scene. Of the lines of a single unit, `rows` are shown.
 */
export const COURSE = [
  { name: "unit", network: "write", shows: "six", rows: "xzcy", marks: ["#six-c"], sceneOf: sceneOfUnit },
  { name: "write", network: "write", shows: "six", rows: "xicy", marks: ["#six-i", "#gate-i"], sceneOf: sceneOfTask },
  { name: "erase", network: "erase", shows: "six", rows: "xfcy", marks: ["#six-f", "#gate-f"], sceneOf: sceneOfTask },
  { name: "show", network: "show", shows: "six", rows: "xocy", marks: ["#six-o", "#gate-o"], sceneOf: sceneOfTask },
  { name: "train", network: "erase", shows: "more-train", rows: "xfcy", marks: ["#learn-train"], sceneOf: sceneOfTraining },
  { name: "many", network: null, shows: "more-units", marks: [], sceneOf: sceneOfMany },
  { name: "boxes", network: null, shows: "reading", marks: ["#gate-f", "#gate-i", "#gate-z", "#gate-o"], sceneOf: sceneOfBoxes },
  { name: "talk", network: null, shows: "reading", marks: ["[data-strip=h]"], sceneOf: sceneOfTalk },
  { name: "memory", network: null, shows: "river", marks: [], sceneOf: sceneOfMemory },
  { name: "gate", network: null, shows: "reading", marks: [], sceneOf: sceneOfGate },
  { name: "readout", network: null, shows: "more-answer", marks: [], sceneOf: sceneOfReadOut },
  { name: "challenge", network: null, shows: "input", marks: [], sceneOf: sceneOfChallenge },
];

/** @returns {typeof COURSE} the steps for which this page has the network */
export function stepsOf({ apps }) {
  return COURSE.filter(({ network }) => apps.some(({ state }) => state.network === network));
}

/** @returns {{first: number, last: number}} the steps that are about this network, counted from 1 */
export function stepsOfTour(app) {
  const mine = stepsOf(app.networks).map(({ network }) => network === app.state.network);
  return { first: mine.indexOf(true) + 1, last: mine.lastIndexOf(true) + 1 };
}
