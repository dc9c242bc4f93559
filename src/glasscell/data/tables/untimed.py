"""Channels that may say when a row was measured, in a table of which no column is called so."""

from collections.abc import Iterator, Sequence

import pyarrow as pa

from glasscell.data.tables.dates import say_dated


def about_untimed(table: pa.Table, channels: Sequence[str]) -> Iterator[str]:
    """Give a warning of each channel that may be the time.

    Parameters
    ----------
    table : pyarrow.Table
    channels : sequence of str

    Examples
    --------
    >>> list(about_untimed(pa.table({"id": [7, 7], "when": [20260131, 20260201]}), ["when"]))[0][:53]
    "channel 'when' may be the time (dates: 20260131 is 20"
    """
    for name in channels:
        if dates := say_dated(table[name]):
            yield (
                f"channel {name!r} may be the time{dates}, as no column is called so: if it says when a row was "
                f"measured, use --time {name}"
            )
