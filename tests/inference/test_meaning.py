import json

import numpy as np
import pytest

from glasscell.inference.meaning import Meaning


def test_json_brings_all_of_it_back():
    meaning = Meaning(
        ("a", "b"), ("no", "ja — ü"), units={"a": "m"}, offsets=(1e9, 0.0), prior=(0.25, 0.75)
    )
    assert Meaning.from_dict(json.loads(json.dumps(meaning.to_dict()))) == meaning


def test_an_offset_is_subtracted_before_float32_loses_what_is_left():
    signal = np.random.default_rng(0).normal(size=(2, 5, 1))
    found = Meaning(("x",), offsets=(1e9,)).centred(signal + 1e9)
    assert found.dtype == "float32"
    np.testing.assert_allclose(found, signal, atol=2e-7)  # what float64 keeps of 1e9 + signal
    assert np.abs(Meaning(("x",)).centred(signal + 1e9) - 1e9 - signal).max() > 1


@pytest.mark.parametrize("fields", [{"offsets": (1.0,)}, {"prior": (0.5, 0.25, 0.25)}])
def test_numbers_that_contradict_each_other_are_refused(fields):
    with pytest.raises(ValueError, match="expected 2"):
        Meaning(("x", "y"), ("a", "b"), **fields)


@pytest.mark.parametrize("offsets", [(), (1e9,)])
def test_numbers_that_mean_no_value_are_nan_in_the_precision_they_come_in(offsets):
    meaning = Meaning(("x",), offsets=offsets, missing=(-999.0, 0.1))
    marks = [-999.0, 0.1, float(np.float32(0.1)), 0.1 + 1e-12]
    found = meaning.centred(np.array(marks)[:, None])
    assert np.isnan(found).ravel().tolist() == [True, True, True, False]  # as Intake reads a file
    assert np.isnan(
        meaning.centred(np.array(marks, "float32")[:, None])
    ).all()  # which are all that float32 has
    assert set(np.array(marks[:3], "float64" if offsets else "float32").tolist()) == set(
        meaning.marks()
    )
