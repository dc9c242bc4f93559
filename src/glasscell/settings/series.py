"""The settings of a training on a file of series."""

import dataclasses
from dataclasses import dataclass
from typing import Any

from glasscell.settings.table import DEFAULTS, FILE_ONLY, READER, TABLE, check


@dataclass(frozen=True)
class SeriesSettings:
    """The settings of a training on a file; defaults and bounds stand in `FILE_ONLY` and `TABLE`.

    Parameters
    ----------
    data : str
        The file to train on.
    valid : str, optional
        A file that early stopping watches, in place of a part of `data`.
    id, time, label : str, optional
        The columns of a table with the series' names, the time, the labels; guessed by default.
    channels : list of str, optional
        The columns to read; all that are left by default.
    encoding, decimal : str, optional
        Of a text, and the mark before its decimals; detected by default.
    labels : str, optional
        A table of its own with the labels, beside the series' names.
    missing : list of float, optional
        Numbers that mean: not measured.
    group : str, optional
        The column that says which series belong together and are left out together; guessed by default.
    time_gaps : bool
        Whether the length of each step is a channel.
    every : str or float, optional
        How far apart the steps of an even grid are, on which the series are laid.
    task : {"auto", "classification", "regression"}
        What the labels are; by default as they look.
    header : bool, optional
        Whether the first line of a text of columns holds their names; detected by default.
    measure : {"auto", "folds", "split", "none"}
        How to measure where no series are set aside: by folds, by one further training without a part, or not at all;
        by default by folds, where they add less than a minute.
    seed : int
        Decides all that is random.
    units, bidirectional, variant, dropout, noise, read_out, forget_bias, stride, learning_rate, epochs, batch_size, \
    clip_norm, early_stopping, validation_fraction, patience, class_weight
        As in `classifier.LSTMClassifier`.

    Raises
    ------
    UsageError
        If a value is of another type or out of bounds.

    Examples
    --------
    >>> SeriesSettings(data="gestures.csv", units=[32, 16]).units
    [32, 16]
    >>> SeriesSettings(data="gestures.csv", dropout=2.0)
    Traceback (most recent call last):
    glasscell.errors.UsageError: dropout = 2.0: expected a number of at least 0 and below 1
    """

    data: str
    valid: str | None = DEFAULTS.valid
    id: str | list[str] | None = DEFAULTS.id
    time: str | None = DEFAULTS.time
    label: str | None = DEFAULTS.label
    channels: list[str] | None = DEFAULTS.channels
    encoding: str | None = DEFAULTS.encoding
    decimal: str | None = DEFAULTS.decimal
    labels: str | None = DEFAULTS.labels
    missing: list[float] | None = DEFAULTS.missing
    group: str | None = DEFAULTS.group
    time_gaps: bool = DEFAULTS.time_gaps
    every: str | float | None = DEFAULTS.every
    task: str = DEFAULTS.task
    header: bool | None = DEFAULTS.header
    measure: str = DEFAULTS.measure
    units: int | list[int] = DEFAULTS.units
    bidirectional: bool = DEFAULTS.bidirectional
    variant: str | None = DEFAULTS.variant
    dropout: float = DEFAULTS.dropout
    noise: float = DEFAULTS.noise
    read_out: str = DEFAULTS.read_out
    forget_bias: float | str = DEFAULTS.forget_bias
    stride: int | str = DEFAULTS.stride
    learning_rate: float = DEFAULTS.learning_rate
    epochs: int = DEFAULTS.epochs
    batch_size: int = DEFAULTS.batch_size
    clip_norm: float = DEFAULTS.clip_norm
    early_stopping: bool | str = DEFAULTS.early_stopping
    validation_fraction: float = DEFAULTS.validation_fraction
    patience: int = DEFAULTS.patience
    class_weight: str | None = DEFAULTS.class_weight
    seed: int = DEFAULTS.seed

    def __post_init__(self):
        check(self, FILE_ONLY | TABLE)

    def for_estimator(self) -> dict[str, Any]:
        """Return what `classifier.LSTMClassifier` takes of them; the regressor takes no `class_weight`."""
        return {k: v for k, v in dataclasses.asdict(self).items() if k in TABLE} | {"random_state": self.seed}

    def for_reader(self) -> dict[str, Any]:
        """Return what `data.read` takes of them."""
        return {name: getattr(self, name) for name in READER}
