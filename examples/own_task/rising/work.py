"""The work: training on windows of a series, prediction, scores, comparison, explorer, export."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from glasscell import LSTMClassifier
from glasscell.console.screen import Written
from glasscell.data import Sequences
from glasscell.errors import DataError
from glasscell.runs import lifecycle
from glasscell.runs.backend import leave_network
from glasscell.runs.comparison import pair, read_kept
from glasscell.runs.config import find_again, read_settings, with_whole_paths
from glasscell.runs.explained_folder import explaining
from glasscell.runs.paired_tests import Pairs, by_mcnemar
from glasscell.runs.report import to_markdown, write_report
from glasscell.runs.run_folder import require_model
from glasscell.runs.series import explanation
from glasscell.runs.series.loaded_run import LoadedSeries
from glasscell.runs.series.trained_run import Trained
from glasscell.runs.tracing import tracing
from glasscell.system.table_writing import write_tables
from rising.task import Rising, RisingSettings

CLASSES, COLUMNS = ["falls", "rises"], {"id": str, "truth": str, "answer": str}
Loaded = LoadedSeries  # returned by glasscell.load


def windows(file: str, context: int) -> Sequences:
    """Return a file's windows, relative to their last values, and whether the next is higher."""
    try:
        values = np.asarray_chkfinite(pd.read_csv(file).iloc[:, -1], "float64")
    except (OSError, ValueError, LookupError) as error:
        raise DataError(Rising.UNREADABLE, file=file, words=error) from None
    if len(values) < context + 10:
        raise DataError(Rising.TOO_SHORT, file=file, n=len(values), least=context + 10)
    x = np.lib.stride_tricks.sliding_window_view(values[:-1], context)
    y = np.where(values[context:] > x[:, -1], CLASSES[1], CLASSES[0])
    ids = [str(n) for n in range(context, len(values))]
    x = (x - x[:, -1:])[..., None] / (values.std() or 1)
    return Sequences.from_list(x, y=y, channels=["value"], ids=ids, name=file)


class Course(lifecycle.Course[RisingSettings]):
    """A training: the last fifth of the windows is held out."""

    def __init__(self, settings):
        self.series = windows(settings.data, settings.context)
        self.first = len(self.series) * 4 // 5
        how = {
            "epochs": settings.epochs,
            "learning_rate": settings.learning_rate,
            "random_state": settings.seed,
        }
        self.learner = LSTMClassifier(settings.units, **how)
        part = self.series.select(np.arange(self.first))
        fitting = self.learner.prepare(part.x, part.y)
        super().__init__(settings, fitting.training, ["loss", "accuracy"], fitting.callbacks)

    def describe_data(self):
        values = self.series.x.tobytes()
        return {"sha256": hashlib.sha256(values).hexdigest(), "n": len(self.series)}

    def finish(self, run, seconds):
        run.write("model.keras", self.learner.network_.save)
        opened = open_run(run.path)
        leave_network(run, self.learner.network_, opened.meaning)
        table = tabulate(opened, self.series.select(np.arange(self.first, len(self.series))))
        run.write("held_out.csv", table.to_csv(index=False))
        report = {
            "data": self.settings.data,
            "task": self.settings.task,
            "epochs": self.training.epoch,
            "accuracy": float((table["answer"] == table["truth"]).mean()),
            "majority": float(table["truth"].value_counts(normalize=True).max()),
            "n": len(table),
            "seconds": seconds,
        }
        return write_report(
            run, report, lambda r: to_markdown(r["data"], next(summary(r)), [], [], [], r["files"])
        )


def train(settings, *, on_note, **how):
    return lifecycle.create(Course(with_whole_paths(settings)), **how)


def resume(path, **how):
    return lifecycle.resume(
        path, RisingSettings, lambda settings: Course(find_again(settings)), **how
    )


def summary(report):
    yield Rising.SCORE(**{name: report[name] for name in ("accuracy", "n", "majority")})


@dataclass(frozen=True)
class Opened(Trained):
    """A run, opened."""

    context: int = 0

    def read(self, file, options):
        yield windows(file or self.source, self.context)


def open_run(path: Path) -> Opened:
    settings = read_settings(path / "config.toml", RisingSettings)
    require_model(path)
    return Opened(
        path=path,
        task="classification",
        classes=CLASSES,
        channels=("value",),
        source=settings.data,
        prior=(0.5, 0.5),
        context=settings.context,
    )


def tabulate(opened, series):
    rises = opened.ask(series.x)[:, 1]
    answers = np.where(rises > 0.5, CLASSES[1], CLASSES[0])
    return pd.DataFrame({"id": series.ids, "truth": series.y, "answer": answers, "p(rises)": rises})


def predict_to(path, file, output):
    opened = open_run(path)
    rows = write_tables([tabulate(opened, *opened.read(file, {})).drop(columns="truth")], output)
    return Written({"n": rows}, [], [Rising.PREDICTED(n=rows, output=output)])


def evaluate(path, file):
    opened = open_run(path)
    table = tabulate(opened, *opened.read(file, {}))
    return {
        "accuracy": float((table["answer"] == table["truth"]).mean()),
        "n": len(table),
        "data": file,
    }


def scored(scores):
    yield Rising.SCORED(accuracy=scores["accuracy"], n=scores["n"], file=scores["data"])


def pairs_of(first, second):
    both = pair(
        ["id", "truth"], *(read_kept(run, "held_out.csv", COLUMNS) for run in (first, second))
    )
    rights = ((both[name] == both["truth"]).to_numpy("float64") for name in ("answer", "answer_2"))
    return Pairs("accuracy", Rising.ACCURACY(), Rising.VALUES(), by_mcnemar, *rights)


lines = explanation.lines
look_into = explanation.of_a_path(explanation.look_into, open_run)
explain = explaining(look_into)
trace_to = tracing(open_run)


def of_run(path):
    return open_run(path).exportable()


def on_file(path, file):
    return open_run(path).on_file(file)
