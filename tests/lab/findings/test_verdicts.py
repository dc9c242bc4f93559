"""A verdict that the data do not support is never printed."""

import numpy as np
import pandas as pd
import pytest
from support.made_up_tables import OWN, made_up, made_up_gates

from glasscell.lab.design.experiment import Experiment
from glasscell.lab.findings.table import summarise, summarise_gates
from glasscell.lab.findings.verdicts import judge, judge_failures, judge_gates

TEN = Experiment()


def verdicts(runs, experiment=TEN):
    return judge(summarise(runs, experiment))


def test_each_gate_is_needed_where_the_data_say_so():
    found = verdicts(made_up(TEN))
    assert [v.task for v in found if v.holds] == list(OWN)
    assert found[0].text.startswith(
        "write needs the input gate: 0 of 10 networks solve it without, 10 of 10 with it"
    )
    assert "write: NFG vs full: no significant difference (p = " in found[1].text


@pytest.mark.parametrize(
    "seed", [*range(2), *(pytest.param(k, marks=pytest.mark.nightly) for k in range(2, 20))]
)
def test_equal_arms_give_no_difference(seed):
    found = verdicts(made_up(TEN, bad=0.0003, seed=seed))
    assert not any(v.holds for v in found)
    assert all("needs" not in v.text.replace("that it needs", "") for v in found)
    said = " ".join(v.text for v in found)
    assert said.count("no significant difference") >= 8  # of 9: by chance one may differ


def test_the_same_errors_give_no_difference_at_all():
    runs = made_up(TEN)
    runs[["validation_error", "error"]] = 0.001
    assert all("no significant difference" in v.text for v in verdicts(runs))


def test_no_gate_is_needed_if_all_arms_fail():
    found = verdicts(made_up(TEN, good=0.09, bad=0.15))
    assert not any(v.holds for v in found)
    assert (
        "no evidence that it needs the input gate: only 0 of 10 networks of full solve it; only 0"
        in found[0].text
    )


def test_no_gate_is_needed_if_the_arm_without_it_does_better():
    found = verdicts(made_up(TEN, good=0.1, bad=0.0003))
    assert "no evidence" in found[0].text
    assert "NIG does not have a larger error" in found[0].text


def test_few_seeds_are_no_evidence():
    found = verdicts(made_up(one := Experiment(seeds=1)), one)
    assert found[0].text == "write: one seed cannot show whether it needs the input gate"
    assert found[1].text == "write: NFG vs full: one seed allows no test"
    runs = made_up(two := Experiment(seeds=2))
    runs["error"] *= np.random.default_rng(0).uniform(0.3, 3, len(runs))
    assert not any(v.holds for v in verdicts(runs, two))


def test_a_gate_without_which_some_solve_it_is_not_needed():
    runs = made_up(TEN)
    lucky = (runs["arm"] == "NIG") & (runs["task"] == "write") & (runs["seed"] < 2)
    runs.loc[lucky, ["error", "solved"]] = 0.0003, True
    assert "2 of 10 networks solve it without" in verdicts(runs)[0].text


def test_gates_are_reported_over_the_networks_that_solved_the_task():
    gates = made_up_gates(TEN)
    table = summarise_gates(gates, made_up(TEN))
    assert len(table) == 3 * 3 * 3  # none of the three conditions where nobody solved it
    row = table.iloc[0]
    assert (row["task"], row["arm"], row["gate"], row["networks"]) == ("write", "full", "i", 10)
    assert row["bit_on"] == pytest.approx(0.9 + 0.001 * 4.5)
    assert row["bit_on_sd"] == pytest.approx(0.001 * np.std(np.arange(10), ddof=1))
    assert row["bit_off_sd"] == pytest.approx(0)
    found = judge_gates(table)
    assert [v.holds for v in found] == [True] * 3
    assert (
        "erase: the forget gate averages 0.905 ± 0.003 with the bit on and 0.010 ± 0.000 with it "
        "off" in found[1].text
    )
    assert found[1].text.endswith(
        "its own gate changes 62 times as much as any other (10 networks)"
    )


def test_where_other_gates_move_too_that_is_said():
    gates = made_up_gates(TEN)
    gates.loc[gates["gate"] == "f", "bit_on"] = 0.2
    found = judge_gates(summarise_gates(gates, made_up(TEN)))
    assert [v.holds for v in found] == [False, True, False]
    assert "no gate changes clearly the most" in found[0].text


def test_where_nobody_solved_anything_nothing_is_reported():
    table = summarise_gates(made_up_gates(TEN), made_up(TEN, good=0.1))
    assert table.empty
    assert judge_gates(table) == []
    assert (
        judge_gates(summarise_gates(pd.DataFrame(columns=made_up_gates(TEN).columns), made_up(TEN)))
        == []
    )


def test_what_somebody_brings_along_does_not_overturn_a_verdict():
    arms = ("full", "NIG", "NFG", "NOG", "mine:bad")
    with_own = Experiment(tasks=("erase",), arms=arms)
    runs = made_up(with_own)
    runs.loc[runs["arm"] == "mine:bad", ["error", "solved"]] = 0.2, False
    found = verdicts(runs, with_own)
    assert found[0].holds
    assert found[0].text.startswith(
        "erase needs the forget gate: 0 of 10 networks solve it without, 10 of 10 with it"
    )
    assert "mine:bad vs full: larger error" in found[-1].text
    assert not any("NFG vs full" in verdict.text for verdict in found)  # it was told already


def test_of_one_network_nothing_is_reported_about_gates():
    runs = made_up(TEN)
    runs.loc[runs["seed"] > 0, "solved"] = False
    found = judge_gates(summarise_gates(made_up_gates(TEN), runs))
    assert not any(verdict.holds for verdict in found)
    assert found[0].text == "write: one network cannot show what gates do"


def test_an_arm_that_failed_is_reported():
    runs = made_up(TEN)
    runs.loc[(runs["arm"] == "NOG") & (runs["task"] == "erase"), "error"] = np.nan
    assert [verdict.text.split(";")[0] for verdict in judge_failures(runs)] == [
        "erase: the training of NOG failed in all networks"
    ]
