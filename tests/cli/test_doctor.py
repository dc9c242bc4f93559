"""`glasscell doctor` says what this machine has; a failed self-check is an exit code."""

import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from support.command import call, doctor_module

from glasscell.recurrence import engines
from glasscell.recurrence.kernel import library
from glasscell.system import environment


@pytest.fixture
def self_check(monkeypatch):
    """Let the self-check say something."""

    def let_it_say(**found):
        found = {
            "passed": True,
            "engine": "loop",
            "cases": 6,
            "difference": 1.23e-7,
            "allowed": 1e-5,
        } | found
        modules = {
            "glasscell.layers.selfcheck": SimpleNamespace(
                largest_difference_from_keras=lambda: found
            ),
            "glasscell.recurrence.engines": SimpleNamespace(
                choose_engine=lambda: SimpleNamespace(
                    _asdict=lambda: {"engine": "loop", "reason": "there is no other"}
                )
            ),
        }
        monkeypatch.setattr(
            doctor_module, "import_quietly", lambda import_it: modules[import_it.args[0]]
        )

    return let_it_say


def test_json_is_one_object_with_all_that_is_known(monkeypatch, capfd):
    answer = call(monkeypatch, capfd, "doctor", "--json")
    assert (answer.code, answer.err) == (0, "")
    found = json.loads(answer.out)
    assert found.keys() == {*environment.describe(), "implementation", "answers", "self_check"}
    assert found["implementation"] == engines.choose_engine()._asdict()
    assert found["self_check"]["passed"] is True
    assert found["self_check"]["engine"] == found["implementation"]["engine"]
    assert 0 < found["self_check"]["difference"] < found["self_check"]["allowed"]


def test_text_has_a_line_for_each(self_check, monkeypatch, capfd):
    self_check()
    answer = call(monkeypatch, capfd, "doctor")
    assert (answer.code, answer.err) == (0, "")
    lines = dict(line.split(maxsplit=1) for line in answer.out.splitlines())
    assert list(lines) == [
        "versions",
        "platform",
        "processor",
        "implementation",
        "predictions",
        "self-check",
    ]
    for package, version in environment.describe()["versions"].items():
        assert f"{package} {version}" in lines["versions"]
    assert f"{environment.describe()['cores']} cores" in lines["processor"]
    assert lines["implementation"] == "loop: there is no other"
    assert lines["predictions"].startswith(("kernel: ", "NumPy instead of the kernel: "))
    assert lines["self-check"].startswith("passed: ")
    assert "layers on the loop differ" in lines["self-check"]
    assert "1.2e-07 (tolerance 1e-05)" in lines["self-check"]


def test_the_processors_features_are_listed_if_that_is_asked_for(self_check, monkeypatch, capfd):
    self_check()
    features = " ".join(environment.describe()["cpu_features"]) or "unknown"
    assert features not in call(monkeypatch, capfd, "doctor").out
    assert (
        call(monkeypatch, capfd, "doctor", "--verbose").out.splitlines()[-1]
        == f"CPU features    {features}"
    )


@pytest.mark.parametrize("difference", [0.25, None])
@pytest.mark.parametrize("options", [[], ["--json"]], ids=["text", "json"])
def test_a_failed_self_check_is_an_exit_code(options, difference, self_check, monkeypatch, capfd):
    self_check(passed=False, difference=difference)
    answer = call(monkeypatch, capfd, "doctor", *options)
    assert (answer.code, answer.err) == (1, "")
    if options:
        assert json.loads(answer.out)["self_check"]["passed"] is False
    else:
        assert "FAILED" in answer.out
        assert ("at most 2.5e-01" if difference else "not finite") in answer.out


@pytest.mark.skipif(
    not library.LIBRARY.exists(), reason="the kernel is not built: no C++ compiler at install"
)
def test_the_kernel_with_its_instructions_and_cores(monkeypatch, capfd):
    answer = call(monkeypatch, capfd, "doctor")
    assert answer.code == 0
    assert "kernel: the native kernel runs here" in answer.out
    assert f"{library.vectors()} code on at most {library.threads()} core" in answer.out
    assert "layers on the kernel differ" in answer.out


@pytest.mark.long(1)
@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (
            lambda patch: patch.setenv("GLASSCELL_VECTORS", "sse9"),
            "GLASSCELL_VECTORS='sse9': expected one of avx512, ",
        ),
        (
            lambda patch: patch.setattr(library, "LIBRARY", Path("nowhere")),
            "glasscell was installed without its kernel, ",
        ),
    ],
    ids=["instructions that are not known", "no library"],
)
def test_no_kernel_and_why(broken, reason, monkeypatch, capfd):
    monkeypatch.setattr(library, "load", library.load.__wrapped__)
    broken(monkeypatch)
    answer = call(monkeypatch, capfd, "doctor", "--json")
    found = json.loads(answer.out)
    assert (answer.code, found["implementation"]["engine"], found["self_check"]["engine"]) == (
        0,
        "loop",
        "loop",
    )
    assert found["implementation"]["reason"].startswith(reason)
