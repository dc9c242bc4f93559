/** The types of the page of texts; it has more in its state and frames than other pages. */

type TextApp = import("./app.js").TextApp;

/** Of a page for text: how far it is read, with what is held and without; where the unit in view is off, and on. */
interface TextFrame extends Frame {
  reading: import("./reading.js").TextReading;
  readingFree: TextFrame["reading"];
  cell: any;
  range: any;
  isHurrying: boolean;
}
