"""What went wrong, told to the person: one sentence each, and the exit code of the command line."""


class GlasscellError(Exception):
    """The base of all errors that a user can mend; its text says how."""

    exit_code = 1
    _keras_call_info_injected = True  # else Keras wraps what a layer raises into twenty lines of its own


class UsageError(GlasscellError, ValueError):
    """A setting, a name or an argument is wrong."""

    exit_code = 2


class BackendError(UsageError, ImportError):
    """Keras is set to another backend than TensorFlow."""

    def __init__(self, backend: str):
        super().__init__(
            f"glasscell runs on TensorFlow, but Keras is set to {backend!r}: set the environment variable "
            'KERAS_BACKEND=tensorflow, or "backend": "tensorflow" in ~/.keras/keras.json, before Keras is imported'
        )


class DataError(GlasscellError, ValueError):
    """A file or an array does not hold what is needed."""

    exit_code = 3


class StorageError(GlasscellError, OSError):
    """A file could not be written or read: no space, no permission, gone."""

    exit_code = 3


class TrainingFailed(GlasscellError, ArithmeticError):
    """The loss or the weights stopped being finite; the model holds the weights of the last good epoch."""

    exit_code = 4


class WorkerLost(GlasscellError):
    """Another of the processes that train together is gone; all are to be started again.

    Of the exit codes that Kubeflow takes as a reason to start again, 138 is the one left to programs.
    """

    exit_code = 138


class Interrupted(GlasscellError):
    """The person stopped it (Ctrl-C)."""

    exit_code = 130
