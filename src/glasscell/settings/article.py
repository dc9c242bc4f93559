"""The settings of the article's experiment."""

from dataclasses import dataclass

from glasscell.settings.table import ARTICLE, check


@dataclass(frozen=True)
class ArticleSettings:
    """The settings of the article's experiment; the defaults are the article's, the bounds stand in `ARTICLE`.

    Parameters
    ----------
    data : str
        "digits", the only data the article knows.
    epochs, hidden_size, batch_size : int
        No more images in a batch than there are to train on.
    learning_rate : float
        Adam's.
    output_activation : {"identity", "tanh"}
        φ in h = o·φ(c); the article has none.
    seed : int
        Decides the initial read-out, all else starts at zero.

    Raises
    ------
    UsageError
        If a value is of another type or out of bounds.

    Examples
    --------
    >>> ArticleSettings(epochs=3).hidden_size
    50
    >>> ArticleSettings(epochs=0)
    Traceback (most recent call last):
    glasscell.errors.UsageError: epochs = 0: expected an integer from 1 to 1,000,000
    """

    data: str = ARTICLE["data"].default
    epochs: int = ARTICLE["epochs"].default
    hidden_size: int = ARTICLE["hidden_size"].default
    batch_size: int = ARTICLE["batch_size"].default
    learning_rate: float = ARTICLE["learning_rate"].default
    output_activation: str = ARTICLE["output_activation"].default
    seed: int = ARTICLE["seed"].default

    def __post_init__(self):
        check(self, ARTICLE)
