/**
 * One series from pasted or dropped text: a row for each time step, a column for each channel.
 *
 * Tab, semicolon, comma or blanks between the cells; decimal points or commas; a first row of names or none. What is
 * wrong is told as a code with numbers, which the page puts into words.
 */

export const MOST_ROWS = 100000;

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const COMMA_NUMBER = /^[+-]?(\d+,\d*|,\d+)(e[+-]?\d+)?$/i;
const INFINITE = /^[+-]?(inf|infinity|∞)$/i;
const MISSING = new Set(["", "nan", "na", "n/a", "null", "none", "?", "-"]);
const MOST_OF_FLOAT32 = 3.4028234663852886e38;

/**
 * Read one series.
 * @param {string} text
 * @param {string[]} channels the D names; a first row that has them all says which columns to take, in which order
 * @param {number} most rows
 * @returns {{error: null, x: Float64Array, T: number, separator: string, decimal: string, named: boolean,
 *   missing: number} | {error: {code: string, line: ?number, column: ?number, found: ?(number|string),
 *   expected: ?(number|string)}}}
 *   x is (T, D) row by row, NaN where a cell is missing, `missing` of them. Lines and columns are counted from 1.
 *   Codes: "empty" no row with numbers; "no-values" every cell is missing; "wrong-columns" of the first row, found and
 *   expected; "ragged" a later row with other than so many cells; "not-a-number" found text, expected the decimal sign;
 *   "not-finite" found text; "too-many-rows" more than expected; "open-quote" a quoted cell that does not end
 */
export function readSeriesText(text, channels, most = MOST_ROWS) {
  try {
    return { error: null, ...read(text.replace(/^\uFEFF/, ""), channels, most) };
  } catch (error) {
    if (!(error instanceof Wrong)) throw error;
    return { error: error.what };
  }
}

class Wrong {
  constructor(code, { line = null, column = null, found = null, expected = null } = {}) {
    this.what = { code, line, column, found, expected };
  }
}

function read(text, channels, most) {
  const D = channels.length;
  const separator = separatorOf(text, D);
  const rows = split(text, separator, most + 1); // and one for the names
  const first = rows[0]?.cells ?? [];
  const isHeader = isNames(first) || (rows.length > 1 && String(first) === String(channels));
  const columns = isHeader ? columnsOf(first, channels) : null;
  let data = isHeader ? rows.slice(1) : rows;
  if (data.length === 0) throw new Wrong("empty");
  if (data.length > most) throw new Wrong("too-many-rows", { found: data.length, expected: most });
  if (D === 1 && !isHeader && data.length === 1) {
    data = data[0].cells.map((cell, n) => ({ line: data[0].line, column: n + 1, cells: [cell] })); // steps in a row
  }
  const width = columns ? first.length : D;
  for (const [n, { line, cells }] of data.entries()) {
    while (cells.length > width && cells.at(-1) === "") cells.pop();
    if (cells.length === width) continue;
    throw new Wrong(n === 0 ? "wrong-columns" : "ragged", { line, found: cells.length, expected: width });
  }
  const decimal = decimalOf(data);
  const x = new Float64Array(data.length * D);
  let missing = 0;
  for (const [t, row] of data.entries()) {
    for (let d = 0; d < D; d++) {
      const column = columns ? columns[d] : d;
      const v = numberOf(row.cells[column], decimal, { line: row.line, column: row.column ?? column + 1 });
      x[t * D + d] = v;
      missing += Number.isNaN(v);
    }
  }
  if (missing === x.length) throw new Wrong("no-values");
  return { x, T: data.length, separator, decimal, named: columns !== null, missing };
}

/** Tell what stands between the cells: "\t", ";", ",", " ", or "" where each line is one cell. */
function separatorOf(text, D) {
  const head = text.replace(/^\s*[\r\n]/, "").slice(0, 10000);
  const bare = head.replace(/"([^"]|"")*"/g, '""').split(/[\r\n]/, 1)[0];
  const found = ["\t", ";", ","].find((separator) => bare.includes(separator));
  if (D === 1 && (found === "," || found === undefined) && hasDecimalCommas(text)) return "";
  return found ?? (/\S\s+\S/.test(bare.trim()) && !bare.includes('"') ? " " : "");
}

