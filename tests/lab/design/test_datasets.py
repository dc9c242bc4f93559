"""Data sets as tasks: parts do not overlap, and what is asked is the class, at the end."""

import numpy as np
import pytest
from support.facts import raises

from glasscell.lab.design import datasets
from glasscell.lab.design.seeding import TEST, TRAINING, VALIDATION
from glasscell.lab.design.tasks import find_task
from glasscell.lab.sentences import Lab

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
        rows = (",".join(map(str, rng.normal(3, 2, 5 + k % 3).round(3))) + ":" + "ab"[k % 2] for k in range(n))
        (tmp_path / f"Small_{part}.ts").write_text(TS.format("\n".join(rows)))
    return tmp_path / "Small"


def test_digits_are_read_by_rows_or_pixel_by_pixel():
    rows, pixels = (find_task(name).make(3, 0, 1, (4, VALIDATION)) for name in ("digits_rows", "digits_pixels"))
    assert rows[0].shape == (288, 8, 8)
    np.testing.assert_array_equal(rows[0].reshape(288, 64, 1), pixels[0])
    np.testing.assert_array_equal(rows[1][:, -1], pixels[1][:, -1])
    assert np.isnan(rows[1][:, :-1]).all()
    assert rows[1][:, -1].sum() == 288


def test_validation_series_are_the_seeds_own_and_never_trained_on(small):
    task = find_task(f"archive:{small}")
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
    data = datasets.archive(str(small))
    steps = np.concatenate([x[: np.isfinite(y).all(1).argmax() + 1] for x, y in zip(data.x, data.y, strict=True)])
    assert (steps.mean(), steps.std()) == (pytest.approx(0, abs=1e-5), pytest.approx(1, abs=1e-5))


def test_a_data_set_that_is_not_there_is_reported():
    with raises(Lab.NOT_IN_ARCHIVE, name="Nothing", stem="Nothing"):
        find_task("archive:Nothing")
