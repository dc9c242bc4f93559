"""The self-check passes for a right layer, and for no wrong one."""

import numpy as np
import pytest
import tensorflow as tf

from glasscell import LSTM
from glasscell.layers import selfcheck
from glasscell.recurrence import engines


def test_a_right_layer_passes():
    found = selfcheck.largest_difference_from_keras()
    assert found["passed"] is True
    assert found["cases"] == 6
    assert found["engine"] == engines.choose_engine().engine
    assert 0 < found["difference"] < found["allowed"] == 1e-5


def wrong_outputs(h):
    return h * (1 + 1e-3)


@tf.custom_gradient
def wrong_gradients(h):
    return tf.identity(h), lambda dh: 1.01 * dh


def not_a_number(h):
    return h * np.nan


@pytest.mark.few(1)
@pytest.mark.parametrize(
    "fault",
    [wrong_outputs, wrong_gradients, pytest.param(not_a_number, marks=pytest.mark.nightly)],
    ids=lambda fault: fault.__name__,
)
def test_a_wrong_layer_fails(fault, monkeypatch):
    class Wrong(LSTM):
        def call(self, *arguments, **options):
            return fault(super().call(*arguments, **options))

    monkeypatch.setattr(selfcheck, "LSTM", Wrong)
    found = selfcheck.largest_difference_from_keras()
    assert found["passed"] is False
    assert found["difference"] is None if fault is not_a_number else found["difference"] > 1e-5
