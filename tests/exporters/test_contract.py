"""One table: every format, on edge cases of numbers, predicts what the run does, or nothing.

Predicted is what the network itself makes of it; where there is no value at all it is the prior;
else nothing: NaN, no label, and `answered` false.
"""

from dataclasses import replace

import keras
import numpy as np
import pytest
import tensorflow as tf
from support.c_programs import Library
from support.leaving import leaving_network

from glasscell import article
from glasscell.errors import UsageError
from glasscell.exporters import c, litert, npz, savedmodel
from glasscell.exporters import keras as plain_keras
from glasscell.exporters.onnx import file as onnx
from glasscell.inference.meaning import Meaning
from glasscell.inference.network import Stream, read_npz
from glasscell.networks.anatomy import bounds_of
from glasscell.networks.streams import Stream as KerasStream
from glasscell.settings.article import DigitsSettings
from glasscell.training.prediction import predict

STEPS, NOTHING, PRIOR, PREDICTED = 8, "nothing", "prior", "predicted"
FORMS = ["plain", "strided", "two directions", "numbers", "offsets", "no prior", "digits"]
WAYS = [
    "onnx",
    "onnx step by step",
    "c",
    "c step by step",
    "savedmodel",
    "keras",
    "litert",
    "int8",
    "npz",
]


def network_of(form):
    """Give a network, its meaning, and a series of its own kind."""
    if form == "digits":
        made = article.build_model(DigitsSettings())
        network, rng = (
            keras.Model(made.input, made.output, name="article"),
            np.random.default_rng(0),
        )  # not compiled
        network.set_weights([rng.normal(0, 0.5, weight.shape) for weight in network.weights])
        meaning = Meaning(tuple(map(str, range(8))), tuple("0123456789"), input="digit")
        return network, meaning, np.random.default_rng(0).uniform(size=(STEPS, 8))
    network, meaning = leaving_network("plain" if form in ("offsets", "no prior") else form)
    if form == "offsets":
        meaning = replace(meaning, offsets=(1e9, 0.0, -5.0), missing=(-999.0,))
    if form == "no prior":
        meaning = replace(meaning, prior=None)
    x = np.random.default_rng(0).normal(size=(STEPS, 3)) + np.array(meaning.offsets or 0)
    return network, meaning, x


def edges_of(x, meaning):
    """Give series (T, D) by name, and what is to be had for each."""
    of_missing = NOTHING if meaning.input == "digit" else PREDICTED
    dtype = "float64" if meaning.offsets else "float32"

    def changed(value, where):
        new = np.array(x, dtype)
        new[where] = value
        return new

    one, step, all_of_it = (3, 1), 2, slice(None)
    found = {
        "as it is": (x.astype(dtype), PREDICTED),
        "one missing": (changed(np.nan, one), of_missing),
        "a step missing": (changed(np.nan, step), of_missing),
        "all missing": (changed(np.nan, all_of_it), PRIOR),
        "one infinite": (changed(np.inf, one), NOTHING),
        "last infinite": (changed(-np.inf, (-1, 0)), NOTHING),
        "all infinite": (changed(np.inf, all_of_it), NOTHING),
        "infinities that cancel": (
            changed([[np.inf], [-np.inf]], (slice(3, 5), slice(1, 2))),
            NOTHING,
        ),
        "infinite and missing": (changed(np.inf, one) + changed(np.nan, (0, 0)) * 0, NOTHING),
        "one huge": (changed(3e38, one), NOTHING),
        "all huge": (changed(3e38, all_of_it), NOTHING),
        "huge and negative": (changed(-3e38, (0, 2)), NOTHING),
        "large": (changed(1e15, (3, 1)), PREDICTED),
        "tiny": (changed(1e-40, (slice(None), 1)), PREDICTED),
        "minus zero": (changed(-0.0, (slice(None), 1)), PREDICTED),
        "one step": (np.where(np.arange(STEPS)[:, None] < 1, x, np.nan).astype(dtype), of_missing),
    }
    if meaning.missing:
        found["marked"] = changed(meaning.missing[0], one), PREDICTED
        found["all marked"] = changed(meaning.missing[0], all_of_it), PRIOR
        found["too large for float32"] = changed(1e300, one), NOTHING
    return found


