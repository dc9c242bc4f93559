"""`glasscell cells`: which unit of a language model knows what, and whether it is the cause."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from glasscell.console.progress import show_progress, show_stages
from glasscell.console.screen import QUIET, print_notes, print_text, show_table
from glasscell.console.signals import ctrl_c_waits
from glasscell.console.startup import import_quietly
from glasscell.errors import UsageError
from glasscell.runs.folder import find_run
from glasscell.tasks.language.sentences import TextRuns


def cells(
    runs: Annotated[
        list[str],
        typer.Argument(
            metavar="RUN… [TEXT]", help="Runs of language models, and a text to search in. [default: held-out text]"
        ),
    ],
    hypotheses: Annotated[
        Path | None,
        typer.Option(metavar="FILE.py", help="Own hypotheses: functions that map a text to one number per character."),
    ] = None,
    only: Annotated[str | None, typer.Option(metavar="A,B,…", help="Hypotheses to test. [default: all]")] = None,
    seeds: Annotated[
        int,
        typer.Option(
            metavar="N", min=1, help="Repeat with N networks of different seeds; the others are trained first."
        ),
    ] = 1,
    output_dir: Annotated[Path, typer.Option(metavar="FOLDER", help="Folder of runs.")] = Path("runs"),
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help=f"{QUIET}.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the tables as JSON.")] = False,
) -> None:
    """Find units of a language model that encode a concept.

    Each unit found is also clamped, to test whether it causes what the model predicts or only correlates with it.
    """
    paths, text = _split(runs, output_dir)
    if seeds > 1 and len(paths) > 1:
        raise UsageError(TextRuns.ONE_RUN, n=len(paths))
    names = None if only is None else [*dict.fromkeys(name.strip() for name in only.split(","))]
    from glasscell.tasks.language.cells import finding
    from glasscell.tasks.language.cells.files import short, write_files
    from glasscell.tasks.language.cells.seeds import tabulate

    paths = _with_seeds(paths[0], seeds, quiet) if seeds > 1 else paths
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
        typer.echo(json.dumps({name: json.loads(table.to_json(orient="records")) for name, table in tables.items()}))


def _with_seeds(path: Path, seeds: int, quiet: bool) -> list[Path]:
    """Return a run and others of further seeds, trained or finished where they are not."""
    from glasscell.tasks.language.cells.seeds import train_seeds

    def train(settings: Any, folder: Path) -> None:
        room = import_quietly("glasscell.tasks.language.training", quiet=quiet)
        with ctrl_c_waits() as heed, show_progress(settings.epochs, quiet, f"training {folder.name}") as show:

            def on_epoch(epoch: int, logs: dict[str, float]) -> None:
                show(epoch, logs)
                heed()

            if (folder / "config.toml").exists():
                room.resume(folder, on_epoch=on_epoch)
            else:
                room.train(settings, output_dir=folder.parent, name=folder.name, on_epoch=on_epoch)

    return train_seeds(path, seeds, train, lambda note: print_notes([note], quiet=quiet))


def _by_name(paths: list[Path]) -> dict[str, Path]:
    """Return each folder once, by its name, or by its path where another has the same name.

    >>> [*_by_name([Path("a/py"), Path("b/py"), Path("c"), Path("c")])]
    ['a/py', 'b/py', 'c']
    """
    once = [*dict.fromkeys(paths)]
    names = [path.name for path in once]
    return {path.name if names.count(path.name) == 1 else str(path): path for path in once}


def _split(names: list[str], output_dir: Path) -> tuple[list[Path], str | None]:
    """Return the folders of runs, and the text that stands last, if it does."""
    paths = []
    for k, name in enumerate(names):
        try:
            paths.append(find_run(name, output_dir))
        except UsageError:
            if k == 0 or k < len(names) - 1:
                raise
            return paths, name
    return paths, None
