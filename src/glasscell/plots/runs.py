"""Figures of training and predictions: plain arrays in, a matplotlib Figure out."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from glasscell.plots.style import BLUE, ORANGE, as_text


def accuracy_curves(accuracy: Sequence[float], val_accuracy: Sequence[float]) -> Figure:
    """Draw both accuracies over the epochs, as in the original tutorial: legend acc and val_acc.

    >>> [
    ...     label.get_text()
    ...     for label in accuracy_curves([0.5, 0.9], [0.4, 0.8]).axes[0].get_legend().get_texts()
    ... ]
    ['acc', 'val_acc']
    """
    figure = Figure(figsize=(6.4, 4.2), layout="constrained")
    axes, curves = figure.subplots(), {"acc": accuracy, "val_acc": val_accuracy}
    axes.set_prop_cycle(color=(BLUE, ORANGE))
    _draw_epochs(axes, "accuracy", curves, xlim=(0, max(len(accuracy), 2)), ylim=(0, 1))
    axes.legend(loc="lower right")
    return figure


def confusion_matrix(counts: np.ndarray, classes: Sequence[str]) -> Figure:
    """Draw the confusion matrix.

    `counts` (C, C).

    >>> confusion_matrix(np.eye(2, dtype=int), ["a", "b"]).axes[0].get_xlabel()
    'predicted'
    """
    # here because the other figures need no scikit-learn
    from sklearn.metrics import ConfusionMatrixDisplay

    figure = Figure(figsize=(6, 5.4), layout="constrained")
    axes = figure.subplots()
    ConfusionMatrixDisplay(counts, display_labels=[as_text(name) for name in classes]).plot(
        ax=axes, cmap="Blues", colorbar=False
    )
    axes.set(
        xlabel="predicted", ylabel="true", title=f"{np.trace(counts)} of {np.sum(counts)} correct"
    )
    return figure


def learning_curves(history: Sequence[Mapping[str, float]]) -> Figure:
    """Draw loss, and accuracy if present, over the epochs, for training and validation series.

    >>> [axes.get_ylabel() for axes in learning_curves([{"loss": 2.0}, {"loss": 1.0}]).axes]
    ['loss']
    """
    quantities = [name for name in ("loss", "accuracy") if name in history[0]]
    figure = Figure(figsize=(4.6 * len(quantities), 3.6), layout="constrained")
    for axes, quantity in zip(
        np.atleast_1d(figure.subplots(1, len(quantities))), quantities, strict=True
    ):
        names = {"training": quantity, "validation": f"val_{quantity}"}
        curves = {
            what: [logs[name] for logs in history]
            for what, name in names.items()
            if name in history[0]
        }
        limits = (0, 1) if quantity == "accuracy" else (0, None)
        axes.set_prop_cycle(color=(BLUE, ORANGE))
        _draw_epochs(axes, quantity, curves, xlim=(0, max(len(history), 2)), ylim=limits)
    axes.legend()
    return figure


def calibration(bins: Sequence[Mapping[str, float]]) -> Figure:
    """Draw accuracy by confidence; the area of a point is its fraction of the predictions.

    >>> calibration([{"confidence": 0.9, "accuracy": 0.8, "n": 5}]).axes[0].get_xlabel()
    'confidence'
    """
    figure = Figure(figsize=(4.2, 4.2), layout="constrained")
    axes = figure.subplots()
    axes.plot([0, 1], [0, 1], color="0.6", linestyle=":", label="perfectly calibrated")
    sizes = np.array([b["n"] for b in bins])
    x, y = [b["confidence"] for b in bins], [b["accuracy"] for b in bins]
    axes.plot(x, y, color=BLUE, alpha=0.4)
    axes.scatter(x, y, s=20 + 180 * sizes / sizes.sum(), color=BLUE)
    axes.set(xlabel="confidence", ylabel="accuracy", xlim=(0, 1.03), ylim=(-0.03, 1.03))
    axes.grid(alpha=0.25)
    axes.legend(loc="upper left")
    return figure


def answers_and_truth(y: np.ndarray, answers: np.ndarray) -> Figure:
    """Draw predicted over true values.

    `y, answers` (N,).

    >>> answers_and_truth(np.arange(3.0), np.arange(3.0)).axes[0].get_ylabel()
    'predicted'
    """
    figure = Figure(figsize=(4.6, 4.6), layout="constrained")
    axes = figure.subplots()
    ends = [min(y.min(), answers.min()), max(y.max(), answers.max())]
    axes.plot(ends, ends, color="0.6", linestyle=":")
    axes.scatter(y, answers, s=12, color=BLUE, alpha=0.6)
    axes.set(xlabel="true", ylabel="predicted")
    axes.grid(alpha=0.25)
    return figure


def series_by_class(
    x: np.ndarray,
    y: np.ndarray | None,
    channels: Sequence[str],
    *,
    offset: np.ndarray | None = None,
    of_each: int = 8,
) -> Figure:
    """Draw some series of each class, a row for each class and a column for each channel.

    `x` (N, T, D), `y` (N,), `offset` (D,).

    >>> len(series_by_class(np.ones((4, 3, 2)), np.array(list("aabb")), ["u", "v"]).axes)
    4
    """
    groups = ["all"] if y is None else np.unique(y).tolist()[:8]
    shown = list(channels[:6])
    figure = Figure(figsize=(1 + 2.6 * len(shown), 0.6 + 1.5 * len(groups)), layout="constrained")
    grid = figure.subplots(len(groups), len(shown), sharex=True, sharey="col", squeeze=False)
    for place, (row, group) in enumerate(zip(grid, groups, strict=True)):
        of_group = x if y is None else x[y == group]
        for k, (axes, channel) in enumerate(zip(row, shown, strict=True)):
            values = of_group[:of_each, :, k].astype("float64") + (
                0.0 if offset is None else offset[k]
            )
            axes.plot(
                np.arange(1, values.shape[1] + 1), values.T, color=BLUE, alpha=0.5, linewidth=0.9
            )
            if place == 0:
                axes.set_title(as_text(channel), fontsize="medium")
            if place == len(groups) - 1:
                axes.set_xlabel("step")
        row[0].set_ylabel(as_text(group))
    parts = (
        (len(shown), len(channels), "channels"),
        (len(groups), 1 if y is None else len(np.unique(y)), "classes"),
    )
    not_all = [f"{some} of {all_of} {what}" for some, all_of, what in parts if some < all_of]
    figure.suptitle(
        ", ".join([*not_all, f"up to {of_each} series" + " of each class" * (y is not None)])
    )
    return figure


def bits_curves(history: Sequence[Mapping[str, float]], of: str = "character") -> Figure:
    """Draw a language model's bits per character or byte over the epochs, training and held-out.

    >>> bits_curves([{"loss": 4.0, "val_loss": 3.5}, {"loss": 3.0, "val_loss": 2.5}]).axes[
    ...     0
    ... ].get_ylabel()
    'bits per character'
    """
    figure = Figure(figsize=(6.4, 4.2), layout="constrained")
    axes = figure.add_subplot()
    epochs = range(1, len(history) + 1)
    for name, label, colour in (("loss", "training", BLUE), ("val_loss", "held out", ORANGE)):
        axes.plot(epochs, [logs[name] for logs in history], color=colour, label=label)
    axes.set(xlabel="epoch", ylabel=f"bits per {of}")
    axes.legend(frameon=False)
    return figure


def losses(curves: Mapping[str, Sequence[float]]) -> Figure:
    """Draw the loss of several runs over their epochs, on a logarithmic axis.

    >>> len(losses({"first": [2.0, 1.0], "second": [1.0]}).axes[0].lines)
    2
    """
    figure = Figure(figsize=(6.4, 4.2), layout="constrained")
    axes = figure.subplots()
    _draw_epochs(axes, "loss", {as_text(name): loss for name, loss in curves.items()}, yscale="log")
    axes.legend()
    return figure


def _draw_epochs(
    axes: Axes, quantity: str, curves: Mapping[str, Sequence[float]], **look: Any
) -> None:
    for label, values in curves.items():
        axes.plot(
            np.arange(1, len(values) + 1),
            values,
            label=label,
            marker="o" if len(values) == 1 else None,
        )
    axes.set(xlabel="epoch", ylabel=quantity, **look)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.grid(alpha=0.25)
