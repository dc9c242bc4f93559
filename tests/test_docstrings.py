"""All that is public has a docstring, cell, sequence and layer examples; all examples run.

What the package offers and the API's page lists has numpydoc's sections, and examples that run
without anything but their own imports. Estimators and readers describe a parameter in the words of
its setting.
"""

import ast
import doctest
import inspect
import pkgutil
import re
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest

import glasscell
import glasscell.data
from glasscell.cli.train_options import TASKS
from glasscell.estimators import ESTIMATORS
from glasscell.settings.setting import settings_in
from glasscell.settings.shared import KIND_OF_LABELS
from glasscell.tasks.task import MODULES as MODULES_OF_TASK
from glasscell.tasks.task import Task

PAGE = Path(__file__).parents[1] / "docs/reference/api.rst"
WITH_EXAMPLES = {"glasscell.cell", "glasscell.recurrence.engines", "glasscell.layers.lstm"}
MODULES = ["glasscell", *(m.name for m in pkgutil.walk_packages(glasscell.__path__, "glasscell."))]
LIBRARIES = ("libglasscell", "libglasscell_core")
MODULES = [name for name in MODULES if not name.endswith(("__main__", *LIBRARIES))]
HAVE_EXAMPLES = [
    name for name in MODULES if ">>>" in Path(str(find_spec(name).origin)).read_text("utf-8")
]


def own(module):
    """Give the public functions and classes that a module defines itself."""
    for name, thing in vars(module).items():
        is_own = getattr(thing, "__module__", None) == module.__name__
        if (
            is_own
            and not name.startswith("_")
            and (inspect.isfunction(thing) or inspect.isclass(thing))
        ):
            yield name, thing


def methods(kind):
    """Give the public methods and properties that a class defines itself."""
    for name, thing in vars(kind).items():
        thing = thing.__func__ if isinstance(thing, (classmethod, staticmethod)) else thing
        if not name.startswith("_") and (inspect.isfunction(thing) or isinstance(thing, property)):
            yield name, thing


def told(thing):
    """Return whether a thing has its own docstring, not the one that Python writes."""
    text = vars(thing).get("__doc__") if inspect.isclass(thing) else thing.__doc__
    return bool(text) and not text.startswith(f"{getattr(thing, '__name__', '')}(")


def test_the_walk_finds_the_rooms():
    assert set(MODULES) >= WITH_EXAMPLES
    assert {name for name, _ in own(import_module("glasscell.layers.lstm"))} == {"LSTM", "LSTMCell"}
    assert {name for name, _ in methods(glasscell.LSTM)} >= {"variant", "inner_loop", "get_config"}


def test_everything_public_has_a_docstring():
    silent = []
    for name in MODULES:
        module = import_module(name)
        silent += [] if module.__doc__ else [name]
        for key, thing in own(module):
            silent += [] if told(thing) else [f"{name}.{key}"]
            if inspect.isclass(thing):
                # what imports a task's modules is documented once, in `Task`
                of_task = MODULES_OF_TASK if issubclass(thing, Task) else ()
                silent += [
                    f"{name}.{key}.{method}"
                    for method, v in methods(thing)
                    if not told(v) and not (method in of_task and method in Task.__doc__)
                ]
    assert silent == []


def test_what_the_package_offers_of_these_rooms_shows_examples():
    for name in glasscell.__all__:
        thing = getattr(glasscell, name)
        is_record = hasattr(thing, "_fields")
        if (
            getattr(thing, "__module__", None) in WITH_EXAMPLES
            and callable(thing)
            and not is_record
        ):
            assert ">>>" in thing.__doc__, name


TRAIN = {  # long, and for about how many seconds
    "glasscell.lab.conflict": 2,
    "glasscell.lab.training.jobs": 3,
    "glasscell.lab.training.outcomes": 2,
    "glasscell.lab.training.side_by_side": 1,
    "glasscell.tasks.digits.training": 1,
    "glasscell.tasks.explore": 1,
    "glasscell.tasks.forecasting.backtest": 1,
    "glasscell.tasks.forecasting.estimator": 1,
    "glasscell.tasks.language.estimator": 1,
    "glasscell.tasks.series.classifier": 1,
    "glasscell.tasks.series.regressor": 4,
    "glasscell.tasks.series.epoch_choice": 3,
    "glasscell.tasks.tagging.estimator": 2,
    "glasscell.training.keras_fit": 1,
}


MARKS = {name: pytest.mark.long(seconds) for name, seconds in TRAIN.items()}
MARKS["glasscell.importers.pytorch"] = pytest.mark.peers


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=MARKS.get(name, ())) for name in HAVE_EXAMPLES]
)
def test_every_example_runs(name):
    """Run a module's examples; those of the API's pages as pasted, without its names."""
    if name == "glasscell.importers.pytorch":
        pytest.importorskip("torch", reason="PyTorch is one of the peers: pip install '.[peers]'")
    public = {f"{thing.__module__}.{thing.__qualname__}" for thing in offered().values()}
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE)
    for test in doctest.DocTestFinder().find(import_module(name)):
        test.globs = {"__name__": "__main__"} if test.name in public else test.globs
        runner.run(test)
    assert runner.summarize(verbose=False).failed == 0


