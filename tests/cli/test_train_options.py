"""Options of `glasscell train`: one per setting of each task; help by task or for all."""

import re

import pytest
import typer.main
from support.command import call, train_module
from support.facts import raises
from support.walks import write_table

import glasscell.cli
from glasscell.cli.train_options import TASKS, read_typed
from glasscell.settings.article import DigitsSettings
from glasscell.settings.setting import as_typed, settings_in
from glasscell.tasks.forecasting.settings import ForecastSettings
from glasscell.tasks.language.settings import LanguageSettings
from glasscell.tasks.series.sentences import Series
from glasscell.tasks.series.settings import SeriesSettings
from glasscell.tasks.tagging.settings import TaggingSettings

OTHERWISE_CALLED = {"data": "FILE", "bidirectional": "--one-direction"}
HEADINGS = ["Data", "Task", "Network", "Training"]


@pytest.fixture
def show_help(monkeypatch, capfd):
    """Give a function that returns `train`'s help with some arguments, by heading and option."""
    monkeypatch.setenv("COLUMNS", "200")

    def show(*arguments: str) -> dict[str, dict[str, str]]:
        return groups(call(monkeypatch, capfd, "train", *arguments, "--help").out)

    return show


def groups(shown: str) -> dict[str, dict[str, str]]:
    """Find what is said of the arguments and options under each heading."""
    found: dict[str, dict[str, str]] = {}
    options, name = {}, ""
    for line in shown.splitlines():
        if heading := re.fullmatch(r"(\S.*):", line):
            options = found.setdefault(heading[1], {})
        elif not line:
            options, name = {}, ""  # what stands below the last group is in none
        elif option := re.match(r"  (?:-\w, )?(--[\w-]+|[A-Z]+\b)(?:.*?  +(.*))?", line):
            name = option[1]
            options[name] = option[2] or ""
        else:
            options[name] = f"{options.get(name, '')} {line.strip()}".strip()
    return found


def options_of(settings: type) -> set[str]:
    return {
        OTHERWISE_CALLED.get(name, "--" + name.replace("_", "-"))
        for name, setting in settings_in(settings).items()
        if setting.help or name == "data"
    }


def test_every_setting_of_every_task_has_an_option():
    (train,) = (
        c
        for name, c in typer.main.get_command(glasscell.cli.app).commands.items()
        if name == "train"
    )  # pyright: ignore
    named = {name for option in train.params for name in (option.metavar, *option.opts)}
    assert set().union(*map(options_of, TASKS.values())) <= named


@pytest.mark.parametrize("task", TASKS)
def test_the_help_of_a_task_shows_its_settings_with_its_defaults(task, show_help):
    found = show_help("--task", task)
    told = {
        name: text
        for heading in found.keys() - {"Run", "Options"}
        for name, text in found[heading].items()
    }
    own = {"language": {"--text"}, "tagging": {"--each-step"}, "series": {"--no-cv"}}.get(
        task, set()
    )
    assert told.keys() == options_of(TASKS[task]) - (
        {"FILE"} if task == "digits" else set()
    ) | own | {"--task"}
    defaults = {name: setting.default for name, setting in settings_in(TASKS[task]).items()}
    numbers = {
        name: v
        for name, v in defaults.items()
        if isinstance(v, int | float) and not isinstance(v, bool)
    }
    assert len(numbers) >= 5
    for name, default in numbers.items():
        assert told["--" + name.replace("_", "-")].endswith(
            f"[default:\N{NO-BREAK SPACE}{as_typed(default)}]"
        )


def test_options_stand_under_the_heading_where_one_looks_for_them(show_help):
    found = show_help("--task", "forecasting")
    assert list(found) == [*HEADINGS, "Forecasting", "Run", "Options"]
    assert found["Data"].keys() >= {"FILE", "--id", "--time", "--channels", "--known"}
    assert found["Network"].keys() >= {"--units", "--variant"}
    assert found["Training"].keys() >= {"--epochs", "--seed"}
    assert found["Run"].keys() == {"--name", "--output-dir", "--overwrite", "--resume", "--config"}
    assert found["Options"].keys() == {"--quiet", "--json", "--help"}
    assert show_help("--task=forecasting") == found
    assert show_help("--task", "regression") == show_help("--task", "series")


