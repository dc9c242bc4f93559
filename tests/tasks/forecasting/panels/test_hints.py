"""The command that `glasscell data` proposes for a table of times and values is not refused."""

import pandas as pd
import pytest
from support.corpus import CORPUS, rows
from support.facts import raises

from glasscell.tasks.forecasting.panels.files import hint_at_forecasts, read_panel
from glasscell.tasks.forecasting.panels.roles import PanelRequest
from glasscell.tasks.forecasting.panels.sentences import Panels

FILES = sorted(
    {
        row["file"]
        for row in rows().values()
        if row["read"] in ("forecast", "series", "train") and (CORPUS / row["file"]).is_file()
    }
)


@pytest.mark.long(8)  # reads each file of the corpus twice
def test_what_is_proposed_is_read():
    hints = {file: hint_at_forecasts(CORPUS / file) for file in FILES}
    proposed = {file: hint.values["channels"] for file, hint in hints.items() if hint is not None}
    assert len(proposed) > 20
    for file, channels in proposed.items():
        names = None if channels is None else tuple(channels.values["channels"])
        assert len(read_panel(CORPUS / file, PanelRequest(channels=names)).panel)


def test_of_several_kinds_of_columns_one_is_proposed(tmp_path):
    rows = [f"2026-01-{day:02},{1000 + 7 * day},{day % 5 / 4:.2f}" for day in range(1, 31)]
    (tmp_path / "d.csv").write_text("\n".join(["day,sales,price", *rows]))
    hint = hint_at_forecasts(tmp_path / "d.csv")
    assert [*hint.values["channels"].values["channels"]] == ["sales"]
    with raises(Panels.OTHER_SCALES):
        read_panel(tmp_path / "d.csv")
    assert len(read_panel(tmp_path / "d.csv", PanelRequest(channels=("sales",))).panel) == 1


def test_times_in_a_column_without_a_name_are_called_so(tmp_path):
    days = pd.date_range("2024-01-01", periods=20)
    pd.DataFrame({"sold": range(20)}, days).to_csv(tmp_path / "d.csv")
    assert hint_at_forecasts(tmp_path / "d.csv").values["times"].code is Panels.UNNAMED_TIMES
