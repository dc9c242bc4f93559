import io

import numpy as np
import pytest
from support.made_up_tables import made_up, made_up_gates

from glasscell.lab.design.experiment import Experiment
from glasscell.lab.findings.pictures import errors_by_arm, gates_by_bit
from glasscell.lab.findings.table import keep_best_rate, summarise_gates
from glasscell.plots.style import COLOUR

TEN = Experiment()


@pytest.fixture
def dots():
    return keep_best_rate(made_up(TEN))


def test_every_network_is_a_dot(dots):
    dots.loc[0, "error"] = np.nan
    figure = errors_by_arm(dots, TEN)
    assert [axes.get_title() for axes in figure.axes] == ["write", "erase", "show"]
    clouds = figure.axes[0].collections[::2]
    assert [len(cloud.get_offsets()) for cloud in clouds] == [10] * 4
    shown = np.asarray(clouds[1].get_offsets())[:, 1]
    np.testing.assert_allclose(shown, dots.loc[(dots["task"] == "write") & (dots["arm"] == "NIG"), "error"])


def test_gates_show_means_and_spread_in_their_colours(dots):
    table = summarise_gates(made_up_gates(TEN), dots)
    figure = gates_by_bit(table)
    assert [axes.get_title() for axes in figure.axes] == [f"{task} (10 networks)" for task in TEN.tasks]
    bars = figure.axes[1].containers
    assert [bar.lines[0].get_color() for bar in bars] == [COLOUR[gate] for gate in "iiffoo"]
    rows = table[(table["task"] == "erase") & (table["arm"] == "full")]
    assert [bar.lines[0].get_ydata()[0] for bar in bars][::2] == rows["bit_on"].tolist()


@pytest.mark.long(2)
@pytest.mark.parametrize("form", ["png", pytest.param("svg", marks=pytest.mark.nightly)])
def test_pictures_can_be_saved_without_a_warning(dots, form):
    table = summarise_gates(made_up_gates(TEN), dots)
    lone = table[table["task"] == "show"].assign(bit_on_sd=np.nan, bit_off_sd=np.nan)
    own = Experiment(tasks=("show",), arms=("full", "my_cells:$cell_1"))
    empty = made_up(Experiment(tasks=("show",)))[:0]
    figures = [errors_by_arm(dots, TEN), gates_by_bit(table), gates_by_bit(lone), errors_by_arm(empty, own)]
    for figure in figures:
        figure.savefig(file := io.BytesIO(), format=form)
        assert file.tell() > 1000
