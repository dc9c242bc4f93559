"""`glasscell doctor`: what this machine has, which implementation runs on it, and whether it computes correctly."""

import json
from typing import Annotated

import typer

from glasscell.cli.startup import import_quietly
from glasscell.system import environment


def doctor(as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False) -> None:
    """Check that the LSTM computes correctly on this machine.

    Prints versions, the processor and the implementation in use, and compares its results with those of Keras. This
    takes a few seconds.
    """
    from glasscell.recurrence.kernel import core  # not above: --help needs no NumPy

    found = environment.describe()
    selfcheck = import_quietly("glasscell.layers.selfcheck")
    found["implementation"] = import_quietly("glasscell.recurrence.engines").choose_engine()._asdict()
    why_not = core.load()[1]
    found["answers"] = {"by": "kernel"} if why_not is None else {"by": "numpy", "not_by_kernel": why_not}
    found["self_check"] = selfcheck.largest_difference_from_keras()
    healthy = found["self_check"]["passed"]
    typer.echo(json.dumps(found) if as_json else _as_text(found))
    if not healthy:
        raise typer.Exit(1)


def _as_text(found: dict) -> str:
    check, implementation = found["self_check"], found["implementation"]
    versions = {"python": found["python"], **found["versions"]}
    outcome = "passed" if check["passed"] else "FAILED"
    difference = "numbers that are not finite" if check["difference"] is None else f"at most {check['difference']:.1e}"
    rows = {
        "versions": ", ".join(f"{package} {version}" for package, version in versions.items()),
        "platform": found["platform"],
        "processor": f"{found['cpu']}, {found['cores']} cores, {' '.join(found['cpu_features']) or 'features unknown'}",
        "implementation": f"{implementation['engine']}: {implementation['reason']}",
        "answers": "kernel: predict and evaluate need no TensorFlow"
        if found["answers"]["by"] == "kernel"
        else f"numpy, in place of the kernel: {found['answers']['not_by_kernel']}",
        "self-check": f"{outcome}: outputs and gradients of {check['cases']} random layers on the {check['engine']} "
        f"differ from keras.layers.LSTM by {difference} (allowed {check['allowed']:.0e})",
    }
    return "\n".join(f"{name:15} {text}" for name, text in rows.items())
