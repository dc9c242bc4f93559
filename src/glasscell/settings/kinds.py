"""Which settings there are for what."""

from collections.abc import Mapping
from typing import Any

from glasscell.settings.article import ArticleSettings
from glasscell.settings.forecast import ForecastSettings
from glasscell.settings.series import SeriesSettings
from glasscell.settings.tags import TagSettings
from glasscell.settings.text import TextSettings

Settings = ArticleSettings | SeriesSettings | TextSettings | ForecastSettings | TagSettings


def settings_of(values: Mapping[str, Any]) -> Settings:
    """Return the settings of the article's experiment, or of a training on series, text, steps or forecasts.

    Raises
    ------
    UsageError
        If a value is none.

    Examples
    --------
    >>> type(settings_of({"data": "digits"})).__name__, type(settings_of({"data": "my.csv"})).__name__
    ('ArticleSettings', 'SeriesSettings')
    """
    return kind_of(values)(**values)


def kind_of(values: Mapping[str, Any]) -> type[Settings]:
    """Return which settings there are for `values`: for forecasts, text or steps if they say so, else for their data.

    >>> kind_of({"epochs": 3}).__name__, kind_of({"data": "book.txt", "text": True}).__name__
    ('ArticleSettings', 'TextSettings')
    >>> kind_of({"data": "sales.csv", "forecast": 12}).__name__
    'ForecastSettings'
    """
    if "forecast" in values:
        return ForecastSettings
    if values.get("text"):
        return TextSettings
    if values.get("each_step"):
        return TagSettings
    return ArticleSettings if values.get("data", "digits") == "digits" else SeriesSettings
