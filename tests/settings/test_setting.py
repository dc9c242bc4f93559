"""`settings`: each declared once, with the estimators' defaults; mistakes are reported at once.

What the messages say is in `cli/test_bad_input`.
"""

import ast
import dataclasses
import inspect
import re

import pytest
from support.facts import raises

from glasscell.settings.article import TRAINING_IMAGES, DigitsSettings
from glasscell.settings.setting import check_parameters, settings_in
from glasscell.settings.shared import LONGEST_UNSTRIDED, UNITS, VARIANTS
from glasscell.system.sentences import Settings, System
from glasscell.tasks.forecasting.settings import ForecastSettings
from glasscell.tasks.language.settings import LanguageSettings
from glasscell.tasks.series.settings import (
    DEFAULTS,
    MIN_SERIES_TO_STOP_EARLY,
    TABLE,
    SeriesSettings,
)
from glasscell.tasks.tagging.settings import TaggingSettings

OF_THE_ARTICLE = {
    "data": "digits",
    "epochs": 100,
    "hidden_size": 50,
    "batch_size": 100,
    "learning_rate": 0.001,
    "output_activation": "identity",
    "seed": 0,
}
WRONG = [None, "3", True, [], {}, 2.5, float("nan"), float("inf"), -1, 10**400]


def test_the_defaults_are_the_articles():
    assert dataclasses.asdict(DigitsSettings()) == OF_THE_ARTICLE


def test_there_are_as_many_images_to_train_on_as_the_settings_know():
    from glasscell.article import load_data

    assert len(load_data().x_train) == TRAINING_IMAGES


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *[(name, v) for name in ("hidden_size", "batch_size", "seed") for v in WRONG],
        *[("epochs", v) for v in WRONG if v != 10**400],
        *[("learning_rate", v) for v in WRONG if v != 2.5],
        *[(name, 0) for name in ("epochs", "hidden_size", "batch_size", "learning_rate")],
        *[("hidden_size", 2**16 + 1), ("batch_size", TRAINING_IMAGES + 1), ("seed", 2**31)],
        *[
            (name, v)
            for name in ("data", "output_activation")
            for v in ("relu", "", None, 1, ["tanh"], {"a": 1})
        ],
    ],
)
def test_what_is_no_value_of_a_setting(name, value):
    with raises(Settings.NOT_ACCEPTED, name=name):
        DigitsSettings(**{name: value})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *[(name, 1) for name in ("epochs", "hidden_size", "batch_size", "learning_rate")],
        *[
            ("hidden_size", 2**16),
            ("batch_size", TRAINING_IMAGES),
            ("seed", 0),
            ("seed", 2**31 - 1),
        ],
        *[("epochs", 10**6), ("learning_rate", 5e-324), ("learning_rate", 1.7976931348623157e308)],
        *[("output_activation", "identity"), ("output_activation", "tanh")],
    ],
)
def test_the_bounds_are_values_too(name, value):
    assert getattr(DigitsSettings(**{name: value}), name) == value


def test_a_rate_is_a_float():
    assert isinstance(DigitsSettings(learning_rate=1).learning_rate, float)


def test_settings_do_not_change():
    with pytest.raises(dataclasses.FrozenInstanceError):
        DigitsSettings().epochs = 3  # pyright: ignore


def test_the_variants_known_here_are_those_of_the_cell():
    from glasscell.variants import GREFF

    assert (None, *GREFF) == VARIANTS


# --- Declared once --------------------------------------------------------------------------------


def defaults_of(thing) -> dict:
    """Return the defaults in the signature of a class or a function, `...` where there is none."""
    parameters = inspect.signature(thing).parameters.values()
    return {v.name: ... if v.default is v.empty else v.default for v in parameters}


def test_the_estimators_of_series_have_the_defaults_of_the_settings():
    from glasscell import LSTMClassifier, LSTMRegressor

    defaults = {name: setting.default for name, setting in TABLE.items()}
    assert defaults_of(LSTMClassifier) == defaults
    del defaults["class_weight"]
    assert defaults_of(LSTMRegressor) == defaults


