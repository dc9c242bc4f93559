"""What the page reads: our networks only, everything checked, everything in JSON."""

import base64
import json
import re

import keras
import numpy as np
import pytest
from support.articles_before import article_read_out_at_every_step
from support.facts import raises
from support.node import WEB

from glasscell.article import CHANNELS, CLASSES, build_model
from glasscell.explorer.encoding import ACTIVATIONS
from glasscell.explorer.one_unit import one_unit_networks
from glasscell.explorer.sentences import Explorer
from glasscell.explorer.series.payload import network_of, payload_of, probes_of
from glasscell.inspection.evidence import fit_probes
from glasscell.layers.lstm import LSTM
from glasscell.networks.builder import build_network, from_bytes, to_bytes
from glasscell.networks.sentences import Networks
from glasscell.settings.article import DigitsSettings
from glasscell.variants import GREFF, Variant


def decode(encoded):
    return np.frombuffer(base64.b64decode(encoded["float32"]), "<f4").reshape(encoded["shape"])


def told(**changes):
    """Call payload_of with three series of two channels; the second and third are shorter."""
    model = changes.pop("model", None) or build_network(2, 3, units=4)
    x = np.arange(24, dtype="float32").reshape(3, 4, 2)
    x[1, 3:], x[2, 2:], x[2, 0, 1] = np.nan, np.nan, np.nan
    arguments = {
        "ids": ["x", 7, "<b>"],
        "truth": [0, None, np.int64(2)],
        "answers": np.full((3, 3), 1 / 3),
        "classes": ["a", "b", "c"],
        "channels": ["left", "right"],
        "title": "Title",
        "run": "runs/x",
        "task": "classification",
    }
    return payload_of(model, changes.pop("x", x), **arguments | changes)


def test_a_payload():
    model = build_network(2, 3, units=4)
    payload = json.loads(
        json.dumps(
            told(model=model, score={"accuracy": 0.5, "n": 9, "on": "twin"}, trained_on=True),
            allow_nan=False,
        )
    )
    examples = payload.pop("examples")
    assert payload.pop("network") == {**network_of(model), "masking": None}
    assert payload.pop("also") == one_unit_networks()
    assert payload == {
        "format": 1,
        "title": "Title",
        "reads": None,
        "run": "runs/x",
        "task": "classification",
        "input": "series",
        "classes": ["a", "b", "c"],
        "channels": ["left", "right"],
        "offsets": None,
        "longest": 4,
        "words": None,
        "epochs": None,
        "probes": None,
        "score": {"accuracy": 0.5, "n": 9, "on": "twin"},
        "examples_trained_on": True,
    }
    assert [one["steps"] for one in examples] == [4, 3, 2]
    assert [one["truth"] for one in examples] == [0, None, 2]
    assert [one["id"] for one in examples] == ["x", "7", "<b>"]
    assert examples[0]["answer"] == [0.33333334] * 3
    np.testing.assert_array_equal(decode(examples[2]["x"]), [[16, np.nan], [18, 19]])


def test_weights_arrive_as_they_are():
    model = build_network(
        3, 2, units=(4, 3), bidirectional=True, variant="FGR", stride=2, read_out="both"
    )
    model.get_layer("scaling").mean.assign([1.5, 0.1, -2.0])
    network = network_of(model)
    assert network["stride"] == 2
    assert network["scaling"] == {"mean": [1.5, 0.1, -2.0], "deviation": [1.0, 1.0, 1.0]}
    assert [one["backwards"] for layer in network["layers"] for one in layer["directions"]] == [
        False,
        True,
    ] * 2
    for layer, told in zip(
        (model.get_layer("both_1"), model.get_layer("both_2")), network["layers"], strict=True
    ):
        for one, direction in zip(
            (layer.forward_layer, layer.backward_layer), told["directions"], strict=True
        ):
            assert (direction["units"], direction["features"]) == (
                one.units,
                one.cell.kernel.shape[0],
            )
            for name in ("kernel", "recurrent_kernel", "bias", "peephole_kernel", "gate_kernel"):
                np.testing.assert_array_equal(decode(direction[name]), getattr(one.cell, name))
    assert network["read_out"]["from"] == "both"
    np.testing.assert_array_equal(
        decode(network["read_out"]["kernel"]), model.get_layer("read_out").kernel
    )


@pytest.mark.parametrize("name", GREFF)
def test_variants_are_reported(name):
    (layer,) = network_of(build_network(1, 1, units=2, variant=name))["layers"]
    (direction,) = layer["directions"]
    assert Variant(**direction["variant"]) == GREFF[name]


