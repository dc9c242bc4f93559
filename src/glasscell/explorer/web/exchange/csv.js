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
    if (!(error instanceof Wrong)) throw error;
    return { error: error.what };
  }
}

class Wrong {
  constructor(code, { line = null, column = null, found = null, expected = null } = {}) {
    this.what = { code, line, column, found, expected };
  }
}

function read(text, channels, maxRows, wanted) {
  const D = channels.length;
  let separator = separatorOf(text, D);
  let [head] = split(text, separator, 0);
  if (D === 1 && separator === " " && isNames(head.cells) && !head.cells.includes(channels[0])) {
    separator = ""; // one name of several words
    [head] = split(text, separator, 0);
  }
  const first = head?.cells ?? [];
  let isHeader = isNames(first) || hasAll(first, channels);
  const roles = isHeader ? rolesOf(first, channels) : null;
  const maxLines = roles?.id >= 0 ? Math.max(MAX_LINES, maxRows) : maxRows;
  const rows = split(text, separator, maxLines + 1); // and one for the names
  if (rows.length === 1 && !isNames(first)) isHeader = false; // numbers that could be names, and nothing below
  let data = isHeader ? rows.slice(1) : rows;
  if (data.length === 0) throw new Wrong("empty");
  if (data.length > maxLines) throw new Wrong("too-many-rows", { found: data.length, expected: maxLines });
  if (isHeader && roles.columns === null) {
    throw new Wrong("wrong-names", { line: head.line, found: listed(first), expected: listed(channels) });
  }
  if (D === 1 && !isHeader && data.length === 1) {
    data = data[0].cells.map((cell, n) => ({ line: data[0].line, column: n + 1, cells: [cell] })); // steps in a row
  }
  const width = isHeader ? first.length : D;
  for (const [n, { line, cells }] of data.entries()) {
    while (cells.length > width && cells.at(-1) === "") cells.pop();
    if (cells.length === width) continue;
    throw new Wrong(n === 0 ? "wrong-columns" : "ragged", { line, found: cells.length, expected: width });
  }
  const chosen = isHeader ? choose(first, roles, data, wanted) : NOTHING_CHOSEN;
  data = chosen.data ?? data;
  if (data.length > maxRows) throw new Wrong("too-many-rows", { found: data.length, expected: maxRows });
  const columns = isHeader ? roles.columns : channels.map((_, d) => d);
  const decimal = decimalOf(data, columns);
  const x = new Float64Array(data.length * D);
  let missing = 0;
  for (const [t, row] of data.entries()) {
    for (const [d, column] of columns.entries()) {
      const v = numberOf(row.cells[column], decimal, { line: row.line, column: row.column ?? column + 1 });
      x[t * D + d] = v;
      if (Number.isNaN(v)) missing++;
    }
  }
  if (missing === x.length) throw new Wrong("no-values");
  const { series, all, label, aside, sortedBy, column } = chosen;
  const shape = { x, T: data.length, separator, decimal, named: isHeader, missing };
  return { ...shape, series, all, label, aside, sortedBy, column };
}

const NOTHING_CHOSEN = { data: null, series: null, all: [], label: null, aside: [], sortedBy: null, column: null };

/** Find the columns' roles by their names; `columns` is null unless each channel is there exactly once. */
function rolesOf(names, channels) {
  const found = channels.map((channel) => names.indexOf(channel.trim()));
  const isOnce = (channel) => names.filter((name) => name === channel.trim()).length === 1;
  const isLone = channels.length === 1 && names.length === 1; // whatever it is called
  const columns = isLone ? [0] : channels.every(isOnce) && new Set(found).size === found.length ? found : null;
  const free = names.map((name, k) => (columns?.includes(k) ? null : name.toLowerCase()));
  const role = (common) => common.map((name) => free.indexOf(name)).find((k) => k >= 0) ?? -1;
  return { columns, id: role(IDS), time: role(TIMES), label: role(LABELS), lone: isLone && found[0] < 0 };
}

