"""Keras callbacks in a `Training`: warnings for hooks never called, and the saved state."""

from collections.abc import Iterable, Mapping
from typing import Any

import keras
import numpy as np

from glasscell.errors import warn
from glasscell.training.sentences import Fitting

BATCH_HOOKS = ("on_train_batch_begin", "on_train_batch_end", "on_batch_begin", "on_batch_end")
TEST_HOOKS = ("on_test_begin", "on_test_end", "on_test_batch_begin", "on_test_batch_end")
Attributes = dict[str, Any]  # of a callback


def warn_of_hooks_never_called(callbacks: Iterable[keras.callbacks.Callback]) -> None:
    """Warn of each callback with batch or test hooks, and each Keras callback acting on batches.

    >>> warn_of_hooks_never_called([keras.callbacks.EarlyStopping()])
    """
    for callback in callbacks:
        name = type(callback).__name__
        own = [
            hook
            for hook in BATCH_HOOKS + TEST_HOOKS
            if not getattr(callback, hook).__module__.startswith("keras.")
        ]
        if own:
            warn(Fitting.NEVER_CALLED.warning(name, hook=own[0]))
        save_freq, update_freq = (
            getattr(callback, at, "epoch") for at in ("save_freq", "update_freq")
        )
        if save_freq != "epoch":
            warn(Fitting.NEVER_SAVES.warning(name, save_freq=save_freq))
        if isinstance(callback, keras.callbacks.BackupAndRestore):
            warn(Fitting.NO_EPOCH_BACK.warning(name))
        if update_freq != "epoch":
            warn(Fitting.WRITES_ONCE.warning(name, update_freq=update_freq))


def snapshot(callbacks: Iterable[keras.callbacks.Callback]) -> list[Attributes]:
    """Return a copy of the attributes of each callback at the start of training.

    >>> snapshot([keras.callbacks.EarlyStopping(patience=7)])[0]["patience"]
    7
    """
    for callback in callbacks:
        # Keras does this after the first epoch and flips min_delta's sign: it must not happen twice
        if getattr(callback, "monitor_op", callback) is None:
            callback._set_monitor_op()  # pyright: ignore
    return [dict(vars(callback)) for callback in callbacks]


def changes(
    callbacks: list[keras.callbacks.Callback], before: list[Attributes]
) -> list[Attributes]:
    """Return the attributes that each callback has changed, if they can be saved.

    >>> callback = keras.callbacks.EarlyStopping()
    >>> before = snapshot([callback])
    >>> callback.wait = 3
    >>> changes([callback], before)
    [{'wait': 3}]
    """
    return [
        {
            name: v
            for name, v in vars(callback).items()
            if (name not in was or v is not was[name]) and _can_be_saved(v)
        }
        for callback, was in zip(callbacks, before, strict=True)
    ]


def pack(changed: list[Attributes]) -> tuple[list[Attributes], dict[str, np.ndarray]]:
    """Return numbers and texts, for JSON, and the arrays by name.

    >>> pack([{"wait": 3, "best_weights": [np.array(0.5)]}])
    ([{'wait': 3}], {'callback/0/best_weights/0': array(0.5)})
    """
    plain = [{name: v for name, v in one.items() if not isinstance(v, list)} for one in changed]
    lists = {
        (k, name): v
        for k, one in enumerate(changed)
        for name, v in one.items()
        if isinstance(v, list)
    }
    arrays = {
        f"callback/{k}/{name}/{n}": np.asarray(part)
        for (k, name), v in lists.items()
        for n, part in enumerate(v)
    }
    return plain, arrays


def unpack(plain: list[Attributes], arrays: Mapping[str, np.ndarray]) -> list[Attributes]:
    """Reverse `pack`.

    >>> unpack(*pack([{"wait": 3, "best_weights": [np.array(0.5)]}]))
    [{'wait': 3, 'best_weights': [array(0.5)]}]
    """
    changed = [dict(one) for one in plain]
    for key, v in arrays.items():
        if key.startswith("callback/"):
            _, k, name, _ = key.split("/")
            changed[int(k)].setdefault(name, []).append(v)
    return changed


def _can_be_saved(v) -> bool:
    """Return whether v is a number, text, None, or a list as of `Model.get_weights`."""
    if isinstance(v, list):
        return len(v) > 0 and all(isinstance(part, np.ndarray | np.generic) for part in v)
    return v is None or isinstance(v, bool | int | float | str | np.generic)
