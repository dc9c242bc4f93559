"""Pictures of plain arrays. Knows no model; every function returns a matplotlib Figure."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from sklearn.metrics import ConfusionMatrixDisplay

BLUE, ORANGE = "#0072B2", "#D55E00"  # Okabe and Ito's: told apart by colour-blind eyes and in grey print


def accuracy_curves(accuracy: Sequence[float], val_accuracy: Sequence[float]) -> Figure:
    """Draw both accuracies over the epochs, as the article does: y from 0 to 1, legend acc and val_acc.

    Parameters
    ----------
    accuracy, val_accuracy : sequences of float, one for each epoch

    Examples
    --------
    >>> [label.get_text() for label in accuracy_curves([0.5, 0.9], [0.4, 0.8]).axes[0].get_legend().get_texts()]
    ['acc', 'val_acc']
    """
    figure = Figure(figsize=(6.4, 4.2), layout="constrained")
    axes = figure.subplots()
    epochs = np.arange(1, len(accuracy) + 1)
    axes.plot(epochs, accuracy, color=BLUE, label="acc", marker="o" if len(epochs) == 1 else None)
    axes.plot(epochs, val_accuracy, color=ORANGE, label="val_acc", marker="o" if len(epochs) == 1 else None)
    axes.set(xlabel="epoch", ylabel="accuracy", xlim=(0, max(len(epochs), 2)), ylim=(0, 1))
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.grid(alpha=0.25)
    axes.legend(loc="lower right")
    return figure


def confusion_matrix(counts: np.ndarray, classes: Sequence[str]) -> Figure:
    """Draw how often each class was taken for which.

    Parameters
    ----------
    counts : int array (C, C)
        Rows are the true classes, columns the answers.
    classes : sequence of C names

    Examples
    --------
    >>> confusion_matrix(np.eye(2, dtype=int), ["a", "b"]).axes[0].get_xlabel()
    'answer'
    """
    figure = Figure(figsize=(6, 5.4), layout="constrained")
    axes = figure.subplots()
    ConfusionMatrixDisplay(counts, display_labels=classes).plot(ax=axes, cmap="Blues", colorbar=False)
    axes.set(xlabel="answer", ylabel="truth", title=f"{np.trace(counts)} of {np.sum(counts)} right")
    return figure
