"""Missing-value codes are found where far from all other numbers; nothing else is misclassified."""

import numpy as np
import pytest
from support.facts import only, raises

from glasscell.data import Sequences, read, read_in_parts
from glasscell.data.checks.advice import advise
from glasscell.data.checks.codes import check_codes, find_codes
from glasscell.data.checks.sentences import Doubts


def measured(seed=0, shape=(20, 15, 2)):
    return np.random.default_rng(seed).normal(20, 5, size=shape)


def channel(*codes, seed=0, at=(0.0, 1.0)):
    """Return noise of one channel, in which each code stands once."""
    x = np.random.default_rng(seed).normal(*at, size=(20, 15))
    for k, code in enumerate(codes):
        x[k, 7] = code
    return x


def numbers(x, offset=0.0):
    return [one.number for one in find_codes((x - offset).astype("float32"), offset)]


def warned(x, channels=("u", "v")):
    series = Sequences.from_list(list(x), y=["a", "b"] * (len(x) // 2), channels=channels)
    return [note for note in advise(series) if note.code is Doubts.MARKER]


@pytest.mark.parametrize("code", [-999, 9999, -99.9, 99.99, 99, 32767, -32768, 1e20, 9.96921e36])
@pytest.mark.parametrize("offset", [0.0, 0.25])
def test_a_known_code_is_found_though_it_stands_there_once(code, offset):
    assert numbers(channel(code), offset) == pytest.approx([code], rel=1e-6)


@pytest.mark.parametrize("code", [-999, -99.9, -9999])
def test_a_known_code_is_found_in_whole_series_beside_a_constant(code):
    x = np.full((6, 9), 4.2)
    x[[1, 4]] = code
    assert numbers(x) == pytest.approx([code], rel=1e-6)


@pytest.mark.parametrize("pair", [(0, 99), (-1, 1), (-999, -999), (-5, 4.2), (0, 999)])
def test_switches_and_constants_have_no_code(pair):
    x = np.full((6, 9), pair[0], float)
    x[[1, 4]] = pair[1]
    assert numbers(x) == []


@pytest.mark.parametrize("code", [1e6, -500, 77])
def test_another_number_is_found_where_it_repeats_or_is_a_slip_far_beyond_all_others(code):
    x = channel(code, code, code)
    assert numbers(x) == [code]
    x = channel()
    x[3] = code  # it is all that one series has, and may be what that is like
    assert numbers(x) == ([code] if abs(code) > 800 else [])
    assert numbers(channel(48213.0)) == [48213]
    assert numbers(channel(40.0)) == []


def test_codes_at_both_ends_and_behind_each_other_are_found():
    assert sorted(numbers(channel(-999, 9999))) == [-999, 9999]
    assert sorted(numbers(channel(-999, -99))) == [-999, -99]
    assert numbers(np.random.default_rng(0).integers(1, 6, size=(20, 15)) * 1.0) == []
    answers = np.random.default_rng(0).integers(1, 6, size=(20, 15)) * 1.0
    answers[4, 4] = 99
    assert numbers(answers) == [99]


@pytest.mark.few(4)
@pytest.mark.parametrize("times", [1, 5])
@pytest.mark.parametrize("code", [2147483647, -2147483648, 99999999, -999999999])
def test_what_is_advised_removes_a_code_of_more_digits_than_float32_holds(code, times, tmp_path):
    x = measured()[..., 0].round(3).astype(str).astype(object)
    x[:times, 7] = str(code)
    rows = [f"s{n},{t},{v},{n % 2}" for n, one in enumerate(x) for t, v in enumerate(one)]
    path = tmp_path / "codes.csv"
    path.write_text("\n".join(["id,t,u,label", *rows]) + "\n", encoding="utf-8")
    advised = only(advise(read(path)), Doubts.MARKER).values["mend"].values["number"]
    assert np.isnan(read(path, missing=[advised]).x).sum() == times


def test_it_is_named_with_its_series_how_often_it_is_there_and_the_others():
    x = measured()
    x[[1, 3, 5, 7], 4, 1] = -999
    others = x[..., 1].astype("float32")[x[..., 1] != -999]
    where = Doubts.IN_SERIES(ids=["1", "3", "5", "7"])
    about = {"number": -999.0, "n": 4, "where": where, "state": None, "others": None}
    ends = {"least": others.min(), "most": others.max()}
    mend = Doubts.USE_MISSING(number=-999.0)
    assert warned(x) == [Doubts.MARKER.warning("v", **about, **ends, mend=mend)]
    assert warned(x, ("u", "time_gap")) == []  # a long pause, and no measurement
    (warning,) = check_codes(x, np.zeros(2), ["u", "v"])
    assert warning.values["where"] is None


def lost(x, number, share=0.05):
    return np.where(np.random.default_rng(1).random(x.shape) < share, number, x)


def uniform(least, most, seed=0, shape=(20, 30)):
    return np.random.default_rng(seed).uniform(least, most, size=shape)


@pytest.mark.parametrize(
    ("x", "number"),
    [
        (np.round(uniform(60, 100)), 0),
        (uniform(0.2, 0.9), -1),
        (uniform(-90, -40), 0),
        (uniform(60, 100), -1),
        (np.random.default_rng(0).normal(36.5, 0.5, size=(20, 30)), 0),
    ],
)
@pytest.mark.parametrize("offset", [0.0, 20.0])
def test_zeros_of_a_lost_contact_are_found_apart_from_the_others(x, number, offset):
    (one,) = find_codes((lost(x, number) - offset).astype("float32"), offset)
    assert one.number == number
    np.testing.assert_allclose([one.least, one.most], [x.min(), x.max()], rtol=0.05)
    assert numbers(x, offset) == []


def test_zeros_may_be_a_state_and_it_is_said_what_else_would_lose_them():
    x = np.stack(
        [lost(np.round(uniform(60, 100)), 0), np.random.default_rng(2).poisson(2, size=(20, 30))],
        axis=2,
    )
    (warning,) = warned(x, ("pulse", "n"))
    assert (warning.subject, warning.values["n"]) == ("pulse", (x[..., 0] == 0).sum())
    assert warning.values["state"] == Doubts.MAY_BE_STATE()
    assert warning.values["others"] == Doubts.OTHERS_LOSE_IT(channels=["n"])


RNG = np.random.default_rng(2)
SHAPE = (20, 30)


@pytest.mark.parametrize(
    "x",
    [
        measured()[..., 0],
        np.round(measured()[..., 0]),
        np.clip(measured()[..., 0], 15, 25),  # a sensor that saturates
        np.round(50 + 30 * channel()).clip(0, 99),
        np.linspace(0, 999, 300).reshape(20, 15),
        RNG.integers(0, 2, size=SHAPE) * 1000.0,  # switches
        RNG.integers(0, 2, size=SHAPE) * 99.0,
        RNG.choice([0, 32767.0], size=SHAPE),
        RNG.integers(-1, 300, size=SHAPE) * 1.0,
        RNG.choice([*range(0, 100, 10), 99.0], size=SHAPE),
        np.full(SHAPE, np.nan),
        np.full(SHAPE, 99.0),
        np.exp(3 * RNG.normal(size=SHAPE)),
        RNG.poisson(5, size=SHAPE) * 1.0,
        RNG.poisson(40, size=SHAPE) * 1.0,
        np.maximum(RNG.normal(size=SHAPE), 0),
        lost(RNG.normal(size=SHAPE), 0),
        lost(uniform(0.2, 0.9), 0),  # as near as rain that a gauge begins to count at 0.2
        lost(uniform(60, 100), 0, 0.7),  # a machine that mostly rests
        np.where(
            np.arange(20)[:, None] < 4, 0, uniform(60, 100)
        ),  # one that rests for whole series
        np.where(np.arange(600).reshape(SHAPE) < 2, 0, uniform(60, 100)),  # twice only
    ],
)
def test_measurements_counts_and_switches_are_none(x):
    assert numbers(x) == []


def test_a_file_is_read_without_its_codes(tmp_path):
    path = tmp_path / "steps.csv"
    path.write_text(
        "id,t,u,label\na,0,1.5,up\na,1,-999,up\nb,0,9999,down\nb,1,2,down\n", encoding="utf-8"
    )
    expected = [[1.5, np.nan], [np.nan, 2.0]]
    np.testing.assert_array_equal(read(path, missing=[-999, 9999]).x[..., 0], expected)
    parts = list(read_in_parts(path, series=1, missing=[-999, 9999]))
    np.testing.assert_array_equal(np.concatenate([part.x[..., 0] for part in parts]), expected)
    assert -999 in read(path).x


def numbered(n=30, marked=5, marker=-999.0):
    y = np.random.default_rng(0).normal(50, 10, size=n)
    y[:marked] = marker
    return Sequences.from_list(list(measured(shape=(n, 15, 1))), y=y)


@pytest.mark.parametrize("marker", [-999.0, 9999.0])
@pytest.mark.parametrize("marked", [1, 5])
def test_a_code_among_labels_that_are_numbers_is_named_with_how_often(marker, marked):
    assert advise(numbered(marker=marker, marked=marked)) == [
        Doubts.MARKED_LABEL.warning(number=marker, n=marked)
    ]
    assert advise(numbered(marker=55.0)) == []


def test_series_whose_label_is_missing_are_left_out_with_a_note(tmp_path):
    path = tmp_path / "steps.csv"
    path.write_text(
        "id,t,u,v,target\na,0,1.5,3,-999\na,1,-999,4,-999\nb,0,9,5,2.5\nb,1,2,6,2.5\n",
        encoding="utf-8",
    )
    found = read(path, missing=[-999])
    assert (found.ids.tolist(), found.y.tolist()) == (["b"], [2.5])
    assert found.notes[-1] == Doubts.MARKED_LABELS_LEFT_OUT(some=1, n=2, missing=["-999"])
    assert read(path).y.tolist() == [-999, 2.5]
    assert [part.y.tolist() for part in read_in_parts(path, series=1, missing=[-999])] == [
        [-999],
        [2.5],
    ]  # all answered
    with raises(Doubts.ALL_LABELS_MARKED, file=str(path), some=2, n=2, missing=["-999", "2.5"]):
        read(path, missing=[-999, 2.5])


def test_a_class_is_no_number_that_is_missing(tmp_path):
    path = tmp_path / "steps.csv"
    path.write_text(
        "id,t,u,label\n" + "".join(f"s{n},{t},{t},{n % 2}\n" for n in range(8) for t in range(4))
    )
    assert read(path, missing=[0]).y.tolist() == ["0", "1"] * 4
