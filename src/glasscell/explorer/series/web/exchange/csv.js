/**
 * One series from pasted or dropped text: a row for each time step, a column for each channel.
 *
 * Cells are separated by tabs, semicolons, commas or blanks; decimals have a point or a comma; a first row of names is
 * optional. With names the file may contain many series, as `glasscell train` reads them: a column names the series of
 * each row, others the time and the label. Errors are codes with numbers, which the page puts into words.
 */

export const MAX_ROWS = 100000;
const MAX_LINES = 1000000; // of a file with many series

// usual names of columns that are not channels: those of data/tables/roles.py, and a few more
const IDS = ["id", "series_id", "series", "seriesid", "sequence_id", "sequence", "case_id", "case", "sample_id",
  "instance", "instance_id", "ids", "sample", "name"];
const TIMES = ["time", "t", "timestamp", "time_stamp", "datetime", "date", "step", "timestep", "time_step",
  "reading_id", "frame", "tick"];
const LABELS = ["label", "labels", "class", "class_label", "classlabel", "target", "category", "outcome", "y"];

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const COMMA_NUMBER = /^[+-]?(\d+,\d*|,\d+)(e[+-]?\d+)?$/i;
const INFINITE = /^[+-]?(inf|infinity|∞)$/i;
const MISSING = new Set(["", "nan", "na", "n/a", "null", "none", "?", "-"]);
const MAX_FLOAT32 = 3.4028234663852886e38;

/**
 * Read one series.
 * @param {string} text
 * @param {string[]} channels the D names; a first row of names must have each once, and selects the columns
 * @param {number} maxRows
 * @param {?string} wanted the series to read, of several; the first by default
 * @returns {ReadSeries}
 *   x is (T, D) row by row, NaN where a cell is missing, `missing` of them. `all`: the names of the file's series,
 *   [] where no column has them; `series`: the one that was read; `label`: the label if it is the same in all rows;
 *   `aside`: the names of unused columns; `sortedBy`: the column of the time, where rows were out of order;
 *   `column`: the name of the only column, where it differs from the channel's. Lines and columns are counted from 1.
 *   Codes: "empty" no row with numbers; "no-values" every cell is missing; "wrong-names" of the first row, found and
 *   expected; "wrong-columns" of the first row without names; "ragged" a later row with another number of cells;
 *   "no-series" a row without the name of its series; "not-a-number" found text, expected the decimal sign;
 *   "not-finite" found text; "too-many-rows" more than expected; "open-quote" a quoted cell that does not end
 */
export function readSeriesText(text, channels, maxRows = MAX_ROWS, wanted = null) {
  try {
    return { error: null, ...read(text.replace(/^\uFEFF/, ""), channels, maxRows, wanted) };
  } catch (error) {
    if (!error.code) throw error;
    return { error };
  }
}

function wrong(code, { line = null, column = null, found = null, expected = null } = {}) {
  return { code, line, column, found, expected };
}

function read(text, channels, maxRows, wanted) {
  const D = channels.length;
  let rows = split(text, separatorOf(text, channels));
  if (rows.length > MAX_LINES) throw wrong("too-many-rows", { found: rows.length, expected: MAX_LINES });
  const { line: headLine, cells: first } = rows[0] ?? { line: 1, cells: [] };
  const isHeader = isNames(first) || (rows.length > 1 && channels.every((channel) => first.includes(channel.trim())));
  if (isHeader) rows.shift();
  if (rows.length === 0) throw wrong("empty");
  const columns = isHeader ? columnsOf(first, channels) : channels.map((_, d) => d);
  if (columns === null) throw wrong("wrong-names", { line: headLine, found: listed(first), expected: listed(channels) });
  if (!isHeader && D === 1 && rows.length === 1) {
    rows = rows[0].cells.map((cell, n) => ({ line: rows[0].line, column: n + 1, cells: [cell] })); // steps in a row
  }
  const width = isHeader ? first.length : D;
  for (const [n, { line, cells }] of rows.entries()) {
    while (cells.length > width && cells.at(-1) === "") cells.pop();
    if (cells.length !== width) throw wrong(n === 0 ? "wrong-columns" : "ragged", { line, found: cells.length, expected: width });
  }
  const chosen = choose(isHeader ? first : [], columns, rows, wanted);
  ({ rows } = chosen);
  if (rows.length > maxRows) throw wrong("too-many-rows", { found: rows.length, expected: maxRows });
  const isComma = rows.some(({ cells }) => columns.some((column) => COMMA_NUMBER.test(cells[column])));
  const x = Float64Array.from(rows.flatMap((row) => columns.map((column) => {
    return numberOf(row.cells[column], isComma, { line: row.line, column: row.column ?? column + 1 });
  })));
  const missing = x.filter(Number.isNaN).length;
  if (missing === x.length) throw wrong("no-values");
  return { ...chosen, x, T: rows.length, missing, column: isHeader && width === 1 && first[0] !== channels[0] ? first[0] : null };
}

function listed(names) {
  return names.map((name) => name || "“”").join(", ").slice(0, 200);
}

/** @returns {?number[]} the column of each channel, null unless it is there once; a single column matches any name */
function columnsOf(names, channels) {
  if (channels.length === 1 && names.length === 1) return [0];
  const columns = channels.map((channel) => names.indexOf(channel.trim()));
  const isOnce = columns.every((column) => column >= 0 && names.lastIndexOf(names[column]) === column);
  return isOnce && new Set(columns).size === columns.length ? columns : null;
}

