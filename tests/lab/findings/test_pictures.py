import io

import numpy as np
import pytest
from support.made_up_tables import made_up, made_up_gates

from glasscell.lab.design.experiment import Experiment
from glasscell.lab.findings.pictures import errors_by_arm, errors_by_size, gates_by_bit
from glasscell.lab.findings.report import solved_by_size
from glasscell.lab.findings.table import keep_best_rate, summarise, summarise_gates
from glasscell.lab.findings.verdicts import judge
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
    np.testing.assert_allclose(
        shown, dots.loc[(dots["task"] == "write") & (dots["arm"] == "NIG"), "error"]
    )


def test_gates_show_means_and_spread_in_their_colours(dots):
    table = summarise_gates(made_up_gates(TEN), dots)
    figure = gates_by_bit(table)
    assert [axes.get_title() for axes in figure.axes] == [
        f"{task} (10 networks)" for task in TEN.tasks
    ]
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
    figures = [
        errors_by_arm(dots, TEN),
        gates_by_bit(table),
        gates_by_bit(lone),
        errors_by_arm(empty, own),
    ]
    for figure in figures:
        figure.savefig(file := io.BytesIO(), format=form)
        assert file.tell() > 1000


SIZES = Experiment(seeds=3, units=(1, 2, 4), memories=(1, 2))


def test_each_arm_is_a_line_over_the_units():
    figure = errors_by_size(keep_best_rate(made_up(SIZES)), SIZES)
    assert [axes.get_title() for axes in figure.axes[:4]] == [
        "write, 1 memory", "erase, 1 memory", "show, 1 memory", "write, 2 memories",
    ]  # fmt: skip
    lines = {line.get_label(): line for line in figure.axes[1].lines}
    np.testing.assert_array_equal(lines["no forget gate"].get_xdata(), [1, 2, 4])
    assert (
        lines["no forget gate"].get_ydata().min()
        > 0.1
        > 0.02
        > lines["all gates"].get_ydata().max()
    )


def test_or_over_the_length_where_there_are_several():
    lengths = Experiment(
        tasks=("erase", "adding"), arms=("full", "article", "rnn"), length=(20, 60), seeds=2
    )
    runs = made_up(lengths, own={})
    figure = errors_by_size(keep_best_rate(runs), lengths)
    assert {axes.get_xlabel() for axes in figure.axes} == {"length"}
    figure.savefig(file := io.BytesIO())
    assert file.tell() > 1000


def test_solved_networks_are_counted_by_size():
    table = summarise(made_up(SIZES), SIZES)
    wide = solved_by_size(table)
    assert wide.columns.tolist() == [
        "task",
        "memories",
        "length",
        "arm",
        "1 unit",
        "2 units",
        "4 units",
    ]
    assert wide.loc[1].tolist() == ["write", 1, 20, "NIG", "0/3", "0/3", "0/3"]
    assert len(wide) == 3 * 2 * 4


def test_of_many_sizes_each_has_its_verdict():
    found = judge(summarise(made_up(Experiment(units=(1, 2))), Experiment(units=(1, 2))))
    assert len(found) == 3 * 2
    assert all(verdict.holds for verdict in found)
    assert found[1].text.startswith("write (2 units) needs the input gate: 0 of 10")
