"""One table: a tagger in every format, on edge cases, labels what the run labels, or nothing.

A series with a value that no network reads has no label at any step; of a stream, none from that
step on.
"""

from dataclasses import replace

import numpy as np
import pytest
import tensorflow as tf
from support.c_programs import Library

from glasscell.exporters import c, litert, npz, savedmodel
from glasscell.exporters import keras as plain_keras
from glasscell.exporters.onnx import file
from glasscell.inference.meaning import Meaning
from glasscell.inference.network import read_npz
from glasscell.tasks.tagging import onnx
from glasscell.tasks.tagging.network import build_tagging_network
from glasscell.training.prediction import predict

STEPS = 8
FORMS = {
    "one direction": ({"units": (4, 3)}, {}),
    "two directions": (
        {"units": (5, 4), "bidirectional": True, "dropout": 0.3},
        {"missing": (-999.0,)},
    ),
    "offsets": ({"units": 4, "bidirectional": True}, {"offsets": (1e9, 0.0), "missing": (-999.0,)}),
}
WAYS = {
    "onnx": onnx,
    "onnx step by step": onnx,
    "c": c,
    "c step by step": c,
    "savedmodel": savedmodel,
    "keras": plain_keras,
    "litert": litert,
    "fused": litert,
    "int8": litert,
    "npz": npz,
}


def tagger_of(form):
    how, told = FORMS[form]
    network, rng = build_tagging_network(2, 3, seed=1, **how), np.random.default_rng(2)
    for weight in network.weights:
        if "kernel" in weight.path or "bias" in weight.path:
            weight.assign(rng.normal(0, 0.6, weight.shape))
    network.get_layer("scaling").deviation.assign([2.0, 0.5])
    return network, replace(Meaning(("u", "v"), ("a", "b, c", "ü")), **told)


def edges_of(meaning):
    """Give series (T, D), by name, and whether they are labelled."""
    offset = np.array(meaning.offsets or (0, 0))
    x = np.random.default_rng(0).normal(size=(STEPS, 2)) + offset
    dtype = "float64" if meaning.offsets else "float32"

    def changed(value, where):
        new = np.array(x, dtype)
        new[where] = value
        return new

    one, step = (3, 1), slice(2, 4)
    found = {
        "as it is": (x.astype(dtype), True),
        "one missing": (changed(np.nan, one), True),
        "steps missing": (changed(np.nan, step), True),
        "the first steps missing": (changed(np.nan, slice(0, 3)), True),
        "the last steps missing": (changed(np.nan, slice(5, None)), True),
        "all missing": (changed(np.nan, slice(None)), True),
        "one infinite": (changed(np.inf, one), False),
        "the last infinite": (changed(-np.inf, (-1, 0)), False),
        "infinite and missing": (changed([[np.inf, np.nan]], slice(4, 5)), False),
        "one huge": (changed(-3e38, one), False),
        "all huge": (changed(3e38, slice(None)), False),
        "large": (changed(1e15, one), True),
        "minus zero": (changed(-0.0, one), True),
    }
    if meaning.missing:
        found["marked"] = changed(meaning.missing[0], step), True
    return found


