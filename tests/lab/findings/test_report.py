from dataclasses import asdict, replace

import numpy as np
import pandas as pd
import pytest
from support.made_up_tables import made_up
from support.texts import prose

from glasscell.lab.design.experiment import Experiment
from glasscell.lab.design.problems import find_problem
from glasscell.lab.findings import pictures, report, verdicts
from glasscell.lab.findings.report import how, to_markdown
from glasscell.lab.findings.table import TABLE, count_failures, keep_best_rate, summarise
from glasscell.lab.training.outcomes import tabulate_runs


def test_what_counts_as_an_error_is_reported_for_each_kind_of_task():
    text = how(
        Experiment(
            tasks=("write", "adding", "digits_rows", "continual_reber"), units=(1, 4), stream=500
        )
    )
    assert text.startswith(
        "Units 1 and 4, memories 1, length 20; seeds 0 to 9 at each of the learning rates 0.01, "
        "0.03, 0.1"
    )
    assert (
        "mean squared errors or fractions of wrong predictions (adding: an error of 0.04 or "
        "more; digits_rows: another" in text
    )
    assert (
        "solved with an error below 2 % of the target's variance or 1 % wrong predictions or 5 % "
        "wrong predictions, or no error in ten streams of 500 symbols." in text
    )
    assert "an error below" not in how(Experiment(tasks=("continual_reber",)))
    assert "the other arms have those that give as many weights" in how(Experiment(equal="weights"))


def test_streams_are_reported_by_arm():
    experiment = Experiment(
        tasks=("continual_reber", "adding"), arms=("full", "NFG"), seeds=2, learning_rates=(0.1,)
    )
    error, more = (
        np.array([0.0, 0.5]),
        ("with_error", "wrong", "wrong_second", "until_error", "cell_norm"),
    )
    of_stream = {name: error + (name == "until_error") for name in more}
    runs = [
        tabulate_runs(
            condition,
            experiment,
            error,
            error,
            **(of_stream if condition.task == "continual_reber" else {}),
        )
        for condition in experiment.conditions()
    ]
    kept = keep_best_rate(pd.concat(runs, ignore_index=True))
    page = to_markdown(experiment, summarise(kept, experiment), kept[:0], kept, [])
    assert "| NFG | 75.0 % | 75.00 % | 1 | 0.2 | 50 % |" in page
    assert "Gers et al. 2000, Table 2, 100 networks" in page
    assert "32 streams, cut into pieces of 60" in page
    assert "Solved, by size" not in page


def test_sizes_have_a_table_of_their_own():
    sizes = Experiment(seeds=2, units=(1, 2))
    runs = keep_best_rate(made_up(sizes))
    assert "## Solved, by size" in to_markdown(sizes, summarise(runs, sizes), runs[:0], runs, [])


COUNTED = {"2-gram": 3.0, "5-gram": 1.2}


@pytest.fixture(scope="module")
def experiment(tmp_path_factory):
    file = tmp_path_factory.mktemp("book") / "book.txt"
    file.write_text(prose(3000), encoding="utf-8")
    arms = ("greff:V", "greff:NIG", "greff:NFG", "greff:NOG", "greff:NOAF")
    return Experiment(
        tasks=f"text:{file}", arms=arms, units=64, seeds=4, learning_rates=0.03, equal="weights"
    )


def made_up_bits(experiment, lost):
    rng, tables = np.random.default_rng(0), []
    for condition in experiment.conditions():
        error = 2.5 + lost.get(condition.arm, 0) + rng.normal(scale=0.004, size=4)
        sizes = {
            "cell_units": np.full(4, 64),
            "weights": np.full(4, 48_290 - 300 * (condition.arm != "greff:V")),
        }
        tables.append(tabulate_runs(condition, experiment, error, error, **sizes))
    return pd.concat(tables, ignore_index=True)


def test_tables_and_pages_are_in_bits(experiment):
    runs = made_up_bits(experiment, {"greff:NFG": 0.2, "greff:NOAF": -0.1})
    assert "solved" not in runs
    table = summarise(runs, experiment)
    assert list(table.columns) == [
        *TABLE[:5],
        "cell_units",
        "weights",
        *(name for name in TABLE[5:] if name != "solved"),
    ]
    readable = report.readable(table)
    assert list(readable.columns)[2:] == [
        "units",
        "weights",
        "rate",
        "median bits",
        "mean bits (95% CI)",
        "p, Welch, Holm",
    ]
    assert readable["weights"].tolist() == ["48,290", *["47,990"] * 4]
    assert readable["median bits"][0] == f"{table['median'][0]:.3f}"
    greff = report.beside_greff(table).set_index("cell")["here"]
    assert greff["NFG"].startswith("worse: +0.19")
    assert greff["NOAF"].startswith("better: -0.")
    assert greff["NIG"].startswith("no significant difference (")
    assert report.beside_greff(table.assign(arm=["full", *table["arm"][1:]])).empty
    text = report.how_in_bits(experiment, table)
    assert "as greff:V with 64 units" in text
    assert "(within 0.6 %" in text
    assert f"{experiment.updates * experiment.batch * 20:,} characters" in text
    (task,) = experiment.tasks
    page = report.to_markdown(
        experiment, table, pd.DataFrame(), runs, verdicts.judge(table), [], {task: COUNTED}
    )
    assert "| 5-gram | 1.200 |" in page
    assert "greff:NFG vs greff:V: 0.19" in page
    assert " more bits per character (p = " in page


