"""Parts of the site that are generated from code: commands, settings, support tables, explorer.

Pages are written into ``reference/generated``, which git ignores and nobody edits.
"""

import inspect
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import keras
import typer.main
from sphinx.pycode import ModuleAnalyzer

import glasscell
from glasscell.cli import app
from glasscell.cli.train_options import TASKS
from glasscell.data.tables import request
from glasscell.explorer.bundle import write_page
from glasscell.explorer.series.page import SERIES
from glasscell.recurrence.kernel import core
from glasscell.settings.setting import Setting, settings_in
from glasscell.tasks.registry import tasks
from glasscell.tasks.task import MODULE_OF_COMMAND
from glasscell.variants import ARTICLE, GREFF, Variant

Row = tuple[str, ...]
HERE = Path(__file__).parent
FOLDER = HERE / "reference/generated"
HOOKS = ("build", "call", "inner_loop", "get_config")  # of a layer; Keras calls them


def setup(sphinx: Any) -> dict[str, bool]:
    """Have Sphinx write the pages before looking for them; adapt its classes and constants."""
    sphinx.connect("builder-inited", lambda _: write())
    sphinx.connect("autodoc-skip-member", _is_skipped)
    sphinx.connect("autodoc-process-signature", _signature)
    sphinx.connect("autodoc-process-docstring", _describe_constant, priority=100)  # before numpydoc
    sphinx.connect("build-finished", _add_pages)
    return {"parallel_read_safe": True}


def _is_skipped(
    sphinx: Any, kind: str, name: str, member: Any, skipped: bool, options: Any
) -> bool | None:
    """Skip a layer's hooks, and members inherited from Keras or scikit-learn; defer to Sphinx."""
    defined = getattr(member, "fget", member)
    module = str(getattr(defined, "__module__", "glasscell"))
    is_hook = module == glasscell.LSTM.__module__ and getattr(defined, "__name__", "") in HOOKS
    return True if is_hook or not module.startswith("glasscell") else None


def _signature(sphinx: Any, kind: str, name: str, thing: Any, *_: Any) -> tuple[str, None] | None:
    """Return the arguments of a layer's constructor; Sphinx reads those of Keras's ``__new__``."""
    return (
        (str(inspect.signature(thing)), None)
        if kind == "class" and issubclass(thing, keras.layers.Layer)
        else None
    )


def _describe_constant(
    sphinx: Any, kind: str, name: str, thing: Any, options: Any, lines: list[str]
) -> None:
    """Describe a constant by the comment above it, which Sphinx expects in ``glasscell``."""
    if kind == "data":
        comments = ModuleAnalyzer.for_module(Variant.__module__).find_attr_docs()
        lines[:] = comments["", name.rpartition(".")[2]]


def _add_pages(sphinx: Any, error: Exception | None) -> None:
    """Add the essay, and the explorer of its network for the front page."""
    if error is None and sphinx.builder.format == "html":
        site, essay = Path(sphinx.outdir), "essay/what-an-lstm-remembers.html"
        networks = json.loads((HERE / "essay/networks.json").read_text("utf-8"))
        (site / "explorer.html").write_text(write_page(networks["digits"], SERIES), "utf-8")
        (site / essay).parent.mkdir(exist_ok=True)
        shutil.copyfile(HERE / essay, site / essay)


def write() -> None:
    """Write the pages that have changed, since Sphinx reads newer files again."""
    FOLDER.mkdir(exist_ok=True)
    pages = {"commands.md": commands(), "settings.md": settings()}
    # included by the page `support`
    pages |= {"tasks.inc": commands_of_tasks(), "engines.inc": engines()}
    pages |= {"names.inc": names_of_columns()}  # included by the page `files`
    for name, text in pages.items():
        page = FOLDER / name
        if not page.exists() or page.read_text("utf-8") != text:
            page.write_text(text, "utf-8")


