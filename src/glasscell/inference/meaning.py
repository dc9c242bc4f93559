"""The meaning of a network's inputs and outputs: names, units, classes. Needs no TensorFlow.

D channels · C classes, or targets
"""

from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from glasscell.data.offsets import float32, is_marked, marks_of


@dataclass(frozen=True)
class Meaning:
    """The meaning of a network's inputs and outputs.

    Parameters
    ----------
    labels : tuple of C str, optional
        The classes, in the order of the probabilities; None for regression.
    targets : tuple of C str
        Names of continuous targets; not used if there are labels.
    units : dict
        Units of measurement of channels and targets, by their names, as far as known.
    offsets : tuple of D floats
        Subtracted from each channel in float64 before it is converted to float32; empty for none.
    missing : tuple of floats
        Missing-value codes in raw series.
    prior : tuple of C floats, optional
        The prediction for a series without a single value: class frequencies in training, or the
        mean.
    answer_offsets : tuple of C floats
        To be added in float64 to each output of an export, which has only float32; empty for none.
    columns : dict
        Names of a table's other columns by their roles "id", "time" and "label", as far as known.
    input : {"series", "digit"}
        "series" has any number of steps, padded with NaN at the end; "digit" is an image whose 8
        rows are the steps.

    >>> Meaning(("x", "y"), labels=("left", "right"), prior=(0.25, 0.75)).answers
    2
    >>> Meaning(("x",), targets=("demand",), units={"demand": "kWh"}).answers
    1
    """

    channels: tuple[str, ...]
    labels: tuple[str, ...] | None = None
    targets: tuple[str, ...] = ("answer",)
    units: dict[str, str] = field(default_factory=dict)
    offsets: tuple[float, ...] = ()
    missing: tuple[float, ...] = ()
    prior: tuple[float, ...] | None = None
    answer_offsets: tuple[float, ...] = ()
    columns: dict[str, str] = field(default_factory=dict)
    input: str = "series"

    def __post_init__(self):
        for name, found, wanted in (
            ("offsets", len(self.offsets) or len(self.channels), len(self.channels)),
            ("answer_offsets", len(self.answer_offsets) or self.answers, self.answers),
            ("prior", self.answers if self.prior is None else len(self.prior), self.answers),
        ):
            if found != wanted:
                raise ValueError(f"{name} has {found} numbers: expected {wanted}")

    @property
    def answers(self) -> int:
        """C: the number of outputs per series."""
        return len(self.targets if self.labels is None else self.labels)

    @property
    def steps(self) -> int | None:
        """Length of every series; None for any."""
        return 8 if self.input == "digit" else None

    @cached_property
    def prior_or_nan(self) -> np.ndarray:
        """The prediction (C,) for a series without any value, in float64; NaN without a prior."""
        return np.array([np.nan] * self.answers if self.prior is None else self.prior, "float64")

    def centred(self, x: Any) -> np.ndarray:
        """Return raw series x (…, D) as the network's input: float32, NaN for missing values.

        Offsets are subtracted in float64 first.

        >>> Meaning(("x",), offsets=(1e9,), missing=(-1.0,)).centred([[1e9 + 0.25], [-1.0]])
        array([[0.25],
               [ nan]], dtype=float32)
        """
        x = np.asarray(x)
        taken = float32(np.subtract(x, self.offsets, dtype="float64") if self.offsets else x)
        if self.missing and (marked := is_marked(x, marks_of(self.missing))).any():
            taken = np.where(marked, np.float32(np.nan), taken)
        return taken

    def marks(self) -> list[float]:
        """Return missing-value codes in an export's input dtype: float64 with offsets, or float32.

        >>> Meaning(("x",), missing=(-999.0, 0.1)).marks()
        [-999.0, 0.10000000149011612]
        """
        marks = marks_of(self.missing)
        return np.unique(marks if self.offsets else float32(marks)).tolist()

    def to_dict(self) -> dict[str, Any]:
        """Return all fields as JSON can hold them.

        >>> Meaning.from_dict(Meaning(("x",), prior=(0.5,)).to_dict()).prior
        (0.5,)
        """
        return asdict(self)

    @classmethod
    def from_dict(cls, fields: dict[str, Any]) -> "Meaning":
        """Return the object that `to_dict` was called on, also from JSON with lists for tuples."""
        plain: dict[str, Any] = {
            name: tuple(v) if isinstance(v, list) else v for name, v in fields.items()
        }
        return cls(**plain)
