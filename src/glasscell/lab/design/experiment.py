"""The definition of an experiment, and how to train: tasks × arms × rates × seeds."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, NamedTuple

from glasscell.data.problems.gates import GATE_OF
from glasscell.errors import UsageError
from glasscell.lab.design.measures import TRAINING
from glasscell.lab.design.problems import QUICK_TEXT, find_problem, settings_of
from glasscell.lab.sentences import Lab
from glasscell.system.checks import Accepted, is_bool, is_number, number, one_of, whole
from glasscell.system.files import one_line, parse_toml
from glasscell.system.sentences import System

COMMANDS = ("gates", "variants", "bias", "lags", "output-tanh")  # other experiments come from files
QUICK_SEEDS, QUICK_UPDATES, QUICK_STREAM, QUICK_CONDITIONS = 3, 600, 1000, 16
AS_UNITS = "units"  # as many memories as units
_NAME, _WHOLE = Accepted(lambda v: isinstance(v, str), "a name"), whole(1)
_POSITIVE = Accepted(lambda v: is_number(v) and v > 0, "a number above 0")
_ACCEPTED = {  # per setting, or per value of a tuple
    "tasks": _NAME,
    "arms": _NAME,
    "learning_rates": number(_POSITIVE.expected, _POSITIVE.fits),
    "first_seed": whole(0),
    "memories": Accepted(lambda v: v == AS_UNITS or _WHOLE.fits(v), _WHOLE.expected),
    "clip_norm": _POSITIVE,
    "solved_below": _POSITIVE,
    "equal": one_of("units", "weights"),
    "name": Accepted(lambda v: bool(re.fullmatch(r"[\w-]+", str(v))), "letters, digits, - and _"),
    "quick": Accepted(is_bool, "True or False"),
}


class Condition(NamedTuple):
    """A task with an arm and sizes; its networks differ only in learning rate and seed."""

    task: str
    arm: str
    units: int = 1
    memories: int = 1
    length: int = 20


CONDITION = list(Condition._fields)  # the first columns of every table


@dataclass(frozen=True)
class Experiment:
    """An experiment with all settings: the same settings give the same table on the same machine.

    Parameters
    ----------
    tasks, arms : tuple of str
        The first arm is the reference for comparisons. Names as in `lab.design.arms.find_arm`.
    learning_rates : tuple of float
        Tried for each arm; the best on validation series is kept.
    seeds, first_seed : int
        Networks per learning rate, and the first seed. A seed determines both network and series.
    units, memories, length : tuple of int
        Units of the cell; value streams and steps of the task. All are combined. For `memories`,
        "units" means as many as there are units.
    batch, updates : int
        Number of fresh series per update of Adam, and of updates.
    clip_norm : float
        The largest norm of a network's gradient.
    held_out : int
        Number of validation series, for the choice of the rate, and of test series.
    solved_below : float
        Fraction of the target's variance below which a squared error counts as solved. For
        right-or-wrong predictions the limit is 1 wrong in 100.
    stream : int
        Symbols of each of the ten test streams of a grammar whose streams have no end.
    equal : {"units", "weights"}
        Whether the arms have equally many units or weights. For weights the first arm has `units`,
        and each other arm the number of units that comes closest in weights.
    name : str
        The command that made it.
    quick : bool
        Whether it is `shortened`; its results are then marked as no evidence.

    >>> experiment = Experiment(seeds=3)
    >>> len(experiment.conditions()), experiment.models
    (12, 9)
    """

    tasks: tuple[str, ...] = tuple(GATE_OF)
    arms: tuple[str, ...] = ("full", "NIG", "NFG", "NOG")
    learning_rates: tuple[float, ...] = (0.01, 0.03, 0.1)
    seeds: int = 10
    first_seed: int = 0
    units: tuple[int, ...] = (1,)
    memories: tuple[int | str, ...] = (1,)
    length: tuple[int, ...] = (20,)
    batch: int = 32
    updates: int = 2000
    clip_norm: float = 1.0
    held_out: int = 1000
    solved_below: float = 0.02
    stream: int = 100_000
    equal: str = "units"
    name: str = "gates"
    quick: bool = False

    def __post_init__(self):
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(field.default, tuple):
                value = (value,) if isinstance(value, str | float | int) else tuple(value)
                if not value or len(set(value)) < len(value):
                    raise UsageError(
                        Lab.TWICE if value else Lab.NONE_GIVEN, name=field.name, values=value
                    )
                object.__setattr__(self, field.name, value)
            accepted = _ACCEPTED.get(field.name, _WHOLE)
            for one in value if isinstance(value, tuple) else (value,):
                if not accepted.fits(one):
                    raise UsageError(
                        System.NOT_ACCEPTED, name=field.name, found=one, expected=accepted.expected
                    )
        problems = {task: find_problem(task) for task in self.tasks}
        alone = [task for task, problem in problems.items() if problem.text is not None]
        if alone and len(self.tasks) > 1:
            raise UsageError(Lab.BITS_ALONE, tasks=self.tasks, alone=alone[0])
        for task, _, _, memories, length in self.conditions():
            try:
                problems[task].make(1, length, memories, (0, TRAINING))
            except UsageError as error:
                raise UsageError(Lab.OF_CONDITION, task=task, length=length, cause=error) from None

    @property
    def command(self) -> str:
        """The command that runs or resumes such an experiment."""
        return f"glasscell lab {self.name if self.name in COMMANDS else 'run'}"

    @property
    def models(self) -> int:
        """Number of networks per condition, trained in parallel."""
        return self.seeds * len(self.learning_rates)

    @property
    def seed_numbers(self) -> range:
        """The seeds of the networks."""
        return range(self.first_seed, self.first_seed + self.seeds)

    def conditions(self) -> list[Condition]:
        """Return all combinations of task, sizes and arm.

        >>> both = Experiment(tasks=("adding",), arms=("full",), length=(20, 50))
        >>> [tuple(condition) for condition in both.conditions()]
        [('adding', 'full', 1, 1, 20), ('adding', 'full', 1, 1, 50)]
        """
        sizes: list[Any] = [
            (task, units, units if memories == AS_UNITS else memories, length)
            for task in self.tasks
            for units in self.units
            for memories in self.memories
            for length in self.length
        ]
        own = dict.fromkeys((task, *find_problem(task).sized(*size)) for task, *size in sizes)
        return [Condition(task, arm, *size) for task, *size in own for arm in self.arms]

    def runs(self) -> Iterator[tuple[float, int]]:
        """Yield each network's learning rate and seed, in the order of parallel networks."""
        for rate in self.learning_rates:
            for seed in self.seed_numbers:
                yield rate, seed

    def shortened(self, keep: Collection[str] = ()) -> "Experiment":
        """Return a version of this experiment that takes about a minute and is no evidence.

        It has fewer seeds and updates, only the first of several sizes, and only enough tasks for a
        few conditions. The settings named in `keep` stay as they are.

        >>> Experiment(seeds=10).shortened().seeds
        3
        """
        few = {
            "seeds": QUICK_SEEDS,
            "updates": QUICK_UPDATES,
            "stream": QUICK_STREAM,
            **(QUICK_TEXT if find_problem(self.tasks[0]).text else {}),
        }
        fewer: dict[str, Any] = {name: min(most, getattr(self, name)) for name, most in few.items()}
        fewer |= {
            name: fewer.get(name, getattr(self, name))[:1]
            for name in ("units", "memories", "length")
        }
        fewer |= {"tasks": self.tasks[: max(QUICK_CONDITIONS // len(self.arms), 1)]}
        return replace(
            self, **{name: v for name, v in fewer.items() if name not in keep}, quick=True
        )


def read_experiment(file: Path) -> Experiment:
    r"""Return the experiment whose settings are in a file.

    Missing settings get the defaults of `Experiment`, or of its tasks: see `problems.settings_of`.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "mine.toml"
    ...     _ = file.write_text('tasks = ["erase"]\nseeds = 20')
    ...     experiment = read_experiment(file)
    >>> experiment.tasks, experiment.seeds, experiment.name
    (('erase',), 20, 'mine')
    """
    try:
        values = parse_toml(file.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise UsageError(Lab.NO_FILE, file=file) from None
    except (OSError, ValueError) as error:
        raise UsageError(Lab.NO_TOML, file=file, words=one_line(error)) from None
    if not values:
        raise UsageError(Lab.NO_SETTINGS, file=file)
    known = {field.name for field in fields(Experiment)} - {"quick"}
    for name in values.keys() - known:
        raise UsageError(Lab.NO_SETTING, file=file, name=name, known=sorted(known))
    try:
        tasks = values.get("tasks", Experiment.tasks)
        own = settings_of((tasks,) if isinstance(tasks, str) else tasks)
        return Experiment(**{"name": file.stem, **own, **values})
    except UsageError as error:
        raise error.of(str(file)) from None
    except TypeError as error:
        raise UsageError(Lab.INVALID, file=file, words=error) from None
