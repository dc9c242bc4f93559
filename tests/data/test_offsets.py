"""Values far from zero for their spread are read to the signal's float32 precision."""

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.facts import codes, only, raises

from glasscell.data import Sequences, from_frame, read, read_in_parts
from glasscell.data.checks.advice import advise
from glasscell.data.checks.sentences import Doubts
from glasscell.data.inventory import take
from glasscell.data.offsets import Intake, choose_offset
from glasscell.data.sentences import Reading

BASES = (0.0, 1e5, 1e9, 1e12, -1e5, -1e9, 273.15, 101325.0, 1.7e9)
TABLES = ("long.csv", "wide.csv", "long.parquet", "long.feather", "wide.xlsx", "nested.jsonl")
FORMATS = (*TABLES, "x.npz", "x.npy", "x.ts", "folder")


def signal(seed=0, n=12, steps=9) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(n, steps)).round(4)


def write(folder, kind: str, values: np.ndarray):
    """Write series (N, T) of one channel, exactly in float64, and return the file's path."""
    n, steps = values.shape
    path, labels = folder / kind, np.where(np.arange(n) % 2, "odd", "even")
    long = pd.DataFrame(
        {
            "id": np.repeat(np.arange(n), steps),
            "t": np.tile(np.arange(steps), n),
            "u": values.ravel(),
        }
    )
    wide = pd.DataFrame(values, columns=[f"u_{t}" for t in range(steps)])
    if kind == "folder":
        path.mkdir()
        for k, rows in long.groupby("id"):
            rows[["t", "u"]].to_csv(path / f"{labels[int(k)]}_{k:02}.csv", index=False)
    elif kind == "long.csv":
        long.to_csv(path, index=False)
    elif kind == "wide.csv":
        wide.to_csv(path, index=False)
    elif kind == "long.parquet":
        long.to_parquet(path)
    elif kind == "long.feather":
        long.to_feather(path)
    elif kind == "wide.xlsx":
        pytest.importorskip("openpyxl")
        wide.to_excel(path, index=False)
    elif kind == "nested.jsonl":
        path.write_text(
            "".join(
                json.dumps({"id": str(k), "u": v.tolist()}) + "\n" for k, v in enumerate(values)
            )
        )
    elif kind == "x.npz":
        np.savez(path, x=values)
    elif kind == "x.npy":
        np.save(path, values[:, :, None])
    else:
        lines = "\n".join(
            f"{','.join(map(repr, v.tolist()))}:{label}"
            for v, label in zip(values, labels, strict=True)
        )
        path.write_text(f"@problemName p\n@classLabel true even odd\n@data\n{lines}\n")
    return path


def assert_holds(series: Sequences, values: np.ndarray):
    """Assert that the series are these values (N, T), to float32 precision without the offset."""
    order = np.argsort(series.ids) if len(series.groups or ()) else slice(None)
    (found,) = series.offset
    left = values - found
    tolerance = 2e-7 * np.abs(left).max()
    np.testing.assert_allclose(
        np.sort(series.x[order, :, 0], axis=0), np.sort(left, axis=0), rtol=0, atol=tolerance
    )
    assert np.abs(left).max() <= max(np.abs(values).max() if not found else 0, 1000 * values.std())


@pytest.mark.few(10)
@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("base", [0.0, 1e9])
def test_every_format_holds_the_signal(tmp_path, kind, base):
    values = base + signal()
    path = write(tmp_path, kind, values)
    series = read(path)
    assert bool(series.offsets) == bool(base)
    assert_holds(series, values)
    assert (Reading.SUBTRACTED in codes(series.notes)) == bool(base)
    parts = list(read_in_parts(path, series=5, offsets=series.offsets))
    np.testing.assert_array_equal(np.concatenate([part.x for part in parts]), series.x)
    first, *others = read_in_parts(path, series=5)
    assert all(part.offsets == first.offsets for part in others)


@given(st.sampled_from(BASES), st.integers(0, 10**6), st.sampled_from([1.0, 0.01, 30.0]))
def test_a_base_changes_nothing_but_the_offset(base, seed, scale):
    values = base + scale * signal(seed)
    series = Sequences.from_list(list(values))
    assert_holds(series, values)
    expected = Sequences.from_list(list(values - series.offset))
    assert not expected.offsets
    np.testing.assert_array_equal(series.x, expected.x)


@given(st.sampled_from([1e5, 1e9, -1e9, 1e12]), st.integers(0, 10**6))
def test_other_series_of_the_same_kind_have_the_same_round_offset(base, seed):
    one, other = (choose_offset([base + signal(k)]) for k in (seed, seed + 1))
    assert one == other == base


@pytest.mark.parametrize(
    "values",
    [
        signal(),
        8e3 + signal(),  # within float32's reach
        np.full((3, 4), 1e9),
        np.full((3, 4), 0.1) + np.array([0, 1, 2, 3]) * 2**-56,  # what sums leave behind
        (1e9 + 1000 * signal()).astype("float32"),
        np.full((3, 4), np.nan),
        np.zeros((3, 0)),
    ],
)
def test_what_float32_holds_or_has_held_stays_as_it_is(values):
    assert not choose_offset([values])


def test_whole_numbers_and_time_stamps():
    stamps = 1_700_000_000_000_000_000 + np.random.default_rng(0).integers(0, 10**9, (5, 8))
    offset = choose_offset([stamps])
    assert offset is not None
    assert abs(float(stamps.mean()) - offset) < 1e12
    assert choose_offset([np.arange(10)]) == 0


