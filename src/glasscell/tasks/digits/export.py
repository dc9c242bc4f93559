"""The network of the digits, to be exported."""

from pathlib import Path

from glasscell.interop.network_export import ExportableNetwork
from glasscell.runs.trained import samples_of
from glasscell.tasks.digits.opened import open_run


def of_run(path: Path) -> ExportableNetwork:
    """Return the network of the run in a folder, to be exported, with some of the test digits.

    Raises
    ------
    UsageError
        If its training is not done.
    DataError
        If its files are damaged.
    """
    trained = open_run(path)
    return ExportableNetwork(trained.network, trained.meaning, samples_of(trained))
