"""C exports, compiled and called: as a library in this process, or a program with sanitizers."""

import ctypes
import shutil
import subprocess

import numpy as np
import pytest

from glasscell.exporters.c.compiler import STRICT
from glasscell.exporters.c.writing import identifier

SANITIZED = ("-O1", "-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all")
COMPILERS = [
    pytest.param(name, marks=pytest.mark.skipif(shutil.which(name) is None, reason=f"needs {name}"))
    for name in ("gcc", "clang")
]
STATE = 100_000  # floats, which no network of the tests needs


class Library:
    """The sources of some exports in one library.

    `predict` and `step` of a network return its answers (C,), the index of the label (−1 without
    one, None for numbers) and whether it has answered.
    """

    def __init__(self, *folders, flags=("-O1",)):
        file = folders[0].parent / f"{' and '.join(folder.name for folder in folders)}.so"
        sources = [folder / f"{identifier(folder.name)}.c" for folder in folders]
        command = ["cc", *STRICT, *flags, "-shared", "-fPIC", "-o", file, *sources, "-lm"]
        subprocess.run(command, check=True)
        self.library = ctypes.CDLL(str(file))

    def predict(self, folder, x, meaning):
        x = np.ascontiguousarray(x, "float64" if meaning.offsets else "float32")
        answer, scratch = _answer_of(meaning), np.full(STATE, np.nan, "float32")
        call = getattr(self.library, f"{identifier(folder.name)}_predict")
        call(_at(x), ctypes.c_size_t(len(x)), _at(scratch), ctypes.byref(answer))
        return _parts(answer, meaning)

    def predict_each(self, folder, x, meaning):
        """Return the same of each step: (T, C), (T,) and (T,)."""
        x = np.ascontiguousarray(x, "float64" if meaning.offsets else "float32")
        answers, scratch = (type(_answer_of(meaning)) * len(x))(), np.full(STATE, np.nan, "float32")
        call = getattr(self.library, f"{identifier(folder.name)}_predict")
        call(_at(x), ctypes.c_size_t(len(x)), _at(scratch), ctypes.byref(answers))
        parts = [_parts(one, meaning) for one in answers]
        return [np.array(each) for each in zip(*parts, strict=True)]

    def stream(self, folder, meaning):
        """Return two functions: one processes a step, one restarts, and is called first."""
        state = np.full(STATE, np.nan, "float32")
        name = identifier(folder.name)

        def reset():
            getattr(self.library, f"{name}_reset")(_at(state))

        def step(x):
            x = np.ascontiguousarray(x, "float64" if meaning.offsets else "float32")
            answer = _answer_of(meaning)
            getattr(self.library, f"{name}_step")(_at(state), _at(x), ctypes.byref(answer))
            return _parts(answer, meaning)

        reset()
        return step, reset


def _at(array):
    return ctypes.c_void_p(array.ctypes.data)


def _answer_of(meaning):
    label = [] if meaning.labels is None else [("label", ctypes.c_int)]
    fields = [("answers", ctypes.c_float * meaning.answers), *label, ("answered", ctypes.c_int)]
    return type("Answer", (ctypes.Structure,), {"_fields_": fields})()


def _parts(answer, meaning):
    label = None if meaning.labels is None else answer.label
    return np.array(answer.answers), label, bool(answer.answered)
