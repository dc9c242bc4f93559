import numpy as np
import pytest
from support.leaving import asked, leaving_network

from glasscell.errors import UsageError
from glasscell.interop import litert
from glasscell.interop.export import export_network
from glasscell.variants import GREFF


@pytest.mark.parametrize(("form", "batch"), [("two directions", 1), ("strided", 3), ("numbers", 2)])
def test_it_answers_as_the_network_does(form, batch, tmp_path):
    network, meaning = leaving_network(form)
    exported = export_network(network, meaning, tmp_path / "model.tflite", steps=25, batch=batch)
    assert exported.agreement is not None
    assert exported.agreement.difference < 1e-5
    assert b"Flex" not in (tmp_path / "model.tflite").read_bytes()


@pytest.mark.nightly
@pytest.mark.parametrize("variant", GREFF)
def test_of_every_variant_too(variant, tmp_path):
    network, meaning = leaving_network("two directions", variant=variant)
    assert export_network(network, meaning, tmp_path / "model.tflite", steps=9).agreement is not None


def test_a_memory_beyond_ten_is_not_cut(tmp_path):
    network, meaning = leaving_network("plain", variant="NFG")  # a memory that never forgets
    (cell,) = [layer.cell for layer in network.layers if hasattr(layer, "cell")]
    cell.bias.assign(np.tile([3.0, 0, 3, 3], (5, 1)).T.reshape(-1))
    litert.write(network, meaning, tmp_path / "model.tflite", steps=40)
    x, wanted = asked(network, meaning)
    found = litert.answer_with_runtime(tmp_path / "model.tflite", x, meaning)
    np.testing.assert_allclose(found[0], wanted[0], atol=1e-5)


def test_calls_know_nothing_of_each_other(tmp_path):
    network, meaning = leaving_network()
    litert.write(network, meaning, tmp_path / "model.tflite", steps=40)
    x, _ = asked(network, meaning)
    (once, twice), _ = litert.answer_with_runtime(tmp_path / "model.tflite", x[[0, 0]], meaning)
    np.testing.assert_array_equal(once, twice)


def test_what_it_cannot_say_is_refused(tmp_path):
    from dataclasses import replace

    network, meaning = leaving_network()
    with pytest.raises(UsageError, match="--steps"):
        litert.write(network, meaning, tmp_path / "model.tflite")
    with pytest.raises(UsageError, match="float64"):
        litert.write(network, replace(meaning, offsets=(1e9, 0.0, 0.0)), tmp_path / "model.tflite", steps=5)
