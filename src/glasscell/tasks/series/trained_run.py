"""A run of series, opened to predict or to be inspected.

R scored series · C classes, or targets
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from glasscell.runs.config import read_about, settings_of_run
from glasscell.runs.run_folder import require_model
from glasscell.runs.series.loaded_run import LoadedSeries
from glasscell.runs.series.trained_run import Trained, expect_shapes, read_arrays
from glasscell.system.files import is_there
from glasscell.tasks.series.baselines import Baselines
from glasscell.tasks.series.settings import SeriesSettings

Loaded = LoadedSeries  # returned by `glasscell.load`


@dataclass(frozen=True)
class SeriesRun(Trained):
    """A run of series. Made by `open_run`."""

    @cached_property
    def baselines(self) -> Baselines | None:
        """The baselines that the run was compared with; None for older runs."""

        def made_of(arrays: Mapping[str, np.ndarray]) -> Baselines:
            simple = Baselines(**{name: arrays[name] for name in Baselines.__dataclass_fields__})
            expect_shapes(
                vars(simple), {"middle": (len(self.channels),), "spread": (len(self.channels),)}
            )
            return simple

        return read_arrays(self.path, "baselines.npz", made_of)

    @cached_property
    def residuals(self) -> np.ndarray | None:
        """The absolute errors on R scored series, (R, 1); None for classification or no scores."""

        def made_of(arrays: Mapping[str, np.ndarray]) -> np.ndarray:
            residuals = arrays["residuals"]
            expect_shapes({"residuals": residuals}, {"residuals": (len(residuals), 1)})
            return residuals

        return read_arrays(self.path, "residuals.npz", made_of)


def open_run(path: Path) -> SeriesRun:
    """Open the run in a folder."""
    settings = settings_of_run(path, SeriesSettings)
    require_model(path)
    data, reader = settings.data, settings.for_reader()
    later: dict[str, Any] = {"source": data, "columns": {}, "offsets": {}, "step_names": ()}
    later |= dict.fromkeys(("extent", "prior", "steps"))
    about = read_about(path, ("task", "classes", "channels", "fingerprints"), later)
    # a file to predict need not have it
    label = None if reader["labels"] is not None else reader.pop("label")
    about |= {
        "source": data if is_there(data) else about["source"],
        "columns": ({} if label is None else {"label": label}) | about["columns"],
        "fingerprints": set(about["fingerprints"]),
        "step_names": tuple(map(tuple, about["step_names"])),
        **{name: about[name] and tuple(about[name]) for name in ("channels", "prior", "steps")},
    }
    return SeriesRun(path, reader=reader, seed=settings.seed, **about)
