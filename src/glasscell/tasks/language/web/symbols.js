/** An alphabet: the characters of a network, and their numbers. As data/texts/alphabet.py has it. */

import { word } from "../../../explorer/web/words/language.js";

export const BOUNDARY = 0; // the symbol before a text
export const RARE = 1; // any character without a number of its own
const SEEN = { "\n": "↵", "\t": "⇥", " ": "␣", "\r": "␍", "\f": "␌", "\u00a0": "␣" };
const NAMED = { "\n": "newline", "\t": "tab", " ": "space" };

/** The characters of a network. */
export class Alphabet {
  /** @param {string} characters in the order of their numbers, which begin at 2 */
  constructor(characters) {
    this.characters = [...characters];
    this.numbers = new Map(this.characters.map((character, k) => [character, k + 2]));
  }

  /** @returns {number[]} the symbols of a text, the boundary first */
  encode(text) {
    return [BOUNDARY, ...Array.from(text, (character) => this.numbers.get(character) ?? RARE)];
  }

  /** @returns {string} the character of a symbol; "" of the boundary */
  characterOf(symbol) {
    return symbol === RARE ? "\ufffd" : this.characters[symbol - 2] ?? "";
  }

  /** @returns {string} a text as a text area can have it: that would make a line's end of every "\r" */
  shown(text) {
    return text.replaceAll("\r", SEEN["\r"]);
  }

  /** @returns {string} the text as a text area holds it, with places of the same length */
  typed(shown) {
    return this.numbers.has(SEEN["\r"]) ? shown : shown.replaceAll(SEEN["\r"], "\r");
  }

  /** @returns {string} a sign for a symbol that can be seen */
  signOf(symbol) {
    if (symbol === BOUNDARY) return "⊢";
    const character = this.characterOf(symbol);
    const code = () => `U+${character.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
    return SEEN[character] ?? (/\p{C}|\p{Z}|\p{M}/u.test(character) ? code() : character);
  }

  /** @returns {string} what a symbol is called in a sentence: “e”, or “newline” */
  nameOf(symbol) {
    if (symbol === BOUNDARY) return word("symbol.boundary");
    if (symbol === RARE) return word("symbol.rare");
    const name = NAMED[this.characterOf(symbol)];
    return name ? word(`symbol.${name}`) : word("symbol.quoted", { sign: this.signOf(symbol) });
  }
}

/** @returns {number} which character an offset into a text is before, where some take two places */
export function characterAt(text, offset) {
  return Array.from(text.slice(0, offset)).length;
}

/** @returns {number} where character n of a text begins */
export function offsetOf(text, n) {
  return [...text].slice(0, n).join("").length;
}
