import numpy as np
import pytest
from support.resumable import series

from glasscell import LSTMClassifier
from glasscell.errors import TrainingFailed
from glasscell.training.sharing import SharedGraph

SETTINGS = {"units": 2, "epochs": 3, "batch_size": 5, "bidirectional": False, "random_state": 1}


def prepared(seed, n=13, unequal=True, **more):
    x, y = series(n, seed)
    if unequal:
        for k in range(n):
            x[k, 2 + (k + seed) % 5 :] = np.nan
    learner = LSTMClassifier(**SETTINGS | more)
    return learner, learner.prepare(x, np.array(list("ab"))[y % 2])


@pytest.mark.long(4)
@pytest.mark.parametrize(
    "how",
    [
        {},
        *(
            pytest.param(how, marks=pytest.mark.nightly)
            for how in ({"unequal": False}, {"class_weight": "balanced"})
        ),
    ],
)
def test_trainings_in_one_graph_come_out_bit_for_bit(how):
    graph, made, learnt = SharedGraph(), [], []
    for seed in (0, 1, 2):
        (_, alone), (_, fitting) = prepared(seed, **how), prepared(seed, **how)
        alone.run()
        graph.run(fitting.training, 3, fitting.callbacks)
        assert (fitting.training.epoch, fitting.training.history) == (3, alone.training.history)
        made.append(fitting.training)
        learnt.append([v.copy() for v in fitting.training.model.get_weights()])
        for one, other in zip(
            alone.training.model.get_weights(), fitting.training.model.get_weights(), strict=True
        ):
            np.testing.assert_array_equal(one, other)
    for training, weights in zip(made, learnt, strict=True):  # also of the first, whose graph it is
        for one, other in zip(training.model.get_weights(), weights, strict=True):
            np.testing.assert_array_equal(one, other)
    assert made[1]._epochs_graph.experimental_get_tracing_count() == 0  # it was not traced again
    assert made[0]._epochs_graph.experimental_get_tracing_count() == 1


@pytest.mark.nightly  # one of several of trainings side by side
@pytest.mark.long(2)
def test_what_is_of_another_form_has_a_graph_of_its_own():
    graph = SharedGraph()
    for how in ({}, {"n": 14}):
        _, fitting = prepared(0, **how)
        graph.run(fitting.training, 1, fitting.callbacks)
        assert fitting.training._epochs_graph.experimental_get_tracing_count() == 1


@pytest.mark.nightly  # one of several of trainings side by side
@pytest.mark.long(3)
def test_one_that_fails_leaves_the_next_one_well():
    graph = SharedGraph()
    for seed in (0, 1, 2):
        (_, alone), (_, fitting) = prepared(seed), prepared(seed)
        if seed == 1:
            fitting.training.model.get_layer("read_out").kernel.assign(
                np.full((4, 2), np.inf, "float32")
            )
            with pytest.raises(TrainingFailed):
                graph.run(fitting.training, 3)
            continue
        graph.run(fitting.training, 3)
        alone.run()
        assert fitting.training.history == alone.training.history
