"""`settings`: the article's are the default; a file of them is read back as it was written; a mistake is told at once.

What the messages say is in `cli/test_bad_input`.
"""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glasscell.errors import UsageError
from glasscell.settings import TRAINING_IMAGES, VARIANTS, ArticleSettings, check_keys, read_config, to_toml

ARTICLE = {
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
    assert dataclasses.asdict(ArticleSettings()) == ARTICLE


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
    with pytest.raises(UsageError, match=rf"^{name} = .*: expected "):
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


@given(
    st.builds(
        ArticleSettings,
        epochs=st.integers(1, 10**6),
        hidden_size=st.integers(1, 2**16),
        batch_size=st.integers(1, TRAINING_IMAGES),
        learning_rate=st.floats(0, exclude_min=True, allow_infinity=False),
        output_activation=st.sampled_from(["identity", "tanh"]),
        seed=st.integers(0, 2**31 - 1),
    )
)
def test_settings_are_read_back_as_they_were_written(tmp_path_factory, settings):
    path = tmp_path_factory.mktemp("config") / "config.toml"
    path.write_text(to_toml(settings), encoding="utf-8")
    assert ArticleSettings(**read_config(path)) == settings


def test_a_file_says_how_to_use_it():
    assert to_toml(ArticleSettings()).startswith("# To run this again: glasscell train --config config.toml\n")


def test_a_file_need_not_hold_all_settings(tmp_path):
    (tmp_path / "my.toml").write_text("epochs = 3  # few\n")
    assert read_config(tmp_path / "my.toml") == {"epochs": 3}
    (tmp_path / "my.toml").write_text("")
    assert read_config(tmp_path / "my.toml") == {}


def test_a_byte_order_mark_does_not_matter(tmp_path):
    (tmp_path / "my.toml").write_bytes(b"\xef\xbb\xbfepochs = 3")
    assert read_config(tmp_path / "my.toml") == {"epochs": 3}


def test_a_misspelt_key_is_told_with_the_one_that_was_meant():
    check_keys(ARTICLE, "here")
    with pytest.raises(UsageError, match=r"^here: 'batchsize' is not a setting; did you mean 'batch_size'\?$"):
        check_keys({"epochs": 3, "batchsize": 3}, "here")
    with pytest.raises(UsageError, match=r"^here: 'zzz' is not a setting; the settings are data, epochs, .*, seed$"):
        check_keys({"zzz": 3}, "here")


def test_the_variants_known_here_are_those_of_the_cell():
    from glasscell.cell import GREFF

    assert (None, *GREFF) == VARIANTS


def test_what_is_trained_on_decides_which_settings_there_are(tmp_path):
    (tmp_path / "my.toml").write_text("units = 8\n")
    assert read_config(tmp_path / "my.toml", "series.csv") == {"units": 8}
    with pytest.raises(UsageError, match=r"my\.toml: 'units' is not a setting"):
        read_config(tmp_path / "my.toml")
    (tmp_path / "my.toml").write_text("hidden_size = 8\n")
    with pytest.raises(UsageError, match=r"my\.toml: 'hidden_size' is not a setting"):
        read_config(tmp_path / "my.toml", "series.csv")
