"""The page of a network, for a notebook or a file."""

import html
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np

from glasscell.explorer.bundle import write_page
from glasscell.explorer.payload import payload_of
from glasscell.system.files import storage_trouble, write_whole

HEIGHT = 900  # of the frame in a notebook, in pixels


class Page:
    """A page, made by `explore`; a notebook shows it in a frame from which it can reach nothing outside.

    >>> Page("<p>1 &lt; 2</p>")._repr_html_()[:36]
    '<iframe sandbox="allow-scripts allow'
    """

    def __init__(self, text: str):
        self.text = text

    def save(self, path: str | Path) -> None:
        """Write the page to a file.

        Raises
        ------
        StorageError
            If it cannot be written.
        """
        with storage_trouble(Path(path)):
            write_whole(Path(path), self.text)

    def _repr_html_(self) -> str:
        frame = f'sandbox="allow-scripts allow-downloads" style="width:100%;height:{HEIGHT}px;border:0"'
        return f'<iframe {frame} title="glasscell" srcdoc="{html.escape(self.text)}"></iframe>'


def explore(
    model: keras.Model,
    x: Any,
    y: Sequence[Any] | None = None,
    *,
    classes: Sequence[Any] | None = None,
    channels: Sequence[Any] | None = None,
    probes: dict[str, np.ndarray] | None = None,
    title: str = "glasscell",
) -> Page:
    """Return the page of a network, with series as examples.

    Parameters
    ----------
    model : keras.Model
        Of `builder.build_network` or `article.build_model`, such as `network_` of an estimator.
    x : array (N, T, D), padded with NaN
    y : sequence of N, optional
        Class numbers, or targets.
    classes : sequence of C, optional
        Names of the classes; without them the answers are numbers.
    channels : sequence of D, optional
    probes : dict of arrays, optional
        As `probes.fit_probes` returns them.
    title : str

    Raises
    ------
    UsageError
        If the page cannot show the network, or the arguments are inconsistent.

    Examples
    --------
    >>> from glasscell.networks.builder import build_network
    >>> "glasscell" in explore(build_network(2, 3, units=4), np.zeros((1, 5, 2)), classes=["a", "b", "c"]).text
    True
    """
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
    return Page(write_page(payload))
