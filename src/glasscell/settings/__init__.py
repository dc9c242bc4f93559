"""What can be set: one table of names, defaults and bounds. No TensorFlow here: a mistake is reported at once."""

from glasscell.settings.article import ArticleSettings
from glasscell.settings.forecast import FORECAST, ForecastSettings
from glasscell.settings.kinds import Settings, kind_of, settings_of
from glasscell.settings.series import SeriesSettings
from glasscell.settings.table import (
    ARTICLE,
    DEFAULTS,
    FILE_ONLY,
    LONGEST_UNSTRIDED,
    MIN_SERIES_TO_STOP_EARLY,
    OF_ONE_FILE,
    PLAIN,
    SPREADS,
    TABLE,
    TRAINING_IMAGES,
    VARIANTS,
    check_parameters,
)
from glasscell.settings.tags import TAGS, TagSettings
from glasscell.settings.text import TEXT, TextSettings

__all__ = [
    "ARTICLE",
    "DEFAULTS",
    "FILE_ONLY",
    "FORECAST",
    "LONGEST_UNSTRIDED",
    "MIN_SERIES_TO_STOP_EARLY",
    "OF_ONE_FILE",
    "PLAIN",
    "SPREADS",
    "TABLE",
    "TAGS",
    "TEXT",
    "TRAINING_IMAGES",
    "VARIANTS",
    "ArticleSettings",
    "ForecastSettings",
    "SeriesSettings",
    "Settings",
    "TagSettings",
    "TextSettings",
    "check_parameters",
    "kind_of",
    "settings_of",
]
