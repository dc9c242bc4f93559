"""A long text is trained on by Muon, its passages shuffled; a short one, which Muon would learn by heart, by Adam."""

from typing import Any

import keras
import numpy as np
import pytest

from glasscell.tasks.language.preparation import prepare_training
from glasscell.tasks.language.settings import LONG
from glasscell.training.muon import Muon


@pytest.mark.parametrize(("symbols", "optimizer"), [(LONG - 1, keras.optimizers.Adam), (LONG, Muon)])
def test_the_optimiser_and_the_order_are_chosen_by_the_length(symbols, optimizer):
    how = {"streams": 2, "piece": 3, "updates": 10, "learning_rate": 0.25, "clip_norm": 1.0, "seed": 0}
    training = prepare_training(np.arange(symbols) % 7, 7, **how, units=3, embedding=2)
    assert type(training.model.optimizer) is optimizer
    assert float(training.model.optimizer.learning_rate) == 0.25
    batches: Any = training.batches
    assert np.array_equal(batches.text, np.arange(symbols) % 7) == (symbols < LONG)