def test_examples_of_public_names_import_only_public_modules():
    modules = {"glasscell"} | {name.rpartition(".")[0] for name in listed()}
    assert modules >= {"glasscell.data", "glasscell.errors"}
    imported = set()
    for name, thing in offered().items():
        for example in doctest.DocTestParser().get_examples(inspect.getdoc(thing) or ""):
            for node in ast.walk(ast.parse(example.source)):
                if isinstance(node, ast.ImportFrom):
                    imported.add((node.module, name))
                elif isinstance(node, ast.Import):
                    imported |= {(one.name, name) for one in node.names}
    assert {module for module, _ in imported} >= {"glasscell", "glasscell.errors", "keras"}
    assert [
        one for one in sorted(imported) if one[0].startswith("glasscell") and one[0] not in modules
    ] == []


def test_there_are_examples_to_run():
    found = [doctest.DocTestFinder().find(import_module(name)) for name in MODULES]
    assert sum(len(one.examples) for tests in found for one in tests) > 40


# A result, a parameter, one that there is not, its type, its description
SECTIONS = {"RT01", "PR01", "PR02", "PR04", "PR07"}


@cache
def listed():
    """Give what the API's page lists, by name."""
    names = re.findall(r"^   ([A-Za-z][\w.]*)$", PAGE.read_text("utf-8"), re.MULTILINE)
    names = [f"glasscell.{name}".rpartition(".") for name in names]
    return {f"{module}.{name}": getattr(import_module(module), name) for module, _, name in names}


@cache
def offered():
    """Give functions and classes of the package and the API's page, and their members, by name.

    An error without an `__init__` is skipped: it has the arguments and the methods of its base,
    which is listed too.
    """
    return dict(
        offered_by(
            {f"glasscell.{name}": getattr(glasscell, name) for name in glasscell.__all__} | listed()
        )
    )


def offered_by(things):
    for name, thing in things.items():
        if (
            inspect.isclass(thing)
            and issubclass(thing, Exception)
            and "__init__" not in vars(thing)
        ):
            continue
        if inspect.isclass(thing) or inspect.isroutine(thing):
            yield name, thing
        for member in dir(thing) if inspect.isclass(thing) else ():
            found = inspect.getattr_static(thing, member)
            function = getattr(found, "fget", None) or getattr(found, "__func__", found)
            is_own = str(getattr(function, "__module__", "")).startswith("glasscell")
            if not member.startswith("_") and inspect.isfunction(function) and is_own:
                yield f"{name}.{member}", function


def test_the_page_of_the_api_lists_the_package():
    assert {f"glasscell.{name}" for name in glasscell.__all__} - listed().keys() == {
        "glasscell.load_run"
    }  # older name
    assert {f"glasscell.data.{name}" for name in glasscell.data.__all__} <= listed().keys()


def test_what_the_package_offers_has_parameters_with_types_and_says_what_it_returns():
    from numpydoc.validate import validate

    found = {
        name: [error for error in validate(name)["errors"] if error[0] in SECTIONS]
        for name in offered()
    }
    assert found.keys() >= {
        "glasscell.LSTM",
        "glasscell.LSTMRegressor.fit",
        "glasscell.LSTMTagger.choice",
    }
    assert found.keys() >= {"glasscell.data.read_steps", "glasscell.data.Sequences.select"}
    assert found.keys() >= {
        "glasscell.errors.GlasscellError",
        "glasscell.inspection.traces.LayerTrace.origins",
    }
    assert {name: errors for name, errors in found.items() if errors} == {}


def test_what_the_package_offers_is_described_where_it_is_read():
    rooms = {part for name in MODULES for part in name.split(".")} - {
        "glasscell",
        "keras",
    }  # Keras itself
    elsewhere = re.compile(r"`(?:glasscell\.)?(\w+)\.\w[\w.]*`")
    for name, thing in offered().items():
        text = inspect.getdoc(thing) or ""
        assert not re.search(r"\b[Aa]s (in|for) `\w+\.", text), f"{name} sends its reader elsewhere"
        assert [room for room in elsewhere.findall(text) if room in rooms] == [], (
            f"{name} names a module"
        )


READERS = [
    name for name in glasscell.data.__all__ if inspect.isfunction(getattr(glasscell.data, name))
]


@pytest.mark.parametrize("name", [*ESTIMATORS, *READERS])
def test_a_parameter_is_described_in_the_words_of_its_setting(name):
    from numpydoc.docscrape import NumpyDocString

    if name in READERS:
        thing = getattr(glasscell.data, name)
        declared = settings_in(TASKS["tagging" if "steps" in name else "series"]) | {
            "task": KIND_OF_LABELS
        }
    else:
        thing = getattr(glasscell, name)
        declared = settings_in(TASKS[thing.task])
        declared |= {key: setting for key, setting in thing._bounds.items() if setting.help}
        declared["random_state"] = declared["seed"]
    described = {}
    for parameter in NumpyDocString(inspect.getdoc(thing))["Parameters"]:
        described |= dict.fromkeys(parameter.name.split(", "), " ".join(parameter.desc))
    assert described.keys() == inspect.signature(thing).parameters.keys()
    told = [key for key in described if key in declared and declared[key].help]
    assert len(told) > 5
    for key in told:
        setting = declared[key]
        if setting.option and key not in setting.option.replace("-", "_"):
            continue  # the help is that of an option which says the opposite
        sentence = re.split(r"(?<=\.) (?=[A-Z])", setting.help)[0]
        assert described[key].startswith(sentence), key
