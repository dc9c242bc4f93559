"""What a run can be set to: names, defaults and bounds. Knows no TensorFlow, so that a mistake is told at once."""

import dataclasses
import difflib
import math
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

from glasscell.errors import UsageError
from glasscell.system.checks import is_bool, is_number, is_whole

TRAINING_IMAGES = 1437  # of the article's data; known here, so that a batch too large is told at once


@dataclass(frozen=True)
class ArticleSettings:
    """The settings of the article's experiment; the defaults are the article's.

    Parameters
    ----------
    data : str
        "digits", the only data the article knows.
    epochs, hidden_size, batch_size : int
        At least 1; at most a million epochs, 65,536 units, and as many images in a batch as there are to train on.
    learning_rate : float
        Adam's, above 0.
    output_activation : {"identity", "tanh"}
        φ in h = o·φ(c); the article has none.
    seed : int
        From 0 to 2³¹ − 1. Decides the initial read-out, all else starts at zero.

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

    data: str = "digits"
    epochs: int = 100
    hidden_size: int = 50
    batch_size: int = 100
    learning_rate: float = 0.001
    output_activation: str = "identity"
    seed: int = 0

    def __post_init__(self):
        bounds = {
            "epochs": (1, 10**6),
            "hidden_size": (1, 2**16),
            "batch_size": (1, TRAINING_IMAGES),
            "seed": (0, 2**31 - 1),
        }
        for name, (least, most) in bounds.items():
            v = getattr(self, name)
            _require(self, name, _is_whole(v) and least <= v <= most, f"a whole number from {least} to {most}")
        rate = self.learning_rate
        _require(self, "learning_rate", _is_number(rate) and 0 < rate <= sys.float_info.max, "a finite number above 0")
        object.__setattr__(self, "learning_rate", float(rate))
        _require(self, "output_activation", self.output_activation in ("identity", "tanh"), '"identity" or "tanh"')
        _require(self, "data", self.data == "digits", '"digits"')


@dataclass(frozen=True)
class SeriesSettings:
    """The settings of a training on a file of one's own.

    Parameters
    ----------
    data : str
        The file to train on.
    valid : str, optional
        A file that early stopping watches, in place of a part of `data`.
    id, time, label : str, optional
        The columns of a table that hold the series' names, the time, the labels; guessed by default.
    channels : list of str, optional
        The columns to read; all that are left by default.
    task : {"auto", "classification", "regression"}
        What the labels are; by default as they look.
    epochs, batch_size, patience : int
        At least 1.
    seed : int
        From 0 to 2³¹ − 1.
    units, bidirectional, variant, dropout, noise, read_out, forget_bias, stride, learning_rate, clip_norm, \
    early_stopping, validation_fraction, class_weight
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
    valid: str | None = None
    id: str | None = None
    time: str | None = None
    label: str | None = None
    channels: list[str] | None = None
    task: str = "auto"
    units: int | list[int] = 64
    bidirectional: bool = True
    variant: str | None = None
    dropout: float = 0.3
    noise: float = 0.3
    read_out: str = "both"
    forget_bias: float | str = "mixed"
    stride: int | str = "auto"
    learning_rate: float = 0.003
    epochs: int = 300
    batch_size: int = 8
    clip_norm: float = 1.0
    early_stopping: bool | str = "auto"
    validation_fraction: float = 0.15
    patience: int = 50
    class_weight: str | None = None
    seed: int = 0

    def __post_init__(self):
        for name in ("data", "valid", "id", "time", "label"):
            v = getattr(self, name)
            fits = (isinstance(v, str) and v != "") or (v is None and name != "data")
            _require(self, name, fits, "a file's name" if name in ("data", "valid") else "a column's name")
        names = self.channels
        _require(
            self,
            "channels",
            names is None or (isinstance(names, list) and len(names) > 0 and all(isinstance(v, str) for v in names)),
            "names of columns",
        )
        sizes = self.units if isinstance(self.units, list) else [self.units]
        known = 0 < len(sizes) <= 64 and all(_is_whole(v) and 1 <= v <= 2**14 for v in sizes)
        _require(self, "units", known, "a whole number from 1 to 16384, or one for each layer")
        for name, (least, most) in {
            "epochs": (1, 10**6),
            "batch_size": (1, 2**20),
            "patience": (1, 10**6),
            "seed": (0, 2**31 - 1),
        }.items():
            v = getattr(self, name)
            _require(self, name, _is_whole(v) and least <= v <= most, f"a whole number from {least} to {most}")
        _require(self, "bidirectional", isinstance(self.bidirectional, bool), "true or false")
        stops = self.early_stopping
        _require(self, "early_stopping", isinstance(stops, bool) or stops == "auto", "true, false or 'auto'")
        for name, holds, expected in (
            ("learning_rate", lambda v: 0 < v <= sys.float_info.max, "a finite number above 0"),
            ("clip_norm", lambda v: 0 < v <= sys.float_info.max, "a finite number above 0"),
            ("dropout", lambda v: 0 <= v < 1, "a number from 0 to less than 1"),
            ("noise", lambda v: 0 <= v <= sys.float_info.max, "a finite number from 0 up"),
            ("validation_fraction", lambda v: 0 < v < 1, "a number above 0 and less than 1"),
        ):
            v = getattr(self, name)
            _require(self, name, _is_number(v) and holds(v), expected)
            object.__setattr__(self, name, float(v))
        for name, choices in CHOICES.items():
            expected = ", ".join(repr(v) for v in choices if v is not None)
            _require(self, name, getattr(self, name) in choices, f"one of {expected}")
        v: Any = self.forget_bias
        known = v in ("chrono", "mixed") or (_is_number(v) and abs(v) < 1e6)
        _require(self, "forget_bias", known, "a number, 'chrono' or 'mixed'")
        v = self.stride
        _require(self, "stride", v == "auto" or (_is_whole(v) and v >= 1), "a whole number from 1 up, or 'auto'")

    def for_estimator(self) -> dict[str, Any]:
        """Return what `classifier.LSTMClassifier` takes of them; the regressor takes no `class_weight`."""
        elsewhere = ("data", "valid", "id", "time", "label", "channels", "task", "seed")
        return {k: v for k, v in dataclasses.asdict(self).items() if k not in elsewhere} | {"random_state": self.seed}

    def for_reader(self) -> dict[str, Any]:
        """Return what `data.read` takes of them."""
        return {name: getattr(self, name) for name in ("id", "time", "label", "channels", "task")}


