"""What the numbers that go into a network, and those that come out of it, mean to a person. Needs no TensorFlow.

D channels · C classes, or targets
"""

from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from glasscell.data.padding import float32, is_marked, marks_of


@dataclass(frozen=True)
class Meaning:
    """What a network reads and what it answers, in a person's words.

    Parameters
    ----------
    channels : tuple of D str
    labels : tuple of C str, optional
        The classes, in the order of the probabilities; None where the answers are numbers.
    targets : tuple of C str
        What the numbers are called; not read where there are labels.
    units : dict
        What channels and targets are measured in, by their names, as far as known.
    offsets : tuple of D floats
        What is subtracted from each channel in float64 before the network reads it in float32; empty if nothing is.
    missing : tuple of floats
        Numbers in raw series that mean: not measured.
    prior : tuple of C floats, optional
        The answer to a series without a single value: the classes' shares in training, or the mean.
    answer_offsets : tuple of C floats
        What is to be added, in float64, to each number that is answered, where an export has only float32; else empty.
    columns : dict
        What a table's other columns are called, by their roles "id", "time" and "label", as far as known.
    input : {"series", "digit"}
        "series" has any number of steps, padded with NaN at the end; "digit" is an image of 8 rows, the steps.

    Raises
    ------
    ValueError
        If numbers of names, offsets or answers contradict each other.

    Examples
    --------
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
        """C: how many numbers are answered to a series."""
        return len(self.targets if self.labels is None else self.labels)

    @property
    def steps(self) -> int | None:
        """How many every series has; None for any number."""
        return 8 if self.input == "digit" else None

    @property
    def prior_or_nan(self) -> np.ndarray:
        """The answer (C,) to a series without a single value, in float64; NaN where there is none."""
        return np.array([np.nan] * self.answers if self.prior is None else self.prior, "float64")

    def centred(self, x: Any) -> np.ndarray:
        """Return raw series x (…, D) as the network reads them: float32, NaN where nothing was measured.

        Offsets are subtracted in float64 before.

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
        """Return the numbers that mean "not measured" in the dtype that exports read: float64 if there are offsets.

        >>> Meaning(("x",), missing=(-999.0, 0.1)).marks()
        [-999.0, 0.10000000149011612]
        """
        marks = marks_of(self.missing)
        return np.unique(marks if self.offsets else float32(marks)).tolist()

    def to_dict(self) -> dict[str, Any]:
        """Return all of it as what JSON can hold.

        >>> Meaning.from_dict(Meaning(("x",), prior=(0.5,)).to_dict()).prior
        (0.5,)
        """
        return asdict(self)

    @classmethod
    def from_dict(cls, fields: dict[str, Any]) -> "Meaning":
        """Return what `to_dict` was called on, also from JSON, which has lists for tuples."""
        plain: dict[str, Any] = {name: tuple(v) if isinstance(v, list) else v for name, v in fields.items()}
        return cls(**plain)
