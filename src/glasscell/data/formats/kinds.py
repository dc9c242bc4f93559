"""Kinds of JSON's values, in words: where a column mixes them."""

from collections import Counter
from collections.abc import Iterable
from itertools import chain
from typing import Any, NamedTuple

from glasscell.data.formats.sentences import Formats
from glasscell.facts import Note


class Stray(NamedTuple):
    """A value of another kind than most: where it is and what, and where the first of the others is and what.

    >>> Stray(3, Formats.A_TEXT(value="much"), 1, Formats.A_NUMBER(value=5)).where
    3
    """

    where: int
    what: Note
    where_others: int
    others: Note


def find_stray(values: Iterable[tuple[int, Any]]) -> Stray | None:
    """Return the first value that is of another kind than most; None if all are of one.

    Parameters
    ----------
    values : iterable of (int, value)
        Each with where it is. None is of any kind; of lists, what is in them counts.

    Examples
    --------
    >>> find_stray([(1, 5), (2, 6.5), (3, "much")])
    Stray(where=3, what="the text 'much'", where_others=1, others='the number 5')
    >>> find_stray([(1, [5, None]), (2, [6.5])]) is None
    True
    """
    there = [(where, value) for where, value in values if value is not None]
    counts = Counter(_kind(value) for _, value in there)
    if len(counts) > 1:
        most = counts.most_common(1)[0][0]
        where, value = next((where, value) for where, value in there if _kind(value) != most)
        where_others, other = next((where, value) for where, value in there if _kind(value) == most)
        return Stray(where, _say(value), where_others, _say(other))
    if counts["list"]:
        return find_stray(chain.from_iterable(((where, one) for one in value) for where, value in there))
    return None


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "truth"
    return "number" if isinstance(value, int | float) else {str: "text", list: "list"}.get(type(value), "object")


def _say(value: Any) -> Note:
    if isinstance(value, bool):
        return Formats.A_TRUTH_VALUE(value=str(value).lower())
    if isinstance(value, list | dict):
        return (Formats.A_LIST if isinstance(value, list) else Formats.AN_OBJECT)()
    return (Formats.A_TEXT if isinstance(value, str) else Formats.A_NUMBER)(value=value)
