"""An opened run that predicts for whole series: its network, input, output and score.

TensorFlow is imported only to inspect the network, or if it must predict.

N series · T time steps · D channels · C classes
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from glasscell.data import Sequences, read_in_parts
from glasscell.data.checks import profiles, shift
from glasscell.data.formats.sources import naming
from glasscell.data.offsets import numbers_among
from glasscell.data.sequences import is_empty
from glasscell.errors import DataError
from glasscell.facts import Note
from glasscell.inference.bounds import Bounds, require_finite
from glasscell.inference.meaning import Meaning
from glasscell.inference.network import answer_centred
from glasscell.runs.backend import Backend, choose_backend
from glasscell.runs.checked_files import bad_file, read, read_sums
from glasscell.runs.options import reading
from glasscell.runs.report import report_if_finished
from glasscell.runs.sentences import Runs
from glasscell.runs.tracing import Reading, Traceable, reading_of
from glasscell.system.files import from_npz, is_there, one_line

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from glasscell.exporters.checking import OnFile
    from glasscell.exporters.network_export import ExportableNetwork

K = TypeVar("K")

SERIES_PER_PART = 1000  # read and predicted at once
SAMPLES = 100  # of the run's own series, to check exports
# options of `data.read` that do not apply to other files
OF_ONE_FILE = ("encoding", "labels", "label")
# "measured_by" for old reports, which lack it
MEASURED_ON = {
    "the training data": "training",
    "series left out of a second training like the first": "twin",
}


def check_known(again: int, n: int) -> list[Note]:
    """Return the warning that `again` of n test series are among the training series, if any."""
    return [Runs.TRAINED_ON_TOO.warning(n=again, of=n)] if again else []


@dataclass(frozen=True)
class Trained(Traceable):
    """A run opened for predictions or inspection. Made by a task.

    Parameters
    ----------
    path : Path
    task : {"classification", "regression"}
    classes : list of C str, or None
    channels : tuple of D str
    input : {"digit", "series"}
    source : str
        The file of the run's own series.
    reader : dict
        Options that its file was read with.
    columns : dict
        Columns of ids, times and labels.
    fingerprints : set of str
        Of the training series.
    extent : dict, optional
        Summary of the training series by `shift.extent_of`; None for old runs, which did not record
        it.
    offsets : dict
        Offset subtracted from each channel before the network.
    prior : tuple of C floats, optional
        Prediction for a series without a value; None for old runs.
    steps : tuple of two int, optional
        Minimum and maximum number of steps in training; None for old runs.
    step_names : tuple of tuples of D str or None
        Columns of the steps, if each step was a column.
    seed : int
        Of the training.
    """

    path: Path
    task: str
    classes: list[str] | None
    channels: tuple[str, ...]
    input: str = "series"
    source: str = ""
    reader: dict[str, Any] = field(default_factory=dict)
    columns: dict[str, str] = field(default_factory=dict)
    fingerprints: set[str] = field(default_factory=set)
    extent: dict[str, Any] | None = None
    offsets: dict[str, float] = field(default_factory=dict)
    prior: tuple[float, ...] | None = None
    steps: tuple[int, int] | None = None
    step_names: tuple[tuple[str | None, ...], ...] = ()
    seed: int = 0

    def __post_init__(self):
        try:
            self.meaning  # noqa: B018  making it checks it
        except ValueError as error:
            raise bad_file(self.path, "data.json", error) from None

    @cached_property
    def network(self) -> Any:  # pyright: ignore
        """The Keras model: takes raw series (N, T, D), minus channel offsets, padded with NaN."""
        from glasscell.runs.run_folder import load_model

        return load_model(self.path)

    @cached_property
    def backend(self) -> Backend:
        """The backend of predictions: see `choose_backend`."""
        return choose_backend(self.path)

    @property
    def meaning(self) -> Meaning:
        """The meaning of the network's input and output."""
        return Meaning(
            self.channels,
            None if self.classes is None else tuple(self.classes),
            (self.columns.get("label", "answer"),),
            offsets=tuple(self.offsets.values()) if any(self.offsets.values()) else (),
            missing=numbers_among(self.reader.get("missing") or ()),
            prior=self.prior,
            input=self.input,
            columns=self.columns,
        )

    @property
    def has_own_series(self) -> bool:
        """Whether the file of the run's own series exists."""
        return is_there(self.source)

    @property
    def explained_in(self) -> Path:
        """The folder for the files of `explain`."""
        return self.path / "explain"

    @property
    def obstacle(self) -> Any:
        """Why the explorer cannot compute the network; None if it can."""
        return None

    @property
    def masking(self) -> float | None:
        """The value of all channels at masked steps; None if only NaN is masked."""
        return None

    @property
    def subject(self) -> str | None:
        """What the network reads, for the explorer's title; None for the name of the data."""
        return None

    @property
    def words(self) -> dict[int, str] | None:
        """The words of tokens, if the input is tokens; None for runs, whose input is series."""
        return None

    def check(self, few: Sequences, answers: np.ndarray) -> None:
        """Raise DataError if predictions differ from the opened model's; a run needs no check."""

    @cached_property
    def probes(self) -> dict[str, np.ndarray] | None:
        """The result of `evidence.fit_probes`; None for old runs, which have no probes."""
        return read_arrays(self.path, "probes.npz", self._probes_in)

    def _probes_in(self, arrays: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        from glasscell.inspection.evidence import hidden_states

        probes = {name: arrays[name] for name in ("steps", "coefficients", "intercepts")}
        steps, units = len(probes["steps"]), hidden_states(self.network).output_shape[-1]
        answers = self.network.output_shape[-1]
        if probes["steps"].dtype.kind not in "iu":
            raise ValueError(f"steps has the dtype {probes['steps'].dtype}: expected whole numbers")
        expect_shapes(
            probes, {"coefficients": (steps, units, answers), "intercepts": (steps, answers)}
        )
        return probes

    @cached_property
    def score(self) -> dict[str, Any] | None:
        """The report's "accuracy" and "n", and "on", as in `explorer.series.payload.payload_of`."""
        report = report_if_finished(self.path)
        if (
            not {"accuracy", "n", "measured_on"} <= report.keys()
            or report.get("task") != "classification"
        ):
            return None
        by = report.get("measured_by", MEASURED_ON.get(report["measured_on"], "aside"))
        return {"accuracy": report["accuracy"], "n": report["n"], "on": by}

    def read(self, file: str | None, options: dict[str, Any]) -> Iterator[Sequences]:
        """Yield the series of a file in parts, by default those that the run was trained with.

        Raises
        ------
        DataError
            If the file is missing, or has series that the network cannot process.
        """
        if file is None and not self.has_own_series:
            raise DataError(Runs.SOURCE_GONE, file=self.source)
        reader = {
            name: v for name, v in self.reader.items() if file is None or name not in OF_ONE_FILE
        }
        asked = (
            reader | {name: v for name, v in options.items() if v is not None} | {"task": self.task}
        )
        name = self.source if file is None else file
        how: dict[str, Any] = {"channels_expected": self.channels, "columns_expected": self.columns}
        how |= {
            "classes_expected": self.classes,
            "steps_expected": self.steps,
            "step_names_expected": self.step_names,
        }
        yield from read_in_parts(name, series=SERIES_PER_PART, offsets=self.offsets, **asked, **how)

    def readings(self, file: str | None, options: Any) -> Iterator[Reading]:
        """Yield the network's input for a file, or for the run's own series: see `read`."""
        return (reading_of(series.ids, series.x) for series in self.read(file, reading(options)))

    def answer(self, file: str, options: dict[str, Any]) -> Iterator[tuple[Sequences, np.ndarray]]:
        """Yield a file's series in parts with predictions, (N, C) or (N,); NaN without values."""
        bounds = self.bounds  # opens the network first, since its errors are not about the file
        for series in self.read(file, options):
            there, some = ~is_empty(series.x), np.empty((0, self.meaning.answers), "float32")
            if there.any():
                x, ids = series.x[there], series.ids[there]
                with naming(file):
                    bounds.require(x, self.channels, ids)
                    some = self.ask(x, ids)
            answers = np.full((len(series), self.meaning.answers), np.nan, some.dtype)
            answers[there] = some
            yield series, answers if self.task == "classification" else answers[:, 0]

    @cached_property
    def bounds(self) -> Bounds:
        """The range of values that the network can process."""
        if self.backend.network is not None:
            return self.backend.network.bounds
        from glasscell.networks.anatomy import bounds_of

        return bounds_of(self.network)

    def ask(self, x: np.ndarray, ids: Sequence[str] | np.ndarray | None = None) -> np.ndarray:
        """Return the predictions (N, C) for series x (N, T, D), padded with NaN, within `bounds`.

        Raises
        ------
        DataError
            If a prediction is not finite; the message has the series, by its id if `ids` are given.
        """
        if self.backend.network is not None:
            answers = answer_centred(self.backend.network, x)
        else:
            from glasscell.training.prediction import predict_series

            answers = predict_series(self.network, x)
        require_finite(answers, ids)
        return answers

    def more_pictures(
        self, few: Sequences, answers: np.ndarray, effect: np.ndarray
    ) -> "dict[str, Figure]":
        """Return further figures of an explanation by name: of predictions and steps' effects."""
        return {}

    def warn_of_shift(
        self, seen: Iterable[profiles.Profile], find: Any = shift.outside
    ) -> list[Note]:
        """Return warnings about data outside of the training data's range: see `warn_of_shift`."""
        return warn_of_shift(self.path, self.extent, self.channels, seen, find)

    def exportable(self, notes: tuple[Note, ...] = ()) -> "ExportableNetwork":
        """Return the network for export, with some of the run's own series if their file exists."""
        from glasscell.exporters.network_export import ExportableNetwork

        samples: tuple[np.ndarray, ...] = ()
        if self.has_own_series:
            series = next(islice(self.read(None, {}), 1))
            x = series.x[:SAMPLES, : series.lengths.max()]
            samples = (x + series.offset if self.meaning.offsets else x,) if len(x) else ()
        return ExportableNetwork(self.network, self.meaning, samples, notes)

    def on_file(self, file: str) -> "OnFile":
        """Return the network with the series of a file, to check an export on them.

        Raises
        ------
        DataError
            If the network cannot process one of them.
        """
        from glasscell.exporters.checking import OnFile
        from glasscell.exporters.network_export import ExportableNetwork

        samples, ids, lengths, notes = [], [], [], {}
        for series in self.read(file, {}):
            there = ~is_empty(series.x)
            with naming(file):
                self.bounds.require(series.x[there], self.channels, series.ids[there])
            x = series.x[:, : series.lengths.max()]
            samples.append(x + series.offset if self.meaning.offsets else x)
            ids += series.ids.tolist()
            lengths += series.lengths.tolist()
            notes |= dict.fromkeys(series.warnings)
        return OnFile(
            ExportableNetwork(self.network, self.meaning, tuple(samples)), ids, [*notes], lengths
        )

    def truth(self, series: Sequences) -> np.ndarray | None:
        """Return class numbers (−1 if unknown or missing) or targets (NaN); None if unlabeled."""
        if series.y is None or self.classes is None:
            return series.y
        number = {name: k for k, name in enumerate(self.classes)}
        return np.array([number.get(str(label), -1) for label in series.y])


def warn_of_shift(
    path: Path,
    extent: dict[str, Any] | None,
    channels: Sequence[str],
    seen: Iterable[profiles.Profile],
    find: Any = shift.outside,
) -> list[Note]:
    """Return warnings about data outside of the range of a run's training data."""
    if extent is None:
        return []
    with damaged_extent(path):
        return find(extent, profiles.join(seen), channels)


@contextmanager
def damaged_extent(path: Path) -> Iterator[None]:
    """Raise DataError if reading the extent of the run in a folder fails."""
    try:
        yield
    except (LookupError, TypeError, ValueError) as error:
        raise bad_file(path, "data.json", ValueError(f"its 'extent': {one_line(error)}")) from error


def expect_shapes(arrays: dict[str, np.ndarray], shapes: dict[str, tuple[int, ...]]) -> None:
    """Raise ValueError if arrays have other shapes, or values that are not finite."""
    for name, shape in shapes.items():
        if arrays[name].shape != shape or not np.isfinite(arrays[name]).all():
            raise ValueError(
                f"{name} has the shape {arrays[name].shape}: expected {shape}, of finite numbers"
            )


def read_arrays(path: Path, name: str, make: Callable[[Mapping[str, np.ndarray]], K]) -> K | None:
    """Return the result of `make` on the arrays in a file of a folder's run; None without it."""
    if not (path / name).exists() and name not in read_sums(path):
        return None
    return read(path, name, lambda file: make(from_npz(file)))
