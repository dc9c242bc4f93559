"""What can be set: one table of names, defaults and bounds. No TensorFlow here: a mistake is reported at once."""

from glasscell.settings.article import TRAINING_IMAGES, ArticleSettings
from glasscell.settings.forecast import FORECAST, ForecastSettings
from glasscell.settings.kinds import Settings, kind_of, settings_of
from glasscell.settings.series import DEFAULTS, MIN_SERIES_TO_STOP_EARLY, OF_ONE_FILE, TABLE, SeriesSettings
from glasscell.settings.setting import Setting, check_parameters, settings_in
from glasscell.settings.shared import LONGEST_UNSTRIDED
from glasscell.settings.tags import TAGS, TagSettings
from glasscell.settings.text import TEXT, TextSettings

__all__ = [
    "DEFAULTS",
    "FORECAST",
    "LONGEST_UNSTRIDED",
    "MIN_SERIES_TO_STOP_EARLY",
    "OF_ONE_FILE",
    "TABLE",
    "TAGS",
    "TEXT",
    "TRAINING_IMAGES",
    "ArticleSettings",
    "ForecastSettings",
    "SeriesSettings",
    "Setting",
    "Settings",
    "TagSettings",
    "TextSettings",
    "check_parameters",
    "kind_of",
    "settings_in",
    "settings_of",
]
