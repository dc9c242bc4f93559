"""What `cells` writes into a run: a table, a page of words, and the text colored by each unit with a meaning."""

from contextlib import suppress
from pathlib import Path

import numpy as np
import pandas as pd

from glasscell.data.texts.python_marks import PYTHON_MARKS
from glasscell.data.texts.text_marks import TEXT_MARKS
from glasscell.system.files import storage_trouble, write_whole
from glasscell.system.formatting import to_table
from glasscell.tasks.language.cells.causes import CAUSE, CELLS_OF, NOT_MEASURED, NOT_TOLD, SIGN
from glasscell.tasks.language.cells.coloured_text import coloured_html, coloured_text, save_coloured
from glasscell.tasks.language.cells.finding import Cells, Known, table_of
from glasscell.tasks.language.opened import fingerprint_of
from glasscell.tasks.language.sentences import TextRuns

FOLDER, SHOWN = "cells", 1800  # characters of a picture
PICTURES = ("png", "svg")
SHORT = {
    NOT_TOLD: TextRuns.VERDICT_NOT_TOLD,
    NOT_MEASURED: TextRuns.VERDICT_NOT_MEASURED,
    SIGN: TextRuns.VERDICT_SIGN,
    CAUSE: TextRuns.VERDICT_CAUSE,
}
ABOUT = """\
For each hypothesis, the best of all units is selected on one half of the texts; `score` is measured on the other half:
the area under the ROC curve for yes and no (0.5 at random), the squared correlation for numbers (0 at random).
`shifted` is the score of the best of all units when the hypothesis is shifted in time, the effect of selection at
random. p is corrected for the number of hypotheses (Holm).
"""
HELD = """\
A score is not a cause. So the unit's memory cell is clamped at its median outside of what it marks, on texts that were
not used to select it. `bits inside` is the increase in bits for each character inside, with a 95% interval over windows
of text. `others` is the largest increase when one of {others} other units of about the same variance is clamped. The
unit is called the cause if its increase is larger than all of these, larger inside than outside, and significant.
"""


def write_files(path: Path, cells: Cells) -> list[str]:
    """Write cells.csv, cells.md and pictures into a run's folder, and of which network they are; return their names.

    Pictures of an earlier search are removed at the end, and nothing else that stands there.

    Raises
    ------
    StorageError
        If they cannot be written.
    """
    table = table_of(cells)
    with storage_trouble(path / FOLDER):
        folder = path / FOLDER
        folder.mkdir(exist_ok=True)
        before = _drawn_before(path)
        files = ["cells.csv", "cells.md"]
        pictures = []
        for one in cells.known:
            if not one.is_known:
                continue
            text, values = _passage(cells, one)
            title = f"{one.finding.name}: {one.place.name}, its memory cell c ({_score(one)})"
            figure = coloured_text(text, values, title)
            for ending in PICTURES:
                file = folder / f"{one.finding.name}.{ending}"
                write_whole(file, lambda part, figure=figure, ending=ending: save_coloured(figure, part, ending))
                files.append(f"{FOLDER}/{file.name}")
            write_whole(folder / f"{one.finding.name}.html", coloured_html(text, values, title))
            files.append(f"{FOLDER}/{one.finding.name}.html")
            pictures.append(f"![{title}]({FOLDER}/{one.finding.name}.png)")
        write_whole(path / "cells.md", to_markdown(cells, table, path.name, pictures))
        (path / CELLS_OF).unlink(missing_ok=True)  # where it is, the table is of that network
        write_whole(path / "cells.csv", table.to_csv(index=False))
        write_whole(path / CELLS_OF, fingerprint_of(path))
        for old in before - {path / file for file in files}:
            old.unlink(missing_ok=True)
        return files


def _drawn_before(path: Path) -> set[Path]:
    """Return the files that a search may have left: of all hypotheses of ours, and of those in cells.csv."""
    names = {one.name for one in (*TEXT_MARKS, *PYTHON_MARKS)}
    with suppress(OSError, ValueError):  # it is missing, or damaged
        names |= set(pd.read_csv(path / "cells.csv", usecols=["hypothesis"], dtype=str)["hypothesis"])
    return {
        path / FOLDER / f"{name}.{ending}"
        for name in names
        for ending in (*PICTURES, "html")
        if str(name).isidentifier()
    }


def to_markdown(cells: Cells, table: pd.DataFrame, name: str, pictures: list[str]) -> str:
    """Return what was found as Markdown."""
    lines = [f"# Units of {name} with a meaning", "", *(f"- {note}" for note in cells.notes), ABOUT]
    held = [one.cause for one in cells.known if one.cause is not None]
    lines += [HELD.format(others=len(held[0].others))] if held else []
    lines += [to_table(short(table)), ""]
    lines += [f"- {one.name} was skipped: {one.why}" for one in cells.left_out]
    return "\n".join([*lines, "", *(line for picture in pictures for line in (picture, "")), ""])


def short(table: pd.DataFrame) -> pd.DataFrame:
    """Return the columns that a person reads first."""
    found = table.reindex(columns=[*table.columns, *({"bits_inside", "low", "high", "others_most"} - {*table.columns})])
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
    """Return a passage of the texts in which the unit's memory changes most, and that memory."""
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
