"""Errors that a user can fix: an exit code for each kind, and the built-in kind to catch."""

import pytest

from glasscell import errors
from glasscell.system.sentences import System

KINDS = {
    errors.UsageError: (2, ValueError),
    errors.DataError: (3, ValueError),
    errors.StorageError: (3, OSError),
    errors.TrainingFailed: (4, ArithmeticError),
    errors.ExportDiffers: (5, Exception),
    errors.WorkerLost: (138, Exception),
    errors.Interrupted: (130, Exception),
}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_a_kind_has_its_exit_code_and_its_built_in_kind(kind):
    code, builtin = KINDS[kind]
    assert kind.exit_code == code
    assert issubclass(kind, builtin)
    assert issubclass(kind, errors.GlasscellError)
    assert str(kind("what was found")) == "what was found"


def test_all_kinds_are_listed():
    own = {
        v for v in vars(errors).values() if isinstance(v, type) and v.__module__ == errors.__name__
    }
    assert own == {errors.GlasscellError, errors.BackendError, errors.FactWarning, *KINDS}


def test_another_backend_is_a_usage_error_and_an_import_error():
    error = errors.BackendError(System.BACKEND, backend="jax")
    assert isinstance(error, errors.UsageError)
    assert isinstance(error, ImportError)
    assert "'jax'" in str(error)
    assert "KERAS_BACKEND=tensorflow" in str(error)
