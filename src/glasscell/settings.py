"""What can be set: one table of names, defaults and bounds. No TensorFlow here: a mistake is reported at once."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from glasscell.errors import UsageError
from glasscell.system.checks import (
    Accepted,
    is_bool,
    is_encoding,
    is_number,
    is_whole,
    is_word,
    number,
    one_of,
    text,
    whole,
    whole_for_each_layer,
)
from glasscell.system.durations import duration_of

TRAINING_IMAGES = 1437  # of the article's data; known here, so that a batch too large is reported at once
MIN_SERIES_TO_STOP_EARLY = 1000  # from which on early_stopping = "auto" sets a part aside; numbers of fewer: rehearsed
LONGEST_UNSTRIDED = 1000  # steps; stride = "auto" shortens longer series to about this
VARIANTS = (None, "V", "NIG", "NFG", "NOG", "NIAF", "NOAF", "CIFG", "NP", "FGR")
READ_OUTS = ("last", "mean", "both")
SPREADS = ("chrono", "mixed")  # of forget biases


@dataclass(frozen=True)
class Row:
    """One hyperparameter.

    Parameters
    ----------
    default : Any
        Of `SeriesSettings` and of the estimators; `...` if there is none.
    accepted : Accepted
        In a file of settings and on the command line.
    python : Accepted, optional
        As an argument in Python, where more is accepted or Python has other words for it; by default the same.
    plain : Any, optional
        The default of `build_network`, where it is another: the plainest network.

    Examples
    --------
    >>> TABLE["epochs"].default, TABLE["epochs"].accepted.expected, TABLE["epochs"].in_python.expected
    (300, 'a whole number from 1 to 1000000', 'a whole number from 0 up')
    """

    default: Any
    accepted: Accepted
    python: Accepted | None = None
    plain: Any = ...

    @property
    def in_python(self) -> Accepted:
        """What is accepted as an argument in Python."""
        return self.python or self.accepted


COLUMN = text("a column's name")
COLUMNS = Accepted(
    lambda v: v is None or (isinstance(v, list) and len(v) > 0 and all(isinstance(name, str) for name in v)),
    "names of columns",
)
NUMBERS = Accepted(
    lambda v: v is None or (isinstance(v, list) and len(v) > 0 and all(is_number(number) for number in v)),
    "numbers, such as [-999]",
)
BOOL, PYTHON_BOOL = Accepted(is_bool, "true or false"), Accepted(is_bool, "True or False")
POSITIVE = number("a finite number above 0", lambda v: v > 0)
LATER = Accepted(lambda v: True, "")  # whoever takes it checks it

# Of the estimators, and of a training on a file; what Python alone has stands at the end.
TABLE = {
    "units": Row(64, whole_for_each_layer(1, 2**14, layers=64), whole_for_each_layer(1)),
    "bidirectional": Row(True, BOOL, PYTHON_BOOL, plain=False),
    "variant": Row(None, one_of(*VARIANTS), LATER),
    "dropout": Row(0.3, number("a number from 0 to less than 1", lambda v: 0 <= v < 1), plain=0.0),
    "noise": Row(0.3, number("a finite number from 0 up", lambda v: v >= 0), plain=0.0),
    "read_out": Row(
        "both", one_of(*READ_OUTS), one_of(*READ_OUTS, expected="'last' or 'mean' or 'both'"), plain="last"
    ),
    "forget_bias": Row(
        "mixed",
        Accepted(lambda v: v in SPREADS or (is_number(v) and abs(v) < 1e6), "a number, 'chrono' or 'mixed'"),
        Accepted(lambda v: isinstance(v, int | float) or v in SPREADS, "a number, 'chrono' or 'mixed'"),
        plain=1.0,
    ),
    "stride": Row(
        "auto",
        Accepted(lambda v: is_word(v, "auto") or (is_whole(v) and v >= 1), "a whole number from 1 up, or 'auto'"),
        plain=1,
    ),
    "learning_rate": Row(0.003, POSITIVE),
    "epochs": Row(300, whole(1, 10**6), whole(0)),
    "batch_size": Row(8, whole(1, 2**20), whole(1)),
    "clip_norm": Row(
        1.0, POSITIVE, Accepted(lambda v: v is None or (is_number(v) and v > 0), "a number above 0, or None")
    ),
    "early_stopping": Row(
        "auto",
        Accepted(lambda v: is_bool(v) or is_word(v, "auto"), "true, false or 'auto'"),
        Accepted(lambda v: v in (True, False, "auto"), "True, False or 'auto'"),
    ),
    "validation_fraction": Row(0.15, number("a number above 0 and less than 1", lambda v: 0 < v < 1)),
    "patience": Row(50, whole(1, 10**6), whole(0)),
    "class_weight": Row(None, one_of(None, "balanced"), LATER),
    "random_state": Row(None, LATER),
    "engine": Row("auto", LATER),
    "warm_start": Row(False, PYTHON_BOOL),
    "verbose": Row(0, Accepted(lambda v: is_bool(v) or (is_whole(v) and v >= 0), "a whole number from 0 up")),
}
# Of a training on a file alone.
FILE_ONLY = {
    "data": Row(..., text("a file's name", optional=False)),
    "valid": Row(None, text("a file's name")),
    "id": Row(None, COLUMN),
    "time": Row(None, COLUMN),
    "label": Row(None, COLUMN),
    "channels": Row(None, COLUMNS),
    "encoding": Row(None, Accepted(lambda v: v is None or is_encoding(v), "an encoding, such as utf-8 or cp1252")),
    "decimal": Row(None, one_of(None, ".", ",", expected="'.' or ','")),
    "labels": Row(None, text("a file's name")),
    "missing": Row(None, NUMBERS),
    "group": Row(None, COLUMN),
    "time_gaps": Row(False, BOOL),
    "every": Row(None, Accepted(lambda v: v is None or duration_of(v) is not None, "a length of time, as 100ms")),
    "task": Row("auto", one_of("auto", "classification", "regression")),
    "header": Row(None, Accepted(lambda v: v is None or is_bool(v), "true or false")),
    "measure": Row("auto", one_of("auto", "folds", "split", "none")),
    "seed": Row(0, whole(0, 2**31 - 1)),
}
READER = tuple(name for name in FILE_ONLY if name not in ("data", "valid", "measure", "seed"))  # what `data.read` takes
OF_ONE_FILE = ("encoding", "labels", "label")  # of those, what says nothing of another file
# Of the article's experiment.
ARTICLE = {
    "data": Row("digits", one_of("digits", expected='"digits"')),
    "epochs": dataclasses.replace(TABLE["epochs"], default=100),
    "hidden_size": Row(50, whole(1, 2**16)),
    "batch_size": Row(100, whole(1, TRAINING_IMAGES)),
    "learning_rate": dataclasses.replace(TABLE["learning_rate"], default=0.001),
    "output_activation": Row("identity", one_of("identity", "tanh", expected='"identity" or "tanh"')),
    "seed": FILE_ONLY["seed"],
}
DEFAULTS = SimpleNamespace(**{name: row.default for name, row in (FILE_ONLY | TABLE).items()})
PLAIN = SimpleNamespace(**{name: row.default if row.plain is ... else row.plain for name, row in TABLE.items()})


@dataclass(frozen=True)
class ArticleSettings:
    """The settings of the article's experiment; the defaults are the article's, the bounds stand in `ARTICLE`.

    Parameters
    ----------
    data : str
        "digits", the only data the article knows.
    epochs, hidden_size, batch_size : int
        No more images in a batch than there are to train on.
    learning_rate : float
        Adam's.
    output_activation : {"identity", "tanh"}
        φ in h = o·φ(c); the article has none.
    seed : int
        Decides the initial read-out, all else starts at zero.

    Raises
    ------
    UsageError
        If a value is of another type or out of bounds.

    Examples
    --------
    >>> ArticleSettings(epochs=3).hidden_size
    50
    >>> ArticleSettings(epochs=0)
    Traceback (most recent call last):
    glasscell.errors.UsageError: epochs = 0: expected a whole number from 1 to 1000000
    """

    data: str = ARTICLE["data"].default
    epochs: int = ARTICLE["epochs"].default
    hidden_size: int = ARTICLE["hidden_size"].default
    batch_size: int = ARTICLE["batch_size"].default
    learning_rate: float = ARTICLE["learning_rate"].default
    output_activation: str = ARTICLE["output_activation"].default
    seed: int = ARTICLE["seed"].default

    def __post_init__(self):
        _check(self, ARTICLE)


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
    glasscell.errors.UsageError: dropout = 2.0: expected a number from 0 to less than 1
    """

    data: str
    valid: str | None = DEFAULTS.valid
    id: str | None = DEFAULTS.id
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
        _check(self, FILE_ONLY | TABLE)

    def for_estimator(self) -> dict[str, Any]:
        """Return what `classifier.LSTMClassifier` takes of them; the regressor takes no `class_weight`."""
        return {k: v for k, v in dataclasses.asdict(self).items() if k in TABLE} | {"random_state": self.seed}

    def for_reader(self) -> dict[str, Any]:
        """Return what `data.read` takes of them."""
        return {name: getattr(self, name) for name in READER}


