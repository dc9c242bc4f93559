"""Pushes on a weight: the parts of a derivative, checked against differences of the error."""

import numpy as np
import pandas as pd
import pytest
from support.facts import raises

from glasscell.lab.conflict import PUSHES, judge, summarise, watch
from glasscell.lab.design.cell_arms import find_arm
from glasscell.lab.design.experiment import Condition, Experiment
from glasscell.lab.design.measures import VALIDATION
from glasscell.lab.sentences import Lab
from glasscell.lab.training.batches import held_out
from glasscell.lab.training.networks import Networks, start_weights

SMALL = Experiment(tasks=("write", "show"), seeds=2, learning_rates=(0.1,), updates=120,
                   held_out=40, length=8, units=2, memories=2)  # fmt: skip


@pytest.mark.parametrize("task", ["write", "show"])
def test_both_pushes_together_are_the_slope_of_the_error(task):
    x, y = held_out(Condition(task, "full", 2, 2, 8), SMALL, VALIDATION, 40)
    start = start_weights(find_arm("full"), 3, 2, 2, (0, 1))
    start["read_out"] = np.float32([[[1, -2], [0.5, 1]], [[-1, 1], [1, 2]]])
    weight, marked, unmarked = PUSHES[task](Networks(find_arm("full"), start), x, y)

    def error_if_grown(by):
        grown = {name: v.astype("float32").copy() for name, v in start.items()}
        of = grown["kernel"][:, :2, 4:6] if task == "write" else grown["read_out"]
        of *= 1 + by / np.linalg.norm(of, axis=(1, 2), keepdims=True)
        return np.mean(
            (Networks(find_arm("full"), grown)(x).numpy() - y) ** 2, axis=(1, 2, 3), dtype=float
        )

    slope = (error_if_grown(0.01) - error_if_grown(-0.01)) / 0.02
    np.testing.assert_allclose(-(marked + unmarked), slope, rtol=0.02, atol=1e-4)
    of = start["kernel"][:, :2, 4:6] if task == "write" else start["read_out"]
    np.testing.assert_allclose(weight, np.linalg.norm(of, axis=(1, 2)), rtol=1e-5)


def test_where_no_step_is_marked_marked_ones_push_nothing():
    x, y = held_out(Condition("write", "full", 2, 2, 8), SMALL, VALIDATION, 40)
    x[..., -1] = 0
    start = start_weights(find_arm("NIG"), 3, 2, 2, (0, 1))
    networks = Networks(find_arm("NIG"), start | {"read_out": np.ones((2, 2, 2), "float32")})
    for task in PUSHES:
        _, marked, unmarked = PUSHES[task](networks, x, y)
        assert not marked.numpy().any()
        assert unmarked.numpy().all()


@pytest.mark.nightly  # test_lab.py of the commands watches one
@pytest.mark.long(9)
def test_what_is_watched_is_a_table():
    table = watch(SMALL)
    assert list(table["update"].unique()) == [0, 100, 120]
    assert len(table) == 2 * 2 * 2 * 3
    assert np.isfinite(table[["weight", "push_marked", "push_unmarked"]]).all(axis=None)
    means = summarise(table)
    assert len(means) == 2 * 2 * 3
    assert (means["networks"] == 2).all()
    with raises(Lab.NO_CONFLICT, tasks=("erase",)):
        watch(Experiment(tasks=("erase",)))


def made_up(down, gated):
    rows = []
    for arm, push in (("full", gated), ("NIG", down)):
        for seed in range(10):
            pushes = {"push_marked": -push, "push_unmarked": push * (0.55 + 0.1 * seed)}
            rows.append(
                {"task": "write", "arm": arm, "seed": seed, "update": 9, "weight": 1.0} | pushes
            )
    return pd.DataFrame(rows)


@pytest.mark.parametrize(
    ("down", "gated", "holds", "says"),
    [
        (-0.01, -1e-5, True, "with it off by -0.01"),
        (-0.01, -0.01, False, "no significant difference"),
        (-1e-5, -0.01, False, "with it off by -1e-05"),
        (0.01, 1e-5, False, "with it off by +0.01"),
    ],
)
def test_a_conflict_is_reported_only_where_there_is_one(down, gated, holds, says):
    (verdict,) = judge(made_up(down, gated))
    assert verdict.holds == holds
    assert says in verdict.text
