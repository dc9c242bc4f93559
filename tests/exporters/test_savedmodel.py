import numpy as np
import pytest
import tensorflow as tf
from support.leaving import asked, export_network, leaving_network

from glasscell.exporters import savedmodel
from glasscell.exporters.savedmodel import answering, read_by_loop, signature
from glasscell.variants import GREFF


@pytest.mark.parametrize(
    "form",
    [
        "strided",
        *(pytest.param(f, marks=pytest.mark.nightly) for f in ("two directions", "numbers")),
    ],
)
def test_it_answers_as_the_network_does(form, tmp_path):
    network, meaning = leaving_network(form)
    exported = export_network(network, meaning, tmp_path / "model", to="savedmodel")
    assert exported.agreement is not None
    assert exported.agreement.difference < 1e-5
    assert b"Glasscell" not in (tmp_path / "model/saved_model.pb").read_bytes()


@pytest.mark.nightly
@pytest.mark.parametrize("variant", GREFF)
def test_of_every_variant_too(variant, tmp_path):
    network, meaning = leaving_network("two directions", variant=variant)
    assert (
        export_network(network, meaning, tmp_path / "model", to="savedmodel").agreement is not None
    )


def test_labels_are_inside_and_the_prior_too(tmp_path):
    network, meaning = leaving_network()
    savedmodel.write(network, meaning, tmp_path / "model")
    served = tf.saved_model.load(str(tmp_path / "model")).signatures["serve"]
    x, (answers, answered) = asked(network, meaning)
    found = served(series=tf.constant(x))
    labels = [label.decode() for label in found["label"].numpy()]
    assert labels == [
        meaning.labels[k] if there else ""
        for k, there in zip(answers.argmax(1), answered, strict=True)
    ]
    np.testing.assert_array_equal(found["answered"], answered)
    np.testing.assert_allclose(found["answers"][~answered], [meaning.prior])


def test_the_loop_answers_as_the_network_does():
    network, meaning = leaving_network("two directions")
    x, (answers, answered) = asked(network, meaning)
    found, there = answering(read_by_loop(network), meaning)(tf.constant(x))
    np.testing.assert_array_equal(there, answered)
    np.testing.assert_allclose(found, answers, atol=2e-6)  # float32, forty steps


def test_offsets_make_it_float64():
    from dataclasses import replace

    network, meaning = leaving_network()
    assert signature(network, meaning).dtype == tf.float32
    assert signature(network, replace(meaning, offsets=(1e9, 0.0, 0.0)), batch=2).shape == (
        2,
        None,
        3,
    )