def test_the_article():
    network = network_of(build_model(DigitsSettings(hidden_size=3)))
    assert (network["stride"], network["scaling"]) == (1, None)
    assert network["layers"][0]["directions"][0]["variant"]["output_activation"] == "linear"
    read_out = network["read_out"]
    assert (read_out["from"], read_out["activation"], read_out["then"]) == (
        "last",
        "tanh",
        "softmax",
    )


def test_numbers_in_the_targets_units():
    model = build_network(
        1, 2, units=2, activation="linear", mean=[10.0, 0.1], deviation=[2.0, 3.0]
    )
    read_out = network_of(model)["read_out"]
    assert (read_out["scale"], read_out["offset"]) == ([2.0, 3.0], [10.0, 0.1])
    assert (read_out["activation"], read_out["then"]) == ("linear", "linear")


@pytest.mark.parametrize(
    "options", [{}, {"bidirectional": True, "read_out": "mean", "dropout": 0.1, "stride": 2}]
)
def test_a_network_from_a_file_is_the_same(options):
    model = build_network(2, 2, units=(2, 3), **options)
    assert network_of(from_bytes(to_bytes(model))) == network_of(model)


@pytest.mark.filterwarnings("ignore:Skipping variable loading for optimizer")
def test_the_article_from_a_file_is_the_same(tmp_path):
    model = build_model(DigitsSettings(hidden_size=3))
    model.save(tmp_path / "model.keras")
    assert network_of(keras.models.load_model(tmp_path / "model.keras")) == network_of(model)


@pytest.mark.few(2)
@pytest.mark.parametrize(
    "options",
    [{}, {"units": (3, 2)}, {"bidirectional": True}, {"dropout": 0.2, "read_out": "both"}],
)
def test_probes_of_our_networks(options):
    x = np.random.default_rng(0).normal(size=(12, 5, 2)).astype("float32")
    model = build_network(2, 3, **{"units": 2, **options})
    fitted = fit_probes(model, x, np.arange(12) % 3)
    probes = told(model=model, probes=fitted)["probes"]
    assert probes["steps"] == [0, 1, 2, 3, 4]
    np.testing.assert_array_equal(decode(probes["coefficients"]), fitted["coefficients"])
    np.testing.assert_array_equal(decode(probes["intercepts"]), fitted["intercepts"])


def test_probes_of_the_article():
    x = np.random.default_rng(0).uniform(0, 16, size=(30, 8, 8)).astype("float32")
    model = build_model(DigitsSettings(hidden_size=3))
    fitted = fit_probes(model, x, np.arange(30) % 10)
    payload = payload_of(
        model,
        x,
        ids=range(30),
        truth=np.arange(30) % 10,
        answers=model(x),
        classes=CLASSES,
        channels=CHANNELS,
        title="",
        run="",
        task="classification",
        probes=fitted,
        input="digit",
    )
    assert payload["probes"]["coefficients"]["shape"] == [8, 3, 10]
    assert json.loads(json.dumps(payload, allow_nan=False)) == payload


def test_no_probes_are_none():
    probes = {
        "steps": np.zeros(0, int),
        "coefficients": np.zeros((0, 4, 3)),
        "intercepts": np.zeros((0, 3)),
    }
    assert told(probes=probes)["probes"] is None
    with raises(Explorer.NOT_FINITE, array=Explorer.OF_PROBES(part="coefficients")):
        probes_of({"steps": [0], "coefficients": [[[np.nan]]], "intercepts": [[0.0]]})


def broken(name, value):
    model = build_network(2, 3, units=4)
    weight = next(v for v in model.weights if v.path.endswith(name))
    weight.assign(np.full(weight.shape, value))
    return model


@pytest.mark.parametrize(
    "name", ["lstm_cell/kernel", "lstm_cell/bias", "read_out/kernel", "mean", "deviation"]
)
@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_weights_that_are_not_finite(name, value):
    with raises(Explorer.NOT_FINITE) as caught:
        network_of(broken(name, value))
    assert caught.value.values["array"].values["part"] == name.split("/")[-1]


