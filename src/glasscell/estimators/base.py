"""Base classes of the estimators: parameters, random seed, training run and pickling.

M streams · N series · T time steps · D channels
"""

import sys
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from inspect import signature
from typing import TYPE_CHECKING, Any, ClassVar

import keras
import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted

from glasscell.networks.anatomy import anatomy_of
from glasscell.networks.builder import from_bytes, to_bytes
from glasscell.networks.streams import Stream
from glasscell.settings.setting import Setting, check_parameters
from glasscell.settings.shared import IN_PYTHON_ALONE
from glasscell.training.epoch_graph import Training


class Estimator(BaseEstimator):
    """Base class of all estimators.

    A subclass defines an `__init__` whose signature names all parameters, as scikit-learn requires,
    and calls `_keep` there. Its `fit` calls `_begin`, then `_run`, and sets `network_`.

    Attributes
    ----------
    task : str
        Name of the task that it learns.
    network_ : keras.Model
        Pickled as the bytes of a .keras file.
    history_ : dict
        A list per log of the training, with a number per epoch.

    >>> class Own(Estimator):
    ...     def __init__(self, units=3, random_state=None):
    ...         self._keep(locals())
    >>> Own(4).get_params()
    {'random_state': None, 'units': 4}
    """

    task: ClassVar[str]
    network_: Any
    history_: dict[str, list[float]]
    _bounds: ClassVar[Mapping[str, Setting]] = {}  # of parameters that only some estimators have
    _input: ClassVar[
        Mapping[str, bool]
    ] = {}  # fields of scikit-learn's `InputTags` that differ from those for tables
    _made: Any = None  # built from the network and used repeatedly; not pickled

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...  # the parameters

    @property
    def choice(self) -> Any:
        """Which `engine` the network uses, "kernel", "loop" or "cudnn", and the `reason`."""
        check_is_fitted(self)
        return anatomy_of(self.network_).lstms[0].choice

    def _keep(self, given: Mapping[str, Any]) -> None:
        """Keep the arguments of `__init__`, its `locals()`, under their names."""
        vars(self).update((name, v) for name, v in given.items() if name != "self")

    def _begin(self) -> int:
        """Check the parameters, and return a random seed."""
        check_parameters(self.get_params(deep=False), {**self._bounds, **IN_PYTHON_ALONE})
        return int(check_random_state(self.random_state).randint(2**31 - 1))

    def _arguments_of(self, *functions: Callable[..., Any]) -> dict[str, Any]:
        """Return the parameters that functions have arguments for."""
        names = {name for function in functions for name in signature(function).parameters}
        return {name: v for name, v in self.get_params(deep=False).items() if name in names}

    def _run(
        self, training: Training, epochs: int, callbacks: Iterable[keras.callbacks.Callback]
    ) -> None:
        """Train, print a line per epoch to stderr if `verbose`, and keep the logs."""
        with silent_softmax():
            training.run(epochs, callbacks, _tell if self.verbose else None)
        logs = training.history
        self.history_ = {
            name: [of_epoch[name] for of_epoch in logs] for name in (logs[0] if logs else ["loss"])
        }

    def __getstate__(self):
        state = {name: v for name, v in super().__getstate__().items() if name != "_made"}
        return state | {"network_": to_bytes(state["network_"])} if "network_" in state else state

    def __setstate__(self, state):
        super().__setstate__(
            state | {"network_": from_bytes(state["network_"])} if "network_" in state else state
        )

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        for name, v in self._input.items():
            setattr(tags.input_tags, name, v)
        return tags


class SeriesEstimator(Estimator):
    """Base class of estimators that learn from series (N, T, D), as arrays or in data frames.

    Attributes
    ----------
    n_features_in_ : int
        D.
    offsets_ : array (D,), float64
        Subtracted from the channels before they become float32.
    """

    n_features_in_: int
    offsets_: np.ndarray
    _input: ClassVar = {"three_d_array": True, "allow_nan": True}

    def stream(self, streams: int = 1) -> Stream:
        """Return a predictor that takes one step of each stream at a time.

        Parameters
        ----------
        streams : int
            M, the number of streams processed side by side.

        Returns
        -------
        Stream
            Its `step` takes the next step of all streams, (M, D), and returns the prediction so
            far, (M, C). `reset` starts again.

        Raises
        ------
        UsageError
            If the network is bidirectional.
        """
        check_is_fitted(self)
        return Stream(
            self.network_, streams, prior=getattr(self, "prior_", None), offset=self.offsets_
        )

    def __setstate__(self, state):
        if "network_" in state:  # pickles of older versions have no offsets
            state = {"offsets_": np.zeros(state["n_features_in_"])} | state
        super().__setstate__(state)


@contextmanager
def silent_softmax() -> Iterator[None]:
    """Suppress Keras's warning about a softmax over one class: the estimators have their own.

    >>> with silent_softmax():
    ...     float(keras.ops.softmax(np.ones((1, 1), "float32"))[0, 0])
    1.0
    """
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "You are using a softmax over axis")
        yield


def _tell(epoch: int, logs: dict[str, float]) -> None:
    shown = "  ".join(f"{name} {v:.4g}" for name, v in logs.items())
    print(f"epoch {epoch}  {shown}", file=sys.stderr, flush=True)
