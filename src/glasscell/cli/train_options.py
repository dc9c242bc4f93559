"""Options of `glasscell train`, made from all tasks' settings; `--task NAME` limits help to one."""

import copy
import inspect
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import Field, fields, replace
from types import NoneType, UnionType
from typing import Annotated, Any, get_args

import typer

from glasscell.cli.options import GroupedHelp, codes_of, with_signature
from glasscell.runs.options import names_in
from glasscell.settings.setting import SETTING, Setting
from glasscell.settings.shared import DATA, KIND_OF_LABELS, NETWORK, TASK, TRAINING
from glasscell.tasks.registry import tasks, tasks_in_help

TASKS = {task.name: task.settings for task in tasks_in_help()}
ALSO_CALLED = dict.fromkeys(KIND_OF_LABELS.accepted.choices, "series")
HEADINGS = (DATA, TASK, NETWORK, TRAINING)


def with_train_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command with a context, its own options and `**settings` an option for each setting.

    >>> @with_train_options
    ... def train(call: typer.Context, quiet: bool = False, **settings) -> None:
    ...     pass
    >>> call, file, *settings, quiet = inspect.signature(train).parameters
    >>> file, settings[:3]
    ('file', ['id', 'time', 'time_format'])
    """
    call, *own, _ = inspect.signature(command).parameters.values()
    made = [_option(name, list(by_task.values())) for name, by_task in OPTIONS.items()]
    made += [
        inspect.Parameter(
            name, inspect.Parameter.KEYWORD_ONLY, default=False, annotation=annotation
        )
        for task in tasks()
        for name, annotation in task.declared(command.__name__).items()
    ]
    shown = [call, *made, *(parameter.replace(kind=parameter.KEYWORD_ONLY) for parameter in own)]
    return with_signature(command, shown, of=command)


def read_typed(kind: type, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values of a task's settings, with typed texts converted to numbers or to lists.

    Examples
    --------
    >>> from glasscell.tasks.series.settings import SeriesSettings
    >>> read_typed(
    ...     SeriesSettings,
    ...     {"units": "8,4", "stride": "auto", "forget_bias": "1.5", "channels": "u, v"},
    ... )
    {'units': [8, 4], 'stride': 'auto', 'forget_bias': 1.5, 'channels': ['u', 'v']}
    """
    declared = {field.name: field for field in fields(kind)}
    return {
        name: _read(declared[name], value) if isinstance(value, str) else value
        for name, value in values.items()
    }


