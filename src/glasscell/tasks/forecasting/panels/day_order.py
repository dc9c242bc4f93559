"""Whether dates such as 1/2/2026 or 1-2-2026 begin with the day or with the month."""

from typing import Any

from glasscell.data.tables.dates import read_as
from glasscell.errors import DataError
from glasscell.tasks.forecasting.panels.sentences import Panels

SLASHED = r"\d{1,2}([/-])\d{1,2}\1\d{4}(?!\d).*"
FIRST = {"month": "%m/%d/%Y", "day": "%d/%m/%Y"}


def first_in(column: Any) -> str | None:
    """Return what dates begin with, "day" or "month"; None where they are written otherwise, or nothing shows it.

    >>> import pandas as pd
    >>> first_in(pd.Series(["31/1/2026", "1/2/2026"])), first_in(pd.Series(["1/2/2026"]))
    ('day', None)
    """
    found = _readings(column)
    return next(iter(found)) if len(found) == 1 else None


def refuse_either(column: Any, name: str) -> None:
    """Raise DataError where dates may begin with the day or with the month, and are others then.

    >>> import pandas as pd
    >>> refuse_either(pd.Series(["1/1/2026", "31/1/2026"]), "day")
    >>> try:
    ...     refuse_either(pd.Series(["5/2/2026 00:00", "5/2/2026 01:00"]), "when")
    ... except DataError as error:
    ...     error.code.name, error.column, error.values["found"]
    ('DAY_OR_MONTH', 'when', '5/2/2026 00:00')
    """
    found = _readings(column)
    if len(found) < 2:
        return
    differ: Any = found["month"] != found["day"]
    if differ.any():
        raise DataError(Panels.DAY_OR_MONTH, column=name, found=str(_different(column)[differ].iloc[0]))


def read_first(column: Any, first: str, name: str) -> Any | None:
    """Return texts as times by what is known to come first; None where no slashes or hyphens are between.

    Parameters
    ----------
    column : pandas.Series (rows,) of str
    first : {"day", "month"}
    name : str

    Raises
    ------
    DataError
        If one cannot be read so.

    Examples
    --------
    >>> import pandas as pd
    >>> read_first(pd.Series(["1/3/2026"]), "day", "t").dt.month.tolist()
    [3]
    """
    if not _are_slashed(column):
        return None
    when = read_as(column, _form(column, first))
    if (wrong := when.isna()).any():
        found = column[wrong].iloc[0]
        raise DataError(Panels.OTHER_DAY_ORDER, row=column.index[wrong][0], column=name, found=found, first=first)
    return when


def _readings(column: Any) -> dict[str, Any]:
    """Return the times by each order in which all can be read; none where they are written otherwise."""
    texts = _different(column)
    if not _are_slashed(texts):
        return {}
    read = {first: read_as(texts, _form(texts, first)) for first in FIRST}
    return {first: when for first, when in read.items() if when.notna().all()}


def _different(column: Any) -> Any:
    texts = column.dropna()
    is_text = len(texts) > 0 and isinstance(texts.iloc[0], str)
    return (texts if is_text else texts[:0]).astype(str).str.strip().drop_duplicates().reset_index(drop=True)


def _are_slashed(texts: Any) -> bool:
    return len(texts) > 0 and bool(texts.str.fullmatch(SLASHED).all())


def _form(texts: Any, first: str) -> str:
    return FIRST[first].replace("/", "-" if "-" in texts.iloc[0][:3] else "/")
