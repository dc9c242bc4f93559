"""The kernel's core without TensorFlow: loaded alone, against the textbook, and its absence."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from support import oracle
from support.random_networks import variant_of

from glasscell.recurrence.kernel import core
from glasscell.variants import PLAIN_ACTIVATIONS, Variant

needs_core = pytest.mark.skipif(
    not core.LIBRARY.exists(), reason="the kernel is not built: no C++ compiler at install"
)
NAMES = [name for name in oracle.NAMES if name != "FGR"]


def reader_of(weights, name, **options):
    return core.Reader(Variant(**variant_of(name)), **weights, **options)


def in_float32(v):
    """Round to float32, and compute on in float64."""
    return np.asarray(v, "float32").astype("float64")


@needs_core
@pytest.mark.product(
    name=NAMES,
    kind=oracle.MASKS,
    go_backwards=[False, True],
    sequences=[False, True],
    starts=[False, True],
    bias=[False, True],
    size=[(1, 1, 1, 1), (3, 7, 4, 17), (14, 5, 2, 50)],
)
def test_it_reads_as_the_textbook_does(name, kind, go_backwards, sequences, starts, bias, size):
    N, T, D, H = size
    rng = np.random.default_rng(N)
    weights = oracle.random_weights(rng, D, H, name)
    # or a step would multiply the rounding of the one before by √H
    weights["recurrent_kernel"] /= np.sqrt(H)
    # what is read is float32: the textbook reads the same numbers, or it would be held to digits
    # that nobody was given
    weights = {key: in_float32(v) for key, v in weights.items()}
    if not bias:
        del weights["bias"]
    x, mask = in_float32(rng.normal(size=(N, T, D))), oracle.random_mask(rng, kind, N, T)
    start = [in_float32(v) for v in oracle.random_start(rng, N, H, name)] if starts else None
    found = reader_of(weights, name, go_backwards=go_backwards).read(
        x, mask, start, return_sequences=sequences
    )
    for n in range(N):
        state = None if start is None else [v[n] for v in start]
        truth = oracle.read(
            x[n], weights, name, state, None if mask is None else mask[n], go_backwards
        )
        output, h, c = (v[n] for v in found)
        # float32, as in support/kernel_cases.py, of numbers of size 1 to 10
        np.testing.assert_allclose(h, truth.state[0], rtol=4e-6, atol=4e-6)
        np.testing.assert_allclose(c, truth.state[1], rtol=4e-6, atol=4e-6)
        np.testing.assert_allclose(
            output, truth.y if sequences else truth.last, rtol=4e-6, atol=4e-6
        )


@needs_core
@pytest.mark.parametrize("field", ["input_activation", "gate_activation", "output_activation"])
@pytest.mark.parametrize("name", PLAIN_ACTIVATIONS)
def test_an_activation_is_the_one_of_its_name(name, field):
    """Their order is the enum's in C++."""
    from glasscell.inference.cell import ACTIVATIONS, Weights, advance

    rng = np.random.default_rng(0)
    kernel, recurrent_kernel = (
        rng.normal(size=(2, 12)).astype("f"),
        rng.normal(size=(3, 12)).astype("f"),
    )
    variant, x = Variant(**{field: name}), rng.normal(size=(4, 1, 2)).astype("f")
    h, c = advance(
        x[:, 0] @ kernel, (np.zeros((4, 3), "f"),) * 2, Weights(kernel, recurrent_kernel), variant
    )
    found = core.Reader(variant, kernel, recurrent_kernel).read(x)
    np.testing.assert_allclose(found[1], h, atol=1e-5)
    np.testing.assert_allclose(found[2], c, atol=1e-5)
    assert set(ACTIVATIONS) == set(PLAIN_ACTIVATIONS)


@needs_core
def test_many_threads_may_call_one_reader_at_once():
    rng = np.random.default_rng(0)
    reader = reader_of(oracle.random_weights(rng, 3, 20, "V"), "V")
    series = [rng.normal(size=(1 + n % 5, 1 + n % 11, 3)) for n in range(200)]
    wanted = [reader.read(x)[1] for x in series]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda x: reader.read(x)[1], series))
    assert all(np.array_equal(a, b) for a, b in zip(found, wanted, strict=True))


