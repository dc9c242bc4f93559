"""Memories of all units, against one text at a time and the model's own reading."""

import numpy as np
import pytest
from support.language_models import random_model, random_text

from glasscell.tasks.language.cells.causes import Place, places_of
from glasscell.tasks.language.cells.finding import memories


@pytest.mark.parametrize("variant", [None, "CIFG", "V", "FGR"])
def test_side_by_side_is_as_one_at_a_time_and_as_the_model_reads_it(variant):
    rng = np.random.default_rng(0)
    model = random_model(rng, variant=variant)
    texts = [random_text(rng, length) for length in (7, 1, 30, 12)]
    found = memories(model, texts)
    for text, c in zip(texts, found, strict=True):
        assert c.shape == (len(text) - 1, 9)
        # a product of a row is summed in another order than that of several: some ulps a step
        np.testing.assert_allclose(c, memories(model, [text])[0], atol=2e-6)
        for k, now in enumerate(c):
            _, states = model.read(text[None, : k + 2])
            np.testing.assert_allclose(
                now, np.concatenate([state[1][0] for state in states]), atol=2e-5
            )


def test_places_are_in_the_order_of_the_columns():
    model = random_model(np.random.default_rng(2))
    assert places_of(model) == [*(Place(0, k) for k in range(5)), *(Place(1, k) for k in range(4))]


def test_no_text_has_no_memories():
    assert memories(random_model(np.random.default_rng(3)), []) == []
