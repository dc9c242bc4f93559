import json
import shutil
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from support.facts import raises
from support.leaving import asked, export_network, leaving_network

from glasscell.exporters import formats, litert, network_export, npz
from glasscell.exporters.agreement import check_near, compare
from glasscell.exporters.npz import arrays_of
from glasscell.exporters.sentences import Exporters
from glasscell.inference.meaning import Meaning

FAR = (1e9, 0.0, -1e7)


def test_the_least_agreement_of_numbers():
    meaning, there = Meaning(("x",)), np.ones(3, bool)
    right = np.array([[0.0], [1.0], [2.0]])
    far = compare((5 - right, there), (right, there), meaning, np.ones(1))
    assert far.r2 == pytest.approx(1 - 35 / 2)
    with raises(
        Exporters.LOW_R2, n=3, r2=far.r2, least=0.01, below=Exporters.R2_BELOW_0(), options=["int8"]
    ):
        check_near(far, 0.01, ["int8"])
    assert check_near(far, 0.0, ["int8"]) == ()  # 0 takes whatever comes
    same = compare((right, there), (np.ones((3, 1)), there), meaning, np.ones(1))
    assert same.r2 is None
    assert check_near(same, 1.0, ["int8"]) == (Exporters.SAME_ANSWER_TO_ALL(),)


@pytest.fixture(scope="module")
def leaving():
    return leaving_network()


def liar(monkeypatch, lie):
    """Let the format npz answer something else than what it wrote."""

    def answer(path, x, meaning):
        answers, answered = npz.answer_with_runtime(path, x, meaning)
        return lie(answers), answered

    module = SimpleNamespace(write=npz.write, answer_with_runtime=answer)
    monkeypatch.setattr(formats.Format, "load", lambda form: module)


def test_the_side_file_says_what_goes_in_and_what_comes_out(leaving, tmp_path):
    network, meaning = leaving
    exported = export_network(network, meaning, tmp_path / "model.npz")
    about = json.loads((tmp_path / "model.npz.json").read_text())
    assert exported.agreement is not None
    assert exported.agreement.difference < 1e-6
    assert about["input"]["channels"] == list(meaning.channels)
    assert about["output"]["labels"] == list(meaning.labels)
    assert len(about["examples"]) == 3
    for example in about["examples"]:
        x = np.array(example["series"], "float32")[None]  # None becomes NaN
        np.testing.assert_allclose(network(x)[0], example["answer"], atol=1e-6)


@pytest.mark.parametrize(
    ("lie", "code"),
    [
        (lambda v: v + 2e-5, Exporters.DIFFERS),
        (lambda v: v[:, ::-1], Exporters.DIFFERS),
        (lambda v: v * np.nan, Exporters.EXPORT_ANSWERS_NAN),
    ],
)
def test_an_export_that_answers_otherwise_is_refused_and_leaves_nothing(
    lie, code, leaving, tmp_path, monkeypatch
):
    liar(monkeypatch, lie)
    (tmp_path / "model.npz").write_text("mine")
    with raises(code):
        export_network(*leaving, tmp_path / "model.npz", overwrite=True)
    assert [file.name for file in tmp_path.iterdir()] == ["model.npz"]
    assert (tmp_path / "model.npz").read_text() == "mine"


def test_one_that_answers_what_the_network_does_not_is_refused(leaving, tmp_path, monkeypatch):
    monkeypatch.setattr(
        network_export,
        "answers_of",
        lambda network, x, meaning: asked_backwards(network, x, meaning),
    )
    with raises(Exporters.OTHER_ANSWER, series=4):
        export_network(*leaving, tmp_path / "model.npz")


def asked_backwards(network, x, meaning):
    from glasscell.exporters.agreement import answers_of

    answers, answered = answers_of(network, x, meaning)
    return answers, answered | True


@pytest.mark.parametrize("name", ["model.npz", "model.npz.json"])
def test_what_is_there_is_replaced_only_if_asked(name, leaving, tmp_path):
    (tmp_path / name).write_text("mine")
    with raises(Exporters.EXISTS, file=str(tmp_path / name)):
        export_network(*leaving, tmp_path / "model.npz")
    assert (tmp_path / name).read_text() == "mine"
    export_network(*leaving, tmp_path / "model.npz", overwrite=True)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["model.npz", "model.npz.json"]


