"""Training of a tagger as a run on disk."""

import warnings
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from glasscell.facts import reported
from glasscell.plots import runs as plots
from glasscell.plots.style import CLASS_COLOURS, as_text
from glasscell.runs import lifecycle
from glasscell.runs.config import with_whole_paths
from glasscell.runs.lifecycle import Course, OnNote
from glasscell.runs.report import write_report
from glasscell.runs.run_folder import Run
from glasscell.system.table_writing import in_digits, names_of_probabilities
from glasscell.tasks.tagging.baselines import Baselines
from glasscell.tasks.tagging.data import TaggingData, read_again, read_data
from glasscell.tasks.tagging.network import prepare_training
from glasscell.tasks.tagging.predictions import tabulate
from glasscell.tasks.tagging.report import NETWORK, to_markdown
from glasscell.tasks.tagging.scores import measure
from glasscell.tasks.tagging.settings import TaggingSettings, epochs_for
from glasscell.tasks.tagging.trained_run import labels_of
from glasscell.training.prediction import predict_steps

DRAWN, MOST_CHANNELS = 3, 6  # series in the figure, and channels of each
NOT_LABELLED = "#FFFFFF"


def train(
    options: TaggingSettings, *, on_note: OnNote = lambda note: None, **how: Any
) -> dict[str, Any]:
    """Train on series with labeled steps in a new run directory, and return its report."""
    data = read_data(options)
    for note in (*data.notes, *data.warnings):
        on_note(note)
    settings = with_whole_paths(options)
    if isinstance(settings.epochs, str):
        steps = sum(part.end - part.begin for part in data.training)
        settings = replace(settings, epochs=epochs_for(steps, settings.window, settings.batch_size))
    return lifecycle.create(_Course(settings, data), **how)


def resume(path: Path, *, on_note: OnNote = lambda note: None, **how: Any) -> dict[str, Any]:
    """Resume a run: see `lifecycle.resume`."""

    def prepare(settings: TaggingSettings) -> _Course:
        return _Course(settings, read_again(path, settings))

    return lifecycle.resume(path, TaggingSettings, prepare, on_note=on_note, **how)


class _Course(Course[TaggingSettings]):
    def __init__(self, options: TaggingSettings, data: TaggingData):
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
        every = [*zip(ids, (part.begin for part in data.held_out), x, truth, answers, strict=True)]
        longest = sorted(every, key=lambda one: -len(one[2]))[:DRAWN]
        run.draw("curves.png", plots.learning_curves(self.training.history))
        series = data.table.series
        drawn = [
            (name, begin, v + series.offset, tags, given) for name, begin, v, tags, given in longest
        ]
        run.draw("bands.png", bands(drawn, classes=data.table.classes, channels=series.channels))
        held_out = [
            tabulate(
                name, {"step": np.arange(part.begin, part.end), "truth": tags}, shares, data.classes
            )
            for name, part, tags, shares in zip(
                ids, data.held_out, truth, probabilities, strict=True
            )
        ]
        table = in_digits(
            pd.concat(held_out, ignore_index=True), names_of_probabilities(data.classes)
        )
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
            "channels": list(series.channels),
            "classes": data.classes,
            "seconds": seconds,
            **reported(warnings=data.warnings),
        }
        return write_report(run, report, lambda report: to_markdown(report, data.notes))


def bands(
    series: Sequence[tuple[str, int, np.ndarray, np.ndarray, np.ndarray]],
    *,
    classes: Sequence[str],
    channels: Sequence[str],
) -> Figure:
    """Plot series over time, and under each two bands in class colors: predictions and truth.

    `series` (name, begin, x, truth, answers).

    >>> tags = np.array(["up", "up", "down"], object)
    >>> figure = bands(
    ...     [("a", 0, np.eye(3), tags, tags)], classes=["down", "up"], channels=list("xyz")
    ... )
    >>> [text.get_text() for text in figure.legends[0].get_texts()]
    ['down', 'up']
    """
    colour = {name: CLASS_COLOURS[k % len(CLASS_COLOURS)] for k, name in enumerate(classes)}
    hatch = {name: "///" * (k // len(CLASS_COLOURS)) for k, name in enumerate(classes)}
    n = len(series)
    figure = Figure(figsize=(9.0, 0.7 + 2.3 * n), layout="constrained")
    grid = figure.subplots(2 * n, 1, squeeze=False, gridspec_kw={"height_ratios": [3, 1] * n})[:, 0]
    for k, (name, begin, v, tags, given) in enumerate(series):
        above, below = grid[2 * k], grid[2 * k + 1]
        first = begin + 1  # figures count steps from 1
        steps = np.arange(first, first + len(v))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)  # of a channel without a value
            middle, moving = np.nanmean(v, axis=0), np.nanstd(v, axis=0)
        scaled = (v - middle) / np.where(moving > 0, moving, 1.0)
        shown = min(MOST_CHANNELS, v.shape[1])
        for d in range(shown):
            above.plot(steps, scaled[:, d], color=str(0.15 + 0.1 * d), linewidth=0.7)
        more = "" if shown == v.shape[1] else f", the first {shown} of {v.shape[1]}"
        said = ", ".join(as_text(name) for name in channels[:shown])
        above.set_title(f"{as_text(name)}: {said}{more} (scaled)", fontsize=9, loc="left")
        above.set(xlim=(first, first + len(v)), xticks=[], yticks=[])
        for row, labels in ((1, given), (0, tags)):
            spans, start = defaultdict(list), first
            for label, same in groupby(labels):
                spans[label].append((start, len(list(same))))
                start += spans[label][-1][1]
            for (
                label,
                of_label,
            ) in spans.items():  # all spans in one call: flickering predictions have many
                below.broken_barh(
                    of_label,
                    (row + 0.06, 0.88),
                    facecolor=NOT_LABELLED if label is None else colour[label],
                    hatch=None if label is None else hatch[label] or None,
                )
        below.set(xlim=(first, first + len(v)), ylim=(0, 2), yticks=[0.5, 1.5])
        below.set_yticklabels(["true", "predicted"], fontsize=8)
        below.tick_params(axis="y", length=0)
        for axes in (above, below):
            axes.spines[["top", "right", "left"]].set_visible(False)
        above.spines["bottom"].set_visible(False)
    grid[-1].set_xlabel("step")
    handles = [
        Patch(facecolor=colour[name], hatch=hatch[name] or None, label=as_text(name))
        for name in classes
    ]
    figure.legend(
        handles=handles,
        loc="outside upper center",
        ncols=min(len(classes), 6),
        frameon=False,
        fontsize=9,
    )
    return figure
