"""The synthetic tasks match the literature: checked against definitions, from the series only."""

import numpy as np
import pytest
from support.facts import raises

from glasscell.data.problems.lags import ORDER_SYMBOLS, adding, embedded_reber, temporal_order
from glasscell.data.problems.reber import SYMBOLS as REBER_SYMBOLS
from glasscell.data.sentences import Reading


def words(s, symbols):
    assert (s.x[s.mask].sum(axis=1) == 1).all()
    return [
        "".join(symbols[k] for k in one[:length].argmax(axis=1))
        for one, length in zip(s.x, s.lengths, strict=True)
    ]


def test_adding():
    s = adding(200, 60, seed=1)
    assert s.lengths.min() >= 60
    assert s.lengths.max() <= 66
    for (value, marker), length, y in zip(s.x.transpose(0, 2, 1), s.lengths, s.y, strict=True):
        marked = np.flatnonzero(marker[:length] == 1)
        assert marker[length - 1] == -1
        assert marked.max() < 29
        assert len(marked) == 2
        assert y == pytest.approx(0.5 + sum(value[t] for t in marked if t) / 4)
        assert marked.min() < 10
    assert np.nanmax(np.abs(s.x[..., 0])) <= 1


@pytest.mark.parametrize(("relevant", "classes"), [(2, 4), (3, 8)])
def test_temporal_order(relevant, classes):
    s = temporal_order(300, relevant, seed=1)
    assert len(s.classes) == classes
    for word, label in zip(words(s, ORDER_SYMBOLS), s.y, strict=True):
        assert word[0] == "E"
        assert word[-1] == "B"
        assert [c for c in word if c in "XY"] == list(label)
        assert 100 <= len(word) <= 110


def test_embedded_reber():
    import re

    s = embedded_reber(500, seed=1)
    grammar = re.compile(r"B[TP]B(?:TS*X(?:XT*V(?:PXT*V)*(?:PS|V)|S)|PT*V(?:PXT*V)*(?:PS|V))E")
    for word, label in zip(words(s, REBER_SYMBOLS), s.y, strict=True):
        assert grammar.fullmatch(word)
        assert word[1] == label
    assert len({*words(s, REBER_SYMBOLS)}) > 100


@pytest.mark.parametrize("task", [adding, temporal_order, embedded_reber])
def test_the_seed_alone_decides(task):
    np.testing.assert_array_equal(task(5, seed=3).x, task(5, seed=3).x)
    assert task(5, seed=3).x.tobytes() != task(5, seed=4).x.tobytes()


def test_bad_sizes_are_refused():
    with raises(Reading.TOO_FEW, what="steps", found=19, least=20):
        adding(1, 19)