def test_of_several_sizes_each_stands_beside_greff_by_itself(experiment):
    several = replace(experiment, units=(16, 64), length=(20, 50))
    runs = pd.concat(
        made_up_bits(experiment, {}).assign(units=units, length=length, error=error)
        for units, error in ((16, 3.0), (64, 2.0))
        for length in (20, 50)
    )
    table = summarise(runs, several)
    (task,) = experiment.tasks
    page = "\n".join(report.beside(task, table, COUNTED))
    for size in (
        "16 units, length 20",
        "16 units, length 50",
        "64 units, length 20",
        "64 units, length 50",
    ):
        assert page.count(f"## Compared with Greff et al. 2017 ({size})") == 1
    assert page.count("| NFG | ") == 4
    assert "(+1.0" not in page  # against the first of another size
    assert "(-1.0" not in page
    read = [f"{several.updates * several.batch * length:,}" for length in (20, 50)]
    assert f"in pieces of 20 and 50, {read[0]} and {read[1]} characters" in report.how_in_bits(
        several, table
    )


@pytest.mark.parametrize(
    ("lost", "holds", "says"),
    [
        (
            {"greff:NIG": 0.02, "greff:NFG": 0.2, "greff:NOG": 0.03},
            True,
            "the forget gate matters most: without it 0.19",
        ),
        (
            {"greff:NIG": 0.2, "greff:NFG": 0.2, "greff:NOG": 0.03},
            False,
            "no evidence which gate matters most",
        ),
        (
            {"greff:NIG": -0.2, "greff:NFG": -0.1, "greff:NOG": -0.2},
            False,
            "no evidence which gate matters most",
        ),
        ({"greff:NFG": np.nan}, True, "the forget gate matters most"),
    ],
)
def test_without_which_gate_most_is_lost_is_said_where_numbers_carry_it(
    experiment, lost, holds, says
):
    runs = made_up_bits(experiment, lost)
    (verdict,) = verdicts.judge_loss(
        count_failures(keep_best_rate(runs)), summarise(runs, experiment)
    )
    assert verdict.holds == holds
    assert says in verdict.text


def test_a_network_worse_than_nothing_counts_as_nothing(experiment):
    runs = made_up_bits(experiment, {})
    nothing = find_problem(experiment.tasks[0]).nothing(20)
    worse = runs.assign(error=[5000.0, np.nan, nothing / 2, *runs["error"][3:]])
    assert count_failures(worse)["error"][:3].tolist() == [nothing, nothing, nothing / 2]
    # of squares, which have no such bound
    other = runs.assign(task="write", length=20, error=5000.0)
    assert set(count_failures(other)["error"]) == {5000.0}


def test_of_fewer_gates_or_seeds_nothing_is_said(experiment):
    runs = made_up_bits(experiment, {})
    table = summarise(runs, experiment)
    assert verdicts.judge_loss(runs, table[table["arm"] != "greff:NOG"]) == []
    assert verdicts.judge_loss(runs, table.assign(solved=0)) == []
    (verdict,) = verdicts.judge_loss(runs[runs["seed"] == 0], table)
    assert "one seed cannot show" in verdict.text


def test_pictures_are_in_bits_with_what_counting_needs_if_it_is_near(experiment):
    runs, (task,) = made_up_bits(experiment, {"greff:NFG": 0.4}), experiment.tasks
    (axes,) = pictures.errors_by_arm(runs, experiment, {task: COUNTED}).axes
    assert (axes.get_ylabel(), axes.get_yscale()) == ("bits per character", "linear")
    assert [text.get_text() for text in axes.texts] == ["2-gram"]
    assert axes.get_ylim()[0] > 2
    sized = pd.concat([runs, runs.assign(units=128, error=2.1)])
    (axes,) = pictures.errors_by_size(
        sized, Experiment(**asdict(experiment) | {"units": (64, 128)})
    ).axes
    assert axes.get_ylabel() == "bits per character"
    np.testing.assert_allclose(axes.lines[0].get_ydata(), [2.5, 2.1], atol=0.01)