def commands() -> str:
    """Return the page of commands: the ``--help`` of each, with tables."""
    parts = [
        "# Commands",
        "Every command prints this with `--help`. The options of `glasscell train` and their "
        "defaults depend on the task: [settings](settings.md) lists them all, and `glasscell "
        "train --task NAME --help` those of one task.",
    ]
    for name, command in _commands(typer.main.get_command(app)):
        context = typer.Context(command, info_name=f"glasscell {name}")
        usage = " ".join(command.collect_usage_pieces(context))
        tables = _Tables()
        command.format_options(context, tables)
        parts += [f"## glasscell {name}", f"```console\n$ glasscell {name} {usage}\n```"]
        parts += [(command.help or "").replace("\b\n", "").strip(), tables.text]
    return "\n\n".join(filter(None, parts)) + "\n"


def settings() -> str:
    """Return the page of settings."""
    parts = [
        "# Settings",
        "The settings of `glasscell train`, by task. On the command line a setting is an option "
        "(`--learning-rate 0.01`); in a file it has the name below (`learning_rate = 0.01`, read "
        "by `glasscell train --config FILE.toml`). A boolean is an option without a value "
        "(`--early-stopping`, `--no-early-stopping`). `data` is the file to train on.",
    ]
    for task, kind in TASKS.items():
        groups: dict[str, list[Row]] = {}
        for name, setting in settings_in(kind).items():
            if setting.help:
                groups.setdefault(setting.group, []).append(_row(name, setting))
        parts.append(f"## {task}")
        for group, rows in groups.items():
            parts.append(_table((group, "default", "accepted", "what it is"), rows))
    return "\n\n".join(parts) + "\n"


def commands_of_tasks() -> str:
    """Return the table of tasks and their commands; the page `support` includes it."""
    rows = []
    for task in reversed(tasks()):
        modules = {
            command: MODULE_OF_COMMAND[command]
            for command in ("predict", "evaluate", "explain", "trace", "export")
        }
        has = {command: getattr(task, module) is not None for command, module in modules.items()}
        has["evaluate"] |= has["predict"]
        has |= {"compare": task.comparison is not None, "data": task.contents is not None}
        more = ", ".join(f"`{name}`" for name in task.commands)
        rows.append((task.name, *("✓" if there else "–" for there in has.values()), more or "–"))
    head = ("task", *(f"`{command}`" for command in has), "its own")
    return _table(head, rows) + "\n"


def engines() -> str:
    """Return the table of variants and their engines on a CPU; the page `support` includes it."""
    rows = []
    for name, variant in {**GREFF, "original tutorial": ARTICLE}.items():
        reason = core.misses(variant)
        rows.append((name, "kernel" if reason is None else f"loop ({reason})", "loop"))
    return _table(("variant", "float32", "float64, mixed_float16, bfloat16"), rows) + "\n"


def names_of_columns() -> str:
    """Return the table of names by which the reader knows columns; the page `files` includes it."""
    names = {
        "id": request.IDS,
        "time": request.TIMES,
        "time, if it orders a series": request.LIKELY_TIMES,
        "label": request.LABELS,
        "group": request.GROUPS,
    }
    rows = [(role, ", ".join(f"`{name}`" for name in values)) for role, values in names.items()]
    return _table(("role", "names, whatever their case"), rows) + "\n"


def _commands(group: Any, before: str = "") -> Iterator[tuple[str, Any]]:
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from _commands(command, f"{before}{name} ")
        else:
            yield before + name, command


class _Tables:
    """A help formatter that writes a table for each heading instead of columns of text."""

    def __init__(self) -> None:
        self.text = ""

    @contextmanager
    def section(self, name: str) -> Iterator[None]:
        self.heading = name
        yield

    def write_dl(self, rows: list[Row], **_: Any) -> None:
        self.text += (
            _table((self.heading, ""), [(f"`{name.strip()}`", text) for name, text in rows])
            + "\n\n"
        )


def _row(name: str, setting: Setting) -> Row:
    value = setting.default
    default = str(value).lower() if isinstance(value, bool) else setting.default_in_words
    other = setting.option and name not in setting.option.replace("-", "_")
    switched = (
        f"`{setting.option}` sets {str(not value).lower()}"
        if isinstance(value, bool)
        else f"`{setting.option}`"
    )
    meaning = f"{switched}: {setting.help}" if other else setting.help
    return f"`{name}`", default, setting.accepted.expected, meaning


def _table(head: Row, rows: list[Row]) -> str:
    lines = [
        head,
        tuple("---" for _ in head),
        *(tuple(cell.replace("|", r"\|") for cell in row) for row in rows),
    ]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
