import numpy as np
import pytest
import tensorflow as tf
from support.facts import raises
from support.leaving import FORMS, asked, leaving_network

from glasscell.exporters import litert
from glasscell.exporters.agreement import made_series
from glasscell.exporters.litert.fused import answering, largest_cells
from glasscell.exporters.npz import plain_network
from glasscell.exporters.sentences import Exporters
from glasscell.networks.anatomy import anatomy_of
from glasscell.variants import GREFF


@pytest.mark.long(1)
@pytest.mark.parametrize("form", FORMS)
def test_steps_moved_to_the_front_are_answered_as_if_they_stood_where_they_did(form):
    network, meaning = leaving_network(form)
    x, (wanted, answered) = asked(network, meaning)
    found, there = answering(plain_network(network, meaning), len(x))(tf.constant(x))
    np.testing.assert_array_equal(there, answered)
    np.testing.assert_allclose(found, wanted, rtol=2e-5, atol=3e-6)


def test_another_cell_is_refused_by_name():
    network, meaning = leaving_network("plain", variant=GREFF["CIFG"])
    with raises(Exporters.NO_LITERT_CELL):
        answering(plain_network(network, meaning), 1)


@pytest.mark.long(2)
@pytest.mark.parametrize(
    "form", ["plain", pytest.param("two directions", marks=pytest.mark.nightly)]
)
def test_whole_numbers_answer_nearly_as_the_network_does(form, tmp_path):
    network, meaning = leaving_network(form)
    scaling = anatomy_of(network).scaling
    # nothing of whole numbers scales the channels
    scaling.deviation.assign(scaling.deviation * [1.0, 1000.0, 0.01])
    series = made_series(network, meaning, 48, seed=1)
    x, (wanted, answered) = asked(network, meaning)
    litert.write(
        network, meaning, tmp_path / "model.tflite", steps=40, int8=True, calibration=series
    )
    found = litert.answer_with_runtime(tmp_path / "model.tflite", x, meaning)
    np.testing.assert_array_equal(found[1], answered)
    differences = np.abs(found[0] - wanted).max(1)
    assert 1e-5 < np.median(differences) < 0.05
    assert 0 < largest_cells((tmp_path / "model.tflite").read_bytes()) < 64


def test_states_of_one_series_are_not_taken_for_those_of_the_next(tmp_path):
    """Else cells that count would be fitted to what all series together count to."""
    network, meaning = leaving_network("plain", units=2)
    (cell,) = [layer.cell for layer in network.layers if hasattr(layer, "cell")]
    cell.bias.assign(np.repeat([9.0, 9.0, 3.0, 3.0], 2))  # everything is kept, and something added
    cell.kernel.assign(cell.kernel * 0.01)
    cell.recurrent_kernel.assign(cell.recurrent_kernel * 0.01)
    series = made_series(network, meaning, 48, seed=1)
    litert.write(
        network, meaning, tmp_path / "model.tflite", steps=40, int8=True, calibration=series
    )
    # the next power of two after 40
    assert largest_cells((tmp_path / "model.tflite").read_bytes()) == 64


def test_small_memory_cells_have_room(tmp_path):
    network, meaning = leaving_network("plain")
    (cell,) = [layer.cell for layer in network.layers if hasattr(layer, "cell")]
    i, f, z, o = np.split(cell.kernel.numpy(), 4, axis=1)
    cell.kernel.assign(np.concatenate([i, f, 0.02 * z, o], axis=1))
    i, f, z, o = np.split(cell.recurrent_kernel.numpy(), 4, axis=1)
    cell.recurrent_kernel.assign(np.concatenate([i, f, 0.02 * z, o], axis=1))
    cell.bias.assign(cell.bias * np.repeat([1, 1, 0.02, 1], 5))
    series = made_series(network, meaning, 48, seed=1)
    x, (wanted, _) = asked(network, meaning)
    litert.write(
        network, meaning, tmp_path / "model.tflite", steps=40, int8=True, calibration=series
    )
    assert largest_cells((tmp_path / "model.tflite").read_bytes()) == 1
    found, _ = litert.answer_with_runtime(tmp_path / "model.tflite", x, meaning)
    assert np.abs(found - wanted).max() < 0.01
