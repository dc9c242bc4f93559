import os
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

from glasscell.system import environment
from glasscell.system.environment import silence


def test_the_versions_are_those_installed():
    import numpy

    versions = environment.describe()["versions"]
    assert list(versions) == list(environment.PACKAGES)
    assert versions["numpy"] == numpy.__version__
    assert versions["glasscell"] == metadata.version("glasscell")


def test_a_package_installed_under_another_name_has_no_version(monkeypatch):
    monkeypatch.setattr(environment, "PACKAGES", ("numpy", "no-such-package"))
    assert environment.describe()["versions"]["no-such-package"] is None


def test_the_machine():
    found = environment.describe()
    assert found["cores"] >= 1
    assert found["cpu"].strip()
    assert found["python"] == ".".join(map(str, sys.version_info[:3]))
    assert all(isinstance(feature, str) for feature in found["cpu_features"])


@pytest.mark.parametrize(
    ("cpuinfo", "name"),
    [
        ("processor\t: 0\nmodel name\t: Fast: 9000\n", "Fast: 9000"),
        ("processor\t: 0\n", "from platform"),
        (None, "from platform"),
    ],
    ids=["named", "not named", "no such file"],
)
def test_the_name_of_the_processor(cpuinfo, name, tmp_path, monkeypatch):
    if cpuinfo is not None:
        (tmp_path / "cpuinfo").write_text(cpuinfo)
    monkeypatch.setattr(environment, "Path", lambda _: tmp_path / "cpuinfo")
    monkeypatch.setattr("platform.processor", lambda: "")
    monkeypatch.setattr("platform.machine", lambda: "from platform")
    assert environment.describe()["cpu"] == name


def git(folder, *arguments):
    names = ["-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false"]
    return subprocess.run(
        ["git", *names, *arguments], cwd=folder, check=True, capture_output=True, text=True
    ).stdout


def test_the_commit_of_the_working_directory(tmp_path, monkeypatch):
    git(tmp_path, "init")
    git(tmp_path, "commit", "--allow-empty", "-m", "first")
    monkeypatch.chdir(tmp_path)
    assert environment.describe()["git_commit"] == git(tmp_path, "rev-parse", "HEAD").strip()


def test_no_commit_outside_a_repository(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert environment.describe()["git_commit"] is None


def test_no_commit_without_git(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert environment.describe()["git_commit"] is None


def test_nothing_of_it_needs_tensorflow():
    code = (
        "import sys; from glasscell.system import environment; environment.describe(); "
        "print('tensorflow' in sys.modules)"
    )
    run = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parent,
    )
    assert run.stdout == "False\n"


def test_what_is_written_is_held_back_and_what_follows_is_not(capfd):
    with pytest.raises(FileNotFoundError), silence():
        os.write(2, b"held back") and Path("/not/there").stat()
    os.write(2, b"shown")
    assert capfd.readouterr().err == "shown"
