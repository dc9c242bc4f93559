"""The settings of a training on a file of series."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, ClassVar

from glasscell.errors import UsageError
from glasscell.settings import shared
from glasscell.settings.setting import TaskSettings, settings_in
from glasscell.system.checks import Accepted, is_bool, is_word, number, one_of, text, whole
from glasscell.tasks.series.sentences import Series

MIN_SERIES_TO_STOP_EARLY = (
    1000  # "auto" holds out a validation split from here on; below, regression cross-validates
)
PERFECT_EPOCHS, PERFECT_LOSS = 50, 1e-3  # in a row, with an accuracy of 1, after which a fold stops
_OF_THE_RUN = ("valid", "measure", "seed")  # not of an estimator


@dataclass(frozen=True)
class SeriesSettings(TaskSettings):
    """The settings of a training on a file.

    Parameters
    ----------
    data : str
        The file to train on.
    valid : str, optional
        A file to validate on, instead of a part of `data`.
    id, time, label : str, optional
        Columns with the ids of the series, the time and the labels; detected by default.
    channels : list of str, optional
        Columns to read; by default all others.
    time_format : str, optional
        Format of times, as for `strptime`; detected by default.
    encoding, decimal : str, optional
        Encoding and decimal separator of a text file; detected by default.
    labels : str, optional
        A separate table with the ids and labels of the series.
    missing : list of float or str, optional
        Missing-value codes.
    group : str, optional
        Column with the groups of series, which are held out as a whole; detected by default.
    time_gaps : bool
        Whether to add the time since the previous step as a channel.
    every : str or float, optional
        Interval of the regular time grid to which series are resampled.
    target : {"auto", "classification", "regression"}
        Kind of the labels; detected by default.
    header : bool, optional
        Whether the first line of a text file has the column names; detected by default.
    measure : {"auto", "folds", "split", "none"}
        How to score a run without a validation split: by cross-validation ("folds", also with a
        split), by one further training, or not at all. "auto" cross-validates if that adds less
        than a minute, and otherwise trains once more.
    seed : int
        Random seed.

    All others are as in `classifier.LSTMClassifier`.

    >>> SeriesSettings(data="gestures.csv", units=[32, 16]).units
    [32, 16]
    >>> SeriesSettings(data="gestures.csv", dropout=2.0)
    Traceback (most recent call last):
    glasscell.errors.UsageError: dropout = 2.0: expected a number of at least 0 and below 1
    """

    task: ClassVar[str] = "series"
    files: ClassVar[tuple[str, ...]] = ("data", "valid", "labels")
    data: str = shared.FILE.field()
    valid: str | None = shared.of_training(
        None,
        text("a file name"),
        "Labeled series to validate on.",
        metavar="FILE",
        shown="a fraction of FILE",
    )
    id: str | list[str] | None = shared.ID.field()
    time: str | None = shared.TIME.field()
    time_format: str | None = shared.TIME_FORMAT.field()
    label: str | None = shared.LABEL.field()
    channels: list[str] | None = shared.CHANNELS.field()
    encoding: str | None = shared.ENCODING.field()
    decimal: str | None = shared.DECIMAL.field()
    labels: str | None = shared.LABELS.field()
    missing: list[float | str] | None = shared.MISSING.field()
    group: str | None = shared.GROUP.field()
    time_gaps: bool = shared.TIME_GAPS.field()
    every: str | float | None = shared.EVERY.field()
    target: str = shared.KIND_OF_LABELS.field(help="")  # --task has it
    header: bool | None = shared.HEADER.field()
    measure: str = shared.of_training(
        "auto",
        one_of("auto", "folds", "split", "none"),
        "How to estimate the score on new series: k-fold cross-validation, one train/test split, "
        "or not at all.",
        shown="folds, if they add less than a minute",
    )
    units: int | list[int] = shared.UNITS.field()
    bidirectional: bool = shared.BIDIRECTIONAL.field()
    variant: str | None = shared.VARIANT.field()
    dropout: float = shared.DROPOUT.field()
    noise: float = shared.NOISE.field()
    read_out: str = shared.READ_OUT.field()
    forget_bias: float | str = shared.FORGET_BIAS.field()
    stride: int | str = shared.STRIDE.field()
    learning_rate: float = shared.LEARNING_RATE.field()
    epochs: int = shared.EPOCHS.field()
    batch_size: int = shared.BATCH_SIZE.field()
    clip_norm: float = shared.CLIP_NORM.field()
    early_stopping: bool | str = shared.of_training(
        "auto",
        Accepted(lambda v: is_bool(v) or is_word(v, "auto"), "true, false or 'auto'"),
        "Stop when the error on a validation split no longer falls, and restore the best "
        "weights. With fewer series, regression chooses the number of epochs by 3-fold "
        "cross-validation.",
        shown=f"from {MIN_SERIES_TO_STOP_EARLY} series on",
        option="--early-stopping/--no-early-stopping",
        python=Accepted(lambda v: v in (True, False, "auto"), "True, False or 'auto'"),
    )
    validation_fraction: float = shared.of_training(
        0.15,
        number("a number above 0 and below 1", lambda v: 0 < v < 1),
        "Fraction of the series to validate on.",
        metavar="FRACTION",
    )
    patience: int = shared.of_training(
        50,
        whole(1, 10**6),
        "Epochs without improvement before training stops.",
        metavar="N",
        python=whole(0),
    )
    class_weight: str | None = shared.CLASS_WEIGHT.field()
    seed: int = shared.SEED.field()

    @classmethod
    def owns(cls, values: Mapping[str, Any]) -> bool:
        """Return whether settings are of this task; older runs have a target as `task`."""
        return super().owns(values) or values.get("task") in shared.KIND_OF_LABELS.accepted.choices

    @classmethod
    def current(cls, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return values with an older or the command's `task` as `target`, `no_cv` as `measure`.

        Raises
        ------
        UsageError
            If `no_cv` contradicts `measure`.
        """
        target = (
            {"target": values["task"]}
            if values.get("task") in shared.KIND_OF_LABELS.accepted.choices
            else {}
        )
        named = {
            name: value for name, value in super().current(values).items() if name != "no_cv"
        } | target
        if not values.get("no_cv"):
            return named
        if named.get("measure", "none") != "none":
            raise UsageError(Series.NO_CV_AND_MEASURE, measure=named["measure"])
        return named | {"measure": "none"}

    def for_estimator(self) -> dict[str, Any]:
        """Return parameters of `classifier.LSTMClassifier`; a regressor has no `class_weight`."""
        options = self.under(shared.NETWORK, shared.TRAINING, but=_OF_THE_RUN)
        return options | {"random_state": self.seed}

    def for_reader(self) -> dict[str, Any]:
        """Return the options of `data.read`."""
        return self.under(shared.DATA, but=("data", "target")) | {"task": self.target}


_OF_ESTIMATORS = settings_in(SeriesSettings, shared.NETWORK, shared.TRAINING)
TABLE = {
    name: setting for name, setting in _OF_ESTIMATORS.items() if name not in _OF_THE_RUN
} | shared.IN_PYTHON_ALONE
DEFAULTS = SimpleNamespace(
    **{name: setting.default for name, setting in (settings_in(SeriesSettings) | TABLE).items()}
)
