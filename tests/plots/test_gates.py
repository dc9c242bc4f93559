import io

import numpy as np
import pandas as pd
import pytest

from glasscell.plots import gates as gate_plots
from glasscell.plots.style import COLOUR

RNG = np.random.default_rng(0)


def gates(T=6, H=3):
    return {name: RNG.uniform(0, 1, (T, H)) for name in "zifoch"}


def all_pictures():
    T, H, C = 6, 3, 4
    mask = np.ones((5, T), bool)
    mask[0, 3:] = False
    many = {name: RNG.random((5, T, H)) for name in "ifo"}
    table = pd.DataFrame(
        {"gate": list("iffo"), "unit": [0, 0, 1, 0], "closed": RNG.random(4), "open": RNG.random(4)}
    )
    effect, names = RNG.normal(size=(T, C)), list("abcd")
    return {
        "gates": gate_plots.gates_over_time(gates(), RNG.normal(size=(T, 2)), ["u", "v"], "one"),
        "gates alone": gate_plots.gates_over_time(gates(1, 1)),
        "memory": gate_plots.memory_and_output(
            RNG.normal(size=(T, H)), RNG.normal(size=(T, H)), [0, 2]
        ),
        "saturation": gate_plots.saturation_scatter(table),
        "origin": gate_plots.memory_by_origin(np.tril(RNG.normal(size=(T, T))), RNG.normal(size=T)),
        "origin of one step": gate_plots.memory_by_origin(np.ones((1, 1)), np.ones(1)),
        "evidence": gate_plots.evidence_by_step(
            effect, names, (np.array([1, 4]), RNG.random((2, C)))
        ),
        "evidence alone": gate_plots.evidence_by_step(effect, names),
        "by class": gate_plots.mean_gates_by_class(many, mask, np.array([0, 1, 2, 3, 0]), names),
        "of all": gate_plots.mean_gates_by_class(many, mask, None, names),
        "digits": gate_plots.digits_by_row(
            RNG.random((3, 8, 8)), RNG.normal(size=(3, 8)), ["1", "2", "3"], columns=2
        ),
    }


@pytest.fixture(scope="module")
def pictures():
    return all_pictures()


@pytest.mark.long(2)
@pytest.mark.parametrize("form", [pytest.param("png", marks=pytest.mark.nightly), "svg"])
def test_every_picture_can_be_saved_without_a_warning(pictures, form):
    for figure in pictures.values():
        file = io.BytesIO()
        figure.savefig(file, format=form)
        assert file.tell() > 1000


def test_axes_say_what_they_show(pictures):
    for name, figure in pictures.items():
        if name != "digits":
            for axes in figure.axes:
                assert axes.get_ylabel() or axes.get_subplotspec().colspan.start > 0, name


def test_steps_count_from_1_and_units_from_0(pictures):
    """As on the page; a heat map's cell is 1 wide, around its number."""
    T, H = 6, 3
    for axes in pictures["gates"].axes[1:7]:
        assert axes.images[0].get_extent() == [0.5, T + 0.5, H - 0.5, -0.5]
    line = pictures["memory"].axes[0].lines[1]
    assert (line.get_xdata().tolist(), line.get_label()) == ([*range(1, T + 1)], "unit 2")
    origin = pictures["origin"].axes[0]
    (c,) = [line for line in origin.lines if line.get_label() == "c"]
    assert c.get_xdata().tolist() == [t + 0.5 for t in range(T + 1)]
    assert [text.get_text() for text in origin.get_legend().get_texts()][1:] == [
        f"written at step {t}" for t in (1, 4, 6)
    ]
    probed, bars = pictures["evidence"].axes
    # of the steps 1 and 4 of the probes' arrays
    assert probed.lines[0].get_xdata().tolist() == [2, 5]
    places = np.array([bar.get_x() + bar.get_width() / 2 for bar in bars.patches]).reshape(-1, T)
    assert places.mean(0) == pytest.approx(np.arange(1, T + 1))
    assert pictures["by class"].axes[0].lines[0].get_xdata().tolist() == [*range(1, T + 1)]


def test_a_text_has_a_step_0_before_its_first_character():
    (image,) = gate_plots.gates_over_time({"i": np.ones((4, 2))}, first=0).axes[0].images
    assert image.get_extent() == [-0.5, 3.5, 1.5, -0.5]


def test_heat_maps_hold_the_gates_on_scales_that_can_be_compared():
    values = gates()
    values["i"][2, 1] = np.nan
    figure = gate_plots.gates_over_time(values)
    for axes, (name, v) in zip(figure.axes[:6], values.items(), strict=True):
        (image,) = axes.images
        np.testing.assert_array_equal(image.get_array().filled(np.nan), v.T)
        low, high = image.get_clim()
        assert (low, high) == ((0, 1) if name in "ifo" else (-np.nanmax(v), np.nanmax(v)))


def test_stacked_areas_add_up_to_c():
    origins = np.tril(np.random.default_rng(1).normal(size=(40, 40)))
    figure = gate_plots.memory_by_origin(origins, origins.sum(1))
    areas = [
        path
        for area in figure.axes[0].collections
        for path in area.get_paths()
        if len(path.vertices)
    ]
    parts = np.stack([origins[:, g].sum(1) for g in np.array_split(np.arange(40), 12)])
    for t in range(40):
        for end in (np.clip(parts[:, t], 0, None).sum(), np.clip(parts[:, t], None, 0).sum()):
            within, beyond = (t + 1.1, 0.999 * end), (t + 1.1, 1.001 * end)
            assert end == 0 or any(area.contains_point(within) for area in areas)
            assert end == 0 or not any(area.contains_point(beyond) for area in areas)


def test_bars_show_what_each_step_changed():
    effect = RNG.normal(size=(4, 2))
    (axes,) = gate_plots.evidence_by_step(effect, ["a", "b"]).axes
    heights = [bar.get_height() for bar in axes.patches]
    np.testing.assert_array_equal(heights, effect.T.ravel())


def test_of_many_classes_the_ones_that_matter_are_drawn():
    effect = np.zeros((3, 20))
    effect[1, [4, 17]] = 1
    figure = gate_plots.evidence_by_step(effect, [f"class {k}" for k in range(20)])
    legend = figure.axes[0].get_legend()
    shown = [text.get_text() for text in legend.get_texts()]
    assert {"class 4", "class 17"} <= set(shown)
    assert legend.get_title().get_text() == "8 of 20"


def test_means_leave_masked_steps_out():
    v = np.array([[[1.0], [np.nan]], [[3.0], [5.0]]])
    mask = np.array([[True, False], [True, True]])
    figure = gate_plots.mean_gates_by_class({"i": v}, mask, np.array([0, 0]), ["a", "b"])
    first, second = figure.axes[0].lines
    np.testing.assert_array_equal(first.get_ydata(), [2, 5])
    assert np.isnan(second.get_ydata()).all()


def test_a_gate_has_one_colour_everywhere():
    points = gate_plots.saturation_scatter(
        pd.DataFrame({"gate": ["o"], "unit": [0], "closed": [0.1], "open": [0.2]})
    )
    from matplotlib.colors import to_hex

    assert to_hex(points.axes[0].collections[0].get_facecolor()[0]).upper() == COLOUR["o"]
    assert len(set(COLOUR.values())) == len(COLOUR)
