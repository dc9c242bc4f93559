"""The backend that predicts for a run: NumPy and the kernel's core, fast to start, or TensorFlow.

N series · T time steps · D channels · C classes, or targets
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from glasscell.errors import DataError, UsageError
from glasscell.facts import Note
from glasscell.inference.meaning import Meaning
from glasscell.inference.network import FORM, Network, answer_centred, read_npz
from glasscell.networks.sentences import Networks
from glasscell.runs.checked_files import read, resume_command, sum_of
from glasscell.runs.run_folder import Run
from glasscell.runs.sentences import Runs
from glasscell.system.files import to_npz

if TYPE_CHECKING:
    import keras

FILE, MODEL = "network.npz", "model.keras"
TOLERANCE = 1e-6  # of probabilities, or of numbers in standard deviations of the training targets
# relative, for numbers much larger than their standard deviation
ROUNDING = 4 * np.finfo("float32").eps


@dataclass(frozen=True)
class Backend:
    """The backend that predicts for a run. Made by `choose_backend`.

    Parameters
    ----------
    by : {"kernel", "numpy", "tensorflow"}
        Backend; "kernel" is the kernel's core, called from NumPy, and "numpy" only NumPy.
    why : Note, or text of the kernel's, optional
        Why it is not "kernel"; None if it is.
    warning : Note, optional
        The same as a warning, if the user can fix it.
    network : Network, optional
        As arrays, for `answer_centred`; None for TensorFlow.
    """

    by: str
    why: Note | str | None = None
    warning: Note | None = None
    network: Network | None = None

    def record(self) -> dict[str, str]:
        """Return the record printed with predictions: the backend, and why it is not the kernel.

        >>> Backend("tensorflow", Runs.NO_NETWORK(network="network.npz")).record()
        {'answered_by': 'tensorflow', 'not_by_kernel': 'the run has no network.npz'}
        """
        return {"answered_by": self.by} | (
            {} if self.why is None else {"not_by_kernel": str(self.why)}
        )


def choose_backend(path: Path) -> Backend:
    """Return the backend for the run in a folder, without importing TensorFlow."""
    file = path / FILE
    if not file.exists():  # of an old run, or of a network that the format does not support
        return Backend("tensorflow", Runs.NO_NETWORK(network=FILE))
    try:
        network, made_of = read(path, FILE, _network_in)
    except DataError as error:
        what = error.values.get("what")
        if what is None:  # the file is fine, but written by a later glasscell
            later = Runs.NETWORK_OF_LATER(network=FILE, form=error.values["found"], expected=FORM)
            return _by_tensorflow(path, later)
        return _by_tensorflow(path, Runs.NETWORK_UNUSABLE(network=FILE, what=what))
    if not network.is_finite:
        raise DataError(Networks.WEIGHTS_NOT_FINITE, file=file)
    if not (path / MODEL).is_file() or made_of != sum_of(path / MODEL):
        return _by_tensorflow(path, Runs.NETWORK_OF_OTHER(network=FILE, model=MODEL))
    why = network.obstacle
    return Backend("kernel" if why is None else "numpy", why, network=network)


def _network_in(file: Path) -> tuple[Network, str]:
    """Return a file's network, tested with a prediction if finite, and its original's hash."""
    network = read_npz(file)
    if network.is_finite:
        steps = np.zeros((1, 2 * network.stride, len(network.meaning.channels)), "float32")
        shape = answer_centred(network, steps).shape
        if shape != (1, network.meaning.answers):
            raise ValueError(f"it has {shape[1:]} outputs, expected {network.meaning.answers}")
    with np.load(file, allow_pickle=False) as arrays:
        return network, str(arrays["sha256"])


def _by_tensorflow(path: Path, why: Note) -> Backend:
    return Backend(
        "tensorflow",
        why,
        Runs.BY_TENSORFLOW.warning(why=why, network=FILE, command=resume_command(path)),
    )


def leave_network(run: Run, network: "keras.Model", meaning: Meaning) -> Note | UsageError | None:
    """Write a run's network as arrays, for `choose`; return why that failed, or None.

    The arrays must give the same predictions as the Keras model on synthetic series.
    """
    from glasscell.exporters.agreement import answers_of, deviation_of, made_series
    from glasscell.exporters.npz import arrays_of

    (run.path / FILE).unlink(missing_ok=True)
    try:
        run.write(
            FILE,
            to_npz(arrays_of(network, meaning) | {"sha256": np.array(sum_of(run.path / MODEL))}),
        )
    except UsageError as error:
        return error
    backend, x = choose_backend(run.path), made_series(network, meaning)
    wanted, answered = answers_of(network, x, meaning)
    if backend.network is not None:
        found, wanted = (
            answer_centred(backend.network, meaning.centred(x[answered])),
            wanted[answered],
        )
        allowed = TOLERANCE * deviation_of(network, meaning) + ROUNDING * np.abs(wanted)
        if (np.abs(found - wanted) <= allowed).all():
            return None
    (run.path / FILE).unlink()
    return Runs.NETWORK_ANSWERS_OTHERWISE(network=FILE, model=MODEL)
