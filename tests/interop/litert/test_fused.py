import numpy as np
import pytest
import tensorflow as tf
from support.facts import raises
from support.leaving import FORMS, asked, leaving_network

from glasscell.interop.litert.fused import answering
from glasscell.interop.npz import plain_network
from glasscell.interop.sentences import Interop
from glasscell.variants import GREFF


@pytest.mark.long(1)
@pytest.mark.parametrize("form", FORMS)
def test_steps_moved_to_the_front_are_answered_as_if_they_stood_where_they_did(form):
    network, meaning = leaving_network(form)
    x, (wanted, answered) = asked(network, meaning)
    found, there = answering(plain_network(network, meaning), len(x))(tf.constant(x))
    np.testing.assert_array_equal(there, answered)
    np.testing.assert_allclose(found, wanted, rtol=2e-5, atol=3e-6)


def test_another_cell_is_refused_by_name():
    network, meaning = leaving_network("plain", variant=GREFF["CIFG"])
    with raises(Interop.NO_LITERT_CELL):
        answering(plain_network(network, meaning), 1)
