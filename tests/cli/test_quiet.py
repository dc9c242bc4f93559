"""What is quiet: notes and progress go, warnings stay."""

from importlib import import_module
from types import SimpleNamespace

import pytest
from support.command import call

from glasscell.console.screen import Written, print_notes
from glasscell.facts import reported
from glasscell.tasks.series.sentences import Series

predict, trace = (import_module(f"glasscell.cli.{name}") for name in ("predict", "trace"))
NOTE, WARNING = Series.REHEARSAL(), Series.UNANSWERED.warning(empty="all values are missing")


@pytest.mark.parametrize("quiet", [True, False])
def test_a_warning_is_told_to_who_wants_quiet_too(quiet, capsys):
    print_notes([NOTE, WARNING], quiet=quiet)
    assert capsys.readouterr().err.splitlines() == [
        *([] if quiet else [str(NOTE)]),
        f"warning: {WARNING}",
    ]


@pytest.mark.parametrize(
    ("room", "says"),
    [
        pytest.param(predict, "predict_to", id="predict"),
        pytest.param(trace, "trace_to", id="trace"),
    ],
)
def test_a_command_that_is_quiet_warns(room, says, tmp_path, monkeypatch, capfd):
    """What would answer is put in, as it is what it found that is to be told."""
    written = Written({"n": 1}, [WARNING], [])
    monkeypatch.setattr(
        room, "import_quietly", lambda *_, **__: SimpleNamespace(**{says: lambda *_, **__: written})
    )
    (tmp_path / "run").mkdir()
    (tmp_path / "run/config.toml").write_text('data = "d.csv"')
    (tmp_path / "d.csv").touch()
    monkeypatch.chdir(tmp_path)
    answer = call(
        monkeypatch,
        capfd,
        "trace" if room is trace else "predict",
        "run",
        "d.csv",
        "-o",
        "a.csv",
        "--quiet",
    )
    assert answer == (0, "", f"warning: {WARNING}\n")


def test_an_explanation_that_is_quiet_warns(capsys):
    explain = import_module("glasscell.cli.explain")
    explain._tell(
        {"page": None, **reported([NOTE, WARNING])}, print, as_json=False, quiet=True, no_open=True
    )
    assert capsys.readouterr() == ("", f"warning: {WARNING}\n")
