"""Covariates as numbers: those that are texts become columns of 0 and 1, one for each text."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from glasscell.errors import DataError, UsageError
from glasscell.tasks.forecasting.panels.sentences import Panels

MAX_TEXTS = 50  # different ones in a column of texts
MARK = "="
TRUTHS = {"true": 1.0, "false": 0.0, "yes": 1.0, "no": 0.0}


@dataclass(frozen=True)
class Columns:
    """The names of covariates: known in advance, known only afterwards, one for each series.

    Parameters
    ----------
    known, past, static : tuple of str

    Raises
    ------
    UsageError
        If a column is named twice.

    Examples
    --------
    >>> Columns(("promo", "holiday=Easter", "holiday=Christmas"), (), ("region",)).sources_in(["ds", "promo"])
    ('promo', 'holiday', 'region')
    """

    known: tuple[str, ...]
    past: tuple[str, ...]
    static: tuple[str, ...]

    def __post_init__(self):
        names = [*self.known, *self.past, *self.static]
        if twice := [name for k, name in enumerate(names) if name in names[:k]]:
            raise UsageError(Panels.NAMED_TWICE, column=twice[0])
        if wrong := [name for name in names if name in ("unique_id", "ds", "y")]:
            raise UsageError(Panels.NO_COVARIATE, column=wrong[0])

    def sources_in(self, there: Iterable[str]) -> tuple[str, ...]:
        """Return the columns that they are made of, or themselves where they are among those that are there.

        >>> Columns(("holiday=Easter",), (), ()).sources_in(["ds", "holiday=Easter"])
        ('holiday=Easter',)
        """
        return sources_of((*self.known, *self.past, *self.static), there)


def sources_of(names: Iterable[str], there: Iterable[str]) -> tuple[str, ...]:
    """Return the columns that covariates are made of, or themselves where they are among those that are there.

    >>> sources_of(["promo", "holiday=Easter", "holiday=Christmas"], ["ds", "promo"])
    ('promo', 'holiday')
    """
    there = set(there)
    return tuple(dict.fromkeys(name if name in there else name.split(MARK)[0] for name in names))


def numbered(frame: Any, columns: Columns) -> tuple[Any, Columns]:
    """Return a frame of the covariates as numbers, and what they are called then.

    Parameters
    ----------
    frame : pandas.DataFrame
        With the columns `columns.sources_in(frame)`.
    columns : Columns

    Returns
    -------
    pandas.DataFrame
        One column of float64 for each name.
    Columns

    Raises
    ------
    DataError
        If a column holds numbers and texts, or too many different texts.

    Examples
    --------
    >>> frame = pd.DataFrame({"open": [True, False], "region": ["north", "south"]})
    >>> table, names = numbered(frame, Columns(("open",), (), ("region",)))
    >>> names.static, table.to_numpy().tolist()
    (('region=north', 'region=south'), [[1.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
    """
    made: dict[str, Any] = {}

    def names_of(names: Sequence[str]) -> tuple[str, ...]:
        out: list[str] = []
        for name in names:
            source, mark, text = name.partition(MARK)
            if name not in frame.columns and mark:
                made[name] = (frame[source].astype(str) == text).astype(float)
                out.append(name)
                continue
            column = _as_truths(frame[name])
            found = _indicators(column, name) if _is_text(column) else {name: _number(column, name)}
            made.update(found)
            out += found
        return tuple(out)

    names = Columns(names_of(columns.known), names_of(columns.past), names_of(columns.static))
    return pd.DataFrame(made, index=frame.index), names


def _is_text(column: Any) -> bool:
    if pd.api.types.is_numeric_dtype(column.dtype) or pd.api.types.is_bool_dtype(column.dtype):
        return False
    there = column.dropna()
    found: Any = pd.to_numeric(there, errors="coerce")
    return bool(found.isna().any())


def _as_truths(column: Any) -> Any:
    """Return a column whose texts all say true or false as 1 and 0; any other as it is."""
    if not _is_text(column):
        return column
    lower = column.astype(str).str.lower().where(column.notna())
    return lower.map(TRUTHS) if lower.dropna().isin(list(TRUTHS)).all() else column


def _number(column: Any, name: str) -> Any:
    found: Any = pd.to_numeric(column)
    values = found.astype("float64")
    if np.isinf(values).any():
        raise DataError(Panels.INFINITE, row=column.index[np.isinf(values)][0], column=name)
    return values


def _indicators(column: Any, name: str) -> dict[str, Any]:
    there = column.dropna().astype(str)
    texts = sorted(there.unique())
    found: Any = pd.to_numeric(pd.Series(texts), errors="coerce")
    are_numbers = found.notna().to_numpy()
    if are_numbers.mean() > 0.5:
        wrong = texts[int(np.flatnonzero(~are_numbers)[0])]
        raise DataError(Panels.NOT_A_NUMBER, row=there.index[there == wrong][0], column=name, found=wrong)
    if len(texts) > MAX_TEXTS:
        raise DataError(Panels.MANY_TEXTS, column=name, n=len(texts), texts=texts, most=MAX_TEXTS)
    return {f"{name}{MARK}{text}": (column.astype(str) == text).astype(float) for text in texts}
