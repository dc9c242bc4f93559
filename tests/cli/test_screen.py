"""Commands as seen on a terminal: text wrapped at words, notes above bars, no bars in the end."""

import itertools
import json
from types import SimpleNamespace

import pandas as pd
import pytest
from support.command import call, train_module
from support.gestures import write_gestures
from support.labelled_steps import write_steps
from support.sales import write_sales
from support.screens import screen, seen_of
from support.texts import prose

from glasscell.console.screen import print_notes, print_text, show_table
from glasscell.facts import Code


class Rooms(Code):
    """Notes of a made-up training."""

    LONG = (
        "read as long form: series by 'id', time by 'time', label 'label', 3 channels (ax, "
        "ay, az), {what}"
    )


BEFORE, AMID = Rooms.LONG(what="[bold] of {braces}"), Rooms.LONG.warning(what="amid the epochs")
LOGS = {"loss": 0.9257, "accuracy": 0.625, "val_loss": 0.4, "val_accuracy": 0.3456}


def made_up_room(n: int = 12) -> SimpleNamespace:
    """Stand in for what trains series: it tells of everything, and trains nothing."""

    def train(settings, *, on_epoch, on_note, begin_further, begin_rehearsal, **_):
        on_note(BEFORE)
        rehearsed = begin_rehearsal(n)
        for epoch in range(1, n + 1):
            rehearsed(epoch, LOGS)
        for epoch in range(1, n + 1):
            on_epoch(epoch, LOGS)
            if epoch == n // 2:
                on_note(AMID)
        on_fold = begin_further(3, n)
        for fold in range(3):
            on_fold(fold, 5, LOGS)
            on_fold(fold + 1, 0, {"accuracy": 0.5})
        return {"run": "runs/x"}

    return SimpleNamespace(train=train)


@pytest.fixture
def trained(tmp_path, monkeypatch):
    """Give the arguments of a training of series that trains nothing."""
    monkeypatch.chdir(tmp_path)
    write_gestures(tmp_path / "series.csv")
    monkeypatch.setattr(train_module, "import_quietly", lambda *_, **__: made_up_room())
    return ["train", "series.csv", "--epochs", "12", "--json"]


@pytest.mark.parametrize("width", [80, 120])
def test_a_training_on_a_terminal(trained, width, monkeypatch, capfd):
    with screen(width) as seen:
        assert call(monkeypatch, capfd, *trained).code == 0
    seen.check([BEFORE, f"warning: {AMID}"])
    bars = {
        line[: line.index("━")].rstrip() for lines in seen.moments for line in lines if "━" in line
    }
    assert "choosing the number of epochs  epoch 12/12" in bars
    assert {f"cross-validation  fold {fold}/3" for fold in (1, 2, 3)} & bars
    assert seen.text.count("choosing the number of epochs epoch 12/12 loss 0.9257") == 1
    assert seen.text.endswith('cross-validation fold 3/3 accuracy 0.5 {"run": "runs/x"}')


def test_a_training_that_is_quiet_on_a_terminal_warns(trained, monkeypatch, capfd):
    with screen(80) as seen:
        assert call(monkeypatch, capfd, *trained, "--quiet").code == 0
    seen.check([f"warning: {AMID}"])
    assert seen.text == f'warning: {AMID} {{"run": "runs/x"}}'


def test_a_training_elsewhere_prints_a_line_for_each_tenth(trained, monkeypatch, capfd):
    lines = call(monkeypatch, capfd, *trained).err.splitlines()
    heads = [line.split("  loss")[0].split("  accuracy")[0] for line in lines]
    epochs = [2, 3, 4, 5, 6, 8, 9, 10, 11, 12]
    assert heads == [
        str(BEFORE),
        *(f"choosing the number of epochs  epoch {epoch}/12" for epoch in epochs),
        *(f"training  epoch {epoch}/12" for epoch in epochs[:5]),
        f"warning: {AMID}",
        *(f"training  epoch {epoch}/12" for epoch in epochs[5:]),
        *(f"cross-validation  fold {fold}/3" for fold in (1, 2, 3)),
    ]


