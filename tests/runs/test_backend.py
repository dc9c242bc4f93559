import json

import keras
import numpy as np
import pytest
from support.facts import raises
from support.leaving import leaving_network

from glasscell.errors import UsageError
from glasscell.inference.network import answer_centred
from glasscell.networks.sentences import Networks
from glasscell.recurrence.kernel import core
from glasscell.runs import backend
from glasscell.runs.backend import choose_backend, leave_network
from glasscell.runs.run_folder import create
from glasscell.runs.sentences import Runs
from glasscell.variants import GREFF, Variant


@pytest.fixture
def run(tmp_path):
    with create(tmp_path, "run", {}) as run:
        yield run


def leave(run, network, meaning):
    run.write("model.keras", network.save)
    return leave_network(run, network, meaning)


def test_what_is_left_answers_as_the_network_does(run):
    network, meaning = leaving_network("two directions")
    assert leave(run, network, meaning) is None
    assert (run.path / "network.npz").exists()
    found = choose_backend(run.path)
    assert (found.by, found.why) == (
        ("kernel", None) if core.load()[1] is None else ("numpy", core.load()[1])
    )
    x = np.random.default_rng(0).normal(size=(5, 7, 3)).astype("float32")
    np.testing.assert_allclose(answer_centred(found.network, x), network(x), rtol=0, atol=1e-6)


def test_what_the_core_lacks_numpy_answers_and_the_record_says_why(run):
    assert leave(run, *leaving_network(variant=GREFF["FGR"])) is None
    said = {
        "answered_by": "numpy",
        "not_by_kernel": "the kernel does not support full gate recurrence",
    }
    assert choose_backend(run.path).record() == said


def test_where_there_is_no_library_numpy_answers_and_the_record_says_why(run, monkeypatch):
    leave(run, *leaving_network())
    monkeypatch.setattr(core, "LIBRARY", run.path / "none.so")
    monkeypatch.setattr(core, "load", core.load.__wrapped__)
    found = choose_backend(run.path)
    assert found.by == "numpy"
    assert "installed without its kernel" in found.why


def test_a_network_that_arrays_cannot_say_is_left_to_tensorflow(run):
    leave(run, *leaving_network())
    assert isinstance(
        leave(run, *leaving_network(variant=Variant(input_activation="elu"))), UsageError
    )
    assert not (run.path / "network.npz").exists()
    found = choose_backend(run.path)
    assert (found.by, found.why) == ("tensorflow", Runs.NO_NETWORK(network="network.npz"))
    assert found.record() == {"answered_by": "tensorflow", "not_by_kernel": str(found.why)}


def test_arrays_that_answer_otherwise_are_not_left(run, monkeypatch):
    monkeypatch.setattr(
        backend, "answer_centred", lambda network, x: answer_centred(network, x) + 2e-6
    )
    assert leave(run, *leaving_network()).code is Runs.NETWORK_ANSWERS_OTHERWISE
    assert not (run.path / "network.npz").exists()


def cut_read_out(arrays):
    for name in ("read_out/kernel", "read_out/bias"):
        arrays[name] = arrays[name][..., :1]


ARRAYS = {
    "no hash": lambda arrays: arrays.pop("sha256"),
    "other shapes": lambda arrays: arrays.update(
        {"reader_1_forward/kernel": np.zeros((2, 8), "float32")}
    ),
    "fewer classes": cut_read_out,
}


WHY = {
    **dict.fromkeys(["cut short", "empty", "text", "a folder", *ARRAYS], Runs.NETWORK_UNUSABLE),
    **dict.fromkeys(["another model", "no model"], Runs.NETWORK_OF_OTHER),
}


@pytest.mark.parametrize("spoil", WHY)
def test_what_cannot_be_trusted_is_not_asked(spoil, run):
    network, meaning = leaving_network()
    leave(run, network, meaning)
    file, model = run.path / "network.npz", run.path / "model.keras"
    if spoil in ARRAYS:
        with np.load(file) as arrays:
            changed = dict(arrays)
        ARRAYS[spoil](changed)
        np.savez(file, **changed)
    elif spoil == "another model":
        keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)]).save(model)
    elif spoil == "no model":
        model.unlink()
    elif spoil == "a folder":
        file.unlink()
        file.mkdir()
    else:
        content = file.read_bytes()
        file.write_bytes(
            {"cut short": content[: len(content) // 2], "empty": b"", "text": b"a network"}[spoil]
        )
    found = choose_backend(run.path)
    assert (found.by, found.network) == ("tensorflow", None)
    assert (found.why.code, found.why.values["network"]) == (WHY[spoil], "network.npz")
    again = f"glasscell train --resume {run.path}"
    assert found.warning == Runs.BY_TENSORFLOW.warning(
        why=found.why, network="network.npz", command=again
    )


def test_a_network_of_a_later_glasscell_is_not_asked(run):
    leave(run, *leaving_network())
    file = run.path / "network.npz"
    with np.load(file) as arrays:
        changed = dict(arrays)
    changed["about"] = np.array(json.dumps(json.loads(str(changed["about"])) | {"form": 99}))
    np.savez(file, **changed)
    found = choose_backend(run.path)
    assert (found.by, found.why.code) == ("tensorflow", Runs.NETWORK_OF_LATER)
    assert found.why.values["form"] == 99


def test_weights_that_are_no_numbers_are_rejected_when_the_run_is_opened(run):
    leave(run, *leaving_network())
    with np.load(run.path / "network.npz") as arrays:
        damaged = dict(arrays) | {"read_out/bias": np.array([0, np.nan], "float32")}
    np.savez(run.path / "network.npz", **damaged)
    with raises(Networks.WEIGHTS_NOT_FINITE, file=str(run.path / "network.npz")):
        choose_backend(run.path)