def values_of_settings(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return values of options by the names of the settings; a flag may turn a setting off.

    >>> values_of_settings({"file": "a.csv", "one_direction": True, "units": "8"})
    {'data': 'a.csv', 'bidirectional': False, 'units': '8'}
    """
    values = {}
    for parameter, value in given.items():
        setting = _name_of_setting(parameter)
        turns_off = value is True and setting != parameter
        values[setting] = False if turns_off else value
    return values


def option_of(setting: str) -> str:
    """Return the option of a setting as typed.

    >>> option_of("bidirectional"), option_of("forget_bias")
    ('--one-direction', '--forget-bias')
    """
    parameter = next((name for name in OPTIONS if _name_of_setting(name) == setting), setting)
    return "--" + parameter.replace("_", "-")


def _name_of_setting(parameter: str) -> str:
    if parameter not in OPTIONS:  # an option of one task that is no setting
        return parameter
    return next(iter(OPTIONS[parameter].values())).name


class TaskHelp(GroupedHelp):
    """A command `with_train_options`; its help shows settings of one task, or common ones."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Note the task among the arguments, before `--help` is processed."""
        named = re.findall(r"--task[= ](\S+)", " ".join(args))
        tasks = [ALSO_CALLED.get(name, name) for name in named]
        ctx.obj = next((task for task in tasks if task in TASKS), "")
        return super().parse_args(ctx, args)

    def listed(self, ctx: Any) -> list[Any]:
        """Return the options to show, described as in the chosen task."""
        found = []
        for option in super().listed(ctx):
            by_task = OPTIONS.get(option.name)
            if ctx.obj and ctx.obj != NAMED_BY.get(option.name, ctx.obj):
                continue  # an option of another task
            if by_task is None or (not ctx.obj and _is_shared(by_task)):
                found.append(option)
            elif ctx.obj and ctx.obj in by_task:
                setting = _setting_of(by_task[ctx.obj])
                option = copy.copy(option)
                option.help, option.metavar, option.rich_help_panel = (
                    setting.help_text,
                    setting.to_type,
                    setting.group,
                )
                found.append(option)
        return found

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        """Write how to see the options of a task, if none is chosen."""
        if not ctx.obj:
            formatter.write_paragraph()
            with formatter.indentation():
                formatter.write_text(
                    "For all options of a task: glasscell train --task NAME --help"
                )
                formatter.write_text(f"NAME: {', '.join(TASKS)}")


def _is_shared(by_task: dict[str, Field]) -> bool:
    return len(by_task) > 1 or any(_setting_of(field).group == TASK for field in by_task.values())


def _setting_of(field: Field) -> Setting:
    return field.metadata[SETTING]


def _declared() -> dict[str, dict[str, Field]]:
    """Find the settings that have an option, by parameter name and task, in order of headings."""
    found: dict[str, dict[str, Field]] = {}
    for task, kind in TASKS.items():
        for field in fields(kind):
            option = _setting_of(field).option
            parameter = option.split("/")[0].strip("-").replace("-", "_") if option else field.name
            if _setting_of(field).help:
                found.setdefault("file" if field.name == "data" else parameter, {})[task] = field
    headings = {
        name: _setting_of(next(iter(by_task.values()))).group for name, by_task in found.items()
    }
    order = [*HEADINGS, *headings.values()]
    return {
        name: found[name] for name in sorted(found, key=lambda name: order.index(headings[name]))
    }


OPTIONS = _declared()
# options that imply a task
NAMED_BY = {name: task.name for task in tasks() for name in task.declared("train")}


def _option(parameter: str, declared: list[Field]) -> inspect.Parameter:
    """Return an option's parameter, described as in the first task; types and defaults of all."""
    field, setting = declared[0], _setting_of(declared[0])
    about = {"metavar": setting.to_type, "help": _help(parameter), "rich_help_panel": setting.group}
    name = setting.option or "--" + field.name.replace("_", "-")
    info = typer.Argument(**about) if parameter == "file" else typer.Option(name, **about)
    kinds, default = set[Any]().union(*map(_kinds, declared)), None
    typed: Any = str | None
    if bool in kinds:
        typed, default = (bool | None, None) if "/" in name else (bool, False)
    elif kinds in ({int}, {float}):
        typed = next(iter(kinds)) | None
    elif kinds == {str, list[str]}:
        typed = list[str] | None
    return inspect.Parameter(
        parameter,
        inspect.Parameter.KEYWORD_ONLY,
        default=default,
        annotation=Annotated[typed, info],
    )


def _help(parameter: str) -> str:
    """Return the help text with the default, or one per task if they differ or some lack it."""
    settings = {task: _setting_of(field) for task, field in OPTIONS[parameter].items()}
    tasks: dict[str, list[str]] = {}
    for task, setting in settings.items():
        tasks.setdefault(setting.default_in_words, []).append(task)
    first = next(iter(settings.values()))
    if len(tasks) == 1 and (
        not first.default_in_words or settings.keys() >= OPTIONS["file"].keys()
    ):
        return first.help_text
    defaults = (
        f"{default} for {_enumerated(tasks)}" for default, tasks in tasks.items() if default
    )
    return replace(first, shown="; ".join(defaults)).help_text


def _enumerated(names: Sequence[str]) -> str:
    """Return names as in a sentence: a, b and c."""
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last


def _kinds(field: Field) -> set[Any]:
    """Return the types that a setting may have, except None."""
    return (set(get_args(field.type)) if isinstance(field.type, UnionType) else {field.type}) - {
        NoneType
    }


def _read(field: Field, typed: str) -> Any:
    kinds = _kinds(field)
    if kinds == {str} or _setting_of(field).accepted.fits(typed):
        return typed
    if field.name == "missing":
        return codes_of(typed)
    if list[str] in kinds and str not in kinds:
        return names_in(typed)
    values = [_number_or_text(part) for part in typed.split(",")]
    return values if list[float] in kinds or len(values) > 1 else values[0]


def _number_or_text(text: str) -> int | float | str:
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text
