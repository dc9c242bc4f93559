"""Commands that only language models have: `glasscell write` and `glasscell cells`."""

import json
import sys
from collections.abc import Callable
from dataclasses import asdict, replace
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer

from glasscell.console.progress import show_progress, show_stages
from glasscell.console.screen import QUIET, print_notes, print_text, show_table
from glasscell.console.signals import ctrl_c_waits
from glasscell.console.startup import import_quietly
from glasscell.errors import DataError, Interrupted, UsageError
from glasscell.facts import Note, visible
from glasscell.runs.run_folder import find_run
from glasscell.tasks.language.sentences import TextRuns
from glasscell.tasks.language.settings import LanguageSettings

# on a terminal; from 0x80 up, bytes of UTF-8 letters
KEPT = "\n\t" + "".join(map(chr, range(0x80, 0x100)))
OUTPUT_DIR = typer.Option(metavar="FOLDER", help="Folder of runs.")


def write(
    run: Annotated[
        str, typer.Argument(metavar="RUN", help="Name or folder of a language model's run.")
    ],
    start: Annotated[
        str, typer.Option(metavar="TEXT", help="Prompt to continue; - reads standard input.")
    ] = "",
    length: Annotated[
        int, typer.Option(metavar="N", help="Number of characters to generate.", min=1)
    ] = 1000,
    temperature: Annotated[
        float,
        typer.Option(
            metavar="X", help="Sampling temperature; 0 always takes the most probable character."
        ),
    ] = 1.0,
    top_p: Annotated[
        float,
        typer.Option(
            "--top-p",
            metavar="P",
            help="Nucleus sampling: only the most probable characters, up to total probability P.",
        ),
    ] = 1.0,
    seed: Annotated[int, typer.Option(metavar="N", help="Random seed.", min=0)] = 0,
    clamp: Annotated[
        list[str] | None,
        typer.Option(
            metavar="UNIT",
            help="Clamp gates (z, i, f, o) or the memory cell c of a unit: 'lstm_1 unit 17 f=1 "
            "i=0'. Can be repeated.",
        ),
    ] = None,
    output_dir: Annotated[Path, OUTPUT_DIR] = Path("runs"),
) -> None:
    """Generate text with a language model."""
    from glasscell.tasks.language import writing
    from glasscell.tasks.language.trained_run import open_run

    opened = open_run(find_run(run, output_dir))
    model = writing.hold(
        opened.model, [writing.parse_hold(one, opened.model.sizes) for one in clamp or ()]
    )
    begins = _begins(start, opened.reads_bytes)
    written = 0
    try:
        how = {"length": length, "temperature": temperature, "top_p": top_p, "seed": seed}
        letters = writing.write(model, start=begins, **how)
        encoding, on_terminal = sys.stdout.encoding or "utf-8", sys.stdout.isatty()

        def put(text: str) -> None:
            """Write to standard output, with ? for characters that its encoding lacks."""
            if on_terminal:
                text = visible(text, kept=KEPT if opened.reads_bytes else "\n\t")
            if opened.reads_bytes:
                sys.stdout.buffer.write(text.encode("latin-1", "replace"))
            else:
                sys.stdout.write(text.encode(encoding, "replace").decode(encoding))
            sys.stdout.flush()

        put(begins)
        for letter in letters:
            put(letter)
            written += 1
        put("\n")
    except KeyboardInterrupt:
        typer.echo()
        raise Interrupted(TextRuns.STOPPED, n=written) from None


def _begins(start: str, reads_bytes: bool) -> str:
    """Return the prompt as the model processes it: a byte as the character with its number."""
    from glasscell.tasks.language.trained_run import as_bytes

    if not reads_bytes:
        return _standard_input() if start == "-" else start
    return sys.stdin.buffer.read().decode("latin-1") if start == "-" else as_bytes(start)


def _standard_input() -> str:
    try:
        return sys.stdin.read()
    except UnicodeDecodeError as error:
        odd = {"byte": error.start + 1, "found": error.object[error.start]}
        raise DataError(TextRuns.NOT_DECODED, encoding=error.encoding.upper(), **odd) from None


