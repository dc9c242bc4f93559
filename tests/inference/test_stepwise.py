import numpy as np
import pytest
from support.facts import raises
from support.leaving import FORMS, leaving_network

from glasscell.exporters import npz
from glasscell.exporters.agreement import deviation_of
from glasscell.inference.network import Stream, answer, read_npz
from glasscell.inference.sentences import Inference, Inputs
from glasscell.system.sentences import System
from glasscell.variants import GREFF

AHEAD = [name for name, arguments in FORMS.items() if not arguments.get("bidirectional")]


def plain(form, folder, **more):
    network, meaning = leaving_network(form, **more)
    npz.write(network, meaning, folder / "model.npz")
    return read_npz(folder / "model.npz"), deviation_of(network, meaning)


@pytest.mark.few(6)
@pytest.mark.product(form=AHEAD, variant=["NP", "CIFG", "FGR"], read_out=["last", "mean", "both"])
def test_after_each_step_it_answers_what_the_series_so_far_is_answered(
    form, variant, read_out, tmp_path
):
    network, deviation = plain(form, tmp_path, variant=GREFF[variant], read_out=read_out)
    x = np.random.default_rng(0).normal(size=(4, 11, 3))
    x[0, :3], x[1, 4:6], x[2, :, 1], x[3] = np.nan, np.nan, np.nan, np.nan
    stream = Stream(network, 4)
    for t in range(x.shape[1]):
        wanted, begun = answer(network, x[:, : t + 1])
        np.testing.assert_allclose(
            stream.step(x[:, t]) / deviation, wanted / deviation, rtol=0, atol=1e-6
        )
        assert stream.has_begun.tolist() == begun.tolist()
    stream.reset()
    np.testing.assert_array_equal(stream.step(x[:, 5]), Stream(network, 4).step(x[:, 5]))


def test_what_has_no_end_is_not_read_from_its_end(tmp_path):
    with raises(Inference.NO_END):
        Stream(plain("mean", tmp_path)[0])


def test_a_step_of_another_shape_or_that_cannot_be_read_is_refused_and_changes_nothing(tmp_path):
    network, _ = plain("plain", tmp_path)
    stream, other = Stream(network, 2), Stream(network, 2)
    with raises(Inference.STEP_SHAPE, shape=(3,), expected=(2, 3)):
        stream.step(np.zeros(3))
    with raises(Inputs.STREAM_TOO_LARGE, stream=1, channel=2):
        stream.step([[0, 0, 0], [0, 0, np.inf]])
    np.testing.assert_array_equal(stream.step(np.ones((2, 3))), other.step(np.ones((2, 3))))
    with raises(System.NOT_ACCEPTED, name="streams", found=0):
        Stream(plain("plain", tmp_path)[0], 0)
