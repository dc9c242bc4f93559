"""Export of a tagger, from a run or an estimator.

N series · T time steps · D channels · C classes
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from glasscell.data.padding import lengths_of, pad
from glasscell.exporters.agreement import Agreement, Rows, compare, row_by_row
from glasscell.exporters.checking import OnFile
from glasscell.exporters.export import without_nan
from glasscell.exporters.formats import FORMATS, Format
from glasscell.exporters.network_export import ExportableNetwork
from glasscell.facts import Note
from glasscell.inference.meaning import Meaning
from glasscell.networks.anatomy import bounds_of
from glasscell.runs.config import find_again
from glasscell.system.files import is_there
from glasscell.tasks.tagging.estimator import LSTMTagger
from glasscell.tasks.tagging.sentences import TagRuns
from glasscell.tasks.tagging.trained_run import open_run

SERIES, STEPS = 16, 1000  # of the run's own data, to compare predictions on
EXAMPLES = 2


@dataclass(frozen=True)
class ExportableTagger(ExportableNetwork):
    """A network of `network.build_tagging_network`, with the meaning of its inputs and outputs.

    >>> import tempfile
    >>> from glasscell.exporters.export import write_export
    >>> from glasscell.tasks.tagging.network import build_tagging_network
    >>> source = ExportableTagger(
    ...     build_tagging_network(2, 2, units=3), Meaning(("x", "y"), ("rest", "walk"))
    ... )
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     exported = write_export(source, Path(folder) / "model.onnx")
    >>> exported.agreement.difference < 1e-5
    True
    """

    what = TagRuns.TAGGER
    formats: ClassVar = FORMATS | {"onnx": FORMATS["onnx"].of("glasscell.tasks.tagging.onnx")}
    checked: ClassVar = {name: name for name in ("n", "difference", "labels")}

    def compare(self, form: Format, path: Path, options: Mapping[str, Any]) -> Agreement:
        """Compare probabilities at real steps with own ones; streams in fully predicted series."""
        found, wanted, n = [], [], 0
        for x, right in zip(self.samples, self._wanted, strict=True):
            real = np.arange(x.shape[1]) < lengths_of(x)[:, None]
            if options.get("streaming"):
                real &= right[1].all(1, keepdims=True)
            found.append([v[real] for v in form.load().answer_with_runtime(path, x, self.meaning)])
            wanted.append([v[real] for v in right])
            n += len(x)
        if form.inexact_of(options):
            found, wanted, n = found[-1:], wanted[-1:], len(self.samples[-1])
        ours, right = (
            [np.concatenate(parts) for parts in zip(*some, strict=True)] for some in (found, wanted)
        )
        return replace(
            compare(tuple(ours), tuple(right), self.meaning, np.ones(self.meaning.answers)),  # pyright: ignore
            n=n,
        )

    def rows(self, form: Format, path: Path, options: Mapping[str, Any]) -> Rows:
        """Return exported probabilities at the last samples' real steps, next to the network's."""
        x, (wanted, _) = self.samples[-1], self._wanted[-1]
        found, _ = form.load().answer_with_runtime(path, x, self.meaning)
        rows = row_by_row(found, wanted, 1.0, self.meaning.labels)
        return rows.of(np.arange(x.shape[1]) < lengths_of(x)[:, None])

    def describe(
        self, form: Format, options: Mapping[str, Any], remarks: Sequence[Note]
    ) -> dict[str, Any]:
        """Return a description of inputs and outputs, with the first predicted series."""
        x, (answers, answered) = self.samples[-1], self._wanted[-1]
        some = np.flatnonzero(answered.all(1) & (lengths_of(x) > 1))[:EXAMPLES]
        examples = [
            (x[k][:n], answers[k][:n]) for k, n in zip(some, lengths_of(x)[some], strict=True)
        ]
        sizes = self._shape(form, options)
        return {
            "reads": "a step (N, D), with states"
            if options.get("streaming")
            else "series (N, T, D), padded with NaN",
            "shape": sizes,
            "largest": bounds_of(self.network).largest.tolist(),
            "answers": "probabilities and label of each step; answered is false, with NaN and no "
            "label, for a series (in a stream: from that step on) with an infinite "
            "value, or one too large for the network",
            **self.meaning.to_dict(),
            "remarks": [*map(str, remarks)],
            "examples": [
                {"series": without_nan(v), "probabilities": without_nan(shares)}
                for v, shares in examples
            ],
        }


def of_run(path: Path) -> ExportableTagger:
    """Return the network of a folder's run for export, with some series if their file exists."""
    run = open_run(path)
    samples: tuple[np.ndarray, ...] = ()
    if is_there(data := find_again(run.settings).data):
        table = run.read(data)
        x = pad([v[:STEPS] for v in table.x[:SERIES]])
        samples = (x + table.series.offset if run.meaning.offsets else x,)
    return ExportableTagger(run.network, run.meaning, samples)


def on_file(path: Path, file: str) -> OnFile:
    """Return the network of a folder's run with the series of a file, to check an export."""
    run = open_run(path)
    table = run.read(file)
    run.bounds.require_each(table.x, run.channels, table.series.ids)
    series = table.series
    x = series.x + series.offset if run.meaning.offsets else series.x
    source = ExportableTagger(run.network, run.meaning, (x,))
    return OnFile(source, series.ids.tolist(), run.check(series), series.lengths.tolist())


def of_estimator(estimator: LSTMTagger) -> ExportableTagger:
    """Return the network of a fitted estimator for export."""
    channels = tuple(f"channel {k + 1}" for k in range(estimator.n_features_in_))
    offsets = tuple(estimator.offsets_.tolist()) if estimator.offsets_.any() else ()
    meaning = Meaning(channels, tuple(map(str, estimator.classes_)), offsets=offsets)
    return ExportableTagger(estimator.network_, meaning)
