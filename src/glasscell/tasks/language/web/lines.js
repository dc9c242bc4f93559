/** A text as elements, one for each character, in one block for each line; of a changed text only the change is made. */

import { html } from "../../../explorer/web/kit/dom.js";

const KINDS = { "\n": "newline", "\t": "tab" };

/** The characters of a text in a box. */
export class TextLines {
  /** @param {HTMLElement} box */
  constructor(box) {
    this.box = box;
    this.lines = []; // {element, characters, spans, start}
  }

  /** Show another text. */
  setText(text) {
    const wanted = linesOf(text);
    const { lines } = this;
    let first = 0;
    while (first < lines.length && first < wanted.length && isSame(lines[first].characters, wanted[first])) first++;
    let last = 0;
    const most = Math.min(lines.length, wanted.length) - first;
    while (last < most && isSame(lines.at(-1 - last).characters, wanted.at(-1 - last))) last++;
    const fresh = wanted.slice(first, wanted.length - last);
    const old = lines.slice(first, lines.length - last);
    const kept = Math.min(fresh.length, old.length);
    for (let n = 0; n < kept; n++) splice(old[n], fresh[n]);
    for (const line of old.slice(kept)) line.element.remove();
    const added = fresh.slice(kept).map((characters) => {
      const line = { element: html("div"), characters: [], spans: [], start: 0 };
      splice(line, characters);
      return line;
    });
    const after = lines[lines.length - last]?.element ?? null;
    for (const { element } of added) this.box.insertBefore(element, after);
    lines.splice(first, old.length, ...old.slice(0, kept), ...added);
    let start = 0;
    for (const line of lines) {
      line.start = start;
      start += line.characters.length;
    }
    this.length = start;
  }

  /** Call `paint(span, n)` for the characters from `from` to before `to`. */
  each(from, to, paint) {
    for (let k = this.lineOf(from); k < this.lines.length && this.lines[k].start < to; k++) {
      const { spans, start } = this.lines[k];
      const end = Math.min(to - start, spans.length);
      for (let n = Math.max(from - start, 0); n < end; n++) paint(spans[n], start + n);
    }
  }

  /** @returns {?HTMLElement} the element of character n */
  spanAt(n) {
    if (n < 0 || n >= this.length) return null;
    const { spans, start } = this.lines[this.lineOf(n)];
    return spans[n - start];
  }

  /** Which line character n is in. */
  lineOf(n) {
    let [low, high] = [0, this.lines.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (this.lines[middle].start <= n) low = middle;
      else high = middle - 1;
    }
    return Math.max(low, 0);
  }
}

/** Lines as lists of characters, each with its newline; the last one has none, and may be empty. */
function linesOf(text) {
  const lines = [[]];
  for (const character of text) {
    lines.at(-1).push(character);
    if (character === "\n") lines.push([]);
  }
  return lines;
}

function isSame(one, other) {
  return one.length === other.length && one.every((character, n) => character === other[n]);
}

/** Change the characters of a line where they differ. */
function splice(line, characters) {
  const { element, spans } = line;
  const most = Math.min(spans.length, characters.length);
  let first = 0;
  while (first < most && line.characters[first] === characters[first]) first++;
  let last = 0;
  while (last < most - first && line.characters.at(-1 - last) === characters.at(-1 - last)) last++;
  const fresh = characters.slice(first, characters.length - last).map((character) => {
    return html("span", { text: character, "data-kind": KINDS[character] });
  });
  const old = spans.splice(first, spans.length - first - last, ...fresh);
  for (const span of old) span.remove();
  const after = spans[first + fresh.length] ?? null;
  for (const span of fresh) element.insertBefore(span, after);
  line.characters = characters;
}
