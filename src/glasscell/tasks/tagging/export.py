"""A tagger to be exported: of a run, or of an estimator.

N series · T time steps · D channels · C classes
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar

import keras
import numpy as np

from glasscell.data.padding import lengths_of
from glasscell.facts import Note
from glasscell.interop.agreement import Agreement, Rows, made_series, row_by_row
from glasscell.interop.checking import OnFile
from glasscell.interop.export import Exportable, without_nan
from glasscell.interop.formats import FORMATS, Format
from glasscell.interop.network_export import renamed
from glasscell.networks.meaning import Meaning
from glasscell.tasks.tagging.estimator import LSTMTagger
from glasscell.tasks.tagging.opened import open_run
from glasscell.tasks.tagging.sentences import TagRuns
from glasscell.training.prediction import predict

SERIES, EXAMPLES = 16, 2  # that are made to compare with; of them, those that the side file shows


@dataclass(frozen=True)
class ExportableTagger(Exportable):
    """A network that labels every step, with what its numbers mean.

    Parameters
    ----------
    network : keras.Model
        Of `network.build_tagging_network`.
    meaning : Meaning
    series : array (N, T, D), optional
        Raw series to compare predictions of, padded with NaN; by default synthetic ones.

    Examples
    --------
    >>> import tempfile
    >>> from glasscell.interop.export import write_export
    >>> from glasscell.tasks.tagging.network import build_tagging_network
    >>> source = ExportableTagger(build_tagging_network(2, 2, units=3), Meaning(("x", "y"), ("rest", "walk")))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     exported = write_export(source, Path(folder) / "model.onnx")
    >>> exported.agreement.difference < 1e-5
    True
    """

    network: keras.Model
    meaning: Meaning
    series: np.ndarray | None = None

    what = TagRuns.TAGGER
    formats: ClassVar = {"onnx": FORMATS["onnx"].of("glasscell.tasks.tagging.onnx")}

    def named(self, names: Mapping[str, Any]) -> "ExportableTagger":
        """Return it with other names of channels and labels, and with units."""
        return replace(self, meaning=renamed(self.meaning, names))

    @cached_property
    def _x(self) -> np.ndarray:
        return made_series(self.network, self.meaning, SERIES) if self.series is None else self.series

    @cached_property
    def _wanted(self) -> np.ndarray:
        return predict(self.network, self.meaning.centred(self._x))

    def write(self, form: Format, path: Path, options: Mapping[str, Any]) -> None:
        """Write it; with the option `streaming` the file reads one step at a time, its states in and out."""
        form.load().write(self.network, self.meaning, path, **options)

    def compare(self, form: Format, path: Path, options: Mapping[str, Any]) -> Agreement:
        """Return how far the probabilities of real steps are from its own."""
        return replace(self.rows(form, path, options).agreement, n=len(self._x))

    def rows(self, form: Format, path: Path, options: Mapping[str, Any]) -> Rows:
        """Return the probabilities of real steps next to its own."""
        found = form.load().answer_with_runtime(path, self._x, self.meaning, **options)
        rows = row_by_row(found, self._wanted, 1.0, self.meaning.labels)
        return rows.of(np.arange(self._x.shape[1]) < lengths_of(self._x)[:, None])

    def describe(self, form: Format, options: Mapping[str, Any], remarks: Sequence[Note]) -> dict[str, Any]:
        """Return what is read and predicted, and the first series that have several steps and gaps."""
        some = slice(1, 1 + EXAMPLES)
        examples = zip(self._x[some], lengths_of(self._x)[some], self._wanted[some], strict=True)
        return {
            "reads": "a step (N, D), with states" if options.get("streaming") else "series (N, T, D), padded with NaN",
            "answers": "probabilities and label of each step, and answered: false, with NaN and no label, for a series "
            "(of a stream: from the step on) with an infinite value, or one too large for the network",
            **self.meaning.to_dict(),
            "examples": [
                {"series": without_nan(x[:n]), "probabilities": without_nan(shares[:n])} for x, n, shares in examples
            ],
        }


def of_run(path: Path) -> ExportableTagger:
    """Return the network of the run in a folder, to be exported.

    Raises
    ------
    UsageError
        If its training is not done.
    DataError
        If its files are damaged.
    """
    run = open_run(path)
    return ExportableTagger(run.network, run.meaning)


def on_file(path: Path, file: str) -> OnFile:
    """Return the network of the run in a folder with the series of a file, to compare an export of it."""
    run = open_run(path)
    table = run.read(file, {})
    run.bounds.require_each(table.x, run.channels, table.series.ids)
    series = table.series
    x = series.x + series.offset if run.meaning.offsets else series.x
    source = ExportableTagger(run.network, run.meaning, x)
    return OnFile(source, series.ids.tolist(), run.check(series), series.lengths.tolist())


def of_estimator(estimator: LSTMTagger) -> ExportableTagger:
    """Return the network of a fitted estimator, to be exported."""
    channels = tuple(f"channel {k + 1}" for k in range(estimator.n_features_in_))
    offsets = tuple(estimator.offsets_.tolist()) if estimator.offsets_.any() else ()
    meaning = Meaning(channels, tuple(map(str, estimator.classes_)), offsets=offsets)
    return ExportableTagger(estimator.network_, meaning)
