"""The output of `explain`: a folder of tables and figures, and the explorer."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from glasscell.errors import UsageError
from glasscell.explorer.bundle import Assembly, write_page
from glasscell.explorer.series.page import SERIES
from glasscell.facts import Note, reported
from glasscell.runs.sentences import Runs
from glasscell.system.files import read_json, storage_trouble, to_json, write_whole
from glasscell.system.table_writing import in_digits

SUFFIXES = (".png", ".svg", ".csv", ".npz")
PAGE = "explorer.html"
OnStage = Callable[[Note], None]


class ExplainedFolder:
    """A folder to write into; each file is written whole or not at all.

    Parameters
    ----------
    path : Path
        Made if missing.
    """

    def __init__(self, path: Path):
        self.path = path
        self.files: list[str] = []
        with storage_trouble(path, Runs.OTHER_FOLDER()):
            path.mkdir(parents=True, exist_ok=True)

    def write(self, name: str, content: Any) -> None:
        """Write a file: see `write_whole`."""
        with storage_trouble(self.path / name, Runs.OTHER_FOLDER()):
            write_whole(self.path / name, content)
        self.files.append(name)

    def tabulate(self, name: str, table: pd.DataFrame, form: str | None = None) -> None:
        """Write a table as name.csv with float32 in seven digits; `form` formats float64."""
        shown = in_digits(table)
        self.write(
            f"{name}.csv",
            lambda part: shown.to_csv(part, index=False, lineterminator="\n", float_format=form),
        )

    def draw(self, name: str, figure: Any) -> None:
        """Write a figure as name.png and name.svg."""
        for kind in ("png", "svg"):
            self.write(
                f"{name}.{kind}", lambda part, kind=kind: figure.savefig(part, dpi=150, format=kind)
            )

    def finish(self, summary: dict[str, Any]) -> dict[str, Any]:
        """Write explain.json, remove an earlier call's other files; return the summary."""
        before = read_json(self.path / "explain.json").get("files")
        summary = summary | {"folder": str(self.path)}
        if self.files:
            summary["files"] = [*self.files, "explain.json"]
        self.write("explain.json", to_json(summary))
        for name in before if isinstance(before, list) else ():
            if (
                name not in self.files
                and name == Path(str(name)).name
                and Path(name).suffix in SUFFIXES
            ):
                (self.path / name).unlink(missing_ok=True)
        return summary


@dataclass(frozen=True)
class Explained:
    """The contents of an explanation, not yet written, so errors come before files change.

    Parameters
    ----------
    payload : dict, Note or UsageError
        Data of the explorer, or why there is none.
    source : str
        Name of the run's own data in the summary.
    summary : dict
        The part that is already known.
    of : Assembly
        Kind of explorer.
    write : callable, optional
        Writes tables and figures into the folder, and returns the rest of the summary.
    folder : Path, optional
        By default `explain` in the run's folder.
    """

    payload: dict[str, Any] | Note | UsageError
    source: str
    summary: dict[str, Any]
    notes: Sequence[Note]
    of: Assembly = SERIES
    write: Callable[[ExplainedFolder], Mapping[str, Any]] | None = None
    folder: Path | None = None


def explaining(look: Callable[..., Explained]) -> Callable[..., dict[str, Any]]:
    """Make a task's ``explain(path, file=None, *, page=None, to=None, on_stage=None, **options)``.

    It writes the explorer, and the task's files into a folder: `to`, or the task's default. If the
    run is read-only, the folder is next to `page`. It returns a summary: "run", "data", "page",
    "bytes" of the page, "notes" and "facts", "folder", "files" if there are any besides the page,
    and the task's entries. explain.json in the folder has the same.

    Parameters
    ----------
    look : callable
        Takes the run's path, the file to show or None for the run's own data, the callback for each
        stage, and the task's options. Returns an `Explained`, or raises UsageError or DataError.

    Raises
    ------
    UsageError
        If `page` is given, and there is no explorer.
    StorageError
    """

    def explain(
        path: Path,
        file: str | None = None,
        *,
        page: Path | None = None,
        to: Path | None = None,
        on_stage: OnStage | None = None,
        **options: Any,
    ) -> dict[str, Any]:
        tell = on_stage or (lambda stage: None)
        seen = look(path, file, tell, **options)
        payload, notes = seen.payload, [*seen.notes]
        if not isinstance(payload, dict):
            if page is not None:
                raise UsageError(Runs.NO_PAGE_TO_WRITE, file=path, why=payload)
            notes.insert(0, Runs.NO_PAGE(why=payload))
        own = seen.folder or path / "explain"
        if page is not None and not os.access(own if own.exists() else own.parent, os.W_OK):
            own = page.with_suffix("")  # the run is read-only
        folder = ExplainedFolder(to or own)
        place, content = page or folder.path / PAGE, ""
        more = seen.write(folder) if seen.write else {}
        with storage_trouble(place):
            if isinstance(payload, dict):
                tell(Runs.WRITING_PAGE())
                content = write_page(payload, of=seen.of)
                write_whole(place, content)
            else:
                place.unlink(missing_ok=True)  # of an earlier call
        summary = {
            "run": str(path),
            "data": file or seen.source,
            "page": str(place) if content else None,
            "bytes": len(content.encode()),
        }
        return folder.finish(summary | {**seen.summary, **more} | reported(notes))

    return explain


def choose(
    ids: Sequence[str], series: Sequence[str] | None, limit: int, where: str | Note
) -> list[int]:
    """Return the places of series with given ids, in their order; by default the first `limit`.

    >>> choose(["a", "b", "a"], ["b", "a"], 20, "a.csv"), choose(["a", "b", "a"], None, 2, "a.csv")
    ([1, 0, 2], [0, 1])
    """
    if series is None:
        return [*range(len(ids))][:limit]
    for name in series:
        if name not in ids:
            raise UsageError(
                Runs.NO_SUCH_SERIES, series=name, where=where, there=[*dict.fromkeys(ids)]
            )
    return [n for name in series for n, other in enumerate(ids) if other == name]
