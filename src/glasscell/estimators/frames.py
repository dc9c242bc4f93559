"""Check an estimator's X: read data frames as series, and reject common mistakes.

N series · T time steps · D channels
"""

from collections.abc import Mapping, Sequence
from numbers import Number
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from glasscell.data import Sequences, from_frame
from glasscell.data.formats.sources import naming
from glasscell.data.frames import refuse_levels, with_index_as_column
from glasscell.data.spacing import find_unevenness
from glasscell.data.tables.request import IDS
from glasscell.errors import UsageError, warn
from glasscell.estimators.sentences import Estimators
from glasscell.facts import cut

START = 41  # characters of a string to quote in a message


class Frame(NamedTuple):
    """Columns of a training data frame: channels, "id", "time" and "label", and channels' offsets.

    A table of numbers with one series per row has no channels; `steps` are the names of its
    columns.
    """

    channels: tuple[str, ...]
    columns: dict[str, str]
    offsets: dict[str, float]
    steps: tuple[str, ...] = ()


def is_frame(X: Any) -> bool:
    """Return whether X is a data frame of pandas or Polars.

    >>> is_frame(pd.DataFrame({"u": [1.0]})), is_frame(np.ones((2, 3)))
    (True, False)
    """
    return type(X).__module__.split(".")[0] in ("pandas", "polars") and hasattr(X, "columns")


def is_of_series(X: Any) -> bool:
    """Return whether X is a data frame other than a table of numbers with one series per row.

    It has an index of two levels, a column of strings, arrays or times, or repeated ids in a column
    or its index.

    >>> (
    ...     is_of_series(pd.DataFrame({"id": [7, 7], "u": [1.0, 2.0]})),
    ...     is_of_series(pd.DataFrame({"x0": [1], "x1": [2]})),
    ... )
    (True, False)
    """
    if not is_frame(X):
        return False
    X = in_pandas(X)
    if X.index.nlevels > 1:
        return True
    if str(X.index.name).lower() in IDS and X.index.has_duplicates:
        return True
    for place, name in enumerate(X.columns):
        column = X.iloc[:, place]
        first = None if column.dtype.kind in "biuf" else next(iter(column.dropna()), None)
        if isinstance(first, str) or np.ndim(first) > 0 or column.dtype.kind in "mM":  # pyright: ignore
            return True
        if str(name).lower() in IDS and column.duplicated().any():
            return True
    return False


def read_frame(
    X: Any, y: Any, task: str, columns_expected: Mapping[str, str] | None = None
) -> tuple[Any, Any, Frame]:
    """Return a data frame's series (N, T, D), labels (N,) or None, and a `Frame` of its columns.

    A table of numbers with one series per row is returned as a data frame, without its labels.

    >>> X = pd.DataFrame({"id": ["b", "b", "a"], "u": [1.0, 2.0, 3.0], "label": [7, 7, 8]})
    >>> x, y, frame = read_frame(X, None, "classification")
    >>> x.shape, y.tolist(), frame.channels
    ((2, 2, 1), [7, 8], ('u',))
    """
    X = in_pandas(X)
    X = with_index_as_column(X, recorded=columns_expected)
    series = from_frame(X, task=task, columns_expected=columns_expected)
    if (found := find_unevenness(series.spacing)) is not None:
        warn(Estimators.UNEVEN.warning(found=found, every=found.values["every"]))
    of_series = _rows(X, series)
    columns = dict(series.columns)
    name = columns.get("label")
    rest, labels = _apart(X, name)
    own = None if series.y is None else labels[np.unique(of_series, return_index=True)[1]]
    y = own if y is None else _of_series(y, of_series, series, columns.get("id"))
    if (
        own is not None
        and len(y) == len(own)
        and not (np.ndim(y) == 1 and _are_the_same(np.asarray(y), own))
    ):
        raise UsageError(Estimators.DIFFERS, name=name)
    frame = Frame(series.channels, columns, dict(series.offsets))
    is_table = len(series) == len(rest) and not is_of_series(rest)
    if not is_table and columns_expected is None:
        warn_of_columns(series)
    return (
        (rest, y, Frame((), columns, {}, steps_of(rest)))
        if is_table
        else (_measured(series), y, frame)
    )