/** Choose the rows of one series, in the order of time, and read its other columns, by their usual names. */
function choose(names, columns, all, wanted) {
  const free = names.map((name, k) => (columns.includes(k) ? null : name.toLowerCase()));
  const [id, time, label] = [IDS, TIMES, LABELS].map((usual) => usual.map((name) => free.indexOf(name)).find((k) => k >= 0));
  const chosen = { rows: all, series: null, all: [], label: null, sortedBy: null };
  const used = new Set(columns);
  const series = new Set(all.map(({ cells }) => cells[id]));
  if (id !== undefined && (time !== undefined || series.size < all.length)) { // else the column numbers the rows
    used.add(id);
    const nameless = all.find(({ cells }) => cells[id] === "");
    if (nameless) throw wrong("no-series", { line: nameless.line, column: id + 1 });
    chosen.all = [...series];
    chosen.series = series.has(wanted) ? wanted : chosen.all[0];
    chosen.rows = all.filter(({ cells }) => cells[id] === chosen.series);
  }
  const times = new Map(chosen.rows.map((row) => [row, timeOf(row.cells[time])]));
  if (![...times.values()].some(Number.isNaN)) {
    used.add(time);
    const sorted = [...chosen.rows].sort((a, b) => times.get(a) - times.get(b));
    if (sorted.some((row, n) => row !== chosen.rows[n])) Object.assign(chosen, { rows: sorted, sortedBy: names[time] });
  }
  const said = chosen.rows[0].cells[label] ?? "";
  if (!isMissing(said) && chosen.rows.every(({ cells }) => cells[label] === said)) {
    used.add(label);
    chosen.label = said;
  }
  return { ...chosen, aside: names.filter((_, k) => !used.has(k)) };
}

function timeOf(cell = "") {
  const v = cell === "" ? NaN : Number(cell.replace(",", "."));
  return Number.isNaN(v) ? Date.parse(cell) : v;
}

/** Return what separates the cells: "\t", ";", ",", " ", or "" where each line is one cell. */
function separatorOf(text, channels) {
  const linesOf = (part) => part.split(/[\r\n]+/, 1000).filter((line) => line.trim() !== "");
  const [bare = ""] = linesOf(text.slice(0, 10000).replace(/"([^"]|"")*"/g, '""'));
  const found = ["\t", ";", ","].find((separator) => bare.includes(separator));
  if (channels.length === 1 && (found === "," || found === undefined) && hasDecimalCommas(linesOf(text))) return "";
  const words = bare.trim().split(/\s+/);
  const isOneName = channels.length === 1 && isNames(words) && !words.includes(channels[0]); // of several words
  return found ?? (words.length > 1 && !bare.includes('"') && !isOneName ? " " : "");
}

/**
 * Return whether lines like 1,5 are single numbers. They are not if the first parts count up by one: those are step
 * numbers.
 */
function hasDecimalCommas(lines) {
  const numbers = lines.map((line) => line.trim());
  if (isNames(numbers.slice(0, 1)) && !numbers[0].includes(",")) numbers.shift();
  const isNumber = (line) => COMMA_NUMBER.test(line) || NUMBER.test(line);
  const isCount = (line, n) => n === 0 || parseInt(line, 10) === parseInt(numbers[n - 1], 10) + 1;
  return lines.length > 1 && numbers.every(isNumber) && numbers.some((line) => line.includes(",")) && !numbers.every(isCount);
}

/** Split text into rows of cells, without the blank lines. */
function split(text, separator) {
  const rows = [];
  const plain = new RegExp(`[^${separator === " " ? "" : separator}\r\n]*`, "y");
  let [at, line] = [0, 1];
  while (at < text.length && rows.length <= MAX_LINES) {
    const row = { line, cells: [] };
    for (let isMore = true; isMore; at++) {
      const cell = separator === " " ? null : quoted(text, at);
      if (cell === undefined) throw wrong("open-quote", { line, column: row.cells.length + 1 });
      plain.lastIndex = cell?.end ?? at;
      const [rest] = plain.exec(text);
      row.cells.push((cell?.text ?? "") + rest.trim());
      line += cell?.lines ?? 0;
      at = plain.lastIndex;
      isMore = text[at] === separator;
    }
    if (text[at - 1] === "\r" && text[at] === "\n") at++;
    line++;
    if (separator === " ") row.cells = row.cells[0].split(/\s+/);
    if (row.cells.length > 1 || row.cells[0] !== "") rows.push(row);
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

function isMissing(cell) {
  return MISSING.has(cell.toLowerCase());
}

/** Return whether a row consists of names: some text, and no number. */
function isNames(cells) {
  const isNumber = (cell) => NUMBER.test(cell) || COMMA_NUMBER.test(cell) || INFINITE.test(cell);
  return !cells.every(isMissing) && !cells.some(isNumber);
}

function numberOf(cell, isComma, place) {
  if (isMissing(cell)) return NaN;
  const found = cell.slice(0, 40);
  const typed = cell.replace(/^\u2212/, "-"); // a minus as it is typeset
  const plain = !isComma || typed.includes(".") ? typed : typed.replace(",", ".");
  const isNumber = NUMBER.test(plain) && !(isComma && typed.includes("."));
  if (INFINITE.test(typed) || (isNumber && Math.abs(Number(plain)) > MAX_FLOAT32)) throw wrong("not-finite", { ...place, found });
  if (!isNumber) throw wrong("not-a-number", { ...place, found, expected: isComma ? "," : "." });
  return Number(plain);
}
