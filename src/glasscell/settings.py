"""What a run can be set to: names, defaults and bounds. Knows no TensorFlow, so that a mistake is told at once."""

import dataclasses
import difflib
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

from glasscell.errors import UsageError

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
        is_number = isinstance(rate, int | float) and not isinstance(rate, bool)
        _require(self, "learning_rate", is_number and 0 < rate <= sys.float_info.max, "a finite number above 0")
        object.__setattr__(self, "learning_rate", float(rate))
        _require(self, "output_activation", self.output_activation in ("identity", "tanh"), '"identity" or "tanh"')
        _require(self, "data", self.data == "digits", '"digits"')


def read_config(path: Path) -> dict[str, Any]:
    """Read the settings in a TOML file.

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
    check_keys(values, str(path))
    try:
        ArticleSettings(**values)
    except UsageError as error:
        raise UsageError(f"{path}: {error}") from None
    return values


def check_keys(values: Mapping[str, Any], where: str) -> None:
    """Raise UsageError for a key that is no setting, with the one that was probably meant."""
    known = [field.name for field in dataclasses.fields(ArticleSettings)]
    for key in values:
        if key not in known:
            close = difflib.get_close_matches(key, known, n=1)
            mend = f"did you mean {close[0]!r}?" if close else f"the settings are {', '.join(known)}"
            raise UsageError(f"{where}: {key!r} is not a setting; {mend}")


def to_toml(settings: ArticleSettings) -> str:
    """Return all settings as a TOML document that `read_config` reads back.

    >>> print(to_toml(ArticleSettings()).splitlines()[2])
    epochs = 100
    """
    document = tomlkit.document()
    document.add(tomlkit.comment("To run this again: glasscell train --config config.toml"))
    document.update(dataclasses.asdict(settings))
    return tomlkit.dumps(document)


def _is_whole(value) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _require(settings, name: str, holds: bool, expected: str) -> None:
    if not holds:
        raise UsageError(f"{name} = {getattr(settings, name)!r}: expected {expected}")
