"""Options of `glasscell train` that are settings: their defaults and choices are those of the table of settings."""

from typing import Any

import typer

from glasscell.settings import ARTICLE, FILE_ONLY, FORECAST, TABLE, TAGS, TEXT

SERIES = FILE_ONLY | TABLE


def setting(
    name: str, meaning: str, *, default: str | None = None, metavar: str | None = None, group: str | None = None
) -> Any:
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
    group : str, optional
        The heading under which the help shows it.

    Examples
    --------
    >>> option = setting("read_out", "Pooling.")
    >>> option.metavar, option.help
    ('last|mean|both', 'Pooling. [default: both]')
    """
    row = next(rows[name] for rows in (SERIES, TEXT, FORECAST, TAGS, ARTICLE) if name in rows)
    choices = [choice for choice in row.accepted.choices if choice not in (None, "auto")]
    return typer.Option(
        metavar=metavar or "|".join(choices) or None,
        help=f"{meaning} [default: {default or as_typed(row.default)}]",
        rich_help_panel=group,
    )


def as_typed(default: Any) -> str:
    """Return a default as one would type it.

    >>> as_typed(0.003), as_typed(100), as_typed("mixed")
    ('0.003', '100', 'mixed')
    """
    return default if isinstance(default, str) else f"{default:g}"
