"""Files that `cells` writes into a run: a table, a summary, and text colored by encoding units.

The color of a character is the unit's memory after it, as in Karpathy, Johnson & Fei-Fei 2015.

L characters
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import partial
from html import escape
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from glasscell.plots.style import as_mark, as_text
from glasscell.runs.statistics import in_words
from glasscell.system.files import storage_trouble, write_whole
from glasscell.system.formatting import to_table
from glasscell.tasks.language.cells.causes import CAUSE, CELLS_OF, NOT_MEASURED, NOT_TOLD, SIGN
from glasscell.tasks.language.cells.finding import Cells, Known, table_of
from glasscell.tasks.language.python_marks import PYTHON_MARKS
from glasscell.tasks.language.sentences import TextRuns
from glasscell.tasks.language.text_marks import TEXT_MARKS
from glasscell.tasks.language.trained_run import fingerprint_of

FOLDER, SHOWN = "cells", 1800  # characters of a figure
PICTURES = ("png", "svg")
WIDTH, ROWS = 88, 40  # characters of a line, and lines of a figure
COLOURS = "RdBu_r"  # blue is low, red is high
# quantiles at which colors saturate, so that a few peaks do not make the rest pale
ENDS = (0.02, 0.98)
SHOWN_NEWLINE = "\N{DOWNWARDS ARROW WITH CORNER LEFTWARDS}"
SHORT = {
    NOT_TOLD: TextRuns.VERDICT_NOT_TOLD,
    NOT_MEASURED: TextRuns.VERDICT_NOT_MEASURED,
    SIGN: TextRuns.VERDICT_SIGN,
    CAUSE: TextRuns.VERDICT_CAUSE,
}
ABOUT = (
    "For each hypothesis, the best of all units is selected on one half of the texts; `score` is "
    "measured on the other half:\n"
    "the area under the ROC curve for yes and no (0.5 at random), the squared correlation for "
    "numbers (0 at random).\n"
    "`shifted` is the score of the best of all units when the hypothesis is shifted in time, the "
    "effect of selection at\n"
    "random. p is corrected for the number of hypotheses (Holm).\n"
)
HELD = (
    "A score is not a cause. So the unit's memory cell is clamped at its median outside of what "
    "it marks, on texts that were\n"
    "not used to select it. `bits inside` is the increase in bits for each character inside, with "
    "a 95% interval over windows\n"
    "of text. `others` is the largest increase when one of {others} other units of about the same "
    "variance is clamped. The\n"
    "unit is called the cause if its increase is larger than all of these, larger inside than "
    "outside, and significant.\n"
)


def write_files(path: Path, cells: Cells) -> list[str]:
    """Write cells.csv, cells.md, figures and network hash into a run; return the figures' names.

    Figures of an earlier search are removed at the end; other files are kept.
    """
    table = table_of(cells)
    with storage_trouble(path / FOLDER):
        folder = path / FOLDER
        folder.mkdir(exist_ok=True)
        before = _drawn_before(path)
        files, pictures = ["cells.csv", "cells.md"], []
        for one in (one for one in cells.known if one.finding.is_told):
            name, (text, values) = one.finding.name, _passage(cells, one)
            title = f"{name}: {one.place.name}, its memory cell c ({_score(one)})"
            figure = coloured_text(text, values, title)
            for ending in PICTURES:
                write_whole(
                    folder / f"{name}.{ending}", partial(figure.savefig, dpi=150, format=ending)
                )
            write_whole(folder / f"{name}.html", coloured_html(text, values, title))
            files += [f"{FOLDER}/{name}.{ending}" for ending in (*PICTURES, "html")]
            pictures.append(f"![{title}]({FOLDER}/{name}.png)")
        write_whole(path / "cells.md", to_markdown(cells, table, path.name, pictures))
        (path / CELLS_OF).unlink(missing_ok=True)  # missing until the new table is complete
        write_whole(path / "cells.csv", table.to_csv(index=False))
        write_whole(path / CELLS_OF, fingerprint_of(path))
        for old in before - {path / file for file in files}:
            old.unlink(missing_ok=True)
        return files


def _drawn_before(path: Path) -> set[Path]:
    """Return the files of an earlier search: for built-in hypotheses, and those in cells.csv."""
    names = {one.name for one in (*TEXT_MARKS, *PYTHON_MARKS)}
    with suppress(OSError, ValueError):  # it is missing, or damaged
        names |= set(
            pd.read_csv(path / "cells.csv", usecols=["hypothesis"], dtype=str)["hypothesis"]
        )
    return {
        path / FOLDER / f"{name}.{ending}"
        for name in names
        for ending in (*PICTURES, "html")
        if str(name).isidentifier()
    }


def to_markdown(cells: Cells, table: pd.DataFrame, name: str, pictures: list[str]) -> str:
    """Return the findings as Markdown."""
    lines = [f"# Units of {name} with a meaning", "", *(f"- {note}" for note in cells.notes), ABOUT]
    held = [one.cause for one in cells.known if one.cause is not None]
    lines += [HELD.format(others=len(held[0].others))] if held else []
    lines += [to_table(short(table)), ""]
    lines += [f"- {one.name} was skipped: {one.why}" for one in cells.left_out]
    return "\n".join([*lines, "", *(line for picture in pictures for line in (picture, "")), ""])


def short(table: pd.DataFrame) -> pd.DataFrame:
    """Return the most important columns."""
    found = table.reindex(
        columns=[
            *table.columns,
            *({"bits_inside", "low", "high", "others_most"} - {*table.columns}),
        ]
    )
    interval = [
        "" if np.isnan(low) else f"{inside:+.3f} ({low:+.3f} to {high:+.3f})".replace("-", "−")
        for inside, low, high in zip(found["bits_inside"], found["low"], found["high"], strict=True)
    ]
    return pd.DataFrame(
        {
            "hypothesis": found["hypothesis"],
            "unit": found["unit"],
            "": found["measure"].replace("R2", "R²"),
            "score": found["score"],
            "shifted": found["shifted_most"],
            "p": found["p_corrected"],
            "bits inside": interval,
            "others": found["others_most"],
            "verdict": [str(SHORT[verdict]()) for verdict in found["verdict"]],
        }
    )


def _passage(cells: Cells, one: Known) -> tuple[str, np.ndarray]:
    """Return the passage of the texts where the unit's memory spreads most, and that memory."""
    unit = one.finding.unit
    best, most = (0, 0), -1.0
    for k, values in enumerate(cells.memories):
        for start in range(0, max(1, len(values) - SHOWN), SHOWN // 2):
            spread = float(values[start : start + SHOWN, unit].std())
            if spread > most and len(values) >= min(SHOWN, 300):
                best, most = (k, start), spread
    k, start = best
    here = slice(start, start + SHOWN)
    return cells.texts[k].text[here], cells.memories[k][here, unit]


def _score(one: Known) -> str:
    return f"{'AUC' if one.finding.is_yes_no else 'R²'} {one.finding.score:.3f}"


def tabulate(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return a row per hypothesis: number of networks with an encoding or causal unit, and scores.

    `causal` is "not measured" if units encode the hypothesis but no network was tested for the
    cause.

    >>> one = pd.DataFrame([{"hypothesis": "comment", "score": 0.9, "verdict": "cause"}])
    >>> tabulate({"a": one, "b": one.assign(score=0.8)}).to_dict("records")
    [{'hypothesis': 'comment', 'networks': 2, 'encoded': 2, 'causal': 2, 'score': '0.800–0.900'}]
    """
    every = pd.concat(tables.values())
    rows = []
    for name, some in every.groupby("hypothesis", sort=False):
        verdicts = some["verdict"]
        told = verdicts[verdicts != NOT_TOLD]
        is_measured = not len(told) or bool((told != NOT_MEASURED).any())
        low, high = some["score"].min(), some["score"].max()
        rows.append(
            {
                "hypothesis": name,
                "networks": len(some),
                "encoded": len(told),
                "causal": int((verdicts == CAUSE).sum()) if is_measured else "not measured",
                "score": in_words([low, high]),
            }
        )
    return pd.DataFrame(rows)


def coloured_text(text: str, values: Sequence[float] | np.ndarray, title: str) -> Figure:
    r"""Draw a text, each character on the color of its value, up to `ROWS` lines.

    `values` (L,).

    >>> figure = coloured_text("ab\nc", [0.5, -0.5, 0.0, 1.0], "unit 3")
    >>> figure.axes[0].get_title(loc="left"), len(figure.axes[0].texts)
    ('unit 3', 4)
    """
    places = [place for place in lay_out(text) if place[0] < ROWS]
    rows = 1 + max((row for row, _ in places), default=0)
    grid = np.full((rows, WIDTH), np.nan)
    for (row, column), value in zip(places, values, strict=False):
        grid[row, column] = value
    low, high = ends_of(values)
    figure = Figure(figsize=(0.08 * WIDTH + 0.4, 0.17 * rows + 0.6), layout="constrained")
    axes = figure.add_subplot()
    axes.imshow(grid, cmap=COLOURS, vmin=low, vmax=high, aspect="auto", interpolation="nearest")
    for (row, column), character in zip(places, text, strict=False):
        shown = SHOWN_NEWLINE if character == "\n" else character
        dark = abs(2 * (grid[row, column] - low) / (high - low) - 1) > 0.7
        axes.text(
            column,
            row,
            "" if shown.isspace() else as_mark(shown),
            family="monospace",
            fontsize=8,
            ha="center",
            va="center",
            color="white" if dark else "#555" if character == "\n" else "black",
        )
    axes.set_title(as_text(title, len(title)), loc="left", fontsize=9)
    axes.set_axis_off()
    return figure


def coloured_html(text: str, values: Sequence[float] | np.ndarray, title: str) -> str:
    r"""Return an HTML page with a text, each character on the color of its value.

    >>> page = coloured_html("a<", [1.0, -1.0], "unit 3")
    >>> "&lt;</span>" in page, page.count("<span")
    (True, 2)
    """
    colour, (low, high) = colormaps[COLOURS], ends_of(values)
    spans = []
    for character, value in zip(text, np.asarray(values, "float64"), strict=True):
        at = float(np.clip((value - low) / (high - low), 0, 1))
        ink = "#fff" if abs(2 * at - 1) > 0.7 else "#000"
        shown = f"{SHOWN_NEWLINE}\n" if character == "\n" else escape(character)
        spans.append(
            f'<span style="background:{to_hex(colour(at))};color:{ink}" '
            f'title="{value:.3f}">{shown}</span>'
        )
    return (
        f'<!doctype html>\n<html lang="en"><meta charset="utf-8"><title>{escape(title)}</title>\n'
        f"<h1 style='font:bold 16px sans-serif'>{escape(title)}</h1>\n"
        f"<pre style='white-space:pre-wrap;font:13px/1.5 "
        f"monospace;background:#fff;color:#000'>{''.join(spans)}</pre>\n"
        "</html>\n"
    )


def lay_out(text: str) -> list[tuple[int, int]]:
    r"""Return the row and column of each character, (L,); a newline is at the end of its line.

    >>> lay_out("ab\nc")
    [(0, 0), (0, 1), (0, 2), (1, 0)]
    """
    places, row, column = [], 0, 0
    for character in text:
        if column == WIDTH:
            row, column = row + 1, 0
        places.append((row, column))
        row, column = (row + 1, 0) if character == "\n" else (row, column + 1)
    return places


def ends_of(values: Sequence[float] | np.ndarray) -> tuple[float, float]:
    """Return the values shown in full blue and in full red; they always differ.

    >>> ends_of([0.5, 0.5]), ends_of([])
    ((0.0, 1.0), (0.0, 1.0))
    """
    if not len(values):
        return 0.0, 1.0
    low, high = (float(v) for v in np.quantile(np.asarray(values, "float64"), ENDS))
    return (low, high) if low < high else (low - 0.5, low + 0.5)
