"""`glasscell doctor`: the machine, the implementation in use, and whether it computes correctly."""

import json
from collections.abc import Iterator
from functools import partial
from importlib import import_module
from typing import Annotated, Any

import typer

from glasscell.cli.sentences import Doctor
from glasscell.console.screen import print_text
from glasscell.console.startup import import_quietly
from glasscell.facts import Code, Note
from glasscell.system import environment


def doctor(
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Also list the features of the CPU.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Check that the LSTM computes correctly on this machine.

    Prints versions, the processor and the implementation in use, and compares its results with
    those of Keras. This takes a few seconds.
    """
    from glasscell.recurrence.kernel import core  # here because --help needs no NumPy

    found = environment.describe()
    selfcheck = import_quietly(partial(import_module, "glasscell.layers.selfcheck"))
    found["implementation"] = (
        import_quietly(partial(import_module, "glasscell.recurrence.engines"))
        .choose_engine()
        ._asdict()
    )
    why_not = core.load()[1]
    found["answers"] = (
        {"by": "kernel"} if why_not is None else {"by": "numpy", "not_by_kernel": why_not}
    )
    found["self_check"] = selfcheck.largest_difference_from_keras()
    healthy = found["self_check"]["passed"]
    if as_json:
        typer.echo(json.dumps(found))
    else:
        print_text("\n".join(_lines(found, verbose=verbose)))
    if not healthy:
        raise typer.Exit(1)


def _lines(found: dict[str, Any], *, verbose: bool) -> Iterator[str]:
    check, why_numpy = found["self_check"], found["answers"].get("not_by_kernel")
    versions = {"python": found["python"], **found["versions"]}
    apart = check["difference"]
    differ = Doctor.NOT_FINITE() if apart is None else Doctor.AT_MOST(difference=apart)
    tested = {name: check[name] for name in ("cases", "engine", "allowed")}
    rows: dict[Code, Note | str] = {
        Doctor.VERSIONS: ", ".join(f"{package} {version}" for package, version in versions.items()),
        Doctor.PLATFORM: found["platform"],
        Doctor.PROCESSOR: Doctor.CORES(cpu=found["cpu"], n=found["cores"]),
        Doctor.IMPLEMENTATION: Doctor.ENGINE(**found["implementation"]),
        Doctor.PREDICTIONS: Doctor.BY_NUMPY(why=why_numpy) if why_numpy else Doctor.BY_KERNEL(),
        Doctor.SELF_CHECK: (Doctor.PASSED if check["passed"] else Doctor.FAILED)(
            **tested, differ=differ
        ),
    }
    if verbose:
        rows[Doctor.FEATURES] = " ".join(found["cpu_features"]) or Doctor.UNKNOWN()
    for name, text in rows.items():
        yield f"{name()!s:15} {text}"
