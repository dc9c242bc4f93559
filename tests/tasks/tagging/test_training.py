import numpy as np

from glasscell.plots.style import CLASS_COLOURS
from glasscell.tasks.tagging.training import bands


def test_bands_lie_where_answers_and_truth_are():
    truth = np.array(["a", "a", None, "b", "b"], object)
    answers = np.array(["a", "b", "b", "b", "b"], object)
    v = np.random.default_rng(0).normal(size=(5, 9))
    channels = [f"_{k}" for k in range(9)]
    figure = bands([("s$1", 10, v, truth, answers)], classes=["a", "b"], channels=channels)
    above, below = figure.axes
    assert len(above.lines) == 6
    found = [
        (np.array(p.get_extents()), c.get_facecolor()[0])
        for c in below.collections
        for p in c.get_paths()
    ]
    places = [(box[0, 0], box[1, 0], box[0, 1] > 1) for box, _ in found]
    assert places == [
        (11, 12, True),
        (12, 16, True),
        (11, 13, False),
        (13, 14, False),
        (14, 16, False),
    ]
    from matplotlib.colors import to_rgba

    blue, orange = (to_rgba(colour) for colour in CLASS_COLOURS[:2])
    assert [tuple(colour) for _, colour in found] == [blue, orange, blue, (1, 1, 1, 1), orange]
    assert figure.axes[0].get_xlim() == (11, 16)


def test_more_classes_than_colours_are_told_by_hatches():
    names = [f"c{k}" for k in range(10)]
    tags = np.array(names, object)
    figure = bands([("s", 0, np.zeros((10, 1)), tags, tags)], classes=names, channels=["u"])
    assert (
        len({(c.get_facecolor()[0].tobytes(), c.get_hatch()) for c in figure.axes[1].collections})
        == 10
    )


def test_answers_that_flicker_are_drawn_by_class_not_by_run():
    answers = np.array(["a", "b"] * 500, object)
    figure = bands(
        [("s", 0, np.zeros((1000, 1)), answers, answers)], classes=["a", "b"], channels=["u"]
    )
    assert [len(c.get_paths()) for c in figure.axes[1].collections] == [500] * 4


def test_a_channel_without_a_value_is_left_empty():
    v = np.stack([np.arange(4.0), np.full(4, np.nan)], 1)
    tags = np.array(list("aabb"), object)
    # without a warning
    figure = bands([("s", 0, v, tags, tags)], classes=["a", "b"], channels=["u", "v"])
    assert [np.isnan(line.get_ydata()).all() for line in figure.axes[0].lines] == [False, True]
