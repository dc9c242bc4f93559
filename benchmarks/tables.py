"""The tables of README.md and docs/explanation/numbers.md, made from what the benchmarks wrote to docs/numbers/*.csv.

    python benchmarks/tables.py              rewrite the tables of the pages
    python benchmarks/tables.py --check      exit with 1 if a table differs from its CSV

A page has a table below this line:

    <!-- table: accuracy (benchmarks/tables.py) -->
"""

import argparse
import csv
import math
import re
import statistics
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
NUMBERS = ROOT / "docs/numbers"
PAGES = (ROOT / "README.md", ROOT / "docs/explanation/numbers.md")
TABLE = re.compile(r"(<!-- table: ([^\n]+?) \(benchmarks/tables\.py\) -->\n)((?:\|.*\n)*)")
NEIGHBORS = ("nearest neighbor", "nearest neighbor, DTW")
CONTENDERS = ("glasscell", "plain Keras", *NEIGHBORS, "MiniRocket")
SIMPLE = ("majority class", "linear model of summaries")
TIMED = ("glasscell", "plain Keras", "MiniRocket")
LAYERS = ("glasscell", "Keras", "Keras, XLA", "PyTorch", "JAX")
Row = dict[str, str]


def accuracy(contenders: Sequence[str], write: Callable[[list[float]], str], untouched: str = "") -> str:
    """Make a row for each set, with the accuracy of the seeds, † at sets on which nothing was chosen."""
    rows = [row for row in read("accuracy") if untouched in ("", row["untouched"])]
    lines = [["", "training series", "steps", *contenders]]
    for name in dict.fromkeys(row["set"] for row in rows):
        of_set = [row for row in rows if row["set"] == name]
        mark = " †" if of_set[0]["untouched"] == "yes" and not untouched else ""
        cells = [cell(of_set, contender, "accuracy", write) for contender in contenders]
        lines.append([name + mark, of_set[0]["training_series"], of_set[0]["steps"], *cells])
    return as_table(lines)


def cpu_seconds() -> str:
    """Make a row for each set: the median of the seeds' CPU seconds, training and prediction together."""
    rows = read("accuracy")
    lines = [["", *TIMED]]
    for name in dict.fromkeys(row["set"] for row in rows):
        of_set = [row for row in rows if row["set"] == name]
        lines.append([name, *(cell(of_set, contender, "cpu_seconds", median_text) for contender in TIMED)])
    return as_table(lines)


def speed(of_sgemm: bool = False) -> str:
    """Make a row for each shape: milliseconds of one layer, forward and backward."""
    lines = [["T, N, D, H", *LAYERS, "glasscell ÷ best peer", *(["of sgemm"] if of_sgemm else [])]]
    for row in read("speed"):
        ratio, low, high = (f"{float(row[name]):.2f}" for name in ("ratio", "ratio_min", "ratio_max"))
        shape = ", ".join(row[axis] for axis in "TNDH")
        share = [f"{float(row['of_sgemm']):.0%}".replace("%", " %")] if of_sgemm else []
        lines.append([shape, *(row[f"{name}, ms"] for name in LAYERS), f"{ratio} ({low}–{high})", *share])
    return as_table(lines)


TABLES: dict[str, Callable[[], str]] = {
    "accuracy": lambda: accuracy(CONTENDERS, lambda values: f"{statistics.mean(values):.3f}"),
    "accuracy, familiar sets": lambda: accuracy((*CONTENDERS, *SIMPLE), mean_text, untouched="no"),
    "accuracy, untouched sets": lambda: accuracy((*CONTENDERS, *SIMPLE), mean_text, untouched="yes"),
    "CPU seconds": cpu_seconds,
    "speed": speed,
    "speed and sgemm": partial(speed, of_sgemm=True),
}


def read(name: str) -> list[Row]:
    """Read a table of measurements."""
    with (NUMBERS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def cell(rows: list[Row], contender: str, column: str, write: Callable[[list[float]], str]) -> str:
    """Write what a contender reached with all seeds: – where there is a reason instead, nothing if not measured."""
    of_it = [row for row in rows if row["contender"] == contender]
    values = [float(row[column]) for row in of_it if not row["reason"]]
    return write(values) if values else "–" if of_it else ""


def mean_text(values: list[float]) -> str:
    """Write mean (min–max), or one number where all are the same.

    >>> mean_text([0.98, 1.0]), mean_text([0.5])
    ('0.990 (0.980–1.000)', '0.500')
    """
    low, high = (f"{end:.3f}" for end in (min(values), max(values)))
    return f"{statistics.mean(values):.3f}" + (f" ({low}–{high})" if low != high else "")


def median_text(values: list[float]) -> str:
    """Write the median with two significant digits, never as 1e+02.

    >>> median_text([0.03, 0.0287, 2.1]), median_text([4.31]), median_text([127.0])
    ('0.030', '4.3', '130')
    """
    median = statistics.median(values)
    digits = 1 - math.floor(math.log10(median))
    return f"{round(median, digits):.{max(0, digits)}f}"


def as_table(lines: list[list[str]]) -> str:
    """Write lines of cells as a Markdown table."""
    rule = ["---"] * len(lines[0])
    return "".join(
        "|" + "".join(f" {cell} |" if cell else " |" for cell in line) + "\n" for line in (lines[0], rule, *lines[1:])
    )


def with_tables(text: str) -> str:
    """Return a page with its tables as the CSVs have them now."""

    def write(found: re.Match[str]) -> str:
        start, name, _ = found.groups()
        if name not in TABLES:
            raise SystemExit(f"no table is called {name!r}, but {'; '.join(TABLES)}")
        return start + TABLES[name]()

    return TABLE.sub(write, text)


def main() -> None:
    """Read the command line, rewrite or check the pages."""
    parser = argparse.ArgumentParser(description="Write the tables of numbers into the pages.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 if a table differs")
    options = parser.parse_args()
    stale = [page for page in PAGES if with_tables(page.read_text("utf-8")) != page.read_text("utf-8")]
    for page in stale:
        name = page.relative_to(ROOT)
        if options.check:
            print(f"{name}: a table differs from docs/numbers/*.csv; run python benchmarks/tables.py", file=sys.stderr)
        else:
            new = page.with_suffix(".new")
            new.write_text(with_tables(page.read_text("utf-8")), encoding="utf-8")
            new.replace(page)
            print(f"{name}: tables rewritten")
    sys.exit(1 if stale and options.check else 0)


if __name__ == "__main__":
    main()
