"""A training of tagging as a run on disk."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from glasscell.facts import Note, reported
from glasscell.plots import runs as plots
from glasscell.runs import lifecycle
from glasscell.runs.config import with_whole_paths
from glasscell.runs.folder import Run
from glasscell.runs.lifecycle import Course
from glasscell.runs.report import write_report
from glasscell.system.tables import in_digits, names_of_probabilities
from glasscell.tasks.tagging.bands import bands
from glasscell.tasks.tagging.baselines import Baselines
from glasscell.tasks.tagging.data import TaggingData, read_again, read_data
from glasscell.tasks.tagging.opened import labels_of
from glasscell.tasks.tagging.predictions import tabulate
from glasscell.tasks.tagging.preparation import prepare_training
from glasscell.tasks.tagging.report import NETWORK, to_markdown
from glasscell.tasks.tagging.scores import measure
from glasscell.tasks.tagging.settings import TagSettings, epochs_for
from glasscell.training.prediction import predict_steps

OnNote = Callable[[Note], None]
DRAWN = 3  # series


def train(options: TagSettings, *, on_note: OnNote = lambda note: None, **how: Any) -> dict[str, Any]:
    """Train on series whose steps are labelled in a new run directory, and return its report.

    Parameters
    ----------
    options : TagSettings
        Where the epochs are "auto", the run's own have their number.
    on_note : callable, optional
        Called with a `Note` of each thing understood, and of each warning.
    **how
        As in `lifecycle.create`.

    Raises
    ------
    DataError, UsageError, StorageError, TrainingFailed, Interrupted
    """
    data = read_data(options)
    for note in (*data.notes, *data.warnings):
        on_note(note)
    settings = with_whole_paths(options)
    if isinstance(settings.epochs, str):
        steps = sum(part.end - part.begin for part in data.training)
        settings = replace(settings, epochs=epochs_for(steps, settings.window, settings.batch_size))
    return lifecycle.create(_Course(settings, data), **how)


def resume(path: Path, *, on_note: OnNote = lambda note: None, **how: Any) -> dict[str, Any]:
    """Resume a run: see `lifecycle.resume`; there is nothing new to call `on_note` with.

    Raises
    ------
    DataError
        If series or labels are others than those that it was trained on, too.
    """

    def prepare(settings: TagSettings) -> _Course:
        return _Course(settings, read_again(path, settings))

    return lifecycle.resume(path, TagSettings, prepare, **how)


class _Course(Course[TagSettings]):
    def __init__(self, options: TagSettings, data: TaggingData):
        training = prepare_training(
            data.x(data.training),
            data.numbers(data.training),
            len(data.classes),
            **options.for_training(),
            epochs=int(options.epochs),
            class_weight=options.class_weight,
            held_out=(data.x(data.held_out), data.numbers(data.held_out)),
        )
        super().__init__(options, training, ["loss", "accuracy", "val_loss", "val_accuracy"])
        self.data = data

    def describe_data(self) -> dict[str, Any]:
        return {"name": self.settings.data} | self.data.describe()

    def finish(self, run: Run, seconds: float) -> dict[str, Any]:
        data, network = self.data, self.training.model
        run.write("model.keras", network.save)
        x, truth = data.x(data.held_out), data.tags(data.held_out)
        probabilities = predict_steps(network, x)
        answers = labels_of(probabilities, data.classes)
        baselines = Baselines(
            data.x(data.training),
            data.tags(data.training),
            ahead=self.settings.bidirectional,
            seed=self.settings.seed,
        )
        ways = {NETWORK: answers} | baselines.predict(x)
        scores = {name: measure(truth, given, data.table.classes) for name, given in ways.items()}
        ids = data.names(data.held_out)
        longest = sorted(range(len(x)), key=lambda n: -len(x[n]))[:DRAWN]
        run.draw("curves.png", plots.learning_curves(self.training.history))
        figure = bands(
            [x[n] + data.table.series.offset for n in longest],
            [truth[n] for n in longest],
            [answers[n] for n in longest],
            names=[ids[n] for n in longest],
            classes=data.table.classes,
            channels=data.table.series.channels,
            begins=[data.held_out[n].begin for n in longest],
        )
        run.draw("bands.png", figure)
        held_out = [
            tabulate(name, {"step": np.arange(part.begin, part.end), "truth": tags}, shares, data.classes)
            for name, part, tags, shares in zip(ids, data.held_out, truth, probabilities, strict=True)
        ]
        table = in_digits(pd.concat(held_out, ignore_index=True), names_of_probabilities(data.classes))
        run.write("held_out.csv", table.to_csv(index=False))
        report = {
            "data": self.settings.data,
            "task": "steps",
            "epochs": self.training.epoch,
            **self.training.history[-1],
            **scores[NETWORK],
            "measured_on": "the steps held out",
            "beside": scores,
            "n_train": sum(part.end - part.begin for part in data.training),
            "channels": list(data.table.series.channels),
            "classes": data.classes,
            "seconds": seconds,
            **reported(warnings=data.warnings),
        }
        return write_report(run, report, lambda report: to_markdown(report, data.notes))