@pytest.mark.parametrize(
    ("estimator", "settings", "others"),
    [
        ("LSTMTagger", TaggingSettings, {"random_state", "verbose", "engine"}),
        ("LSTMLanguageModel", LanguageSettings, {"random_state", "verbose", "engine"}),
        (
            "LSTMForecaster",
            ForecastSettings,
            {"random_state", "verbose", "engine", "horizon", "logs", "frequency"},
        ),
    ],
)
def test_the_other_estimators_have_the_defaults_of_their_settings(estimator, settings, others):
    import glasscell

    defaults, declared = defaults_of(getattr(glasscell, estimator)), settings_in(settings)
    assert defaults.keys() - declared.keys() == others
    for name in defaults.keys() & declared.keys():
        default = defaults[name]
        assert (list(default) or None if isinstance(default, tuple) else default) == declared[
            name
        ].default, name


def test_a_default_is_accepted():
    SeriesSettings("a.csv")
    check_parameters(vars(DEFAULTS), TABLE)


def test_a_field_has_its_own_default_and_words_and_shares_the_rest():
    field = UNITS.field(default=[32, 16], shown="two layers")
    first, second = field.default_factory(), field.default_factory()
    assert first == second == [32, 16]
    assert first is not second
    assert field.metadata["setting"].help_text == f"{UNITS.help} [default: two layers]"
    assert field.metadata["setting"].accepted is UNITS.accepted
    assert UNITS.default == 64


def test_docstrings_tell_the_choices_and_numbers_of_the_table():
    from glasscell import LSTMClassifier
    from glasscell.networks.builder import build_network

    told = {
        name: set(ast.literal_eval(choices))
        for thing in (DigitsSettings, SeriesSettings, LSTMClassifier, build_network)
        for name, choices in re.findall(
            r"^ *(\w+) : (\{.*\})$", inspect.getdoc(thing) or "", flags=re.MULTILINE
        )
    }
    assert told.keys() == {"output_activation", "target", "measure", "read_out"}
    declared = settings_in(DigitsSettings) | settings_in(SeriesSettings)
    for name, choices in told.items():
        assert choices == set(declared[name].accepted.choices)
    text = " ".join((LSTMClassifier.__doc__ or "").split())
    assert f"from {MIN_SERIES_TO_STOP_EARLY:,} series on" in text
    assert f"at most {LONGEST_UNSTRIDED:,} steps" in text


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("units", 2**14 + 1, "an integer from 1 to 16,384, or one for each layer"),
        ("units", (8, 4), "an integer from 1 to 16,384, or one for each layer"),
        ("units", [1] * 65, "an integer from 1 to 16,384, or one for each layer"),
        ("forget_bias", 1e6, "a number, 'chrono' or 'mixed'"),
        ("epochs", 0, "an integer from 1 to 1,000,000"),
        ("epochs", 10**6 + 1, "an integer from 1 to 1,000,000"),
        ("batch_size", 2**20 + 1, "an integer from 1 to 1,048,576"),
        ("patience", 0, "an integer from 1 to 1,000,000"),
        ("clip_norm", None, "a finite number above 0"),
        ("clip_norm", float("inf"), "a finite number above 0"),
        ("class_weight", {"few": 3}, "'balanced'"),
    ],
)
def test_python_accepts_what_a_file_does_not(name, value, expected):
    check_parameters({name: value}, TABLE)
    with raises(Settings.NOT_ACCEPTED, name=name, expected=expected):
        SeriesSettings("a.csv", **{name: value})


@pytest.mark.parametrize(
    ("name", "value", "in_file", "in_python"),
    [
        ("bidirectional", 1, "true or false", "True or False"),
        ("early_stopping", "no", "true, false or 'auto'", "True, False or 'auto'"),
        ("read_out", "first", "'last', 'mean' or 'both'", "'last', 'mean' or 'both'"),
        (
            *("units", 0, "an integer from 1 to 16,384, or one for each layer"),
            "an integer of at least 1, or one for each layer",
        ),
        ("epochs", -1, "an integer from 1 to 1,000,000", "an integer of at least 0"),
        ("clip_norm", 0, "a finite number above 0", "a number above 0, or None"),
        ("dropout", 1, "a number of at least 0 and below 1", "a number of at least 0 and below 1"),
    ],
)
def test_a_file_and_python_have_their_own_words(name, value, in_file, in_python):
    with raises(Settings.NOT_ACCEPTED, name=name, found=value, expected=in_file):
        SeriesSettings("a.csv", **{name: value})
    with raises(System.NOT_ACCEPTED, name=name, found=value, expected=in_python):
        check_parameters({name: value}, TABLE)