def test_the_help_without_a_task_shows_what_tasks_share_and_how_they_differ(show_help):
    found = show_help()
    assert list(found) == [*HEADINGS, "Run", "Options"]
    kinds = (DigitsSettings, SeriesSettings, TaggingSettings, LanguageSettings, ForecastSettings)
    those = [name for kind in kinds for name in options_of(kind)]
    shown = {name for heading in HEADINGS for name in found[heading]}
    assert shown == {name for name in those if those.count(name) > 1} | {
        "--text",
        "--forecast",
        "--each-step",
        "--task",
        "--no-cv",
    }
    (default,) = re.findall(r"\[default:\W(.*)\]$", found["Training"]["--epochs"])
    by_task = dict(part.split(" for ") for part in default.split("; "))
    assert {words: set(re.split(" and |, ", tasks)) for words, tasks in by_task.items()} == {
        "300": {"series"},
        "auto": {"language", "forecasting", "tagging"},
        "100": {"digits"},
    }
    assert found["Network"]["--noise"].endswith(
        "[default:\N{NO-BREAK SPACE}0.3 for series and tagging]"
    )


def test_the_help_says_how_to_see_the_options_of_a_task(monkeypatch, capfd):
    said = "glasscell train --task NAME --help"
    assert said in call(monkeypatch, capfd, "train", "--help").out
    assert said not in call(monkeypatch, capfd, "train", "--task", "series", "--help").out


@pytest.mark.parametrize(
    ("kind", "name", "typed", "value"),
    [
        (SeriesSettings, "units", "8", 8),
        (SeriesSettings, "units", "8,4", [8, 4]),
        (SeriesSettings, "units", "8,many", [8, "many"]),
        (SeriesSettings, "stride", "auto", "auto"),
        (SeriesSettings, "stride", "2", 2),
        (SeriesSettings, "forget_bias", "1.5", 1.5),
        (SeriesSettings, "forget_bias", "chrono", "chrono"),
        (SeriesSettings, "every", "5", "5"),
        (SeriesSettings, "id", "person,trial", "person,trial"),
        (SeriesSettings, "channels", "x, 1", ["x", "1"]),
        (SeriesSettings, "missing", "-999", [-999.0]),
        (SeriesSettings, "missing", "-999, ERR,<LOD", [-999.0, "ERR", "<LOD"]),
        (SeriesSettings, "label", "3", "3"),
        (SeriesSettings, "epochs", 3, 3),
        (LanguageSettings, "rare", "4", 4),
        (LanguageSettings, "streams", "8", 8),
        (LanguageSettings, "symbols", "bytes", "bytes"),
        (TaggingSettings, "unlabelled", "-1,none", ["-1", "none"]),
        (ForecastSettings, "known", "promo,holiday=Easter", ["promo", "holiday=Easter"]),
        (ForecastSettings, "quantiles", "0.5", [0.5]),
        (ForecastSettings, "quantiles", "0.1,half", [0.1, "half"]),
        (ForecastSettings, "season", "7", 7),
        (ForecastSettings, "base", "drift", "drift"),
    ],
)
def test_what_is_typed_is_read_as_what_the_setting_may_be(kind, name, typed, value):
    read = read_typed(kind, {name: typed})
    assert read == {name: value}
    assert type(read[name]) is type(value)


def test_no_cv_is_measure_none_and_in_the_help_of_all_tasks(show_help):
    assert "--no-cv" in show_help()["Training"]
    assert SeriesSettings.current({"no_cv": True}) == {"measure": "none"}
    assert SeriesSettings.current({"no_cv": True, "measure": "none"}) == {"measure": "none"}
    with raises(Series.NO_CV_AND_MEASURE, measure="folds"):
        SeriesSettings.current({"no_cv": True, "measure": "folds"})


def test_no_cv_reaches_the_settings_of_the_run(monkeypatch, tmp_path, capfd):
    seen = []
    monkeypatch.setattr(train_module, "_run", lambda task, settings, *of: seen.append(settings))
    walks = write_table(tmp_path / "walks.csv", n=4)
    call(monkeypatch, capfd, "train", walks, "--no-cv", "--output-dir", tmp_path / "runs")
    assert [settings.measure for settings in seen] == ["none"]
