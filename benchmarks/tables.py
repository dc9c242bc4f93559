"""The tables of README.md and of the site, made from the CSV files of the benchmarks and the lab.

    python benchmarks/tables.py           rewrite README's tables, and the CSVs of the site's pages
    python benchmarks/tables.py --check   exit with 1 if a table differs from its measurements

README.md has a table below this line:

    <!-- table: accuracy (benchmarks/tables.py) -->

The site's tables are docs/numbers/tables/*.csv, made from docs/numbers/*.csv, and
docs/gallery/tables/*.csv, made from the lab's docs/gallery/*-table.csv.
"""

import argparse
import csv
import io
import math
import re
import statistics
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
NUMBERS = ROOT / "docs/numbers"
GALLERY = ROOT / "docs/gallery"
README = ROOT / "README.md"
TABLE = re.compile(r"(<!-- table: ([^\n]+?) \(benchmarks/tables\.py\) -->\n)((?:\|.*\n)*)")
NEIGHBORS = ("nearest neighbor", "nearest neighbor, DTW")
CONTENDERS = ("glasscell", "plain Keras", *NEIGHBORS, "MiniRocket")
SIMPLE = ("majority class", "linear model of summaries")
TIMED = ("glasscell", "plain Keras", "MiniRocket")
LAYERS = ("glasscell", "Keras", "Keras, XLA", "PyTorch", "JAX")
Row = dict[str, str]
Table = list[list[str]]  # lines of cells, the first the headings


def accuracy(
    contenders: Sequence[str], write: Callable[[list[float]], str], untouched: str = ""
) -> Table:
    """Make a row for each set, with the accuracy over seeds, and † for sets not used to choose."""
    rows = [row for row in read("accuracy") if untouched in ("", row["untouched"])]
    lines = [["", "training series", "steps", *contenders]]
    for name in dict.fromkeys(row["set"] for row in rows):
        of_set = [row for row in rows if row["set"] == name]
        mark = " †" if of_set[0]["untouched"] == "yes" and not untouched else ""
        cells = [cell(of_set, contender, "accuracy", write) for contender in contenders]
        lines.append([name + mark, of_set[0]["training_series"], of_set[0]["steps"], *cells])
    return lines


def cpu_seconds() -> Table:
    """Make a row for each set: the seeds' median CPU seconds of training and prediction."""
    rows = read("accuracy")
    lines = [["", *TIMED]]
    for name in dict.fromkeys(row["set"] for row in rows):
        of_set = [row for row in rows if row["set"] == name]
        lines.append(
            [name, *(cell(of_set, contender, "cpu_seconds", median_text) for contender in TIMED)]
        )
    return lines


def speed(of_sgemm: bool = False) -> Table:
    """Make a row for each shape: milliseconds of one layer, forward and backward."""
    lines = [["T, N, D, H", *LAYERS, "glasscell ÷ best peer", *(["of sgemm"] if of_sgemm else [])]]
    for row in read("speed"):
        ratio, low, high = (
            f"{float(row[name]):.2f}" for name in ("ratio", "ratio_min", "ratio_max")
        )
        shape = ", ".join(row[axis] for axis in "TNDH")
        share = [f"{float(row['of_sgemm']):.0%}".replace("%", " %")] if of_sgemm else []
        lines.append(
            [shape, *(row[f"{name}, ms"] for name in LAYERS), f"{ratio} ({low}–{high})", *share]
        )
    return lines


def of_the_lab(name: str) -> Table:
    """Make a row for each arm of an experiment, as the lab's own report shows it."""
    import pandas as pd  # here because README's tables do not need pandas

    from glasscell.lab.findings.report import readable, solved_by_size

    path = GALLERY / f"{name}-table.csv"
    # pandas before 3.1 reads some floats off by one bit; Python reads text exactly, so that 0.3725
    # is rounded down.
    table = pd.read_csv(path, dtype=str).astype(pd.read_csv(path).dtypes)
    if name == "conflict":
        digits = {"weight": "{:.2f}", "push_marked": "{:.2g}", "push_unmarked": "{:.2g}"}
        shown = table.assign(
            **{column: table[column].map(form.format) for column, form in digits.items()}
        )
    elif name == "sizes":
        shown = solved_by_size(table).drop(columns="length")
    else:
        shown = readable(table)
    return [list(shown.columns), *shown.astype(str).to_numpy().tolist()]