def test_text_for_a_program_is_neither_wrapped_nor_cut(capsys):
    print_text(f"{'words ' * 100}[bold]:smile:")
    print_notes([Rooms.LONG.warning(what="x" * 100)])
    show_table(pd.DataFrame({name: ["[red]" * 10] for name in "abcdefghijkl"}), "t" * 200)
    out, err = capsys.readouterr()
    assert out.splitlines()[0] == f"{'words ' * 100}[bold]:smile:"
    assert out.splitlines()[1] == "t" * 200
    assert out.count("[red]" * 10) == 12
    assert err == f"warning: {Rooms.LONG(what='x' * 100)}\n"


@pytest.mark.parametrize("width", [80, 120])
def test_text_and_tables_on_a_terminal_break_no_word(width):
    path = "/a_folder" * 8
    names = [
        f"{kind}_of_{what}"
        for kind in ("walking", "sitting", "standing")
        for what in ("people", "children")
    ]
    with screen(width) as seen:
        print_text(
            f"a path stays whole: {path} [of] any length\n\n"
            f"and 漢字 {'漢' * 20} {'字' * 19} are wide"
        )
        show_table(
            pd.DataFrame({"": names, **{name: range(6) for name in names}}),
            f"confusion of {' '.join(names)}",
        )
    seen.check([f"a path stays whole: {path} [of] any length and 漢字"])
    # in the title, and in a row and a column
    assert all(seen.text.split().count(name) >= 3 for name in names)


def test_a_mistake_is_wrapped_on_a_terminal(tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    with screen(80) as seen:
        assert call(monkeypatch, capfd, "explain", "a_run_that_is_not_there").code == 2
    seen.check(["glasscell: "])
    assert len(seen.moments[-1]) > 1


# --- The real commands; each starts TensorFlow ----------------------------------------------------

FEW = ["--epochs", "3", "--units", "3", "--name", "run"]
KINDS = {
    "digits": (lambda folder: None, ["--epochs", "2", "--hidden-size", "2", "--name", "run"]),
    "series": (lambda folder: write_gestures(folder / "a.csv"), ["a.csv", *FEW]),
    "numbers": (lambda folder: write_gestures(folder / "a.csv", labels="numbers"), ["a.csv", *FEW]),
    "forecasting": (
        lambda folder: write_sales(folder, "a.csv"),
        ["a.csv", *FEW, "--forecast", "6"],
    ),
    "tagging": (lambda folder: write_steps(folder / "a.csv"), ["a.csv", *FEW]),
    "language": (
        lambda folder: (folder / "a.txt").write_text(prose(1500)),
        ["a.txt", *FEW, "--text"],
    ),
}


EXPERIMENTS = {
    "gates": ["--tasks", "erase", "--arms", "full,NFG", "--rates", "0.1", "--updates", "20"],
    "conflict": ["--updates", "20", "--length", "5"],
}


def nightly_but(*often, every):
    """Give the cases of a test, all but a few of them nightly."""
    return [
        pytest.param(*case, marks=() if case in often else pytest.mark.nightly) for case in every
    ]


@pytest.mark.long(25)
@pytest.mark.parametrize(
    ("kind", "width"),
    nightly_but(
        ("series", 120),
        ("forecasting", 80),
        ("language", 120),
        every=itertools.product(KINDS, (80, 120)),
    ),
)
def test_what_a_person_sees_of_a_run(kind, width, tmp_path):
    """Only real trainings print notes where they arise; only the real command has a terminal."""
    put, options = KINDS[kind]
    put(tmp_path)
    seen = seen_of(tmp_path, width, "train", *options)
    about = tmp_path / "runs/run/data.json"
    found = json.loads(about.read_text()) if about.exists() else {}
    seen.check(
        [*found.get("notes", ()), *(f"warning: {warning}" for warning in found.get("warnings", ()))]
    )
    seen_of(tmp_path, width, "explain", "run", "--no-open").check([])


@pytest.mark.long(15)
@pytest.mark.parametrize(
    ("experiment", "width"),
    nightly_but(("conflict", 120), every=itertools.product(EXPERIMENTS, (80, 120))),
)
def test_what_a_person_sees_of_an_experiment(experiment, width, tmp_path):
    """Processes of their own train, and what they print must not reach the bar."""
    options = [*EXPERIMENTS[experiment], "--seeds", "2", "-o", "here"]
    seen_of(tmp_path, width, "lab", experiment, *options).check([])
