import numpy as np
import pytest

from glasscell.tasks.language import reader
from glasscell.tasks.language.network import build_language_network, parts_of
from glasscell.training.streams import bits

C = 8


@pytest.mark.parametrize("piece", [3, 200])
def test_side_by_side_each_text_has_the_bits_it_has_alone(piece, monkeypatch):
    monkeypatch.setattr(reader, "PIECE", piece)
    parts = parts_of(build_language_network(C, units=[6, 4], embedding=3, seed=2))
    rng = np.random.default_rng(0)
    texts = [rng.integers(C, size=n).astype("int32") for n in (4, 1, 11, 2, 11)]
    found = reader.bits_of(parts, texts)
    for ours, text in zip(found, texts, strict=True):
        assert ours.shape == (len(text) - 1,)
        if len(text) > 1:
            logits, _ = parts.read(text[None, :-1], parts.fresh(1))
            np.testing.assert_allclose(ours, bits(text[None, 1:], logits)[0], atol=3e-6)


def test_of_no_text_there_are_no_bits():
    assert reader.bits_of(parts_of(build_language_network(C, units=2)), []) == []