TABLES: dict[str, Callable[[], Table]] = {  # of README.md
    "accuracy": lambda: accuracy(CONTENDERS, lambda values: f"{statistics.mean(values):.3f}"),
    "speed": speed,
}


def files() -> dict[Path, Callable[[], Table]]:
    """Return the site's tables by their paths."""
    of_the_numbers = {
        "familiar-sets": lambda: accuracy((*CONTENDERS, *SIMPLE), mean_text, untouched="no"),
        "untouched-sets": lambda: accuracy((*CONTENDERS, *SIMPLE), mean_text, untouched="yes"),
        "cpu-seconds": cpu_seconds,
        "one-layer": partial(speed, of_sgemm=True),
    }
    found = {NUMBERS / f"tables/{name}.csv": make for name, make in of_the_numbers.items()}
    for path in sorted(GALLERY.glob("*-table.csv")):
        name = path.name.removesuffix("-table.csv")
        found[GALLERY / f"tables/{name}.csv"] = partial(of_the_lab, name)
    return found


def read(name: str) -> list[Row]:
    """Read a table of measurements."""
    with (NUMBERS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def cell(rows: list[Row], contender: str, column: str, write: Callable[[list[float]], str]) -> str:
    """Return a contender's result over all seeds: – if it declined, empty without measurements."""
    of_it = [row for row in rows if row["contender"] == contender]
    values = [float(row[column]) for row in of_it if not row["reason"]]
    return write(values) if values else "–" if of_it else ""


def mean_text(values: list[float]) -> str:
    """Return mean (min–max), or one number if all are equal.

    >>> mean_text([0.98, 1.0]), mean_text([0.5])
    ('0.990 (0.980–1.000)', '0.500')
    """
    low, high = (f"{end:.3f}" for end in (min(values), max(values)))
    return f"{statistics.mean(values):.3f}" + (f" ({low}–{high})" if low != high else "")


def median_text(values: list[float]) -> str:
    """Return the median with two significant digits, never as 1e+02.

    >>> median_text([0.03, 0.0287, 2.1]), median_text([4.31]), median_text([127.0])
    ('0.030', '4.3', '130')
    """
    median = statistics.median(values)
    digits = 1 - math.floor(math.log10(median))
    return f"{round(median, digits):.{max(0, digits)}f}"


def as_markdown(lines: Table) -> str:
    """Return lines of cells as a Markdown table."""
    rule = ["---"] * len(lines[0])
    return "".join(
        "|" + "".join(f" {cell} |" if cell else " |" for cell in line) + "\n"
        for line in (lines[0], rule, *lines[1:])
    )


def as_csv(lines: Table) -> str:
    """Return lines of cells as CSV."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(lines)
    return text.getvalue()


def with_tables(text: str) -> str:
    """Return a page with its tables updated from the CSVs."""

    def write(found: re.Match[str]) -> str:
        start, name, _ = found.groups()
        if name not in TABLES:
            raise SystemExit(f"no table is called {name!r}, but {'; '.join(TABLES)}")
        return start + as_markdown(TABLES[name]())

    return TABLE.sub(write, text)


def stale() -> dict[Path, str]:
    """Return the files that differ from the measurements, with their expected content."""
    expected = {README: with_tables(README.read_text("utf-8"))}
    expected |= {path: as_csv(make()) for path, make in files().items()}
    return {
        path: text
        for path, text in expected.items()
        if not path.exists() or path.read_text("utf-8") != text
    }


def main() -> None:
    """Read the command line, rewrite or check the tables."""
    parser = argparse.ArgumentParser(
        description="Write the tables of measurements for README and the site."
    )
    parser.add_argument(
        "--check", action="store_true", help="write nothing; exit with 1 if a table differs"
    )
    options = parser.parse_args()
    differing = stale()
    for path, text in differing.items():
        name = path.relative_to(ROOT)
        if options.check:
            print(
                f"{name} differs from the measurements; run python benchmarks/tables.py",
                file=sys.stderr,
            )
        else:
            new = path.with_suffix(".new")
            new.write_text(text, encoding="utf-8")
            new.replace(path)
            print(f"{name}: rewritten")
    sys.exit(1 if differing and options.check else 0)


if __name__ == "__main__":
    main()