@pytest.mark.parametrize(
    ("path", "more", "code", "values"),
    [
        (
            "model.npz",
            {"to": "tflite"},
            Exporters.NO_FORMAT,
            {"format": "tflite", "formats": list(formats.FORMATS)},
        ),
        ("model.bin", {}, Exporters.NO_ENDING, {}),
        ("nowhere/model.npz", {}, Exporters.NO_FOLDER, {}),
        (
            "model.npz",
            {"int8": True},
            Exporters.OPTION_OF_OTHERS,
            {"option": "int8", "formats": ["litert"]},
        ),
        (
            "model.npz",
            {"int9": True},
            Exporters.NO_OPTION,
            {"format": "npz", "option": "int9", "why": None},
        ),
    ],
)
def test_bad_arguments_are_reported_and_leave_nothing(path, more, code, values, leaving, tmp_path):
    with raises(code, **values):
        export_network(*leaving, tmp_path / path, **more)
    assert list(tmp_path.iterdir()) == []


def test_a_package_that_is_missing_is_named():
    form = formats.Format(
        "npz", "glasscell.exporters.npz", ".npz", "numpy", needs=("not_there_at_all",)
    )
    with raises(Exporters.NOT_INSTALLED, packages=["not_there_at_all"], format=".npz"):
        form.load()


def test_without_its_runtime_it_is_written_and_not_compared(leaving, tmp_path, monkeypatch):
    monkeypatch.setitem(
        formats.FORMATS, "npz", replace(formats.FORMATS["npz"], runtime="not_there_at_all")
    )
    exported = export_network(*leaving, tmp_path / "model.npz")
    assert (exported.agreement, exported.runtime) == (None, "not_there_at_all")
    assert json.loads((tmp_path / "model.npz.json").read_text())["checked"] is None


def test_offsets_are_subtracted_inside(tmp_path):
    network, meaning = leaving_network("two layers")
    shifted = replace(meaning, offsets=(1e9, 0.0, -1e7))
    x, wanted = asked(network, meaning)
    npz.write(network, shifted, tmp_path / "model.npz")
    raw = x.astype("float64") + np.array(shifted.offsets)
    found = npz.answer_with_runtime(tmp_path / "model.npz", raw, shifted)
    np.testing.assert_allclose(found[0], wanted[0], atol=1e-5)
    assert export_network(network, shifted, tmp_path / "other.npz").agreement.difference < 1e-5


@pytest.mark.parametrize(
    ("form", "to", "options", "offsets"),
    [
        ("strided", "npz", {}, FAR),
        ("strided", "c", {}, FAR),
        ("two directions", "onnx", {}, ()),
        ("strided", "onnx", {"streaming": True}, FAR),
        ("two layers", "keras", {}, FAR),
        pytest.param("two directions", "savedmodel", {}, FAR, marks=pytest.mark.long(1)),
        pytest.param("two directions", "litert", {"steps": 40}, (), marks=pytest.mark.long(2)),
        pytest.param("two directions", "c", {}, (), marks=pytest.mark.nightly),
        pytest.param("two directions", "c", {}, FAR, marks=pytest.mark.nightly),
        pytest.param("strided", "c", {}, (), marks=pytest.mark.nightly),
    ],
)
def test_numbers_that_mean_no_value_are_gaps_in_every_form(form, to, options, offsets, tmp_path):
    """The truth is what the network answers where a hand has put NaN in their place."""
    if to == "c" and shutil.which("cc") is None:
        pytest.skip("needs cc")
    network, meaning = leaving_network(form)
    gaps, wanted = asked(network, meaning, 8)
    gaps = gaps + np.array(offsets) if offsets else gaps
    raw = np.where(np.isnan(gaps), np.resize([-999.0, 0.1], gaps.shape), gaps).astype(gaps.dtype)
    marked = replace(meaning, missing=(-999.0, 0.1), offsets=offsets)
    path = tmp_path / ("model.keras" if to == "keras" else "model")
    module = formats.FORMATS[to].load()
    module.write(network, marked, path, **options)
    found = module.answer_with_runtime(path, raw, marked)
    np.testing.assert_array_equal(found[1], wanted[1])
    np.testing.assert_allclose(found[0], wanted[0], atol=1e-5)


def test_numbers_that_mean_no_value_are_among_the_series_compared_and_in_the_side_file(
    leaving, tmp_path, monkeypatch
):
    network, meaning = leaving
    marked = replace(meaning, missing=(-999.0,))
    exported = export_network(network, marked, tmp_path / "model.npz")
    about = json.loads((tmp_path / "model.npz.json").read_text())
    assert about["input"]["missing"] == [-999.0]
    assert exported.agreement.difference < 1e-6
    monkeypatch.setattr(
        npz, "arrays_of", lambda network, meaning: arrays_of(network, replace(meaning, missing=()))
    )
    with raises(Exporters.DIFFERS):
        export_network(network, marked, tmp_path / "other.npz")