/**
 * Tell whether lines like 1,5 are each one number. They are not if the first parts count up by one: a column of step
 * numbers, then.
 */
function hasDecimalCommas(text) {
  const lines = text.split(/\r\n|\n|\r/, 1000).filter((line) => line.trim() !== "");
  const isNumber = (line) => COMMA_NUMBER.test(line.trim()) || NUMBER.test(line.trim());
  const numbers = isNumber(lines[0] ?? "") ? lines : lines.slice(1);
  if (lines.length < 2 || !numbers.every(isNumber) || (numbers.length < lines.length && lines[0].includes(","))) {
    return false;
  }
  const parts = numbers.map((line) => parseInt(line, 10));
  return numbers.some((line) => line.includes(",")) && !parts.every((v, n) => n === 0 || v === parts[n - 1] + 1);
}

/** Split text into rows of cells, without the blank lines; no more than most + 1 rows. */
function split(text, separator, most) {
  const rows = [];
  let at = 0;
  let line = 1;
  while (at < text.length && rows.length <= most) {
    const row = { line, cells: [] };
    let goesOn = true;
    while (goesOn) {
      const cell = separator === " " ? null : quoted(text, at);
      let end = cell ? cell.end : at;
      if (cell === undefined) throw new Wrong("open-quote", { line, column: row.cells.length + 1 });
      while (end < text.length && text[end] !== separator && text[end] !== "\n" && text[end] !== "\r") end++;
      const rest = text.slice(cell ? cell.end : at, end).trim();
      if (separator !== " " || rest !== "") row.cells.push(cell ? cell.text + rest : rest);
      if (cell) line += cell.lines;
      goesOn = text[end] === separator;
      if (!goesOn && text[end] === "\r" && text[end + 1] === "\n") end++;
      at = end + 1;
    }
    line++;
    if (row.cells.length > 1 || (row.cells[0] ?? "") !== "") rows.push(row);
  }
  return rows;
}

/** Read a quoted cell that may start at `at`: null if none does, undefined if it does not end. */
function quoted(text, at) {
  while (text[at] === " ") at++;
  if (text[at] !== '"') return null;
  let end = text.indexOf('"', at + 1);
  while (end >= 0 && text[end + 1] === '"') end = text.indexOf('"', end + 2);
  if (end < 0) return undefined;
  const inner = text.slice(at + 1, end).replaceAll('""', '"');
  return { text: inner.trim(), end: end + 1, lines: inner.match(/\r\n|\n|\r/g)?.length ?? 0 };
}

/** Tell whether a row holds names: some text, and no number. */
function isNames(cells) {
  const isMissing = (cell) => MISSING.has(cell.toLowerCase());
  const isNumber = (cell) => NUMBER.test(cell) || COMMA_NUMBER.test(cell) || INFINITE.test(cell);
  return !cells.every(isMissing) && !cells.some(isNumber);
}

/** Find the column of each channel by its name; null if one is not there. */
function columnsOf(names, channels) {
  const columns = channels.map((channel) => names.indexOf(channel.trim()));
  return columns.includes(-1) || new Set(columns).size < columns.length ? null : columns;
}

/** Tell "," or "." by the first number that has either. */
function decimalOf(data) {
  for (const { cells } of data) {
    for (const cell of cells) {
      if (COMMA_NUMBER.test(cell)) return ",";
      if (cell.includes(".") && NUMBER.test(cell)) return ".";
    }
  }
  return ".";
}

function numberOf(cell, decimal, place) {
  if (MISSING.has(cell.toLowerCase())) return NaN;
  const found = cell.slice(0, 40);
  const plain = cell.replace(/^\u2212/, "-"); // a minus as it is typeset
  if (INFINITE.test(plain)) throw new Wrong("not-finite", { ...place, found });
  const isNumber = decimal === "," ? !plain.includes(".") && NUMBER.test(plain.replace(",", ".")) : NUMBER.test(plain);
  if (!isNumber) throw new Wrong("not-a-number", { ...place, found, expected: decimal });
  const v = Number(decimal === "," ? plain.replace(",", ".") : plain);
  if (Math.abs(v) > MOST_OF_FLOAT32) throw new Wrong("not-finite", { ...place, found });
  return v;
}
