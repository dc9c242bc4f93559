"""Unique data as problems: parts do not overlap, and no test data were trained on."""

import json
from dataclasses import asdict

import numpy as np
import pytest
from support.facts import raises
from support.texts import prose

from glasscell.data.texts import ngrams
from glasscell.data.texts.alphabet import BOUNDARY, RARE
from glasscell.errors import DataError
from glasscell.lab.design import corpora, problems
from glasscell.lab.design.experiment import Experiment, read_experiment
from glasscell.lab.design.measures import TEST, TRAINING, VALIDATION
from glasscell.lab.design.problems import find_problem, settings_of
from glasscell.lab.sentences import Lab
from glasscell.system.sentences import System

TS = """@problemName Small
@univariate true
@classLabel true b a
@data
{}
"""


@pytest.fixture
def small(tmp_path):
    rng = np.random.default_rng(0)
    for part, n in (("TRAIN", 20), ("TEST", 6)):
        rows = (
            ",".join(map(str, rng.normal(3, 2, 5 + k % 3).round(3))) + ":" + "ab"[k % 2]
            for k in range(n)
        )
        (tmp_path / f"Small_{part}.ts").write_text(TS.format("\n".join(rows)))
    return tmp_path / "Small"


def test_digits_are_read_by_rows_or_pixel_by_pixel():
    rows, pixels = (
        find_problem(name).make(3, 0, 1, (4, VALIDATION))
        for name in ("digits_rows", "digits_pixels")
    )
    assert rows[0].shape == (288, 8, 8)
    np.testing.assert_array_equal(rows[0].reshape(288, 64, 1), pixels[0])
    np.testing.assert_array_equal(rows[1][:, -1], pixels[1][:, -1])
    assert np.isnan(rows[1][:, :-1]).all()
    assert rows[1][:, -1].sum() == 288


def test_validation_series_are_the_seeds_own_and_never_trained_on(small):
    task = find_problem(f"archive:{small}")
    for seed in range(3):
        validation, _ = task.make(9, 0, 1, (seed, VALIDATION))
        training, _ = task.make(300, 0, 1, (seed, TRAINING, 0))
        assert len(validation) == 4
        assert len({v.tobytes() for v in training}) == 16
        assert not {v.tobytes() for v in training} & {v.tobytes() for v in validation}
    test, y = task.make(1, 0, 1, (0, TEST))
    assert test.shape == (6, 7, 1)
    asked = np.isfinite(y).all(axis=2)
    np.testing.assert_array_equal(asked.argmax(axis=1), [4, 5, 6, 4, 5, 6])
    np.testing.assert_array_equal(y[asked].argmax(axis=1), [0, 1] * 3)
    assert task.error(np.nan_to_num(y), y) == 0
    assert task.error(np.nan_to_num(-y), y) == 1


def test_channels_are_scaled_by_the_training_series(small):
    data = corpora.archive(str(small))
    steps = np.concatenate(
        [x[: np.isfinite(y).all(1).argmax() + 1] for x, y in zip(data.x, data.y, strict=True)]
    )
    assert (steps.mean(), steps.std()) == (pytest.approx(0, abs=1e-5), pytest.approx(1, abs=1e-5))


def test_a_data_set_that_is_not_there_is_reported():
    with raises(Lab.NOT_IN_ARCHIVE, name="Nothing", stem="Nothing"):
        find_problem("archive:Nothing")


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """Twenty files, each with a character that no other has."""
    folder = tmp_path_factory.mktemp("book")
    for k in range(20):
        (folder / f"part_{k:02d}.txt").write_text(
            prose(600, seed=k).replace("e", chr(0x3B1 + k)), encoding="utf-8"
        )
    return folder


def test_no_file_is_in_two_parts(book):
    text = corpora.read_text(str(book))
    assert [np.count_nonzero(part == BOUNDARY) for part in text.parts.values()] == [18, 1, 1]
    trained_on, after = text.draw(50, 400, 1, (3, TRAINING, 0))
    held_out = [text.draw(7, 80, 1, (3, part)) for part in (VALIDATION, TEST)]
    # the letter of its own that each file has was seen in training, or it is a rare one
    assert RARE not in trained_on
    assert RARE not in after
    assert all(RARE in x for x, _ in held_out)


def test_streams_to_train_on_go_on_round_the_end(book):
    text = corpora.read_text(str(book))
    length = len(text.parts[TRAINING])
    x, y = text.draw(3, length - 1, 1, (0, TRAINING, 0))
    assert (x.shape, x.dtype) == ((3, length - 1, 1), np.float32)
    np.testing.assert_array_equal(x[:, 1:], y[:, :-1])
    for stream in x[..., 0]:
        counts = [
            np.bincount(v.astype(int), minlength=text.symbols)
            for v in (stream, text.parts[TRAINING])
        ]
        assert abs(counts[0] - counts[1]).sum() == 1  # all but one symbol
    again, other = (text.draw(3, 9, 1, key)[0] for key in ((0, TRAINING, 0), (0, TRAINING, 1)))
    assert (again[:, 0] == x[:, 0]).all()
    assert (again != other).any()


