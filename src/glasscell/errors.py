"""Errors that a person can mend: a sentence for each, and the exit code of the command line."""


class GlasscellError(Exception):
    """The base of all errors that a user can mend; the message says how."""

    exit_code = 1
    _keras_call_info_injected = True  # else Keras wraps what a layer raises into twenty lines of its own


class UsageError(GlasscellError, ValueError):
    """A setting, a name or an argument is invalid."""

    exit_code = 2


class BackendError(UsageError, ImportError):
    """Keras is set to a backend other than TensorFlow."""

    def __init__(self, backend: str):
        super().__init__(
            f"glasscell runs on TensorFlow, but Keras is set to {backend!r}: set the environment variable "
            'KERAS_BACKEND=tensorflow, or "backend": "tensorflow" in ~/.keras/keras.json, before Keras is imported'
        )


class DataError(GlasscellError, ValueError):
    """A file or an array does not contain what is needed."""

    exit_code = 3


class StorageError(GlasscellError, OSError):
    """A file could not be written or read: no space, no permission, or it is gone."""

    exit_code = 3


class TrainingFailed(GlasscellError, ArithmeticError):
    """The loss or the weights stopped being finite; the model has the weights of the last good epoch."""

    exit_code = 4


class WorkerLost(GlasscellError):
    """Another of the processes that train together is gone; all must be started again.

    Of the exit codes after which Kubeflow restarts a process, 138 is the one reserved for programs.
    """

    exit_code = 138


class Interrupted(GlasscellError):
    """Stopped by the person (Ctrl-C)."""

    exit_code = 130
