"""An experiment of one's own, written as a TOML file."""

from dataclasses import fields
from pathlib import Path

import tomlkit
from tomlkit.exceptions import TOMLKitError

from glasscell.errors import UsageError
from glasscell.lab.experiment import Experiment
from glasscell.system.files import one_line


def read_experiment(file: Path) -> Experiment:
    r"""Return the experiment whose settings are in a file; what it does not say is as in `Experiment`.

    Raises
    ------
    UsageError
        If there is no such file, or it holds no experiment.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "mine.toml"
    ...     _ = file.write_text('tasks = ["erase"]\nseeds = 20')
    ...     experiment = read_experiment(file)
    >>> experiment.tasks, experiment.seeds, experiment.name
    (('erase',), 20, 'mine')
    """
    try:
        values = tomlkit.parse(file.read_text(encoding="utf-8-sig")).unwrap()
    except FileNotFoundError:
        raise UsageError(f"{file}: there is no such file") from None
    except (OSError, UnicodeDecodeError, TOMLKitError) as error:
        raise UsageError(f"{file}: cannot be read as TOML ({one_line(error)})") from None
    known = {field.name for field in fields(Experiment)} - {"quick"}
    for name in values.keys() - known:
        raise UsageError(f"{file}: {name!r} is not a setting; the settings are {', '.join(sorted(known))}")
    try:
        return Experiment(**{"name": file.stem, **values})
    except (UsageError, TypeError) as error:
        raise UsageError(f"{file}: {error}") from None
