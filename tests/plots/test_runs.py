import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure

from glasscell.plots import runs as plots
from glasscell.plots import style


@pytest.mark.parametrize("epochs", [1, 2, 100])
def test_both_accuracies_are_drawn_over_the_epochs(epochs):
    accuracy, val_accuracy = np.linspace(0.2, 1, epochs), np.linspace(0.1, 0.9, epochs)
    figure = plots.accuracy_curves(accuracy.tolist(), val_accuracy.tolist())
    (axes,) = figure.axes
    first, second = axes.lines
    for line, values in ((first, accuracy), (second, val_accuracy)):
        np.testing.assert_array_equal(line.get_xdata(), np.arange(1, epochs + 1))
        np.testing.assert_array_equal(line.get_ydata(), values)
        seen = line.get_marker() != "None" or epochs > 1
        assert seen, "a line of one point is seen by its marker only"
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["acc", "val_acc"]
    assert [handle.get_color() for handle in axes.get_legend().legend_handles] == [
        style.BLUE,
        style.ORANGE,
    ]
    assert (first.get_color(), second.get_color()) == (style.BLUE, style.ORANGE)
    assert axes.get_ylim() == (0, 1)
    assert axes.get_xlim()[0] == 0
    assert axes.get_xlim()[1] >= epochs
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("epoch", "accuracy")


def test_the_steps_of_series_count_from_1():
    figure = plots.series_by_class(np.ones((4, 3, 2)), np.array(list("aabb")), ["u", "v"])
    assert figure.axes[0].lines[0].get_xdata().tolist() == [1, 2, 3]


def test_epochs_are_whole_numbers_on_the_axis():
    for epochs in (1, 2, 3, 7):
        figure = plots.accuracy_curves([0.5] * epochs, [0.4] * epochs)
        figure.draw_without_rendering()
        ticks = figure.axes[0].get_xticks()
        assert np.all(ticks == ticks.round()), epochs


@given(
    counts=st.integers(1, 10).flatmap(
        lambda c: st.lists(
            st.lists(st.integers(0, 999), min_size=c, max_size=c), min_size=c, max_size=c
        )
    )
)
def test_the_confusion_matrix_shows_every_count_in_its_place(counts):
    counts = np.array(counts)
    classes = [f"class {k}" for k in range(len(counts))]
    figure = plots.confusion_matrix(counts, classes)
    (axes,) = figure.axes
    assert axes.get_title() == f"{np.trace(counts)} of {counts.sum()} correct"
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("predicted", "true")
    assert [label.get_text() for label in axes.get_xticklabels()] == classes
    assert [label.get_text() for label in axes.get_yticklabels()] == classes
    shown = {tuple(text.get_position()): text.get_text() for text in axes.texts}
    assert shown == {(answer, truth): str(n) for (truth, answer), n in np.ndenumerate(counts)}


FIGURES = {
    "curves": lambda: plots.accuracy_curves([0.5, 0.9], [0.4, 0.8]),
    "confusion": lambda: plots.confusion_matrix(
        np.eye(10, dtype=int) * 36, [str(k) for k in range(10)]
    ),
}


@pytest.mark.parametrize("name", FIGURES)
@pytest.mark.parametrize(("ending", "begins"), [("png", b"\x89PNG\r\n"), ("svg", b"<?xml")])
def test_figures_are_written_as_png_and_svg(name, ending, begins, tmp_path):
    figure = FIGURES[name]()
    assert isinstance(figure, Figure)
    figure.savefig(tmp_path / f"a.{ending}")
    written = (tmp_path / f"a.{ending}").read_bytes()
    assert written.startswith(begins)
    assert len(written) > 5000


NO_WINDOW = """
import sys
from glasscell.plots import runs as plots
import numpy as np
plots.accuracy_curves([0.5], [0.4]).savefig(sys.argv[1] + "/a.png")
plots.confusion_matrix(np.eye(2, dtype=int), ["a", "b"]).savefig(sys.argv[1] + "/b.png")
import matplotlib.pyplot
print(matplotlib.pyplot.get_fignums(), \
[name for name in ("PyQt6", "PySide6", "tkinter") if name in sys.modules])
"""


@pytest.mark.long(2)
def test_no_window_is_opened_and_no_figure_is_left(tmp_path):
    """In a process with a chosen windowed backend that is unavailable here: it is never used."""
    done = subprocess.run(
        [sys.executable, "-c", NO_WINDOW, str(tmp_path)],
        env=os.environ | {"MPLBACKEND": "QtAgg"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["[]", "[]"]
    assert {path.name for path in tmp_path.glob("*.png")} == {"a.png", "b.png"}