def cells(
    runs: Annotated[
        list[str],
        typer.Argument(
            metavar="RUN… [TEXT]",
            help="Runs of language models, and a text to search in. [default: held-out text]",
        ),
    ],
    hypotheses: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.py",
            help="Own hypotheses: functions that map a text to one number per character.",
        ),
    ] = None,
    only: Annotated[
        str | None, typer.Option(metavar="A,B,…", help="Hypotheses to test. [default: all]")
    ] = None,
    seeds: Annotated[
        int,
        typer.Option(
            metavar="N",
            min=1,
            help="Repeat with N networks of different seeds; the others are trained first.",
        ),
    ] = 1,
    output_dir: Annotated[Path, OUTPUT_DIR] = Path("runs"),
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help=f"{QUIET}.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the tables as JSON.")] = False,
) -> None:
    """Find units of a language model that encode a concept.

    Each unit found is also clamped, to test whether it causes what the model predicts or only
    correlates with it.
    """
    paths, text = _split(runs, output_dir)
    if seeds > 1 and len(paths) > 1:
        raise UsageError(TextRuns.ONE_RUN, n=len(paths))
    names = None if only is None else [*dict.fromkeys(name.strip() for name in only.split(","))]
    from glasscell.tasks.language.cells import finding
    from glasscell.tasks.language.cells.files import short, tabulate, write_files

    if seeds > 1:
        paths = train_seeds(
            paths[0], seeds, partial(_train, quiet), lambda note: print_notes([note], quiet=quiet)
        )
    tables = {}
    for name, path in _by_name(paths).items():
        with show_stages(quiet) as show:
            found = finding.find(path, text=text, own=hypotheses, only=names, on_note=show)
            files = write_files(path, found)
        tables[name] = finding.table_of(found)
        print_notes(found.notes, quiet=quiet)
        if not quiet and not as_json:
            show_table(short(tables[name]))
            if left_out := [one.name for one in found.left_out]:
                print_text(TextRuns.CELLS_LEFT_OUT(names=left_out))
            own = [file for file in files if "/" not in file]
            print_text(TextRuns.CELLS_WRITTEN(run=path, files=own))
    if len(tables) > 1 and not quiet and not as_json:
        show_table(tabulate(tables))
    if as_json:
        typer.echo(
            json.dumps(
                {
                    name: json.loads(table.to_json(orient="records"))
                    for name, table in tables.items()
                }
            )
        )


def train_seeds(
    path: Path,
    seeds: int,
    train: Callable[[LanguageSettings, Path], object],
    on_note: Callable[[Note], None],
) -> list[Path]:
    """Return the folders of a run and its copies with the next seeds; train those that are missing.

    They are next to the run, named NAME-seed-N. A different seed also holds out different files.
    """
    from glasscell.runs.report import read_report
    from glasscell.tasks.language.trained_run import settings_of

    settings, seconds = settings_of(path), read_report(path)["seconds"]
    others = {
        path.parent / f"{path.name}-seed-{seed}": seed
        for seed in range(settings.seed + 1, settings.seed + seeds)
    }
    for other, seed in others.items():
        if (other / "config.toml").exists():
            found = asdict(settings_of(other))
            for name, wanted in asdict(replace(settings, seed=seed)).items():
                if found[name] != wanted:
                    values = {"name": name, "found": found[name], "expected": wanted}
                    raise UsageError(TextRuns.OTHER_SETTING, file=other, **values)
    missing = [other for other in others if not (other / "report.json").exists()]
    if missing and settings.data == "-":
        raise UsageError(TextRuns.NOT_AGAIN, file=path)
    if missing:
        on_note(TextRuns.MORE_NETWORKS(n=len(missing), minutes=seconds * len(missing) / 60))
    for other in missing:
        train(replace(settings, seed=others[other]), other)
    return [path, *others]


def _train(quiet: bool, settings: LanguageSettings, folder: Path) -> None:
    """Train a network in a folder, or resume its training."""
    room = import_quietly(partial(import_module, "glasscell.tasks.language.training"), quiet=quiet)
    with (
        ctrl_c_waits() as heed,
        show_progress(settings.epochs, quiet, f"training {folder.name}") as show,
    ):

        def on_epoch(epoch: int, logs: dict[str, float]) -> None:
            show(epoch, logs)
            heed()

        if (folder / "config.toml").exists():
            room.resume(folder, on_epoch=on_epoch)
        else:
            room.train(settings, output_dir=folder.parent, name=folder.name, on_epoch=on_epoch)


def _by_name(paths: list[Path]) -> dict[str, Path]:
    """Return each folder once, by name, or by path if names repeat.

    >>> [*_by_name([Path("a/py"), Path("b/py"), Path("c"), Path("c")])]
    ['a/py', 'b/py', 'c']
    """
    once = [*dict.fromkeys(paths)]
    names = [path.name for path in once]
    return {path.name if names.count(path.name) == 1 else str(path): path for path in once}


def _split(names: list[str], output_dir: Path) -> tuple[list[Path], str | None]:
    """Return the folders of runs, and the text, if the last argument is one."""
    paths = []
    for k, name in enumerate(names):
        try:
            paths.append(find_run(name, output_dir))
        except UsageError:
            if k == 0 or k < len(names) - 1:
                raise
            return paths, name
    return paths, None
