from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.facts import raises

from glasscell.data.texts.alphabet import BOUNDARY, RARE, SHOWN_RARE, Alphabet, alphabet_of
from glasscell.data.texts.sentences import Texts

ANY = st.text(st.characters(exclude_categories=[]), max_size=60)  # surrogates alone, too, as some encodings give them


@given(ANY, ANY)
def test_what_it_knows_comes_back_and_all_else_is_rare(known, text):
    alphabet = Alphabet("".join(sorted(set(known) | {"a"})))
    numbers = alphabet.encode(text)
    assert numbers.dtype == "int32"
    assert numbers.shape == (len(text),)
    slow = [alphabet.characters.index(c) + 2 if c in alphabet.characters else RARE for c in text]
    assert numbers.tolist() == slow
    wanted = "".join(c if c in alphabet.characters else SHOWN_RARE for c in text)
    assert alphabet.decode(numbers) == alphabet.decode(slow) == wanted


@given(st.lists(ANY, min_size=1, max_size=4), st.integers(1, 4))
def test_characters_that_stand_there_often_enough_have_a_number(texts, rare):
    counts = Counter("".join(texts))
    wanted = "".join(sorted(c for c, n in counts.items() if n >= rare))
    if len(wanted) < 2:
        with raises(Texts.NO_ALPHABET, n=sum(counts.values()), known=len(wanted), least=rare):
            alphabet_of(texts, rare)
        return
    alphabet = alphabet_of(texts, rare)
    assert alphabet.characters == wanted
    assert len(alphabet) == len(wanted) + 2


def test_all_bytes_have_a_place():
    text = bytes(range(256)).decode("latin-1") * 2
    alphabet = alphabet_of([text])
    assert len(alphabet) == 258
    assert alphabet.encode(text).tolist() == [*range(2, 258)] * 2


@pytest.mark.parametrize(("length", "least"), [(399_999, 2), (600_000, 3)])
def test_by_default_what_stands_less_than_once_in_200_000_is_rare(length, least):
    often, seldom = "é" * least, "ü" * (least - 1)
    alphabet = alphabet_of(["ab" * (length // 2), often, seldom])
    assert alphabet.characters == "abé"
    assert (alphabet.encode(often + seldom) == RARE).tolist() == [False] * least + [True] * (least - 1)


def test_a_boundary_is_not_shown():
    assert Alphabet("ab").decode(np.array([BOUNDARY, 2, BOUNDARY, 3, RARE])) == f"ab{SHOWN_RARE}"
    assert Alphabet("ab").encode("").shape == (0,)