VARIANTS = (None, "V", "NIG", "NFG", "NOG", "NIAF", "NOAF", "CIFG", "NP", "FGR")
CHOICES = {
    "task": ("auto", "classification", "regression"),
    "variant": VARIANTS,
    "read_out": ("last", "mean", "both"),
    "class_weight": (None, "balanced"),
}
Settings = ArticleSettings | SeriesSettings


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
    return _kind(values)(**values)


def _kind(values: Mapping[str, Any]) -> type[Settings]:
    return ArticleSettings if values.get("data", "digits") == "digits" else SeriesSettings


def read_config(path: Path, data: str | None = None) -> dict[str, Any]:
    """Read the settings in a TOML file.

    Parameters
    ----------
    path : Path
    data : str, optional
        What is trained on, whatever the file says of it: decides which settings there are.

    Raises
    ------
    UsageError
        If there is no such file, if it is not TOML, or if it has a key that is no setting or a value that is none.
    """
    try:
        values = tomlkit.parse(path.read_text(encoding="utf-8-sig")).unwrap()
    except FileNotFoundError:
        raise UsageError(f"{path}: there is no such file; a run's settings are in its config.toml") from None
    except IsADirectoryError:
        raise UsageError(f"{path} is a folder; give the file in it, {path / 'config.toml'}") from None
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror}); make it readable") from None
    except UnicodeDecodeError:
        raise UsageError(f"{path}: is not UTF-8 text, so not TOML; save it as UTF-8") from None
    except TOMLKitError as error:
        raise UsageError(f"{path}: is not valid TOML: {error}; a line looks like: epochs = 100") from None
    judged = values if data is None else values | {"data": data}
    check_keys(judged, str(path))
    try:
        settings_of(judged)
    except UsageError as error:
        raise UsageError(f"{path}: {error}") from None
    return values


def check_keys(values: Mapping[str, Any], where: str) -> None:
    """Raise UsageError for a key that is no setting, with the one that was probably meant."""
    known = [field.name for field in dataclasses.fields(_kind(values))]
    for key in values:
        if key not in known:
            close = difflib.get_close_matches(key, known, n=1)
            mend = f"did you mean {close[0]!r}?" if close else f"the settings are {', '.join(known)}"
            raise UsageError(f"{where}: {key!r} is not a setting; {mend}")


def to_toml(settings: Settings) -> str:
    """Return all settings as a TOML document that `read_config` reads back.

    >>> print(to_toml(ArticleSettings()).splitlines()[2])
    epochs = 100
    """
    document = tomlkit.document()
    document.add(tomlkit.comment("To run this again: glasscell train --config config.toml"))
    document.update({name: v for name, v in dataclasses.asdict(settings).items() if v is not None})
    return tomlkit.dumps(document)


def _is_number(value) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_whole(value) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _require(settings, name: str, holds: bool, expected: str) -> None:
    if not holds:
        raise UsageError(f"{name} = {getattr(settings, name)!r}: expected {expected}")


def _from(least: int) -> tuple[Callable[[Any], bool], str]:
    return lambda v: is_whole(v) and v >= least, f"a whole number from {least} up"


EXPECTED: dict[str, tuple[Callable[[Any], bool], str]] = {
    "bidirectional": (is_bool, "True or False"),
    "warm_start": (is_bool, "True or False"),
    "verbose": (lambda v: is_bool(v) or (is_whole(v) and v >= 0), "a whole number from 0 up"),
    "epochs": _from(0),
    "batch_size": _from(1),
    "patience": _from(0),
    "stride": (lambda v: (isinstance(v, str) and v == "auto") or _from(1)[0](v), "a whole number from 1 up, or 'auto'"),
    "learning_rate": (lambda v: is_number(v) and 0 < v < math.inf, "a finite number above 0"),
    "clip_norm": (lambda v: v is None or (is_number(v) and v > 0), "a number above 0, or None"),
    "validation_fraction": (lambda v: is_number(v) and 0 < v < 1, "a number above 0 and less than 1"),
}


def check_parameters(parameters: Mapping[str, Any]) -> None:
    """Raise UsageError for a parameter of an estimator that is out of bounds; others are told by what they are for.

    >>> check_parameters({"warm_start": "no"})
    Traceback (most recent call last):
    glasscell.errors.UsageError: warm_start='no': expected True or False
    """
    for name, (fits, expected) in EXPECTED.items():
        if name in parameters and not fits(parameters[name]):
            raise UsageError(f"{name}={parameters[name]!r}: expected {expected}")
