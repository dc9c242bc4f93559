import json

import numpy as np
import pytest
from ai_edge_litert.interpreter import Interpreter
from support.facts import codes, raises
from support.leaving import asked, export_network, leaving_network

from glasscell.exporters import litert
from glasscell.exporters.agreement import made_series
from glasscell.exporters.litert import fused
from glasscell.exporters.sentences import Exporters
from glasscell.variants import GREFF


@pytest.mark.parametrize(
    ("form", "batch", "options"),
    [
        ("strided", 3, {}),
        ("one unit", 1, {"fused": True}),
        pytest.param("two directions", 2, {"fused": True}, marks=pytest.mark.long(2)),
        pytest.param("two directions", 1, {}, marks=pytest.mark.long(3)),
        pytest.param("numbers", 2, {}, marks=pytest.mark.nightly),
        pytest.param("strided", 3, {"fused": True}, marks=pytest.mark.nightly),
    ],
)
def test_it_answers_as_the_network_does(form, batch, options, tmp_path):
    network, meaning = leaving_network(form)
    exported = export_network(
        network, meaning, tmp_path / "model.tflite", steps=25, batch=batch, **options
    )
    assert exported.agreement is not None
    assert exported.agreement.difference < 1e-5
    assert b"Flex" not in (tmp_path / "model.tflite").read_bytes()


@pytest.mark.nightly
@pytest.mark.parametrize("variant", GREFF)
def test_of_every_variant_too(variant, tmp_path):
    network, meaning = leaving_network("two directions", variant=variant)
    assert (
        export_network(network, meaning, tmp_path / "model.tflite", steps=9).agreement is not None
    )


@pytest.mark.few(1)
@pytest.mark.parametrize("is_cut", [False, True])
def test_a_memory_beyond_ten_is_not_cut_by_the_fused_operation(is_cut, tmp_path, monkeypatch):
    """The converter clips it: a cell that counts to 30 and back to 5 would then be far below 0."""
    network, meaning = leaving_network("plain", channels=1, units=2)
    (cell,) = [layer.cell for layer in network.layers if hasattr(layer, "cell")]
    cell.kernel.assign(np.repeat([[0.0, 0, 9, 0]], 2, 1))
    cell.recurrent_kernel.assign(cell.recurrent_kernel * 1e-3)
    cell.bias.assign(np.repeat([9.0, 9, 0, 3], 2))
    x = np.repeat([1.0, -1.0], [30, 25])[None, :, None].astype("float32") * 3
    if is_cut:
        monkeypatch.setattr(fused, "without_clip", lambda content: content)
    litert.write(network, meaning, tmp_path / "model.tflite", steps=55, fused=True)
    found, _ = litert.answer_with_runtime(tmp_path / "model.tflite", x, meaning)
    assert (
        np.abs(found - network(x)).max() > 0.1
        if is_cut
        else np.abs(found - network(x)).max() < 1e-5
    )


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
    with raises(Exporters.NO_STEPS):
        litert.write(network, meaning, tmp_path / "model.tflite")
    with raises(Exporters.FAR_FROM_ZERO):
        litert.write(
            network, replace(meaning, offsets=(1e9, 0.0, 0.0)), tmp_path / "model.tflite", steps=5
        )


@pytest.mark.parametrize(
    "options",
    [pytest.param({}, marks=pytest.mark.nightly), {"fused": True}, {"int8": True}],
    ids=["loops", "fused", "int8"],
)
def test_what_goes_in_and_comes_out_has_names(options, tmp_path):
    network, meaning = leaving_network()
    x = made_series(network, meaning, 8)[:, :12]
    calibration = {"calibration": x} if "int8" in options else {}
    litert.write(network, meaning, tmp_path / "model.tflite", steps=12, **options, **calibration)
    model = Interpreter(str(tmp_path / "model.tflite"))
    inputs_and_outputs = {"inputs": ["series"], "outputs": ["answered", "answers"]}
    assert model.get_signature_list() == {"serve": inputs_and_outputs}
    model.allocate_tensors()
    serve = model.get_signature_runner("serve")
    wanted, answered = litert.answer_with_runtime(tmp_path / "model.tflite", x, meaning)
    assert answered.tolist() != [True] * len(x)  # one of them has no value
    for series, right, there in zip(x, wanted, answered, strict=True):
        model.reset_all_variables()
        found = serve(series=series[None])
        np.testing.assert_array_equal(found["answers"][0], right)
        assert found["answered"].tolist() == [there]


@pytest.mark.long(1)
def test_that_states_stay_is_found_and_said(tmp_path):
    network, meaning = leaving_network()
    exported = export_network(network, meaning, tmp_path / "model.tflite", steps=12, fused=True)
    (remark,) = exported.remarks
    assert remark.code is Exporters.STATES_STAY
    assert remark.values["difference"] > 1e-2
    about = json.loads((tmp_path / "model.tflite.json").read_text())
    assert about["remarks"] == [str(remark)]
    assert not export_network(network, meaning, tmp_path / "loops.tflite", steps=12).remarks
    assert (tmp_path / "model.tflite").stat().st_size < (tmp_path / "loops.tflite").stat().st_size


@pytest.mark.long(1)
def test_whole_numbers_are_refused_below_the_agreement_asked_for(tmp_path):
    network, meaning = leaving_network("numbers")
    series = made_series(network, meaning, 40, seed=2)
    with raises(Exporters.LOW_R2, n=40, least=1.0, below=None, options=["int8"]):
        export_network(
            network,
            meaning,
            tmp_path / "model.tflite",
            steps=40,
            samples=(series,),
            int8=True,
            min_agreement=1.0,
        )
    assert list(tmp_path.iterdir()) == []
    exported = export_network(
        network, meaning, tmp_path / "model.tflite", steps=40, samples=(series,), int8=True
    )
    assert 0.95 < exported.agreement.r2 < 1
    assert codes(exported.remarks) == [Exporters.STATES_STAY, Exporters.CELLS_CUT]
    assert json.loads((tmp_path / "model.tflite.json").read_text())["input"]["shape"] == [1, 40, 3]
    with raises(Exporters.NOT_INEXACT):
        export_network(network, meaning, tmp_path / "other.tflite", steps=40, min_agreement=1.0)