def test_missing_numbers_do_not_count_and_are_none(tmp_path):
    values = 1e9 + signal()
    values[::3, 2] = -999
    path = write(tmp_path, "long.csv", values)
    series = read(path, missing=[-999])
    assert series.offsets == {"u": 1e9}
    np.testing.assert_array_equal(np.isnan(series.x[..., 0]), values == -999)


@given(st.integers(0, 1000), st.floats(0.01, 0.5), st.sampled_from([0.0, 1e9]))
def test_without_markers_the_rest_is_as_it_was(seed, share, base):
    rng = np.random.default_rng(seed)
    x = base + rng.normal(20, 5, size=(20, 15))
    marked = rng.random(x.shape) < share
    intake = Intake(missing=[-999])
    intake.begin(["u"])
    there = np.where(marked, -999, x)
    intake.learn(0, [there])
    taken = intake.take(0, there)
    np.testing.assert_array_equal(np.isnan(taken), marked)
    np.testing.assert_array_equal(
        taken[~marked], (x - (intake.offsets or {"u": 0.0})["u"]).astype("float32")[~marked]
    )


def test_markers_of_float32_are_found_though_they_are_no_round_numbers():
    intake = Intake({}, missing=[-999.9])
    intake.begin(["u"])
    for dtype in ("float32", "float64"):
        v = np.array([-999.9, 1.0], "float32").astype(dtype)
        assert np.isnan(intake.take(0, v)).tolist() == [True, False]


def test_another_file_is_read_with_the_offsets_given_never_with_its_own(tmp_path):
    train, other = (
        read(write(tmp_path, kind, 1e9 + far + signal()))
        for kind, far in (("x.npz", 0), ("x.npy", 1e6))
    )
    assert train.offsets != other.offsets
    again = read(tmp_path / "x.npy", offsets=train.offsets)
    assert again.offsets == train.offsets
    assert Reading.SUBTRACTED not in codes(again.notes)
    np.testing.assert_allclose(again.x, 1e6 + signal()[:, :, None], rtol=1e-7)
    # matched by place
    (part,) = read_in_parts(tmp_path / "x.npy", channels_expected=["u"], offsets={"u": 1e9})
    np.testing.assert_array_equal(part.x, again.x)
    assert part.offsets == {"u": 1e9}


def test_an_offset_of_a_channel_that_is_not_there_is_refused(tmp_path):
    path = write(tmp_path, "long.csv", signal())
    with raises(Reading.NO_CHANNEL_OF_OFFSET, channel="q"):
        read(path, offsets={"q": 1.0, "r": 2.0})
    assert read(path, offsets={"q": 0.0, "r": 0.0}).offsets == {}


def test_offsets_are_noted_with_their_channels():
    series = Sequences.from_list(
        [[[1e6, 0.5, 2e9], [1e6 + 1, 1.5, 2e9 + 1]]], channels=["p", "q", "r"]
    )
    assert series.offsets == {"p": 1000000, "r": 2000000000}
    intake = Intake()
    intake.begin(["p", "q", "r"])
    for d, values in enumerate(([1e6, 1e6 + 1], [0.5, 1.5], [2e9, 2e9 + 1])):
        intake.learn(d, [np.array(values)])
    assert intake.notes == (
        Reading.SUBTRACTED(offsets=["1000000", "2000000000"], channels=["p", "r"]),
    )


def test_numbers_are_reported_as_they_were_measured():
    values = 101325 + 0.01 * signal(n=30)
    values[:4, 0] = 101330.25
    series = Sequences.from_list(list(values), channels=["p"])
    assert series.offsets
    (channel,) = take(series)["channels"]
    assert channel["least"] == pytest.approx(values.min(), abs=1e-6)
    assert channel["deviation"] == pytest.approx(values.std(), rel=1e-5)
    (warning,) = advise(series)
    assert (warning.code, warning.subject) == (Doubts.MARKER, "p")
    assert (warning.values["number"], warning.values["n"]) == (101330.25, 4)


def test_a_frame_is_read_in_the_same_way():
    values = 1e9 + signal()
    series = from_frame(pd.DataFrame(values, columns=[f"u{t}" for t in range(9)]))
    assert series.offsets == {"u": 1e9}
    assert_holds(series, values)
    assert from_frame(pd.DataFrame(values.astype("float32"))).offsets == {}


def test_padding_beyond_the_lengths_of_an_npz_does_not_count(tmp_path):
    values = 1e9 + signal()
    values[:, 5:] = 0
    np.savez(tmp_path / "x.npz", x=values, lengths=np.full(len(values), 5))
    series = read(tmp_path / "x.npz")
    assert series.offsets == {"value": 1e9}
    assert_holds(series, values[:, :5])


def test_a_signal_that_few_far_values_hide_is_reported_with_them(tmp_path):
    values = 1e9 + signal()
    values[::3, 2] = -999
    note = only(read(write(tmp_path, "long.csv", values)).notes, Reading.SPREAD_BELOW_FLOAT32)
    assert note.subject == "u"
    # which the note tells to say
    assert read(tmp_path / "long.csv", missing=[-999]).offsets == {"u": 1e9}
    assert Reading.SPREAD_BELOW_FLOAT32 not in codes(read(write(tmp_path, "x.npz", signal())).notes)