def read_more(X: Any, frame: Frame | None) -> Any:
    """Return the series (N, T, D) of a data frame, like the training frame `frame` if there is one.

    A table of numbers with one series per row is returned without labels, its columns in the order
    of `frame`.

    >>> frame = pd.DataFrame({"id": ["c", "c"], "u": [1.0, 2.0], "v": [0.0, 0.0]})
    >>> read_more(frame, Frame(("u",), {"id": "id"}, {})).shape
    (1, 2, 1)
    """
    X, _ = _apart(in_pandas(X), frame.columns.get("label") if frame else None)
    if frame is None or not frame.channels:
        return (
            _measured(from_frame(X))
            if is_of_series(X)
            else _in_order(X, frame.steps if frame else ())
        )
    known: dict[str, Any] = {"channels_expected": frame.channels, "columns_expected": frame.columns}
    return _measured(from_frame(X, **known, offsets=frame.offsets))


def steps_of(X: Any) -> tuple[str, ...]:
    """Return the names of the columns of a table of numbers.

    >>> steps_of(pd.DataFrame({0.0: [1.0], 0.5: [2.0]}))
    ('0.0', '0.5')
    """
    return tuple(map(str, X.columns))


def _in_order(X: pd.DataFrame, steps: tuple[str, ...]) -> pd.DataFrame:
    """Return a table with its columns in the order of `steps`; unchanged if either has no names."""
    names = steps_of(X)
    if names == steps or _are_numbered(names):
        return X
    if len(set(names)) == len(names) and sorted(names) == sorted(steps):
        return X.iloc[:, [names.index(step) for step in steps]]
    if _are_numbered(steps):
        return X
    unseen, gone = (
        [name for name in some if name not in rest]
        for some, rest in ((names, steps), (steps, names))
    )
    both = ((Estimators.UNSEEN, unseen), (Estimators.MISSING, gone))
    found = [code(columns=some) for code, some in both if some] or [Estimators.COLUMN_TWICE()]
    raise UsageError(Estimators.OTHER_COLUMNS, found=found)


def _are_numbered(names: tuple[str, ...]) -> bool:
    """Return whether columns have pandas's default names: 0, 1 and so on."""
    return names == tuple(map(str, range(len(names))))


def _measured(series: Sequences) -> np.ndarray:
    """Return x, in float64 with its offsets added back, if any; the estimator has its own."""
    return series.x + series.offset if series.offsets else series.x


def _apart(X: pd.DataFrame, label: str | None) -> tuple[pd.DataFrame, Any]:
    """Return a frame without the column `label`, and the values of that column, or None."""
    is_label = np.array([str(name) == label for name in X.columns])
    return X.loc[:, ~is_label], X.loc[:, is_label].iloc[:, 0].to_numpy() if is_label.any() else None


def in_pandas(X: Any) -> pd.DataFrame:
    """Return a data frame as a pandas one.

    >>> in_pandas(pd.DataFrame({"u": [1.0]})).shape
    (1, 1)
    """
    return X if isinstance(X, pd.DataFrame) else X.to_pandas()


def _rows(X: pd.DataFrame, series: Sequences) -> np.ndarray:
    """Return the number of the series that each row belongs to."""
    name = series.columns.get("id")
    if name is None:
        return np.arange(len(X))
    ids = (
        X.index.get_level_values(0)
        if X.index.nlevels > 1
        else X.set_axis(X.columns.map(str), axis=1)[name]
    )
    return pd.factorize(ids)[0]


def _are_the_same(y: np.ndarray, own: np.ndarray) -> bool:
    """Return whether labels are equal; numbers compare by value, and no string equals a number."""
    return bool((pd.Series(y) == pd.Series(own)).all())


def _of_series(y: Any, of_series: np.ndarray, series: Sequences, id_column: str | None) -> Any:
    """Return labels in the order of the series."""
    index = getattr(y, "index", None)
    if isinstance(index, pd.Index) and id_column is not None and len(index) == len(series):
        place = {str(id): k for k, id in enumerate(index)}
        is_by_id = place.keys() == set(series.ids.tolist())
        if is_by_id and (index.name == id_column or not isinstance(index, pd.RangeIndex)):
            return np.asarray(y)[[place[id] for id in series.ids.tolist()]]
    if len(y) != len(of_series) or len(y) == len(series):
        return y
    y = np.asarray(y)
    first = np.unique(of_series, return_index=True)[1]
    differs = y != y[first][of_series]
    if differs.any():
        row = int(np.flatnonzero(differs)[0])
        found = {"found": str(y[row]), "before": str(y[first][of_series[row]])}
        raise UsageError(
            Estimators.TWO_LABELS, series=str(series.ids[of_series[row]]), place=row, **found
        )
    return y[first]