def foreign():
    """Models that look like ours but are not."""
    layers = keras.layers
    yield keras.Sequential([keras.Input((8, 3)), layers.Dense(2)])
    yield keras.Sequential(
        [keras.Input((8, 3)), LSTM(2, name="lstm"), layers.Dense(2, name="read_out")]
    )
    yield keras.Sequential(
        [keras.Input((8, 3)), layers.LSTM(2, name="lstm_1"), layers.Dense(2, name="read_out")]
    )
    yield article_read_out_at_every_step(lambda answers: answers[:, 0])
    yield article_read_out_at_every_step(lambda answers: answers)
    ours = build_network(3, 2, units=(2, 2))
    # of another layer
    mean = layers.GlobalAveragePooling1D(name="mean")(ours.get_layer("lstm_1").output[0])
    both = layers.Concatenate(name="last_and_mean")([ours.get_layer("lstm_2").output[1], mean])
    yield keras.Model(ours.input, layers.Dense(2, name="read_out")(both))
    yield keras.Model(
        ours.input, layers.Dense(2, name="read_out")(ours.get_layer("lstm_2").output[2])
    )  # c, not h
    yield keras.Model(ours.input, layers.Dense(2, name="more")(ours.output))
    yield keras.Model(ours.input, [ours.output, ours.get_layer("lstm_2").output[1]])


def test_other_models_are_refused():
    for k, model in enumerate([*foreign(), "a model"]):
        with raises(Networks.NOT_WIRED):
            pytest.fail(f"model {k} was taken: {network_of(model)['read_out']['from']}")


@pytest.mark.parametrize("activation", ["selu", keras.activations.gelu, lambda a: a])
def test_an_activation_that_the_page_does_not_know(activation):
    part = Explorer.ARRAY_OF_LAYER(layer="lstm_1", part="output_activation")
    with raises(Explorer.ACTIVATION, part=part, known=ACTIVATIONS):
        network_of(build_network(1, 1, units=2, variant=Variant(output_activation=activation)))


@pytest.mark.parametrize("activation", [*ACTIVATIONS, keras.activations.relu])
def test_an_activation_that_it_knows(activation):
    model = build_network(1, 1, units=2, variant=Variant(output_activation=activation))
    variant = network_of(model)["layers"][0]["directions"][0]["variant"]
    assert variant["output_activation"] == getattr(activation, "__name__", activation)


def test_the_page_has_just_these_activations():
    source = (WEB / "network/activations.js").read_text("utf-8")
    table = re.search(r"export const ACTIVATIONS = \{\n(.*?)\n\};", source, re.S)[1]
    assert tuple(re.findall(r"^  (\w+):", table, re.M)) == ACTIVATIONS


@pytest.mark.parametrize(
    ("changes", "code", "values"),
    [
        ({"task": "clustering"}, Explorer.OTHER_TASK, {"found": "clustering"}),
        ({"input": "sound"}, Explorer.OTHER_INPUT, {"found": "sound"}),
        ({"input": "digit"}, Explorer.NO_DIGITS, {"found": (3, 4, 2)}),
        ({"x": np.zeros((3, 4, 5))}, Explorer.OTHER_SHAPE, {"found": (3, 4, 5), "channels": 2}),
        ({"x": np.full((3, 4, 2), np.inf)}, Explorer.INFINITE, {}),
        ({"x": np.full((3, 4, 2), np.nan)}, Explorer.NO_VALUES, {"series": "x"}),
        (
            {"answers": np.zeros((3, 2))},
            Explorer.OTHER_ANSWERS,
            {"found": (3, 2), "expected": (3, 3)},
        ),
        ({"answers": np.full((3, 3), np.nan)}, Explorer.NOT_FINITE, {"array": "answers"}),
        ({"ids": ["x"]}, Explorer.OTHER_NUMBERS, {"found": (1, 3), "expected": 3}),
        ({"channels": ["left"]}, Explorer.OTHER_CHANNELS, {"found": 1, "expected": 2}),
        ({"classes": ["a", "b"]}, Explorer.OTHER_CLASSES, {"found": ["a", "b"], "expected": 3}),
        ({"classes": None}, Explorer.OTHER_CLASSES, {"found": None, "expected": 3}),
        ({"truth": [0, 1, 3]}, Explorer.NO_CLASS, {"found": 3, "last": 2}),
        ({"truth": [0, 1, 0.5]}, Explorer.NO_CLASS, {"found": 0.5}),
    ],
)
def test_what_does_not_go_together(changes, code, values):
    with raises(code, **values):
        told(**changes)


def test_numbers_as_truth():
    model = build_network(2, 1, units=2, activation="linear", mean=[0.0], deviation=[1.0])
    payload = told(
        model=model,
        task="regression",
        classes=None,
        truth=[1.5, np.nan, None],
        answers=np.ones((3, 1)),
    )
    assert [one["truth"] for one in payload["examples"]] == [1.5, None, None]
    assert payload["classes"] is None


def test_a_longer_training_series_is_reported():
    assert told(longest=50)["longest"] == 50
