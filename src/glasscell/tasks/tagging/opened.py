"""A run of tagging, opened to be asked for labels or looked into.

T time steps · D channels · C classes
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from glasscell.data.doubts.markers import marks_noticed
from glasscell.data.doubts.new_marks import without_repeated
from glasscell.data.doubts.profiles import Profile, profile
from glasscell.data.doubts.shift import outside
from glasscell.data.emptiness import about_empty
from glasscell.data.sentences import Reading
from glasscell.data.sequences import Sequences
from glasscell.data.steps.sentences import Steps
from glasscell.data.steps.step_table import StepTable, read_steps
from glasscell.facts import Note
from glasscell.networks.meaning import Meaning
from glasscell.runs.config import read_about, read_settings
from glasscell.runs.folder import require_model
from glasscell.runs.trained import warn_of_shift
from glasscell.tasks.tagging.settings import TagSettings


@dataclass(frozen=True)
class TaggingRun:
    """A run of tagging. Made by `open_run`.

    Parameters
    ----------
    path : Path
    settings : TagSettings
    classes : list of C str
    channels : list of D str
    columns : dict
        The columns that ids, times and labels were read from.
    offsets : dict
        What is subtracted from each channel before the network reads it.
    extent : dict, optional
        What the series that it was trained on were like; None for runs made before it was recorded.
    """

    path: Path
    settings: TagSettings
    classes: list[str]
    channels: list[str]
    columns: dict[str, str]
    offsets: dict[str, float]
    extent: dict[str, Any] | None

    @cached_property
    def network(self) -> Any:
        """The Keras model: see `network.build_tagging_network`."""
        from glasscell.runs.folder import load_model

        return load_model(self.path, compiled=False)

    @property
    def meaning(self) -> Meaning:
        """What the network's numbers mean."""
        return Meaning(
            tuple(self.channels),
            tuple(self.classes),
            offsets=tuple(self.offsets.values()) if any(self.offsets.values()) else (),
            missing=tuple(self.settings.missing or ()),
            columns=self.columns,
        )

    def read(self, file: str, given: dict[str, Any]) -> StepTable:
        """Read a file as that of the run was read; it need not have labels.

        Parameters
        ----------
        file : str
        given : dict
            What `step_table.read_steps` takes besides; None where the run's own is to be taken.

        Raises
        ------
        UsageError, DataError
        """
        reader = self.settings.for_reader() | {"encoding": None, "label": None, "group": None, "channels": None}
        reader |= {name: value for name, value in given.items() if value is not None}
        known = {"channels_expected": self.channels, "columns_expected": self.columns}
        table = read_steps(file, **reader, offsets=self.offsets, **known)
        if given.get("unlabelled") is None:  # the run's own words need not be in each file
            warnings = tuple(note for note in table.series.warnings if note.code is not Steps.NO_SUCH_LABEL)
            table = replace(table, series=replace(table.series, warnings=warnings))
        return table

    def check(self, series: Sequences) -> list[Note]:
        """Return warnings about series to be labelled; none of shift if the run recorded no extent.

        They may well be longer than those that it learnt from: steps are labelled as they are in windows.

        Raises
        ------
        DataError
            If what was recorded is damaged.
        """

        def find(extent: dict[str, Any], seen: Profile, channels: Sequence[str]) -> list[Note]:
            longer = extent | {"steps": [extent["steps"][0], math.inf]}
            return outside(longer, seen, channels) if len(seen.lengths) else []

        shifted = warn_of_shift(self.path, self.extent, series.channels, [profile(series)], find)
        noticed = without_repeated([*series.warnings, *marks_noticed(series)], shifted)
        return [*noticed, *about_empty(series, Reading.EMPTY_STEPS_ANSWERED), *shifted]


def open_run(path: Path) -> TaggingRun:
    """Return what the run in a folder has learnt.

    Raises
    ------
    UsageError
        If its training is not done, or its settings are not of tagging.
    DataError
        If its files are damaged.
    """
    settings = read_settings(path / "config.toml", TagSettings)
    require_model(path)
    names = ("classes", "channels", "columns", "offsets")
    return TaggingRun(path, settings, **read_about(path, names, {"extent": None}))


def labels_of(probabilities: Sequence[np.ndarray], classes: Sequence[str]) -> list[np.ndarray]:
    """Return the most probable class of each step, objects (T,) each, of probabilities (T, C).

    >>> labels_of([np.array([[0.9, 0.1], [0.2, 0.8]])], ["down", "up"])[0].tolist()
    ['down', 'up']
    """
    names = np.array(classes, object)
    return [names[of_each.argmax(1)] for of_each in probabilities]
