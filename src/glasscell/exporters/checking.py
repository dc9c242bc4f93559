"""Compare an existing export with the run it was made from, on a file of the user's own."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from glasscell.errors import DataError, ExportDiffers, GlasscellError, UsageError
from glasscell.exporters.agreement import MIN_AGREEMENT, TOLERANCE, Rows
from glasscell.exporters.export import Exportable, format_of
from glasscell.exporters.formats import find_format
from glasscell.exporters.sentences import Exporters
from glasscell.exporters.side_file import differing, read_side_file, side_file, sums
from glasscell.facts import Note
from glasscell.networks.sentences import ModelFiles
from glasscell.system.files import one_line, to_json

WORST = 5  # rows to show
PARTS = {
    "network": Exporters.ITS_NETWORK(),
    "data": Exporters.ITS_DATA(),
    "file": Exporters.ITS_FILE(),
}


class OnFile(NamedTuple):
    """A run to compare with an export of it, on the series of a file.

    Parameters
    ----------
    source : Exportable
        The run, with the series of the file as its samples.
    notes : list of Note
        How the file was understood, and warnings.
    lengths : sequence of int
        Number of steps of each series, since a format may limit it.
    """

    source: Exportable
    ids: list[str]
    notes: list[Note]
    lengths: Sequence[int] = ()


@dataclass(frozen=True)
class Checked:
    """Agreement of an export with its run. Made by `check_export`.

    Parameters
    ----------
    form : str
        The name of the format.
    runtime : str
        What it was evaluated with, and its version.
    ids : list of str
        Of the series.
    allowed : float
        The largest difference allowed; of an inexact export, the minimum fraction of equal labels,
        or R².
    other_names : list of str
        Fields in which side file and run differ, such as "labels".
    """

    form: str
    runtime: str
    rows: Rows
    ids: list[str]
    allowed: float
    is_inexact: bool
    other_names: list[str]

    @property
    def agrees(self) -> bool:
        """Whether it agrees as closely as exporting demands."""
        agreement = self.rows.agreement
        if self.other_names:
            return False
        if self.is_inexact:
            return agreement.is_near(self.allowed)
        return agreement.difference <= self.allowed

    def require(self, path: Path, run: Path) -> None:
        """Raise `ExportDiffers`, with the paths of export and run, if it does not agree."""
        if self.agrees:
            return
        agreement, where = self.rows.agreement, {"file": path, "run": run}
        if self.other_names:
            raise ExportDiffers(
                Exporters.OTHER_NAMES, names=self.other_names, side_file=side_file(path), **where
            )
        if n := int(np.isinf(self.rows.difference).sum()):
            raise ExportDiffers(Exporters.ONE_PREDICTS, n=n, **where)
        if not self.is_inexact:
            raise ExportDiffers(
                Exporters.FAR_APART, difference=agreement.difference, allowed=self.allowed, **where
            )
        measure, found = (
            (Exporters.R2(), agreement.r2)
            if agreement.labels is None
            else (Exporters.EQUAL_LABELS(), agreement.labels)
        )
        raise ExportDiffers(
            Exporters.TOO_FEW_AGREE, measure=measure, found=found, least=self.allowed, **where
        )

    def summary(self) -> dict[str, Any]:
        """Return the number of rows compared, and their differences."""
        agreement, other = self.rows.agreement, self.rows.other_labels
        found = {"rows": agreement.n, "largest difference": agreement.difference}
        found |= {} if other is None else {"labels that differ": other}
        found |= {} if agreement.r2 is None else {"R²": agreement.r2}
        return found | {"minimum agreement" if self.is_inexact else "allowed": self.allowed}

    def worst(self) -> pd.DataFrame:
        """Return the rows that differ most, largest first: series, step, and both predictions."""
        rows = self.rows
        kept = np.argsort(-rows.difference, kind="stable")[:WORST]
        kept = kept[rows.difference[kept] > 0]
        columns = {"series": [self.ids[n] for n in rows.of_series[kept]]}
        columns |= {} if rows.step is None else {"step": rows.step[kept].tolist()}
        pair = {"run": rows.network[kept].tolist(), "export": rows.export[kept].tolist()}
        return pd.DataFrame(columns | pair | {"difference": rows.difference[kept].tolist()})


def check_export(
    found: OnFile,
    path: Path,
    run: Path,
    *,
    to: str | None = None,
    min_agreement: float | None = None,
    on_note: Callable[[Note], None] = lambda note: None,
    **options: Any,
) -> Checked:
    """Evaluate an export on the series of a file, and return its agreement with the run."""
    if not path.exists():
        raise DataError(ModelFiles.NO_FILE, file=path)
    about = read_side_file(path)
    form = format_of(
        found.source, to or (about["format"] if about else find_format(None, path)), options
    )
    told = about.get("options") if about else None
    kept = {
        name: v
        for name, v in (told if isinstance(told, dict) else {}).items()
        if isinstance(v, int)
    }
    options = {name: v for name, v in kept.items() if name in form.options} | options
    most = options.get("steps")
    for id, steps in zip(found.ids, found.lengths, strict=False):
        if most is not None and steps > most:
            raise DataError(Exporters.TOO_MANY_STEPS, file=path, series=id, steps=steps, most=most)
    runtime = form.find_runtime()
    if runtime is None:
        raise UsageError(Exporters.NO_RUNTIME, runtime=form.runtime, install=form.missing())
    for note in (*found.notes, *_about_sums(path, run, about)):
        on_note(note)
    source = found.source.adapted(form, options)
    try:
        rows = source.rows(form, path, options)
    except (GlasscellError, MemoryError):
        raise
    except KeyError as error:
        raise DataError(Exporters.NO_SUCH_OUTPUT, file=path, name=str(error.args[0])) from error
    except Exception as error:  # each runtime has its own exceptions for damaged or foreign files
        raise DataError(
            Exporters.NOT_EVALUATED, file=path, runtime=runtime, words=one_line(error)
        ) from error
    is_inexact = bool(form.inexact_of(options))
    if is_inexact:
        allowed = MIN_AGREEMENT if min_agreement is None else min_agreement
    else:
        allowed = TOLERANCE if rows.agreement.difference <= TOLERANCE else source.allowed()
    now = json.loads(to_json(source.describe(form, options, ())))
    return Checked(
        form.name, runtime, rows, found.ids, allowed, is_inexact, differing(about or {}, now)
    )


def _about_sums(path: Path, run: Path, about: dict[str, Any] | None) -> list[Note]:
    if about is None:
        return [Exporters.NO_SIDE_FILE.warning(file=side_file(path))]
    then, now = about.get("sha256"), sums(path, run)
    others = [
        said
        for name, said in PARTS.items()
        if isinstance(then, dict) and then.get(name, now[name]) != now[name]
    ]
    return [Exporters.OTHER_SUMS.warning(file=side_file(path), parts=others)] if others else []