Settings = ArticleSettings | SeriesSettings


def _check(settings: Settings, table: Mapping[str, Row]) -> None:
    for field in dataclasses.fields(settings):
        value, accepted = getattr(settings, field.name), table[field.name].accepted
        if not (_is_plain(value) and accepted.fits(value)):
            raise UsageError(f"{field.name} = {value!r}: expected {accepted.expected}")
        if accepted.as_float:
            object.__setattr__(settings, field.name, float(value))


def _is_plain(value: Any) -> bool:
    """Return whether TOML has a value, or it is None: a number of NumPy's, say, could not be written to a file."""
    if isinstance(value, list):
        return all(_is_plain(v) for v in value)
    return value is None or isinstance(value, bool | int | float | str)


def check_parameters(parameters: Mapping[str, Any]) -> None:
    """Raise UsageError for an argument in Python that is out of bounds, by its name in `TABLE`.

    >>> check_parameters({"warm_start": "no"})
    Traceback (most recent call last):
    glasscell.errors.UsageError: warm_start='no': expected True or False
    """
    for name, row in TABLE.items():
        if name in parameters and not row.in_python.fits(parameters[name]):
            raise UsageError(f"{name}={parameters[name]!r}: expected {row.in_python.expected}")


def settings_of(values: Mapping[str, Any]) -> Settings:
    """Return the settings of the article's experiment, or of a training on a file, as `values["data"]` says.

    Raises
    ------
    UsageError
        If a value is none.

    Examples
    --------
    >>> type(settings_of({"data": "digits"})).__name__, type(settings_of({"data": "my.csv"})).__name__
    ('ArticleSettings', 'SeriesSettings')
    """
    return kind_of(values)(**values)


def kind_of(values: Mapping[str, Any]) -> type[Settings]:
    """Return which settings there are for the data of `values`; for none it is the article's.

    >>> kind_of({"epochs": 3}).__name__
    'ArticleSettings'
    """
    return ArticleSettings if values.get("data", "digits") == "digits" else SeriesSettings
