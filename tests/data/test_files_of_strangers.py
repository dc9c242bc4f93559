"""Files that people wrote who had not seen the reader, made small: they are read as meant."""

import numpy as np
import pandas as pd
from support.facts import raises

from glasscell.data import from_frame, read
from glasscell.data.steps.label_variation import are_labelled_by_step
from glasscell.data.tables.sentences import Tables


def runs(n=12, steps=15) -> pd.DataFrame:
    """Return runs of a test bench, one after the other, with a clock that goes on."""
    rng, rows = np.random.default_rng(0), n * steps
    return pd.DataFrame(
        {
            "Messung Nr.": np.repeat(np.arange(101, 101 + n), steps),
            "Zeitpunkt": pd.Timestamp("2025-12-30 22:00") + pd.to_timedelta(np.arange(rows), "min"),
            "Druck": rng.normal(size=rows).round(3),
            "Zustand": np.repeat(np.array(["gut", "trocken", "gut"])[np.arange(n) % 3], steps),
        }
    )


def test_one_label_a_run_is_none_of_steps_though_the_clock_goes_on(tmp_path):
    """The times alone tell all rows apart, as in a single series whose labels vary."""
    runs().to_csv(tmp_path / "d.csv", index=False)
    assert not are_labelled_by_step(tmp_path / "d.csv")
    series = read(tmp_path / "d.csv")
    assert series.x.shape == (12, 15, 1)
    assert series.columns == {"id": "Messung Nr.", "time": "Zeitpunkt", "label": "Zustand"}
    table = runs()
    table.loc[3::7, "Zustand"] = "trocken"  # within runs, too
    table.to_csv(tmp_path / "d.csv", index=False)
    assert are_labelled_by_step(tmp_path / "d.csv")


def test_an_id_of_letters_and_digits_that_reads_as_a_number_is_a_text():
    names = {101 + k: name for k, name in enumerate(["F80-20", "12E-06", "AF2-05", "3D"] * 3)}
    table = runs().replace({"Messung Nr.": names}).rename(columns={"Messung Nr.": "sensor"})
    series = from_frame(table.drop(columns="Zustand"), id="sensor")
    assert sorted(series.ids.tolist()) == ["12E-06", "3D", "AF2-05", "F80-20"]


def test_all_words_among_numbers_are_proposed_at_once(tmp_path):
    table = runs().astype({"Druck": str}).assign(Fluss=np.arange(180) % 7 / 4)
    table["Fluss"] = table["Fluss"].astype(str)
    table.loc[::40, "Druck"], table.loc[7::50, "Fluss"] = "ERR", "<LOD"
    table.to_csv(tmp_path / "d.csv", index=False)
    for given, words in ((None, "'ERR,<LOD'"), (["ERR"], "'ERR,<LOD'"), (["<LOD"], "'<LOD,ERR'")):
        with raises(Tables.NOT_A_NUMBER, hint=Tables.MAY_BE_MISSING(words=words)):
            read(tmp_path / "d.csv", missing=given)
    series = read(tmp_path / "d.csv", missing=["ERR", "<LOD"])
    assert np.isnan(series.x).sum(axis=(0, 1)).tolist() == [5, 4]