def test_a_file_for_keras_ends_as_keras_wants_it(leaving, tmp_path):
    with raises(Exporters.KERAS_NAME):
        export_network(*leaving, tmp_path / "model", to="keras")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("to", "bidirectional", "options"),
    [
        ("c", False, {}),
        ("onnx", False, {"streaming": True}),
        ("keras", True, {}),
        pytest.param("savedmodel", True, {}, marks=pytest.mark.long(1)),
        pytest.param("c", True, {}, marks=pytest.mark.nightly),
        pytest.param("onnx", True, {}, marks=pytest.mark.nightly),
    ],
)
def test_targets_far_from_zero_are_answered_in_float64(to, bidirectional, options, tmp_path):
    if to == "c" and shutil.which("cc") is None:
        pytest.skip("needs cc")
    network, meaning = leaving_network(
        "numbers", mean=[1e9, -1.0], deviation=[0.5, 3.0], bidirectional=bidirectional
    )
    x, (wanted, answered) = asked(network, meaning, 12)
    assert wanted.dtype == "float64"
    path = tmp_path / ("model.keras" if to == "keras" else "model")
    module = formats.FORMATS[to].load()
    module.write(network, meaning, path, **options)
    found = module.answer_with_runtime(path, x, meaning)
    np.testing.assert_array_equal(found[1], answered)
    np.testing.assert_allclose((found[0] - wanted) / [0.5, 3.0], 0, atol=3e-6)


def test_where_there_is_no_float64_what_is_to_be_added_is_said(tmp_path):
    network, meaning = leaving_network("numbers", mean=[1e9, -1.0], deviation=[0.5, 3.0])
    exported = export_network(network, meaning, tmp_path / "model.tflite", steps=12)
    assert exported.agreement.difference < 1e-5
    about = json.loads((tmp_path / "model.tflite.json").read_text())
    x = np.array(
        [one["series"] for one in about["examples"] if len(one["series"]) == 12], "float32"
    )
    answers = [one["answer"] for one in about["examples"] if len(one["series"]) == 12]
    assert exported.remarks == (Exporters.OFFSETS_TO_ADD(side_file="model.tflite.json"),)
    assert about["remarks"] == [str(exported.remarks[0])]
    near = litert.answer_with_runtime(tmp_path / "model.tflite", x, replace(meaning, prior=None))[0]
    assert near.dtype == "float32"
    np.testing.assert_allclose(near, answers, atol=1e-5)
    found = near.astype("float64") + about["output"]["offsets_to_add"]
    np.testing.assert_allclose((found - network(x)) / [0.5, 3.0], 0, atol=1e-5)


def test_rounding_of_large_numbers_is_no_difference(monkeypatch, tmp_path):
    network, meaning = leaving_network("numbers", mean=[9000.0, -1.0], deviation=[1.0, 3.0])
    liar(monkeypatch, lambda v: np.nextafter(v, np.float32(np.inf)))
    assert export_network(network, meaning, tmp_path / "model.npz").agreement.difference > 1e-4
    liar(monkeypatch, lambda v: v + 0.01)
    with raises(Exporters.DIFFERS):
        export_network(network, meaning, tmp_path / "other.npz")


@pytest.mark.long(1)
def test_no_folder_of_somebody_s_and_no_part_of_a_run_is_overwritten(tmp_path):
    leaving = leaving_network()
    photos = tmp_path / "photos"
    photos.mkdir()
    for name in ("config.toml", "model.npz"):
        (photos / name).write_text("mine")
    for path, code in (
        (photos, Exporters.OTHER_FOLDER),
        (photos / "model.npz", Exporters.PART_OF_RUN),
    ):
        with raises(code, file=str(path)):
            export_network(*leaving, path, to="npz", overwrite=True)
    assert {path.read_text() for path in photos.iterdir()} == {"mine"}
    export_network(*leaving, tmp_path / "gestures", to="c")
    assert export_network(*leaving, tmp_path / "gestures", to="c", overwrite=True).form == "c"


@pytest.mark.parametrize("path", [".", "/", ""])
def test_a_path_without_a_name_is_refused(path):
    with raises(Exporters.IS_FOLDER):
        export_network(*leaving_network(), Path(path), to="npz")