def warn_of_columns(series: Sequences) -> None:
    """Issue warnings about skipped columns and about guesses, as the command line does."""
    ignored = () if series.layout is None else series.layout.ignored
    warn(*series.warnings, *(note for note in ignored if note not in series.warnings))


def refuse_mistaken(X: Any) -> None:
    """Raise UsageError if X is neither an array of series nor a list of arrays, but convertible.

    >>> refuse_mistaken([[1.0, 2.0], [3.0]])
    >>> refuse_mistaken({"a": [1.0, 2.0]})
    Traceback (most recent call last):
    glasscell.errors.UsageError: X is a dict; pass its series as a list of arrays (T, D), such as
    list(X.values())
    """
    if isinstance(X, pd.DataFrame):
        with naming("the data frame"):
            refuse_levels(X)
        return
    if isinstance(X, str) or hasattr(X, "__fspath__"):
        raise UsageError(Estimators.TEXT_FOR_X, found=cut(str(X), START))
    if hasattr(X, "lengths") and hasattr(X, "channels"):
        raise UsageError(Estimators.SEQUENCES_FOR_X)
    if isinstance(X, dict) and not hasattr(
        X, "toarray"
    ):  # a sparse matrix can be a dict; scikit-learn rejects it
        raise UsageError(Estimators.DICT_FOR_X)
    elif isinstance(X, list | tuple) and X:
        _refuse_first(X[0])
        _refuse_lying(X)
    elif (
        isinstance(X, np.ndarray)
        and X.dtype.kind in "OUS"
        and X.size
        and isinstance(X.flat[0], str | bytes)
    ):
        _refuse_first(X.flat[0])


def refuse_mixed(y: Any, names: Sequence[str] | None = None) -> None:
    """Raise UsageError if labels mix numbers, strings and booleans, which NumPy would convert.

    Missing labels are ignored.

    >>> refuse_mixed([1, 2.5, None])
    >>> try:
    ...     refuse_mixed([1, "1"])
    ... except UsageError as error:
    ...     print(error.values["found"])
    ['y[0] is the number 1', "y[1] is the text '1'"]
    """
    # not np.ndim(y): an array-like may not support NumPy's other functions
    labels = np.asarray(y, object)
    if labels.ndim == 0 or getattr(getattr(y, "dtype", None), "kind", "O") != "O":
        return
    labels = labels.ravel()
    found: dict[str, int] = {}
    for n in np.flatnonzero(~np.asarray(pd.isna(labels))).tolist():
        found.setdefault(_kind_of(labels[n]), n)
    if len(found) > 1:
        kinds = []
        for kind, n in found.items():
            code = Estimators.TEXT_OF_KIND if kind == "text" else Estimators.OF_KIND
            label, text = f"y[{n}]" if names is None else names[n], str(labels[n])
            kinds.append(
                code(label=label, kind=kind, found=cut(text, START) if kind == "text" else text)
            )
        raise UsageError(Estimators.MIXED, found=kinds)


def _kind_of(label: Any) -> str:
    if isinstance(label, bool | np.bool_):
        return "truth value"
    return (
        "text"
        if isinstance(label, str)
        else "number"
        if isinstance(label, Number)
        else type(label).__name__
    )


def _refuse_first(first: Any) -> None:
    if isinstance(first, dict):
        raise UsageError(
            Estimators.DICT_FOR_SERIES, keys=list(first)[:5], first=next(iter(first), "values")
        )
    if isinstance(first, str | bytes):
        text = first.decode("utf-8", "replace") if isinstance(first, bytes) else str(first)
        if text.lstrip().startswith(("{", "[")):
            mend = Estimators.IS_JSON()
        elif any(mark in text.strip() for mark in ",; \t:") and not any(
            letter.isalpha() for letter in text
        ):
            mend = Estimators.IS_NUMBERS()
        else:
            mend = Estimators.IS_FILE()
        raise UsageError(Estimators.TEXT_FOR_SERIES, found=cut(text, START), mend=mend)


def _refuse_lying(X: Any) -> None:
    """Raise UsageError for series that seem to be (D, T): first axes equal, second axes not."""
    shapes = [np.shape(one) for one in X if isinstance(one, np.ndarray) and one.ndim == 2]
    if len(shapes) < len(X) or any(shape[0] != shapes[0][0] for shape in shapes):
        return
    other = next((n for n, shape in enumerate(shapes) if shape[1] != shapes[0][1]), None)
    if other is not None:
        raise UsageError(Estimators.TRANSPOSED, n=other, shape=shapes[other], first=shapes[0])