class Way:
    """A network in one format: `ask` gives predictions (N, C), labels or None, and which exist."""

    def __init__(self, way, network, meaning, folder):
        self.way, self.meaning, self.steps = way, meaning, network.input_shape[1]
        name, *how = way.split(" ", 1)
        self.by_step = bool(how)
        self.path = folder / {
            "litert": "model.tflite",
            "int8": "model.tflite",
            "keras": "model.keras",
        }.get(name, "model")
        if name == "onnx":
            onnx.write(network, meaning, self.path, streaming=self.by_step)
        elif name in ("litert", "int8"):
            own = (
                np.random.default_rng(1)
                .normal(size=(20, STEPS, len(meaning.channels)))
                .astype("float32")
            )
            more = {"int8": True, "calibration": own} if name == "int8" else {}
            litert.write(network, meaning, self.path, steps=STEPS, **more)
        else:
            {"c": c, "savedmodel": savedmodel, "keras": plain_keras, "npz": npz}[name].write(
                network, meaning, self.path
            )
        self.library = Library(self.path) if name == "c" else None

    def ask(self, x):
        labels = None
        if self.library is not None:
            return self._ask_c(x)
        if self.way == "onnx" and len(x):
            found = onnx.ask(self.path, {"series": x})
            labels = found.get("label")
            return (
                found["probabilities" if labels is not None else "numbers"],
                labels,
                found["answered"],
            )
        if self.way == "onnx step by step" and len(x) and x.shape[1]:
            *_, found = onnx.ask_on(self.path, "step", x.swapaxes(0, 1))
            labels = found.get("label")
            return (
                found["probabilities" if labels is not None else "numbers"],
                labels,
                found["answered"],
            )
        if self.way == "savedmodel":
            found = tf.saved_model.load(str(self.path)).signatures["serve"](series=tf.constant(x))
            labels = (
                [label.decode() for label in found["label"].numpy()] if "label" in found else None
            )
            return found["answers"].numpy(), labels, found["answered"].numpy()
        modules = {"onnx": onnx, "keras": plain_keras, "litert": litert, "int8": litert, "npz": npz}
        answers, answered = modules[self.way.partition(" ")[0]].answer_with_runtime(
            self.path, x, self.meaning
        )
        return answers, None, answered

    def _ask_c(self, x):
        answers = np.zeros((len(x), self.meaning.answers))
        labels, answered = [], np.zeros(len(x), bool)
        for k, series in enumerate(x):
            found = self.library.predict(self.path, series, self.meaning)
            if self.by_step and len(series):
                step, _ = self.library.stream(self.path, self.meaning)
                found = [step(row) for row in series][-1]
            answers[k], label, answered[k] = found
            labels.append(
                label if label is None else "" if label < 0 else self.meaning.labels[label]
            )
        return answers, None if None in labels else labels, answered


def fits(form, way):
    """Return whether a network can be exported so: not bidirectional by step, no LiteRT offsets."""
    no_stream = form == "two directions" and way.endswith("step by step")
    no_float64 = form == "offsets" and way in ("litert", "int8")
    no_cell = form == "digits" and way in ("keras", "int8")
    return not (no_stream or no_float64 or no_cell)


def check(form, way, folder):
    network, meaning, own = network_of(form)
    exported = Way(way, network, meaning, folder)
    edges = edges_of(own, meaning)
    largest = np.array(edges["as it is"][0])
    largest[3:5] = 0.99 * np.array([[1], [-1]]) * bounds_of(network).largest
    edges["as large as can be"] = largest, PREDICTED
    for names in ([*edges], *([name] for name in edges)):  # together, and each alone
        if len(names) == 1 and way in ("savedmodel", "keras", "litert"):
            continue  # only slower
        x = np.stack([edges[name][0] for name in names])
        answers, labels, answered = exported.ask(x)
        for k, name in enumerate(names):
            expected = edges[name][1]
            assert bool(answered[k]) == (expected == PREDICTED), (name, answers[k])
            if expected == PREDICTED and way != "int8":
                wanted = predict(network, meaning.centred(x[k : k + 1]))[0]
                scale = 1.0 if meaning.labels else np.array([20.0, 3.0])
                np.testing.assert_allclose(
                    answers[k] / scale, wanted / scale, atol=2e-5, err_msg=name
                )
            elif expected != PREDICTED:
                prior = meaning.prior_or_nan if expected == PRIOR else np.nan
                np.testing.assert_allclose(
                    answers[k], np.broadcast_to(prior, meaning.answers), rtol=1e-6, err_msg=name
                )
            if labels is not None:
                assert labels[k] == (
                    meaning.labels[answers[k].argmax()] if expected == PREDICTED else ""
                ), name
    if exported.steps is None and way not in ("litert", "int8"):
        answers, _, answered = exported.ask(x[:1, :0])
        assert not answered.any()
        np.testing.assert_allclose(answers, [meaning.prior_or_nan], rtol=1e-6)
    if (exported.steps is not None or way in ("litert", "int8")) and not exported.by_step:
        longer = np.repeat(x[:1], 2, 1)
        if way in ("c", "npz"):
            assert not exported.ask(longer)[2].any()
        else:  # of onnxruntime's, TensorFlow's or NumPy's own
            with pytest.raises(Exception, match=r"(?i)dimension|shape|compatible"):
                exported.ask(longer)
    answers, _, answered = exported.ask(x[:0])
    assert (answers.shape, answered.shape) == ((0, meaning.answers), (0,))


@pytest.mark.parametrize("form", FORMS)
def test_arrays_keep_the_contract(form, tmp_path):
    check(form, "npz", tmp_path)


@pytest.mark.long(
    60
)  # a network is written and asked for each: TensorFlow's converters and a compiler are started
@pytest.mark.each(form=FORMS, way=WAYS)
def test_every_format_keeps_the_contract(form, way, tmp_path):
    if fits(form, way):
        check(form, way, tmp_path)


@pytest.mark.parametrize("form", ["plain", "strided", "digits"])
def test_streams_in_python_refuse_what_is_not_answered(form, tmp_path):
    network, meaning, own = network_of(form)
    npz.write(network, meaning, tmp_path / "model.npz")
    plain = read_npz(tmp_path / "model.npz")
    for x, expected in edges_of(own, meaning).values():
        for stream in (Stream(plain), KerasStream(network, prior=meaning.prior_or_nan)):
            if expected == NOTHING:
                with pytest.raises(UsageError):
                    [stream.step(row[None]) for row in x]
            elif expected == PREDICTED:
                answers = [stream.step(row[None]) for row in x][-1]
                np.testing.assert_allclose(
                    answers, predict(network, x[None].astype("float32")), atol=2e-5
                )
