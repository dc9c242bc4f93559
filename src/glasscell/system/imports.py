"""Other packages' imports: what shall follow once somebody imports one, without importing it.

Written here, since wrapt, which has it, takes a third of the time in which `glasscell --help` answers.
"""

import sys
from collections.abc import Callable, Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any


def call_after_import(name: str, then: Callable[[ModuleType], Any]) -> None:
    """Call a function with a module: at once if it is imported already, else as soon as it is.

    An import that fails calls nothing; the next that succeeds does.

    Parameters
    ----------
    name : str
        A module of the top level.
    then : function of a module

    Examples
    --------
    >>> call_after_import("sys", lambda module: print(module.__name__))
    sys
    """
    module = sys.modules.get(name)
    if module is not None:  # None is how Python is forbidden to import it
        then(module)
    else:
        sys.meta_path.insert(0, _AfterImport(name, then))


class _AfterImport:
    """Finds one module as the other finders do, and has its loader call a function when it is done."""

    def __init__(self, name: str, then: Callable[[ModuleType], Any]):
        self._name, self._then = name, then

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != self._name:
            return None
        behind = sys.meta_path[sys.meta_path.index(self) + 1 :]  # those before were asked
        specs = (finder.find_spec(fullname, path, target) for finder in behind)
        spec = next((spec for spec in specs if spec is not None), None)
        if spec is not None and spec.loader is not None:
            execute = spec.loader.exec_module

            def exec_module(module: ModuleType) -> None:
                execute(module)
                if self in sys.meta_path:
                    sys.meta_path.remove(self)
                    self._then(module)

            spec.loader.exec_module = exec_module
        return spec