/** Choose the rows of one series, in the order of time, and read its other columns. */
function choose(names, roles, data, wanted) {
  const chosen = { ...NOTHING_CHOSEN, column: roles.lone ? names[0] : null };
  const used = new Set(roles.columns);
  let rows = data;
  const groups = roles.id >= 0 ? groupsOf(data, roles.id) : null;
  if (groups && (roles.time >= 0 || groups.size < data.length)) { // else the column numbers the rows
    used.add(roles.id);
    chosen.all = [...groups.keys()];
    chosen.series = groups.has(wanted) ? wanted : chosen.all[0];
    if (groups.has("")) throw new Wrong("no-series", { line: groups.get("")[0].line, column: roles.id + 1 });
    rows = groups.get(chosen.series);
  }
  const times = roles.time >= 0 ? rows.map(({ cells }) => timeOf(cells[roles.time])) : [NaN];
  if (!times.some(Number.isNaN)) {
    used.add(roles.time);
    if (times.some((v, n) => n > 0 && v < times[n - 1])) {
      chosen.sortedBy = names[roles.time];
      rows = rows.map((row, n) => [times[n], row]).sort(([a], [b]) => a - b).map(([, row]) => row);
    }
  }
  const label = roles.label >= 0 ? rows[0].cells[roles.label] : "";
  if (!MISSING.has(label.toLowerCase()) && rows.every(({ cells }) => cells[roles.label] === label)) {
    used.add(roles.label);
    chosen.label = label;
  }
  chosen.aside = names.filter((_, k) => !used.has(k));
  return { ...chosen, data: rows };
}

function groupsOf(data, column) {
  const groups = new Map();
  for (const row of data) {
    const name = row.cells[column];
    if (groups.has(name)) groups.get(name).push(row);
    else groups.set(name, [row]);
  }
  return groups;
}

function timeOf(cell) {
  if (cell === "") return NaN;
  const v = Number(cell.replace(",", "."));
  return Number.isNaN(v) ? Date.parse(cell) : v;
}

function listed(names) {
  return names.map((name) => name || "“”").join(", ").slice(0, 200);
}

/** Return what separates the cells: "\t", ";", ",", " ", or "" where each line is one cell. */
function separatorOf(text, D) {
  const head = text.replace(/^\s*[\r\n]/, "").slice(0, 10000);
  const bare = head.replace(/"([^"]|"")*"/g, '""').split(/[\r\n]/, 1)[0];
  const found = ["\t", ";", ","].find((separator) => bare.includes(separator));
  if (D === 1 && (found === "," || found === undefined) && hasDecimalCommas(text)) return "";
  return found ?? (/\S\s+\S/.test(bare.trim()) && !bare.includes('"') ? " " : "");
}

/**
 * Return whether lines like 1,5 are single numbers. They are not if the first parts count up by one: those are step
 * numbers.
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

/** Split text into rows of cells, without the blank lines; at most maxRows + 1 rows. */
function split(text, separator, maxRows) {
  const rows = [];
  let at = 0;
  let line = 1;
  while (at < text.length && rows.length <= maxRows) {
    const row = { line, cells: [] };
    let hasMore = true;
    while (hasMore) {
      const cell = separator === " " ? null : quoted(text, at);
      let end = cell ? cell.end : at;
      if (cell === undefined) throw new Wrong("open-quote", { line, column: row.cells.length + 1 });
      while (end < text.length && text[end] !== separator && text[end] !== "\n" && text[end] !== "\r") end++;
      const rest = text.slice(cell ? cell.end : at, end).trim();
      if (separator !== " " || rest !== "") row.cells.push(cell ? cell.text + rest : rest);
      if (cell) line += cell.lines;
      hasMore = text[end] === separator;
      if (!hasMore && text[end] === "\r" && text[end + 1] === "\n") end++;
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

/** Return whether a row consists of names: some text, and no number. */
function isNames(cells) {
  const isMissing = (cell) => MISSING.has(cell.toLowerCase());
  const isNumber = (cell) => NUMBER.test(cell) || COMMA_NUMBER.test(cell) || INFINITE.test(cell);
  return !cells.every(isMissing) && !cells.some(isNumber);
}

/** Return whether a row has all channels' names; if these are numbers, among other names, or alone and in order. */
function hasAll(cells, channels) {
  if (String(cells) === String(channels)) return true;
  const others = cells.filter((cell) => !channels.includes(cell));
  const isSure = channels.some((channel) => isNames([channel])) || (others.length > 0 && isNames(others));
  return isSure && channels.every((channel) => cells.includes(channel.trim()));
}

/** Return "," or ".", from the first number in these columns that has either. */
function decimalOf(data, columns) {
  for (const { cells } of data) {
    for (const column of columns) {
      const cell = cells[column];
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
  if (Math.abs(v) > MAX_FLOAT32) throw new Wrong("not-finite", { ...place, found });
  return v;
}
