"""One table of what can be set: names, defaults and bounds."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from glasscell.errors import UsageError
from glasscell.settings.sentences import Settings
from glasscell.system.checks import (
    Accepted,
    is_bool,
    is_encoding,
    is_number,
    is_word,
    number,
    one_of,
    or_auto,
    text,
    whole,
    whole_for_each_layer,
)
from glasscell.system.durations import duration_of
from glasscell.system.sentences import System

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
    (300, 'an integer from 1 to 1,000,000', 'an integer of at least 0')
    """

    default: Any
    accepted: Accepted
    python: Accepted | None = None
    plain: Any = ...

    @property
    def in_python(self) -> Accepted:
        """What is accepted as an argument in Python."""
        return self.python or self.accepted


COLUMN = text("a column name")
COLUMNS = Accepted(
    lambda v: v is None or (isinstance(v, list) and len(v) > 0 and all(isinstance(name, str) for name in v)),
    "a list of column names",
)
COLUMNS_OF_ID = Accepted(lambda v: COLUMN.fits(v) or COLUMNS.fits(v), "a column name, or a list of column names")
NUMBERS = Accepted(
    lambda v: v is None or (isinstance(v, list) and len(v) > 0 and all(is_number(number) for number in v)),
    "a list of numbers, such as [-999]",
)
BOOL, PYTHON_BOOL = Accepted(is_bool, "true or false"), Accepted(is_bool, "True or False")
POSITIVE = number("a finite number above 0", lambda v: v > 0)
LATER = Accepted(lambda v: True, "")  # whoever takes it checks it

# Of the estimators, and of a training on a file; what Python alone has stands at the end.
TABLE = {
    "units": Row(64, whole_for_each_layer(1, 2**14, layers=64), whole_for_each_layer(1)),
    "bidirectional": Row(True, BOOL, PYTHON_BOOL, plain=False),
    "variant": Row(None, one_of(*VARIANTS), LATER),
    "dropout": Row(0.3, number("a number of at least 0 and below 1", lambda v: 0 <= v < 1), plain=0.0),
    "noise": Row(0.3, number("a finite number of at least 0", lambda v: v >= 0), plain=0.0),
    "read_out": Row("both", one_of(*READ_OUTS), plain="last"),
    "forget_bias": Row(
        "mixed",
        Accepted(lambda v: v in SPREADS or (is_number(v) and abs(v) < 1e6), "a number, 'chrono' or 'mixed'"),
        Accepted(lambda v: isinstance(v, int | float) or v in SPREADS, "a number, 'chrono' or 'mixed'"),
        plain=1.0,
    ),
    "stride": Row("auto", or_auto(whole(1)), plain=1),
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
    "validation_fraction": Row(0.15, number("a number above 0 and below 1", lambda v: 0 < v < 1)),
    "patience": Row(50, whole(1, 10**6), whole(0)),
    "class_weight": Row(None, one_of(None, "balanced"), LATER),
    "random_state": Row(None, LATER),
    "engine": Row("auto", LATER),
    "warm_start": Row(False, PYTHON_BOOL),
    "verbose": Row(0, Accepted(lambda v: is_bool(v) or whole(0).fits(v), whole(0).expected)),
}
# Of a training on a file alone.
FILE_ONLY = {
    "data": Row(..., text("a file name", optional=False)),
    "valid": Row(None, text("a file name")),
    "id": Row(None, COLUMNS_OF_ID),
    "time": Row(None, COLUMN),
    "label": Row(None, COLUMN),
    "channels": Row(None, COLUMNS),
    "encoding": Row(None, Accepted(lambda v: v is None or is_encoding(v), "an encoding, such as utf-8 or cp1252")),
    "decimal": Row(None, one_of(None, ".", ",")),
    "labels": Row(None, text("a file name")),
    "missing": Row(None, NUMBERS),
    "group": Row(None, COLUMN),
    "time_gaps": Row(False, BOOL),
    "every": Row(None, Accepted(lambda v: v is None or duration_of(v) is not None, "a duration, such as 100ms")),
    "task": Row("auto", one_of("auto", "classification", "regression")),
    "header": Row(None, Accepted(lambda v: v is None or is_bool(v), "true or false")),
    "measure": Row("auto", one_of("auto", "folds", "split", "none")),
    "seed": Row(0, whole(0, 2**31 - 1)),
}
READER = tuple(name for name in FILE_ONLY if name not in ("data", "valid", "measure", "seed"))  # what `data.read` takes
OF_ONE_FILE = ("encoding", "labels", "label")  # of those, what says nothing of another file
# Of the article's experiment.
ARTICLE = {
    "data": Row("digits", one_of("digits")),
    "epochs": dataclasses.replace(TABLE["epochs"], default=100),
    "hidden_size": Row(50, whole(1, 2**16)),
    "batch_size": Row(100, whole(1, TRAINING_IMAGES)),
    "learning_rate": dataclasses.replace(TABLE["learning_rate"], default=0.001),
    "output_activation": Row("identity", one_of("identity", "tanh")),
    "seed": FILE_ONLY["seed"],
}
DEFAULTS = SimpleNamespace(**{name: row.default for name, row in (FILE_ONLY | TABLE).items()})
PLAIN = SimpleNamespace(**{name: row.default if row.plain is ... else row.plain for name, row in TABLE.items()})


def check(settings: Any, table: Mapping[str, Row]) -> None:
    """Raise UsageError for a field of a frozen dataclass that its row does not accept; make numbers floats."""
    for field in dataclasses.fields(settings):
        value, accepted = getattr(settings, field.name), table[field.name].accepted
        if not (_is_plain(value) and accepted.fits(value)):
            raise UsageError(Settings.NOT_ACCEPTED, name=field.name, found=value, expected=accepted.expected)
        if accepted.as_float:
            object.__setattr__(settings, field.name, float(value))


def _is_plain(value: Any) -> bool:
    """Return whether TOML has a value, or it is None: a number of NumPy's, say, could not be written to a file."""
    if isinstance(value, list):
        return all(_is_plain(v) for v in value)
    return value is None or isinstance(value, bool | int | float | str)


def check_parameters(parameters: Mapping[str, Any], table: Mapping[str, Row] = TABLE) -> None:
    """Raise UsageError for an argument in Python that is out of bounds, by its name in a table.

    >>> check_parameters({"warm_start": "no"})
    Traceback (most recent call last):
    glasscell.errors.UsageError: warm_start='no': expected True or False
    """
    for name, row in table.items():
        if name in parameters and not row.in_python.fits(parameters[name]):
            found, expected = parameters[name], row.in_python.expected
            raise UsageError(System.NOT_ACCEPTED, name=name, found=found, expected=expected)
