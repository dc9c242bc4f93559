"""The explorer of a network or of a run, for a notebook or a file."""

import html
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
from sklearn.utils.validation import check_is_fitted

from glasscell.errors import UsageError
from glasscell.estimators.base import Estimator
from glasscell.explorer.bundle import write_page
from glasscell.explorer.series.page import SERIES
from glasscell.explorer.series.payload import payload_of
from glasscell.runs.loaded_run import LoadedRun, name_of
from glasscell.runs.options import arguments
from glasscell.runs.sentences import Runs
from glasscell.system.files import storage_trouble, write_whole
from glasscell.tasks.registry import task_named

HEIGHT = 900  # of the frame in a notebook, in pixels


class Page:
    """The explorer as a page, made by `explore`; a notebook shows it in a sandboxed frame.

    >>> Page("<p>1 &lt; 2</p>")._repr_html_()[:36]
    '<iframe sandbox="allow-scripts allow'
    """

    def __init__(self, text: str):
        self.text = text

    def save(self, path: str | Path) -> None:
        """Write the explorer to a file."""
        with storage_trouble(Path(path)):
            write_whole(Path(path), self.text)

    def _repr_html_(self) -> str:
        frame = (
            f'sandbox="allow-scripts allow-downloads" style="width:100%;height:{HEIGHT}px;border:0"'
        )
        return f'<iframe {frame} title="glasscell" srcdoc="{html.escape(self.text)}"></iframe>'


def explore(
    model: Any,
    x: Any = None,
    y: Sequence[Any] | None = None,
    *,
    classes: Sequence[Any] | None = None,
    channels: Sequence[Any] | None = None,
    probes: dict[str, np.ndarray] | None = None,
    title: str = "glasscell",
    **options: Any,
) -> Page:
    """Return the explorer of a network, with series as examples, or of a run of any task.

    N series · T time steps · D channels · C classes. All arguments after `x` are for networks,
    `options` for runs.

    Parameters
    ----------
    model : keras.Model, LSTMClassifier, LSTMRegressor or LoadedRun
        Network of this package, such as `network_` of an estimator; an estimator of series, whose
        classes are the default; or a run that `glasscell.load` returned. For other Keras models use
        the command `glasscell explain`.
    x : array (N, T, D), str or Path, optional
        Series, padded with NaN. For a run the name of a file; by default the run's own data.
    y : sequence of N, optional
        Class numbers or continuous targets.
    classes : sequence of C, optional
        Names of the classes; None for regression.
    channels : sequence of D, optional
        Names of the channels; by default "channel 1" and so on.
    probes : dict of arrays, optional
        Linear probes of h: `steps` (P,), `coefficients` (P, H, C), `intercepts` (P, C) and `n`
        (P,), the number of series that each was fitted on.
    title : str
        Title of the explorer.
    **options
        Options of `glasscell explain` for a run, such as `series`.

    Returns
    -------
    Page
        A notebook displays it; its `save` writes it to a file.

    Raises
    ------
    UsageError
        If the explorer cannot show the network, or the arguments are inconsistent.

    Examples
    --------
    >>> import glasscell
    >>> import numpy as np
    >>> X, y = np.random.default_rng(0).normal(size=(12, 5, 2)), ["low", "high"] * 6
    >>> classifier = glasscell.LSTMClassifier(4, epochs=1, random_state=0).fit(X, y)
    >>> page = glasscell.explore(classifier, X)
    >>> "<html" in page.text  # page.save("explorer.html") writes it
    True
    """
    if isinstance(model, LoadedRun):
        return Page(_page_of(model, None if x is None else name_of(x), options))
    if options:
        raise UsageError(Runs.OPTIONS_OF_RUNS, names=list(options))
    if isinstance(model, Estimator):
        check_is_fitted(model)
        classes = getattr(model, "classes_", None) if classes is None else classes
        model = _network_of(model)
    if not isinstance(model, keras.Model):
        raise UsageError(Runs.NO_NETWORK_TO_EXPLORE, kind=type(model).__name__)
    if x is None:
        raise UsageError(Runs.NOTHING_TO_EXPLORE)
    x = np.asarray(x, "float32")
    payload = payload_of(
        model,
        x,
        ids=[str(k) for k in range(len(x))],
        truth=[None] * len(x) if y is None else list(y),
        answers=np.asarray(model(x, training=False)),
        classes=classes,
        channels=[f"channel {k + 1}" for k in range(x.shape[-1])] if channels is None else channels,
        title=title,
        run=title,
        task="regression" if classes is None else "classification",
        probes=probes,
        input="digit" if getattr(model, "name", "") == "article" else "series",
    )
    return Page(write_page(payload, SERIES))


def _network_of(estimator: Estimator) -> keras.Model:
    if task_named(estimator.task).takes_the_rest:  # the task of whole series
        return estimator.network_  # pyright: ignore[reportAttributeAccessIssue]
    raise UsageError(Runs.NO_NETWORK_TO_EXPLORE, kind=type(estimator).__name__)


def _page_of(run: LoadedRun, file: str | None, options: dict[str, Any]) -> str:
    explanation = run.task.find("explain", run.path)
    given = arguments(run.task.accept("explain", options))
    seen = explanation().look_into(run.path, file, lambda stage: None, **given)
    if not isinstance(seen.payload, dict):
        raise UsageError(Runs.NO_PAGE_TO_WRITE, file=run.path, why=seen.payload)
    return write_page(seen.payload, of=seen.of)
