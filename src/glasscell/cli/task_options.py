"""Options of a command that some tasks have: each task says which, and what does not go with a run is refused."""

import inspect
from collections.abc import Callable
from typing import Any

from glasscell.tasks.registry import tasks

Given = dict[str, Any]  # what was given of them


def describe(command: Callable[..., None]) -> None:
    """Put what tasks say of a command into its docstring, which is its help, where it has `{tasks}`."""
    told = " ".join(task.help[command.__name__] for task in reversed(tasks()) if command.__name__ in task.help)
    command.__doc__ = inspect.cleandoc(command.__doc__ or "").replace("{tasks}", told)


def with_task_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of all tasks, where its signature has the parameter `given`; that gets their values.

    >>> @with_task_options
    ... def predict(run: str, *, given: Given) -> None:
    ...     print(run, given)
    >>> "coverage" in inspect.signature(predict).parameters
    True
    """
    options = {name: kind for task in tasks() for name, kind in task.options.get(command.__name__, {}).items()}
    shown = []
    for parameter in inspect.signature(command).parameters.values():
        if parameter.name != "given":
            shown.append(parameter)
            continue
        shown += [inspect.Parameter(k, parameter.kind, default=None, annotation=v) for k, v in options.items()]

    def called(**values: Any) -> None:
        given = {name: None if (value := values.pop(name)) is False else value for name in options}
        command(**values, given=given)

    describe(command)
    called.__name__, called.__doc__ = command.__name__, command.__doc__
    called.__signature__ = inspect.Signature(shown)  # type: ignore  # what Typer asks for
    called.__annotations__ = {parameter.name: parameter.annotation for parameter in shown}
    return called
