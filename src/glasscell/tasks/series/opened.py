"""A run of series, opened to be asked for answers or looked into.

R series that were measured · C classes, or targets
"""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from glasscell.errors import UsageError
from glasscell.runs.config import read_settings
from glasscell.runs.data_json import offsets_of, read_about
from glasscell.runs.folder import resume_command
from glasscell.runs.sentences import Runs
from glasscell.runs.trained import Trained, damaged, expect_shapes
from glasscell.system.files import is_there
from glasscell.tasks.series.baselines import Baselines, from_arrays
from glasscell.tasks.series.settings import SeriesSettings


@dataclass(frozen=True)
class SeriesRun(Trained):
    """A run of series. Made by `open_run`."""

    @cached_property
    def baselines(self) -> Baselines | None:
        """The simple answers that the run was measured beside; None for runs made before they were kept."""
        file = self.path / "baselines.npz"
        if not file.exists():
            return None
        try:
            with file.open("rb") as content, np.load(content, allow_pickle=False) as arrays:
                simple = from_arrays(arrays)
            expect_shapes(vars(simple), {"middle": (len(self.channels),), "spread": (len(self.channels),)})
            return simple
        except Exception as error:  # NumPy, zipfile and zlib raise a dozen kinds for a damaged file
            raise damaged(file, self.path, error) from error

    @cached_property
    def residuals(self) -> np.ndarray | None:
        """How far answers to R measured series were off, (R, 1); None for classes, or if none were measured."""
        file = self.path / "residuals.npz"
        if not file.exists():
            return None
        try:
            with file.open("rb") as content, np.load(content, allow_pickle=False) as arrays:
                found = {"residuals": arrays["residuals"]}
            expect_shapes(found, {"residuals": (len(found["residuals"]), 1)})
            return found["residuals"]
        except Exception as error:  # NumPy, zipfile and zlib raise a dozen kinds for a damaged file
            raise damaged(file, self.path, error) from error


def open_run(path: Path) -> SeriesRun:
    """Return what the run in a folder has learnt.

    Raises
    ------
    UsageError
        If its training is not done, or its settings are not of series.
    DataError
        If its files are damaged.
    """
    settings = read_settings(path / "config.toml", SeriesSettings)
    if not (path / "model.keras").exists():
        raise UsageError(Runs.NO_MODEL, file=path, command=resume_command(path))
    data = settings.data
    about = read_about(
        path,
        ("task", "classes", "channels", "fingerprints"),
        {"source": data, "columns": {}, "extent": None, "offsets": {}, "prior": None, "steps": None, "step_names": ()},
    )
    reader = settings.for_reader()
    label = None if reader["labels"] is not None else reader.pop("label")  # a file to be answered need not have it
    columns = ({} if label is None else {"label": label}) | about["columns"]
    return SeriesRun(
        path=path,
        task=about["task"],
        classes=about["classes"],
        channels=tuple(about["channels"]),
        input="series",
        source=data if is_there(data) else about["source"],
        reader=reader,
        columns=columns,
        fingerprints=set(about["fingerprints"]),
        extent=about["extent"],
        offsets=offsets_of(about, path),
        prior=None if about["prior"] is None else tuple(about["prior"]),
        steps=None if about["steps"] is None else tuple(about["steps"]),
        step_names=tuple(map(tuple, about["step_names"])),
        seed=settings.seed,
    )
