"""`glasscell train` with text."""

import shlex
from pathlib import Path
from typing import Any

from glasscell.cli.inputs import check_there
from glasscell.cli.kinds import Kind
from glasscell.data.texts.origins import PYTHON
from glasscell.runs.data_json import read_about
from glasscell.runs.folder import resume_command
from glasscell.settings import TextSettings


def _summary(report: dict[str, Any]) -> str:
    run = Path(report["run"])
    beside = ", ".join(f"{name} {found['all']:.3f}" for name, found in report["beside"].items() if name != "LSTM")
    return (
        f"{report['bits_per_character']:.3f} bits per character of {report['n']:,} held out\n"
        f"for comparison: {beside}\n"
        f"updates: {report['updates']:,} in {report['seconds']:.1f} s, "
        f"{report['characters_a_second']:,.0f} characters a second\n"
        f"the run is in {run}: {', '.join(report['files'])}, report.json\n"
        f"to let it write: glasscell write {shlex.quote(str(run))}\n"
        f"to train on: {resume_command(run)} --epochs {2 * report['epochs']}"
    )


def _check(settings: TextSettings) -> None:
    if settings.data != PYTHON:
        check_there(settings.data)


TEXT = Kind(
    settings=TextSettings,
    room="glasscell.runs.texts.language",
    goes_with="text to train on (--text)",
    summary=_summary,
    check_data=_check,
    check_run=read_about,
    more_arguments=lambda begin, note, workers: {"on_note": note},
    alone="a language model is trained by one process: unset it",
)
