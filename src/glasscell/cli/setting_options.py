"""Options of `glasscell train` that are settings: their defaults and choices are those of the table of settings."""

from typing import Any

import typer

from glasscell.settings import ARTICLE, FILE_ONLY, TABLE

SERIES = FILE_ONLY | TABLE


def setting(name: str, meaning: str, *, default: str | None = None, metavar: str | None = None) -> Any:
    """Return the option of a setting.

    Parameters
    ----------
    name : str
        Of the setting, in the table.
    meaning : str
        A sentence for the help.
    default : str, optional
        What the default comes to, where the value does not say it.
    metavar : str, optional
        What to give; by default the choices, if the table has some.

    Examples
    --------
    >>> option = setting("read_out", "What to answer from.")
    >>> option.metavar, option.help
    ('last|mean|both', 'What to answer from. [default: both]')
    """
    row = SERIES.get(name) or ARTICLE[name]
    choices = [choice for choice in row.accepted.choices if choice not in (None, "auto")]
    return typer.Option(
        metavar=metavar or "|".join(choices) or None,
        help=f"{meaning} [default: {default or _default(name)}]",
    )


def _default(name: str) -> str:
    """Return a setting's default, and where a training on a file has another one, that, too."""
    values = [table[name].default for table in (ARTICLE, SERIES) if name in table]
    shown = [v if isinstance(v, str) else f"{v:g}" for v in values]
    return "; a file: ".join(dict.fromkeys(shown))
