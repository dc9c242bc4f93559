"""Codes are found by what they are, however seldom; measurements, scales of answers and switches have none."""

import numpy as np
import pytest

from glasscell.data import Sequences, read
from glasscell.data.checks.advice import advise
from glasscell.data.checks.codes import find_codes
from glasscell.data.checks.sentences import Doubts

MARKS = {Doubts.MARKER, Doubts.DROPOUT, Doubts.LASTING_DROPOUT, Doubts.RARE_MARKS}


def measured(seed=0, shape=(20, 15, 2)):
    return np.random.default_rng(seed).normal(0, 1, size=shape)


def answers(*codes, scale=range(1, 6), seed=0):
    rng = np.random.default_rng(seed)
    x = rng.choice([*scale], size=(20, 15)).astype("float32")
    for k, code in enumerate(codes):
        x[k : k + 3, k] = code
    return x


def warned(x, channels=("u", "v")):
    series = Sequences.from_list(list(x), y=["a", "b"] * (len(x) // 2), channels=channels)
    return [note for note in advise(series) if note.code in MARKS]


@pytest.mark.parametrize("code", [-999, 9999, -99.9, 999.9, 99, 32767, -32768, 1e20, 9.96921e36])
@pytest.mark.parametrize("offset", [0.0, 0.25])
def test_a_single_code_is_found(code, offset):
    x = (measured()[..., 0] - offset).astype("float32")
    x[4, 7] = np.float32(code - offset)
    (found,) = find_codes(x, offset)
    assert found.number == pytest.approx(code, rel=1e-6)
    assert found.is_known


@pytest.mark.few(4)
@pytest.mark.parametrize("times", [1, 5])  # a code, and a marker
@pytest.mark.parametrize("code", [2147483647, -2147483648, 99999999, -999999999])
def test_what_is_advised_removes_a_code_of_more_digits_than_float32_holds(code, times, tmp_path):
    x = measured()[..., 0].round(3).astype(str).astype(object)
    x[:times, 7] = str(code)
    rows = [f"s{n},{t},{v},{n % 2}" for n, one in enumerate(x) for t, v in enumerate(one)]
    path = tmp_path / "codes.csv"
    path.write_text("\n".join(["id,t,u,label", *rows]) + "\n", encoding="utf-8")
    (warning,) = [note for note in advise(read(path)) if note.code in MARKS]
    (advised,) = warning.values["missing"] if times == 1 else [warning.values["mend"].values["number"]]
    assert np.isnan(read(path, missing=[float(advised)]).x).sum() == times


def test_it_is_named_with_its_series_and_the_others():
    x = measured()
    x[4, 7, 1] = -999
    least, most = (f(np.delete(x[..., 1].astype("float32").ravel(), 4 * 15 + 7)) for f in (np.min, np.max))
    (warning,) = warned(x)
    once, ends = [Doubts.MARK_ONCE(number=-999.0, n=1)], {"least": least, "most": most}
    of = {"ids": ["4"], "more": None, "missing": ["-999"], "slip": None}
    assert warning == Doubts.RARE_MARKS.warning("v", codes=once, **of, **ends)


def test_what_repeats_is_spoken_of_once():
    x = measured()
    x[[1, 3, 5, 7], 4, 1] = -999
    (warning,) = warned(x)
    assert (warning.code, warning.subject) == (Doubts.MARKER, "v")
    assert (warning.values["number"], warning.values["n"]) == (-999, 4)


@pytest.mark.parametrize("codes", [(99,), (98, 99), (97, 98, 99), (-9, -8), (-99, 99), (998, 999)])
def test_codes_of_answers_are_found(codes):
    assert [code.number for code in find_codes(answers(*codes))] == sorted(codes)


def test_codes_of_answers_are_named_together():
    x = np.stack([answers(98, 99), answers()], axis=2)
    (warning,) = warned(x)
    again = [Doubts.MARK_TIMES(number=number, n=3) for number in (98.0, 99.0)]
    of = {"ids": ["0", "1", "2"], "more": Doubts.ETC(), "missing": ["98", "99"], "slip": None}
    assert warning == Doubts.RARE_MARKS.warning("u", codes=again, least=1.0, most=5.0, **of)


def test_a_slip_is_found_where_it_is_far_beyond_all_others():
    x = measured()
    x[2, 3, 0] = 48213.0
    (warning,) = warned(x)
    assert (warning.code, warning.subject, warning.values["ids"]) == (Doubts.RARE_MARKS, "u", ["2"])
    assert warning.values["codes"] == [Doubts.MARK_ONCE(number=48213.0, n=1)]
    assert (warning.values["missing"], warning.values["slip"]) == (["48213"], Doubts.SLIP())
    x[2, 3, 0] = 40.0
    assert warned(x) == []


@pytest.mark.parametrize(
    "x",
    [
        measured()[..., 0],
        np.round(50 + 30 * measured()[..., 0]).clip(0, 99),  # counts that saturate
        np.linspace(0, 999, 300),
        answers(),
        answers(9, scale=range(6)),
        answers(99, scale=range(0, 100, 10)),
        answers(99, scale=[0]),  # a switch
        answers(scale=[0, 32767]),
        np.full(300, np.nan),
        np.full(300, 99.0),
        np.exp(3 * measured()[..., 0]),
    ],
)
def test_nothing_else_is(x):
    assert find_codes(np.reshape(x, (len(x), -1)).astype("float32")) == []