class Way:
    """A tagger in one format: `ask` gives probabilities (N, T, C), labels or None, and a mask."""

    def __init__(self, way, network, meaning, folder):
        self.way, self.meaning, self.module = way, meaning, WAYS[way]
        name, self.by_step = way.partition(" ")[0], way.endswith("step by step")
        self.path = folder / {"keras": "model.keras"}.get(name, "model")
        how = {"streaming": True} if way == "onnx step by step" else {}
        if self.module is litert:
            own = np.random.default_rng(1).normal(size=(20, STEPS, 2)).astype("float32")
            how = {"steps": STEPS, "fused": name == "fused"}
            how |= {"int8": True, "calibration": own} if name == "int8" else {}
        self.module.write(network, meaning, self.path, **how)
        self.library = Library(self.path) if name == "c" else None

    def ask(self, x):
        if self.library is not None and len(x):
            return self._ask_c(x)
        if self.library is not None:
            return np.zeros((0, x.shape[1], 3)), None, np.zeros(x.shape[:2], bool)
        if self.way == "onnx" and x.size:
            found = file.ask(self.path, {"series": x})
            return found["probabilities"], found["label"], found["answered"]
        if self.way == "onnx step by step" and x.size:
            steps = [*file.ask_on(self.path, "step", x.swapaxes(0, 1))]
            return [
                np.stack([one[name] for one in steps], 1)
                for name in ("probabilities", "label", "answered")
            ]
        if self.way == "savedmodel":
            found = tf.saved_model.load(str(self.path)).signatures["serve"](series=tf.constant(x))
            labels = np.array([[one.decode() for one in row] for row in found["label"].numpy()])
            return (
                found["probabilities"].numpy(),
                labels.reshape(x.shape[:2]),
                found["answered"].numpy(),
            )
        answers, answered = self.module.answer_with_runtime(self.path, x, self.meaning)
        return answers, None, answered

    def _ask_c(self, x):
        found = []
        for series in x:
            if not len(series):
                found.append((np.zeros((0, 3)), np.zeros(0, int), np.zeros(0, bool)))
            elif self.by_step:
                step, _ = self.library.stream(self.path, self.meaning)
                found.append(
                    [np.array(v) for v in zip(*[step(row) for row in series], strict=True)]
                )
            else:
                found.append(self.library.predict_each(self.path, series, self.meaning))
        answers, numbers, answered = (np.stack(parts) for parts in zip(*found, strict=True))
        return answers, np.array([*self.meaning.labels, ""])[numbers], answered


def fits(form, way):
    no_stream = form != "one direction" and way.endswith("step by step")
    return not (no_stream or (form == "offsets" and WAYS[way] is litert))


def check(form, way, folder):
    network, meaning = tagger_of(form)
    exported, edges = Way(way, network, meaning, folder), edges_of(meaning)
    x = np.stack([series for series, _ in edges.values()])
    answers, labels, answered = exported.ask(x)
    assert answers.shape == (len(x), STEPS, 3)
    for k, (name, (series, is_read)) in enumerate(edges.items()):
        wanted = np.full(STEPS, is_read)
        if exported.by_step and not is_read:  # labelled until the value comes
            wanted = np.logical_and.accumulate(~(np.abs(meaning.centred(series)) > 1e29).any(-1))
        np.testing.assert_array_equal(answered[k], wanted, err_msg=name)
        assert np.isnan(answers[k][~wanted]).all(), name
        if way != "int8":
            truth = predict(
                network,
                np.where(np.isinf(meaning.centred(series)), 0, meaning.centred(series))[None],
            )[0]
            np.testing.assert_allclose(answers[k][wanted], truth[wanted], atol=2e-6, err_msg=name)
        if labels is not None:
            of_largest = np.array(meaning.labels)[np.nan_to_num(answers[k]).argmax(-1)]
            np.testing.assert_array_equal(labels[k], np.where(wanted, of_largest, ""), err_msg=name)
    longer = np.repeat(x[:1], 2, 1)
    if WAYS[way] is litert:
        with pytest.raises(ValueError, match="broadcast"):
            exported.ask(longer)
    else:
        assert exported.ask(longer)[2].all()
        answers, _, answered = exported.ask(x[:1, :0])
        assert (answers.shape, answered.shape) == ((1, 0, 3), (1, 0))
    answers, _, answered = exported.ask(x[:0])
    assert (answers.shape, answered.shape) == ((0, STEPS, 3), (0, STEPS))


@pytest.mark.parametrize("form", FORMS)
def test_arrays_keep_the_contract(form, tmp_path):
    check(form, "npz", tmp_path)
    assert read_npz(tmp_path / "model").reads_out == "every"


@pytest.mark.long(
    60
)  # a network is written and asked for each: TensorFlow's converters and a compiler are started
@pytest.mark.each(form=FORMS, way=WAYS)
def test_every_format_keeps_the_contract(form, way, tmp_path):
    if fits(form, way):
        check(form, way, tmp_path)
