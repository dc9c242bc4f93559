"""`settings`: the article's are the default; all take theirs from one table; a mistake is reported at once.

What the messages say is in `cli/test_bad_input`.
"""

import ast
import dataclasses
import inspect
import re

import pytest
from support.facts import raises

from glasscell.settings import (
    ARTICLE,
    DEFAULTS,
    FILE_ONLY,
    LONGEST_UNSTRIDED,
    MIN_SERIES_TO_STOP_EARLY,
    PLAIN,
    TABLE,
    TRAINING_IMAGES,
    VARIANTS,
    ArticleSettings,
    SeriesSettings,
    check_parameters,
)
from glasscell.settings.sentences import Settings
from glasscell.system.sentences import System

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
    assert dataclasses.asdict(ArticleSettings()) == OF_THE_ARTICLE


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
        *[(name, v) for name in ("data", "output_activation") for v in ("relu", "", None, 1, ["tanh"], {"a": 1})],
    ],
)
def test_what_is_no_value_of_a_setting(name, value):
    with raises(Settings.NOT_ACCEPTED, name=name):
        ArticleSettings(**{name: value})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *[(name, 1) for name in ("epochs", "hidden_size", "batch_size", "learning_rate")],
        *[("hidden_size", 2**16), ("batch_size", TRAINING_IMAGES), ("seed", 0), ("seed", 2**31 - 1)],
        *[("epochs", 10**6), ("learning_rate", 5e-324), ("learning_rate", 1.7976931348623157e308)],
        *[("output_activation", "identity"), ("output_activation", "tanh")],
    ],
)
def test_the_bounds_are_values_too(name, value):
    assert getattr(ArticleSettings(**{name: value}), name) == value


def test_a_rate_is_a_float():
    assert isinstance(ArticleSettings(learning_rate=1).learning_rate, float)


def test_settings_do_not_change():
    with pytest.raises(dataclasses.FrozenInstanceError):
        ArticleSettings().epochs = 3  # pyright: ignore


def test_the_variants_known_here_are_those_of_the_cell():
    from glasscell.variants import GREFF

    assert (None, *GREFF) == VARIANTS


# --- One table --------------------------------------------------------------------------------------------------------


def defaults_of(thing) -> dict:
    """Return the defaults in the signature of a class or a function, `...` where there is none."""
    parameters = inspect.signature(thing).parameters.values()
    return {v.name: ... if v.default is v.empty else v.default for v in parameters}


def test_settings_estimators_and_networks_have_the_defaults_of_the_table():
    from glasscell import LSTMClassifier, LSTMRegressor
    from glasscell.networks.builder import build_network

    of_estimators = {name: row.default for name, row in TABLE.items()}
    of_files = FILE_ONLY.keys() | TABLE.keys() - {"random_state", "engine", "warm_start", "verbose"}
    assert defaults_of(LSTMClassifier) == of_estimators
    del of_estimators["class_weight"]
    assert defaults_of(LSTMRegressor) == of_estimators
    assert defaults_of(SeriesSettings) == {name: getattr(DEFAULTS, name) for name in of_files}
    assert defaults_of(ArticleSettings) == {name: row.default for name, row in ARTICLE.items()}
    plain = {name: v for name, v in defaults_of(build_network).items() if name in TABLE}
    assert plain == {name: getattr(PLAIN, name) for name in plain}
    assert plain.keys() >= {name for name, row in TABLE.items() if row.plain is not ...}


def test_a_default_is_accepted():
    SeriesSettings("a.csv")
    check_parameters(vars(DEFAULTS))
    check_parameters(vars(PLAIN))


IN_WORDS = {
    **dict.fromkeys(("id", "time", "label", "group", "header", "encoding", "decimal", "task"), "detected"),
    "valid": "a fraction of FILE",
    "variant": "NP, the standard cell",
    "channels": "all others",
    "measure": "folds, if they add less than a minute",
    "stride": f"{DEFAULTS.stride}: at most about {LONGEST_UNSTRIDED} steps remain",
    "early_stopping": f"from {MIN_SERIES_TO_STOP_EARLY} series on",
}


def test_the_help_shows_the_defaults_of_the_table():
    from typer.main import get_command

    from glasscell.cli import app
    from glasscell.cli.train_options import ABOUT_THE_ARTICLE

    article, series = dataclasses.asdict(ArticleSettings()), dataclasses.asdict(SeriesSettings("a.csv"))
    told = {}
    for option in get_command(app).commands["train"].params:  # pyright: ignore
        found = re.search(r"\[default: (.*)\]$", getattr(option, "help", None) or "")
        if found and option.name in article | series:
            told[option.name] = found[1]
    silent = {
        "data",
        "bidirectional",
        "time_gaps",
        *(name for name, v in series.items() if v is None),
    } - IN_WORDS.keys()
    assert told.keys() == (article | series).keys() - silent
    for name, words in told.items():
        default = (article | series)[name]
        expected = IN_WORDS.get(name, default)
        assert words == expected if isinstance(expected, str) else float(words) == expected
    below = dict(re.findall(r"--([\w-]+) ([\d.]+\d|\d)", ABOUT_THE_ARTICLE))
    assert {name.replace("-", "_"): float(v) for name, v in below.items()} == {
        name: article[name] for name in article.keys() & series.keys() - {"data"}
    }


def test_docstrings_tell_the_choices_and_numbers_of_the_table():
    from glasscell import LSTMClassifier
    from glasscell.networks.builder import build_network

    told = {
        name: set(ast.literal_eval(choices))
        for thing in (ArticleSettings, SeriesSettings, LSTMClassifier, build_network)
        for name, choices in re.findall(r"^ *(\w+) : (\{.*\})$", inspect.getdoc(thing) or "", flags=re.MULTILINE)
    }
    assert told.keys() == {"output_activation", "task", "measure", "read_out"}
    for name, choices in told.items():
        assert choices == set((ARTICLE | TABLE | FILE_ONLY)[name].accepted.choices)
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
    check_parameters({name: value})
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
        check_parameters({name: value})
