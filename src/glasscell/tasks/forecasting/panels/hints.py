"""A hint where a file that was taken for labelled series holds values in the course of time, and no label."""

import os
import shlex
from pathlib import Path

from glasscell.data.tables.request import LABELS
from glasscell.errors import DataError, UsageError
from glasscell.facts import Note
from glasscell.system.files import is_pattern
from glasscell.tasks.forecasting.panels.panel_files import PanelFile, read_panel
from glasscell.tasks.forecasting.panels.sentences import Panels

FEWEST = 8  # steps of a series that one would forecast
HORIZONS = {12: 12, 4: 4, 52: 8, 7: 14, 5: 10, 24: 24, 48: 48}  # by season


def hint_at_forecasts(path: str | Path) -> Note | None:
    r"""Return a note that names `--forecast`, where a file has times and values but no label; None elsewhere.

    Parameters
    ----------
    path : str or Path

    Examples
    --------
    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp(), "sold.csv")
    >>> _ = file.write_text("month,sold\n" + "".join(f"2025-{month:02},{month}\n" for month in range(1, 13)))
    >>> str(hint_at_forecasts(file)).split(": ")[0]
    "it has times ('month') and values but no label"
    """
    if str(path) == "-" or os.path.isdir(path) or is_pattern(path):  # noqa: PTH112  Path.is_dir raises for a long name
        return None
    try:
        found = read_panel(path)
    except (DataError, UsageError):
        return None
    if not _is_meant_for_forecasts(found):
        return None
    panel, roles = found.panel, found.roles
    times = Panels.IN_A_ROW() if roles.time is None else Panels.TIMES(column=roles.time)
    longest = max(len(values) for values in panel.values)
    ahead = min(HORIZONS.get(panel.season, 6), max(1, longest // 3))
    return Panels.TO_FORECAST(times=times, ahead=ahead, n=len(panel), path=shlex.quote(str(path)))


def _is_meant_for_forecasts(found: PanelFile) -> bool:
    roles, panel = found.roles, found.panel
    is_labelled = any(name.lower() in LABELS and name.lower() != "y" for name in roles.values)
    left = [note for note in roles.notes if note.code is Panels.LEFT_OUT]
    is_dated = panel.frequency is not None or roles.time in ("ds", "year", "Year", "YEAR")
    is_lone = roles.time is None and len(roles.values) == 1 and not roles.ids
    long = max(len(values) for values in panel.values) >= FEWEST
    return long and not is_labelled and (not left or "y" in roles.values) and (is_dated or is_lone)
