"""What an experiment is: tasks × arms × learning rates × seeds, and how each network is trained. No TensorFlow here."""

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from glasscell.data.gate_tasks import GATE_OF
from glasscell.errors import DataError, UsageError
from glasscell.lab.tasks import find_task

GATE_ARMS = ("full", "NIG", "NFG", "NOG")
QUICK_SEEDS, QUICK_UPDATES = 3, 600


@dataclass(frozen=True)
class Experiment:
    """An experiment, in full: the same settings give the same table on the same machine.

    Parameters
    ----------
    tasks, arms : tuple of str
        The first arm is the one that the others are compared with. Names as in `lab.arms.find_arm`.
    learning_rates : tuple of float
        Tried for each arm; the one that does best on validation series is kept.
    seeds, first_seed : int
        How many networks are trained at each rate, and the number of the first: other numbers, other networks and
        other series.
    units, memories, length : int
        Units of the cell; value streams and steps of the task.
    batch, updates : int
        Fresh series in each of so many steps of Adam.
    clip_norm : float
        The largest norm of a network's gradient.
    held_out : int
        Series that the rate is chosen by, and as many others that the errors are measured on.
    solved_below : float
        Share of the target's variance: a network whose squared error is below has solved the task. Where answers are
        right or wrong, it is 1 wrong in 100.
    name : str
        What it is called: the command that made it.
    quick : bool
        Whether it was shortened, see `shortened`, so that its results are told not to be the evidence.

    Raises
    ------
    UsageError
        If a number is too small, a name comes twice, or a task is not known.

    Examples
    --------
    >>> experiment = Experiment(seeds=3)
    >>> len(experiment.cells()), experiment.models
    (12, 9)
    """

    tasks: tuple[str, ...] = tuple(GATE_OF)
    arms: tuple[str, ...] = GATE_ARMS
    learning_rates: tuple[float, ...] = (0.01, 0.03, 0.1)
    seeds: int = 10
    first_seed: int = 0
    units: int = 1
    memories: int = 1
    length: int = 20
    batch: int = 32
    updates: int = 2000
    clip_norm: float = 1.0
    held_out: int = 1000
    solved_below: float = 0.02
    name: str = "gates"
    quick: bool = False

    def __post_init__(self):
        for field in fields(self):
            value = getattr(self, field.name)
            if field.name in ("tasks", "arms", "learning_rates"):
                object.__setattr__(self, field.name, _tuple_of_different(field.name, value))
            elif field.name == "name":
                if not re.fullmatch(r"[\w-]+", str(value)):
                    raise UsageError(f"name={value!r}: expected letters, digits, - and _")
            elif field.name != "quick":
                least = 0 if field.name == "first_seed" else 1
                is_whole = isinstance(field.default, int)
                fits = isinstance(value, int) and value >= least if is_whole else value > 0
                if isinstance(value, bool) or not fits:
                    wanted = f"a whole number from {least} up" if is_whole else "a number above 0"
                    raise UsageError(f"{field.name}={value!r}: expected {wanted}")
        if not all(isinstance(arm, str) for arm in self.arms):
            raise UsageError(f"arms={self.arms!r}: expected names")
        for task in self.tasks:
            find_task(task).make(1, self.length, self.memories, 0)  # it refuses what it cannot make
        if not all(isinstance(rate, int | float) and 0 < rate < float("inf") for rate in self.learning_rates):
            raise UsageError(f"learning_rates={self.learning_rates!r}: expected numbers above 0")

    @property
    def models(self) -> int:
        """How many networks a cell trains side by side."""
        return self.seeds * len(self.learning_rates)

    def cells(self) -> list[tuple[str, str]]:
        """Return every task with every arm."""
        return [(task, arm) for task in self.tasks for arm in self.arms]

    def runs(self) -> Iterator[tuple[float, int]]:
        """Give learning rate and seed of each network of a cell, in the order in which they stand side by side."""
        for rate in self.learning_rates:
            for seed in range(self.first_seed, self.first_seed + self.seeds):
                yield rate, seed

    def shortened(self) -> "Experiment":
        """Return an experiment like this one that takes a minute at most, and is not the evidence.

        >>> Experiment(seeds=10).shortened().seeds
        3
        """
        few = {"seeds": min(self.seeds, QUICK_SEEDS), "updates": min(self.updates, QUICK_UPDATES)}
        return replace(self, **few, quick=True)

    def plain(self) -> dict[str, Any]:
        """Return the settings for JSON.

        >>> Experiment.from_plain(Experiment(units=4).plain()) == Experiment(units=4)
        True
        """
        return {name: list(v) if isinstance(v, tuple) else v for name, v in asdict(self).items()}

    @classmethod
    def from_plain(cls, settings: dict[str, Any]) -> "Experiment":
        """Return the experiment whose settings these are.

        Raises
        ------
        DataError
            If they are not the settings of an experiment.
        """
        try:
            return cls(**settings)
        except (TypeError, UsageError) as error:
            raise DataError(f"these are not the settings of an experiment: {error}") from None


def _tuple_of_different(name: str, values: Any) -> tuple:
    values = (values,) if isinstance(values, str | float | int) else tuple(values)
    if not values or len(set(values)) < len(values):
        raise UsageError(f"{name}={', '.join(map(str, values)) or 'nothing'}: expected at least one, and none twice")
    return values