ALONE = """
import sys
sys.modules["tensorflow"] = sys.modules["keras"] = None
import numpy as np
from glasscell.recurrence.kernel import core
from glasscell.variants import Variant
reader = core.Reader(Variant(gate_activation="hard_sigmoid"), np.ones((2, 12)), np.ones((3, 12)))
print(core.load()[0].glasscell_vectors().decode(), reader.read(np.ones((1, 4, 2)))[1].shape)
"""


@needs_core
@pytest.mark.parametrize("vectors", ["baseline", ""])
def test_it_is_loaded_where_tensorflow_cannot_be_imported(vectors):
    environment = os.environ | {"GLASSCELL_VECTORS": vectors}
    run = subprocess.run(
        [sys.executable, "-c", ALONE], capture_output=True, text=True, check=False, env=environment
    )
    assert run.returncode == 0, run.stderr[-3000:]
    name, shape = run.stdout.split(maxsplit=1)
    assert name == (vectors or name)
    assert name in core.VECTORS
    assert shape == "(1, 3)\n"


@needs_core
@pytest.mark.parametrize(
    ("shapes", "said"),
    [
        (((2, 12), (3, 12), (12,), (3, 2)), r"\(3, 2\): expected \(3, 3\)"),
        (((2, 8), (3, 12)), r"\(2, 8\): expected \(2, 12\)"),
        (((0, 12), (3, 12)), "at least one feature"),
    ],
)
def test_weights_that_do_not_go_together_are_refused(shapes, said):
    with pytest.raises(ValueError, match=said):
        core.Reader(Variant(peepholes=True), *(np.zeros(shape) for shape in shapes))


@needs_core
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((np.zeros((1, 4, 3)),), r"x has the shape \(1, 4, 3\): expected \(N, T, 2\)"),
        ((np.zeros((1, 4, 2)), np.ones((4, 1), bool)), "mask has the shape"),
        (
            (np.zeros((1, 4, 2)), None, (np.zeros((1, 3)), np.zeros((2, 3)))),
            "of the state has the shape",
        ),
    ],
)
def test_series_of_another_shape_are_refused(arguments, said):
    with pytest.raises(ValueError, match=said):
        core.Reader(Variant(), np.zeros((2, 12)), np.zeros((3, 12))).read(*arguments)


@pytest.fixture
def library(tmp_path, monkeypatch):
    """Give the path of a library in place of the real one."""
    real = core.LIBRARY
    monkeypatch.setattr(core, "LIBRARY", tmp_path / "libglasscell_core.so")
    monkeypatch.setattr(core, "load", core.load.__wrapped__)
    return real


def why_not():
    said = core.obstacle(Variant())
    with pytest.raises(RuntimeError, match=r"glasscell|GLASSCELL"):
        core.Reader(Variant(), np.zeros((1, 4)), np.zeros((1, 4)))
    return said


def test_without_a_library_it_says_how_to_get_one(library):
    assert why_not().startswith(
        "glasscell was installed without its kernel, because there was no C++ compiler: install one"
    )


@pytest.mark.parametrize("content", [b"", b"\x7fELF\x02", b"text\n" * 100])
def test_a_file_that_is_no_library_is_reported(content, library):
    core.LIBRARY.write_bytes(content)
    assert why_not().endswith("reinstall glasscell")


@needs_core
@pytest.mark.skipif(
    sys.platform != "linux", reason="elsewhere the system looks at the length itself"
)
def test_a_library_cut_short_would_kill_the_process(library):
    core.LIBRARY.write_bytes(library.read_bytes()[:-2000])
    assert "the file is truncated" in why_not()


@needs_core
def test_a_library_of_other_sources_is_not_called(library, monkeypatch):
    core.LIBRARY.write_bytes(library.read_bytes())
    monkeypatch.setattr(core, "_Outputs", core._Inputs)
    assert "it was built from other sources" in why_not()


def test_an_instruction_set_that_is_not_known(library, monkeypatch):
    monkeypatch.setenv("GLASSCELL_VECTORS", "sse9")
    assert why_not() == "GLASSCELL_VECTORS='sse9': expected one of avx512, avx2, baseline"
