"""A series over time, and below it the label of each step, true and predicted."""

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from glasscell.plots.style import CLASS_COLOURS, as_text

MOST_CHANNELS = 6
NOT_LABELLED = "#FFFFFF"


def bands(
    series: Sequence[np.ndarray],
    truth: Sequence[np.ndarray],
    answers: Sequence[np.ndarray],
    *,
    names: Sequence[str],
    classes: Sequence[str],
    channels: Sequence[str],
    begins: Sequence[int] | None = None,
) -> Figure:
    """Draw series over time, and under each two bands in the colours of the classes: predictions and truth.

    Parameters
    ----------
    series : list of float arrays (T, D)
        Of many channels, the first six.
    truth, answers : list of object arrays (T,)
        None where a step has no label.
    names : list of str
        Names of the series.
    classes, channels : sequences of str
    begins : sequence of int, optional
        The numbers of their first steps.

    Examples
    --------
    >>> tags = np.array(["up", "up", "down"], object)
    >>> figure = bands([np.eye(3)], [tags], [tags], names=["a"], classes=["down", "up"], channels=list("xyz"))
    >>> [text.get_text() for text in figure.legends[0].get_texts()]
    ['down', 'up']
    """
    colour = {name: CLASS_COLOURS[k % len(CLASS_COLOURS)] for k, name in enumerate(classes)}
    hatch = {name: "///" * (k // len(CLASS_COLOURS)) for k, name in enumerate(classes)}
    n = len(series)
    figure = Figure(figsize=(9.0, 0.7 + 2.3 * n), layout="constrained")
    grid = figure.subplots(2 * n, 1, squeeze=False, gridspec_kw={"height_ratios": [3, 1] * n})[:, 0]
    for k, (v, tags, given) in enumerate(zip(series, truth, answers, strict=True)):
        above, below = grid[2 * k], grid[2 * k + 1]
        first = 0 if begins is None else begins[k]
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
        above.set_title(f"{as_text(names[k])}: {said}{more} (scaled)", fontsize=9, loc="left")
        above.set(xlim=(first, first + len(v)), xticks=[], yticks=[])
        for row, labels in ((1, given), (0, tags)):
            spans: dict[Any, list[tuple[int, int]]] = {}
            for label, begin, end in _runs(labels):
                spans.setdefault(label, []).append((first + begin, end - begin))
            for label, of_label in spans.items():  # each drawn at once: predictions that flicker have many runs
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
    handles = [Patch(facecolor=colour[name], hatch=hatch[name] or None, label=as_text(name)) for name in classes]
    figure.legend(handles=handles, loc="outside upper center", ncols=min(len(classes), 6), frameon=False, fontsize=9)
    return figure


def _runs(labels: np.ndarray) -> list[tuple[Any, int, int]]:
    """Return runs of steps of one label, (label, begin, end), those without a label too."""
    begins = [t for t in range(len(labels)) if t == 0 or labels[t] != labels[t - 1]]
    return [(labels[b], b, e) for b, e in zip(begins, [*begins[1:], len(labels)], strict=True)]
