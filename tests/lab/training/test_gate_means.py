import numpy as np
import pytest
import tensorflow as tf

from glasscell import Variant, cell
from glasscell.lab.design.arms import Arm, find_arm
from glasscell.lab.design.experiment import Condition, Experiment
from glasscell.lab.design.seeding import TEST
from glasscell.lab.training.batches import held_out
from glasscell.lab.training.gate_means import tabulate_gates
from glasscell.lab.training.networks import Networks, start_weights

SMALL = Experiment(seeds=2, learning_rates=(0.1,), held_out=30)
SIZES = 3, 2, 6


def networks(arm):
    return Networks(arm, start_weights(arm, 3, 3, 2, (0, 1)))


@pytest.mark.parametrize("name", ["full", "greff:FGR"])
def test_means_are_those_of_the_steps_with_the_bit_and_without(name):
    """Against the equations, one step after the other."""
    ours, show = networks(find_arm(name)), Condition("show", name, *SIZES)
    table = tabulate_gates(ours, show, SMALL)
    assert len(table) == 2 * 3
    x, _ = held_out(show, SMALL, TEST, 30)
    weights = {part: v[1] for part, v in ours.arrays().items() if "read_out" not in part}
    zero, opened = tf.zeros((30, 3)), {"on": [], "off": []}
    state = cell.State(zero, zero, (zero,) * 3 if name == "greff:FGR" else ())
    for t in range(6):
        state, gates = cell.step(x[1, :, t], state, **weights, variant=ours.arm.variant)
        for where, bit in (("on", 1), ("off", 0)):
            opened[where].append(gates.f.numpy()[x[1, :, t, -1] == bit])
    (row,) = table[(table["seed"] == 1) & (table["gate"] == "f")].to_dict("records")
    for where, v in opened.items():
        assert row[f"bit_{where}"] == pytest.approx(np.concatenate(v).mean(), rel=1e-5)


def test_an_absent_gate_is_open():
    table = tabulate_gates(networks(Arm("NIG", Variant(input_gate=False))), Condition("write", "NIG", *SIZES), SMALL)
    assert (table.loc[table["gate"] == "i", ["bit_on", "bit_off"]] == 1).all(axis=None)


def test_of_a_step_of_ones_own_nothing_is_reported():
    assert tabulate_gates(networks(Arm("own", step=cell.step)), Condition("write", "own", *SIZES), SMALL).empty