@pytest.mark.parametrize("part", [VALIDATION, TEST])
def test_held_out_streams_are_the_same_for_all_and_do_not_overlap(book, part):
    text = corpora.read_text(str(book))
    x, y = text.draw(7, 10_000, 1, (0, part))
    np.testing.assert_array_equal(x, text.draw(7, 10_000, 1, (5, part))[0])
    whole = np.concatenate([x[..., 0], y[:, -1]], axis=1)[:, :-1].ravel()
    assert len(text.parts[part]) - 14 <= whole.size < len(text.parts[part])  # as much as there is
    places = []
    for stream in x[..., 0]:
        windows = np.lib.stride_tricks.sliding_window_view(text.parts[part], len(stream))
        places.append(int(np.flatnonzero((windows == stream).all(axis=1))[0]))
    assert (np.diff(places) >= x.shape[1]).all()
    assert text.draw(7, 5, 1, (0, part))[0].shape == (7, 5, 1)


def test_counting_is_measured_on_the_same_symbols(book):
    text = corpora.read_text(str(book))
    found = text.by_counting(80, 6)
    assert list(found) == ["2-gram", "3-gram", "4-gram", "5-gram"]
    assert 0.5 < found["3-gram"] < found["2-gram"] < np.log2(text.symbols)
    # of each stream of 15 symbols networks read two whole pieces of 6, and one of 20 as far as it
    # goes
    x, y = (v[..., 0].astype(int) for v in text.draw(corpora.STREAMS, 99, 1, (0, TEST)))
    assert x.shape == (40, 15)
    model = ngrams.count([text.parts[TRAINING]], 2, text.symbols)
    bits = [ngrams.bits(model, [np.r_[a[:1], b]])[0][1:] for a, b in zip(x, y, strict=True)]
    assert text.by_counting(80 * 3, 6)["2-gram"] == pytest.approx(np.mean([of[:12] for of in bits]))
    assert text.by_counting(80 * 3, 20)["2-gram"] == pytest.approx(np.mean(bits))


def test_a_single_text_is_cut_and_one_too_short_is_refused(tmp_path):
    (tmp_path / "one.txt").write_text(prose(3000))
    one = corpora.read_text(str(tmp_path / "one.txt"))
    sizes = [len(part) for part in one.parts.values()]
    assert sum(sizes) == 3003
    assert abs(sizes[1] - sizes[2]) <= 1
    (tmp_path / "other.txt").write_text(prose(3000, seed=1))
    assert one.fingerprint != corpora.read_text(str(tmp_path / "other.txt")).fingerprint
    (tmp_path / "short.txt").write_text("abab" * 20)
    with raises(Lab.SHORT_TEXT, sum=80, least=4, streams=40):
        corpora.read_text(str(tmp_path / "short.txt"))
    with pytest.raises(DataError, match="there is no such file"):
        find_problem(f"text:{tmp_path / 'none.txt'}")
    with raises(Lab.STANDARD_INPUT):
        find_problem("text:-")


def test_an_experiment_has_the_settings_of_its_text(book, tmp_path):
    name = f"text:{book}"
    task = find_problem(name)
    assert task.limit(0.02, 50) is None
    assert task.nothing(50) == np.log2(task.text.symbols)
    assert settings_of((name,)) == problems.TEXT_SETTINGS
    assert settings_of((name, "write")) == {}
    file = tmp_path / "mine.toml"
    file.write_text(f"tasks = {json.dumps(name)}\nunits = 9\n", encoding="utf-8")
    experiment = read_experiment(file)
    assert (experiment.units, experiment.equal, experiment.length) == ((9,), "weights", (50,))
    assert Experiment(**json.loads(json.dumps(asdict(experiment)))) == experiment
    short = experiment.shortened(keep=["seeds"])
    assert (short.units, short.seeds, short.updates) == (
        (9,),
        experiment.seeds,
        problems.QUICK_TEXT["updates"],
    )
    assert (
        Experiment(tasks=name, **problems.TEXT_SETTINGS).shortened().units
        == problems.QUICK_TEXT["units"]
    )
    with raises(Lab.BITS_ALONE):
        Experiment(tasks=("write", name))
    with raises(System.NOT_ACCEPTED, name="equal", found="size"):
        Experiment(equal="size")
