"""Memories of all units, against one text at a time and the model's own reading."""

import numpy as np
import pytest
from support.language_models import random_model, random_text

from glasscell.tasks.language.cells.memories import Place, memories, places_of


@pytest.mark.parametrize("variant", [None, "CIFG", "V", "FGR"])
def test_side_by_side_is_as_one_at_a_time_and_h_as_the_model_reads_it(variant):
    rng = np.random.default_rng(0)
    model = random_model(rng, variant=variant)
    texts = [random_text(rng, length) for length in (7, 1, 30, 12)]
    found = memories(model, texts, "h")
    for text, h in zip(texts, found, strict=True):
        assert h.shape == (len(text) - 1, 9)
        # a product of a row is summed in another order than that of several: some ulps a step
        np.testing.assert_allclose(h, memories(model, [text], "h")[0], atol=2e-6)
        kernel, bias = model.read_out
        logits, _ = model.read(text[None])
        np.testing.assert_allclose(h[:, 5:] @ kernel + bias, logits[0, 1:], atol=2e-5)


def test_c_is_what_h_is_made_of():
    rng = np.random.default_rng(1)
    model, text = random_model(rng, units=(6,)), random_text(rng, 20)
    c, h = (memories(model, [text], quantity)[0] for quantity in ("c", "h"))
    gate = h / np.tanh(c)
    assert ((gate > 0) & (gate < 1)).all()
    assert np.abs(c).max() > np.abs(h).max()


def test_places_are_in_the_order_of_the_columns():
    model = random_model(np.random.default_rng(2))
    assert places_of(model) == [*(Place(0, k) for k in range(5)), *(Place(1, k) for k in range(4))]


def test_no_text_has_no_memories():
    assert memories(random_model(np.random.default_rng(3)), []) == []
