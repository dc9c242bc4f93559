"""Bits per character by xz: what is known, and that all of the training text is within reach."""

import numpy as np
import pytest
from support.facts import raises

from glasscell.data.texts.compression import xz_bits
from glasscell.data.texts.sentences import Texts

WHOLE = 70 << 10  # bytes


def random_text(seed, size=WHOLE):
    return "".join(map(chr, np.random.default_rng(seed).integers(32, 48, size)))  # 4 bits a character


def test_text_without_order_costs_what_its_alphabet_does():
    assert 4 <= xz_bits([random_text(0)]) < 4.3  # xz has no arithmetic coder for whole symbols: some per cent more


def test_what_stood_in_the_training_text_costs_next_to_nothing_and_new_text_all():
    first, *others = [random_text(seed) for seed in range(4)]
    assert xz_bits([first], after=[first, *others]) < 0.02
    assert xz_bits([first[:5000], first[9000:]], after=[first, *others]) < 0.02
    assert 4 <= xz_bits([random_text(9)], after=[first, *others]) < 4.3


def test_a_character_counts_once_however_many_bytes_it_has():
    letters = random_text(0, 5000)
    greek = letters.translate({k: chr(k + 900) for k in range(32, 48)})
    assert xz_bits([greek]) == pytest.approx(xz_bits([letters]), rel=0.3)
    assert xz_bits([greek.encode()]) == xz_bits([greek]) / 2
    assert xz_bits(["\ud800"]) > 0  # as in text that was read with surrogates for what is no UTF-8


def test_no_text_is_refused():
    with raises(Texts.NO_CHARACTERS, n=2):
        xz_bits(["", ""], after=["text"])
