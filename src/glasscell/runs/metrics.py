"""metrics.csv of a run, a row for each epoch: its number, its logs, its seconds."""

import csv
import io
from collections.abc import Mapping, Sequence
from contextlib import suppress

from glasscell.runs.folder import Run


class Metrics:
    """The metrics.csv of a run.

    Parameters
    ----------
    run : Run
    logs : sequence of str
        Names of the columns between "epoch" and "seconds".

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from glasscell.runs.folder import create
    >>> with tempfile.TemporaryDirectory() as folder, create(Path(folder), "first", {}) as run:
    ...     metrics = Metrics(run, ["loss"])
    ...     metrics.cut([])
    ...     metrics.append({"epoch": 1, "loss": 0.5, "seconds": 0.25})
    ...     (run.path / "metrics.csv").read_text(encoding="utf-8").split(), metrics.training_seconds()
    (['epoch,loss,seconds', '1,0.5,0.25'], 0.25)
    """

    def __init__(self, run: Run, logs: Sequence[str]):
        self._run, self._columns = run, ["epoch", *logs, "seconds"]

    def append(self, row: Mapping[str, float]) -> None:
        """Append a row and flush it.

        Raises
        ------
        StorageError
            If it cannot be written.
        """
        with self._run.writing("metrics.csv") as path, path.open("a", newline="", encoding="utf-8") as file:
            self._writer(file).writerow(row)

    def cut(self, history: Sequence[Mapping[str, float]]) -> None:
        """Make the table hold exactly the epochs of `history`: later ones are dropped, damage is mended.

        Raises
        ------
        StorageError
            If it cannot be written.
        """
        seconds, text = self._seconds(), io.StringIO()
        writer = self._writer(text)
        writer.writeheader()
        for epoch, logs in enumerate(history, start=1):
            writer.writerow({"epoch": epoch, **logs, "seconds": seconds.get(epoch, "")})
        self._run.write("metrics.csv", text.getvalue())

    def training_seconds(self) -> float:
        """Return the seconds that all epochs took together."""
        return round(sum(self._seconds().values()), 3)

    def _writer(self, file) -> csv.DictWriter:
        return csv.DictWriter(file, self._columns, lineterminator="\n")

    def _seconds(self) -> dict[int, float]:
        """Read what each epoch took; a line half-written or damaged is passed over."""
        path, seconds = self._run.path / "metrics.csv", {}
        if path.is_file():
            for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
                epoch, *rest = line.split(",")
                with suppress(ValueError):
                    if len(rest) == len(self._columns) - 1:
                        seconds[int(epoch)] = float(rest[-1])
        return seconds
