"""Whatever is in the kernel's place, glasscell works, and says why if it uses the loop."""

import subprocess
import sys

import numpy as np
import pytest
from support.kernel_cases import needs_kernel

from glasscell.recurrence import engines
from glasscell.recurrence.kernel import core, support
from glasscell.recurrence.kernel import library as native

AGAIN = "reinstall glasscell"
is_there_already = native._is_there_already


@pytest.fixture
def library(tmp_path, monkeypatch):
    """Give the path of a library not there yet, instead of the real one that is loaded."""
    support.obstacle()
    monkeypatch.setattr(native, "LIBRARY", tmp_path / "libglasscell.so")
    monkeypatch.setattr(native, "load", native.load.__wrapped__)
    monkeypatch.setattr(native, "_is_there_already", lambda: False)
    return native.LIBRARY


def why_not() -> str:
    engine, reason = engines.choose_engine()
    assert engine == "loop"
    with pytest.raises(ValueError, match="engine='kernel' does not work here"):
        engines.choose_engine("kernel")
    return reason


def test_no_library(library):
    assert why_not().startswith(
        "glasscell was installed without its kernel, because there was no C++ compiler: install one"
    )


def test_on_windows_no_compiler_would_help(library, monkeypatch):
    monkeypatch.setattr(native.os, "name", "nt")
    assert native.load() == (None, "the kernel runs on Linux and macOS only")


@pytest.mark.parametrize(
    "content", [b"", b"\x7fELF\x02", np.random.default_rng(0).bytes(10_000), b"text\n" * 100]
)
def test_a_file_that_is_no_library(content, library):
    library.write_bytes(content)
    assert why_not().startswith(f"TensorFlow cannot load {library.name}: ")
    assert why_not().endswith(AGAIN)


def test_a_folder_in_its_place(library):
    library.mkdir()
    assert why_not().endswith(AGAIN)


@needs_kernel
@pytest.mark.skipif(
    sys.platform != "linux", reason="elsewhere the system looks at the length itself"
)
@pytest.mark.parametrize("part", [0.001, 0.1, 0.5, 0.9, 0.99, 1.0])
def test_a_library_cut_short_would_kill_the_process(part, library, real):
    whole = real.read_bytes()
    library.write_bytes(whole[: int(part * (len(whole) - 1))])
    assert why_not() == f"{library.name} cannot be loaded: the file is truncated; {AGAIN}"


@pytest.fixture(scope="module")
def real():
    return native.LIBRARY


@needs_kernel
def test_a_second_copy_leaves_the_kernel_to_the_first(library, real, monkeypatch):
    # before it is loaded: that would spoil both
    monkeypatch.setattr(native, "_is_there_already", is_there_already)
    library.write_bytes(real.read_bytes())
    assert why_not() == "another copy of glasscell has already loaded its kernel into this process"


@needs_kernel
@pytest.mark.parametrize("asked", ["", *core.VECTORS])
def test_an_instruction_set_that_is_known(asked, monkeypatch):
    monkeypatch.setenv("GLASSCELL_VECTORS", asked)
    assert native.load.__wrapped__()[1] is None


def test_an_instruction_set_that_is_not_known(library, monkeypatch):
    monkeypatch.setenv("GLASSCELL_VECTORS", "sse9")
    assert why_not() == "GLASSCELL_VECTORS='sse9': expected one of avx512, avx2, baseline"


IMPORTED_AGAIN = """
import sys
import tensorflow as tf

for _ in range(2):
    for name in [name for name in sys.modules if name.split(".")[0] == "glasscell"]:
        del sys.modules[name]
    from glasscell import lstm
    from glasscell.recurrence.engines import choose_engine

    x, kernel, recurrent_kernel = tf.ones((1, 3, 2)), tf.ones((2, 4)), tf.ones((1, 4))
    with tf.GradientTape() as tape:
        tape.watch(kernel)
        h, _ = lstm(x, kernel, recurrent_kernel)
    print(choose_engine().engine, float(tf.norm(tape.gradient(h, kernel))))
"""


@pytest.mark.nightly  # a second copy, above, leaves the kernel to the first
@pytest.mark.long(6)
@needs_kernel
def test_glasscell_imported_again_has_its_kernel():
    run = subprocess.run(
        [sys.executable, "-c", IMPORTED_AGAIN], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr[-3000:]
    first, second = run.stdout.splitlines()
    assert first == second
    assert first.startswith("kernel ")


def test_each_of_several_trainings_may_have_its_share_of_the_cores(monkeypatch):
    monkeypatch.setattr(native, "count_cores", lambda: 6)
    monkeypatch.setattr(native.tf.config.threading, "get_intra_op_parallelism_threads", lambda: 0)
    assert native.threads() == 6
    with native.cores_shared(4):
        assert native.threads() == 1
        with native.cores_shared(3):
            assert native.threads() == 2
    assert native.threads() == 6
