"""Modules that have moved, by their old paths, so that old pickles still load."""

import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any


class OldPaths(MetaPathFinder, Loader):
    """Finds modules by their old paths, if no longer in use, and returns those at new paths.

    A package whose modules have all moved is found as well, empty.

    Parameters
    ----------
    moved : mapping of str to str
        New paths by old paths, in full.

    >>> sys.meta_path.append(OldPaths({"glasscell.once.here": "glasscell.errors"}))
    >>> import_module("glasscell.once.here").__name__
    'glasscell.errors'
    >>> del sys.meta_path[-1], sys.modules["glasscell.once"], sys.modules["glasscell.once.here"]
    """

    def __init__(self, moved: Mapping[str, str]):
        self.moved = moved

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: Any = None
    ) -> ModuleSpec | None:
        """Return the spec of a module that no other finder has found."""
        if fullname in self.moved:
            return ModuleSpec(fullname, self)
        if any(old.startswith(f"{fullname}.") for old in self.moved):
            return ModuleSpec(fullname, None, is_package=True)
        return None

    def exec_module(self, module: ModuleType) -> None:
        """Replace the old module by the one at its new path."""
        sys.modules[module.__name__] = import_module(self.moved[module.__name__])


def install(moved: Mapping[str, str]) -> None:
    """Make moved modules importable by their old paths."""
    sys.meta_path.append(OldPaths(moved))
