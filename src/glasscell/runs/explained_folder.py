"""The folder in which it stands what was seen in a run: written file by file, what an earlier look left removed."""

import json
from pathlib import Path
from typing import Any

import pandas as pd

from glasscell.system.files import storage_trouble, to_json, write_whole
from glasscell.system.tables import in_digits

SUFFIXES = (".png", ".svg", ".csv", ".npz")


class ExplainedFolder:
    """A folder to write into; each file is whole or not there.

    Parameters
    ----------
    path : Path
        Made if it is not there.

    Raises
    ------
    StorageError
        If it cannot be.
    """

    def __init__(self, path: Path):
        self.path = path
        self.files: list[str] = []
        with storage_trouble(path):
            path.mkdir(exist_ok=True)

    def write(self, name: str, content: Any) -> None:
        """Write a file: see `write_whole`.

        Raises
        ------
        StorageError
            If it cannot be written.
        """
        with storage_trouble(self.path / name):
            write_whole(self.path / name, content)
        self.files.append(name)

    def tabulate(self, name: str, table: pd.DataFrame, form: str | None = None) -> None:
        """Write a table as name.csv, in digits that a person reads; with a form, numbers of 64 bits, too."""
        shown = in_digits(table)
        self.write(f"{name}.csv", lambda part: shown.to_csv(part, index=False, lineterminator="\n", float_format=form))

    def draw(self, name: str, figure: Any) -> None:
        """Write a figure as name.png and name.svg."""
        for kind in ("png", "svg"):
            self.write(f"{name}.{kind}", lambda part, kind=kind: figure.savefig(part, dpi=150, format=kind))

    def finish(self, summary: dict[str, Any]) -> dict[str, Any]:
        """Write explain.json, remove what an earlier look has written besides, and return the summary with both."""
        before = self._written_before()
        self.write("explain.json", to_json(summary | {"files": self.files}))
        for name in before - set(self.files):
            (self.path / name).unlink(missing_ok=True)
        return summary | {"folder": str(self.path), "files": self.files}

    def _written_before(self) -> set[str]:
        try:
            names = json.loads((self.path / "explain.json").read_text(encoding="utf-8"))["files"]
            return {name for name in names if name == Path(name).name and Path(name).suffix in SUFFIXES}
        except (OSError, ValueError, LookupError, TypeError, AttributeError):
            return set()  # missing, or damaged
