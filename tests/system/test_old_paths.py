import pickle
import sys
from importlib import import_module

import pytest

import glasscell
from glasscell.errors import DataError
from glasscell.system.old_paths import OldPaths
from glasscell.variants import Variant


@pytest.fixture
def moved(monkeypatch):
    """Provide modules: one was in a package that is gone, one in a package that still exists."""
    old = {
        "glasscell.once.within.variants": "glasscell.variants",
        "glasscell.system.once": "glasscell.errors",
    }
    before = set(sys.modules)
    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path, OldPaths(old)])
    yield
    for name in set(sys.modules) - before:
        del sys.modules[name]
    for package, name in ((glasscell, "once"), (glasscell.system, "once")):
        delattr(package, name)


@pytest.mark.parametrize(("old", "new"), glasscell._MOVED.items())
def test_every_old_path_has_the_classes_of_the_new_one(old, new):
    before, now = vars(import_module(old)), vars(import_module(new))
    own = {name: one for name, one in now.items() if getattr(one, "__module__", None) == new}
    assert own
    assert all(before[name] is one for name, one in own.items())


@pytest.mark.usefixtures("moved")
def test_what_was_pickled_under_an_old_path_is_of_the_class_that_there_is():
    spec = sys.modules["glasscell.variants"].__spec__
    variant = Variant(peepholes=True)
    old = pickle.dumps(variant, 0).replace(b"glasscell.variants", b"glasscell.once.within.variants")
    assert old != pickle.dumps(variant, 0)
    assert pickle.loads(old) == variant
    assert type(pickle.loads(old)) is Variant
    assert import_module("glasscell.system.once").DataError is DataError
    assert sys.modules["glasscell.variants"].__spec__ is spec
    with pytest.raises(ModuleNotFoundError):
        import_module("glasscell.once.gone")
