from collections import Counter
from unittest import mock

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.facts import raises

from glasscell.data.texts.alphabet import (
    BOUNDARY,
    RARE,
    SHOWN_RARE,
    Alphabet,
    alphabet_of,
    read_side_by_side,
)
from glasscell.data.texts.sentences import Texts

# surrogates alone, too, as some encodings give them
ANY = st.text(st.characters(exclude_categories=[]), max_size=60)


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
    assert (alphabet.encode(often + seldom) == RARE).tolist() == [False] * least + [True] * (
        least - 1
    )


def test_a_boundary_is_not_shown():
    assert Alphabet("ab").decode(np.array([BOUNDARY, 2, BOUNDARY, 3, RARE])) == f"ab{SHOWN_RARE}"
    assert Alphabet("ab").encode("").shape == (0,)


@given(st.lists(st.integers(1, 23), max_size=6), st.integers(1, 9))
def test_what_each_text_gives_is_what_it_gives_alone(lengths, size):
    rng = np.random.default_rng(len(lengths))
    texts = [rng.integers(1, 9, n) for n in lengths]

    def read(piece, states):
        """Give at each symbol the sum of those so far in the text, whose state is that sum."""
        assert piece.shape[1] <= size + 1
        before = np.zeros(len(piece), "int64") if states is None else states[: len(piece)]
        sums = before[:, None] + piece[:, :-1].cumsum(1)
        return sums, sums[:, -1]

    with mock.patch("glasscell.data.texts.alphabet.PIECE", size):
        every = read_side_by_side(texts, read)
    for found, text in zip(every, texts, strict=True):
        np.testing.assert_array_equal(found, text[:-1].cumsum())


@pytest.mark.parametrize("texts", [[], [np.array([0])]])
def test_where_nothing_is_to_be_read_nothing_is(texts):
    found = read_side_by_side(texts, lambda *_: pytest.fail("it was read"))
    assert [len(one) for one in found] == [0] * len(texts)


def test_no_more_are_read_at_once_than_the_memory_is_meant_for():
    texts, rows = [np.arange(1 + n) for n in range(150)], []

    def read(piece, states):
        rows.append((len(piece), states))
        return piece[:, :-1], piece[:, -1]

    found = read_side_by_side(texts, read)
    assert [list(one) for one in found] == [list(range(n)) for n in range(150)]
    assert rows == [(64, None), (64, None), (21, None)]  # of the shortest, one has nothing to read
